"""The cookie that a session is known by."""

from starlette.requests import HTTPConnection

NAME = "cherry_session"


def cookie(request: HTTPConnection, life_s: float, secret: str | None = None) -> str:
    """Return a Set-Cookie header. Without `secret` it is the one that the request brought, with a
    new life; an empty `secret` takes the cookie back.

    `Secure` wherever the page is used over https: by us, or by a proxy that says so.
    """
    value = request.cookies.get(NAME, "") if secret is None else secret
    parts = [f"{NAME}={value}", "Path=/", f"Max-Age={int(life_s) if value else 0}"]
    if is_https(request):
        parts.append("Secure")
    return "; ".join((*parts, "HttpOnly", "SameSite=Strict"))


def is_https(request: HTTPConnection) -> bool:
    """Say whether the browser talks https (an Origin that is served has been checked)."""
    return request.url.scheme in ("https", "wss") or request.headers.get("origin", "").startswith(
        "https://"
    )
