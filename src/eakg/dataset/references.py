"""References between things: everything that a statement points to must be there, and what the
ontology defines among it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.dataset.layout import Layout
from eakg.lift import LiftResult
from eakg.problems import Problem
from eakg.rdf import Triple


def _hint(name: str, names: Iterable[str]) -> str:
    matches = get_close_matches(name, list(names), n=1, cutoff=0.75)
    return f"; did you mean {matches[0]}?" if matches else ""


def _row_wanted(layout: Layout) -> str:
    """What to do about a thing that no table has."""
    tables = layout.background
    if layout.borrows_tables:
        return f"copy {tables} beside the documents, as background, and add a row for it there"
    place = "/".join(part for part in (tables.parent.name, tables.name) if part)
    return f"add a row for it to a table of {place}"


def unresolved_references(
    results: Sequence[LiftResult],
    ontology: Graph,
    layout: Layout,
    unread_slugs: Collection[str] = (),
) -> list[Problem]:
    """A problem for each line about, or pointing to, a thing that nothing describes, and for each
    that uses a term that the ontology does not define.

    A thing is described when a row, an event or the ontology gives it a class; that a text
    mentions it is not enough. `unread_slugs` may be described where nothing could be read.
    """
    iris = layout.iris
    subjects = {n for n in ontology.subjects(RDF.type) if isinstance(n, URIRef)}
    for result in results:
        subjects |= set(described_nodes(result, ontology))
    vocabularies = vocabularies_of(ontology)
    slugs = {iris.slug(node) for node in subjects if iris.has(node)}
    terms = {iris.name(node) for node in subjects if str(node).startswith(vocabularies)}
    problems: set[Problem] = set()
    for result in results:
        things = {mention.thing for mention in result.mentions}
        events = {mention.thing for mention in result.mentions if mention.is_event}
        uses = [(mention.thing, mention.file, mention.line) for mention in result.mentions]
        for statement in result.statements:
            nodes = {node for node in statement.triple if isinstance(node, URIRef)} - things
            uses += [(node, statement.file, statement.line) for node in nodes]
        for node, file, line in uses:
            slug = iris.slug(node)
            if node in subjects or (iris.has(node) and slug in unread_slugs):
                continue
            if iris.has(node):
                remedy = _row_wanted(layout)
                if node in events:
                    remedy = "write a name after it, if the event is told of here first"
                message = f"unknown slug {slug}{_hint(slug, slugs)}; correct it, or {remedy}"
            elif str(node).startswith(vocabularies):
                name = iris.name(node)
                message = (
                    f"unknown term {name}{_hint(name, terms)}; "
                    f"correct it, or define it in {layout.ontology_place}"
                )
            else:
                continue
            problems.add(Problem(file, line, message))
    return sorted(problems)


def described_nodes(result: LiftResult, ontology: Graph) -> Iterator[URIRef]:
    """The things that a source gives a class, not only a mention, and nodes of values."""
    yield from nodes_of_values((statement.triple for statement in result.statements), ontology)
    annotations = {mention.annotation for mention in result.mentions}
    for statement in result.statements:
        subject, predicate, _ = statement.triple
        if predicate == RDF.type and statement.derived_from not in annotations:
            yield subject
    for node, predicate, _ in result.context:
        if predicate == RDF.type:
            yield node


def nodes_of_values(triples: Iterable[Triple], ontology: Graph) -> set[URIRef]:
    """The nodes that have their class from the range of what leads to them and from the domain of
    a literal that they have, as a quantity between a thing and a number."""
    ranges = dict(ontology.subject_objects(RDFS.range))
    domains = dict(ontology.subject_objects(RDFS.domain))
    ends: set[tuple[Node, Node]] = set()
    values: set[tuple[Node, Node]] = set()
    for subject, predicate, object_ in triples:
        if isinstance(object_, Literal):
            if predicate in domains:
                values.add((subject, domains[predicate]))
        elif predicate in ranges:
            ends.add((object_, ranges[predicate]))
    return {node for node, _ in ends & values if isinstance(node, URIRef)}


def vocabularies_of(ontology: Graph) -> tuple[str, ...]:
    """What the IRIs of an ontology's own terms begin with: the IRI of each `owl:Ontology` in it,
    with the sign behind which names stand. Terms of others it may speak of, and not define."""
    heads = (one for one in ontology.subjects(RDF.type, OWL.Ontology) if isinstance(one, URIRef))
    return tuple(
        space
        for head in sorted(map(str, heads))
        for space in ((head,) if head.endswith(("#", "/")) else (f"{head}#", f"{head}/"))
    )
