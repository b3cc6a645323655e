"""Disagreements: what several sources say of one thing that cannot all be so."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from eakg.dataset import Places
from eakg.names import EAKG, ID

Triple = tuple[Node, Node, Node]

_DAYS = (
    EAKG.signedByPartyOn,
    EAKG.ratifiedOn,
    EAKG.accededOn,
    EAKG.inForceForPartyOn,
    EAKG.endedForPartyOn,
)
"""What a party did about an agreement it did on one day, whichever source is right."""


@dataclass(frozen=True, order=True)
class SourceView:
    """A value that a source gives: its words, the graph, and where it is written (or "")."""

    value: str
    graph: str
    place: str


@dataclass(frozen=True, order=True)
class Disagreement:
    """What sources disagree on: the thing and the property by their names, and their views."""

    thing: str
    property: str
    views: tuple[SourceView, ...]


def disagreements(
    asserted: Mapping[str, Graph], ontology: Graph, places: Callable[[], Places]
) -> tuple[Disagreement, ...]:
    """The disagreements between asserted graphs, or within one of them.

    These are: two values of a functional property (OWL 2 RL, prp-fp), or of a day of a party to an
    agreement; a day before which a thing did not begin that is later than one after which it did
    not go on; two numbers of the same unit and goods for one thing; two names of a thing in
    English; and a day of a data set that is only its claim, with what is asserted of the thing.

    Arguments: the asserted graphs by the names of their sources; the ontology, which says what is
    functional; and what gives the places of triples, called where there is something to tell.
    """
    sources: dict[Triple, list[str]] = defaultdict(list)
    for name, graph in asserted.items():
        for triple in graph:
            sources[triple].append(name)
    functional = set(ontology.subjects(RDF.type, OWL.FunctionalProperty))
    groups = [
        *_several_values(sources, functional.union(_DAYS)),
        *_crossed_bounds(sources),
        *_several_numbers(sources),
        *_several_names(sources),
        *_claims(sources),
    ]
    return tuple(sorted(_disagreement(group, sources, places) for group in groups))


Group = tuple[Node, str, tuple[Triple, ...]]


def _several_values(sources: Iterable[Triple], functional: set[Node]) -> Iterator[Group]:
    groups: dict[tuple[Node, Node], list[Triple]] = defaultdict(list)
    for triple in sources:
        if triple[1] in functional:
            groups[triple[:2]].append(triple)
    for (subject, property_), triples in groups.items():
        if len(triples) > 1:
            yield subject, _name(property_), tuple(triples)


def _crossed_bounds(sources: Iterable[Triple]) -> Iterator[Group]:
    bounds: dict[Node, dict[Node, list[Triple]]] = defaultdict(lambda: defaultdict(list))
    for triple in sources:
        if triple[1] in (EAKG.notBefore, EAKG.notAfter):
            bounds[triple[0]][triple[1]].append(triple)
    for thing, days in bounds.items():
        starts, ends = days[EAKG.notBefore], days[EAKG.notAfter]
        if starts and ends:
            latest = max(starts, key=lambda triple: str(triple[2]))
            earliest = min(ends, key=lambda triple: str(triple[2]))
            if str(latest[2]) > str(earliest[2]):
                yield thing, "notBefore and notAfter", (latest, earliest)


def _several_numbers(sources: Iterable[Triple]) -> Iterator[Group]:
    values: dict[Node, dict[Node, list[Triple]]] = defaultdict(lambda: defaultdict(list))
    quantities: list[tuple[Node, Node]] = []
    for triple in sources:
        if triple[1] in (EAKG.numericValue, EAKG.unit, EAKG.quantityOf):
            values[triple[0]][triple[1]].append(triple)
        elif triple[1] == EAKG.quantity:
            quantities.append((triple[0], triple[2]))
    groups: dict[tuple[Node, frozenset[Node], frozenset[Node]], list[Triple]] = defaultdict(list)
    for thing, quantity in quantities:
        unit, goods = (
            frozenset(object_ for _, _, object_ in values[quantity][property_])
            for property_ in (EAKG.unit, EAKG.quantityOf)
        )
        groups[thing, unit, goods] += values[quantity][EAKG.numericValue]
    for (thing, _, _), triples in groups.items():
        if len({object_ for _, _, object_ in triples}) > 1 and len({s for s, _, _ in triples}) > 1:
            yield thing, "quantity", tuple(triples)


def _several_names(sources: Iterable[Triple]) -> Iterator[Group]:
    groups: dict[Node, list[Triple]] = defaultdict(list)
    for triple in sources:
        name = triple[2]
        if triple[1] == RDFS.label and isinstance(name, Literal) and name.language == "en":
            groups[triple[0]].append(triple)
    for thing, triples in groups.items():
        if len(triples) > 1:
            yield thing, "label in English", tuple(triples)


def _claims(sources: Iterable[Triple]) -> Iterator[Group]:
    values: dict[tuple[Node, Node], list[Triple]] = defaultdict(list)
    for triple in sources:
        values[triple[:2]].append(triple)
    for (claim, property_), triples in values.items():
        if property_ != EAKG.claimedDay:
            continue
        for _, _, thing in values[claim, EAKG.about]:
            for _, _, claimed in values[claim, EAKG.claimedProperty]:
                assertions = values.get((thing, claimed), [])
                yield thing, f"{_name(claimed)} (claimed)", (*triples, *assertions)


def _disagreement(
    group: Group, sources: Mapping[Triple, list[str]], places: Callable[[], Places]
) -> Disagreement:
    thing, property_, triples = group
    views = [
        SourceView(
            _name(triple[2]), name, ", ".join(f"{p.file}:{p.line}" for p in places().of(triple))
        )
        for triple in triples
        for name in sources[triple]
    ]
    return Disagreement(_name(thing), property_, tuple(sorted(views)))


def _name(node: Node) -> str:
    words = str(node)
    if isinstance(node, URIRef):
        words = words.removeprefix(str(ID)).removeprefix(str(EAKG))
    return words
