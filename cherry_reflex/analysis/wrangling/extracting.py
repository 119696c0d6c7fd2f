"""New columns of what a pattern finds in a text column."""

import re
from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.wrangling.bench import Bench, new_name, open_bench
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Preparation, Tables, column_field

Known = Literal[
    "", "number", "email", "email_domain", "url", "url_host", "phone", "date", "year", "hashtag",
    "in_brackets", "first_word", "last_word",
]  # fmt: skip
PATTERNS: dict[str, str] = {
    "number": r"([-+]?\d+(?:,\d{3})*(?:\.\d+)?)",
    "email": r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    "email_domain": r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)",
    "url": r"(https?://[^\s\"'<>)]+)",
    "url_host": r"https?://([^\s/:?#\"'<>)]+)",
    "phone": r"(\+?\d{1,3}[-. ]?\(?\d{1,4}\)?[-. ]?\d{3,4}[-. ]?\d{4})",
    "date": r"(\d{4}[-./년]\s?\d{1,2}[-./월]\s?\d{1,2}일?)",
    "year": r"\b((?:19|20)\d{2})\b",
    "hashtag": r"(#[\p{L}\p{N}_]+)",
    "in_brackets": r"[(\[{（【]([^)\]}）】]*)[)\]}）】]",
    "first_word": r"^\s*(\S+)",
    "last_word": r"(\S+)\s*$",
}
_GROUPS_MAX = 10
_PATTERN_CHARS_MAX = 500
_OPENING = re.compile(r"\((?!\?)|\(\?P?<[A-Za-z_]")


class RegexExtract(Preparation):
    """Extract parts of a text column into new columns by a regular expression (RE2 syntax, one
    column for each group in brackets), or by a kind: number, email, its domain, address of a page,
    phone, date, year, hashtag, what is in brackets, first or last word."""

    name: ClassVar[str] = "regex_extract"
    examples: ClassVar[tuple[str, ...]] = (
        "이메일에서 도메인만 뽑아서 새 열로 만들어줘",
        "주소에서 숫자만 추출해줘",
        "상품명 괄호 안의 글자를 새 열로 분리해줘",
        "Extract the domain from the email addresses",
        "Get the number out of the text column",
        "Extract with the regular expression ([A-Z]+)-(\\d+)",
    )

    column: str = column_field("Column of text.", "text", "category")
    kind: Known = Field("", description="What is extracted; empty to give a pattern.")
    pattern: str = Field(
        "",
        max_length=_PATTERN_CHARS_MAX,
        description="Regular expression (RE2); its groups in brackets become columns.",
    )
    to: tuple[str, ...] = Field(
        default=(), max_length=_GROUPS_MAX, description="Names of the new columns."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when there is no pattern, or two."""
        super().check(tables)
        if bool(self.kind) == bool(self.pattern):
            raise BadInput("regex_needed")
        if len(groups := self._groups()) > _GROUPS_MAX:
            raise BadInput("regex_groups", count=len(groups), limit=_GROUPS_MAX)

    def run(self, tables: Tables) -> Outcome:
        """Extract; what does not match is missing. Raises BadInput `regex_wrong`."""
        import duckdb

        dataset = tables.get(self.dataset)
        taken = [column.name for column in dataset.columns]
        made: list[str] = []
        for wanted in self._names():
            made.append(new_name(wanted, [*taken, *made]))
        with open_bench(tables, dataset) as bench:
            text, pattern = f"{ident(self.column)}::VARCHAR", literal(self._pattern)
            parts = [
                f"CASE WHEN regexp_matches({text}, {pattern}) THEN "
                f"nullif(regexp_extract({text}, {pattern}, {group}), '') END AS {ident(name)}"
                for group, name in zip(self._groups(), made, strict=True)
            ]
            sql = f"SELECT *, {', '.join(parts)} FROM {bench.name(dataset)}"
            try:
                facts = self._facts(bench, sql, made)
            except (duckdb.InvalidInputException, duckdb.BinderException) as error:
                raise BadInput("regex_wrong", pattern=self._pattern, detail=str(error)) from error
            title = bench.say("title.derived", name=dataset.name)
            return bench.outcome(self, sql, title, facts)

    @property
    def _pattern(self) -> str:
        return PATTERNS[self.kind] if self.kind else self.pattern

    def _groups(self) -> list[int]:
        """Return the numbers of the groups; 0, the whole match, when there are none."""
        bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", self._pattern)
        return list(range(1, len(_OPENING.findall(bare)) + 1)) or [0]

    def _names(self) -> list[str]:
        count = len(self._groups())
        named = list(self.to[:count])
        base = f"{self.column}_{self.kind or 'part'}"
        return named + [base if count == 1 else f"{base}_{n + 1}" for n in range(len(named), count)]

    def _facts(self, bench: Bench, sql: str, names: list[str]) -> list[Fact]:
        counted = ", ".join(
            f"count({ident(n)}), count(DISTINCT {ident(n)}), min({ident(n)})" for n in names
        )
        rows, *found = bench.one(f"SELECT count(*), {counted} FROM ({sql})")
        facts = []
        for place, name in enumerate(names):
            filled, different, example = found[place * 3 : place * 3 + 3]
            params = {
                "column": name, "of": self.column, "filled": filled, "rows": rows,
                "share": filled / rows, "different": different, "example": example,
            }  # fmt: skip
            key = "wrangling.extracted" if filled else "wrangling.extracted_none"
            facts.append(Fact(key=key, params=params, weight=2.5 - place * 0.1))
        return facts
