"""Parts of the kernel with a name for holes, namespaces and mounts, and settings of the machine."""

import ctypes
import os
import socket
import struct

from tests.processes.isolation.escapes import EVERYBODY, NOBODY, ROOT, escape
from tests.processes.isolation.scene import Scene, address, call

_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWUSER = 0x20000, 0x04000000, 0x10000000
_CLONE_NEWPID, _CLONE_NEWNET, _CLONE_FILES = 0x20000000, 0x40000000, 0x400
_AT_FDCWD = -100
_X86 = EVERYBODY if os.uname().machine == "x86_64" else NOBODY


@escape()
def set_up_io_uring(scene: Scene) -> None:
    parameters = ctypes.create_string_buffer(120)
    os.close(call("io_uring_setup", 1, address(parameters)))


@escape(NOBODY)
def enter_io_uring(scene: Scene) -> None:
    call("io_uring_enter", 0, 1, 0, 0, None, 0)


@escape(NOBODY)
def register_io_uring(scene: Scene) -> None:
    call("io_uring_register", 0, 0, None, 0)


@escape()
def handle_own_page_faults(scene: Scene) -> None:
    os.close(call("userfaultfd", 1))  # UFFD_USER_MODE_ONLY


@escape(ROOT)
def make_bpf_map(scene: Scene) -> None:
    described = struct.pack("=IIII", 2, 4, 4, 1).ljust(72, b"\0")
    os.close(call("bpf", 0, described, len(described)))


@escape(ROOT)
def count_events(scene: Scene) -> None:
    described = struct.pack("=IIQ", 1, 112, 0).ljust(40, b"\0") + struct.pack("=Q", 0b1100001)
    os.close(call("perf_event_open", described.ljust(112, b"\0"), 0, -1, -1, 0))


@escape()
def ask_for_keys(scene: Scene) -> None:
    call("keyctl", 0, -2, 1, 0, 0)  # KEYCTL_GET_KEYRING_ID of this process


@escape()
def add_key(scene: Scene) -> None:
    call("add_key", b"user", b"cherry", b"1", 1, -2)


@escape(NOBODY)
def request_key(scene: Scene) -> None:
    call("request_key", b"user", b"cherry", None, 0)


@escape()
def unshare_users(scene: Scene) -> None:
    call("unshare", _CLONE_NEWUSER)


@escape()
def unshare_users_and_network(scene: Scene) -> None:
    call("unshare", _CLONE_NEWUSER | _CLONE_NEWNET)


@escape(ROOT)
def unshare_network(scene: Scene) -> None:
    call("unshare", _CLONE_NEWNET)


@escape(ROOT)
def unshare_mounts(scene: Scene) -> None:
    call("unshare", _CLONE_NEWNS)


@escape(ROOT)
def unshare_processes(scene: Scene) -> None:
    call("unshare", _CLONE_NEWPID)


@escape()
def unshare_files(scene: Scene) -> None:
    call("unshare", _CLONE_FILES)


@escape(ROOT)
def join_namespace_of_the_host(scene: Scene) -> None:
    call("setns", scene.pidfd, _CLONE_NEWUTS)


@escape(ROOT)
def change_root(scene: Scene) -> None:
    os.chroot(scene.folder)


@escape(NOBODY)
def pivot_root(scene: Scene) -> None:
    call("pivot_root", os.fsencode(scene.folder), os.fsencode(scene.folder))


@escape(NOBODY)
def mount(scene: Scene) -> None:
    call("mount", b"none", os.fsencode(scene.folder), b"tmpfs", 0, None)


@escape(NOBODY)
def unmount(scene: Scene) -> None:
    call("umount2", os.fsencode(scene.folder), 2)


@escape(ROOT)
def open_file_system(scene: Scene) -> None:
    os.close(call("fsopen", b"tmpfs", 0))


@escape(ROOT)
def copy_mount(scene: Scene) -> None:
    os.close(call("open_tree", _AT_FDCWD, os.fsencode(scene.root), 1))


@escape(NOBODY)
def move_mount(scene: Scene) -> None:
    call("move_mount", _AT_FDCWD, b"/", _AT_FDCWD, os.fsencode(scene.folder), 0)


@escape(NOBODY)
def set_mount_attributes(scene: Scene) -> None:
    attributes = bytes(32)
    call("mount_setattr", _AT_FDCWD, os.fsencode(scene.folder), 0, attributes, len(attributes))


@escape(ROOT)
def read_log_of_the_kernel(scene: Scene) -> None:
    call("syslog", 10, None, 0)  # SYSLOG_ACTION_SIZE_BUFFER


@escape(ROOT)
def name_the_machine(scene: Scene) -> None:
    name = socket.gethostname().encode()
    call("sethostname", name, len(name))


@escape()
def adjust_clock(scene: Scene) -> None:
    read = ctypes.create_string_buffer(256)
    call("adjtimex", address(read))


@escape()
def adjust_named_clock(scene: Scene) -> None:
    read = ctypes.create_string_buffer(256)
    call("clock_adjtime", 0, address(read))


@escape(ROOT)
def set_day(scene: Scene) -> None:
    call("settimeofday", None, None)


@escape(NOBODY)
def set_clock(scene: Scene) -> None:
    call("clock_settime", 0, None)


@escape(_X86)
def open_ports(scene: Scene) -> None:
    call("iopl", 0)


@escape(_X86)
def permit_ports(scene: Scene) -> None:
    call("ioperm", 0x80, 1, 0)


@escape(_X86)
def read_segments(scene: Scene) -> None:
    room = ctypes.create_string_buffer(64)
    call("modify_ldt", 0, address(room), len(room))


@escape()
def change_personality(scene: Scene) -> None:
    call("personality", 0xFFFFFFFF)


@escape(NOBODY)
def load_module(scene: Scene) -> None:
    call("init_module", None, 0, b"")


@escape(NOBODY)
def load_module_file(scene: Scene) -> None:
    call("finit_module", scene.upload_descriptor, b"", 0)


@escape(NOBODY)
def unload_module(scene: Scene) -> None:
    call("delete_module", b"cherry_lock_none", 0)


@escape(NOBODY)
def load_other_kernel(scene: Scene) -> None:
    call("kexec_load", 0, 0, None, 0)


@escape(NOBODY)
def restart_machine(scene: Scene) -> None:
    call("reboot", 0, 0, 0, None)  # not the magic numbers


@escape(NOBODY)
def account_for_processes(scene: Scene) -> None:
    call("acct", os.fsencode(scene.table))


@escape(NOBODY)
def swap(scene: Scene) -> None:
    call("swapon", os.fsencode(scene.table), 0)


@escape(NOBODY)
def hang_up(scene: Scene) -> None:
    call("vhangup")


@escape(NOBODY)
def look_up_cookie(scene: Scene) -> None:
    call("lookup_dcookie", 0, None, 0)
