"""References between things: everything that a statement points to must be there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from eakg.lift import LiftResult
from eakg.names import EAKG, ID
from eakg.problems import Problem


def _slug(iri: URIRef) -> str:
    return str(iri).removeprefix(str(ID))


def _hint(name: str, names: Iterable[str]) -> str:
    matches = get_close_matches(name, list(names), n=1, cutoff=0.75)
    return f"; did you mean {matches[0]}?" if matches else ""


def unresolved_references(
    results: Sequence[LiftResult], ontology: Graph, unread_slugs: Collection[str] = ()
) -> list[Problem]:
    """A problem for each line about, or pointing to, a thing that nothing describes, and for each
    that uses a term that the ontology does not define.

    A thing is described when a row, an event or the ontology gives it a class; that a text
    mentions it is not enough. `unread_slugs` may be described where nothing could be read.
    """
    subjects = {n for n in ontology.subjects(RDF.type) if isinstance(n, URIRef)}
    for result in results:
        subjects |= set(described_nodes(result))
    slugs = {_slug(node) for node in subjects if node in ID}
    terms = {str(node).removeprefix(str(EAKG)) for node in subjects if node in EAKG}
    problems: set[Problem] = set()
    for result in results:
        things = {mention.thing for mention in result.mentions}
        events = {mention.thing for mention in result.mentions if mention.is_event}
        uses = [(mention.thing, mention.file, mention.line) for mention in result.mentions]
        for statement in result.statements:
            nodes = {node for node in statement.triple if isinstance(node, URIRef)} - things
            uses += [(node, statement.file, statement.line) for node in nodes]
        for node, file, line in uses:
            if node in subjects or (node in ID and _slug(node) in unread_slugs):
                continue
            if node in ID:
                remedy = "add a row for it to a table of graph/background"
                if node in events:
                    remedy = "write a name after it, if the event is told of here first"
                hint = _hint(_slug(node), slugs)
                message = f"unknown slug {_slug(node)}{hint}; correct it, or {remedy}"
            elif node in EAKG:
                name = str(node).removeprefix(str(EAKG))
                message = (
                    f"unknown term eakg:{name}{_hint(name, terms)}; "
                    "correct it, or define it in ontology/eakg.ttl"
                )
            else:
                continue
            problems.add(Problem(file, line, message))
    return sorted(problems)


def described_nodes(result: LiftResult) -> Iterator[URIRef]:
    """The things that a source gives a class, not only a mention."""
    annotations = {mention.annotation for mention in result.mentions}
    for statement in result.statements:
        subject, predicate, object_ = statement.triple
        if predicate == RDF.type and statement.derived_from not in annotations:
            yield subject
        elif predicate == EAKG.quantity:
            # A quantity gets its class from the range of this property.
            yield URIRef(object_)
    for node, predicate, _ in result.context:
        if predicate == RDF.type:
            yield node
