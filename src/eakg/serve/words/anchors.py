"""Where a piece of evidence is seen in its place: a passage in its document, a row in its table."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from eakg.evidence import Axiom, Evidence, Passage, TableRow, anchor_of, place_key, row_anchor
from eakg.names import CSVW, OA
from eakg.serve.content import Description
from eakg.serve.words.links import graph_path, local_path, thing_path


@dataclass(frozen=True)
class EvidencePlace:
    """Evidence that is seen in one place: passages in one sentence, a row, or an axiom; and the
    path of the place on this host, if it has one."""

    evidence: tuple[Evidence, ...]
    path: str | None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages, where it is in a sentence."""
        return tuple(item for item in self.evidence if isinstance(item, Passage))

    @property
    def row(self) -> TableRow | None:
        """The row, where it is in a table."""
        return next((item for item in self.evidence if isinstance(item, TableRow)), None)

    @property
    def axiom(self) -> Axiom | None:
        """The axiom, where it is in an ontology."""
        return next((item for item in self.evidence if isinstance(item, Axiom)), None)

    @property
    def annotations(self) -> dict[str, str]:
        """The identifiers of the annotations of the passages, each with its IRI."""
        return {
            passage.identifier: str(passage.annotation)
            for passage in self.passages
            if passage.annotation is not None and passage.identifier
        }

    @property
    def retells(self) -> tuple[str, ...]:
        """The parts of originals that the passages tell in other words."""
        return tuple(sorted({str(part) for passage in self.passages for part in passage.originals}))


def places_of(evidence: Iterable[Evidence]) -> tuple[EvidencePlace, ...]:
    """Evidence by the places where it is seen, in its order."""
    places: dict[object, list[Evidence]] = {}
    for item in evidence:
        places.setdefault(place_key(item), []).append(item)
    return tuple(EvidencePlace(tuple(items), path_of(items[0])) for items in places.values())


def places_in_words(evidence: Iterable[Evidence]) -> tuple[EvidencePlace, ...]:
    """The places where evidence is seen in words; all where there are none, as the texts are not
    shipped. A proof has all of them."""
    places = places_of(evidence)
    telling = (place for place in places if not place.passages or place.passages[0].words)
    return tuple(telling) or places


def path_of(evidence: Evidence) -> str | None:
    """The path of a passage in its document's page, of a row in its table's, or of the page of the
    graph that has an axiom."""
    match evidence:
        case TableRow():
            return f"{graph_path(evidence.table)}#{row_anchor(evidence.number)}"
        case Passage():
            if evidence.document is None:
                return None
            return f"{thing_path(evidence.document)}#{evidence.anchor}"
    return local_path(str(evidence.graph))


def place_of(description: Description, documents: tuple[str, ...]) -> str | None:
    """The path of what a description is of, None where it is no evidence or has no place.

    Arguments: the description; the documents whose text is annotated.
    """
    iri = description.iri
    if (passage := description.passages.get(iri)) is not None:
        return path_of(passage)
    for attestations in description.attestations.values():
        for attestation in attestations:
            if attestation.statement == iri and attestation.evidence:
                return path_of(attestation.evidence[0])
    if (row := _value(description, CSVW.url)) is not None:
        table, mark, anchor = str(row).partition("#")
        return local_path(row) or f"{graph_path(table.removesuffix('.csv'))}{mark}{anchor}"
    source = _value(description, OA.hasSource)
    for document in documents:
        if iri.startswith(f"{document}/") and (source is not None or _is_part(description)):
            return f"{thing_path(document)}#{anchor_of(str(iri), document)}"
    return None


def _is_part(description: Description) -> bool:
    """Whether it is a sentence or paragraph, which have the offsets of their text."""
    return any(entry.triple[1] == OA.hasSelector for entry in description.outgoing)


def _value(description: Description, predicate: Node) -> URIRef | None:
    values = (entry.triple[2] for entry in description.outgoing if entry.triple[1] == predicate)
    return next((value for value in values if isinstance(value, URIRef)), None)
