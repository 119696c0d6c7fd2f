"""Reading, debugging and limiting other processes: the host, which stands for the server."""

import ctypes
import os
import resource
import struct

from cherry_reflex.processes.isolation import kernel
from tests.processes.isolation.escapes import NOBODY, ROOT, escape
from tests.processes.isolation.scene import Scene, address, call

_PTRACE_TRACEME, _PTRACE_ATTACH, _PTRACE_SEIZE = 0, 16, 0x4206
_PR_SET_CHILD_SUBREAPER, _PR_SCHED_CORE = 36, 62
_CAP_SYS_ADMIN = 1 << 21
_MADV_COLD = 20


def _open(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY))


@escape()
def read_environment_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/environ")


@escape()
def read_memory_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/mem")


@escape()
def read_map_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/maps")


@escape()
def read_command_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/cmdline")


@escape()
def read_status_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/status")


@escape()
def list_descriptors_of_the_host(scene: Scene) -> None:
    os.listdir(f"/proc/{scene.host}/fd")


@escape()
def open_descriptor_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/fd/{scene.upload_descriptor}")


@escape()
def read_by_root_of_the_host(scene: Scene) -> None:
    _open(f"/proc/{scene.host}/root{scene.database}")


@escape()
def ask_for_folder_of_the_host(scene: Scene) -> None:
    os.readlink(f"/proc/{scene.host}/cwd")


@escape()
def list_processes(scene: Scene) -> None:
    os.listdir("/proc")


@escape()
def read_own_first_environment(scene: Scene) -> None:
    _open("/proc/self/environ")


@escape()
def read_connections_of_the_machine(scene: Scene) -> None:
    _open("/proc/self/net/tcp")


@escape()
def read_connections_by_a_thread(scene: Scene) -> None:
    _open("/proc/thread-self/net/unix")


@escape()
def write_own_place_among_the_killed(scene: Scene) -> None:
    os.close(os.open("/proc/self/oom_score_adj", os.O_WRONLY))


@escape()
def list_control_groups(scene: Scene) -> None:
    os.listdir("/sys/fs/cgroup")


@escape(NOBODY)
def trace_the_host(scene: Scene) -> None:
    call("ptrace", _PTRACE_ATTACH, scene.host, 0, 0)


@escape()
def seize_the_host(scene: Scene) -> None:
    call("ptrace", _PTRACE_SEIZE, scene.host, 0, 0)


@escape()
def be_traced(scene: Scene) -> None:
    call("ptrace", _PTRACE_TRACEME, 0, 0, 0)


def _vectors(scene: Scene) -> tuple[ctypes.Array[ctypes.c_char], bytes, bytes]:
    mine = ctypes.create_string_buffer(b"host", 4)
    here = struct.pack("@PN", ctypes.addressof(mine), 4)
    return mine, here, struct.pack("@PN", scene.buffer, 4)


@escape()
def copy_from_memory_of_the_host(scene: Scene) -> None:
    mine, here, there = _vectors(scene)
    assert call("process_vm_readv", scene.host, here, 1, there, 1, 0) == 4
    assert mine.raw == b"host"


@escape()
def copy_into_memory_of_the_host(scene: Scene) -> None:
    mine, here, there = _vectors(scene)
    assert call("process_vm_writev", scene.host, here, 1, there, 1, 0) == len(mine)


@escape(ROOT)
def advise_about_memory_of_the_host(scene: Scene) -> None:
    page = struct.pack("@PN", scene.buffer & ~0xFFF, 4096)
    call("process_madvise", scene.pidfd, page, 1, _MADV_COLD, 0)


@escape(NOBODY)
def free_memory_of_the_host(scene: Scene) -> None:
    call("process_mrelease", scene.pidfd, 0)


@escape()
def compare_with_the_host(scene: Scene) -> None:
    call("kcmp", os.getpid(), scene.host, 1, 0, 0)  # KCMP_VM


@escape()
def open_process(scene: Scene) -> None:
    os.close(call("pidfd_open", scene.host, 0))


@escape()
def take_descriptor_of_the_host(scene: Scene) -> None:
    os.close(call("pidfd_getfd", scene.pidfd, 0, 0))


@escape()
def ask_for_locks_of_the_host(scene: Scene) -> None:
    found = ctypes.create_string_buffer(16)
    call("get_robust_list", scene.host, address(found), address(found) + 8)


@escape()
def move_pages_of_the_host(scene: Scene) -> None:
    call("move_pages", scene.host, 0, None, None, None, 0)


@escape()
def migrate_pages_of_the_host(scene: Scene) -> None:
    node = struct.pack("=Q", 1)
    call("migrate_pages", scene.host, 2, node, node)


@escape()
def read_limit_of_the_host(scene: Scene) -> None:
    resource.prlimit(scene.host, resource.RLIMIT_NOFILE)


@escape()
def set_limit_of_the_host(scene: Scene) -> None:
    now = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.prlimit(scene.host, resource.RLIMIT_NOFILE, now)


@escape()
def set_priority_of_the_host(scene: Scene) -> None:
    now = os.getpriority(os.PRIO_PROCESS, scene.host)
    os.setpriority(os.PRIO_PROCESS, scene.host, now)


@escape()
def set_priority_of_the_group(scene: Scene) -> None:
    now = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PGRP, 0, now)


@escape()
def set_disk_priority_of_the_host(scene: Scene) -> None:
    call("ioprio_set", 1, scene.host, 0)


@escape()
def set_processors_of_the_host(scene: Scene) -> None:
    os.sched_setaffinity(scene.host, os.sched_getaffinity(scene.host))


@escape()
def set_scheduler_of_the_host(scene: Scene) -> None:
    os.sched_setscheduler(scene.host, os.SCHED_OTHER, os.sched_param(0))


@escape()
def set_scheduling_of_the_host(scene: Scene) -> None:
    call("sched_setattr", scene.host, struct.pack("=IIQiIQQQ", 48, 0, 0, 0, 0, 0, 0, 0), 0)


@escape(NOBODY)
def share_a_core_with_the_host(scene: Scene) -> None:
    kernel.prctl(_PR_SCHED_CORE, 2, scene.host, 0, 0)


@escape()
def adopt_orphans(scene: Scene) -> None:
    kernel.prctl(_PR_SET_CHILD_SUBREAPER, 1)


@escape()
def make_shared_memory(scene: Scene) -> None:
    call("shmctl", call("shmget", 0, 4096, 0o600), 0, None)  # IPC_RMID


@escape(NOBODY)
def attach_shared_memory(scene: Scene) -> None:
    call("shmat", 0, None, 0)


@escape()
def make_semaphores(scene: Scene) -> None:
    call("semctl", call("semget", 0, 1, 0o600), 0, 0)


@escape()
def make_message_queue(scene: Scene) -> None:
    call("msgctl", call("msgget", 0, 0o600), 0, None)


@escape()
def make_posix_queue(scene: Scene) -> None:
    name = f"cherry-lock-{os.getpid()}".encode()
    os.close(call("mq_open", name, os.O_CREAT | os.O_RDWR, 0o600, None))
    call("mq_unlink", name)


@escape()
def make_posix_semaphore(scene: Scene) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.sem_open.restype = ctypes.c_void_p
    name = f"/cherry-lock-{os.getpid()}".encode()
    if not libc.sem_open(name, os.O_CREAT, 0o600, 1):
        raise OSError(ctypes.get_errno(), "sem_open")
    libc.sem_unlink(name)


@escape()
def keep_memory_that_no_limit_counts(scene: Scene) -> None:
    os.close(call("memfd_create", b"cherry", 0))


@escape(ROOT)
def become_another_user(scene: Scene) -> None:
    os.setresuid(1234, 1234, 1234)


@escape(ROOT)
def join_groups(scene: Scene) -> None:
    os.setgroups([0, 6])


@escape(ROOT)
def regain_capabilities(scene: Scene) -> None:
    kernel.set_capabilities(_CAP_SYS_ADMIN, _CAP_SYS_ADMIN)
