"""Quotes: what the evidence quotes stands in the text at the offsets it gives."""

from pathlib import Path

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, RDF

from eakg.dataset.layout import Layout
from eakg.dataset.places import Places
from eakg.names import EAKG, ID, OA
from eakg.problems import Problem, ProblemsError
from eakg.text.document import read_document


def check_quotes(layout: Layout, evidence: Graph, places: Places) -> tuple[int, list[Problem]]:
    """The number of quotes compared, spans and sentences, and a problem for each that differs."""
    texts: dict[Node, str | None] = {}
    count = 0
    problems = []
    for span in sorted(evidence.subjects(RDF.type, EAKG.TextSpan)):
        document = evidence.value(span, OA.hasSource)
        for selector in evidence.objects(span, OA.hasSelector):
            if (selector, RDF.type, OA.TextPositionSelector) not in evidence:
                continue
            quote = URIRef(str(selector).replace("/position-", "/quote-"))
            count += 1
            exact = evidence.value(quote, OA.exact)
            problems += _compare(layout, evidence, texts, document, selector, exact, places, span)
    for sentence in sorted(evidence.subjects(RDF.type, EAKG.Sentence)):
        paragraph = evidence.value(sentence, DCTERMS.isPartOf)
        document = evidence.value(paragraph, DCTERMS.isPartOf) if paragraph else None
        value = evidence.value(sentence, RDF.value)
        for selector in evidence.objects(sentence, OA.hasSelector):
            count += 1
            problems += _compare(layout, evidence, texts, document, selector, value, places, sentence)
    return count, problems


def _compare(
    layout: Layout,
    evidence: Graph,
    texts: dict[Node, str | None],
    document: Node | None,
    selector: Node,
    quoted: Node | None,
    places: Places,
    node: Node,
) -> list[Problem]:
    slug = str(document).removeprefix(str(ID))
    path = layout.sources / slug / f"{slug}.txt"
    if document is not None and document not in texts:
        texts[document] = _text(path)
    text = texts.get(document) if document is not None else None
    place = places.of_subject(node)
    file, line = (place.file, place.line) if place else (str(path), 0)
    if text is None:
        return [Problem(file, line, f"the text {path} is not there; add it")]
    start, end = evidence.value(selector, OA.start), evidence.value(selector, OA.end)
    if not isinstance(start, Literal) or not isinstance(end, Literal):
        return [Problem(file, line, f"{selector} has no start and end; run `eakg build`")]
    there = text[int(start) : int(end)]
    if there == str(quoted):
        return []
    message = f"quotes {str(quoted)!r}, but {path.name} has {there!r} at {start}-{end}; run `eakg build`"
    return [Problem(file, line, message)]


def _text(path: Path) -> str | None:
    try:
        return read_document(path).text
    except ProblemsError:
        return None
