"""How long events are gathered: by how busy the thread is, and by how late it wakes."""

from cherry_reflex.concurrency.adaptive_batching import AdaptiveBatching


class Machine:
    """A clock and a thread's work, moved by hand."""

    def __init__(self) -> None:
        self.now = self.work = 0.0

    def pass_s(self, seconds: float, *, share: float) -> None:
        self.now += seconds
        self.work += seconds * share

    def batching(self) -> AdaptiveBatching:
        return AdaptiveBatching(0.008, 0.05, clock=lambda: self.now, worked=lambda: self.work)


def after(share: float, seconds: float = 3.0, per_s: int = 0) -> float:
    machine = Machine()
    batching = machine.batching()
    for _ in range(round(seconds / 0.1)):
        machine.pass_s(0.1, share=share)
        for _ in range(per_s // 10):
            batching.passed()
        batching.pause_s()
    return batching.pause_s()


def test_an_idle_process_gathers_the_least() -> None:
    assert after(0.0) == after(0.25) == 0.008


def test_a_busy_process_gathers_longer_and_never_longer_than_the_most() -> None:
    assert 0.008 < after(0.4) < after(0.5) < 0.05
    assert after(0.7) == after(1.0) == 0.05


def test_many_news_are_gathered_longer_also_by_an_idle_process() -> None:
    assert after(0.0, per_s=300) == 0.008
    assert 0.008 < after(0.0, per_s=600) < after(0.0, per_s=1000) < 0.05
    assert after(0.0, per_s=3000) == 0.05


def test_a_rest_is_noticed_at_once() -> None:
    machine = Machine()
    batching = machine.batching()
    for _ in range(30):
        machine.pass_s(0.1, share=1.0)
        batching.pause_s()
    machine.pass_s(1.0, share=0.0)
    assert batching.pause_s() == 0.008


async def test_a_thread_that_wakes_late_gathers_longer() -> None:
    late = iter([0.0, 0.0, *(n * 0.08 for n in range(1, 200))])
    batching = AdaptiveBatching(0.008, 0.05, clock=lambda: next(late), worked=lambda: 0.0)
    for _ in range(60):
        await batching.pause(0.0)
    assert batching.late_s > 0.02
    assert batching.pause_s() == 0.05
