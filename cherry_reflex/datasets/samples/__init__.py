"""Sample data that ships with the product; made by `scripts/sample-data`, all of it invented."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cherry_reflex.i18n.catalogue import languages, text

_FOLDER = Path(__file__).parent
_NAMES = {"retail_sales_ko": "ko", "retail_sales_en": "en"}


class Sample(BaseModel):
    """A file to try the app with. `language` is that of its headings and values; `title` and
    `description` have an entry per language of the page."""

    model_config = ConfigDict(frozen=True)

    name: str
    language: str
    filename: str
    title: dict[str, str]
    description: dict[str, str]
    path: Path


def samples() -> list[Sample]:
    """Return all samples."""
    return [
        Sample(
            name=name,
            language=language,
            filename=f"{name}.csv",
            title={page: text(f"fact.sample.{name}", page) for page in languages()},
            description={page: text("fact.sample.retail_sales", page) for page in languages()},
            path=_FOLDER / f"{name}.csv",
        )
        for name, language in _NAMES.items()
    ]


def sample(name: str) -> Path | None:
    """Return the file of the sample of that name, or None."""
    return next((one.path for one in samples() if one.name == name), None)
