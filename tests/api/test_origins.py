"""By which addresses a server is known."""

import socket

import psutil
import pytest

from cherry_reflex.api.origins import origins
from cherry_reflex.settings import Settings


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, port=3210, **given)  # type: ignore[call-arg,arg-type]


LOCAL = ("http://127.0.0.1:3210", "http://localhost:3210", "http://[::1]:3210")


def test_one_person_is_on_loopback_alone() -> None:
    assert origins(settings()) == LOCAL
    assert origins(settings(host="localhost")) == LOCAL


def test_what_the_operator_names_is_added() -> None:
    found = origins(settings(origins="https://cherry.example.com/, http://intra:8080"))
    assert found == (*LOCAL, "https://cherry.example.com", "http://intra:8080")


@pytest.mark.parametrize(
    ("host", "origin"), [("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "[2001:db8::7]")]
)
def test_the_address_that_is_listened_on_is_added(host: str, origin: str) -> None:
    assert origins(settings(host=host, login=True)) == (*LOCAL, f"http://{origin}:3210")


def test_every_address_means_those_of_this_machine() -> None:
    found = origins(settings(host="0.0.0.0", login=True))
    own = {
        one.address
        for many in psutil.net_if_addrs().values()
        for one in many
        if one.family == socket.AF_INET
    }
    assert {f"http://{address}:3210" for address in own} <= set(found)
    assert "http://0.0.0.0:3210" not in found
