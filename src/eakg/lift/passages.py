"""The evidence graph of a record: its document, paragraphs, sentences, spans and annotations.

Source: Web Annotation Data Model (W3C Recommendation), sections 3.1 and 4.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD

from eakg.evidence import AssertedTriple
from eakg.lift.meta import Meta
from eakg.names import EAKG, OA, SCHEMA, SHIPPED_IRIS, ProjectIris
from eakg.text import (
    Annotation,
    Document,
    Equivalence,
    Event,
    Note,
    Paragraph,
    Record,
    Sentence,
    TextBound,
    digest_of,
)

CONTEXT = 24
"""Code points of prefix and suffix in a quote selector."""


@dataclass(frozen=True)
class RecordIris:
    """The IRIs of the parts and annotations of one document of a project."""

    slug: str
    iris: ProjectIris = SHIPPED_IRIS

    @property
    def document(self) -> URIRef:
        return self.iris.thing(self.slug)

    def annotation(self, identifier: str) -> URIRef:
        """The `#` of a note's id would begin a fragment, so `#1` is named `note-1`."""
        return self.iris.thing(f"{self.slug}/{identifier.replace('#', 'note-')}")

    def span(self, mention: str) -> URIRef:
        return self.iris.thing(f"{self.slug}/{mention}/span")

    def statement(self, identifier: str, predicate: str, number: int) -> URIRef:
        return self.iris.thing(f"{self.slug}/{identifier}/statement/{predicate}-{number}")

    def paragraph(self, paragraph: int) -> URIRef:
        return self.iris.thing(f"{self.slug}/p{paragraph}")

    def sentence(self, paragraph: int, sentence: int) -> URIRef:
        return self.iris.thing(f"{self.slug}/p{paragraph}/s{sentence}")


def sentences_of(naming: RecordIris, record: Record, mention: TextBound) -> tuple[URIRef, ...]:
    """The sentences that a mention touches."""
    start = min(first for first, _ in mention.fragments)
    end = max(last for _, last in mention.fragments)
    passage = record.document.passage(start, end)
    return tuple(
        naming.sentence(paragraph.number, sentence.number)
        for paragraph in passage.paragraphs
        for sentence in paragraph.sentences
        if sentence in passage.sentences
    )


def document_triples(naming: RecordIris, record: Record, meta: Meta) -> Iterable[AssertedTriple]:
    """What the record is, its paragraphs and sentences, and what each paragraph retells."""
    node = naming.document
    yield node, RDF.type, EAKG.SourceDocument
    yield node, RDFS.label, Literal(meta.title, lang=meta.language)
    yield node, DCTERMS.language, Literal(meta.language)
    day = Literal(meta.date.isoformat(), datatype=XSD.date)
    if meta.text:
        yield node, DCTERMS.title, Literal(meta.title, lang=meta.language)
        yield node, DCTERMS.issued, day
        for address in meta.text.addresses:
            yield node, RDFS.seeAlso, URIRef(address)
        yield node, SCHEMA.sha256, Literal(meta.text.withheld.sha256)
    else:
        yield node, DCTERMS.created, day
        yield node, DCTERMS.creator, Literal(meta.creator)
        yield node, DCTERMS.license, URIRef(meta.license)
    original = meta.primary_source
    if original:
        source = RecordIris(original.document, naming.iris)
        yield node, PROV.hadPrimarySource, source.document
        yield source.document, RDF.type, EAKG.SourceDocument
        yield source.document, DCTERMS.title, Literal(original.title, lang=meta.language)
        yield (
            source.document,
            DCTERMS.issued,
            Literal(original.date.isoformat(), datatype=XSD.date),
        )
        for address in original.addresses:
            yield source.document, RDFS.seeAlso, URIRef(address)
        for number in sorted(set(original.paragraphs.values())):
            part = source.paragraph(number)
            yield part, RDF.type, EAKG.Paragraph
            yield part, EAKG.number, Literal(number)
            yield part, DCTERMS.isPartOf, source.document
            yield part, RDFS.label, Literal(f"Paragraph {number} of: {original.title}", lang="en")
            yield part, RDFS.seeAlso, URIRef(original.addresses[0])
    for paragraph in record.document.paragraphs:
        part = naming.paragraph(paragraph.number)
        yield part, RDF.type, EAKG.Paragraph
        yield part, EAKG.number, Literal(paragraph.number)
        yield part, DCTERMS.isPartOf, node
        yield part, RDFS.label, Literal(f"Paragraph {paragraph.number} of: {meta.title}", lang="en")
        yield from _position(part, paragraph)
        if meta.text:
            yield part, RDFS.seeAlso, URIRef(meta.text.addresses[0])
        if original and original.paragraphs:
            source_part = RecordIris(original.document, naming.iris).paragraph(
                original.paragraphs[paragraph.number]
            )
            yield part, PROV.hadPrimarySource, source_part
        elif original:
            yield part, PROV.hadPrimarySource, RecordIris(original.document, naming.iris).document
        for sentence in paragraph.sentences:
            child = naming.sentence(paragraph.number, sentence.number)
            yield child, RDF.type, EAKG.Sentence
            yield child, EAKG.number, Literal(sentence.number)
            yield child, DCTERMS.isPartOf, part
            if sentence.sha256:
                yield child, SCHEMA.sha256, Literal(sentence.sha256)
            if record.document.has_text:
                yield child, RDF.value, Literal(sentence.text, lang=meta.language)
            yield from _position(child, sentence)


def _position(node: URIRef, part: Paragraph | Sentence) -> Iterable[AssertedTriple]:
    selector = URIRef(f"{node}/position")
    yield node, OA.hasSelector, selector
    yield from _position_selector(selector, part.start, part.end)


def _position_selector(node: URIRef, start: int, end: int) -> Iterable[AssertedTriple]:
    yield node, RDF.type, OA.TextPositionSelector
    yield node, OA.start, Literal(start, datatype=XSD.nonNegativeInteger)
    yield node, OA.end, Literal(end, datatype=XSD.nonNegativeInteger)


def span_triples(
    naming: RecordIris, record: Record, mention: TextBound
) -> Iterable[AssertedTriple]:
    """The span of a mention, with a position and a quote selector for each fragment; of a text that
    is withheld, with the digest of its words, and quotes only where the text is there."""
    node = naming.span(mention.id)
    document: Document = record.document
    text = document.text
    yield node, RDF.type, EAKG.TextSpan
    yield node, RDF.type, OA.SpecificResource
    yield node, OA.hasSource, naming.document
    if document.is_withheld:
        yield node, SCHEMA.sha256, Literal(digest_of(mention))
    if document.has_text:
        yield node, RDF.value, Literal(mention.text)
    for sentence in sentences_of(naming, record, mention):
        yield node, EAKG.inSentence, sentence
    for number, (start, end) in enumerate(record.spans(mention), 1):
        position = URIRef(f"{node}/position-{number}")
        quote = URIRef(f"{node}/quote-{number}")
        yield node, OA.hasSelector, position
        yield from _position_selector(position, start, end)
        if not document.has_text:
            continue
        yield node, OA.hasSelector, quote
        yield quote, RDF.type, OA.TextQuoteSelector
        yield quote, OA.exact, Literal(text[start:end])
        yield quote, OA.prefix, Literal(text[max(0, start - CONTEXT) : start])
        yield quote, OA.suffix, Literal(text[end : end + CONTEXT])


def annotation_triples(
    naming: RecordIris, annotation: Annotation, spans: Iterable[URIRef], body: URIRef | None
) -> Iterable[AssertedTriple]:
    """An annotation: its brat id and type, the spans it targets, the thing it is about."""
    if isinstance(annotation, Equivalence):
        return
    node = naming.annotation(annotation.id)
    yield node, RDF.type, OA.Annotation
    yield node, DCTERMS.identifier, Literal(annotation.id)
    yield node, EAKG.annotationType, Literal(annotation.type)
    for span in spans:
        yield node, OA.hasTarget, span
    if isinstance(annotation, Note):
        yield node, RDF.value, Literal(annotation.text)
        yield node, OA.motivatedBy, OA.commenting
    if body is not None:
        yield node, OA.hasBody, body
        if isinstance(annotation, TextBound | Event):
            yield body, EAKG.denotedBy, node
