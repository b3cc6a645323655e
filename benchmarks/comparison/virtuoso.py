"""A database of Virtuoso in a folder, filled from a file of N-Triples."""

import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from helpers.engines import SETTINGS, free_port

_PAGE = 8192
_LEAST = 20_000
"""Buffers, pages in memory, that it has at least."""
_CLIENTS = 100
_OPEN = f"MaxKeepAlives = {_CLIENTS}\nKeepAliveTimeout = 60"
_START = 120.0  # seconds until a new database takes statements


class VirtuosoError(RuntimeError):
    """It does not start, or does not do what it is told."""


@dataclass(frozen=True)
class VirtuosoFolder:
    """The folder, the file, and the programs."""

    path: Path
    file: Path
    server: str
    isql: str
    graph: str = "urn:x-benchmark:graph"

    def command(self, port: int) -> list[str]:
        """What starts the server with its endpoint at a port."""
        return self._command(port, free_port())

    def fill(self) -> None:
        """Make the database and load the file with the bulk loader, as its manual says; after the
        checkpoint a start reads no log. Raises: VirtuosoError."""
        self.path.mkdir(parents=True)
        sql = free_port()
        with (self.path / "fill.log").open("wb") as log:
            command = self._command(free_port(), sql)
            process = subprocess.Popen(command, cwd=self.path, stdout=log, stderr=log)
        try:
            self._wait(sql, process)
            for statement in (
                f"ld_dir('{self.file.parent}', '{self.file.name}', '{self.graph}');",
                "rdf_loader_run();",
                "checkpoint;",
            ):
                self._tell(sql, statement)
            problems = self._tell(
                sql, "SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error <> '';"
            )
            if "0 Rows." not in problems:
                raise VirtuosoError(f"Virtuoso does not load {self.file}: {problems[-500:]}")
        finally:
            process.terminate()
            process.wait()

    def _command(self, port: int, sql: int) -> list[str]:
        buffers = max(_LEAST, self.file.stat().st_size // _PAGE)
        folder = self.file.parent
        settings = SETTINGS.format(folder=self.path, sql=sql, http=port)
        for line, value in {
            "NumberOfBuffers = 10000": f"NumberOfBuffers = {buffers}",
            "MaxDirtyBuffers = 6000": f"MaxDirtyBuffers = {buffers * 3 // 4}",
            "ServerThreads = 8": f"ServerThreads = {_CLIENTS}\n{_OPEN}",
            "DirsAllowed =": f"MaxClientConnections = {_CLIENTS}\nDirsAllowed = {folder},",
        }.items():
            if line not in settings:
                raise VirtuosoError(f"settings without {line}")
            settings = settings.replace(line, value)
        file = self.path / "virtuoso.ini"
        file.write_text(settings, "utf-8")
        return [self.server, "+foreground", "+configfile", str(file)]

    def _tell(self, sql: int, statement: str) -> str:
        # The password of a database that was just made; it is gone with the folder.
        command = [self.isql, f"127.0.0.1:{sql}", "dba", "dba", f"exec={statement}"]
        environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        words = done.stdout + done.stderr
        if done.returncode or "*** Error" in words:
            raise VirtuosoError(f"Virtuoso refuses {statement} {words[-500:]}")
        return words

    def _wait(self, sql: int, process: "subprocess.Popen[bytes]") -> None:
        ends = time.monotonic() + _START
        while time.monotonic() < ends and process.poll() is None:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", sql)) == 0:
                    return
            time.sleep(0.05)
        raise VirtuosoError(f"Virtuoso does not start; see {self.path / 'virtuoso.log'}")
