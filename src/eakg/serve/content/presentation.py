"""How pages tell of things: the sections, the properties in each, and how these read.

All of it is data: `ontology/pages.ttl`, which says in its head what each triple means, and what the
served graph brings of the same kind, which goes before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from eakg.dataset import shipped_layout
from eakg.names import EAKG, OA
from eakg.rdf import Triple, parse_rdf
from eakg.serve.content.bounds import TimeTerms
from eakg.serve.content.project import Project
from eakg.serve.content.sentences import PAGE, SentencePlan, read_sentences, text_of
from eakg.store import QueryRequest, QueryService, select

SUMMARY, ABOUT, REST, TEXT = "summary", "about", "others", "text"
"""Sections that a page has whatever its data say; a summary stands without a heading."""

Kinds = frozenset[Node]
_LAST = 1 << 30
_LABELLED: Kinds = frozenset({SH.PropertyGroup, PAGE.Column, PAGE.Kind, PAGE.Sentence})
"""What has its label as words of a page, and is no term that is named by it."""
_OF_EVIDENCE: Kinds = frozenset(
    {
        OA.Annotation,
        RDF.Statement,
        EAKG.TableRow,
        EAKG.TextSpan,
        EAKG.TextPart,
        EAKG.Sentence,
        EAKG.Paragraph,
    }
)
_QUERY = f"""PREFIX sh: <{SH}> PREFIX page: <{PAGE}> PREFIX rdf: <{RDF}>
SELECT DISTINCT ?s ?p ?o {{
  {{ ?s a sh:PropertyGroup }} UNION {{ ?s sh:group ?group }} UNION {{ ?s a page:Column }}
  UNION {{ ?s sh:path ?path ; sh:name ?name }} UNION {{ ?s sh:property/sh:group ?group }}
  UNION {{ ?shape sh:path ?s . ?s sh:inversePath ?inverse }}
  UNION {{ ?s a page:Kind }} UNION {{ ?s page:tells ?told }}
  UNION {{ ?s a page:Sentence }} UNION {{ ?sentence page:clause ?s }}
  UNION {{ ?clause page:path ?s . ?s sh:inversePath ?inverse }}
  UNION {{ ?clause page:path ?s . ?s rdf:first ?step }}
  UNION {{ ?sentence page:clause/page:path/rdf:rest ?s }}
  UNION {{ ?sentence page:clause/page:path/rdf:first ?s . ?s sh:inversePath ?inverse }}
  UNION {{ ?sentence page:clause/page:path/rdf:rest/rdf:first ?s . ?s sh:inversePath ?inverse }}
  ?s ?p ?o }}"""
_SUPERPROPERTIES = (
    f"SELECT DISTINCT ?p ?parent {{ ?p <{RDFS.subPropertyOf}> ?parent FILTER(?p != ?parent) }}"
)


@dataclass(frozen=True)
class TableColumn:
    """A column of a section that is a table: its heading, and the properties of its cells."""

    heading: str
    properties: frozenset[Node]


@dataclass(frozen=True)
class SectionPlan:
    """A section: its anchor and heading; whether its properties tell from both of their ends; the
    class of the things that it has in a table, and the columns of that.

    With `through` it has only what one of these properties joins to the thing of the page. Where
    these join nothing to it, `empty` is said: on pages about things of the class `empty_for`, and
    on those that have the section `empty_beside`. With `in_time` the periods of its table are
    drawn, and with `by_year` how many of its rows began in which years.
    """

    anchor: str
    title: str
    order: float
    both_ways: bool = False
    about_class: Node | None = None
    columns: tuple[TableColumn, ...] = ()
    through: Kinds = frozenset()
    empty: str | None = None
    empty_for: Node | None = None
    empty_beside: str | None = None
    in_time: bool = False
    by_year: bool = False


@dataclass(frozen=True)
class KindPlan:
    """A kind by which people look for things: its name in addresses, its heading, and the classes
    of its things."""

    name: str
    title: str
    order: float
    classes: Kinds


@dataclass(frozen=True)
class PropertyPlan:
    """How a property is told: its section and its place there, on pages of which classes (None for
    all); its name and that of its inverse; and what `pages.ttl` says besides."""

    section: str | None = None
    order: float = _LAST
    targets: Kinds | None = None
    name: str | None = None
    inverse_name: str | None = None
    single: bool = False
    noun: bool = False
    secondary: bool = False
    tells: Node | None = None


_DEFAULT_PLAN = PropertyPlan()


@dataclass(frozen=True)
class Presentation:
    """Sections by their anchors, in order; properties and how they are told; names of terms that
    are no properties; the properties above each property, the nearest first; whose pages they are,
    and by which properties and in which languages these name things; the sentences that pages open
    with, and the kinds by which people look for things, in order."""

    sections: Mapping[str, SectionPlan]
    properties: Mapping[Node, PropertyPlan]
    names: Mapping[Node, str]
    superproperties: Mapping[Node, tuple[Node, ...]] = field(default_factory=dict)
    project: Project = field(default_factory=Project)
    sentences: tuple[SentencePlan, ...] = ()
    kinds: tuple[KindPlan, ...] = ()

    def plan(self, property_: Node) -> PropertyPlan:
        """How a property is told."""
        return self.properties.get(property_, _DEFAULT_PLAN)

    def name(self, term: Node) -> str | None:
        """What a term is called on pages, where that is not its label."""
        return self.plan(term).name or self.names.get(term)

    def backwards(self, property_: Node, label: str) -> str:
        """A heading for the things from which a property points here.

        Arguments: the property; its label, for where it has no name to be read backwards by.
        """
        return self.plan(property_).inverse_name or f"those whose “{label}” is this"

    def order(self, property_: Node) -> float:
        """The place of a property among those of its section; others come last."""
        return self._nearest_plan(property_).order

    @cached_property
    def time(self) -> TimeTerms:
        """The properties that tell when a thing was."""
        return TimeTerms(*(frozenset(self.telling(one)) for one in ("start", "end", "time")))

    def telling(self, name: str) -> tuple[URIRef, ...]:
        """The properties that tell this of a thing, whatever their section, in their order:
        `start` and `end` bound its time, `time` has it in words, `party` is who had a part in it,
        `number` and `unit` are a quantity."""
        terms = [
            property_ for property_, plan in self.properties.items() if plan.tells == PAGE[name]
        ]
        return tuple(
            sorted(
                map(URIRef, map(str, terms)),
                key=lambda property_: (self.order(property_), property_),
            )
        )

    @cached_property
    def quantity(self) -> tuple[URIRef, ...]:
        """The properties of a number and of its unit."""
        return (*self.telling("number"), *self.telling("unit"))

    @cached_property
    def quantities(self) -> Kinds:
        """The classes of things that are told by their number and unit."""
        plans = map(self.plan, self.telling("number"))
        return frozenset[Node]().union(*(plan.targets or () for plan in plans))

    @property
    def joining(self) -> Kinds:
        """The properties by which sections tell apart what they have."""
        return frozenset[Node]().union(*(section.through for section in self.sections.values()))

    def place(
        self,
        property_: Node,
        outgoing: bool,
        kinds: Kinds,
        end_kinds: Kinds,
        joints: Kinds = frozenset(),
    ) -> str:
        """The section of a page for a fact.

        Arguments: its property; whether the thing is its subject; the classes of the thing, and of
        what is at the other end; those of the `joining` properties that join the two.
        """
        plan = self._nearest_plan(property_)
        if outgoing and plan.section == SUMMARY:
            return SUMMARY
        if kinds & _OF_EVIDENCE:
            return ABOUT if outgoing else REST
        if end_kinds & _OF_EVIDENCE:
            return TEXT
        table_section = self._section_about(end_kinds, joints)
        section = self.sections.get(plan.section or "")
        if section and (section.through or plan.secondary):
            section = self._section_through(joints) or section
        if section and plan.targets is not None:
            if not table_section and kinds & plan.targets:
                return section.anchor
        elif section and section.anchor != ABOUT and (outgoing or section.both_ways):
            return section.anchor
        if table_section and not (outgoing and plan.section == ABOUT):
            return table_section
        return ABOUT if outgoing else REST

    def cells(self, kinds: Kinds) -> frozenset[Node] | None:
        """The properties that are told of a thing of these classes in the tables of others' pages;
        None for what stands in no table."""
        anchor = self._section_about(kinds)
        if anchor is None:
            return None
        columns = self.sections[anchor].columns
        return frozenset(property_ for column in columns for property_ in column.properties)

    def _section_about(self, kinds: Kinds, joints: Kinds = frozenset()) -> str | None:
        anchors = (
            section.anchor
            for section in self.sections.values()
            if section.about_class in kinds and (not section.through or section.through & joints)
        )
        return next(anchors, None)

    def _section_through(self, joints: Kinds) -> SectionPlan | None:
        sections = (one for one in self.sections.values() if one.about_class is None)
        return next((section for section in sections if section.through & joints), None)

    def _nearest_plan(self, property_: Node) -> PropertyPlan:
        """The plan of a property, or of the nearest above it that has a section."""
        for candidate in (property_, *self.superproperties.get(property_, ())):
            if (plan := self.plan(candidate)).section is not None:
                return plan
        return _DEFAULT_PLAN


def presentation_of(store: QueryService, project: Project) -> Presentation:
    """How the pages of a store's things tell of them, for a project.

    Raises: StoreError and its kinds.
    """
    plans = _plans_of((row["s"], row["p"], row["o"]) for row in select(store, QueryRequest(_QUERY)))
    parents: dict[Node, set[Node]] = {}
    for row in select(store, QueryRequest(_SUPERPROPERTIES)):
        parents.setdefault(row["p"], set()).add(row["parent"])
    superproperties = {property_: _ancestors(property_, parents) for property_ in parents}
    presentation = _presentation((_shipped(), plans), superproperties)
    names = presentation.plan(RDFS.label)
    naming: dict[Node, PropertyPlan] = {
        URIRef(iri): replace(names, inverse_name=None) for iri in project.label_property
    }
    properties: dict[Node, PropertyPlan] = {**naming, **presentation.properties}
    return replace(presentation, properties=properties, project=project)


def read_presentation(
    *graphs: Iterable[Triple], superproperties: Mapping[Node, set[Node]] | None = None
) -> Presentation:
    """The presentation that graphs tell, of which the later go before the earlier.

    Arguments: the graphs; all the properties above each property.
    """
    return _presentation(map(_plans_of, graphs), superproperties or {})


@dataclass
class _Plans:
    """What a graph tells of how pages tell of things."""

    sections: dict[str, SectionPlan] = field(default_factory=dict)
    properties: dict[Node, PropertyPlan] = field(default_factory=dict)
    names: dict[Node, str] = field(default_factory=dict)
    sentences: dict[Node, SentencePlan] = field(default_factory=dict)
    kinds: dict[str, KindPlan] = field(default_factory=dict)


def _plans_of(triples: Iterable[Triple]) -> _Plans:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return _Plans(
        {section.anchor: section for section in _sections(graph)},
        _properties(graph),
        {
            term: str(label)
            for term, label in graph.subject_objects(RDFS.label)
            if not {*graph.objects(term, RDF.type)} & _LABELLED
        },
        dict(read_sentences(graph)),
        {kind.name: kind for kind in _kinds(graph)},
    )


def _presentation(graphs: Iterable[_Plans], above: Mapping[Node, set[Node]]) -> Presentation:
    plans = _Plans()
    for graph in graphs:
        plans.sections.update(graph.sections)
        plans.properties.update(graph.properties)
        plans.names.update(graph.names)
        plans.sentences.update(graph.sentences)
        plans.kinds.update(graph.kinds)
    ordered = sorted(plans.sections.values(), key=lambda section: (section.order, section.anchor))
    nearest_first = {
        property_: tuple(sorted(parents, key=lambda up: (-len(above.get(up, ())), str(up))))
        for property_, parents in above.items()
    }
    sentences = sorted(plans.sentences.values(), key=lambda plan: (plan.order, plan.opening))
    return Presentation(
        {one.anchor: one for one in ordered},
        plans.properties,
        plans.names,
        nearest_first,
        sentences=tuple(sentences),
        kinds=tuple(sorted(plans.kinds.values(), key=lambda plan: (plan.order, plan.name))),
    )


def _ancestors(property_: Node, parents: Mapping[Node, set[Node]]) -> set[Node]:
    """All that can be reached upwards. Not every engine answers a path whose ends are open."""
    ancestors: set[Node] = set()
    queue = [property_]
    while queue:
        new_terms = parents.get(queue.pop(), set()) - ancestors - {property_}
        ancestors |= new_terms
        queue.extend(new_terms)
    return ancestors


@cache
def shipped_presentation() -> Presentation:
    """The presentation that comes with the package."""
    return _presentation([_shipped()], {})


@cache
def _shipped() -> _Plans:
    """Read once: those of a store are asked for anew with each of its versions."""
    return _plans_of(parse_rdf(shipped_layout().pages))


def _sections(graph: Graph) -> Iterable[SectionPlan]:
    for group in graph.subjects(RDF.type, SH.PropertyGroup):
        columns = sorted(
            graph.subjects(PAGE.section, group), key=lambda column: _order(graph, column)
        )
        yield SectionPlan(
            _anchor(group),
            text_of(graph, group, RDFS.label) or _anchor(group),
            _order(graph, group),
            (group, PAGE.bothWays, Literal(True)) in graph,
            graph.value(group, PAGE.aboutClass),
            tuple(
                TableColumn(
                    text_of(graph, column, RDFS.label) or "",
                    frozenset(graph.objects(column, PAGE.property)),
                )
                for column in columns
            ),
            frozenset(graph.objects(group, PAGE.through)),
            text_of(graph, group, PAGE.emptyText),
            graph.value(group, PAGE.emptyFor),
            _anchor(beside) if (beside := graph.value(group, PAGE.emptyBeside)) else None,
            (group, PAGE.inTime, Literal(True)) in graph,
            (group, PAGE.byYear, Literal(True)) in graph,
        )


def _kinds(graph: Graph) -> Iterable[KindPlan]:
    for kind in graph.subjects(RDF.type, PAGE.Kind):
        yield KindPlan(
            _anchor(kind),
            text_of(graph, kind, RDFS.label) or _anchor(kind),
            _order(graph, kind),
            frozenset(graph.objects(kind, SH.targetClass)),
        )


def _properties(graph: Graph) -> dict[Node, PropertyPlan]:
    inverse_names = {}
    for shape, path in graph.subject_objects(SH.path):
        for property_ in graph.objects(path, SH.inversePath):
            inverse_names[property_] = text_of(graph, shape, SH.name)
    plans = {}
    for shape, property_ in graph.subject_objects(SH.path):
        if not isinstance(property_, URIRef):
            continue
        group = graph.value(shape, SH.group)
        targets = {
            target
            for node in graph.subjects(SH.property, shape)
            for target in graph.objects(node, SH.targetClass)
        }
        plans[property_] = PropertyPlan(
            _anchor(group) if group else None,
            _order(graph, shape),
            frozenset(targets) or None,
            text_of(graph, shape, SH.name),
            inverse_names.get(property_),
            graph.value(shape, SH.maxCount) == Literal(1),
            (shape, PAGE.noun, Literal(True)) in graph,
            (shape, PAGE.secondary, Literal(True)) in graph,
            graph.value(shape, PAGE.tells),
        )
    inverse_only = {term: PropertyPlan(inverse_name=name) for term, name in inverse_names.items()}
    return inverse_only | plans


def _anchor(group: Node) -> str:
    return str(group).rstrip("/#").rpartition("#")[2].rpartition("/")[2]


def _order(graph: Graph, node: Node) -> float:
    value = graph.value(node, SH.order)
    return float(value) if isinstance(value, Literal) else _LAST
