"""The session over HTTP: sign in, who is signed in, sign out."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.cookie import cookie
from cherry_reflex.api.current_user import OPERATOR, session_of
from cherry_reflex.api.responses import answering, body_of
from cherry_reflex.api.routes.sign_in import address_of
from cherry_reflex.core.errors import NotAllowed, NotFound
from cherry_reflex.runtime import current
from cherry_reflex.store.accounts import Account


class Credentials(BaseModel):
    """Body of POST."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    name: str = Field(max_length=200)
    password: str = Field(max_length=2000, repr=False)


class NewPassword(BaseModel):
    """Body of PUT …/password: the one so far, and the new one."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    password: str = Field(max_length=2000, repr=False)
    new: str = Field(max_length=2000, repr=False)


def session_json(account: Account | None, *, login: bool, operator: bool) -> dict[str, Any]:
    """Return who is signed in, and whether they may change what everybody works with."""
    known = None if account is None else {"name": account.name}
    return {"login": login, "operator": operator, "account": known}


async def show(request: Request) -> Response:
    login, found = current().settings.login, session_of(request)
    return JSONResponse(
        session_json(
            found.account if found else None,
            login=login,
            operator=request.scope.get(OPERATOR) is True,
        )
    )


async def sign_in(request: Request) -> Response:
    here = current()
    if not here.settings.login:
        raise NotFound("login_off")
    body = await body_of(request, Credentials)
    secret, made = await here.sessions.sign_in(body.name, body.password, address_of(request))
    told = session_json(made.account, login=True, operator=made.account.operator)
    headers = {"Set-Cookie": cookie(request, here.sessions.life_s, secret)}
    return JSONResponse(told, headers=headers)


async def sign_out(request: Request) -> Response:
    """End the session that was used, with everything that it has open."""
    found = session_of(request)
    if found is not None and found.kind == "session":
        await current().sessions.sign_out(found)
    return Response(status_code=204, headers={"Set-Cookie": cookie(request, 0, "")})


async def change_password(request: Request) -> Response:
    """Give the account of the session that was used another password."""
    found = session_of(request)
    if found is None:
        raise NotFound("login_off")
    if found.kind != "session":
        raise NotAllowed("session_needed")
    body = await body_of(request, NewPassword)
    await current().sessions.change_password(found, body.password, body.new, address_of(request))
    return Response(status_code=204)


ROUTES = [
    Route("/api/session/password", answering(change_password), methods=["PUT"]),
    Route("/api/session", answering(show), methods=["GET"]),
    Route("/api/session", answering(sign_in), methods=["POST"]),
    Route("/api/session", answering(sign_out), methods=["DELETE"]),
]
