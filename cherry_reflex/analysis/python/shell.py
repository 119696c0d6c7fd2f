"""Runs code as an interactive Python does: statements, then the value of the last expression."""

import ast
import builtins
import io
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any

from cherry_reflex.analysis.python.printed_text import PrintedText
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.text import cut, mended

FILENAME = "<python>"
KEPT_FILENAME = "<python, earlier>"
"""Where code says it is from: of this call, and of functions that earlier calls have defined."""

_LABEL_CHARS, _SOURCE_CHARS, _PROBLEM_CHARS = 80, 200, 600
_FRAMES_TOLD = 6
_WARNINGS_MAX = 20


@dataclass(frozen=True)
class Warned:
    """A warning, with the line of the code that it is about (0: of a library)."""

    words: str
    line: int


@dataclass(frozen=True)
class Ran:
    """What running left: the last expression's value (`label` is its source, empty when there is
    none), the warnings, and the status with which the code called `exit`, if it did."""

    value: Any = None
    label: str = ""
    names: tuple[str, ...] = ()
    """The names of which the last expression consists, where it is only that: `a`, or `a, b`."""
    warned: tuple[Warned, ...] = ()
    exited: str | None = None


def parsed(code: str) -> ast.Module:
    """Return the code as a tree. Raises BadInput `python_failed` with the line where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # said when it is compiled
            return ast.parse(code, FILENAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise _failure(error, code, [(line, "")], "") from error


def run(tree: ast.Module, code: str, main: ModuleType, printed: PrintedText) -> Ran:
    """Run `code`, parsed as `tree`, in the module `main`; what it prints goes to `printed`.

    Raises BadInput `python_failed` with the line, its source and the exception's words. Standard
    output, warnings and the module `__main__` are this process's own: one call at a time.
    """
    statements, last = list(tree.body), None
    if statements and isinstance(statements[-1], ast.Expr):
        last = statements.pop().value  # type: ignore[attr-defined]
    try:
        body = _compiled(ast.Module(statements, tree.type_ignores))
        ending = _compiled(ast.Expression(last)) if last is not None else None
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        raise _failure(error, code, [(line, "")], "") from error
    value, exited = None, None
    with _streams(printed), _as_main(main), _heard() as heard:
        try:
            exec(body, main.__dict__)  # noqa: S102 - this is what the sandbox is for
            if ending is not None:
                value = eval(ending, main.__dict__)  # noqa: S307 - as above
        except SystemExit as error:
            exited = str(error.code if error.code is not None else 0)
            last = None
        except MemoryError:
            raise  # a limit, not a mistake in a line
        except BaseException as error:  # also KeyboardInterrupt and GeneratorExit of the code's own
            frames = _own_frames(error)
            raise _failure(error, code, frames, printed.text("…")) from error
    silent = last is None or code.rstrip().endswith(";")
    return Ran(
        value=None if silent else value,
        label="" if silent or last is None else cut(source_of(last), _LABEL_CHARS) or "…",
        names=() if silent or last is None else _names(last),
        warned=_warned(heard),
        exited=exited,
    )


def replay(source: str, main: ModuleType) -> bool:
    """Run the source of an import, a function or a class that an earlier call has defined; what it
    prints is not heard. Return whether it could be run."""
    with _streams(PrintedText(1000)), _as_main(main), _heard():
        try:
            compiled = compile(source, KEPT_FILENAME, "exec", dont_inherit=True)
            exec(compiled, main.__dict__)  # noqa: S102 - as above
        except MemoryError:
            raise
        except BaseException:
            return False
    return True


def source_of(node: ast.AST) -> str:
    """Return the source of a part of code on as few lines as it has statements; empty for what is
    nested too deeply to be written."""
    try:
        return ast.unparse(node)
    except RecursionError:
        return ""


def _compiled(tree: ast.Module | ast.Expression) -> CodeType:
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    return compile(tree, FILENAME, mode, dont_inherit=True)


def _names(last: ast.expr) -> tuple[str, ...]:
    parts = last.elts if isinstance(last, ast.Tuple | ast.List) else [last]
    names = tuple(part.id for part in parts if isinstance(part, ast.Name))
    return names if len(names) == len(parts) else ()


@contextmanager
def _streams(printed: PrintedText) -> Iterator[None]:
    """Take what is printed, and say to code that asks that nobody is there to answer."""

    def nobody(*_: object) -> str:
        raise EOFError("input() cannot be used: nobody can answer while this code runs")

    before, stdin = builtins.input, sys.stdin
    builtins.input, sys.stdin = nobody, io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            yield
    finally:
        builtins.input, sys.stdin = before, stdin


@contextmanager
def _as_main(main: ModuleType) -> Iterator[None]:
    """Have `main` be `__main__`: data classes look up the names of their annotations there."""
    before = sys.modules.get("__main__")
    sys.modules["__main__"] = main
    try:
        yield
    finally:
        if before is not None:
            sys.modules["__main__"] = before


@contextmanager
def _heard() -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as heard:
        # Deprecations are for who wrote the line, so of the code's own lines alone.
        warnings.resetwarnings()
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        warnings.simplefilter("ignore", ImportWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
        yield heard


def _warned(heard: list[warnings.WarningMessage]) -> tuple[Warned, ...]:
    found: dict[Warned, None] = {}
    for one in heard:
        line = one.lineno if one.filename == FILENAME else 0
        words = f"{one.category.__name__}: {one.message}"
        found[Warned(cut(mended(" ".join(words.split())), _PROBLEM_CHARS), line)] = None
    return tuple(found)[:_WARNINGS_MAX]


def _own_frames(error: BaseException) -> list[tuple[int, str]]:
    """Return line and function of the code's own frames, the innermost last. Lines of functions of
    earlier calls are not of this code: their caller's line is told."""
    return [
        (line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == FILENAME
    ]


def _failure(
    error: BaseException, code: str, frames: list[tuple[int, str]], printed: str
) -> BadInput:
    lines = code.splitlines()

    def source(line: int) -> str:
        return cut(lines[line - 1].strip(), _SOURCE_CHARS) if 0 < line <= len(lines) else ""

    line = frames[-1][0] if frames else 1
    # Of a recursion each line once.
    passed = list(dict.fromkeys(frame for frame in frames if frame[1]))[-_FRAMES_TOLD:]
    told = [f"line {at} in {name}: {source(at)}" for at, name in passed]
    if printed.strip():
        told.append(f"Printed before: {printed.strip()[-_PROBLEM_CHARS:]}")
    return BadInput(
        "python_failed",
        "\n".join(told),
        line=line,
        source=mended(source(line)),
        problem=_problem(error),
    )


def _problem(error: BaseException) -> str:
    """Return the exception's kind and words; its words may themselves be code that fails."""
    try:
        words = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:
        words = ""
    kind = type(error).__name__
    return mended(cut(f"{kind}: {words}" if words.strip() else kind, _PROBLEM_CHARS))
