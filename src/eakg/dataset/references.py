"""References between things: everything that a statement points to must be there, and what the
ontology defines among it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.dataset.layout import Layout
from eakg.lift import LiftResult, SourceOutline
from eakg.names import ProjectIris
from eakg.problems import FileLine, Problem
from eakg.rdf import Triple

_TYPE = RDF.type


def _hint(name: str, names: Iterable[str]) -> str:
    matches = get_close_matches(name, list(names), n=1, cutoff=0.75)
    return f"; did you mean {matches[0]}?" if matches else ""


def _row_wanted(layout: Layout) -> str:
    """What to do about a thing that no table has."""
    tables = layout.background
    if layout.borrows_tables and layout.own_tables:
        return f"add a row for it to a table of {layout.own_tables}"
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
    subjects = DescribedThings(results, ontology.subjects(RDF.type), ontology, iris)
    vocabularies = vocabularies_of(ontology)
    problems: set[Problem] = set()
    for result in results:
        events = {mention.thing for mention in result.mentions if mention.is_event}
        for node, lines in uses_of(result).items():
            if node in subjects or (iris.has(node) and iris.slug(node) in unread_slugs):
                continue
            slug = iris.slug(node)
            if iris.has(node):
                remedy = _row_wanted(layout)
                if node in events:
                    remedy = "write a name after it, if the event is told of here first"
                hint = _hint(slug, subjects.slugs)
                message = f"unknown slug {slug}{hint}; correct it, or {remedy}"
            elif str(node).startswith(vocabularies):
                name = iris.name(node)
                hint = _hint(name, subjects.names_in(vocabularies))
                message = (
                    f"unknown term {name}{hint}; "
                    f"correct it, or define it in {layout.ontology_place}"
                )
            else:
                continue
            problems |= {Problem(file, line, message) for file, line in lines}
    return sorted(problems)


class DescribedThings:
    """What sources and others describe.

    Arguments: what was lifted; what others describe; the graph of the ontology; the IRIs of the
    project.
    """

    def __init__(
        self,
        results: Iterable[LiftResult],
        further_nodes: Iterable[Node],
        ontology: Graph,
        iris: ProjectIris,
    ) -> None:
        self._iris = iris
        self._outlines: dict[str, SourceOutline] = {}
        self.nodes = {node for node in further_nodes if isinstance(node, URIRef)}
        """They, without those below the name of a source that is there as an outline."""
        for result in results:
            self.nodes.update(described_nodes(result, ontology))
            if result.outline:
                self._outlines[result.name] = result.outline

    def __contains__(self, node: Node) -> bool:
        if node in self.nodes:
            return True
        if not self._outlines or not self._iris.has(node):
            return False
        slug = self._iris.slug(node)
        names = (slug[:place] for place, sign in enumerate(slug) if sign == "/")
        return any(
            name in self._outlines and str(node) in self._outlines[name].parts for name in names
        )

    def names_in(self, vocabularies: tuple[str, ...]) -> list[str]:
        """The names of terms of vocabularies, by what their IRIs begin with."""
        return sorted(
            self._iris.name(node) for node in self.nodes if str(node).startswith(vocabularies)
        )

    @cached_property
    def slugs(self) -> list[str]:
        """The slugs of the things, without those below the names of others."""
        return sorted(
            slug
            for node in self.nodes
            if self._iris.has(node) and "/" not in (slug := self._iris.slug(node))
        )


def uses_of(result: LiftResult) -> Mapping[URIRef, Collection[FileLine]]:
    """What a source speaks of, with the lines; of what it mentions, those of the mentions."""
    if result.outline:
        return result.outline.uses
    uses: dict[URIRef, dict[FileLine, None]] = defaultdict(dict)
    for mention in result.mentions:
        uses[mention.thing][mention.file, mention.line] = None
    things = frozenset(uses)
    for statement in result.statements:
        for node in statement.triple:
            if isinstance(node, URIRef) and node not in things:
                uses[node][statement.file, statement.line] = None
    return uses


def described_nodes(result: LiftResult, ontology: Graph) -> Iterator[URIRef]:
    """The things that a source gives a class, not only a mention, and nodes of values; of an
    outline, without those below the name of the source."""
    if result.outline:
        yield from result.outline.nodes
        return
    yield from nodes_of_values((statement.triple for statement in result.statements), ontology)
    annotations = {mention.annotation for mention in result.mentions}
    for statement in result.statements:
        subject, predicate, _ = statement.triple
        if predicate == _TYPE and statement.derived_from not in annotations:
            yield subject
    for node, predicate, _ in result.context:
        if predicate == _TYPE:
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
