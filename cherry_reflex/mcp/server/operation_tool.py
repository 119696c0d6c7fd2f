"""One operation as one MCP tool: its arguments are the tool's, its outcome is the result."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import func_metadata
from mcp_types import CallToolResult, TextContent
from pydantic import TypeAdapter, ValidationError

from cherry_reflex.analysis.digests.digest import digest_of
from cherry_reflex.analysis.operations import module_of, run_operation
from cherry_reflex.analysis.progress import passed_on
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, CherryError, Failure
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.redo import with_redo
from cherry_reflex.i18n import catalogue
from cherry_reflex.i18n.detect import known_language
from cherry_reflex.mcp.server.parquet import described
from cherry_reflex.mcp.server.tool_function import tool_function
from cherry_reflex.processes.sandbox import Sandbox

META_KEY = "cherry"
"""Key of the request's `_meta` under which our own client sends what it knows of the datasets."""
_DATASETS = TypeAdapter(tuple[Dataset, ...])


def operation_tool(kind: type[Operation], folder: Path | None) -> Tool:
    """Return the tool of an operation. Files are made in `folder`, or in a temporary one."""

    def call() -> None:
        """The SDK wants a function; OperationTool.run is what runs."""

    function = tool_function(kind)
    return OperationTool(
        fn=call,
        name=function.name,
        title=None,
        description=function.description,
        parameters=function.input_schema,
        fn_metadata=func_metadata(call, structured_output=False),
        is_async=True,
        kind=kind,
        folder=folder,
    )


class OperationTool(Tool):
    """Runs its operation in the sandbox; one of a program that is a single file in a thread of this
    process."""

    kind: type[Operation]
    folder: Path | None = None

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> Any:
        """Call the operation. A CherryError becomes an error result with its sentence, and the
        failure as structured content."""
        language = known_language(str(arguments.get("language", "")))
        try:
            return await self._call(arguments, context, language)
        except CherryError as error:
            return _failed(error.failure(), language)
        except MemoryError:
            return _failed(Failure(code="tool_memory"), language)
        except Exception as error:
            raise ToolError(f"{type(error).__name__}: {error}") from error

    async def _call(
        self, arguments: dict[str, Any], context: Context[Any, Any], language: Language
    ) -> CallToolResult:
        given = {key: value for key, value in arguments.items() if key != "language"}
        datasets = _told(context.request_context.meta)
        given, datasets = await asyncio.to_thread(_by_id, self.kind, given, datasets)
        try:
            operation = self.kind.model_validate(given)
        except ValidationError as error:
            raise BadInput("arguments_invalid", detail=str(error), tool=self.name) from error
        folder = self._new_folder()
        tables = Tables(datasets=datasets, folder=folder, language=language)
        handed: list[tuple[ArtifactContent, dict[str, Any]]] = []

        def entry(content: ArtifactContent, code: str = "", code_language: str = "") -> (
            dict[str, Any]
        ):  # fmt: skip
            told = with_redo(content, operation, tables)
            return _artifact(told, code, code_language, folder)

        async def show(content: ArtifactContent) -> None:
            handed.append((content, entry(content)))
            await reports.say({"artifact": handed[-1][1]})

        reports = _Reports(context)
        await reports.status(catalogue.text("agent.computing", language, operations=self.name))
        try:
            async with passed_on(reports.status, show):
                outcome = await _performed(operation, tables, context)
            shown = [
                next((told for item, told in handed if item == content), {})
                or entry(content, outcome.code, outcome.code_language)
                for content in outcome.artifacts
            ]
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        before = [told for _, told in handed]
        for item in shown:
            if item not in before:
                await reports.say({"artifact": item})
        facts = sorted(outcome.facts, key=lambda fact: fact.weight, reverse=True)
        sentences = [catalogue.sentence(fact, language) for fact in facts]
        return CallToolResult(
            content=[TextContent(type="text", text="\n".join(f"- {line}" for line in sentences))],
            structured_content={
                "facts": [fact.model_dump(mode="json") for fact in facts],
                "artifacts": shown,
                "digest": outcome.digest.model_dump(mode="json", exclude_defaults=True),
            },
        )

    def _new_folder(self) -> Path:
        if self.folder is None:
            return Path(tempfile.mkdtemp(prefix="cherry-"))
        folder = self.folder / new_id()
        folder.mkdir(parents=True)
        return folder


class _Reports:
    """Partial results: MCP's one portable channel for them is the message of a progress report."""

    def __init__(self, context: Context[Any, Any]) -> None:
        self._context, self._count = context, 0

    async def say(self, value: Mapping[str, Any]) -> None:
        self._count += 1
        text = json.dumps({META_KEY: value}, ensure_ascii=False, default=str)
        await self._context.report_progress(self._count, None, text)

    async def status(self, words: str) -> None:
        await self.say({"status": words})


async def _performed(operation: Operation, tables: Tables, context: Context[Any, Any]) -> Outcome:
    if module_of(type(operation)) != "__main__":
        sandbox: Sandbox = context.request_context.lifespan_context
        return await run_operation(sandbox, operation, tables)
    # Another process would not find it.
    return await asyncio.to_thread(_run_here, operation, tables)


def _run_here(operation: Operation, tables: Tables) -> Outcome:
    operation.check(tables)
    tables = tables.model_copy(update={"outside": operation.outside()})
    outcome = operation.run(operation.opened(tables))
    return outcome.model_copy(update={"digest": digest_of(outcome)})


def _told(meta: Any) -> tuple[Dataset, ...]:
    """Return what the request's `_meta` says of the datasets."""
    said = meta.get(META_KEY) if isinstance(meta, Mapping) else None
    if not isinstance(said, Mapping):
        return ()
    try:
        return _DATASETS.validate_python(said.get("datasets", ()))
    except ValidationError as error:
        raise BadInput("work_unreadable", detail=str(error)) from error


def _by_id(
    kind: type[Operation], arguments: dict[str, Any], datasets: tuple[Dataset, ...]
) -> tuple[dict[str, Any], tuple[Dataset, ...]]:
    """Return the arguments with files named by dataset ids, and the datasets, with those files
    that nobody described looked into."""
    arguments, known = dict(arguments), list(datasets)
    for name, info in kind.model_fields.items():
        hint = info.json_schema_extra
        value = arguments.get(name)
        if not (isinstance(hint, dict) and hint.get("x-dataset")) or not isinstance(value, str):
            continue
        if not value or any(value in (dataset.id, dataset.name) for dataset in known):
            continue
        found = next((dataset for dataset in known if dataset.uri == value), None)
        if found is None:
            found = described(value)
            known.append(found)
        arguments[name] = found.id
    # An empty name means the first: the one that was named must be it.
    first = arguments.get("dataset")
    known.sort(key=lambda dataset: dataset.id != first)
    return arguments, tuple(known)


def _artifact(
    content: ArtifactContent, code: str, code_language: str, folder: Path
) -> dict[str, Any]:
    """Return an artifact as JSON that names its file."""
    path = content.path
    if path is None:
        path = folder / new_id()
        path.write_bytes(content.data or b"")
    meta = dict(content.meta)
    if code and "code" not in meta:
        meta |= {"code": code, "language": code_language}
    return {
        "kind": content.kind,
        "title": content.title,
        "media_type": content.type,
        "filename": content.filename,
        "meta": meta,
        "path": str(path),
    }


def _failed(failure: Failure, language: Language) -> CallToolResult:
    sentence = catalogue.message(failure, language)
    return CallToolResult(
        content=[TextContent(type="text", text=sentence)],
        structured_content={"failure": failure.model_dump(mode="json")},
        is_error=True,
    )
