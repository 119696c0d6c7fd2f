"""Who asks: set by authentication on every request that it lets through, and by nobody else."""

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from cherry_reflex.accounts.session_manager import Session
from cherry_reflex.api.responses import Handler
from cherry_reflex.core.errors import NotAllowed, SignInNeeded
from cherry_reflex.core.ids import OwnerId

OWNER, PASS, OPERATOR = "cherry.owner", "cherry.pass", "cherry.operator"
"""Keys of the ASGI scope: whose data this request may see, what let it in, and whether it may
change what everybody works with."""


def owner_of(request: HTTPConnection) -> OwnerId:
    """Return whose data a request may see. Raises SignInNeeded when nobody is signed in."""
    owner = request.scope.get(OWNER)
    if not isinstance(owner, str):
        raise SignInNeeded("sign_in_needed")
    return OwnerId(owner)


def session_of(request: HTTPConnection) -> Session | None:
    """Return what let a request in; None while the app serves one person, or nobody signed in."""
    found = request.scope.get(PASS)
    return found if isinstance(found, Session) else None


def operating(handler: Handler) -> Handler:
    """Wrap a handler that changes what everybody works with: with login it is for operators."""

    async def operate(request: Request) -> Response:
        owner_of(request)
        if request.scope.get(OPERATOR) is not True:
            raise NotAllowed("operator_needed")
        return await handler(request)

    return operate
