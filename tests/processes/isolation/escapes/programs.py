"""Starting processes and programs: they would outlive a call, and its limits."""

import ctypes
import glob
import mmap
import multiprocessing
import os
import signal
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import popen_fork  # noqa: F401 - cannot be imported once locked

from cherry_reflex.processes.isolation import system_calls
from cherry_reflex.processes.isolation.kernel import system_call
from tests.processes.isolation.escapes import EVERYBODY, NOBODY, escape
from tests.processes.isolation.scene import Scene, address, call, pointers

_PROGRAM = "/bin/true"
_CLONE_VM, _CLONE_PARENT, _CLONE_NEWUSER = 0x100, 0x8000, 0x10000000
_AT_EMPTY_PATH = 0x1000
_LOADER = next(iter(glob.glob("/lib*/ld-linux-*") or glob.glob("/lib/ld-musl-*")))


def _born(pid: int) -> None:
    """End the new process, and wait for it."""
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


@escape()
def fork(scene: Scene) -> None:
    _born(os.fork())


@escape()
def fork_and_leave_session(scene: Scene) -> None:
    pid = os.fork()
    if pid == 0:
        os.setsid()
    _born(pid)


@escape()
def fork_inside_a_thread(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: _born(os.fork())).result()


@escape()
def fork_with_terminal(scene: Scene) -> None:
    _born(os.forkpty()[0])


@escape()
def fork_by_number(scene: Scene) -> None:
    _born(call("fork"))


@escape(NOBODY)
def vfork_by_number(scene: Scene) -> None:
    _born(call("vfork"))


@escape()
def clone_by_number(scene: Scene) -> None:
    _born(call("clone", signal.SIGCHLD, 0, 0, 0, 0))


@escape()
def clone_with_upper_bits(scene: Scene) -> None:
    """The kernel drops the upper half of the flags; CLONE_THREAD there must not count."""
    _born(call("clone", signal.SIGCHLD | 0x10000 << 32, 0, 0, 0, 0))


@escape(NOBODY)
def clone_beside(scene: Scene) -> None:
    _born(call("clone", _CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0))


@escape()
def clone_into_namespace(scene: Scene) -> None:
    _born(call("clone", _CLONE_NEWUSER | signal.SIGCHLD, 0, 0, 0, 0))


@escape()
def clone3_by_number(scene: Scene) -> None:
    arguments = struct.pack("=11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    _born(call("clone3", arguments, len(arguments)))


@escape()
def start_by_multiprocessing(scene: Scene) -> None:
    process = multiprocessing.get_context("fork").Process(target=os._exit, args=(0,))
    process.start()
    process.join()


@escape()
def start_by_subprocess(scene: Scene) -> None:
    subprocess.run([_PROGRAM], check=True)


@escape()
def start_by_subprocess_in_new_session(scene: Scene) -> None:
    subprocess.run([_PROGRAM], check=True, start_new_session=True)


@escape()
def start_by_shell(scene: Scene) -> None:
    if os.system(_PROGRAM) != 0:
        raise PermissionError(1, "system")


@escape()
def start_by_posix_spawn(scene: Scene) -> None:
    os.waitpid(os.posix_spawn(_PROGRAM, [_PROGRAM], {}), 0)


@escape()
def become_program(scene: Scene) -> None:
    os.execv(_PROGRAM, [_PROGRAM])


@escape()
def become_inherited_program(scene: Scene) -> None:
    os.execve(scene.program_descriptor, [_PROGRAM], {})


@escape()
def become_program_by_execveat(scene: Scene) -> None:
    arguments, environment = pointers(b"true"), pointers()
    call(
        "execveat",
        scene.program_descriptor,
        b"",
        ctypes.addressof(arguments),
        ctypes.addressof(environment),
        _AT_EMPTY_PATH,
    )


@escape()
def become_program_in_memory(scene: Scene) -> None:
    descriptor = os.memfd_create("true")
    os.write(descriptor, os.pread(scene.program_descriptor, 1_000_000, 0))
    os.execve(descriptor, [_PROGRAM], {})


@escape()
def become_program_by_loader(scene: Scene) -> None:
    os.execv(_LOADER, [_LOADER, _PROGRAM])


@escape()
def become_own_program(scene: Scene) -> None:
    own = scene.folder / "program"
    own.write_bytes(os.pread(scene.program_descriptor, 1_000_000, 0))
    own.chmod(0o755)
    os.execv(own, [os.fspath(own)])


@escape()
def become_own_script(scene: Scene) -> None:
    own = scene.folder / "script"
    own.write_text("#!/bin/sh\nexit 0\n")
    own.chmod(0o755)
    os.execv(own, [os.fspath(own)])


_X86 = EVERYBODY if os.uname().machine == "x86_64" else NOBODY


@escape(NOBODY)
def fork_by_x32(scene: Scene) -> None:
    """The kernel may know no x32: then it gives ENOSYS where the filter ends the process."""
    _born(system_call(0x40000000 | 57))


@escape(_X86)
def call_by_other_architecture(scene: Scene) -> None:
    """getpid by int 0x80, whose numbers are those of 32 bits."""
    if os.uname().machine != "x86_64":
        raise PermissionError(1, "no such architecture")
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b814000000 cd80 c3"))
    start = ctypes.addressof(ctypes.c_char.from_buffer(code))
    assert ctypes.CFUNCTYPE(ctypes.c_int)(start)() == os.getpid()


@escape(NOBODY)
def call_what_is_not_known_yet(scene: Scene) -> None:
    system_call(600)


@escape(NOBODY)
def widen_filter(scene: Scene) -> None:
    """Another filter that permits everything permits nothing."""
    allowed = struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000)
    held = ctypes.create_string_buffer(allowed, 8)
    number = system_calls.SECCOMP[os.uname().machine == "aarch64"]
    system_call(number, 1, 0, struct.pack("@HP", 1, address(held)))
    _born(os.fork())
