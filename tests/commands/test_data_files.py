"""The files that commands read: every command, every extension, plain and compressed."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

import eakg.serve
from eakg.cli import main
from eakg.problems import ExitStatus
from eakg.rdf.syntaxes import EXTENSIONS
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.request import QueryRequest

pytestmark = pytest.mark.slow

A, P, B = "<http://example.org/a>", "<http://example.org/p>", "<http://example.org/b>"
GRAPH = "<http://example.org/g>"
TURTLE = f"{A} {P} {B} .\n"
RDF_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="http://example.org/a">
<p xmlns="http://example.org/" rdf:resource="http://example.org/b"/></rdf:Description></rdf:RDF>"""
JSON_LD = '{"@id": "http://example.org/a", "http://example.org/p": {"@id": "http://example.org/b"}}'
FILES = {
    ".ttl": TURTLE,
    ".nt": TURTLE,
    ".nq": f"{A} {P} {B} {GRAPH} .\n",
    ".trig": f"{GRAPH} {{ {TURTLE} }}\n",
    ".rdf": RDF_XML,
    ".owl": RDF_XML,
    ".xml": RDF_XML,
    ".turtle": TURTLE,
    ".n3": TURTLE,
    ".jsonld": JSON_LD,
    ".json": JSON_LD,
}
NAMED = {
    ".nq": FILES[".nq"],
    ".trig": FILES[".trig"],
    ".jsonld": f'{{"@id": "http://example.org/g", "@graph": [{JSON_LD}]}}',
}
SHAPES = f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
[] a sh:NodeShape ; sh:targetNode {A} ; sh:property [ sh:path {P} ; sh:hasValue {B} ] ."""
READ = f"ASK {{ {A} {P} {B} }}"
NAME_KEPT = f"ASK {{ GRAPH {GRAPH} {{ {A} {P} {B} }} }}"


def run(*arguments: str, given: bytes | None = None) -> click.testing.Result:
    runner = click.testing.CliRunner()
    return runner.invoke(main, arguments, input=given, catch_exceptions=False)


class Command:
    """A command that takes files: whether the triple of a file is in what it reads, or what it
    says where it reads nothing."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.answer = False
        self.given: bytes | None = None

    def run(self, *arguments: str) -> click.testing.Result:
        return run(*arguments, given=self.given)

    def query(self, file: Path, text: str) -> tuple[bool, str]:
        path = self.folder / "ask.rq"
        path.write_text(text)
        result = self.run("query", str(path), "--data", str(file))
        return '"boolean":true' in result.stdout, result.output

    def test(self, file: Path, text: str) -> tuple[bool, str]:
        path = self.folder / "ask.rq"
        path.write_text(f"#+ summary: x\n#+ expect: {{ask: true}}\n{text}\n")
        result = self.run("test", str(path), "--data", str(file))
        return result.exit_code == ExitStatus.DONE, result.output

    def serve(self, file: Path, text: str) -> tuple[bool, str]:
        def keep(contents: Contents, *_: Any, **__: Any) -> ExitStatus:
            return self._keep(contents, text)

        self.monkeypatch.setattr(eakg.serve, "run", keep)
        return self._asked(self.run("serve", str(file)))

    def load(self, file: Path, text: str) -> tuple[bool, str]:
        command = self

        class Filler:
            def __init__(self, *_: object) -> None:
                pass

            def fill(self, contents: Contents, *_: object) -> None:
                command._keep(contents, text)

        self.monkeypatch.setattr("eakg.commands.load.Filler", Filler)
        return self._asked(self.run("load", str(file), "--store", "sparql+http://127.0.0.1:9/"))

    def reason(self, file: Path, _: str) -> tuple[bool, str]:
        result = self.run("reason", str(file))
        return TURTLE in result.stdout, result.output

    def explain(self, file: Path, _: str) -> tuple[bool, str]:
        result = self.run("explain", A, P, B, "--data", str(file))
        return result.exit_code == ExitStatus.DONE, result.output

    def validate(self, file: Path, _: str) -> tuple[bool, str]:
        shapes = self.folder / "shapes.ttl"
        shapes.write_text(SHAPES)
        result = self.run("validate", str(file), "--shapes", str(shapes))
        return result.exit_code == ExitStatus.DONE, result.output

    def _keep(self, contents: Contents, text: str) -> ExitStatus:
        answer = EmbeddedStore(contents).query(QueryRequest(text)).read()
        self.answer = b'"boolean":true' in answer
        return ExitStatus.DONE

    def _asked(self, result: click.testing.Result) -> tuple[bool, str]:
        return result.exit_code == ExitStatus.DONE and self.answer, result.output


COMMANDS: dict[str, Callable[[Command, Path, str], tuple[bool, str]]] = {
    "query --data": Command.query,
    "test --data": Command.test,
    "serve": Command.serve,
    "load": Command.load,
    "reason": Command.reason,
    "explain --data": Command.explain,
    "validate": Command.validate,
}
KEEP_NAMES = ("query --data", "test --data", "serve", "load")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(tmp_path, monkeypatch)


def written(path: Path, text: str) -> Path:
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def test_the_table_has_every_extension() -> None:
    assert FILES.keys() == EXTENSIONS.keys()


@pytest.mark.parametrize("compression", ["", ".gz"])
@pytest.mark.parametrize("extension", FILES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_reads_every_file(
    command: Command, name: str, extension: str, compression: str
) -> None:
    file = written(command.folder / f"x{extension}{compression}", FILES[extension])
    done, output = COMMANDS[name](command, file, READ)
    assert done, output


@pytest.mark.parametrize("compression", ["", ".gz"])
@pytest.mark.parametrize("extension", NAMED)
@pytest.mark.parametrize("name", KEEP_NAMES)
def test_names_of_graphs_are_kept_where_graphs_are_apart(
    command: Command, name: str, extension: str, compression: str
) -> None:
    file = written(command.folder / f"x{extension}{compression}", NAMED[extension])
    done, output = COMMANDS[name](command, file, NAME_KEPT)
    assert done, output


@pytest.mark.parametrize("name", KEEP_NAMES)
def test_a_blank_node_that_names_a_graph_is_one_node(command: Command, name: str) -> None:
    file = written(command.folder / "x.trig", f"_:g {P} {A} . _:g {{ {A} {P} {B} }}")
    text = f"ASK {{ ?g {P} {A} GRAPH ?g {{ {A} {P} {B} }} }}"
    done, output = COMMANDS[name](command, file, text)
    assert done, output


@pytest.mark.parametrize("compression", ["", ".gz"])
@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_extension_is_refused_in_the_same_words(
    command: Command, name: str, compression: str
) -> None:
    file = written(command.folder / f"x.csv{compression}", "a,b\n")
    done, output = COMMANDS[name](command, file, READ)
    known = (
        ".ttl, .turtle, .n3, .nt, .rdf, .owl, .xml, .jsonld, .json, .nq, .trig (each also with .gz)"
    )
    assert not done
    assert f"{file}: unknown extension .csv; name the file with one of {known}" in output


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_not_compressed_is_named(command: Command, name: str) -> None:
    file = command.folder / "x.nt.gz"
    file.write_text(TURTLE)
    done, output = COMMANDS[name](command, file, READ)
    assert not done
    assert f"{file}: is not a whole gzip file" in output
    assert "compress it anew" in output


@pytest.mark.parametrize("compression", ["", ".gz"])
@pytest.mark.parametrize("extension", [".ttl", ".nq", ".rdf", ".jsonld"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_reads_standard_input(
    command: Command, name: str, extension: str, compression: str
) -> None:
    data = FILES[extension].encode()
    command.given = gzip.compress(data, mtime=0) if compression else data
    done, output = COMMANDS[name](command, Path("-"), READ)
    assert done, output


OTHERS: dict[str, tuple[str, bytes]] = {
    "entities in single quotes": (
        "x.owl",
        b"<!DOCTYPE rdf:RDF [<!ENTITY e 'http://example.org/'>]>"
        + RDF_XML.replace("http://example.org/b", "&e;b").encode(),
    ),
    "ISO-8859-1": (
        "x.rdf",
        "<?xml version='1.0' encoding='ISO-8859-1'?><!-- é -->".encode("latin-1")
        + RDF_XML.encode(),
    ),
    "UTF-16": ("x.rdf", RDF_XML.encode("utf-16")),
    "a byte order mark": ("x.ttl", TURTLE.encode("utf-8-sig")),
    "one in N-Triples": ("x.nt", TURTLE.encode("utf-8-sig")),
    "one in JSON-LD": ("x.jsonld", JSON_LD.encode("utf-8-sig")),
    "Turtle in UTF-16": ("x.ttl", TURTLE.encode("utf-16")),
    "N-Triples in UTF-16": ("x.nt", TURTLE.encode("utf-16")),
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_reads_what_others_write(command: Command, name: str, kind: str) -> None:
    file, data = OTHERS[kind]
    path = command.folder / file
    path.write_bytes(data)
    done, output = COMMANDS[name](command, path, READ)
    assert done, output


REFUSALS: dict[str, tuple[str, bytes, int, str]] = {
    "an IRI with a blank": (
        "x.rdf",
        RDF_XML.replace("org/b", "org/b ").encode(),
        3,
        "<http://example.org/b > has a blank (U+0020), which no IRI may have",
    ),
    "a remote context": (
        "x.jsonld",
        b'{\n"@context": "https://schema.org/"}',
        2,
        "remote contexts are not fetched; write the context into the file",
    ),
    "ISO-8859-1 in Turtle": (
        "x.ttl",
        b"<u:a> <u:b>\n'\xe9' .",
        2,
        "is not UTF-8",
    ),
    "an error in a compressed file": (
        "x.ttl.gz",
        gzip.compress(f"{TURTLE}{TURTLE}oops".encode(), mtime=0),
        3,
        "is not valid Turtle",
    ),
    "an error in UTF-16": (
        "x.rdf",
        f"{RDF_XML}\noops".encode("utf-16"),
        4,
        "junk after document element",
    ),
    "a bomb of entities": (
        "x.rdf",
        b"<!DOCTYPE r [<!ENTITY a0 'aaaaaaaaaa'>"
        + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 20) for n in range(1, 10))
        + b"]>\n<r>&a9;</r>",
        2,
        "its entities grow to many times the size of the document",
    ),
    "a rule of N3": (
        "x.n3",
        b"\n{ <u:a> <u:b> <u:c> } => { } .",
        2,
        "formulas, rules and paths of N3 are not read",
    ),
    "a large literal": (
        "x.ttl",
        b'\n<u:a> <u:b> "' + b"a" * (17 << 20) + b'" .',
        2,
        "has a literal (or another token) of more than 16 MiB",
    ),
}


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_refuses_in_one_line(command: Command, name: str, kind: str) -> None:
    file, data, line, words = REFUSALS[kind]
    path = command.folder / file
    path.write_bytes(data)
    done, output = COMMANDS[name](command, path, READ)
    assert not done
    (said,) = [one for one in output.splitlines() if one]
    assert said.startswith(f"{path}:{line}: ")
    assert words in said
