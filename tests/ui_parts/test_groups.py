"""Conversations by day."""

from datetime import datetime, timedelta

from tests.ui_parts.conftest import Run


def test_days_are_the_persons_own(run: Run) -> None:
    now = datetime.now().astimezone().replace(hour=0, minute=30)
    ages = {"now": 1, "last": 40, "before": 60 * 24 + 20, "old": 60 * 24 * 2 + 60}
    members = [
        {"id": name, "updated_at": (now - timedelta(minutes=ago)).timestamp(), "pinned": False}
        for name, ago in ages.items()
    ]
    members.append({"id": "pin", "updated_at": 0, "pinned": True})
    found = run(
        "history/groups.js",
        "groups.groups(given.members, given.now)",
        members=members,
        now=now.timestamp() * 1000,
    )
    assert {group["name"]: [one["id"] for one in group["list"]] for group in found} == {
        "pinned": ["pin"],
        "today": ["now"],
        "yesterday": ["last", "before"],
        "earlier": ["old"],
    }
