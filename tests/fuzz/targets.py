"""What is fuzzed: what reads bytes that others wrote, and what must hold whatever they are.

A target takes bytes and returns. It raises what its readers' documentation does not name, and where
something that must be true of what was read is not.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pyoxigraph
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from eakg.problems import ProblemsError
from eakg.rdf.formats import GRAPH_FORMATS
from eakg.serve.app.codings import choose_coding
from eakg.serve.app.errors import BadParameterError, NotAcceptableError, UnsupportedBodyError
from eakg.serve.app.etags import condition_status
from eakg.serve.app.negotiation import PAGE_OR_GRAPH, acceptable, names_a_format, prefers_html
from eakg.serve.app.parameters import FORM, QUERY
from eakg.serve.app.queries import query_parameters, query_text, read_query
from eakg.serve.app.requests import check_head
from eakg.serve.app.settings import MAX_BODY
from eakg.serve.application import create_app
from eakg.serve.guard.proxies import TrustedProxies
from eakg.sparql.exact.rewriting import exact_query
from eakg.sparql.failures import InexactQueryError, QuerySyntaxError, QueryTooComplexError
from eakg.sparql.lexer import tokens
from eakg.sparql.query import inspect_query
from eakg.sparql.syntax.queries import parse_query
from eakg.sparql.syntax.tree import ServicePattern
from eakg.sparql.update import UpdateReader
from eakg.store.changes.change import Change
from eakg.store.changes.directory import StoreDirectory
from eakg.store.changes.journal import JournalRecord
from eakg.store.changes.requests import UpdateRequest
from eakg.store.client.reading import TextReader
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from eakg.store.request import Limits
from eakg.text.exchange.formats import READERS
from eakg.text.exchange.losses import ExchangeError
from eakg.text.record import read_record
from eakg.text.standoff import parse_line
from eakg.text.withheld import WithheldText, read_withheld
from helpers.patience import PATIENT

BASE = "http://a.example/"
WRITABLE = StoreOptions(reasoning="none", writable=True)
EMPTY = Contents((), "0" * 16)
UPDATES = (
    "INSERT DATA { GRAPH <g:a> { <a:s> <a:p> 1.50 , 'x'@EN } } ; CREATE GRAPH <g:empty>",
    "DELETE DATA { GRAPH <g:a> { <a:s> <a:p> 1.50 } } ; DROP GRAPH <g:empty>",
    "INSERT DATA { <a:s> <a:p> <a:o> }",
)
PARTS = b"\x1e"
"""Stands between the files of a record."""


@dataclass(frozen=True)
class FuzzTarget:
    """Something that reads foreign bytes, and words that they may be made of."""

    run: Callable[[bytes], None]
    words: tuple[str, ...] = ()


def query(data: bytes) -> None:
    """A query or an update, from its tokens to the words that the engine answers rightly."""
    text = data.decode("utf-8", "replace")
    stop = 0
    for token in tokens(text):
        assert text[token.start : token.stop] == token.text, "a token is not in the text"
        assert token.start >= stop, "tokens overlap"
        assert not text[stop : token.start].strip(_WHITE), "something is passed over"
        stop = token.stop
    inspection = inspect_query(text, BASE)
    with suppress(QuerySyntaxError):
        list(UpdateReader(text, BASE).operations())
    try:
        tree = parse_query(text, BASE)
    except QuerySyntaxError:
        tree = None
    except QueryTooComplexError:
        return
    if tree and any(isinstance(node, ServicePattern) for node in _nodes(tree)):
        assert inspection.service, "a call of SERVICE is not seen"
    with suppress(InexactQueryError, QuerySyntaxError, QueryTooComplexError):
        exact_query(text, BASE)
    if tree is None and not inspection.service and _engine_takes(text):
        raise AssertionError("the engine reads what is not read here")


_WHITE = " \t\n\r"


def _nodes(node: object) -> Iterator[object]:
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, tuple):
            pending += node
        elif is_dataclass(node):
            pending += (getattr(node, field.name) for field in fields(node))


def _engine_takes(text: str) -> bool:
    """Whether the engine takes the text for a query. One that calls nobody is asked of nothing."""
    if "service" in text.lower():
        return False
    try:
        _nothing().query(text, base_iri=BASE)
    except (SyntaxError, ValueError, RuntimeError, OSError):
        return False
    return True


@cache
def _nothing() -> pyoxigraph.Store:
    return pyoxigraph.Store()


def change(data: bytes) -> None:
    """A change of a store, as the journal and messages carry it."""
    try:
        read = Change.from_bytes(data)
    except (ValueError, KeyError, SyntaxError):
        return
    again = Change(read.removed, read.added, read.dropped, read.created)
    assert Change.from_bytes(again.content) == read, "a change is another when written again"


def journal(data: bytes) -> None:
    """The folder of a store in which the end of the journal is replaced: the first two bytes say
    from where on. Without two, and where the third is 0, the body of a record alone."""
    if len(data) < 3 or not data[2]:
        with suppress(ValueError, KeyError, SyntaxError):
            JournalRecord.from_bytes(data[3:])
        return
    template, versions = _store()
    folder = template.with_name("read")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    path = folder / "journal"
    content = path.read_bytes()
    path.write_bytes(content[: int.from_bytes(data[:2]) % (len(content) + 1)] + data[3:])
    with suppress(ProblemsError):
        directory = StoreDirectory(folder)
        try:
            state = directory.read()
        finally:
            directory.close()
        assert state is not None, "a store is taken for a new one"
        assert state.version in versions, "a version that there never was"


@cache
def _store() -> tuple[Path, frozenset[str]]:
    """The folder of a closed store with some changes in its journal, and its versions."""
    root = Path(tempfile.mkdtemp(prefix="eakg-fuzz-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    folder = root / "store"
    store = EmbeddedStore(EMPTY, replace(WRITABLE, directory=folder))
    versions = {_version_of(folder)}
    for text in UPDATES:
        store.update(UpdateRequest(text))
        versions.add(_version_of(folder))
    store.close()
    return folder, frozenset(versions)


def _version_of(folder: Path) -> str:
    """The version in the folder of an open store, as a copy of it is read."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = StoreDirectory(shutil.copytree(folder, Path(scratch, "copy")))
        try:
            state = directory.read()
        finally:
            directory.close()
    assert state is not None
    return state.version


def accept(data: bytes) -> None:
    """What a request says of itself: Accept, Accept-Encoding, conditions, Host, whom it is for."""
    text = data.decode("latin-1")
    if not text.isprintable():
        return  # no header has that; the server refuses it
    names = ("Accept", "Accept-Encoding", "If-None-Match", "If-Match")
    request = _request("GET", dict.fromkeys(names, text))
    for offers in (PAGE_OR_GRAPH, GRAPH_FORMATS):
        with suppress(NotAcceptableError):
            chosen = acceptable(request, offers)
            assert chosen, "nothing is chosen, and nothing said"
            assert {*chosen} <= {*offers}, "what is not here is chosen"
    prefers_html(request)
    names_a_format(request)
    choose_coding(text)
    condition_status(request, ['"a"', 'W/"b"'], exists=True)
    way = TrustedProxies().approach("127.0.0.1", "http", lambda _: [text])
    assert way.scheme in ("http", "https"), "a scheme that no client speaks"
    assert not way.prefix.startswith("//"), "a prefix leads to another host"
    with suppress(HTTPException):
        check_head(len(text), [("Accept", text)], text)


def bodies(data: bytes) -> None:
    """The body of a request behind a line with its media type: a form, a query, or one that writes
    a graph, such as multipart."""
    line, _, body = data.partition(b"\n")
    media_type = line.decode("latin-1").strip()
    if not media_type.isprintable():
        return  # no header has that; the server refuses it
    if media_type.partition(";")[0].strip().lower() in {FORM, QUERY}:
        request = _request("POST", {"Content-Type": media_type}, body)
        with suppress(BadParameterError, UnsupportedBodyError, NotAcceptableError):
            parameters = query_parameters(request)
            text = query_text(parameters, MAX_BODY)
            read_query(request, parameters, text, BASE, TextReader(_nowhere(), Limits()))
        return
    answer = _writer()(body, media_type)
    assert answer < 500, f"{answer} is answered"


@cache
def _nowhere() -> EmbeddedStore:
    return EmbeddedStore(EMPTY, WRITABLE)


@cache
def _writer() -> Callable[[bytes, str], int]:
    """Puts a body into a graph; the status that comes back."""
    from eakg.serve.app.settings import Access, Settings
    from helpers.serving import BEARER, TOKEN

    settings = Settings("", PATIENT, options=WRITABLE, access=Access(Access.digest(TOKEN)))
    app = create_app(settings, EmbeddedStore(EMPTY, WRITABLE))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    client = app.test_client()

    def put(body: bytes, media_type: str) -> int:
        builder = EnvironBuilder("/graphs?graph=http://a.example/g", method="PUT", headers=BEARER)
        environ = builder.get_environ()
        environ |= {"CONTENT_TYPE": media_type, "CONTENT_LENGTH": str(len(body))}
        environ["wsgi.input"] = BytesIO(body)
        return client.open(environ).status_code

    return put


def _request(method: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
    environ = EnvironBuilder("/sparql", method=method).get_environ()
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
    return Request(environ)


def brat(data: bytes) -> None:
    """The folder of a record: text, annotations and configuration, with a byte between them."""
    contents = data.split(PARTS, 2)
    folder = _folder() / "doc"
    folder.mkdir(exist_ok=True)
    for name, content in zip(("doc.ann", "doc.txt", "annotation.conf"), contents, strict=False):
        (folder / name).write_bytes(content)
    for name in ("doc.txt", "annotation.conf")[len(contents) - 1 :]:
        (folder / name).unlink(missing_ok=True)
    with suppress(ProblemsError):
        record = read_record(folder)
        for annotation in record.standoff.annotations:
            for start, stop in getattr(annotation, "fragments", ()):
                assert 0 <= start < stop <= len(record.document.text), "a span beyond the text"


def exchange(data: bytes) -> None:
    """A file of another annotation tool, behind a byte with the name of its format."""
    name, _, content = data.partition(PARTS)
    read = READERS.get(name.decode("ascii", "replace"))
    if read is None:
        return
    with suppress(ExchangeError):
        text = read(content, 1).content
        for number, line in enumerate(text.standoff().removesuffix("\n").split("\n"), 1):
            if line:
                parse_line(line, number, Path("x.ann"), {})
        text.text.encode()


def withheld(data: bytes) -> None:
    """The table of sentences of a text that is not shipped."""
    path = _folder() / "sentences.csv"
    path.write_bytes(data)
    with suppress(ProblemsError):
        document = read_withheld(path, WithheldText("0" * 64), None)
        ends = [end for one in document.sentences for end in (one.start, one.end)]
        assert ends == sorted(ends), "sentences that do not follow each other"


@cache
def _folder() -> Path:
    return _store()[0].parent


TARGETS = {
    "query": FuzzTarget(
        query,
        (
            *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "NAMED", "PREFIX", "BASE"),
            *("GRAPH", "OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "SERVICE", "SILENT"),
            *("UNION", "EXISTS", "NOT", "GROUP BY", "ORDER BY", "HAVING", "LIMIT 1", "COUNT(*)"),
            *("INSERT DATA", "DELETE WHERE", "USING", "WITH", "CLEAR", "COPY", "LATERAL", "UNDEF"),
            *("<a>", "?x", "$y", "_:b", "a:b", ":", "'x'", '"""', "'''", "@en", "^^", "<<", ">>"),
            *("&&", "||", "!=", "<=", "\\u0041", "#", "1.5e3", "{", "}", "(", ")", "[", "]", "+"),
        ),
    ),
    "change": FuzzTarget(
        change,
        ("removed", "added", "dropped", "created", ":", "[", "]", "{", "}", "<a:b>", "_:a", "\n"),
    ),
    "journal": FuzzTarget(
        journal, ("EAKJ", "eakg-journal ", "before", "after", "removed", "added", "dropped")
    ),
    "accept": FuzzTarget(
        accept,
        (
            *(
                "text/html",
                "text/turtle",
                "application/json",
                "*/*",
                "text/*",
                ";q=0.5",
                ";q=",
                ",",
            ),
            *("gzip", "br", "zstd", "identity", "*", 'W/"', '"', "charset=", "127.0.0.1", "::1"),
        ),
    ),
    "bodies": FuzzTarget(
        bodies,
        (
            *("multipart/form-data; boundary=b", "--b", "--b--", "\r\n", "\r\n\r\n", 'filename="'),
            *("Content-Disposition: form-data; name=", "Content-Type: text/turtle", FORM, QUERY),
            *("text/turtle", "application/ld+json", "application/rdf+xml", "query=", "&", "%00"),
            *("application/n-triples", "application/trig", "@context", "<!ENTITY", "<a> <b> <c> ."),
        ),
    ),
    "exchange": FuzzTarget(
        exchange,
        (
            *(
                "webanno-tsv",
                "uima-json",
                "uima-xmi",
                "label-studio",
                "doccano",
                "#Text=",
                "#T_SP=",
            ),
            *(
                "#FORMAT=WebAnno TSV 3.3",
                "ROLE_",
                "BT_",
                "1-1\t0-2\t",
                "_",
                "*",
                "[1]",
                "|",
                "\\",
                ";",
            ),
            *("%FEATURE_STRUCTURES", "%VIEWS", "%TYPES", "%ID", "@sofa", "begin", "end", "null"),
        ),
    ),
    "withheld": FuzzTarget(
        withheld, ("paragraph,start,end,sha256", ",", "\n", "0", "1", "-1", '"')
    ),
    "brat": FuzzTarget(
        brat,
        (
            *("T1\t", "E1\t", "R1\t", "A1\t", "N1\t", "#1\t", "*\t", ";", "Arg1:T1", "Equiv"),
            *("[entities]", "[relations]", "[events]", "[attributes]", "\x1e", "\t", "\n", "0 1"),
        ),
    ),
}
