"""What the operator sets for the page arrives there: by the first script, read by the page's own
modules."""

import os
import subprocess
import sys
from pathlib import Path

from cherry_reflex.api.routes.boot import told
from cherry_reflex.settings import Settings
from tests.ui import node

ROOT = Path(__file__).parents[2]
DEFAULTS = Settings(_env_file=None)


def test_the_page_does_what_the_operator_has_set() -> None:
    own = DEFAULTS.model_copy(
        update={
            "language": "ko",
            "question_chars_max": 500,
            "ui_update_ms": 100,
            "ui_runs": 8,
            "ui_near_px": 5,
        }
    )
    (said,) = node.run("settings.mjs", [told(own)])
    assert said == {
        "language": "ko",
        "chars": 500,
        "first": "/api/conversations/c1?limit=8",
        "earlier": "/api/conversations/c1?limit=8&before=7",
        "near": [0, 5],
        "rests": [1, 80, 100],
    }


def test_a_page_that_was_told_nothing_takes_the_same_defaults() -> None:
    """But for the length of a question: that is the server's to refuse."""
    default, untold = node.run("settings.mjs", [told(DEFAULTS), ""])
    assert default["chars"] == DEFAULTS.question_chars_max
    assert default == untold | {"language": "", "chars": default["chars"]}
    assert default["first"] == "/api/conversations/c1?limit=50"
    assert (default["near"], default["rests"]) == ([0, 5, 64], [1, 80, 200])


def test_what_is_told_survives_the_script_behind_it() -> None:
    """`assets/boot.js` itself, which chooses the language of who has chosen none."""
    script = (ROOT / "assets" / "boot.js").read_text("utf-8")
    browser = (
        "globalThis.localStorage = { getItem: () => null };"
        "globalThis.matchMedia = () => ({ matches: false });"
        "document.documentElement.style = {};"
    )
    korean = told(DEFAULTS.model_copy(update={"language": "ko", "ui_runs": 9}))
    (said,) = node.run("settings.mjs", [browser + korean + script])
    assert (said["language"], said["first"]) == ("ko", "/api/conversations/c1?limit=9")


def test_a_tabs_state_is_forgotten_after_session_idle_s(tmp_path: Path) -> None:
    """By Reflex's own keeper of states, as `rxconfig.py` configures it."""
    script = "from reflex.istate.manager.memory import StateManagerMemory as Keeper;"
    done = subprocess.run(
        [sys.executable, "-c", f"import rxconfig; {script} print(Keeper().token_expiration)"],
        cwd=ROOT,
        env={**os.environ, "CHERRY_SESSION_IDLE_S": "77.4", "CHERRY_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split()[-1] == "77"
