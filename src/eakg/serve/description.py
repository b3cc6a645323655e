"""What the graph says about one thing: the content of its document."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from rdflib import DCTERMS, FOAF, RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from eakg.names import DOC, EAKG, ID, INFERRED_GRAPH
from eakg.store import QueryRequest, QueryService, select
from eakg.store.request import Closure
from eakg.store.rows import Row
from eakg.store.serialization import Statement

CAP = 200  # triples that point to the thing, and statements about it
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")

_PREFIXES = f"""PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX eakg: <{EAKG}>
"""
_FORBIDDEN = frozenset('<>"{}|^`\\')


@dataclass(frozen=True)
class Fact:
    """A triple, and whether it is in a graph only because it follows from others."""

    statement: Statement
    inferred: bool


@dataclass(frozen=True)
class Support:
    """A node of the evidence that states a triple, and the sentence that says it, if any."""

    node: URIRef
    triple: tuple[Node, Node]
    sentence: str | None
    triples: tuple[Statement, ...]


@dataclass(frozen=True)
class Description:
    """A thing, what is said of it, what points to it, what supports that, and labels.

    `more_incoming` and `more_support` say that there are more than `CAP`.
    """

    iri: URIRef
    slug: str
    outgoing: tuple[Fact, ...]
    incoming: tuple[Fact, ...]
    more_incoming: bool
    support: tuple[Support, ...]
    more_support: bool
    labels: tuple[Statement, ...]

    def statements(self) -> list[Statement]:
        """The triples of the document, its own among them."""
        document = DOC[self.slug]
        found = [fact.statement for fact in (*self.outgoing, *self.incoming)]
        found += [triple for one in self.support for triple in one.triples]
        found += self.labels
        found += [
            (document, RDF.type, FOAF.Document),
            (document, FOAF.primaryTopic, self.iri),
            (document, DCTERMS.license, LICENCE),
        ]
        found += [(document, RDFS.comment, Literal(note, lang="en")) for note in self.notes()]
        return found

    def notes(self) -> list[str]:
        """What the document leaves out."""
        notes = []
        if self.more_incoming:
            notes.append(f"Of the triples that point to this thing the first {CAP} are given.")
        if self.more_support:
            notes.append(f"Of the evidence about this thing the first {CAP} statements are given.")
        return notes


def describe(store: QueryService, slug: str, iri: URIRef, closure: Closure) -> Description:
    """Ask the store for the description of a thing.

    Arguments: the store; the thing's slug and IRI; whether inferred triples belong to it.
    Errors: StoreError and its kinds.
    """
    term = iri.n3()
    outgoing = _facts(
        _ask(store, closure, f"SELECT ?g ?p ?o {{ GRAPH ?g {{ {term} ?p ?o }} }}"), iri
    )
    # Statements about the thing are given as evidence below.
    incoming_rows = _ask(
        store,
        closure,
        f"SELECT ?g ?s ?p {{ {{ SELECT DISTINCT ?s ?p {{ GRAPH ?any {{ ?s ?p {term} }}"
        " FILTER(?p NOT IN (rdf:subject, rdf:predicate, rdf:object)) }"
        f" ORDER BY ?p ?s LIMIT {CAP + 1} }} GRAPH ?g {{ ?s ?p {term} }} }}",
    )
    incoming = _facts(incoming_rows, iri)
    support = _support(store, closure, term)
    labels = _ask(
        store,
        closure,
        f"SELECT DISTINCT ?s ?o {{ {{ {term} ?q ?s }} UNION {{ {term} ?s ?x }}"
        f" UNION {{ GRAPH ?h {{ {term} ?q ?s }} }} ?s rdfs:label ?o }}",
    )
    mentioned = {term for fact in incoming[:CAP] for term in fact.statement[:2]}
    more_labels = _labels_of(store, closure, mentioned)
    label_statements = [(row["s"], RDFS.label, row["o"]) for row in labels] + more_labels
    return Description(
        iri,
        slug,
        outgoing,
        incoming[:CAP],
        len(incoming) > CAP,
        support[:CAP],
        len(support) > CAP,
        tuple(sorted(set(label_statements), key=_order)),
    )


def find(store: QueryService, slug: str) -> URIRef | None:
    """The IRI that has this slug in the graph, or None.

    A slug comes decoded from a path; the graph may have it percent-encoded.
    """
    spellings = dict.fromkeys((slug, quote(slug, safe="/:@!$&'()*+,;=~-._%")))
    for spelling in spellings:
        iri = ID[spelling]
        if spelling and not any(one in _FORBIDDEN or one <= " " for one in iri):
            known = f"SELECT * {{ {{ GRAPH ?g {{ {iri.n3()} ?p ?o }} }} UNION"
            known += f" {{ GRAPH ?g {{ ?s ?p {iri.n3()} }} }} }} LIMIT 1"
            if select(store, QueryRequest(known)):
                return iri
    return None


def _ask(store: QueryService, closure: Closure, text: str) -> list[Row]:
    return select(store, QueryRequest(_PREFIXES + text, closure=closure))


def _facts(rows: Iterable[Row], iri: URIRef) -> tuple[Fact, ...]:
    graphs: dict[Statement, set[str]] = {}
    for row in rows:
        statement = (row.get("s", iri), row["p"], row.get("o", iri))
        graphs.setdefault(statement, set()).add(str(row["g"]))
    return tuple(
        Fact(statement, names == {str(INFERRED_GRAPH)})
        for statement, names in sorted(graphs.items(), key=lambda one: _order(one[0]))
    )


def _support(store: QueryService, closure: Closure, term: str) -> tuple[Support, ...]:
    rows = _ask(
        store,
        closure,
        f"""SELECT ?node ?p ?o ?q ?v ?text {{
          {{ SELECT DISTINCT ?node ?p ?o {{ GRAPH ?g {{
            ?node rdf:subject {term} ; rdf:predicate ?p ; rdf:object ?o }} }}
            ORDER BY ?node LIMIT {CAP + 1} }}
          GRAPH ?h {{ ?node ?q ?v }}
          OPTIONAL {{ GRAPH ?i {{
            ?node eakg:inSentence|(eakg:evidence/eakg:inSentence) ?sentence .
            ?sentence eakg:text|rdf:value ?text }} }}
        }}""",
    )
    nodes: dict[Node, list[Row]] = {}
    for row in rows:
        nodes.setdefault(row["node"], []).append(row)
    return tuple(
        Support(
            URIRef(str(node)),
            (of_node[0]["p"], of_node[0]["o"]),
            min((str(row["text"]) for row in of_node if "text" in row), default=None),
            tuple({(node, row["q"], row["v"]): None for row in of_node}),
        )
        for node, of_node in sorted(nodes.items())
    )


def _labels_of(store: QueryService, closure: Closure, terms: set[Node]) -> list[Statement]:
    iris = sorted(term.n3() for term in terms if isinstance(term, URIRef))
    if not iris:
        return []
    text = f"SELECT ?s ?o {{ VALUES ?s {{ {' '.join(iris)} }} ?s rdfs:label ?o }}"
    return [(row["s"], RDFS.label, row["o"]) for row in _ask(store, closure, text)]


def _order(statement: Statement) -> tuple[str, ...]:
    return tuple(term.n3() for term in statement)
