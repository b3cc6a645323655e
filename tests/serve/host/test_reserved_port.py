"""A port is kept from when it was found to be free until the server listens on it."""

import socket

import pytest

from eakg.serve.server import reserved_port


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_nobody_else_gets_it_and_the_server_does(host: str) -> None:
    with reserved_port(host, 0) as reservation:
        family, address = reservation.family, reservation.getsockname()
        with pytest.raises(OSError, match="in use"):
            reserved_port(host, address[1])
        with socket.socket(family) as other, pytest.raises(OSError, match="in use"):
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(address)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address[:2])
        with socket.socket(family) as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.bind(address)
            server.listen(8)
            for _ in range(20):  # none of them comes to the reservation
                with socket.create_connection(address[:2]) as client:
                    server.accept()[0].close()
                    assert client.recv(1) == b""


def test_it_is_free_again_at_once() -> None:
    with reserved_port("127.0.0.1", 0) as reservation:
        port: int = reservation.getsockname()[1]
    with reserved_port("127.0.0.1", port) as reservation:
        assert reservation.getsockname()[1] == port
