"""Reaching other machines, and other processes of this one, by sockets."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from encodings import idna  # noqa: F401 - cannot be imported as a user who cannot reach it

from tests.processes.isolation.escapes import NOBODY, ROOT, escape
from tests.processes.isolation.scene import Scene, call

_AF_ALG, _AF_VSOCK = 38, 40
_MPTCP, _TCP_FASTOPEN_CONNECT, _TCP_ULP = 262, 30, 31


@escape()
def connect_by_tcp(scene: Scene) -> None:
    socket.create_connection(("127.0.0.1", scene.port)).close()


@escape()
def connect_inside_a_thread(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(socket.create_connection, ("127.0.0.1", scene.port)).result().close()


@escape()
def listen_by_tcp(scene: Scene) -> None:
    socket.create_server(("127.0.0.1", 0)).close()


@escape()
def connect_inherited_socket(scene: Scene) -> None:
    one = socket.socket(fileno=os.dup(scene.stream))
    one.connect(("127.0.0.1", scene.port))


@escape()
def bind_inherited_socket(scene: Scene) -> None:
    socket.socket(fileno=os.dup(scene.stream)).bind(("127.0.0.1", 0))


@escape()
def send_fast_open_by_inherited_socket(scene: Scene) -> None:
    """Data that makes the connection on its way (MSG_FASTOPEN)."""
    one = socket.socket(fileno=os.dup(scene.stream))
    one.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", scene.port))


@escape()
def send_message_by_inherited_socket(scene: Scene) -> None:
    one = socket.socket(fileno=os.dup(scene.stream))
    one.sendmsg([b"x"], [], socket.MSG_FASTOPEN, ("127.0.0.1", scene.port))


@escape()
def connect_by_several_paths(scene: Scene) -> None:
    with socket.socket(proto=_MPTCP) as one:
        one.connect(("127.0.0.1", scene.port))


@escape()
def connect_inherited_socket_by_sending(scene: Scene) -> None:
    one = socket.socket(fileno=os.dup(scene.stream))
    one.setsockopt(socket.IPPROTO_TCP, _TCP_FASTOPEN_CONNECT, 1)
    one.connect(("127.0.0.1", scene.port))
    one.sendall(b"x")


@escape(NOBODY)
def change_protocol_of_inherited_socket(scene: Scene) -> None:
    socket.socket(fileno=os.dup(scene.stream)).setsockopt(socket.IPPROTO_TCP, _TCP_ULP, b"tls")


@escape()
def send_by_udp(scene: Scene) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", scene.port))


@escape()
def send_by_udp6(scene: Scene) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        one.bind(("::1", 0))


@escape()
def connect_by_path(scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(scene.unix_path)


@escape()
def connect_by_abstract_name(scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(scene.abstract)


@escape()
def send_to_path(scene: Scene) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", scene.datagram_path)


@escape()
def send_to_path_by_pair(scene: Scene) -> None:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"x", scene.datagram_path)


@escape()
def connect_pair_to_path(scene: Scene) -> None:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.connect(scene.datagram_path)


@escape()
def hand_over_descriptor(scene: Scene) -> None:
    one, _ = socket.socketpair()
    socket.send_fds(one, [b"x"], [0])


@escape()
def make_socket_of_kernel_routes(scene: Scene) -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()


@escape(ROOT)
def make_raw_socket(scene: Scene) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()


@escape(ROOT)
def make_packet_socket(scene: Scene) -> None:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()


@escape()
def make_socket_of_virtual_machine(scene: Scene) -> None:
    socket.socket(_AF_VSOCK, socket.SOCK_STREAM).close()


@escape()
def make_socket_of_kernel_ciphers(scene: Scene) -> None:
    socket.socket(_AF_ALG, socket.SOCK_SEQPACKET).close()


@escape(NOBODY)
def look_up_name(scene: Scene) -> None:
    try:
        socket.getaddrinfo("example.invalid", 80)
    except socket.gaierror as error:
        raise PermissionError(1, str(error)) from error


@escape(NOBODY)
def accept_by_inherited_socket(scene: Scene) -> None:
    call("accept4", scene.stream, None, None, 0)


@escape(NOBODY)
def listen_by_inherited_socket(scene: Scene) -> None:
    call("listen", scene.stream, 1)
