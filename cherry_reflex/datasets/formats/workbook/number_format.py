"""Number formats of cells: what a number is shown as, and the unit that the format adds."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from cherry_reflex.datasets.formats.layout_words import is_unit
from cherry_reflex.datasets.formats.workbook.archive import small_part

Shown = Literal["number", "date", "datetime", "time", "duration", "percent"]

_STYLES = "xl/styles.xml"
_FORMATS_MAX = 100_000
_BUILT_IN: Mapping[int, str] = {
    5: '"$"#,##0', 6: '"$"#,##0', 7: '"$"#,##0.00', 8: '"$"#,##0.00',
    9: "0%", 10: "0.00%",
    14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm",
    27: "yyyy/m", 28: "m/d", 29: "m/d", 30: "m-d-yy", 31: "yyyy/m/d", 32: "h:mm", 33: "h:mm:ss",
    34: "yyyy/m/d", 35: "yyyy/m/d", 36: "yyyy/m",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    50: "yyyy/m", 51: "m/d", 52: "yyyy/m/d", 53: "yyyy/m/d", 54: "m/d", 55: "yyyy/m/d",
    56: "yyyy/m/d", 57: "yyyy/m", 58: "m/d",
}  # fmt: skip
_CURRENCY = re.compile(r"\[\$([^\]\-]+)(?:-[0-9A-Fa-f]+)?\]")
_LOCALE = re.compile(r"\[\$-[^\]]*\]")
_CONDITION = re.compile(r"\[(?:[<>=][^\]]*|[A-Za-z]{3,}\d*|Color\s?\d+)\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.I)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_PADDING = re.compile(r"[_*].")
_SYMBOLS = "$€£¥₩￦"


@dataclass(frozen=True)
class CellFormat:
    """How cells of one style are shown. `indent` is the level of the text's indentation."""

    shown: Shown = "number"
    unit: str = ""
    indent: int = 0


def read_formats(archive: zipfile.ZipFile) -> tuple[CellFormat, ...]:
    """Return the format of every cell style of a workbook, in the order of their numbers."""
    if _STYLES not in archive.namelist():
        return ()
    root = small_part(archive, _STYLES)
    space = root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""
    codes = dict(_BUILT_IN)
    for element in root.iter(f"{space}numFmt"):
        codes[_number(element, "numFmtId")] = element.get("formatCode", "")[:500]
    styles = root.find(f"{space}cellXfs")
    known: dict[int, CellFormat] = {}
    found: list[CellFormat] = []
    for style in list(styles if styles is not None else ())[:_FORMATS_MAX]:
        number = _number(style, "numFmtId")
        if number not in known:
            known[number] = format_of(codes.get(number, ""))
        plain = known[number]
        alignment = style.find(f"{space}alignment")
        indent = _number(alignment, "indent") if alignment is not None else 0
        found.append(CellFormat(plain.shown, plain.unit, indent) if indent else plain)
    return tuple(found)


def format_of(code: str) -> CellFormat:
    """Return what a format code such as `[$₩-412]#,##0` or `[h]:mm` shows."""
    first = _first_section(code)
    currency = _CURRENCY.search(first)
    literals = [a or b for a, b in _QUOTED.findall(first)]
    bare = _CURRENCY.sub("", _LOCALE.sub("", first))
    elapsed = _ELAPSED.search(bare) is not None
    bare = _PADDING.sub("", _CONDITION.sub("", _QUOTED.sub("", bare)))
    low = _ELAPSED.sub(r"\1", bare).lower().replace("general", "")
    clock = low.replace("am/pm", "").replace("a/p", "")
    if elapsed:
        return CellFormat("duration")
    has_day = any(letter in clock for letter in "ydeg") or bool(re.search(r"m{3,}", clock))
    has_clock = "h" in clock or "s" in clock
    if has_day or ("m" in clock and not has_clock):
        return CellFormat("datetime" if has_clock else "date")
    if has_clock:
        return CellFormat("time" if "h" in clock else "duration")
    if "%" in bare:
        return CellFormat("percent", "%")
    symbol = currency[1].strip() if currency else ""
    written = symbol or next((c for c in bare if c in _SYMBOLS), "") or _literal_unit(literals)
    return CellFormat("number", written)


def _literal_unit(literals: list[str]) -> str:
    text = "".join(literals).strip()
    return text if text and is_unit(text) else ""


def _first_section(code: str) -> str:
    """Return the part of a code that is for positive numbers."""
    quoted = False
    for place, letter in enumerate(code):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            return code[:place]
    return code


def _number(element: ElementTree.Element, name: str) -> int:
    value = element.get(name, "0")
    return int(value) if value.isdecimal() and len(value) < 10 else 0
