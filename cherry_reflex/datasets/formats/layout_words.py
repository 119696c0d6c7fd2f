"""Words by which rows around a table are told: `layout_words.json`, Korean, English, German."""

import json
import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("layout_words.json")
_BRACKETS = "()[]（）［］【】<>〈〉{}"
_KEY = re.compile(r"^[\s\[(（【<]*([^:\uff1a]{1,40}?)\s*[\])）】>]?\s*[:\uff1a]\s*(.*)$", re.DOTALL)
_NUMBERED = re.compile(
    r"^(주\s*\d*\s*\)|\(?주\s*\d+\)?|\*?\d{1,2}\)|\[\d{1,2}\]|\(\d{1,2}\)|\*{1,4}\s*\S)"
)
_COUNT = re.compile(
    r"^\(?\s*(총\s*)?[\d,]+\s*(rows?|records?|건|행)(\s*(selected|affected))?\s*\)?\.?$", re.I
)
_SIGNIFICANCE = re.compile(r"\bp\s*[<>≤=]\s*0?\.\d+", re.I)
_SPACES = re.compile(r"\s+")
_IN_UNIT = re.compile(r"^\(?\s*in\s+(.{1,40}?)\s*\)?$", re.I)
_NAME_UNIT = re.compile(r"[\(\[（［]\s*([^()\[\]（）［］]{1,24}?)\s*[\)\]）］]\s*$")
_NAME_IN = re.compile(r"\bin\s+(\S+(?:\s\S+)?)$", re.I)
_SEPARATED = re.compile(r"\s*[,;、·]\s*|\s+및\s+|\s+and\s+")


@cache
def words(kind: str) -> frozenset[str]:
    """Return the lower-case words of a kind (`total`, `unit`, `note`, …)."""
    return _vocabulary()[kind]


@cache
def _vocabulary() -> dict[str, frozenset[str]]:
    data: dict[str, list[str]] = json.loads(_FILE.read_text("utf-8"))
    return {kind: frozenset(data[kind]) for kind in data}


def key_of(text: str) -> tuple[str, str]:
    """Return what stands before and after the first colon, the first in lower case; empty texts
    where there is none."""
    found = _KEY.match(text)
    return (found[1].strip().lower(), found[2].strip()) if found else ("", "")


def is_total(text: str) -> bool:
    """Whether a label says by itself that its row sums up others: `합계`, `서울 소계`, `Total:`."""
    plain = _plain(text)
    if _squeezed(plain) in words("total"):
        return True
    parts = plain.split()
    if not 2 <= len(parts) <= 4:
        return False
    return parts[-1] in words("total_ends") or parts[0] in words("total_begins")


def may_be_total(text: str) -> bool:
    """Whether a label stands for others if the figures add up: `계`, `전국`, `평균`."""
    plain = _plain(text)
    found = words("total_if_it_adds_up")
    return plain in found or _squeezed(plain) in found


def is_note(text: str) -> bool:
    """Whether a text below (or above) a table is a note, a source or a mark of its end."""
    plain = text.strip()
    if not plain:
        return False
    if plain[0] in words("note_marks") or _NUMBERED.match(plain) or _COUNT.match(plain):
        return True
    if key_of(plain)[0] in words("note") or _SIGNIFICANCE.search(plain):
        return True
    return plain.strip(_BRACKETS + "-–— .*=").lower() in words("end")


def is_filter(text: str) -> bool:
    """Whether a text above a table says what was chosen or when it was made: `기간: 2024-01`."""
    return key_of(text)[0] in words("filter")


def is_filter_word(text: str) -> bool:
    """Whether a text is the word alone, its value standing in the next cell."""
    return without_colon(text).lower() in words("filter")


def without_colon(text: str) -> str:
    """Return a text without the colon that it ends with."""
    return text.strip().rstrip(":\uff1a").strip()


def unit_of(text: str) -> str:
    """Return the unit that a cell is about (`(단위: 천원)` is `천원`), "" for any other cell."""
    plain = text.strip()
    bare = plain.strip(_BRACKETS + " ")
    key, value = key_of(bare)
    if key in words("unit"):
        return value.strip(_BRACKETS + " ")
    found = _IN_UNIT.match(plain)
    if found and found[1].split()[0].lower() in words("in_scale"):
        return found[1]
    return ""


def unit_within(text: str) -> str:
    """Return the unit that stands in brackets in a title: `실적 (단위: 천원)`."""
    for part in re.findall(r"[(\[（【<]([^()\[\]（）【】<>]{2,60})[)\]）】>]", text):
        if unit := unit_of(f"({part})"):
            return unit
    key, _ = key_of(text)
    return unit_of(text) if key in words("unit") else ""


def is_unit(text: str) -> bool:
    """Whether a text is nothing but a unit: `천원`, `(kg)`, `million USD`, `Mio. €`."""
    plain = _SPACES.sub(" ", text.strip().strip(_BRACKETS + " ").lower())
    if plain in words("units"):
        return True
    for scale in words("scales"):
        if plain.startswith(scale) and plain[len(scale) :].strip() in words("units"):
            return True
    first, _, last = plain.rpartition(" ")
    return first in words("units") and last in words("scales")


def has_unit(text: str) -> bool:
    """Whether some unit is in a text (`thousands of USD`), unlike in `see table`. Units of other
    scripts than Latin need not be known."""
    parts = re.split(r"[\s,;/]+", text.lower())
    return is_unit(text) or not text.isascii() or any(p in words("units") for p in parts)


def unit_of_name(name: str) -> str:
    """Return the unit that a heading ends with: `매출(천원)`, `Umsatz in EUR`; "" for none."""
    found = _NAME_UNIT.search(name) or _NAME_IN.search(name)
    if found is None or not found.start():
        return ""
    inner = found[1].strip()
    return unit_of(f"({inner})") or (inner if is_unit(inner) else "")


def units_listed(text: str) -> list[str]:
    """Return the units of a list (`명, %`), or the one that is there."""
    if is_unit(text):
        return [text]
    return [part for part in _SEPARATED.split(text) if part]


def is_rate(name: str) -> bool:
    """Whether a heading names a share, which a unit of amounts is not about."""
    plain = name.lower().strip(_BRACKETS + " ")
    parts = re.split(r"[\s_()\[\]]+", plain)
    return "%" in plain or any(
        part in words("rate") or part.endswith(("율", "률", "비중", "구성비")) for part in parts
    )


def is_number_of_a_thing(name: str) -> bool:
    """Whether a heading names numbers that count nothing: years, ranks, codes."""
    parts = re.split(r"[\s_()\[\]]+", name.lower().strip())
    return any(
        part in words("no_unit") or part.endswith(("연도", "년도", "코드", "번호", "순위"))
        for part in parts
    )


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.strip().strip(_BRACKETS + "*:=\uff1a-–— ").lower())


def _squeezed(text: str) -> str:
    return text.replace(" ", "")
