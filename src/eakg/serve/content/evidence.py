"""The evidence of triples: the sentence of a document, or the row of a table, that states each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rdflib import DCTERMS, PROV, RDF, RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.names import CSVW, EAKG, OA
from eakg.rdf import Triple, sparql_term, write_term
from eakg.store import QueryRequest, QueryService, select

NOTE, ATTRIBUTE = "N", "A"
"""What the identifiers of brat's notes of a normalisation, and of attributes, begin with."""

Properties: TypeAlias = dict[Node, list[Node]]
"""The values of a node's properties."""


@dataclass(frozen=True)
class Passage:
    """Words of a document that state a triple.

    `anchor` is the place in the document's reading page, `exact` the words that are annotated and
    `sentence` those around them. `annotation` is the identifier of the annotation in its file;
    `retells` is the part of the original that the paragraph tells in other words;
    `read_into` says that it is the annotator who said this about the words.
    """

    document: URIRef | None
    anchor: str
    exact: str
    sentence: str
    annotation: str
    retells: URIRef | None = None

    @property
    def read_into(self) -> bool:
        """Whether the annotator gives the value (a name, an identifier, a category)."""
        return self.annotation.startswith((NOTE, ATTRIBUTE))


@dataclass(frozen=True)
class TableRow:
    """A row of a background table that states a triple, with its sources as they are cited."""

    table: URIRef
    number: int
    sources: tuple[str, ...]
    verification: str | None
    note: str | None


Evidence: TypeAlias = Passage | TableRow


@dataclass(frozen=True)
class Support:
    """A node of the evidence that states a triple, what it rests on, and its own triples."""

    node: Node
    statement: Triple
    graph: URIRef | None
    evidence: tuple[Evidence, ...]
    triples: tuple[Triple, ...]


def support_of(
    store: QueryService, statements: Iterable[Triple]
) -> dict[Triple, tuple[Support, ...]]:
    """What supports each of the triples; those that nothing states are not among the keys.

    Raises: StoreError and its kinds.
    """
    asked = [one for one in statements if not any(isinstance(term, BNode) for term in one)]
    if not asked:
        return {}
    values = " ".join(f"({' '.join(map(sparql_term, one))})" for one in asked)
    found = _ask(
        store,
        f"SELECT DISTINCT ?node ?s ?p ?o {{ VALUES (?s ?p ?o) {{ {values} }} GRAPH ?g"
        f" {{ ?node <{RDF.subject}> ?s ; <{RDF.predicate}> ?p ; <{RDF.object}> ?o }} }}",
    )
    nodes = properties(store, (row["node"] for row in found))
    origins = _objects(nodes, PROV.wasDerivedFrom)
    proofs = _objects(nodes, EAKG.evidence)
    sentences = _objects(nodes, EAKG.inSentence)
    known = properties(store, {*origins, *proofs, *sentences})
    known |= properties(
        store, _objects({one: known.get(one, {}) for one in sentences}, DCTERMS.isPartOf)
    )
    supported: dict[Triple, list[Support]] = {}
    for row in sorted(found, key=lambda row: str(row["node"])):
        node, statement = row["node"], (row["s"], row["p"], row["o"])
        own = nodes.get(node, {})
        graph = _first(own, EAKG.inGraph)
        supported.setdefault(statement, []).append(
            Support(
                node,
                statement,
                graph if isinstance(graph, URIRef) else None,
                tuple(_evidence(own, known)),
                tuple((node, p, o) for p, values in own.items() for o in values),
            )
        )
    return {statement: tuple(of_it) for statement, of_it in supported.items()}


def passages_of(store: QueryService, annotations: Iterable[Node]) -> dict[Node, Passage]:
    """Where each annotation stands: its first passage. Raises: StoreError and its kinds."""
    iris = " ".join(sorted({sparql_term(one) for one in annotations if isinstance(one, URIRef)}))
    if not iris:
        return {}
    rows = _ask(
        store,
        f"SELECT ?one ?span ?words ?document {{ VALUES ?one {{ {iris} }} GRAPH ?g {{"
        f" ?one <{OA.hasTarget}> ?span ."
        f" ?span <{OA.hasSource}> ?document ; <{RDF.value}> ?words }} }}",
    )
    return {
        row["one"]: Passage(
            URIRef(str(row["document"])),
            anchor_of(str(row["span"]), str(row["document"])),
            str(row["words"]),
            "",
            "",
        )
        for row in sorted(rows, key=lambda row: str(row["span"]), reverse=True)
    }


def anchor_of(iri: str, document: str) -> str:
    """The anchor of a part of a document in its reading page: `T43`, or `p4.s1`."""
    own = iri.removeprefix(f"{document}/").removesuffix("/span")
    return own.replace("/", ".")


def properties(store: QueryService, nodes: Iterable[Node]) -> dict[Node, Properties]:
    """What any graph says of the nodes. Raises: StoreError and its kinds."""
    iris = sorted({sparql_term(node) for node in nodes if isinstance(node, URIRef)})
    found: dict[Node, Properties] = {}
    if iris:
        listed = " ".join(iris)
        text = f"VALUES ?n {{ {listed} }} GRAPH ?g {{ ?n ?p ?o }}"
        for row in _ask(store, f"SELECT DISTINCT ?n ?p ?o {{ {text} }}"):
            found.setdefault(row["n"], {}).setdefault(row["p"], []).append(row["o"])
    return found


def _evidence(own: Properties, known: dict[Node, Properties]) -> Iterable[Evidence]:
    origin = _first(own, PROV.wasDerivedFrom)
    annotation = str(_first(known.get(origin, {}), DCTERMS.identifier) or "") if origin else ""
    sentences = sorted(own.get(EAKG.inSentence, []), key=str)
    words = " ".join(str(_first(known.get(one, {}), RDF.value) or "") for one in sentences)
    retold = {
        original
        for sentence in sentences
        for paragraph in known.get(sentence, {}).get(DCTERMS.isPartOf, [])
        for original in known.get(paragraph, {}).get(PROV.hadPrimarySource, [])
    }
    retells = min(retold, key=str, default=None)
    for node in sorted(own.get(EAKG.evidence, []), key=str):
        said = known.get(node, {})
        url, table = _first(said, CSVW.url), _first(said, DCTERMS.isPartOf)
        if url is not None and isinstance(table, URIRef):
            yield TableRow(
                table,
                row_number(url),
                tuple(sorted(str(one) for one in said.get(DCTERMS.source, []))),
                _text(said, EAKG.verification),
                _text(said, RDFS.comment),
            )
            continue
        document = _first(said, OA.hasSource)
        yield Passage(
            document if isinstance(document, URIRef) else None,
            anchor_of(str(node), str(document)),
            _text(said, RDF.value) or "",
            words,
            annotation,
            retells if isinstance(retells, URIRef) else None,
        )


def row_number(url: Node) -> int:
    """The number in the fragment of a row's address (RFC 7111 section 2.2)."""
    return int(str(url).rpartition("#row=")[2])


def _objects(nodes: dict[Node, Properties], predicate: Node) -> set[Node]:
    return {value for of_node in nodes.values() for value in of_node.get(predicate, [])}


def _first(of_node: Properties, predicate: Node) -> Node | None:
    values: Sequence[Node] = of_node.get(predicate, [])
    return min(values, key=write_term, default=None)


def _text(of_node: Properties, predicate: Node) -> str | None:
    value = _first(of_node, predicate)
    return str(value) if isinstance(value, (Literal, URIRef)) else None


def _ask(store: QueryService, text: str) -> list[dict[str, Node]]:
    return select(store, QueryRequest(text))
