"""A document as it is read: its paragraphs, with every annotation marked in its place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import DCTERMS, PROV, RDF, RDFS, URIRef
from rdflib.term import Node

from eakg.evidence import Properties, anchor_of, fragments
from eakg.names import EAKG, OA
from eakg.rdf import sparql_term
from eakg.serve.content import properties
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
    annotations: tuple["Annotation", ...]

    @property
    def thing(self) -> DisplayTerm | None:
        """The thing that the words stand for, if any."""
        return next((one.thing for one in self.annotations if one.thing), None)


@dataclass(frozen=True)
class Annotation:
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
class Marked:
    """Text under a mark. Where marks overlap and neither holds the other, the later one is in two
    parts, of which the second does not begin it."""

    mark: AnnotationMark
    begins: bool
    parts: tuple["Words | Marked", ...]


@dataclass(frozen=True)
class ReadingSentence:
    """A sentence, with the marks in it nested."""

    anchor: str
    parts: tuple[Words | Marked, ...]


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
    """The text of a document; `originals` are the documents that it retells."""

    document: URIRef
    originals: tuple[DisplayTerm, ...]
    paragraphs: tuple[ReadingParagraph, ...]


def reading_of(store: QueryService, document: URIRef) -> Reading | None:
    """The text of a document, None where the graph does not hold it.

    Raises: StoreError and its kinds.
    """
    source = _Source(store, document)
    paragraphs = tuple(source.paragraphs())
    if not paragraphs:
        return None
    return Reading(document, source.originals(), paragraphs)


class _Source:
    """What the graph holds of a document: its parts, the spans in it, and their annotations."""

    def __init__(self, store: QueryService, document: URIRef) -> None:
        own = sparql_term(document)
        self._document = document
        self._sentences = _asked(
            store,
            f"?paragraph dcterms:isPartOf {own} . ?one dcterms:isPartOf ?paragraph ; rdf:value ?w",
        )
        self._paragraphs = _asked(store, f"?one dcterms:isPartOf {own} ; eakg:number ?number")
        self._spans = _asked(store, f"?one oa:hasSource {own}")
        self._annotations = _asked(store, f"?one oa:hasTarget ?span . ?span oa:hasSource {own}")
        parts = (self._sentences, self._spans)
        self._selectors = properties(
            store,
            {
                value
                for part in parts
                for of_it in part.values()
                for value in of_it.get(OA.hasSelector, [])
            },
        )
        self._about = properties(store, [document])
        self._named = properties(store, {*self._things(), *self._originals()})

    def originals(self) -> tuple[DisplayTerm, ...]:
        """The documents that this one retells."""
        return self._retold(self._about.get(self._document, {}))

    def paragraphs(self) -> Iterator[ReadingParagraph]:
        """The paragraphs in their order."""
        marks = tuple(self._marks())
        for node, of_it in sorted(self._paragraphs.items(), key=_number):
            sentences = [
                (place, sentence, _text(known, RDF.value))
                for sentence, known in self._sentences.items()
                if node in known[DCTERMS.isPartOf]
                for place in fragments(known, self._selectors)[:1]
            ]
            sentences.sort()
            if not sentences:
                continue
            start, end = sentences[0][0][0], sentences[-1][0][1]
            own = sorted(
                (mark for mark in marks if start <= mark.start < end),
                key=lambda mark: (mark.start, -mark.end, mark.anchor),
            )
            yield ReadingParagraph(
                self._anchor(node),
                _number((node, of_it)),
                self._retold(of_it),
                tuple(
                    ReadingSentence(self._anchor(sentence), tuple(nested(words, place[0], own)))
                    for place, sentence, words in sentences
                ),
                tuple(own),
            )

    def _marks(self) -> Iterator[AnnotationMark]:
        """One mark for each fragment of a span; a further fragment has a number in its anchor."""
        annotations: dict[Node, list[Annotation]] = {}
        for node, of_it in self._annotations.items():
            one = Annotation(
                _text(of_it, DCTERMS.identifier) or self._anchor(node),
                _text(of_it, EAKG.annotationType),
                next((self._shown(thing) for thing in of_it.get(OA.hasBody, [])), None),
                _text(of_it, RDF.value),
            )
            for span in of_it[OA.hasTarget]:
                annotations.setdefault(span, []).append(one)
        for span, of_it in self._spans.items():
            about = sorted(annotations.get(span, []), key=lambda one: one.identifier)
            for number, (start, end) in enumerate(fragments(of_it, self._selectors)):
                anchor = self._anchor(span) + (f".{number + 1}" if number else "")
                yield AnnotationMark(anchor, start, end, _text(of_it, RDF.value), tuple(about))

    def _things(self) -> Iterator[Node]:
        for of_it in self._annotations.values():
            yield from of_it.get(OA.hasBody, [])

    def _originals(self) -> Iterator[Node]:
        for of_it in (*self._paragraphs.values(), *self._about.values()):
            yield from of_it.get(PROV.hadPrimarySource, [])

    def _retold(self, own: Properties) -> tuple[DisplayTerm, ...]:
        return tuple(
            self._shown(part) for part in sorted(own.get(PROV.hadPrimarySource, ()), key=str)
        )

    def _anchor(self, node: Node) -> str:
        return anchor_of(str(node), str(self._document))

    def _shown(self, thing: Node) -> DisplayTerm:
        labels = self._named.get(thing, {}).get(RDFS.label, [])
        return Naming((thing, RDFS.label, label) for label in labels).of(thing)


def nested(
    text: str, begin: int, marks: Iterable[AnnotationMark], thing: DisplayTerm | None = None
) -> Iterator[Words | Marked]:
    """A text that begins at an offset, with marks nested in it.

    Arguments: the text and its offset; marks, of which those over the text count; the thing that
    the text around it stands for.
    """
    end = begin + len(text)
    pending = sorted(
        ((max(mark.start, begin), mark) for mark in marks if mark.start < end and mark.end > begin),
        key=_outer_first,
    )
    here = begin
    while pending:
        start, mark = pending.pop(0)
        if start > here:
            yield Words(text[here - begin : start - begin], thing)
        here = min(mark.end, end)
        within = [one for at, one in pending if at < here]
        inner = text[start - begin : here - begin]
        parts = nested(inner, start, within, mark.thing or thing)
        yield Marked(mark, start == mark.start, tuple(parts))
        pending = sorted(
            ((max(at, here), one) for at, one in pending if min(one.end, end) > here),
            key=_outer_first,
        )
    if here < end:
        yield Words(text[here - begin :], thing)


def _outer_first(placed: tuple[int, AnnotationMark]) -> tuple[int, int, str]:
    start, mark = placed
    return start, -mark.end, mark.anchor


def _asked(store: QueryService, pattern: str) -> Mapping[Node, Properties]:
    """What any graph says of the nodes that a pattern finds as `?one`."""
    text = f"SELECT DISTINCT ?one {{ GRAPH ?g {{ {pattern} }} }}"
    return properties(store, (row["one"] for row in select(store, QueryRequest(_PREFIXES + text))))


def _number(of_paragraph: tuple[Node, Properties]) -> int:
    return int(_text(of_paragraph[1], EAKG.number))


def _text(of_it: Properties, predicate: Node) -> str:
    return str(min(of_it.get(predicate, []), key=str, default=""))
