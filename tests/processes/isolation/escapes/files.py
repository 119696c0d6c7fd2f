"""Reading, making and replacing files that are not the locked process's."""

import os
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cherry_reflex.processes.isolation import landlock
from tests.processes.isolation.escapes import NOBODY, ROOT, escape
from tests.processes.isolation.scene import PROJECT, Scene, call, file_handle

_AT_FDCWD = -100
_MODULE = Path(sysconfig.get_path("stdlib"), "os.py")
_ENVIRONMENT = Path(sys.prefix, "pyvenv.cfg")


def _read(path: str | Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.close(descriptor)


@escape()
def read_database(scene: Scene) -> None:
    assert scene.database.read_bytes()


@escape()
def read_environment_file(scene: Scene) -> None:
    assert scene.environment.read_bytes()


@escape()
def read_upload_of_another(scene: Scene) -> None:
    assert scene.upload.read_bytes()


@escape()
def list_uploads(scene: Scene) -> None:
    os.listdir(scene.table.parent)


@escape()
def read_product_outside_its_package(scene: Scene) -> None:
    _read(PROJECT / "pyproject.toml")


@escape()
def list_product(scene: Scene) -> None:
    os.listdir(PROJECT)


@escape()
def read_users(scene: Scene) -> None:
    _read("/etc/passwd")


@escape()
def read_inside_a_thread(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_read, scene.database).result()


@escape()
def read_by_own_root(scene: Scene) -> None:
    _read(f"/proc/self/root{scene.database}")


@escape()
def read_by_own_folder(scene: Scene) -> None:
    os.chdir(scene.root)
    _read("cherry.db")


@escape()
def read_by_own_folder_in_proc(scene: Scene) -> None:
    os.chdir(scene.root)
    _read("/proc/self/cwd/cherry.db")


@escape()
def read_by_dots(scene: Scene) -> None:
    _read(f"{scene.folder}/../cherry.db")


@escape()
def read_by_link(scene: Scene) -> None:
    link = scene.folder / "link"
    link.symlink_to(scene.database)
    _read(link)


@escape()
def reopen_inherited_file(scene: Scene) -> None:
    os.close(os.open(f"/proc/self/fd/{scene.upload_descriptor}", os.O_RDWR))


@escape()
def reopen_inherited_file_by_dev(scene: Scene) -> None:
    _read(f"/dev/fd/{scene.upload_descriptor}")


@escape()
def open_in_inherited_folder(scene: Scene) -> None:
    os.close(os.open("other.csv", os.O_RDONLY, dir_fd=scene.uploads_descriptor))


@escape()
def open_above_inherited_folder(scene: Scene) -> None:
    os.close(os.open("../cherry.db", os.O_RDONLY, dir_fd=scene.uploads_descriptor))


@escape()
def open_by_inherited_folder_in_proc(scene: Scene) -> None:
    _read(f"/proc/self/fd/{scene.uploads_descriptor}/../cherry.db")


@escape()
def open_by_openat2(scene: Scene) -> None:
    how = bytes(24)
    os.close(call("openat2", _AT_FDCWD, os.fsencode(scene.database), how, len(how)))


@escape(ROOT)
def open_by_handle(scene: Scene) -> None:
    os.close(call("open_by_handle_at", scene.root_descriptor, scene.handle, os.O_RDONLY))


@escape()
def name_by_handle(scene: Scene) -> None:
    file_handle(scene.database)


@escape()
def make_file_elsewhere(scene: Scene) -> None:
    (scene.elsewhere / "made").write_bytes(b"")


@escape()
def make_file_in_temporary_folder(scene: Scene) -> None:
    path = Path("/var/tmp", f"cherry-lock-{os.getpid()}")
    path.write_bytes(b"")
    path.unlink()


@escape()
def make_shared_memory_file(scene: Scene) -> None:
    path = Path("/dev/shm", f"cherry-lock-{os.getpid()}")
    path.write_bytes(b"")
    path.unlink()


@escape()
def make_folder_elsewhere(scene: Scene) -> None:
    (scene.elsewhere / "made").mkdir()


@escape()
def make_nameless_file_elsewhere(scene: Scene) -> None:
    os.close(os.open(scene.elsewhere, os.O_TMPFILE | os.O_RDWR, 0o600))


@escape()
def name_nameless_file_elsewhere(scene: Scene) -> None:
    descriptor = os.open(scene.folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    # Following the link in /proc; with a folder, or Python calls link(2), which does not.
    source = f"/proc/self/fd/{descriptor}"
    os.link(source, scene.elsewhere / "named", src_dir_fd=scene.uploads_descriptor)


@escape()
def write_table(scene: Scene) -> None:
    os.close(os.open(scene.table, os.O_RDWR))


@escape()
def append_to_table(scene: Scene) -> None:
    os.close(os.open(scene.table, os.O_WRONLY | os.O_APPEND))


@escape()
def cut_off_table_by_path(scene: Scene) -> None:
    os.truncate(scene.table, 0)


@escape()
def cut_off_table_by_reading(scene: Scene) -> None:
    os.close(os.open(scene.table, os.O_RDONLY | os.O_TRUNC))
    assert scene.table.stat().st_size == 0


@escape()
def cut_off_table_by_neither(scene: Scene) -> None:
    os.close(os.open(scene.table, os.O_ACCMODE | os.O_TRUNC))


@escape()
def cut_off_inherited_file(scene: Scene) -> None:
    os.truncate(f"/proc/self/fd/{scene.upload_descriptor}", 0)


@escape(ROOT)
def write_package(scene: Scene) -> None:
    os.close(os.open(PROJECT / "cherry_reflex" / "__init__.py", os.O_WRONLY | os.O_APPEND))


@escape(ROOT)
def write_interpreter(scene: Scene) -> None:
    os.close(os.open(_MODULE, os.O_WRONLY | os.O_APPEND))


@escape(ROOT)
def write_environment(scene: Scene) -> None:
    # An interpreter without an environment has its own modules only.
    file = _ENVIRONMENT if _ENVIRONMENT.exists() else _MODULE
    os.close(os.open(file, os.O_WRONLY | os.O_APPEND))


@escape()
def remove_file_elsewhere(scene: Scene) -> None:
    (scene.elsewhere / "kept").unlink()


@escape()
def remove_folder_elsewhere(scene: Scene) -> None:
    (scene.elsewhere / "empty").rmdir()


@escape()
def rename_database_into_folder(scene: Scene) -> None:
    scene.database.rename(scene.folder / "mine.db")


@escape()
def rename_result_elsewhere(scene: Scene) -> None:
    (scene.folder / "result").touch()
    (scene.folder / "result").rename(scene.elsewhere / "result")


@escape()
def rename_result_over_table(scene: Scene) -> None:
    (scene.folder / "result").touch()
    (scene.folder / "result").rename(scene.table)


@escape()
def link_database_into_folder(scene: Scene) -> None:
    os.link(scene.database, scene.folder / "mine.db")


@escape()
def link_table_into_folder(scene: Scene) -> None:
    os.link(scene.table, scene.folder / "mine.csv")


@escape()
def link_inherited_file_into_folder(scene: Scene) -> None:
    source = f"/proc/self/fd/{scene.upload_descriptor}"
    os.link(source, scene.folder / "mine.csv", src_dir_fd=scene.uploads_descriptor)


@escape()
def link_for_the_reader_of_results(scene: Scene) -> None:
    (scene.folder / "result.csv").symlink_to(scene.database)


@escape()
def pipe_for_the_reader_of_results(scene: Scene) -> None:
    os.mkfifo(scene.folder / "result.csv")


@escape()
def socket_for_the_reader_of_results(scene: Scene) -> None:
    os.mknod(scene.folder / "result.csv", 0o140600)


@escape(ROOT)
def device_for_the_reader_of_results(scene: Scene) -> None:
    os.mknod(scene.folder / "result.csv", 0o020600, os.makedev(1, 3))


@escape(ROOT)
def open_kernel_log(scene: Scene) -> None:
    _read("/dev/kmsg")


@escape(ROOT)
def write_kernel_setting(scene: Scene) -> None:
    os.close(os.open("/proc/sys/kernel/hostname", os.O_WRONLY))


@escape(NOBODY)
def widen_landlock(scene: Scene) -> None:
    assert landlock.restrict(landlock.existing(["/"], landlock.WRITE))
    _read(scene.database)
