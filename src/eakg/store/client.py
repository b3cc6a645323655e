"""Asking a store that another process holds."""

import json
import os
import socket
from pathlib import Path

from eakg.store.failures import FormatMismatch, StoreUnreachable, from_message
from eakg.store.formats import format_named
from eakg.store.frames import frame, receive
from eakg.store.request import Limits, QueryRequest, Result

_GRACE = 5.0  # seconds beyond patience and time limit after which the holder is taken for dead


class StoreClient:
    """Sends each query over a connection of its own; any number of threads may share it.

    Arguments: the path of the holder's Unix socket; the limits it runs under.
    """

    def __init__(self, address: Path, limits: Limits) -> None:
        self.address = address
        self.limits = limits

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Errors: StoreError and its kinds, all of them before any result.

        An exception that interrupts the call closes the connection, which ends the worker.
        """
        result_format = format_named(request.format)
        if result_format is None:
            raise FormatMismatch(f"there is no result format {request.format!r}")
        outcome, descriptor = self._ask(request)
        if descriptor is None:
            raise from_message(outcome)
        file = os.fdopen(descriptor, "rb")
        file.seek(0)
        return Result(result_format.media_type, outcome["size"], outcome["seconds"], file)

    def _ask(self, request: QueryRequest) -> tuple[dict[str, int], int | None]:
        patience = self.limits.patience + self.limits.seconds(request.timeout) + _GRACE
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(patience)
            try:
                connection.connect(str(self.address))
                connection.sendall(frame(request.to_json()))
                message, descriptor = receive(connection)
            except (OSError, EOFError) as error:
                raise StoreUnreachable("the store does not answer") from error
        return json.loads(message), descriptor
