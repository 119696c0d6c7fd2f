"""Sentences of the catalogue in Reflex components: written on the page, in its language now."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.function import FunctionStringVar, FunctionVar

_STRINGS = "$/cherry/live/strings.js"
_DATA = VarData(
    hooks={"const t = useT()": None},
    imports={_STRINGS: [ImportVar(tag="useT"), ImportVar(tag="failureText")]},
)
_T: FunctionVar[Any] = FunctionStringVar.create("t", _var_data=_DATA)
_FAILURE: FunctionVar[Any] = FunctionStringVar.create("failureText", _var_data=_DATA)

LANGUAGE: rx.Var[str] = rx.Var("t.language", _var_type=str, _var_data=_DATA)
"""The language of the page, `en` or `ko`."""


def sentence(key: str | rx.Var[str], **params: Any) -> rx.Var[str]:
    """Return the sentence of a key with the prefix `ui.`, slots filled."""
    return _T.call(key, params).to(str)


def failure_sentence(failure: Any) -> rx.Var[str]:
    """Return the sentence of a var that holds a core.errors.Failure."""
    return _FAILURE.call(_T, failure).to(str)
