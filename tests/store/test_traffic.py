"""How densely events come in the lanes where any come."""

from cherry_reflex.store.traffic import Traffic


def test_the_rate_is_of_one_lane_and_of_the_last_span() -> None:
    now = 0.0
    traffic = Traffic(clock=lambda: now)
    for number in range(100):
        now = number * 0.01
        for lane in range(3):
            if number % 2 == 0:
                traffic.passed(("run", f"s{lane}"))
        rate = traffic.per_lane()
    assert 45 < rate < 55
    now += 10
    assert traffic.per_lane() < 5
    now += 1
    assert traffic.per_lane() == 0
