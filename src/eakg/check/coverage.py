"""Quality: how much of the sources is covered, what supports it, and what is still missing."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from eakg.check.disagreements import Disagreement, disagreements
from eakg.check.lists import ListState
from eakg.dataset import BuiltGraph, Places, nodes_of_values, vocabularies_of
from eakg.names import EAKG, ProjectIris

PAGE = "a row that cites a page"
NAME_LIMIT = 5
"""How many things a table names of those that lack something; the report itself has all."""


@dataclass(frozen=True, order=True)
class CoverageCount:
    """How many there are of something."""

    name: str
    number: int


@dataclass(frozen=True, order=True)
class RecordCoverage:
    """How much of a record is annotated: its paragraphs and sentences, and the slugs of those in
    which no annotation stands."""

    record: str
    paragraphs: int
    bare_paragraphs: tuple[str, ...]
    sentences: int
    bare_sentences: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Numbering:
    """The identifiers of one series, such as A001 to A070: how many, and which are left out."""

    series: str
    number: int
    first: str
    last: str
    missing: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Gap:
    """The things of a class that lack something."""

    kind: str
    things: tuple[str, ...]


@dataclass(frozen=True)
class Quality:
    """A report on a graph: `classes` counts things by what they are asserted to be, `support`
    statements by what they rest on, `verification` those that rest on table rows by how far the
    row says that it was checked; `lists` say where they come from and how far they are complete;
    the rest names things by their slugs."""

    classes: tuple[CoverageCount, ...]
    records: tuple[RecordCoverage, ...]
    numbering: tuple[Numbering, ...]
    support: tuple[CoverageCount, ...]
    verification: tuple[CoverageCount, ...]
    without_label: tuple[Gap, ...]
    without_description: tuple[Gap, ...]
    orphans: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    lists: tuple[ListState, ...]


@dataclass(frozen=True)
class ReportSection:
    """A part of a report as a table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def quality(
    built_graph: BuiltGraph,
    records: Collection[str],
    places: Callable[[], Places],
    lists: tuple[ListState, ...],
    iris: ProjectIris,
) -> Quality:
    """The report on a built graph.

    Arguments: the graph; the names of those of its sources that are records; what gives the places
    of triples, called where sources disagree; the states of its lists; the IRIs of the project.
    """
    assertions, things = Graph(), set[Node]()
    vocabularies = vocabularies_of(built_graph.ontology)

    def slug(node: Node) -> str:
        space = next((one for one in vocabularies if str(node).startswith(one)), "")
        return iris.slug(node).removeprefix(space)

    classes: dict[Node, set[Node]] = defaultdict(set)
    for graph in built_graph.asserted.values():
        assertions += graph
        for thing, class_ in graph.subject_objects(RDF.type):
            if iris.has(thing) and str(class_).startswith(vocabularies):
                classes[class_].add(thing)
                things.add(thing)
    # A number with its unit is named by the thing that has it.
    named_things = things - nodes_of_values(assertions, built_graph.ontology)
    kinds = {slug(class_): instances & named_things for class_, instances in classes.items()}
    descriptions = assertions + built_graph.ontology
    return Quality(
        classes=tuple(
            sorted(CoverageCount(slug(c), len(instances)) for c, instances in classes.items())
        ),
        records=tuple(
            _coverage(name, built_graph.evidence[name], iris) for name in sorted(records)
        ),
        numbering=tuple(_numbering(str(o) for o in assertions.objects(None, DCTERMS.identifier))),
        support=_support(built_graph, records),
        verification=_verification(built_graph),
        without_label=_gaps(descriptions, kinds, slug, RDFS.label),
        without_description=_gaps(descriptions, kinds, slug, DCTERMS.description, SKOS.definition),
        orphans=_orphans(assertions, things, slug),
        disagreements=disagreements(built_graph.asserted, built_graph.ontology, places),
        lists=lists,
    )


def _coverage(name: str, evidence: Graph, iris: ProjectIris) -> RecordCoverage:
    def parts(class_: URIRef, wholes: Collection[Node]) -> list[Node]:
        nodes = (part for part in evidence.subjects(RDF.type, class_))
        return [p for p in nodes if evidence.value(p, DCTERMS.isPartOf) in wholes]

    paragraphs = parts(EAKG.Paragraph, {iris.thing(name)})
    sentences = parts(EAKG.Sentence, set(paragraphs))
    annotated_sentences = set(evidence.objects(None, EAKG.inSentence))
    bare_sentences = [sentence for sentence in sentences if sentence not in annotated_sentences]
    annotated_paragraphs = {
        evidence.value(sentence, DCTERMS.isPartOf) for sentence in annotated_sentences
    }
    return RecordCoverage(
        record=name,
        paragraphs=len(paragraphs),
        bare_paragraphs=tuple(
            sorted(iris.slug(p) for p in paragraphs if p not in annotated_paragraphs)
        ),
        sentences=len(sentences),
        bare_sentences=tuple(sorted(map(iris.slug, bare_sentences))),
    )


def _numbering(identifiers: Iterable[str]) -> Iterator[Numbering]:
    series: dict[tuple[str, int], set[int]] = defaultdict(set)
    for identifier in identifiers:
        match = re.fullmatch(r"([A-Z]+)(\d+)", identifier)
        if match:
            series[match[1], len(match[2])].add(int(match[2]))
    for (letters, width), numbers in sorted(series.items()):
        first, last = min(numbers), max(numbers)
        yield Numbering(
            series=letters,
            number=len(numbers),
            first=f"{letters}{first:0{width}}",
            last=f"{letters}{last:0{width}}",
            missing=tuple(
                f"{letters}{number:0{width}}"
                for number in range(first, last + 1)
                if number not in numbers
            ),
        )


def _support(built_graph: BuiltGraph, records: Collection[str]) -> tuple[CoverageCount, ...]:
    counts: Counter[str] = Counter()
    for name, graph in built_graph.evidence.items():
        for statement in graph.subjects(RDF.type, RDF.Statement):
            if name in records:
                counts[f"the text of {name}"] += 1
                continue
            row = graph.value(statement, EAKG.evidence)
            sources = list(graph.objects(row, DCTERMS.source)) if row is not None else []
            words = sorted(str(s) for s in sources if isinstance(s, Literal))
            cites = any(isinstance(source, URIRef) for source in sources)
            counts[PAGE if cites else ", ".join(words) or "nothing"] += 1
    return _by_number(counts)


def _verification(built_graph: BuiltGraph) -> tuple[CoverageCount, ...]:
    counts: Counter[str] = Counter()
    for graph in built_graph.evidence.values():
        for row in graph.objects(None, EAKG.evidence):
            counts.update(str(word) for word in graph.objects(row, EAKG.verification))
    return _by_number(counts)


def _by_number(counts: Counter[str]) -> tuple[CoverageCount, ...]:
    return tuple(
        CoverageCount(*item) for item in sorted(counts.items(), key=lambda i: (-i[1], i[0]))
    )


def _gaps(
    graph: Graph,
    kinds: Mapping[str, set[Node]],
    slug: Callable[[Node], str],
    *properties: URIRef,
) -> tuple[Gap, ...]:
    def in_english(thing: Node) -> bool:
        values = (value for property_ in properties for value in graph.objects(thing, property_))
        return any(isinstance(v, Literal) and v.language == "en" for v in values)

    gaps = (
        Gap(kind, tuple(sorted(slug(thing) for thing in things if not in_english(thing))))
        for kind, things in kinds.items()
    )
    return tuple(sorted(gap for gap in gaps if gap.things))


def _orphans(
    graph: Graph, things: Collection[Node], slug: Callable[[Node], str]
) -> tuple[str, ...]:
    linked_things = {
        node
        for subject, _, object_ in graph
        if subject in things and object_ in things and subject != object_
        for node in (subject, object_)
    }
    return tuple(sorted(slug(thing) for thing in things if thing not in linked_things))


def sections(report: Quality) -> tuple[ReportSection, ...]:
    """A report as tables, those with nothing to tell left out."""

    def count_section(title: str, noun: str, counts: tuple[CoverageCount, ...]) -> ReportSection:
        return ReportSection(
            title, (noun, "number"), tuple((c.name, str(c.number)) for c in counts)
        )

    def gap_section(title: str, gaps: tuple[Gap, ...]) -> ReportSection:
        rows = ((gap.kind, str(len(gap.things)), _first_names(gap.things)) for gap in gaps)
        return ReportSection(title, ("class", "number", "things"), tuple(rows))

    tables = (
        count_section("Things by class", "class", report.classes),
        ReportSection(
            "Records",
            ("record", "paragraphs", "not annotated", "sentences", "not annotated"),
            tuple(
                (
                    record.record,
                    str(record.paragraphs),
                    ", ".join(record.bare_paragraphs) or "none",
                    str(record.sentences),
                    ", ".join(record.bare_sentences) or "none",
                )
                for record in report.records
            ),
        ),
        ReportSection(
            "Identifiers",
            ("series", "number", "first", "last", "missing"),
            tuple(
                (n.series, str(n.number), n.first, n.last, ", ".join(n.missing) or "none")
                for n in report.numbering
            ),
        ),
        count_section("Statements by what supports them", "support", report.support),
        count_section(
            "Statements from tables by verification", "verification", report.verification
        ),
        gap_section("Things without an English label", report.without_label),
        gap_section("Things without an English description", report.without_description),
        ReportSection(
            "Orphans: nothing leads to them, and they lead to nothing",
            ("thing",),
            tuple((name,) for name in report.orphans),
        ),
        ReportSection(
            "What sources disagree on",
            ("thing", "property", "value", "graph", "place"),
            tuple(
                (item.thing, item.property, view.value, view.graph, view.place)
                for item in report.disagreements
                for view in item.views
            ),
        ),
        ReportSection(
            "Until when the lists are complete",
            ("list", "comes from", "complete", "tables"),
            tuple(
                (entry.name, entry.origin, entry.completeness, ", ".join(entry.tables))
                for entry in report.lists
            ),
        ),
    )
    return tuple(section for section in tables if section.rows)


def _first_names(names: tuple[str, ...]) -> str:
    text = ", ".join(names[:NAME_LIMIT])
    return text if len(names) <= NAME_LIMIT else f"{text} and {len(names) - NAME_LIMIT} more"
