"""Systems take turns, and one that does not start is left out."""

import sys
from pathlib import Path

import pytest

from comparison.course import MIX, START, Course, Settings
from comparison.graphs import BenchmarkGraph, PreparedGraph
from comparison.mix import MixQuery
from comparison.profile import Profile
from comparison.results import Measurement
from comparison.systems import Sources, StartError, System, run_program

SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"head": {}, "boolean": true}'
        self.send_response(500 if "refused" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
QUERIES = (
    MixQuery("a: 1", "a", "ASK { <urn:one> ?p ?o }"),
    MixQuery("a: 2", "a", "ASK { <urn:refused> ?p ?o }"),
)


def system(name: str, program: str = SERVER) -> System:
    return System(name, lambda port: [sys.executable, "-c", program, str(port)], "/")


def course(
    folder: Path, systems: list[System], measurements: list[Measurement], *parts: str
) -> Course:
    sources = Sources((), folder / "closure.nt", "<urn:s>", folder)
    prepared = PreparedGraph(
        BenchmarkGraph("g", ()), sources, Profile(1, (), {}, {}, ("<urn:s>",)), QUERIES, 1
    )
    settings = Settings(rounds=2, parts=parts)
    return Course(settings, prepared, systems, False, lambda _: None, measurements.append)


def test_systems_take_turns_at_every_query(tmp_path: Path) -> None:
    measurements: list[Measurement] = []
    course(tmp_path, [system("one"), system("other")], measurements, MIX).run()
    assert [(one.turn, one.case, one.system) for one in measurements] == [
        (turn, query.name, name)
        for turn in range(2)
        for query in QUERIES
        for name in ("one", "other")
    ]
    for one in measurements:
        if one.case == "a: 1":
            assert one.figures["seconds"] > 0
            assert (one.answer, dict(one.failures)) == ("true" if one.turn == 0 else "", {})
        else:
            assert (one.answer, dict(one.figures)) == ("", {})
            assert dict(one.failures) == {"500, no Retry-After": 1}


def test_a_system_that_does_not_start_is_named_and_left_out(tmp_path: Path) -> None:
    measurements: list[Measurement] = []
    broken = system("broken", "raise SystemExit('no licence')")
    run = course(tmp_path, [broken, system("one")], measurements, START)
    run.run()
    assert [(one.system, one.part, one.turn) for one in measurements] == [
        ("one", START, 0),
        ("one", START, 1),
    ]
    assert all(one.figures["memory"] >= 1 << 20 for one in measurements)
    assert run.missing == ["broken of g: broken does not start: no licence"]


def test_a_program_that_fails_is_told_with_its_words() -> None:
    with pytest.raises(StartError, match="no room"):
        run_program([sys.executable, "-c", "raise SystemExit('no room')"])
