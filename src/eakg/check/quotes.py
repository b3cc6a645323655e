"""Quotes: what the evidence quotes stands in the text at the offsets it gives, or has the digest
that it gives where the text is not shipped."""

from collections.abc import Callable, Iterator
from pathlib import Path

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, RDF

from eakg.dataset import Layout, Places
from eakg.names import EAKG, OA, SCHEMA
from eakg.problems import Problem, ProblemsError
from eakg.text import digest, read_document


def check_quotes(
    layout: Layout, evidence: Graph, places: Callable[[], Places]
) -> tuple[int, list[Problem]]:
    """The number of quotes compared, spans and sentences, and a problem for each that differs."""
    return _QuoteCheck(layout, evidence, places).findings()


class _QuoteCheck:
    """Compares the quotes of an evidence graph."""

    def __init__(self, layout: Layout, evidence: Graph, places: Callable[[], Places]) -> None:
        self._layout = layout
        self._evidence = evidence
        self._places = places
        self._texts: dict[Node, str | None] = {}

    def findings(self) -> tuple[int, list[Problem]]:
        """The number of quotes, and a problem for each that differs."""
        count = 0
        problems: list[Problem] = []
        for node, document, selector, words in (*self._spans(), *self._sentences()):
            count += 1
            problems += self._compare(node, document, selector, words)
        return count, problems

    def _spans(self) -> Iterator[tuple[Node, Node | None, Node, Node | None]]:
        """Each fragment of a span: the span, its document, its position and its words."""
        evidence = self._evidence
        for span in sorted(evidence.subjects(RDF.type, EAKG.TextSpan), key=str):
            document = evidence.value(span, OA.hasSource)
            for selector in evidence.objects(span, OA.hasSelector):
                if (selector, RDF.type, OA.TextPositionSelector) in evidence:
                    quote = URIRef(str(selector).replace("/position-", "/quote-"))
                    yield span, document, selector, evidence.value(quote, OA.exact)

    def _sentences(self) -> Iterator[tuple[Node, Node | None, Node, Node | None]]:
        evidence = self._evidence
        for sentence in sorted(evidence.subjects(RDF.type, EAKG.Sentence), key=str):
            paragraph = evidence.value(sentence, DCTERMS.isPartOf)
            document = evidence.value(paragraph, DCTERMS.isPartOf) if paragraph else None
            for selector in evidence.objects(sentence, OA.hasSelector):
                yield sentence, document, selector, evidence.value(sentence, RDF.value)

    def _compare(
        self, node: Node, document: Node | None, selector: Node, quote: Node | None
    ) -> Iterator[Problem]:
        slug = self._layout.iris.slug(document)
        path = self._layout.sources / slug / f"{slug}.txt"
        sha256 = self._evidence.value(node, SCHEMA.sha256)
        if sha256 is not None:
            words = self._evidence.value(node, RDF.value)
            if words is not None and digest(str(words)) != str(sha256):
                message = f"quotes {str(words)!r}, which has another SHA-256; run `eakg build`"
                yield self._problem(node, path.parent, message)
            return
        text = self._text(document, path)
        if text is None:
            yield Problem(str(path), 0, "the text is not there; add it")
            return
        ends = [self._evidence.value(selector, end) for end in (OA.start, OA.end)]
        if not all(isinstance(end, Literal) for end in ends):
            yield self._problem(node, path, f"{selector} has no start and end; run `eakg build`")
            return
        start, end = (int(str(end)) for end in ends)
        passage = text[start:end]
        if passage != str(quote):
            place = f"{path.name} has {passage!r} at {start}-{end}"
            yield self._problem(node, path, f"quotes {str(quote)!r}, but {place}; run `eakg build`")

    def _text(self, document: Node | None, path: Path) -> str | None:
        if document is None:
            return None
        if document not in self._texts:
            try:
                self._texts[document] = read_document(path).text
            except ProblemsError:
                self._texts[document] = None
        return self._texts[document]

    def _problem(self, node: Node, path: Path, message: str) -> Problem:
        place = self._places().of_subject(node)
        return Problem(place.file, place.line, message) if place else Problem(str(path), 0, message)
