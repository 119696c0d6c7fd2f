"""Signing in and out over HTTP: the page, the cookie, what is refused and how."""

import re

import httpx
import pytest

from tests.api.conftest import PASSWORD, Club


def test_the_page_is_a_form_that_needs_no_script(club: Club) -> None:
    with club.stranger() as stranger:
        for path in ("/", "/c/0123456789abcdef0123456789abcdef", "/sign-in"):
            page = stranger.get(path, headers={"accept-language": "ko"})
            assert page.status_code == 200
            assert '<html lang="ko"' in page.text
            assert "비밀번호" in page.text
            assert page.headers["cache-control"] == "no-store"
            assert "unsafe-inline" not in page.headers["content-security-policy"].split("style")[0]
            then = re.search(r'name="next" value="([^"]*)"', page.text)
            assert then and then[1] == ("/" if path == "/sign-in" else path)
        english = stranger.get("/?language=en", headers={"accept-language": "ko"})
        assert "Password" in english.text


def test_the_form_signs_in_and_goes_where_one_wanted(club: Club) -> None:
    place = "/c/0123456789abcdef0123456789abcdef"
    form = {"name": "민지", "password": PASSWORD, "next": place, "language": "ko"}
    with club.stranger() as stranger:
        answer = stranger.post("/sign-in", data=form, headers={"origin": club.url})
        assert (answer.status_code, answer.headers["location"]) == (303, place)
        assert "c-sign" not in stranger.get("/").text, "the app's page"
        assert stranger.get("/sign-in").status_code == 303
        known = stranger.get("/api/session").json()
        assert known == {"login": True, "operator": True, "account": {"name": "민지"}}


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\evil", "/api/x"])
def test_the_form_goes_nowhere_else(club: Club, place: str) -> None:
    with club.stranger() as stranger:
        form = {"name": "민지", "password": PASSWORD, "next": place}
        assert stranger.post("/sign-in", data=form).headers["location"] == "/"
        assert "evil" not in stranger.get("/sign-in", params={"next": place}).text


def test_a_wrong_password_is_said_on_the_page(club: Club) -> None:
    with club.stranger() as stranger:
        form = {"name": '<b>"x', "password": "wrong", "next": "/", "language": "ko"}
        answer = stranger.post("/sign-in", data=form)
        assert answer.status_code == 401
        assert 'role="alert"' in answer.text
        assert "맞지 않습니다" in answer.text
        assert "<b>" not in answer.text
        assert "set-cookie" not in answer.headers


def test_the_cookie(club: Club) -> None:
    body = {"name": "Tom", "password": PASSWORD}
    with club.stranger() as stranger:
        plain = stranger.post("/api/session", json=body).headers["set-cookie"]
        proxied = {"x-forwarded-proto": "https"}
        secure = stranger.post("/api/session", json=body, headers=proxied).headers["set-cookie"]
    parts = plain.split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", f"Max-Age={14 * 24 * 3600}"} <= set(parts)
    assert "Secure" not in parts, "http://127.0.0.1 would lose it"
    assert not any(part.startswith("Domain") for part in parts)
    assert "Secure" in secure.split("; ")
    assert len(parts[0].partition("=")[2]) >= 43


def test_signing_out_ends_the_session_at_the_server(club: Club) -> None:
    with club.sign_in("Tom") as tom:
        kept = f"cherry_session={tom.cookies['cherry_session']}"
        gone = tom.delete("/api/session")
        assert gone.status_code == 204
        assert "Max-Age=0" in gone.headers["set-cookie"]
        again = tom.get("/api/conversations", headers={"cookie": kept})
        assert again.status_code == 401
        assert again.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Tom", "password": "wrong password"},
        {"name": "nobody", "password": PASSWORD},
        {"name": "", "password": ""},
    ],
)
def test_refusals_look_the_same(club: Club, body: dict[str, str]) -> None:
    with club.stranger() as stranger:
        answer = stranger.post("/api/session", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_wrong")
    assert answer.json()["error"]["params"] == {}


def test_too_many_attempts_wait(club: Club) -> None:
    body = {"name": "guessed", "password": "wrong password"}
    # A proxy on this machine names who it speaks for.
    here, there = {"x-forwarded-for": "10.1.2.3"}, {"x-forwarded-for": "10.1.2.4"}
    with club.stranger() as stranger:
        said = [stranger.post("/api/session", json=body, headers=here) for _ in range(12)]
        codes = [answer.status_code for answer in said]
        assert codes[:5] == [401] * 5
        late = said[codes.index(429)]
        assert int(late.headers["retry-after"]) >= 1
        assert late.json()["error"]["code"] == "sign_in_later"
        form = stranger.post("/sign-in", data={**body, "language": "ko"}, headers=here)
        assert form.status_code in (401, 429)
        assert stranger.post("/api/session", json=body, headers=there).status_code == 401


def test_another_site_cannot_sign_anybody_in_or_out(club: Club, tom: httpx.Client) -> None:
    evil = {"origin": "https://evil.example"}
    body = {"name": "Tom", "password": PASSWORD}
    for method, path in (
        ("POST", "/sign-in"),
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
    ):
        assert tom.request(method, path, json=body, headers=evil).status_code == 403
    assert tom.get("/api/session").json()["account"] == {"name": "Tom"}


def test_what_a_person_was_given_is_not_cached(tom: httpx.Client) -> None:
    for path in ("/", "/api/conversations", "/api/session"):
        assert tom.get(path).headers["cache-control"] == "no-store"


def test_one_person_has_no_login(client: httpx.Client) -> None:
    known = client.get("/api/session").json()
    assert known == {"login": False, "operator": True, "account": None}
    assert client.get("/sign-in").status_code == 303
    body = {"name": "Tom", "password": PASSWORD}
    assert client.post("/api/session", json=body).status_code == 404


def test_the_own_password_is_changed_by_a_session_alone(club: Club) -> None:
    club.add("Changer")
    token = club.command("token", "Changer")
    new = "quite another one"
    with club.sign_in("Changer") as one, club.sign_in("Changer") as other:
        change = {"password": PASSWORD, "new": new}
        assert one.put("/api/session/password", json={**change, "password": "x"}).status_code == 400
        with club.stranger() as stranger:
            assert stranger.put("/api/session/password", json=change).status_code == 401
            bearer = {"authorization": f"Bearer {token}"}
            refused = stranger.put("/api/session/password", json=change, headers=bearer)
            assert refused.status_code == 403
        assert one.put("/api/session/password", json=change).status_code == 204
        assert one.get("/api/roster").status_code == 200
        assert other.get("/api/roster").status_code == 401
        with club.stranger() as stranger:
            given = {"name": "Changer", "password": PASSWORD}
            assert stranger.post("/api/session", json=given).status_code == 401
            given["password"] = new
            assert stranger.post("/api/session", json=given).status_code == 200
