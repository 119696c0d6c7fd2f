"""A ticket is for one dataset and for an hour."""

from cherry_reflex.accounts.ticket import LIFE_S, Tickets
from tests.accounts.conftest import Clock


def test_a_ticket_holds_for_its_dataset_until_it_is_over(clock: Clock) -> None:
    tickets = Tickets(clock)
    ticket = tickets.issue("d1")
    assert tickets.holds("d1", ticket)
    assert not tickets.holds("d2", ticket)
    clock.now += LIFE_S
    assert not tickets.holds("d1", ticket)


def test_what_is_no_ticket_of_ours(clock: Clock) -> None:
    tickets = Tickets(clock)
    until, _, mark = tickets.issue("d1").partition(".")
    for wrong in ("", ".", mark, f"{int(until) + 1}.{mark}", f"{until}.{mark[:-1]}", "²³.x", "9.é"):
        assert not tickets.holds("d1", wrong), wrong
    assert not tickets.holds("d1", Tickets(clock).issue("d1")), "of another process"
