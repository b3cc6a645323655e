"""The service as those see it who run it: state, counts, log, signals, options."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from eakg.cli import main
from eakg.serve.app.settings import Logs, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.request import Load
from helpers.holdings import small_contents
from helpers.patience import PATIENT
from helpers.processes import children, eventually
from helpers.serving import writable_client

DATA = """\
@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:Cat rdfs:subClassOf :Animal .
:tom a :Cat ; :knows [ :name "Jerry" ] .
"""
MAIN = "from eakg.cli import main; main()"
ASK = "ASK {}"
# More rows than any machine counts in the time it is given.
LONG = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?s{n} ?p{n} ?o{n} .' for n in range(16))} }}"


@dataclass
class Answer:
    """Status, headers and body."""

    status: int
    headers: Message
    body: bytes


@dataclass
class Service:
    """A running `eakg serve`, and what it said on standard error once it has ended."""

    process: subprocess.Popen[str]
    address: str

    def get(self, path: str, **headers: str) -> Answer:
        request = urllib.request.Request(
            self.address + path, headers={name.replace("_", "-"): v for name, v in headers.items()}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def ask(self, query: str, **headers: str) -> Answer:
        return self.get(f"sparql?{urllib.parse.urlencode({'query': query})}", **headers)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


def command(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )


@contextmanager
def serving(*arguments: str | Path, **environment: str) -> Iterator[Service]:
    with command("--port", "0", *arguments, **environment) as process:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if not found:
            pytest.fail(line + process.communicate()[1])
        try:
            yield Service(process, found[0])
        finally:
            if process.poll() is None:
                process.kill()


def refused(*arguments: str | Path, **environment: str) -> tuple[int, str]:
    """The exit status and standard error of a service that does not start."""
    ended = CliRunner().invoke(main, ["serve", *map(str, arguments)], env=environment)
    assert ended.stdout == ""
    return ended.exit_code, ended.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "cats.ttl"
    path.write_text(DATA, "utf-8")
    return path


def test_state_counts_and_log(data: Path) -> None:
    query = "SELECT ?x { ?x <http://example.org/name> 'Jerry' }"
    with serving(data, "--log-format", "json") as service:
        assert json.loads(service.get("ready").body) == {"ready": True}
        assert eventually(lambda: b'"triples"' in service.get("health").body)
        health = json.loads(service.get("health").body)
        assert (health["status"], health["triples"]) == ("ok", 5)
        answer = service.ask(query, X_Request_ID="from-the-proxy.1")
        assert answer.headers["X-Request-ID"] == "from-the-proxy.1"
        # From the cache as well, if it comes to the same process.
        for _ in range(8):
            assert service.ask(query, X_Request_ID="again").headers.get_all("X-Request-ID") == [
                "again"
            ]
        forged = service.ask("SELEC", X_Request_ID='x" injected="yes')
        assert forged.status == 400
        assert re.fullmatch("[0-9a-f]{32}", forged.headers["X-Request-ID"])
        metrics = service.get("metrics")
        assert metrics.headers["Content-Type"].startswith("text/plain; version=")
        status, errors = service.end()
    assert status == 0
    families = {one.name: one for one in text_string_to_metric_families(metrics.body.decode())}
    requests = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["eakg_requests"].samples
        if sample.name == "eakg_requests_total"
    }
    cached = requests.get(("(cache)", "200"), 0)
    assert requests["/sparql", "200"] + cached == 9
    assert requests["/sparql", "400"] == 1
    assert families["eakg_problems"].samples[0].labels == {"code": "query-syntax"}
    assert families["eakg_up"].samples[0].value == 1
    assert families["eakg_info"].samples[0].labels["data"] == health["data"]
    assert {"eakg_queries_running", "eakg_queries_waiting"} <= set(families)
    lines = [json.loads(line) for line in errors.splitlines()]
    first = next(line for line in lines if line.get("request") == "from-the-proxy.1")
    assert (first["method"], first["path"], first["status"]) == ("GET", "/sparql", 200)
    asked = [line for line in lines if line["path"] == "/sparql" and line["status"] == 200]
    hashes = {line["query"] for line in asked}
    assert len(hashes) == 1
    assert "Jerry" not in errors


@pytest.mark.parametrize("problem", ["", "no room"])
def test_a_store_that_can_write_no_snapshot(problem: str) -> None:
    class Full(EmbeddedStore):
        def load(self) -> Load:
            return Load(0, 0, 0, 0, 0, problem)

    client = create_app(Settings("", PATIENT), Full(small_contents())).test_client()
    health = client.get("/health")
    assert (health.status_code, health.json["status"]) == (200, "ok")
    assert health.json.get("snapshot") == (f"cannot be written: {problem}" if problem else None)
    metrics = client.get("/metrics").text
    families = {one.name: one for one in text_string_to_metric_families(metrics)}
    assert families["eakg_store_snapshot_failed"].samples[0].value == bool(problem)


@pytest.mark.parametrize(("choice", "told"), [("text", True), ("off", False)])
def test_queries_are_in_the_log_where_they_are_wanted(
    caplog: pytest.LogCaptureFixture, choice: str, told: bool
) -> None:
    settings = Settings("", PATIENT, logs=Logs("text", choice))
    client = create_app(settings, EmbeddedStore(small_contents())).test_client()
    with caplog.at_level(logging.INFO, "eakg.requests"):
        client.get("/sparql", query_string={"query": "ASK {\n # injected=1\n}"})
    (record,) = caplog.records
    assert ("injected" in str(vars(record))) == told


def test_log_in_text_is_one_line_each(data: Path) -> None:
    with serving(data, "--log-format", "text", "--log-queries", "text") as service:
        assert service.ask("ASK {\n # injected=1\n}").status == 200
        assert service.get("a%0Ab%1B[31m").status == 404
        for path in ("ontology/", "id/", "graph/", "graphs/", "things?kind="):
            assert service.get(f"{path}%3C%0Aforged%1B").status == 404
        _, errors = service.end()
    lines = errors.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00 info request=\S+ ", one) for one in lines)
    assert "injected" in errors
    assert "\x1b" not in errors


def test_ends_after_what_it_was_asked(data: Path) -> None:
    with serving(data, "--timeout", "3") as service:
        answers: list[Answer] = []
        asking = threading.Thread(target=lambda: answers.append(service.ask(LONG)))
        asking.start()
        time.sleep(1)
        status, errors = service.end()
        asking.join()
    assert (status, errors) == (0, "")
    # The query ran into its own limit, and was told so.
    assert [answer.status for answer in answers] == [503]
    assert json.loads(answers[0].body)["code"] == "time-limit"


def test_says_no_before_it_ends(data: Path) -> None:
    with serving(data, "--drain", "2") as service:
        service.process.send_signal(signal.SIGTERM)
        for _ in range(100):
            ready = service.get("ready")
            if ready.status != 200:
                break
            time.sleep(0.01)
        assert (ready.status, json.loads(ready.body)) == (503, {"ready": False})
        assert service.ask(ASK).status == 200
        _, errors = service.process.communicate(timeout=60)
    assert (service.process.returncode, errors) == (0, "")


def test_signal_to_the_whole_group(tmp_path: Path) -> None:
    """Nothing is said of it, nor of data that contradict themselves where nobody reasons."""
    path = tmp_path / "pets.ttl"
    path.write_text(CONTRADICTION, "utf-8")
    with serving(path, "--reasoning", "none") as service:
        os.killpg(service.process.pid, signal.SIGTERM)
        _, errors = service.process.communicate(timeout=60)
    assert (service.process.returncode, errors) == (0, "")


def test_goes_on_with_other_data(data: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    seen: set[tuple[int, str]] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answer = service.ask(count, Accept="text/csv")
            seen.add((answer.status, answer.body.decode().split()[-1]))

    with serving(data) as service:
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        first = service.ask(count)
        data.write_text(DATA + ":jerry a :Mouse .\n", "utf-8")
        service.process.send_signal(signal.SIGHUP)
        assert service.process.stderr
        assert "now" in service.process.stderr.readline()
        second = service.ask(count)
        data.write_text(DATA + ":jerry a \n", "utf-8")
        service.process.send_signal(signal.SIGHUP)
        assert f"{data}:7: is not valid Turtle" in service.process.stderr.readline()
        assert "goes on" in service.process.stderr.readline()
        third = service.ask(count)
        done.set()
        for thread in threads:
            thread.join()
        status, errors = service.end()
    assert (status, errors) == (0, "")
    assert seen == {(200, "5"), (200, "6")}
    assert first.headers["ETag"] != second.headers["ETag"] == third.headers["ETag"]


def test_a_replaced_process_greets_nobody(data: Path) -> None:
    with serving(data) as service:
        started = children(service.process.pid)
        web = next(pid for pid, line in started.items() if "eakg.store" not in line)
        time.sleep(6)  # What dies sooner after its start is taken for one that always will.
        os.kill(web, signal.SIGKILL)
        time.sleep(2)
        assert service.ask(ASK).status == 200
        service.process.send_signal(signal.SIGTERM)
        said, _ = service.process.communicate(timeout=60)
    assert said == ""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("port = 80\nhost = 'x\n", 2, "not valid TOML"),
        ("port = 'many'\n", 1, "port: must be a whole number"),
        ("\nport = 70000\n", 2, "port: 70000 is not in the range"),
        ("writable = 'yes'\n", 1, "writable: must be true or false"),
        ("# so\n\nlayout = 'tape'\n", 3, "layout: 'tape' is not one of"),
        ("time-out = 3\n", 1, "there is no option time-out; did you mean timeout?"),
        ("[server]\nport = 1\n", 1, "there is no option server"),
        ("data = 'a.ttl'\n", 1, "data: must be a list"),
    ],
)
def test_bad_configuration(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = tmp_path / "eakg.toml"
    file.write_text(text, "utf-8")
    status, errors = refused("--config", file)
    assert status == 2
    assert errors.startswith(f"{file}:{line}: ")
    assert words in errors
    assert errors.count("\n") == 1


def test_no_configuration(tmp_path: Path) -> None:
    file = tmp_path / "none.toml"
    assert refused("--config", file) == (
        2,
        f"{file}: cannot be read: No such file or directory; check the path\n",
    )


def test_flag_before_environment_before_file(data: Path) -> None:
    file = data.with_name("eakg.toml")
    settings = """data = ["cats.ttl"]
public-url = "https://file.example/"
reasoning = "none"
writable = false
"""
    file.write_text(settings, "utf-8")
    environment = {"EAKG_CONFIG": str(file), "EAKG_PUBLIC_URL": "https://environment.example/"}
    status, errors = refused(**environment, EAKG_WRITABLE="true")
    assert (status, "EAKG_TOKEN" in errors) == (2, True)
    expected = "https://flag.example/"
    with command("--port", "0", "--public-url", expected, **environment) as process:
        assert process.stdout
        line = process.stdout.readline()
        process.terminate()
        _, errors = process.communicate(timeout=60)
    place = re.fullmatch(r"EAKG answers at http://127\.0\.0\.1:\d+/, as (\S+)\n", line)
    assert place, line
    assert (place[1], errors) == (expected, "")


def test_token(tmp_path: Path, data: Path) -> None:
    status, errors = refused("--writable", data)
    assert (status, "EAKG_TOKEN" in errors) == (2, True)
    file = tmp_path / "token"
    assert refused("--writable", "--token-file", file, data)[1].startswith(f"{file}: cannot be")
    file.write_text("\n", "utf-8")
    assert refused("--writable", "--token-file", file, data)[1].startswith(
        f"{file}: holds no token"
    )
    file.write_text("a-token-of-writers\n", "utf-8")
    file.chmod(0o644)
    with serving("--writable", "--token-file", file, data) as service:
        for pid in (service.process.pid, *children(service.process.pid)):
            environment = Path(f"/proc/{pid}/environ").read_text()
            assert "a-token-of-writers" not in environment
        _, errors = service.end()
    assert errors == f"{file}: others may read the token; chmod 600 {file} (warning)\n"


def test_the_token_is_not_handed_on_to_the_store(data: Path) -> None:
    with serving("--writable", data, EAKG_TOKEN="a-token-of-writers") as service:  # noqa: S106 - of this test alone
        for pid, line in children(service.process.pid).items():
            # The web processes are copies of the first, whose environment the system remembers.
            if "eakg.store" in line:
                assert "a-token-of-writers" not in Path(f"/proc/{pid}/environ").read_text()
        assert service.end() == (0, "")


def test_unreadable_data(tmp_path: Path) -> None:
    bad = tmp_path / "bad.nt"
    bad.write_text("<http://x/s> <http://x/p> <http://x/o> .\n<http://x/s> .\n", "utf-8")
    unknown = tmp_path / "data.csv"
    unknown.write_text("a,b\n", "utf-8")
    status, errors = refused(bad, unknown, tmp_path / "none.ttl")
    assert status == 2
    lines = errors.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{bad}:2: is not valid N-Triples")
    assert lines[1].startswith(f"{unknown}: unknown extension")
    assert lines[2].startswith(f"{tmp_path / 'none.ttl'}: no such file; check the path")


CONTRADICTION = """\
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
:Cat owl:disjointWith :Dog .
:tom a :Cat , :Dog .
"""


def test_contradicting_data(tmp_path: Path) -> None:
    path = tmp_path / "pets.ttl"
    path.write_text(CONTRADICTION, "utf-8")
    status, errors = refused(path)
    assert status == 3
    assert errors.startswith(f"{path}:4: contradiction (cax-dw)")
    with serving(path, "--allow-inconsistent") as service:
        assert service.ask("ASK { ?x a <http://example.org/Dog> }").status == 200
        status, warning = service.end()
    assert (status, warning) == (0, errors.replace("\n", " (warning)\n"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--store", "sparql+ftp://x/"), "is not of the form sparql+http://host/path"),
        (("--store", "sparql+http://x/", "--writable"), "eakg load"),
        (("--store", "folder"), "holds no prepared store"),
    ],
)
def test_options_that_do_not_go_together(arguments: tuple[str, ...], words: str) -> None:
    status, errors = refused(*arguments)
    assert status == 2
    assert words in errors


def test_methods_that_clients_think_of_are_one_series() -> None:
    client = writable_client()
    for number in range(3):
        assert client.open("/sparql", method=f"BREW{number}").status_code == 405
    families = text_string_to_metric_families(client.get("/metrics").text)
    requests = next(one for one in families if one.name == "eakg_requests")
    totals = [
        (sample.labels, sample.value)
        for sample in requests.samples
        if sample.name == "eakg_requests_total"
    ]
    assert totals == [({"route": "(none)", "method": "(other)", "status": "405"}, 3.0)]


def test_too_many_requests(data: Path) -> None:
    with serving(data, "--rate-limit", "5") as service:
        # A minute may end among them, once.
        answers = [service.ask(f"ASK {{ # {n}\n}}") for n in range(12)]
        # Of another client of a proxy on this machine.
        other = service.ask("ASK { # 0\n}", X_Forwarded_For="198.51.100.7, 192.0.2.1")
        assert service.get("health").status == 200
        assert service.end() == (0, "")
    refusals = [answer for answer in answers if answer.status != 200]
    assert {answer.status for answer in refusals} == {429}
    assert json.loads(refusals[0].body)["code"] == "too-many-requests"
    assert 1 <= int(refusals[0].headers["Retry-After"]) <= 60
    assert other.status == 200
