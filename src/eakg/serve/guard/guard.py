"""Looks, again and again, at what clients have of this process, and ends what is too much."""

import contextlib
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from math import ceil

from eakg.serve.guard.connections import (
    FileKey,
    OpenFiles,
    Peer,
    TcpConnection,
    end,
    file_key,
    open_files,
    peer_of,
)
from eakg.serve.guard.occupancy import Occupancy, OccupancyBoard, Share
from eakg.serve.guard.proxies import TrustedProxies
from eakg.serve.guard.quotas import Quotas
from eakg.serve.guard.rate import is_local, network_of
from eakg.serve.guard.readers import Delivery, PaceLimit

_LOOK_SECONDS = 0.5
_SOON_SECONDS = 0.05  # after a result was sent


class Guard:
    """What the clients of this process have at once.

    Arguments: the quotas; the port that clients connect to; the folder that the web processes
    share, None for one process; the proxies that pass on what clients send.
    """

    def __init__(
        self,
        quotas: Quotas,
        port: int,
        folder: str | None = None,
        proxies: TrustedProxies | None = None,
    ) -> None:
        self.quotas = quotas
        self._proxies = proxies or TrustedProxies()
        self._port = port
        self._board = OccupancyBoard(folder)
        self._pace = PaceLimit(quotas.pace)
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._deliveries: list[Delivery] = []
        self._connections: dict[Peer, TcpConnection] = {}
        self._neighbours = Occupancy()
        self._going: set[FileKey] = set()
        self._wake_event = threading.Event()

    def start(self) -> None:
        """Look from now on, in a thread."""
        threading.Thread(target=self._watch, daemon=True, name="guard").start()

    def enter(self, client: str) -> bool:
        """Count a request of a client as under way; whether it may have one more. `leave` ends one
        that was counted."""
        network = network_of(client)
        with self._lock:
            count = self._requests[network] + self._elsewhere(network).requests
            if count >= self.quotas.requests:
                return False
            self._requests[network] += 1
            return True

    def leave(self, client: str) -> None:
        """A request of a client has been answered."""
        network = network_of(client)
        with self._lock:
            self._requests[network] -= 1
            if self._requests[network] <= 0:
                del self._requests[network]

    def has_room(self, client: str, size: int) -> bool:
        """Whether a client may be sent a result of this size beside those that it has not read. A
        first one it may always be sent."""
        network = network_of(client)
        with self._lock:
            volume = self._elsewhere(network).volume + sum(
                delivery.size for delivery in self._deliveries if delivery.client == network
            )
        return not volume or volume + size <= self.quotas.volume

    def deliver(self, client: str, sender: str, descriptor: int, size: int) -> None:
        """A result in a file is on its way; the file is closed once the server has opened it.

        Arguments: the address of the client; `address:port` of who is sent it; the descriptor of
        the file, and its size.
        """
        peer = peer_of(sender)
        connection = self._connections.get(peer)
        delivery = Delivery(
            network_of(client),
            peer,
            file_key(descriptor),
            descriptor,
            size,
            time.monotonic(),
            0 if connection is None else connection.progress,
        )
        with self._lock:
            self._deliveries.append(delivery)
        self._wake_event.set()

    def look(self, now: float) -> None:
        """Look once. Argument: the time in seconds of the clock that only goes on."""
        files = open_files(self._port)
        self._connections = files.connections
        with self._lock:
            self._deliveries = [one for one in self._deliveries if one.settle(files, now)]
            deliveries = list(self._deliveries)
            requests = Counter(self._requests)
        self._neighbours = self._board.neighbours()
        counts = Counter(map(_network, files.connections.values()))
        condemned = self._pace.late(files.connections.values(), now) if self.quotas.pace else []
        condemned += self._crowd(files.connections.values(), counts)
        condemned += self._slowest(files, deliveries, now)
        for connection in condemned:
            end(connection)
        departures = {connection.peer for connection in condemned}
        self._going &= files.sizes.keys()
        self._going |= {delivery.key for delivery in deliveries if delivery.peer in departures}
        readings = self._readings(files, deliveries, now)
        slowest = min((pace for pace, _ in readings), default=None)
        shares = _shares(counts, requests, deliveries)
        self._board.tell(Occupancy(self._volume(files), slowest, shares))

    def _watch(self) -> None:
        while True:
            is_woken = self._wake_event.wait(_LOOK_SECONDS)
            self._wake_event.clear()
            if is_woken:
                time.sleep(_SOON_SECONDS)  # the server is about to open the file
            with contextlib.suppress(OSError):  # out of descriptors, for the moment
                self.look(time.monotonic())

    def _elsewhere(self, client: str) -> Share:
        return self._neighbours.shares.get(client, Share())

    def _crowd(
        self, connections: Iterable[TcpConnection], counts: Counter[str]
    ) -> list[TcpConnection]:
        """The newest connections of clients who have more than they may. Each process ends its
        share of what is too much."""
        # Those of a proxy are those of all its clients.
        connections = [one for one in connections if not self._is_of_many(one.peer.address)]
        crowd = []
        for network in dict.fromkeys(map(_network, connections)):
            count = counts[network]
            total = count + self._elsewhere(network).connections
            excess = total - self.quotas.connections
            if excess > 0:
                local_connections = [one for one in connections if _network(one) == network]
                local_connections.sort(key=lambda connection: connection.inode, reverse=True)
                crowd += local_connections[: ceil(excess * count / total)]
        return crowd

    def _is_of_many(self, address: str) -> bool:
        return is_local(address) or self._proxies.trust(address)

    def _slowest(
        self, files: OpenFiles, deliveries: Iterable[Delivery], now: float
    ) -> list[TcpConnection]:
        """The slowest readers of this process, as long as all hold too much and no other process
        has a slower one."""
        excess = self._volume(files) + self._neighbours.volume - self.quotas.spool
        slowest = []
        for pace, delivery in sorted(
            self._readings(files, deliveries, now),
            key=lambda reading: (reading[0], -reading[1].size),
        ):
            if excess <= 0 or (
                self._neighbours.slowest is not None and pace > self._neighbours.slowest
            ):
                break
            slowest.append(files.connections[delivery.peer])
            excess -= files.sizes.get(delivery.key, 0)
        return slowest

    def _volume(self, files: OpenFiles) -> int:
        """Bytes of disk that are held, but for those that the server is about to let go."""
        return sum(size for key, size in files.sizes.items() if key not in self._going)

    def _readings(
        self, files: OpenFiles, deliveries: Iterable[Delivery], now: float
    ) -> list[tuple[float, Delivery]]:
        """The results on their way whose clients are there, each with the pace of its reader."""
        return [
            (delivery.pace(files.connections[delivery.peer], now), delivery)
            for delivery in deliveries
            if delivery.peer in files.connections and delivery.key not in self._going
        ]


def _network(connection: TcpConnection) -> str:
    return network_of(connection.peer.address)


def _shares(
    connections: Counter[str], requests: Counter[str], deliveries: Iterable[Delivery]
) -> dict[str, Share]:
    volumes: dict[str, int] = defaultdict(int)
    for delivery in deliveries:
        volumes[delivery.client] += delivery.size
    return {
        client: Share(connections[client], requests[client], volumes[client])
        for client in {*connections, *requests, *volumes}
    }
