"""Every format of results from every store: read elsewhere as the same result, or refused."""

import csv
import io
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result
from rdflib.term import Node

from eakg.rdf.formats import FORMATS, ResultFormat, ResultKind, find_format
from eakg.sparql.failures import FormatMismatchError
from eakg.store.elsewhere.remote import Endpoint, RemoteStore
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.request import Limits, QueryRequest, QueryService
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.endpoints import QuietHandler, serve_in_thread

pytestmark = pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph:DeprecationWarning"
)  # rdflib's own
Triple = tuple[Node, Node, Node]
E = "http://example.org/"
A, P = URIRef(f"{E}a"), URIRef(f"{E}p")
TEXTS = (
    "",
    "plain",
    "q\"'<&>]]>",
    "tab\tand,comma;",
    "line\nfeed",
    "\rreturn\r\n",
    "b\\u0041",
    "é東𝄞",
)
PLAIN: tuple[Triple, ...] = (
    (A, RDF.type, URIRef(f"{E}C")),
    (A, P, URIRef(f"{E}b?x=1&y=%20#z")),
    (A, P, BNode("node")),
    (A, URIRef(f"{E}n"), Literal(5)),
    (A, URIRef(f"{E}n"), Literal("1.5", datatype=XSD.decimal)),
    (A, URIRef(f"{E}n"), Literal("2020-07-23", datatype=XSD.date)),
    (A, URIRef(f"{E}n"), Literal(True)),
    (A, URIRef("urn:x:名"), Literal("国", lang="ja")),
    (A, URIRef("urn:x:1a"), Literal("x", lang="en-gb")),
    *((A, P, Literal(text)) for text in TEXTS),
)
AWKWARD: dict[str, Triple] = {
    "a control character": (A, P, Literal("a\x01b")),
    "no character": (A, P, Literal("a\ufffeb")),
    "a property without a name": (A, URIRef(f"{E}p/"), Literal("x")),
    "a property that begins with a digit": (A, URIRef(f"{E}1"), Literal("x")),
    "a property that RDF/XML reads as another": (A, URIRef(f"{RDF}li"), Literal("x")),
}
# What cannot be written: control characters are in no XML, some properties in no RDF/XML.
UNWRITABLE = {
    ("a control character", "xml"),
    ("a control character", "rdfxml"),
    ("no character", "xml"),
    ("no character", "rdfxml"),
    ("a property without a name", "rdfxml"),
    ("a property that begins with a digit", "rdfxml"),
    ("a property that RDF/XML reads as another", "rdfxml"),
}
FORMS = {
    "SELECT": ("SELECT ?s ?p ?o ?unbound { GRAPH <GRAPH> { ?s ?p ?o } }", ResultKind.SOLUTIONS),
    "ASK": ("ASK { GRAPH <GRAPH> { ?s ?p ?o } }", ResultKind.BOOLEAN),
    "CONSTRUCT": ("CONSTRUCT { ?s ?p ?o } { GRAPH <GRAPH> { ?s ?p ?o } }", ResultKind.GRAPH),
    "DESCRIBE": (f"DESCRIBE <{A}> FROM <GRAPH> {{}}", ResultKind.GRAPH),
}
# SPARQL 1.1 Query Results JSON and XML carry the answer to ASK, CSV and TSV have no form for it.
CARRIED = {
    ResultKind.SOLUTIONS: {"json", "xml", "csv", "tsv"},
    ResultKind.BOOLEAN: {"json", "xml"},
    ResultKind.GRAPH: {"turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"},
}
W3C = "http://www.w3.org/ns/formats/"
LISTED = {
    *(
        "JSON-LD",
        "N3",
        "N-Triples",
        "N-Quads",
        "LD_Patch",
        "microdata",
        "OWL_XML",
        "OWL_Functional",
    ),
    *("OWL_Manchester", "POWDER", "POWDER-S", "PROV-N", "PROV-XML", "RDFa", "RDF_JSON", "RDF_XML"),
    *("RIF_XML", "SPARQL_Results_XML", "SPARQL_Results_JSON", "SPARQL_Results_CSV"),
    *("SPARQL_Results_TSV", "Turtle", "TriG"),
}
"""The names in https://www.w3.org/ns/formats/."""


def name_of(case: str) -> str:
    """The graph that holds a case."""
    return f"urn:graph:{case.replace(' ', '-').replace('/', '-')}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    folder = tmp_path_factory.mktemp("formats")
    files = []
    for number, (case, triples) in enumerate(
        {"plain": PLAIN, **{case: (one,) for case, one in AWKWARD.items()}}.items()
    ):
        graph = Graph()
        for triple in triples:
            graph.add(triple)
        path = folder / f"{number}.nt"
        path.write_bytes(graph.serialize(format="nt", encoding="utf-8"))
        files.append(GraphFile(URIRef(name_of(case)), path))
    return read_contents(files)


class Answering(QuietHandler):
    """An endpoint over a store of ours: the SPARQL 1.1 Protocol, queries by a form."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        result_format = find_format(self.headers["Accept"])
        assert result_format is not None
        request = QueryRequest(parse_qs(body)["query"][0], result_format.name)
        answer = self.server.store.query(request).read()  # type: ignore[attr-defined]  # as below
        self.send_response(200)
        self.send_header("Content-Type", result_format.media_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@pytest.fixture(scope="module", params=["embedded", "process", "remote"])
def store(request: pytest.FixtureRequest, data: Contents) -> Iterator[QueryService]:
    match request.param:
        case "embedded":
            yield EmbeddedStore(data)
        case "process":
            with KeeperProcess(data, Limits(timeout=300)) as keeper:
                yield keeper.client()
        case _:
            server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
            server.store = EmbeddedStore(data)  # type: ignore[attr-defined]  # for the handler
            with serve_in_thread(server):
                address = f"http://127.0.0.1:{server.server_port}/"
                yield RemoteStore(Endpoint(address), Limits(timeout=300))


def asked(store: QueryService, form: str, case: str, result_format: ResultFormat) -> bytes:
    text, _ = FORMS[form]
    request = QueryRequest(text.replace("GRAPH>", f"{name_of(case)}>"), result_format.name)
    result = store.query(request)
    assert result.media_type == result_format.media_type
    return result.read()


def read_elsewhere(data: bytes, result_format: ResultFormat) -> object:
    """What rdflib reads: a truth value, a graph, or the rows of values or of terms."""
    if result_format.name in CARRIED[ResultKind.GRAPH]:
        # Triples of no graph are Turtle in TriG, and N-Triples in N-Quads.
        syntax = {"rdfxml": "xml", "jsonld": "json-ld", "ntriples": "nt", "nquads": "nt"}
        name = syntax.get(result_format.name, result_format.name)
        return Graph().parse(data=data, format=name.replace("trig", "turtle"))
    result = Result.parse(io.BytesIO(data), format=result_format.name)
    if result.type == "ASK":
        return result.askAnswer
    assert [str(one) for one in result.vars or ()] == ["s", "p", "o", "unbound"]
    if result_format.name == "csv":
        text = io.StringIO(data.decode(), newline="")
        return sorted(
            tuple("_:" if row[name].startswith("_:") else row[name] for name in "spo")
            for row in csv.DictReader(text)
        )
    return sorted(tuple(map(comparable, (row["s"], row["p"], row["o"]))) for row in rows_of(result))


def rows_of(result: Result) -> list[dict[str, Node]]:
    return [{str(name): term for name, term in row.items()} for row in result.bindings]


def value(term: Node) -> str:
    return "_:" if isinstance(term, BNode) else str(term)


def comparable(term: Node) -> tuple[str, ...]:
    if isinstance(term, BNode):
        return ("blank",)
    if isinstance(term, Literal):
        datatype = term.datatype or ("" if term.language else XSD.string)
        return ("literal", str(term), str(datatype), term.language or "")
    return ("iri", str(term))


def expected(triples: tuple[Triple, ...], kind: ResultKind, result_format: ResultFormat) -> object:
    if kind is ResultKind.BOOLEAN:
        return True
    if kind is ResultKind.GRAPH:
        graph = Graph()
        for triple in triples:
            graph.add(triple)
        return graph
    if result_format.name == "csv":
        return sorted(tuple(map(value, triple)) for triple in triples)
    return sorted(tuple(map(comparable, triple)) for triple in triples)


def same(read: object, wanted: object) -> bool:
    if isinstance(read, Graph) and isinstance(wanted, Graph):
        return isomorphic(read, wanted)
    return read == wanted


@pytest.mark.parametrize("result_format", FORMATS, ids=lambda one: one.name)
@pytest.mark.parametrize("form", FORMS)
def test_every_result_is_read_as_the_same_or_refused(
    store: QueryService, form: str, result_format: ResultFormat
) -> None:
    kind = FORMS[form][1]
    if result_format.name not in CARRIED[kind]:
        with pytest.raises(FormatMismatchError, match=result_format.media_type.replace("+", ".")):
            asked(store, form, "plain", result_format)
        return
    read = read_elsewhere(asked(store, form, "plain", result_format), result_format)
    wanted = expected(PLAIN, kind, result_format)
    assert same(read, wanted), (read, wanted)


@pytest.mark.parametrize("result_format", FORMATS, ids=lambda one: one.name)
@pytest.mark.parametrize("form", ["SELECT", "CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize("case", AWKWARD)
def test_what_a_format_cannot_hold_is_refused(
    store: QueryService, case: str, form: str, result_format: ResultFormat
) -> None:
    kind = FORMS[form][1]
    if result_format.name not in CARRIED[kind]:
        return
    if (case, result_format.name) in UNWRITABLE:
        with pytest.raises(FormatMismatchError, match="cannot carry"):
            asked(store, form, case, result_format)
        return
    read = read_elsewhere(asked(store, form, case, result_format), result_format)
    assert same(read, expected((AWKWARD[case],), kind, result_format))


def test_a_format_is_listed_with_what_writes_it() -> None:
    for one in FORMATS:
        assert one.kinds == {kind for kind, names in CARRIED.items() if one.name in names}
        assert one.iri is None or one.iri.removeprefix(W3C) in LISTED
        assert find_format(one.name) is one
        assert find_format(one.media_type) is one
    with pytest.raises(ValueError, match="markdown"):
        ResultFormat(name="markdown", media_type="text/markdown", extension="md")


def test_a_triple_term_is_not_in_json_ld(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<urn:a> <urn:p> <<( <urn:b> <urn:q> <urn:c> )>> .")
    own = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), path)]))
    with pytest.raises(FormatMismatchError, match="triple term"):
        own.query(QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", "jsonld"))
