"""Quotes: what the evidence quotes stands in the text at the offsets it gives."""

from collections.abc import Callable
from pathlib import Path

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, RDF

from eakg.dataset import Layout, Places
from eakg.names import EAKG, OA
from eakg.problems import Problem, ProblemsError
from eakg.text import read_document


def check_quotes(
    layout: Layout, evidence: Graph, places: Callable[[], Places]
) -> tuple[int, list[Problem]]:
    """The number of quotes compared, spans and sentences, and a problem for each that differs."""
    texts: dict[Node, str | None] = {}
    count = 0
    problems = []
    for span in sorted(evidence.subjects(RDF.type, EAKG.TextSpan), key=str):
        document = evidence.value(span, OA.hasSource)
        for selector in evidence.objects(span, OA.hasSelector):
            if (selector, RDF.type, OA.TextPositionSelector) not in evidence:
                continue
            quote = URIRef(str(selector).replace("/position-", "/quote-"))
            count += 1
            exact = evidence.value(quote, OA.exact)
            problems += _compare(layout, evidence, texts, document, selector, exact, places, span)
    for sentence in sorted(evidence.subjects(RDF.type, EAKG.Sentence), key=str):
        paragraph = evidence.value(sentence, DCTERMS.isPartOf)
        document = evidence.value(paragraph, DCTERMS.isPartOf) if paragraph else None
        value = evidence.value(sentence, RDF.value)
        for selector in evidence.objects(sentence, OA.hasSelector):
            count += 1
            problems += _compare(
                layout, evidence, texts, document, selector, value, places, sentence
            )
    return count, problems


def _compare(
    layout: Layout,
    evidence: Graph,
    texts: dict[Node, str | None],
    document: Node | None,
    selector: Node,
    quote: Node | None,
    places: Callable[[], Places],
    node: Node,
) -> list[Problem]:
    slug = layout.iris.slug(document)
    path = layout.sources / slug / f"{slug}.txt"
    if document is not None and document not in texts:
        texts[document] = _text(path)
    text = texts.get(document) if document is not None else None
    if text is None:
        return [Problem(str(path), 0, "the text is not there; add it")]
    start, end = evidence.value(selector, OA.start), evidence.value(selector, OA.end)
    if not isinstance(start, Literal) or not isinstance(end, Literal):
        return [_problem(places, node, path, f"{selector} has no start and end; run `eakg build`")]
    passage = text[int(start) : int(end)]
    if passage == str(quote):
        return []
    message = (
        f"quotes {str(quote)!r}, but {path.name} has {passage!r} at {start}-{end}; run `eakg build`"
    )
    return [_problem(places, node, path, message)]


def _problem(places: Callable[[], Places], node: Node, path: Path, message: str) -> Problem:
    place = places().of_subject(node)
    return Problem(place.file, place.line, message) if place else Problem(str(path), 0, message)


def _text(path: Path) -> str | None:
    try:
        return read_document(path).text
    except ProblemsError:
        return None
