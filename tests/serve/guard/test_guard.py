"""What clients may have at once: connections, requests, results that they do not read."""

import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import IPv6Address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.serve.guard.connections import (
    IS_SEEN,
    FileKey,
    OpenFiles,
    Peer,
    TcpConnection,
    end,
    file_key,
    open_files,
    peer_of,
)
from eakg.serve.guard.guard import Guard
from eakg.serve.guard.occupancy import Occupancy, OccupancyBoard, Share
from eakg.serve.guard.proxies import TrustedProxies
from eakg.serve.guard.quotas import Quotas
from eakg.serve.guard.rate import Rates, is_local, network_of
from eakg.serve.guard.readers import Delivery, PaceLimit
from eakg.store.spool import spool_file
from helpers.tries import tries

linux = pytest.mark.skipif(not IS_SEEN, reason="only Linux tells of the sockets of a process")
PEER = Peer("192.0.2.1", 5000)


def connection(progress: int, backlog: int = 1, peer: Peer = PEER, inode: int = 1) -> TcpConnection:
    return TcpConnection(peer, 3, inode, backlog, progress)


@pytest.mark.slow
@given(
    st.lists(st.integers(0, 400), min_size=30, max_size=60), st.integers(1, 30), st.integers(1, 20)
)
@settings(max_examples=tries(200), deadline=None)
def test_who_takes_enough_in_every_span_is_never_late_and_who_does_not_is(
    takes: list[int], pace: int, patience: int
) -> None:
    """Bytes taken in each second, against sums over spans of the seconds."""
    limit = PaceLimit(pace, patience)
    progress = [sum(takes[:n]) for n in range(len(takes) + 1)]
    late = [bool(limit.late([connection(taken)], float(now))) for now, taken in enumerate(progress)]
    spans = [
        progress[n + patience] - progress[n] < pace * patience
        for n in range(len(progress) - patience)
    ]
    assert not any(late) or any(spans)
    if spans and all(spans):
        assert any(late)


def test_who_has_nothing_to_take_is_not_late() -> None:
    limit = PaceLimit(1000, 10)
    assert not any(limit.late([connection(0, backlog=0)], now) for now in range(100))
    limit.late([connection(0)], 100)
    # Another connection of the same port begins anew.
    assert not limit.late([connection(0, inode=2)], 111)
    assert limit.late([connection(0, inode=2)], 121)


@pytest.mark.slow
@given(st.ip_addresses(v=6), st.integers(0, (1 << 64) - 1))
@settings(max_examples=tries(200), deadline=None)
def test_addresses_of_one_network_of_64_bits_are_one_client(
    address: IPv6Address, suffix: int
) -> None:
    neighbour = IPv6Address(int(address) >> 64 << 64 | suffix)
    if address.ipv4_mapped is None and neighbour.ipv4_mapped is None:
        assert network_of(str(address)) == network_of(str(neighbour))
        stranger = IPv6Address(int(neighbour) ^ 1 << 64)
        assert network_of(str(stranger)) != network_of(str(address))


def test_a_rate_is_of_a_network() -> None:
    rates = Rates(5)
    clients = [network_of(f"2001:db8::{number:x}") for number in range(1000)]
    assert sum(rates.excess(client, 60.0) is None for client in clients) == 5
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("fe80::1%eth0") == network_of("fe80::2")
    assert network_of("no address") == "no address"
    assert [is_local(one) for one in ("127.8.8.8", "::1", "::ffff:127.0.0.1")] == [True] * 3
    assert not is_local("192.0.2.1")


def test_a_client_has_so_many_requests_under_way() -> None:
    guard = Guard(Quotas(requests=2), 0)
    assert [guard.enter("2001:db8::1"), guard.enter("2001:db8::2")] == [True, True]
    assert not guard.enter("2001:db8::3")
    assert guard.enter("192.0.2.1")
    guard.leave("2001:db8::1")
    assert guard.enter("2001:db8::3")


def test_processes_tell_each_other_what_they_hold(tmp_path: Path) -> None:
    board = OccupancyBoard(str(tmp_path))
    occupancy = Occupancy(7, 2.5, {"192.0.2.1": Share(1, 2, 3)})
    board.tell(occupancy)
    assert board.neighbours() == Occupancy()
    file = next(tmp_path.glob("occupancy-*"))
    neighbour = file.rename(tmp_path / "occupancy-0")
    assert board.neighbours() == occupancy
    guard = Guard(Quotas(requests=3), 0, str(tmp_path))
    guard.look(0.0)
    assert [guard.enter("192.0.2.1"), guard.enter("192.0.2.1")] == [True, False]
    # One that has said nothing for long has ended; half a notice is none.
    neighbour.write_text(json.dumps({**json.loads(neighbour.read_text()), "at": -1000.0}))
    assert board.neighbours() == Occupancy()
    neighbour.write_text("{")
    assert board.neighbours() == Occupancy()


def test_the_slowest_goes_first_and_of_all_processes() -> None:
    peers = [Peer("192.0.2.1", number) for number in range(3)]
    keys = [FileKey(1, number) for number in range(3)]
    guard = Guard(Quotas(spool=250), 0)
    files = OpenFiles(
        {peer: connection(100 * n, peer=peer, inode=n) for n, peer in enumerate(peers)},
        dict.fromkeys(keys, 100),
        dict.fromkeys(keys, 1),
    )
    deliveries = [delivery(peer, key) for peer, key in zip(peers, keys, strict=True)]
    assert guard._slowest(files, deliveries, 100.0) == [files.connections[peers[0]]]
    guard._neighbours = Occupancy(0, 0.5)
    assert guard._slowest(files, deliveries, 100.0) == [files.connections[peers[0]]]
    guard._neighbours = Occupancy(100, 1.5)
    assert len(guard._slowest(files, deliveries, 100.0)) == 2
    guard._neighbours = Occupancy(0, -1.0)
    assert guard._slowest(files, deliveries, 100.0) == []
    # Whoever has only begun is not slow yet.
    guard._neighbours = Occupancy()
    deliveries[0] = replace(deliveries[0], begun=99.5)
    assert guard._slowest(files, deliveries, 100.0) == [files.connections[peers[1]]]
    guard.quotas = Quotas(spool=300)
    assert guard._slowest(files, deliveries, 100.0) == []


def delivery(peer: Peer, key: FileKey) -> Delivery:
    return Delivery("192.0.2.1", peer, key, -1, 100, 0.0)


def test_of_too_many_connections_the_newest_go() -> None:
    guard = Guard(Quotas(connections=2), 0)
    connections = [
        connection(0, peer=Peer("2001:db8::1", number), inode=number) for number in range(5)
    ]
    crowd = guard._crowd(connections, Counter({"2001:db8::/64": 5}))
    assert {one.inode for one in crowd} == {2, 3, 4}
    local = [replace(one, peer=Peer("127.0.0.1", one.peer.port)) for one in connections]
    assert guard._crowd(local, Counter({"127.0.0.1": 5})) == []
    proxies = TrustedProxies(("2001:db8::/32",))
    assert (
        Guard(Quotas(connections=2), 0, None, proxies)._crowd(
            connections, Counter({"2001:db8::/64": 5})
        )
        == []
    )


@contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket, int]]:
    """A client's end, the server's, and the port of the server."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listener.getsockname()[1]
        client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        server = stack.enter_context(listener.accept()[0])
        yield client, server, port


@linux
def test_a_connection_is_seen_and_ended() -> None:
    with pair() as (client, server, port):
        server.sendall(b"x" * 100)
        assert client.recv(100, socket.MSG_WAITALL) == b"x" * 100
        peer = peer_of(f"127.0.0.1:{client.getsockname()[1]}")
        found = open_files(port).connections
        assert found.keys() == {peer}
        end(replace(found[peer], inode=0))  # the descriptor is of another by now
        server.sendall(b"y")
        assert client.recv(1) == b"y"
        end(found[peer])
        assert server.recv(1) == b""
        assert client.recv(1) == b""
        with pytest.raises(BrokenPipeError):
            server.sendall(b"z")


@linux
def test_a_file_counts_as_long_as_it_is_open(tmp_path: Path) -> None:
    descriptor = spool_file()
    key = file_key(descriptor)
    os.write(descriptor, b"x" * 10_000)
    other = os.dup(descriptor)
    files = open_files(0)
    assert files.sizes[key] >= 10_000
    assert files.descriptors[key] == 2
    os.close(descriptor)
    os.close(other)
    assert key not in open_files(0).sizes


@linux
def test_a_file_is_let_go_once_it_is_opened_elsewhere() -> None:
    with pair() as (client, _, port):
        guard = Guard(Quotas(volume=100), port)
        descriptor = spool_file()
        os.write(descriptor, b"x" * 80)
        key = file_key(descriptor)
        sender = f"127.0.0.1:{client.getsockname()[1]}"
        assert guard.has_room("127.0.0.1", 1000)
        guard.deliver("127.0.0.1", sender, descriptor, 80)
        assert not guard.has_room("127.0.0.1", 80)
        assert guard.has_room("192.0.2.1", 80)
        guard.look(0.0)
        assert open_files(port).descriptors[key] == 1
        with Path(f"/dev/fd/{descriptor}").open("rb") as file:
            guard.look(0.0)
            assert open_files(port).descriptors[key] == 1
            assert file.read() == b"x" * 80
        guard.look(0.0)
        assert key not in open_files(port).sizes
        assert guard.has_room("127.0.0.1", 80)
