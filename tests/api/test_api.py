"""The HTTP API of the running program."""

import io
import json
import re
from typing import Any

import httpx
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from httpx_sse import EventSource

from cherry_reflex.processes.isolation.isolation import supported

CSV = "지역,매출,코드\n서울,100,00501\n부산,50,00502\n서울,30,00503\n".encode()


def upload(client: httpx.Client, conversation: str, body: bytes, name: str) -> httpx.Response:
    path = f"/api/conversations/{conversation}/files"
    return client.post(path, params={"name": name}, content=body)


def events(
    client: httpx.Client, run: str, after: int = 0, **headers: str
) -> list[tuple[int, str, dict[str, Any]]]:
    """Read a run's stream to its end."""
    path = f"/api/runs/{run}/events"
    with client.stream("GET", path, params={"after": after}, headers=headers) as stream:
        events = (event for event in EventSource(stream).iter_sse() if event.data)
        return [(int(event.id), event.event, event.json()) for event in events]


def test_conversations_are_made_found_changed_deleted_and_restored(client: httpx.Client) -> None:
    made = client.post("/api/conversations", json={"title": "체리 분석"})
    assert made.status_code == 201
    path = f"/api/conversations/{made.json()['id']}"
    assert client.get(path).json()["conversation"]["title"] == "체리 분석"
    changed = client.patch(path, json={"title": "새 이름", "pinned": True}).json()
    assert (changed["title"], changed["pinned"]) == ("새 이름", True)
    found = client.get("/api/conversations", params={"query": "새 이"}).json()
    assert made.json()["id"] in [one["id"] for one in found]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/restore").json()["title"] == "새 이름"
    assert client.get(path).status_code == 200


def test_percentages_of_a_sheet_keep_their_unit(client: httpx.Client, conversation: str) -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["지역", "반품률"])
        for line, name in enumerate(["서울", "부산"], start=1):
            sheet.write_string(line, 0, name)
            sheet.write_number(line, 1, line / 4, book.add_format({"num_format": "0%"}))
    (made,) = upload(client, conversation, held.getvalue(), "rates.xlsx").json()["datasets"]
    path = f"/api/datasets/{made['id']}"
    page = client.get(f"{path}/rows").json()
    assert page["rows"] == [["서울", 0.25], ["부산", 0.5]]
    assert "unit" not in page["columns"][0]
    assert page["columns"][1]["unit"] == {"symbol": "%", "is_fraction": True}
    again = client.get(f"{path}/download", params={"format": "xlsx"}).content
    (copied,) = upload(client, conversation, again, "copied.xlsx").json()["datasets"]
    assert (copied["columns"][1]["unit"], copied["columns"][1]["is_fraction"]) == ("%", True)


def test_a_text_file_is_read_again_in_another_encoding(
    client: httpx.Client, conversation: str
) -> None:
    """What was guessed can be corrected."""
    csv = "nom,prix\nCréée,3\nAgréée,4\n".encode("latin-1")
    (guessed,) = upload(client, conversation, csv, "noms.csv").json()["datasets"]
    again = f"/api/datasets/{guessed['id']}/read-again"
    wrong = client.post(again, json={"encoding": "utf-8"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "text_encoding")
    answer = client.post(again, json={"encoding": "latin-1"})
    assert answer.status_code == 201, answer.text
    (right,) = answer.json()["datasets"]
    assert (right["name"], right["replaces"]) == ("noms", guessed["id"])
    rows = client.get(f"/api/datasets/{right['id']}/rows").json()["rows"]
    assert rows == [["Créée", 3], ["Agréée", 4]]
    shown = client.get(f"/api/conversations/{conversation}").json()["uploads"]
    assert [one["dataset"]["id"] for one in shown] == [right["id"]]
    assert client.post(again, json={"encoding": "cp949"}).status_code == 404, "it is gone"
    sample = client.post(
        f"/api/conversations/{conversation}/samples", json={"name": "retail_sales_en"}
    ).json()["datasets"][0]
    nothing = client.post(f"/api/datasets/{sample['id']}/read-again", json={"encoding": "cp949"})
    assert nothing.json()["error"]["code"] == "dataset_not_kept"


def test_a_file_is_read_as_is_said_and_what_was_said_is_kept(
    client: httpx.Client, conversation: str
) -> None:
    csv = b"a;b\n03/04/2024;1,250\n05/06/2024;2,500\n"
    path = f"/api/conversations/{conversation}/files"
    said = {"name": "a.csv", "options": json.dumps({"decimal_mark": "."})}
    (first,) = client.post(path, params=said, content=csv).json()["datasets"]
    assert first["parsed"]["options"]["decimal_mark"] == "."
    assert first["parsed"]["guesses"] == ["day_first"]
    again = f"/api/datasets/{first['id']}/read-again"
    (second,) = client.post(again, json={"day_first": True}).json()["datasets"]
    assert (second["parsed"]["guesses"], second["name"]) == ([], "a")
    rows = client.get(f"/api/datasets/{second['id']}/rows").json()["rows"]
    assert rows[0] == ["2024-04-03", 1250]
    wrong = client.post(path, params={"name": "a.csv", "options": '{"skip": 1}'}, content=csv)
    assert wrong.json()["error"]["code"] == "options_wrong"


def test_an_upload_is_kept_profiled_paged_and_downloaded(
    client: httpx.Client, conversation: str
) -> None:
    answer = upload(client, conversation, CSV, "매출.csv")
    assert answer.status_code == 201, answer.text
    (dataset,) = answer.json()["datasets"]
    assert (dataset["name"], dataset["rows"], dataset["uri"]) == ("매출", 3, "")
    assert {c["name"]: c["type"] for c in dataset["columns"]}["매출"] == "integer"
    path = f"/api/datasets/{dataset['id']}"
    page = client.get(f"{path}/rows", params={"sort": "매출", "desc": "1", "limit": 2}).json()
    assert page["total"] == 3
    assert [row[1] for row in page["rows"]] == [100, 50]
    assert page["rows"][0][2] == "00501", "leading zeros are kept"
    csv = client.get(f"{path}/download", params={"format": "csv"})
    assert pd.read_csv(io.BytesIO(csv.content))["매출"].sum() == 180
    assert "filename*=UTF-8''%EB%A7%A4" in csv.headers["content-disposition"]
    xlsx = client.get(f"{path}/download", params={"format": "xlsx"}).content
    assert xlsx[:2] == b"PK"
    parquet = client.get(f"{path}/download", params={"format": "parquet"}).content
    assert pq.read_table(io.BytesIO(parquet)).num_rows == 3
    shown = client.get(f"/api/conversations/{conversation}").json()
    assert [one["dataset"]["id"] for one in shown["uploads"]] == [dataset["id"]]


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("empty.csv", b"", 400),
        ("", CSV, 400),
        ("a.exe", b"MZ\x90\x00" * 20, 400),
        ("fake.xlsx", b"not a workbook", 400),
        ("broken.parquet", b"PAR1" + b"\0" * 50 + b"PAR1", 400),
        ("broken.json", b'[{"a": 1}, {"a": ', 400),
    ],
)
def test_bad_files_are_refused_with_a_reason_in_both_languages(
    client: httpx.Client, conversation: str, name: str, body: bytes, status: int
) -> None:
    path, messages = f"/api/conversations/{conversation}/files", []
    for language in ("en", "ko"):
        headers = {"accept-language": language}
        answer = client.post(path, params={"name": name}, content=body, headers=headers)
        assert answer.status_code == status, answer.text
        messages.append(answer.json()["error"]["message"])
    assert messages[0] != messages[1]
    assert client.get(f"/api/conversations/{conversation}").json()["uploads"] == []


def test_a_run_streams_and_can_be_taken_up_anywhere(
    client: httpx.Client, conversation: str
) -> None:
    question = {"question": "count", "worker": "numbers"}
    path = f"/api/conversations/{conversation}/runs"
    run = client.post(path, json={**question, "question": "300 300"}).json()["run_id"]
    whole = events(client, run)
    assert [seq for seq, _, _ in whole] == sorted({seq for seq, _, _ in whole})
    assert (whole[0][1], whole[-1][1]) == ("run_started", "run_finished")
    text = "".join(r["event"]["text"] for _, kind, r in whole if kind == "text_delta")
    assert text == "".join(f"tok{n} " for n in range(300))
    middle = whole[len(whole) // 2][0]
    rest = [record for record in whole if record[0] > middle]
    assert events(client, run, middle) == rest
    assert events(client, run, 0, **{"Last-Event-ID": str(middle)}) == rest
    assert client.get(f"/api/runs/{run}").json()["state"] == "finished"


def test_a_run_is_stopped(client: httpx.Client, conversation: str) -> None:
    body = {"question": "5000 50", "worker": "numbers"}
    run = client.post(f"/api/conversations/{conversation}/runs", json=body).json()["run_id"]
    with client.stream("GET", f"/api/runs/{run}/events") as stream:
        for event in EventSource(stream).iter_sse():
            if event.event == "text_delta":
                assert client.post(f"/api/runs/{run}/cancel", json={}).status_code == 202
                break
    assert events(client, run)[-1][1] == "run_cancelled"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/conversations/none", None, 404),
        ("GET", "/api/runs/none", None, 404),
        ("GET", "/api/runs/none/events", None, 404),
        ("GET", "/api/artifacts/none", None, 404),
        ("GET", "/api/datasets/none/rows", None, 404),
        ("POST", "/api/conversations", {"titel": "x"}, 400),
        ("POST", "/api/mcp/none/none", {}, 404),
        ("GET", "/api/conversations?limit=many", None, 400),
    ],
)
def test_what_is_not_there_or_wrong_is_said(
    client: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_questions_that_cannot_be_asked(client: httpx.Client, conversation: str) -> None:
    path = f"/api/conversations/{conversation}/runs"
    assert client.post(path, json={"question": "  "}).json()["error"]["code"] == "question_empty"
    long = client.post(path, json={"question": "x" * 100_001})
    assert long.json()["error"]["code"] == "question_long"
    other = client.post(path, json={"question": "q", "datasets": ["nope"]})
    assert other.json()["error"]["code"] == "dataset_unknown_id"


def test_an_mcp_tool_is_called_as_a_stream(client: httpx.Client, conversation: str) -> None:
    upload(client, conversation, CSV, "shop.csv")
    body = {"dataset": "dataset:shop", "columns": ["매출"]}
    path = "/api/mcp/statistical_analysis/describe_numbers"
    answer = client.post(path, params={"conversation": conversation}, json=body)
    assert "event: artifact" in answer.text
    result = answer.text[answer.text.index("event: result") :]
    assert "60" in result, "the mean of 100, 50 and 30"
    wrong = client.post(path, params={"conversation": conversation}, json={"columns": ["x"]})
    assert "event: error" in wrong.text


def test_our_members_are_introduced_in_the_language_of_the_asker(client: httpx.Client) -> None:
    korean = re.compile(r"[가-힣]")
    words = {
        language: {
            (member["name"], craft.get("id", craft["name"])): (member, craft)
            for member in (*told["agents"], *told["tools"])
            if member["own"]
            for craft in member.get("skills") or member.get("tools")
        }
        for language in ("ko", "en")
        for told in [client.get("/api/roster", params={"language": language}).json()]
    }
    assert words["ko"].keys() == words["en"].keys() and len(words["ko"]) > 90
    for member, craft in words["ko"].values():
        for said in (member["title"], member["description"], craft["description"]):
            assert korean.search(said), (member["name"], craft["name"])
    for member, craft in words["en"].values():
        for said in (member["title"], member["description"], craft["description"]):
            assert not korean.search(said), (member["name"], craft["name"])


def test_roster_model_health_and_metrics(client: httpx.Client) -> None:
    roster = client.get("/api/roster").json()
    agents = {agent["name"]: agent for agent in roster["agents"]}
    tools = {tool["name"]: tool for tool in roster["tools"]}
    assert {"orchestrator", "pandas", "eda", "visualization", "sql_database"} <= agents.keys()
    assert {"data_preprocessing", "statistical_analysis"} <= tools.keys()
    assert all(a["healthy"] for a in agents.values()), agents
    assert all(t["healthy"] for t in tools.values()), tools
    card = httpx.get(f"{agents['pandas']['url']}.well-known/agent-card.json").json()
    assert card["name"]
    assert client.get("/api/model").json()["mode"] == "embedded"
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["not_locked"] == list(supported().needed)
    metrics = client.get("/metrics").text
    for name in (
        "streaming_messages_total",
        "streaming_response_seconds",
        "streaming_active_total",
    ):
        assert name in metrics


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}],
)
def test_other_sites_are_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/api/conversations", "/", "/_event/"):
        assert client.get(path, headers=headers).status_code == 403


def test_the_page_has_a_policy(client: httpx.Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in script
    assert "connect-src 'self'" in policy


def test_the_first_script_knows_the_language_of_the_house(client: httpx.Client) -> None:
    script = client.get("/boot.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert 'dataset.offered = ""' in script.text
    assert "root.lang" in script.text
