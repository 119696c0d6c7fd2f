"""Sending signals to the host, in every way, and living on without it."""

import ctypes
import fcntl
import os
import signal
import socket
import struct
from concurrent.futures import ThreadPoolExecutor

from cherry_reflex.processes.isolation import kernel
from tests.processes.isolation.escapes import NOBODY, ROOT, escape
from tests.processes.isolation.scene import Scene, call

_SIGNAL = signal.SIGURG
"""Nobody minds it: it is ignored unless asked for."""
_SI_QUEUE = -1
_FIOSETOWN = 0x8901
_F_SETSIG, _F_SETOWN_EX, _F_OWNER_PID = 10, 15, 1
_PR_SET_PDEATHSIG = 1
_TIOCSTI, _TIOCSCTTY, _TIOCLINUX = 0x5412, 0x540E, 0x541C


@escape()
def kill(scene: Scene) -> None:
    os.kill(scene.host, _SIGNAL)


@escape()
def kill_with_nothing(scene: Scene) -> None:
    os.kill(scene.host, 0)


@escape()
def kill_group_of_the_host(scene: Scene) -> None:
    os.killpg(os.getpgid(scene.host), _SIGNAL)


@escape()
def kill_own_group(scene: Scene) -> None:
    os.kill(0, _SIGNAL)


@escape(NOBODY)
def kill_everybody(scene: Scene) -> None:
    os.kill(-1, 0)


@escape()
def kill_thread(scene: Scene) -> None:
    call("tkill", scene.host, _SIGNAL)


@escape()
def kill_thread_of_group(scene: Scene) -> None:
    call("tgkill", scene.host, scene.host, _SIGNAL)


def _information() -> bytes:
    return struct.pack("=iii", _SIGNAL, 0, _SI_QUEUE).ljust(128, b"\0")


@escape()
def queue_signal(scene: Scene) -> None:
    call("rt_sigqueueinfo", scene.host, _SIGNAL, _information())


@escape()
def queue_signal_for_thread(scene: Scene) -> None:
    call("rt_tgsigqueueinfo", scene.host, scene.host, _SIGNAL, _information())


@escape()
def kill_by_descriptor(scene: Scene) -> None:
    call("pidfd_send_signal", scene.pidfd, _SIGNAL, None, 0)


@escape()
def kill_inside_a_thread(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(os.kill, scene.host, _SIGNAL).result()


@escape()
def own_file_for_the_host(scene: Scene) -> None:
    one, _ = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETOWN, scene.host)


@escape()
def own_pipe_for_the_host(scene: Scene) -> None:
    reading, _ = os.pipe()
    fcntl.fcntl(reading, _F_SETOWN_EX, struct.pack("=ii", _F_OWNER_PID, scene.host))


@escape()
def own_socket_for_the_host(scene: Scene) -> None:
    one, _ = socket.socketpair()
    fcntl.ioctl(one, _FIOSETOWN, struct.pack("=i", scene.host))


@escape()
def choose_signal_of_file(scene: Scene) -> None:
    one, _ = socket.socketpair()
    fcntl.fcntl(one, _F_SETSIG, _SIGNAL)


@escape()
def own_inherited_terminal(scene: Scene) -> None:
    fcntl.fcntl(scene.terminal, fcntl.F_SETOWN, scene.host)


@escape(ROOT)
def type_into_terminal(scene: Scene) -> None:
    fcntl.ioctl(scene.terminal, _TIOCSTI, b"x")


@escape(ROOT)
def type_into_terminal_with_upper_bits(scene: Scene) -> None:
    """The kernel drops the upper half of a request; a filter must too."""
    typed = ctypes.create_string_buffer(b"x")
    call("ioctl", scene.terminal, _TIOCSTI | 1 << 32, ctypes.addressof(typed))


@escape(NOBODY)
def paste_into_console(scene: Scene) -> None:
    fcntl.ioctl(scene.terminal, _TIOCLINUX, b"\x03")


@escape(NOBODY)
def take_terminal(scene: Scene) -> None:
    fcntl.ioctl(scene.terminal, _TIOCSCTTY, 1)


@escape()
def outlive_the_host(scene: Scene) -> None:
    kernel.prctl(_PR_SET_PDEATHSIG, 0)


@escape()
def leave_session(scene: Scene) -> None:
    os.setsid()


@escape()
def leave_group(scene: Scene) -> None:
    os.setpgid(0, 0)
