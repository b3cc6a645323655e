"""Nobody waits for another process without an end, and no clock on the wall decides anything."""

import ast
from collections.abc import Iterator

import pytest

from helpers.house import module_files, tree

BARE = {"recv", "recv_into", "recv_fds", "recvmsg", "recvfrom", "sendall", "send_fds", "sendmsg"}
"""Methods of a socket that wait for as long as the socket lets them."""
CHANNELS = {
    "eakg.store.messages.channel": "the channels themselves, which never block",
    "eakg.store.elsewhere.connection": "sockets that are given what is left of a deadline",
}
"""The modules that may call them."""
OPEN = {"wait", "join", "acquire", "communicate", "get", "result"}
"""Methods that without an argument wait for as long as it takes."""
IDLE = {
    "eakg.store.messages.channel": "select.select([self._socket], [], [])",
    "eakg.store.workers.worker": "select.select([channel.fileno(), lifeline.fileno()], [], [])",
    "eakg.serve.host.threads": "self._tasks.get()",
}
"""Where a process or a thread that has nothing to do waits for what it is asked next; each is at
its end with the other side."""
OWN_THREAD = {"eakg.store.workers.worker": "thread.join()"}
"""The first thread of a process that ends with the other one."""
WALL = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime"}
WALL_METHODS = {"now", "utcnow", "today"}
DATES = {
    "eakg.store.changes.disk": "the name of a file tells people when it was put aside",
    "eakg.store.changes.directory": "a version has the instant at which it was made",
    "eakg.serve.host.adapter": "the Date of a response (RFC 9110, section 6.6.1)",
    "eakg.serve.neighbours.well_known": "security.txt says until when it holds (RFC 9116)",
    "eakg.serve.pages.reference": "a reference says on which day it was made",
    "eakg.commands.saved.contracts": "the history of runs tells people when each was",
    "eakg.queries.ask.remote": "Retry-After may be a date (RFC 9110, section 10.2.3)",
}


def calls(module: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(module)) if isinstance(node, ast.Call))


def bare_calls(nodes: Iterator[ast.Call]) -> Iterator[str]:
    """The calls of sockets that wait for as long as the socket lets them."""
    for node in nodes:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        forever = {"settimeout": "None", "setblocking": "True"}.get(name)
        if name in BARE or (forever and [ast.unparse(one) for one in node.args] == [forever]):
            yield ast.unparse(node)


def open_calls(nodes: Iterator[ast.Call]) -> Iterator[str]:
    """The calls that wait for as long as it takes."""
    for node in nodes:
        function = ast.unparse(node.func)
        name = function.rpartition(".")[2]
        arguments = [*node.args, *node.keywords]
        # A variable of the context, which is written in capitals, has its value.
        is_open = "." in function and name in OPEN and not arguments and not function[0].isupper()
        is_open |= function == "select.select" and len(arguments) < 4
        is_open |= function == "os.waitpid" and ast.unparse(node.args[1]) == "0"
        is_open |= name == "HTTPConnection" and "timeout" not in {k.arg for k in node.keywords}
        if is_open:
            yield ast.unparse(node)


WAITING = sorted(one for one in module_files() if one.startswith(("eakg.store", "eakg.serve")))


@pytest.mark.parametrize("module", WAITING)
def test_no_wait_is_without_an_end(module: str) -> None:
    if module not in CHANNELS:
        assert list(bare_calls(calls(module))) == []
    allowed = {IDLE.get(module), OWN_THREAD.get(module)}
    if module not in CHANNELS or module in IDLE:
        assert [call for call in open_calls(calls(module)) if call not in allowed] == []


@pytest.mark.parametrize(
    "text",
    [
        *("connection.recv(1)", "channel.sendall(data)", "s.settimeout(None)"),
        *("process.wait()", "thread.join()", "lock.acquire()", "os.waitpid(pid, 0)"),
        *("HTTPConnection(host, port)", "select.select([a], [], [])", "q.get()", "future.result()"),
    ],
)
def test_a_wait_without_an_end_would_be_found(text: str) -> None:
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert [*bare_calls(iter(found)), *open_calls(iter(found))]


def test_what_is_allowed_is_there() -> None:
    for module, call in (IDLE | OWN_THREAD).items():
        assert call in open_calls(calls(module)), module


def wall_calls(nodes: Iterator[ast.Call]) -> Iterator[str]:
    for node in nodes:
        function = ast.unparse(node.func)
        owner, _, name = function.rpartition(".")
        is_date = name in WALL_METHODS and owner.rpartition(".")[2] in {"datetime", "date"}
        if function in WALL or is_date:
            yield ast.unparse(node)


@pytest.mark.slow
def test_no_clock_on_the_wall_decides() -> None:
    """One that is set an hour ahead or back changes nothing: all that is awaited is so by the
    monotonic clock, which no two processes of a system have different."""
    found = {
        module: list(wall_calls(calls(module))) for module in module_files() if module not in DATES
    }
    assert {module: lines for module, lines in found.items() if lines} == {}


@pytest.mark.parametrize("text", ["time.time()", "datetime.now(UTC)", "datetime.date.today()"])
def test_a_clock_on_the_wall_would_be_found(text: str) -> None:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    assert list(wall_calls(iter([node])))
