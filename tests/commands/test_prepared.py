"""Prepared stores by the commands: made once, served from memory or from disk alike."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from helpers.processes import children, descendants, eventually
from helpers.saved_query_files import run
from helpers.serving import Answer, running, send

ONTOLOGY = """
@prefix : <http://e.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:City rdfs:subClassOf :Place . :in a <http://www.w3.org/2002/07/owl#TransitiveProperty> .
"""
DATA = """
@prefix : <http://e.org/> .
:a a :City ; :in :b ; :name "A"@EN, "01"^^<http://www.w3.org/2001/XMLSchema#integer> . :b :in :c .
[] :name "nobody" .
"""
ASKED = (
    "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c",
    "ASK { <http://e.org/a> <http://e.org/in> <http://e.org/c> }",
    "SELECT ?o { <http://e.org/a> <http://e.org/name> ?o } ORDER BY ?o",
)


def eakg(*arguments: str, status: int = 0) -> str:
    """What a command says, on both of its outputs."""
    done = run(*arguments)
    assert done.exit_code == status, done.output
    return done.stdout + done.stderr


@pytest.fixture
def sources(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "ontology.ttl").write_text(ONTOLOGY)
    (tmp_path / "data.ttl").write_text(DATA)
    return str(tmp_path / "ontology.ttl"), str(tmp_path / "data.ttl")


def ask(address: str, text: str, extra: str = "") -> Answer:
    query = urllib.parse.urlencode({"query": text})
    return send(
        address, "GET", f"/sparql?{query}{extra}", {"Accept": "application/sparql-results+json"}
    )


def bodies(address: str) -> list[bytes]:
    answers = [ask(address, text, extra) for text in ASKED for extra in ("", "&closure=asserted")]
    assert {answer.status for answer in answers} == {200}
    return [answer.body for answer in answers]


def boolean(address: str, text: str) -> bool:
    return bool(json.loads(ask(address, text).body)["boolean"])


@pytest.mark.processes
def test_both_layouts_and_plain_files_say_the_same(
    tmp_path: Path, sources: tuple[str, str]
) -> None:
    folder = str(tmp_path / "store")
    assert "in 3 graphs" in eakg("load", "--store", folder, *sources)
    with running(*sources) as address:
        expected = bodies(address)
    port = address.rpartition(":")[2]
    assert any(b"http://e.org/Place" in body for body in expected)
    tags = []
    for layout in ("memory", "disk"):
        # An entity tag is one of an address.
        with running("--store", folder, "--layout", layout, "--port", port) as address:
            assert bodies(address) == expected
            tags.append(ask(address, ASKED[0]).headers["etag"])
            path = "/explain?" + urllib.parse.urlencode(
                {"s": "<http://e.org/a>", "p": "<http://e.org/in>", "o": "<http://e.org/c>"}
            )
            proof = send(address, "GET", path, {"Accept": "application/json"})
            assert proof.status == 200
            assert b"prp-trp" in proof.body
            for page in ("/", "/things", "/search?q=nobody", "/ontology", "/.well-known/void"):
                assert send(address, "GET", page).status == 200, page
    with running("--store", folder, "--layout", "disk", "--port", port) as address:
        tags.append(ask(address, ASKED[0]).headers["etag"])
    # Rows without ORDER BY come in another order.
    assert tags[0] != tags[1] == tags[2]


@pytest.mark.processes
def test_workers_of_a_store_on_disk_open_nothing_else(
    tmp_path: Path, sources: tuple[str, str]
) -> None:
    folder = str(tmp_path / "store")
    eakg("load", "--store", folder, *sources)
    with running("--store", folder, "--layout", "disk") as address:
        assert ask(address, ASKED[0]).status == 200
        (main,) = (pid for pid, line in children(os.getpid()).items() if folder in line)
        workers = [
            pid
            for pid in descendants(main)
            if "worker of" in Path(f"/proc/{pid}/cmdline").read_text()
        ]
        assert workers
        for pid in workers:
            limits = Path(f"/proc/{pid}/limits").read_text()
            (files,) = re.findall(r"Max open files +(\d+)", limits)
            assert int(files) < 200
            places = [str(place.readlink()) for place in Path(f"/proc/{pid}/fd").iterdir()]
            assert any(place.endswith(".sst") for place in places)


def test_a_confined_thread_reads_its_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "file").write_text("in")
    (tmp_path / "outside").write_text("out")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"""if True:
            import socket
            from pathlib import Path
            from eakg.store.workers.confinement import confine_to
            folder = Path({str(tmp_path)!r})
            is_confined = confine_to(folder / "inside")
            assert (folder / "inside" / "file").read_text() == "in"
            outcomes = [is_confined]
            for call in (
                lambda: (folder / "outside").read_text(),
                lambda: (folder / "inside" / "file").write_text("changed"),
                lambda: (folder / "inside" / "new").touch(),
                lambda: socket.create_connection({server.getsockname()!r}, 5),
            ):
                try:
                    call()
                    outcomes.append(False)
                except PermissionError:
                    outcomes.append(True)
            print(outcomes)
        """
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    if not done.stdout.startswith("[True"):
        pytest.skip("the kernel has no Landlock")
    assert done.stdout.strip() in {f"{[True] * 5}", f"{[True] * 4 + [False]}"}


def test_what_is_there_is_checked(tmp_path: Path, sources: tuple[str, str]) -> None:
    folder = str(tmp_path / "store")
    words = eakg("serve", "--store", folder, status=2)
    assert words == f"{folder}: holds no prepared store; name the files to make it of\n"
    first = eakg("load", "--store", folder, *sources)
    assert eakg("load", "--store", folder, *sources) == first
    assert eakg("load", "--store", folder) == first
    assert "is whole" in eakg("store", "check", folder)
    assert "other files" in eakg("load", "--store", folder, sources[0], status=2)
    assert "--reasoning owl-rl" in eakg(
        "load", "--store", folder, "--reasoning", "none", *sources, status=2
    )
    Path(sources[1]).write_text(DATA + ":d :in :a .")
    words = eakg("load", "--store", folder, *sources, status=2)
    assert words.startswith(f"{sources[1]}: has changed")
    assert "--rebuild" in words
    assert "(warning)" in eakg("load", "--store", folder)
    second = eakg("load", "--store", folder, "--rebuild")
    assert second != first
    assert eakg("load", "--store", folder, *sources) == second
    Path(sources[1]).write_text("no Turtle")
    assert f"{sources[1]}:1" in eakg("load", "--store", folder, "--rebuild", *sources, status=2)
    assert "has changed" in eakg("load", "--store", folder)
    assert "is whole" in eakg("store", "check", folder)


def test_sources_that_cannot_be_read_are_all_told_as_they_were_named(
    tmp_path: Path, sources: tuple[str, str]
) -> None:
    folder = tmp_path / "store"
    bad, none = tmp_path / "bad.docx", tmp_path / "none.ttl"
    bad.write_text("x")
    lines = eakg("load", "--store", str(folder), str(bad), sources[0], str(none), status=2)
    assert [line.partition(": ")[0] for line in lines.splitlines()] == [str(bad), str(none)]
    words = eakg("load", "--store", str(folder), "-", status=2)
    assert words == "-: standard input cannot be read again; name a file that a store is made of\n"
    assert not folder.exists()


def test_the_commands_for_stores_that_change_name_a_prepared_one(
    tmp_path: Path, sources: tuple[str, str]
) -> None:
    folder, target = str(tmp_path / "store"), str(tmp_path / "copy")
    eakg("load", "--store", folder, *sources)
    for arguments in (("backup", folder, target), ("restore", folder, target), ("repair", folder)):
        assert "is a prepared store" in eakg("store", *arguments, status=2)
    assert not Path(target).exists()


def test_options_that_do_not_go_together(tmp_path: Path, sources: tuple[str, str]) -> None:
    folder = str(tmp_path / "store")
    assert "prepared store" in eakg("serve", "--layout", "disk", *sources, status=2)
    assert "prepared store" in eakg("serve", "--rebuild", *sources, status=2)
    assert "endpoint" in eakg("load", "--store", folder, "--update", "http://127.0.0.1/u", status=2)
    assert not Path(folder).exists()


def test_damage_is_found_before_anything_is_answered(
    tmp_path: Path, sources: tuple[str, str]
) -> None:
    folder = tmp_path / "store"
    eakg("load", "--store", str(folder), *sources)
    for path in folder.rglob("*.sst"):
        data = bytearray(path.read_bytes())
        data[len(data) // 4] ^= 1
        path.write_bytes(data)
    assert "is damaged" in eakg("store", "check", str(folder), status=2)
    assert "is damaged" in eakg("serve", "--store", str(folder), status=2)


@pytest.mark.processes
def test_damage_in_what_is_too_large_to_be_read_at_the_start(
    tmp_path: Path, sources: tuple[str, str]
) -> None:
    large = tmp_path / "large.nt"
    lines = (
        f'<urn:s{n}> <urn:p> "{random.Random(n).randbytes(40).hex()}" .\n' for n in range(60_000)
    )
    large.write_text("".join(lines))
    folder = tmp_path / "store"
    eakg("load", "--store", str(folder), "--reasoning", "none", str(large))
    options = ("--reasoning", "none", "--layout", "disk")
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept)
    with running("--store", str(folder), *options) as address:
        for path in folder.rglob("*.sst"):
            if path.stat().st_size > 1 << 20:
                with path.open("r+b") as file:
                    for place in range(0, path.stat().st_size, 4000):
                        file.seek(place)
                        file.write(b"\0")
        answer = ask(address, "SELECT * { ?s ?p ?o }")
    assert answer.status == 500
    assert json.loads(answer.body)["code"] == "store-failed"
    assert "is damaged" in eakg("store", "check", str(folder), status=2)
    for path in kept.rglob("*.sst"):
        if path.stat().st_size > 1 << 20:
            path.write_bytes(bytes(path.stat().st_size))
    words = eakg("serve", "--store", str(kept), *options, status=2)
    assert "cannot be opened" in words


@pytest.mark.processes
def test_a_service_goes_on_with_a_new_generation(tmp_path: Path, sources: tuple[str, str]) -> None:
    folder = str(tmp_path / "store")
    eakg("load", "--store", folder, *sources)
    with running("--store", folder, "--layout", "disk") as address:
        (main,) = (pid for pid, line in children(os.getpid()).items() if folder in line)
        assert boolean(address, ASKED[3])
        Path(sources[1]).write_text(DATA.replace(":b :in :c", ":b :in :d"))
        eakg("load", "--store", folder, "--rebuild")
        assert boolean(address, ASKED[3] + " # again")
        os.kill(main, signal.SIGHUP)
        assert eventually(lambda: not boolean(address, ASKED[3]))
