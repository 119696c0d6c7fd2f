"""Changing what belongs to a file besides its content, and watching folders."""

import ctypes
import fcntl
import os
import struct

from tests.processes.isolation.escapes import ROOT, escape
from tests.processes.isolation.scene import Scene, address, call

_AT_FDCWD = -100
_FS_IOC_GETFLAGS, _FS_IOC_SETFLAGS = 0x80086601, 0x40086602
_FS_IOC_FSGETXATTR, _FS_IOC_FSSETXATTR = 0x801C581F, 0x401C5820
_OTHER_MODE, _OTHER_TIME = 0o640, 1_000_000_000


def _mode_changed(scene: Scene) -> None:
    if scene.table.stat().st_mode & 0o777 != _OTHER_MODE:
        raise PermissionError(1, "pretended")


def _time_changed(scene: Scene) -> None:
    if scene.table.stat().st_mtime != _OTHER_TIME:
        raise PermissionError(1, "pretended")


@escape()
def chmod(scene: Scene) -> None:
    os.chmod(scene.table, _OTHER_MODE)
    _mode_changed(scene)


@escape()
def chmod_by_folder(scene: Scene) -> None:
    os.chmod("table.csv", _OTHER_MODE, dir_fd=scene.uploads_descriptor)
    _mode_changed(scene)


@escape()
def chmod_by_descriptor(scene: Scene) -> None:
    with scene.table.open() as file:
        os.fchmod(file.fileno(), _OTHER_MODE)
    _mode_changed(scene)


@escape()
def chmod_of_the_database(scene: Scene) -> None:
    before = scene.database.stat().st_mode
    os.chmod(scene.database, 0o600)
    if scene.database.stat().st_mode == before:
        raise PermissionError(1, "pretended")


@escape()
def chmod_by_fchmodat2(scene: Scene) -> None:
    call("fchmodat2", _AT_FDCWD, os.fsencode(scene.table), _OTHER_MODE, 0)
    _mode_changed(scene)


@escape()
def change_times(scene: Scene) -> None:
    os.utime(scene.table, (_OTHER_TIME, _OTHER_TIME))
    _time_changed(scene)


@escape()
def change_times_by_descriptor(scene: Scene) -> None:
    with scene.table.open() as file:
        os.utime(file.fileno(), (_OTHER_TIME, _OTHER_TIME))
    _time_changed(scene)


@escape()
def change_times_by_old_call(scene: Scene) -> None:
    call("utime", os.fsencode(scene.table), struct.pack("=qq", _OTHER_TIME, _OTHER_TIME))
    _time_changed(scene)


@escape()
def change_owner(scene: Scene) -> None:
    os.chown(scene.folder, os.getuid(), os.getgid())


@escape(ROOT)
def change_owner_of_table(scene: Scene) -> None:
    os.chown(scene.table, 65534, 65534)


@escape(ROOT)
def change_owner_by_descriptor(scene: Scene) -> None:
    os.fchown(scene.upload_descriptor, 65534, 65534)


@escape(ROOT)
def change_owner_of_link(scene: Scene) -> None:
    os.lchown(scene.table, 65534, 65534)


@escape()
def set_extended_attribute(scene: Scene) -> None:
    os.setxattr(scene.table, "user.cherry", b"1")


@escape()
def set_extended_attribute_by_descriptor(scene: Scene) -> None:
    with scene.table.open() as file:
        os.setxattr(file.fileno(), "user.cherry", b"1")


@escape()
def set_extended_attribute_by_setxattrat(scene: Scene) -> None:
    value = ctypes.create_string_buffer(b"1")
    described = struct.pack("=QII", ctypes.addressof(value), 1, 0)
    path = os.fsencode(scene.table)
    call("setxattrat", _AT_FDCWD, path, 0, b"user.cherry", described, len(described))


@escape()
def remove_extended_attribute(scene: Scene) -> None:
    try:
        os.setxattr(scene.table, "user.cherry", b"1")
    except PermissionError:
        os.removexattr(scene.table, "user.other")
    os.removexattr(scene.table, "user.cherry")


@escape(ROOT)
def set_inode_flags(scene: Scene) -> None:
    with scene.table.open() as file:
        # They are set as they were: without the lock nothing changes.
        now = bytes(8) if _locked() else fcntl.ioctl(file, _FS_IOC_GETFLAGS, bytes(8))
        fcntl.ioctl(file, _FS_IOC_SETFLAGS, now)


@escape(ROOT)
def set_inode_project(scene: Scene) -> None:
    with scene.table.open() as file:
        now = bytes(28) if _locked() else fcntl.ioctl(file, _FS_IOC_FSGETXATTR, bytes(28))
        fcntl.ioctl(file, _FS_IOC_FSSETXATTR, now)


@escape(ROOT)
def set_inode_attributes(scene: Scene) -> None:
    attributes = bytes(24)
    path = os.fsencode(scene.table)
    call("file_setattr", _AT_FDCWD, path, attributes, len(attributes), 0)


@escape()
def watch_uploads(scene: Scene) -> None:
    watcher = call("inotify_init1", 0)
    call("inotify_add_watch", watcher, os.fsencode(scene.table.parent), 0x100)  # IN_CREATE


@escape(ROOT)
def watch_by_fanotify(scene: Scene) -> None:
    os.close(call("fanotify_init", 0, os.O_RDONLY))


@escape()
def watch_by_inherited_folder(scene: Scene) -> None:
    fcntl.fcntl(scene.uploads_descriptor, fcntl.F_NOTIFY, fcntl.DN_CREATE)


@escape()
def hold_up_others_by_lease(scene: Scene) -> None:
    fcntl.fcntl(os.open(scene.table, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)


@escape(ROOT)
def ask_for_quotas(scene: Scene) -> None:
    listing = ctypes.create_string_buffer(1024)
    sync = 0x800001 << 8  # Q_SYNC of everything
    call("quotactl", sync, None, 0, address(listing))


def _locked() -> bool:
    with open("/proc/self/status") as status:
        return "NoNewPrivs:\t1" in status.read()
