"""`${VAR}` in the operator's files, so that secrets stay in the environment."""

import os
import re

from cherry_reflex.core.errors import SettingsWrong

_VARIABLE = re.compile(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def expand(value: str) -> str:
    """Return `value` with `${NAME}`, `${env:NAME}` (VS Code's) and `${NAME:-default}` replaced.

    Raises SettingsWrong (`variable_missing`) for a name that is not set and has no default.
    """

    def replaced(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = os.environ.get(name, default)
        if found is None:
            raise SettingsWrong("variable_missing", name=name)
        return found

    return _VARIABLE.sub(replaced, value)
