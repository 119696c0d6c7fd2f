"""Waits between attempts: per name and address, per address, per name."""

import pytest

from cherry_reflex.accounts.attempts import ADDRESS, NAME, PAIR, Attempts
from cherry_reflex.core.errors import TooOften
from tests.accounts.conftest import Clock


def refused_s(attempts: Attempts, name: str, address: str) -> int:
    with pytest.raises(TooOften) as refused:
        attempts.begin(name, address)
    return int(refused.value.params["seconds"])


def test_waits_double_and_only_attempts_that_count_do(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(PAIR.free):
        attempts.begin("minji", "10.0.0.1")
    waits = []
    for _ in range(5):
        waits.append(refused_s(attempts, "minji", "10.0.0.1"))
        assert refused_s(attempts, "minji", "10.0.0.1") == waits[-1], "asking again costs nothing"
        clock.now += waits[-1]
        attempts.begin("minji", "10.0.0.1")
    assert waits == [2, 3, 5, 9, 17]


def test_a_wait_has_an_end(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(PAIR.free + 12):
        attempts.begin("minji", "10.0.0.1")
        clock.now += PAIR.wait_max_s
    attempts.begin("minji", "10.0.0.1")
    assert refused_s(attempts, "minji", "10.0.0.1") == PAIR.wait_max_s + 1


def test_another_address_is_not_kept_waiting(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(PAIR.free):
        attempts.begin("minji", "10.0.0.1")
    refused_s(attempts, "minji", "10.0.0.1")
    attempts.begin("minji", "10.0.0.2")
    attempts.begin("tom", "10.0.0.1")


def test_many_names_from_one_address(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(ADDRESS.free):
        attempts.begin(f"name{number}", "10.0.0.1")
    refused_s(attempts, "another", "10.0.0.1")


def test_one_name_from_many_addresses(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(NAME.free):
        attempts.begin("minji", f"10.0.{number // 200}.{number % 200}")
    refused_s(attempts, "minji", "10.9.9.9")


def test_addresses_of_one_ipv6_subscriber_are_one(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(PAIR.free):
        attempts.begin("minji", f"2001:db8:1:2::{number}")
    refused_s(attempts, "minji", "2001:db8:1:2:ffff::1")
    attempts.begin("minji", "2001:db8:1:3::1")


def test_the_right_password_ends_the_count(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(3 * ADDRESS.free):
        attempts.begin("minji", "10.0.0.1")
        attempts.succeeded("minji", "10.0.0.1")


def test_an_hour_later_it_is_forgotten(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(PAIR.free):
        attempts.begin("minji", "10.0.0.1")
    clock.now += 3601
    for _ in range(PAIR.free):
        attempts.begin("minji", "10.0.0.1")
