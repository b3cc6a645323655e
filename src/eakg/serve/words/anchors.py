"""Where a piece of evidence is seen in its place: a passage in its document, a row in its table."""

from rdflib import URIRef
from rdflib.term import Node

from eakg.names import CSVW, OA
from eakg.serve.content import Description, Evidence, TableRow, anchor_of
from eakg.serve.words.links import local_path


def row_path(row: TableRow) -> str:
    """The path of a row in the page of its table."""
    return f"{local_path(str(row.table)) or row.table}#row={row.number}"


def path_of(evidence: Evidence) -> str | None:
    """The path of a passage in its document's page, or of a row in its table's."""
    if isinstance(evidence, TableRow):
        return row_path(evidence)
    path = local_path(str(evidence.document)) if evidence.document else None
    return f"{path}#{evidence.anchor}" if path else None


def place_key(evidence: Evidence) -> object:
    """What evidence is the same by: words in one sentence are one place that says so."""
    if isinstance(evidence, TableRow):
        return evidence
    return evidence.document, evidence.sentence or evidence.anchor, evidence.read_into


def place_of(description: Description, documents: tuple[str, ...]) -> str | None:
    """The path of what a description is of, None where it is no evidence or has no place.

    Arguments: the description; the documents whose text is annotated.
    """
    iri = description.iri
    if (passage := description.passages.get(iri)) is not None:
        return path_of(passage)
    for of_it in description.support.values():
        for support in of_it:
            if support.node == iri and support.evidence:
                return path_of(support.evidence[0])
    if (row := _value(description, CSVW.url)) is not None:
        return local_path(str(row))
    source = _value(description, OA.hasSource)
    for document in documents:
        if iri.startswith(f"{document}/") and (source is not None or _is_part(description)):
            return f"{local_path(document)}#{anchor_of(str(iri), document)}"
    return None


def _is_part(description: Description) -> bool:
    """Whether it is a sentence or paragraph, which have the offsets of their text."""
    return any(fact.statement[1] == OA.hasSelector for fact in description.outgoing)


def _value(description: Description, predicate: Node) -> URIRef | None:
    found = (fact.statement[2] for fact in description.outgoing if fact.statement[1] == predicate)
    return next((one for one in found if isinstance(one, URIRef)), None)
