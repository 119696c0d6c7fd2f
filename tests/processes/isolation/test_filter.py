"""The filter's verdicts on both architectures, by running its program here."""

import os
import struct
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from cherry_reflex.processes.isolation import seccomp, system_calls

ALLOW, REFUSE, ABSENT, PRETEND, KILL = 0x7FFF0000, 0x50001, 0x50026, 0x50000, 0x80000000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
PID = 4242
THREAD, NEW_USER, CHILD_ENDS = 0x10000, 0x10000000, 17
# Harmless ones, by their numbers: read, exit_group, futex, getpid.
FREE = {"x86_64": (0, 231, 202, 39), "aarch64": (63, 94, 98, 172)}

Filter = tuple[str, bytes]


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine=request.param))
    seccomp._template.cache_clear()
    yield request.param
    seccomp._template.cache_clear()


@pytest.fixture
def program(machine: str) -> Filter:
    return machine, built(connects=False)


@pytest.fixture
def client(machine: str) -> Filter:
    """The program of a process that may connect."""
    return machine, built(connects=True)


def built(*, connects: bool) -> bytes:
    template, places = seccomp._template(connects)
    program = bytearray(template)
    for place in places:
        program[place : place + 4] = struct.pack("=I", PID)
    return bytes(program)


def verdict(program: Filter, number: int, *arguments: int, architecture: int = 0) -> int:
    """Run the program as the kernel's machine does (struct seccomp_data)."""
    machine, code = program
    passed = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<iIQ6Q", number, architecture or ARCHITECTURES[machine], 0, *passed)
    value, at = 0, 0
    while True:
        operation, when, otherwise, k = struct.unpack_from("=HBBI", code, at * 8)
        at += 1
        match operation:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, k)
            case 0x54:
                value &= k
            case 0x15:
                at += when if value == k else otherwise
            case 0x35:
                at += when if value >= k else otherwise
            case 0x25:
                at += when if value > k else otherwise
            case _:
                return int(k)


def test_listed(program: Filter) -> None:
    place = int(program[0] == "aarch64")
    for names, wanted in (
        (system_calls.REFUSED, REFUSE),
        (system_calls.ABSENT, ABSENT),
        (system_calls.PRETENDED, PRETEND),
    ):
        for name, numbers in names.items():
            number = numbers[place]
            assert number is None or verdict(program, number) == wanted, name
    assert {verdict(program, number) for number in FREE[program[0]]} == {ALLOW}


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("kill", (PID, 9), ALLOW),
        ("kill", (PID + 1, 9), REFUSE),
        ("kill", (0, 9), REFUSE),
        ("kill", (2**64 - 1, 9), REFUSE),
        ("tgkill", (PID, 7, 9), ALLOW),
        ("tgkill", (1, 1, 9), REFUSE),
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (PID, 7), ALLOW),
        ("prlimit64", (1, 7), REFUSE),
        ("setpriority", (0, 0), ALLOW),
        ("setpriority", (1, 0), REFUSE),
        ("setpriority", (0, 1), REFUSE),
        ("clone", (THREAD | 0x3D0F00,), ALLOW),
        ("clone", (CHILD_ENDS,), REFUSE),
        ("clone", (THREAD << 32 | CHILD_ENDS,), REFUSE),
        ("clone", (THREAD | NEW_USER,), REFUSE),
        ("socketpair", (1, 1 | 0x80000), ALLOW),
        ("socketpair", (1, 2), REFUSE),
        ("socketpair", (2, 1), REFUSE),
        ("setsockopt", (3, 6, 1), ALLOW),
        ("setsockopt", (3, 1, 9), ALLOW),
        ("setsockopt", (3, 6, 9), REFUSE),
        ("setsockopt", (3, 6, 31), REFUSE),
        ("setsockopt", (3, 0, 1), REFUSE),
        ("sendto", (3, 1, 1, 0, 0), ALLOW),
        ("sendto", (3, 1, 1, 0, 4096), REFUSE),
        ("sendto", (3, 1, 1, 0, 1 << 32), REFUSE),
        ("ioctl", (1, 0x5401), ALLOW),
        ("ioctl", (1, 0x5412), REFUSE),
        ("ioctl", (1, 0x40086602), REFUSE),
        ("fcntl", (1, 4), ALLOW),
        ("fcntl", (1, 8), REFUSE),
        ("prctl", (15,), ALLOW),
        ("prctl", (1,), REFUSE),
        ("openat", (0, 0, os.O_RDONLY), ALLOW),
        ("openat", (0, 0, os.O_WRONLY | os.O_TRUNC), ALLOW),
        ("openat", (0, 0, os.O_RDONLY | os.O_TRUNC), REFUSE),
        ("openat", (0, 0, os.O_ACCMODE), REFUSE),
        ("utimensat", (0, 0, 4096), PRETEND),
        ("utimensat", (0, 0, 1 << 32), PRETEND),
        ("utimensat", (0, 0, 0), REFUSE),
    ],
)
def test_decided_by_arguments(
    program: Filter, name: str, arguments: tuple[int, ...], wanted: int
) -> None:
    number = system_calls.CONDITIONAL[name][program[0] == "aarch64"]
    assert number is not None
    assert verdict(program, number, *arguments) == wanted


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((2, 1, 0), ALLOW),
        ((2, 1 | 0x80800, 6), ALLOW),  # SOCK_CLOEXEC, SOCK_NONBLOCK; TCP
        ((10, 1, 0), ALLOW),
        ((2, 2, 0), REFUSE),
        ((2, 1, 262), REFUSE),  # IPPROTO_MPTCP
        ((2, 1, 132), REFUSE),  # IPPROTO_SCTP
        ((2, 3, 1), REFUSE),
        ((1, 1, 0), REFUSE),
        ((16, 3, 0), REFUSE),
        ((43, 1, 0), REFUSE),  # AF_SMC
    ],
)
def test_sockets_of_who_connects(
    client: Filter, program: Filter, arguments: tuple[int, ...], wanted: int
) -> None:
    place = int(client[0] == "aarch64")
    number = system_calls.REFUSED["socket"][place]
    assert number is not None
    assert verdict(client, number, *arguments) == wanted
    assert verdict(program, number, *arguments) == REFUSE


def test_who_connects_is_refused_all_else(client: Filter, program: Filter) -> None:
    place = int(client[0] == "aarch64")
    for name, numbers in system_calls.REFUSED.items():
        if (number := numbers[place]) is not None and name not in system_calls.OF_CLIENTS:
            assert verdict(client, number) == REFUSE, name
    number = system_calls.REFUSED["connect"][place]
    assert number is not None
    assert (verdict(client, number, 3), verdict(program, number, 3)) == (ALLOW, REFUSE)


def test_other_numbers(program: Filter) -> None:
    assert verdict(program, system_calls.NEWEST + 1) == ABSENT
    assert verdict(program, 0x40000000) == KILL
    assert verdict(program, 0, architecture=0x40000003) == KILL
