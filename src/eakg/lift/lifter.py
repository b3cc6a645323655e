"""The walk over a record's annotations, one method for each kind of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, RDFS

from eakg.evidence import AssertedTriple, Statement
from eakg.lift.mapping import VALUE_FORMS, Mapping, NormalizationMapping
from eakg.lift.meta import Meta
from eakg.lift.normalization import interval, quantity
from eakg.lift.passages import RecordIris, annotation_triples, sentences_of, span_triples
from eakg.lift.result import Mention, SkippedLine
from eakg.names import SHIPPED_IRIS, ProjectIris, is_slug
from eakg.problems import Problem
from eakg.text import (
    Annotation,
    Attribute,
    Equivalence,
    Event,
    Identified,
    Normalization,
    Note,
    Record,
    Relation,
    TextBound,
    label,
)


@dataclass
class Lifter:
    """Walks the annotations of one record once, collecting statements, problems and skips."""

    slug: str
    record: Record
    mapping: Mapping
    meta: Meta
    iris: ProjectIris = SHIPPED_IRIS
    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped_lines: list[SkippedLine] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.naming = RecordIris(self.slug, self.iris)
        self.by_id = self.record.standoff.by_id
        self.normalizations: dict[str, list[Normalization]] = {}
        for normalization in self.record.standoff.of(Normalization):
            self.normalizations.setdefault(normalization.target, []).append(normalization)
        self.triggers = {event.trigger for event in self.record.standoff.of(Event)}

    # What annotations stand for

    def references(self, identifier: str, kind: str) -> list[Normalization]:
        """The normalizations of an annotation that name what it stands for."""
        return [
            n
            for n in self.normalizations.get(identifier, [])
            if (m := self.mapping.normalizations.get(n.database))
            and m.kind == kind
            and m.property is None
        ]

    def thing(self, annotation: Identified) -> URIRef | None:
        """The thing that a mention or event stands for, or None."""
        references = self.references(annotation.id, "thing")
        if references:
            slug = references[0].identifier
            return self.iris.thing(slug) if is_slug(slug) else self.naming.annotation(annotation.id)
        if isinstance(annotation, Event):
            return self.naming.annotation(annotation.id)
        if self.references(annotation.id, "quantity"):
            return self.iris.thing(f"{self.slug}/{annotation.id}/quantity")
        return None

    def spans(self, annotation: Annotation) -> tuple[TextBound, ...]:
        """The mentions that an annotation rests on, its own first."""
        if isinstance(annotation, TextBound):
            return (annotation,)
        if isinstance(annotation, Event):
            return self.spans(self.by_id[annotation.trigger])
        if isinstance(annotation, Relation):
            return tuple(
                span
                for argument in annotation.arguments
                for span in self.spans(self.by_id[argument.target])
            )
        if isinstance(annotation, Equivalence):
            return ()
        return self.spans(self.by_id[annotation.target])

    def is_thing(self, annotation: Identified) -> bool:
        """Whether an annotation is a mention of a thing: no trigger, and no literal."""
        is_literal = annotation.type in self.mapping.literals
        return (
            isinstance(annotation, TextBound)
            and annotation.id not in self.triggers
            and not is_literal
        )

    def words(self, normalization: Normalization, target: Identified) -> tuple[str, ...]:
        """The words by which a mention names its thing; none where one of them is accepted, nor of
        a text that is withheld, which are looked at before that."""
        if not isinstance(target, TextBound) or self.record.document.is_withheld:
            return ()
        words = tuple(text for text in (target.text, normalization.text) if text)
        accepted = self.meta.words.get(normalization.identifier, ())
        return () if target.text in accepted else words

    # Collecting

    def problem(self, annotation: Annotation, message: str) -> None:
        place = str(annotation.path), annotation.line
        self.problems.append(Problem(*place, f"{label(annotation)}: {message}"))

    def skip(self, annotation: Annotation, reason: str) -> None:
        self.skipped_lines.append(
            SkippedLine(str(annotation.path), annotation.line, f"{label(annotation)}: {reason}")
        )

    def add(
        self,
        owner: Identified,
        subject: URIRef,
        predicate: URIRef,
        object_: URIRef | Literal,
        spans: Iterable[TextBound],
    ) -> None:
        local = str(predicate).replace("#", "/").rsplit("/", 1)[-1]
        self.numbers[owner.id, local] += 1
        spans = tuple(dict.fromkeys(spans))
        sentences = [s for span in spans for s in sentences_of(self.naming, self.record, span)]
        self.statements.append(
            Statement(
                iri=self.naming.statement(owner.id, local, self.numbers[owner.id, local]),
                triple=(subject, predicate, object_),
                derived_from=self.naming.annotation(owner.id),
                evidence=tuple(self.naming.span(span.id) for span in spans),
                sentences=tuple(dict.fromkeys(sentences)),
                file=str(owner.path),
                line=owner.line,
            )
        )

    # One method for each kind of annotation

    def text_bound(self, mention: TextBound) -> None:
        if not self.is_thing(mention):
            return
        class_ = self.mapping.entities.get(mention.type)
        if class_ is None:
            words = f"type is not in {self.mapping.path}; add it there"
            if mention.type in self.mapping.events:
                words = "is the trigger of no event; add its event, or take it away"
            self.problem(mention, words)
            return
        thing = self.thing(mention)
        if thing is None:
            self.skip(mention, "no normalization says which thing it mentions")
        else:
            self.add(mention, thing, RDF.type, class_, [mention])

    def event(self, event: Event) -> None:
        class_ = self.mapping.events.get(event.type)
        subject = self.thing(event)
        if class_ is None or subject is None:
            self.problem(event, f"type is not in {self.mapping.path}; add it there")
            return
        self.add(event, subject, RDF.type, class_, self.spans(event))
        for argument in event.arguments:
            property_ = self.mapping.roles.get(argument.role)
            if property_ is None:
                message = f"role {argument.role} is not in {self.mapping.path}; add it there"
                self.problem(event, message)
            else:
                self.link(event, subject, property_, self.by_id[argument.target], argument.role)

    def relation(self, relation: Relation) -> None:
        property_ = self.mapping.relations.get(relation.type)
        first, second = (self.by_id[argument.target] for argument in relation.arguments)
        subject = self.thing(first)
        if property_ is None:
            self.problem(relation, f"type is not in {self.mapping.path}; add it there")
        elif subject is None:
            self.problem(relation, f"{label(first)} has no normalization; say which thing it is")
        else:
            self.link(relation, subject, property_, second, relation.arguments[1].role)

    def link(
        self,
        owner: Event | Relation,
        subject: URIRef,
        property_: URIRef,
        filler: Identified,
        role: str,
    ) -> None:
        spans = (*self.spans(owner), *self.spans(filler))
        if isinstance(filler, TextBound) and filler.type in self.mapping.literals:
            if self.record.document.has_text:
                language = self.mapping.language(filler.type, self.meta.language)
                self.add(owner, subject, property_, Literal(filler.text, lang=language), spans)
            for reference in self.references(filler.id, "interval"):
                bounds = self.mapping.normalizations[reference.database].values
                for predicate, day in zip(
                    bounds, interval(reference.identifier) or (), strict=False
                ):
                    self.add(owner, subject, predicate, day, spans)
            return
        thing = self.thing(filler)
        if thing is None:
            self.problem(
                owner,
                f"{role} is {label(filler)}, which has no normalization; "
                f"add an N line that says {self._meaning(filler)}",
            )
        else:
            self.add(owner, subject, property_, thing, spans)

    def _meaning(self, filler: Identified) -> str:
        """What a normalization says of what fills a role: which thing it is, or its value where a
        database of values is called like its type."""
        name = filler.type.upper() if isinstance(filler, TextBound) else ""
        normalization = self.mapping.normalizations.get(name)
        form = VALUE_FORMS.get(normalization.kind) if normalization else None
        return f"its value, as {name}:{form}" if form else "which thing it mentions"

    def attribute(self, attribute: Attribute) -> None:
        entry = self.mapping.attributes.get(attribute.type)
        target = self.by_id[attribute.target]
        subject = self.thing(target)
        if entry is None:
            self.problem(attribute, f"type is not in {self.mapping.path}; add it there")
            return
        if subject is None:
            self.problem(attribute, f"{label(target)} has no normalization; say which thing it is")
            return
        if attribute.value is None:
            self.problem(attribute, "has no value; add one")
            return
        object_: URIRef | Literal
        if entry.prefix is not None:
            object_ = self.iris.thing(entry.prefix + attribute.value)
        else:
            object_ = Literal(attribute.value, datatype=entry.datatype)
        self.add(attribute, subject, entry.property, object_, self.spans(target))
        own_voice = self.mapping.own_voice.get(attribute.type) == attribute.value
        claimant = self.mapping.claimant
        if own_voice and claimant and target.type in self.mapping.claims:
            source = self.meta.primary_source
            document = self.iris.thing(source.document) if source else self.naming.document
            self.add(attribute, subject, claimant, document, self.spans(target))

    def normalization(self, normalization: Normalization) -> None:
        entry = self.mapping.normalizations.get(normalization.database)
        target = self.by_id[normalization.target]
        if entry is None:
            databases = ", ".join(sorted(self.mapping.normalizations))
            self.problem(
                normalization,
                f"database {normalization.database} is unknown; use one of {databases}",
            )
            return
        if entry.kind == "interval":
            if interval(normalization.identifier) is None:
                self.problem(
                    normalization,
                    f"{normalization.identifier!r} is no day and no interval of days; "
                    "write it as 2020-07-20 or 2020-07-20/2020-07-21",
                )
            return
        if entry.kind == "thing" and not is_slug(normalization.identifier):
            message = "is no slug; use letters of ASCII, digits and - . _ ~ only"
            self.problem(normalization, f"{normalization.identifier!r} {message}")
            return
        subject = self.thing(target)
        if entry.kind == "quantity":
            self.quantity(normalization, target, entry)
        elif subject is None:
            self.problem(
                normalization, f"{label(target)} has no normalization; say which thing it is"
            )
        elif entry.property is None:
            if normalization is not self.references(target.id, "thing")[0]:
                self.problem(normalization, f"{label(target)} already stands for {subject}")
            elif isinstance(target, Event) and normalization.text:
                name = Literal(normalization.text, lang=self.meta.language)
                self.add(normalization, subject, RDFS.label, name, self.spans(target))
            else:
                owner = self.naming.annotation(target.id)
                place = str(normalization.path), normalization.line
                words = self.words(normalization, target)
                is_event = isinstance(target, Event)
                class_ = self.mapping.entities.get(target.type) if self.is_thing(target) else None
                self.mentions.append(Mention(subject, owner, *place, words, is_event, class_))
        else:
            object_: URIRef | Literal = Literal(normalization.identifier)
            if entry.kind == "thing":
                object_ = self.iris.thing(normalization.identifier)
            self.add(normalization, subject, entry.property, object_, self.spans(target))

    def quantity(
        self, normalization: Normalization, target: Identified, entry: NormalizationMapping
    ) -> None:
        value = quantity(normalization.identifier)
        if value is None:
            self.problem(
                normalization,
                f"{normalization.identifier!r} is no quantity; write number_unit, as 5.6_percent",
            )
            return
        amount, unit = value
        number, unit_property = entry.values
        node = self.thing(target) or self.iris.thing(f"{self.slug}/{target.id}/quantity")
        spans = self.spans(target)
        self.add(normalization, node, number, amount, spans)
        self.add(normalization, node, unit_property, self.iris.thing(entry.prefix + unit), spans)

    def walk(self) -> None:
        for annotation in self.record.standoff.annotations:
            match annotation:
                case TextBound():
                    self.text_bound(annotation)
                case Event():
                    self.event(annotation)
                case Relation():
                    self.relation(annotation)
                case Attribute():
                    self.attribute(annotation)
                case Normalization():
                    self.normalization(annotation)
                case Equivalence():
                    self.skip(annotation, "groups of annotations are not lifted")
                case Note():
                    pass

    def description(self, annotation: Annotation) -> Iterator[AssertedTriple]:
        """What the evidence graph says of an annotation; of an unlifted one, nothing."""
        if any(
            s.file == str(annotation.path) and s.line == annotation.line for s in self.skipped_lines
        ):
            return
        if isinstance(annotation, TextBound):
            yield from span_triples(self.naming, self.record, annotation)
        spans = [self.naming.span(span.id) for span in dict.fromkeys(self.spans(annotation))]
        body = None
        if isinstance(annotation, Event) or (
            isinstance(annotation, TextBound) and annotation.id not in self.triggers
        ):
            body = self.thing(annotation)
        yield from annotation_triples(self.naming, annotation, spans, body)
