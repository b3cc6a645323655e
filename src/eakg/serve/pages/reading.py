"""A document as it is read: its paragraphs, with every annotation marked in its place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import DCTERMS, PROV, RDF, RDFS, URIRef
from rdflib.term import Node

from eakg.evidence import Properties, anchor_of, fragments
from eakg.names import EAKG, OA, SCHEMA
from eakg.rdf import sparql_term
from eakg.serve.content import properties
from eakg.serve.overviews import StatementReview
from eakg.serve.words import DisplayTerm, Naming
from eakg.store import QueryRequest, QueryService, select

_PREFIXES = f"""PREFIX eakg: <{EAKG}> PREFIX oa: <{OA}> PREFIX rdf: <{RDF}>
PREFIX dcterms: <{DCTERMS}>
"""


@dataclass(frozen=True)
class AnnotationMark:
    """An annotated span: where it stands in the text, its words, what is annotated there."""

    anchor: str
    start: int
    end: int
    words: str
    annotations: tuple["SpanAnnotation", ...]

    @property
    def thing(self) -> DisplayTerm | None:
        """The thing that the words stand for, if any."""
        return next((item.thing for item in self.annotations if item.thing), None)

    def colour(self, reviews: Iterable[StatementReview]) -> int:
        """The colour of the statement that the words make, of those of their sentence; else 0."""
        things = {item.thing.iri for item in self.annotations if item.thing}
        return next((one.colour for one in reviews if one.statement in things), 0)


@dataclass(frozen=True)
class SpanAnnotation:
    """An annotation: its identifier in the file, its type, its thing, and its note if it is one."""

    identifier: str
    type: str
    thing: DisplayTerm | None
    note: str


@dataclass(frozen=True)
class Words:
    """A stretch of text, and the thing that the innermost mark around it stands for."""

    text: str
    thing: DisplayTerm | None


@dataclass(frozen=True)
class MarkedText:
    """Text under a mark. Where marks overlap and neither holds the other, the later one is in two
    parts, of which the second does not begin it."""

    mark: AnnotationMark
    begins: bool
    parts: tuple["Words | MarkedText", ...]


@dataclass(frozen=True)
class ReadingSentence:
    """A sentence: where it stands, with the marks in it nested, and what was found about its
    statements; no parts where the text is not shipped."""

    anchor: str
    start: int
    end: int
    parts: tuple[Words | MarkedText, ...]
    reviews: tuple[StatementReview, ...] = ()

    @property
    def verdicts(self) -> tuple[tuple[StatementReview, int], ...]:
        """What was found, once for all statements of which it is the same, with their number."""
        counts: dict[tuple[int, str], list[StatementReview]] = {}
        for review in self.reviews:
            counts.setdefault((review.colour, review.verdict), []).append(review)
        return tuple((members[0], len(members)) for members in counts.values())


@dataclass(frozen=True)
class ReadingParagraph:
    """A paragraph; `retells` are the paragraphs of originals that it tells in other words."""

    anchor: str
    number: int
    retells: tuple[DisplayTerm, ...]
    sentences: tuple[ReadingSentence, ...]
    marks: tuple[AnnotationMark, ...]


@dataclass(frozen=True)
class Reading:
    """The text of a document; `originals` are the documents that it retells. Of a text that is not
    shipped, `sha256` is the digest by which it is known, and `addresses` are where it stands."""

    document: URIRef
    originals: tuple[DisplayTerm, ...]
    paragraphs: tuple[ReadingParagraph, ...]
    sha256: str = ""
    addresses: tuple[str, ...] = ()


def reading_of(
    store: QueryService, document: URIRef, reviews: Iterable[StatementReview] = ()
) -> Reading | None:
    """The text of a document, None where the graph does not hold it.

    Arguments: the store; the document; what was found about its statements.
    Raises: StoreError and its kinds.
    """
    source = _Source(store, document)
    paragraphs = tuple(source.paragraphs([one for one in reviews if one.document == str(document)]))
    if not paragraphs:
        return None
    return Reading(document, source.originals(), paragraphs, source.sha256(), source.addresses())


class _Source:
    """What the graph holds of a document: its parts, the spans in it, and their annotations."""

    def __init__(self, store: QueryService, document: URIRef) -> None:
        iri = sparql_term(document)
        self._document = document
        self._sentences = _descriptions(
            store,
            f"?paragraph dcterms:isPartOf {iri} ."
            " ?node dcterms:isPartOf ?paragraph ; oa:hasSelector ?selector",
        )
        self._paragraphs = _descriptions(
            store, f"?node dcterms:isPartOf {iri} ; eakg:number ?number"
        )
        self._spans = _descriptions(store, f"?node oa:hasSource {iri}")
        self._annotations = _descriptions(
            store, f"?node oa:hasTarget ?span . ?span oa:hasSource {iri}"
        )
        passages = (*self._sentences.values(), *self._spans.values())
        self._selectors = properties(
            store,
            {value for passage in passages for value in passage.get(OA.hasSelector, [])},
        )
        self._description = properties(store, [document]).get(document, {})
        self._labels = properties(store, {*self._things(), *self._originals()})

    def originals(self) -> tuple[DisplayTerm, ...]:
        """The documents that this one retells."""
        return self._originals_of(self._description)

    def sha256(self) -> str:
        """The digest of the text, empty where it is shipped."""
        return _text(self._description, SCHEMA.sha256)

    def addresses(self) -> tuple[str, ...]:
        """Where the text stands elsewhere."""
        return tuple(sorted(map(str, self._description.get(RDFS.seeAlso, ()))))

    def paragraphs(self, reviews: Iterable[StatementReview]) -> Iterator[ReadingParagraph]:
        """The paragraphs in their order."""
        by_passage: dict[str | None, list[StatementReview]] = {}
        for review in reviews:
            by_passage.setdefault(review.passage, []).append(review)
        marks = tuple(self._marks())
        for node, paragraph in sorted(self._paragraphs.items(), key=_number):
            sentences = [
                (place, sentence, _text(description, RDF.value))
                for sentence, description in self._sentences.items()
                if node in description[DCTERMS.isPartOf]
                for place in fragments(description, self._selectors)[:1]
            ]
            sentences.sort()
            if not sentences:
                continue
            start, end = sentences[0][0][0], sentences[-1][0][1]
            paragraph_marks = sorted(
                (mark for mark in marks if start <= mark.start < end),
                key=lambda mark: (mark.start, -mark.end, mark.anchor),
            )
            yield ReadingParagraph(
                self._anchor(node),
                _number((node, paragraph)),
                self._originals_of(paragraph),
                tuple(
                    ReadingSentence(
                        self._anchor(sentence),
                        *place,
                        tuple(nest(words, place[0], paragraph_marks)),
                        tuple(by_passage.get(str(sentence), ())),
                    )
                    for place, sentence, words in sentences
                ),
                tuple(paragraph_marks),
            )

    def _marks(self) -> Iterator[AnnotationMark]:
        """One mark for each fragment of a span; a further fragment has a number in its anchor."""
        annotations: dict[Node, list[SpanAnnotation]] = {}
        for node, description in self._annotations.items():
            annotation = SpanAnnotation(
                _text(description, DCTERMS.identifier) or self._anchor(node),
                _text(description, EAKG.annotationType),
                next((self._term(thing) for thing in description.get(OA.hasBody, [])), None),
                _text(description, RDF.value),
            )
            for span in description[OA.hasTarget]:
                annotations.setdefault(span, []).append(annotation)
        for span, description in self._spans.items():
            group = sorted(annotations.get(span, []), key=lambda item: item.identifier)
            words = _text(description, RDF.value)
            for number, (start, end) in enumerate(fragments(description, self._selectors)):
                anchor = self._anchor(span) + (f".{number + 1}" if number else "")
                yield AnnotationMark(anchor, start, end, words, tuple(group))

    def _things(self) -> Iterator[Node]:
        for annotation in self._annotations.values():
            yield from annotation.get(OA.hasBody, [])

    def _originals(self) -> Iterator[Node]:
        for description in (*self._paragraphs.values(), self._description):
            yield from description.get(PROV.hadPrimarySource, [])

    def _originals_of(self, description: Properties) -> tuple[DisplayTerm, ...]:
        originals = sorted(description.get(PROV.hadPrimarySource, ()), key=str)
        return tuple(map(self._term, originals))

    def _anchor(self, node: Node) -> str:
        return anchor_of(str(node), str(self._document))

    def _term(self, thing: Node) -> DisplayTerm:
        labels = self._labels.get(thing, {}).get(RDFS.label, [])
        return Naming((thing, RDFS.label, label) for label in labels).of(thing)


def nest(
    text: str, begin: int, marks: Iterable[AnnotationMark], thing: DisplayTerm | None = None
) -> Iterator[Words | MarkedText]:
    """A text that begins at an offset, with marks nested in it.

    Arguments: the text and its offset; marks, of which those over the text count; the thing that
    the text around it stands for.
    """
    end = begin + len(text)
    queue = sorted(
        ((max(mark.start, begin), mark) for mark in marks if mark.start < end and mark.end > begin),
        key=_outer_first,
    )
    position = begin
    while queue:
        start, mark = queue.pop(0)
        if start > position:
            yield Words(text[position - begin : start - begin], thing)
        position = min(mark.end, end)
        inner_marks = [inner for offset, inner in queue if offset < position]
        inner_text = text[start - begin : position - begin]
        parts = nest(inner_text, start, inner_marks, mark.thing or thing)
        yield MarkedText(mark, start == mark.start, tuple(parts))
        queue = sorted(
            (
                (max(offset, position), mark)
                for offset, mark in queue
                if min(mark.end, end) > position
            ),
            key=_outer_first,
        )
    if position < end:
        yield Words(text[position - begin :], thing)


def _outer_first(entry: tuple[int, AnnotationMark]) -> tuple[int, int, str]:
    start, mark = entry
    return start, -mark.end, mark.anchor


def _descriptions(store: QueryService, pattern: str) -> Mapping[Node, Properties]:
    """What any graph says of the nodes that a pattern finds as `?node`."""
    text = f"SELECT DISTINCT ?node {{ GRAPH ?g {{ {pattern} }} }}"
    return properties(store, (row["node"] for row in select(store, QueryRequest(_PREFIXES + text))))


def _number(paragraph: tuple[Node, Properties]) -> int:
    _node, description = paragraph
    return int(_text(description, EAKG.number))


def _text(description: Properties, predicate: Node) -> str:
    return str(min(description.get(predicate, []), key=str, default=""))
