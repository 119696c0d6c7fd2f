"""The sign-in page: plain HTML and a form; it works before anything of the app is loaded."""

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from cherry_reflex.api.cookie import cookie
from cherry_reflex.api.current_user import session_of
from cherry_reflex.api.responses import language_of, refusal
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.i18n.catalogue import message, text
from cherry_reflex.i18n.detect import known_language
from cherry_reflex.runtime import current

FORM_BYTES_MAX = 16_000
_NEXT = re.compile(r"/(c/[0-9a-f]{32}/?)?")
_ALERT = Template('<p class="c-sign__alert" role="alert" id="why">$why</p>')
_BUILT = Path.cwd() / ".web" / "build" / "client"


def sign_in_page(
    request: Request,
    error: CherryError | None = None,
    *,
    language: Language | None = None,
    name: str = "",
    then: str = "",
) -> HTMLResponse:
    """Return the page; after a refusal with its reason. `then` is where a person wanted to go."""
    language = language or _language(request)
    other = ENGLISH if language == KOREAN else KOREAN
    then = then or request.query_params.get("next", "") or request.url.path
    words = {
        word: text(f"ui.account.{word}", language)
        for word in ("sign_in", "name", "password", "about", "first")
    }
    answer = "" if error is None else message(error.failure(), language)
    page = _html().substitute(
        {word: escape(value) for word, value in words.items()},
        language=language,
        other=other,
        other_name={KOREAN: "한국어", ENGLISH: "English"}[other],
        then=escape(_place(then)),
        given=escape(name[:200]),
        alert=_ALERT.substitute(why=escape(answer)) if error else "",
        wrong='aria-invalid="true" aria-describedby="why"' if error else "",
        focus_name="" if name else "autofocus",
        focus_password="autofocus" if name else "",
        fonts="".join(f'<link rel="stylesheet" href="{escape(href)}">' for href in _fonts()),
    )
    headers = {"Cache-Control": "no-store"}
    if error is None:
        return HTMLResponse(page, headers=headers)
    refused = refusal(error, language)
    if "retry-after" in refused.headers:
        headers["Retry-After"] = refused.headers["retry-after"]
    return HTMLResponse(page, refused.status_code, headers=headers)


async def show(request: Request) -> Response:
    if not current().settings.login or session_of(request) is not None:
        return RedirectResponse(_place(request.query_params.get("next", "")), 303)
    return sign_in_page(request, then=request.query_params.get("next", "/"))


async def sign_in(request: Request) -> Response:
    """The form: name, password, next, language."""
    here = current()
    if not here.settings.login:
        return RedirectResponse("/", 303)
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > FORM_BYTES_MAX:
            return Response(status_code=413)
    fields = {key: values[-1] for key, values in parse_qs(raw.decode("utf-8", "replace")).items()}
    name, then = fields.get("name", ""), _place(fields.get("next", ""))
    language = known_language(fields.get("language"), _language(request))
    try:
        secret, _ = await here.sessions.sign_in(
            name, fields.get("password", ""), address_of(request)
        )
    except CherryError as error:
        return sign_in_page(request, error, language=language, name=name, then=then)
    headers = {"Set-Cookie": cookie(request, here.sessions.life_s, secret)}
    return RedirectResponse(then, 303, headers=headers)


def address_of(request: Request) -> str:
    """Return where a request comes from; behind a proxy on this machine, whom the proxy names."""
    return request.client.host if request.client is not None else ""


def _language(request: Request) -> Language:
    chosen = known_language(current().settings.language, language_of(request))
    return known_language(request.query_params.get("language"), chosen)


def _place(path: str) -> str:
    """Return a page of ours, whatever was asked for."""
    return path if _NEXT.fullmatch(path) else "/"


@lru_cache(1)
def _html() -> Template:
    return Template((Path(__file__).parent / "sign_in.html").read_text("utf-8"))


@lru_cache(1)
def _fonts() -> tuple[str, ...]:
    """Return the page's own stylesheets that bring its typeface."""
    return tuple(
        f"/assets/{path.name}"
        for path in sorted((_BUILT / "assets").glob("*.css"))
        if b"Pretendard Variable" in path.read_bytes()
    )


ROUTES = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
]
