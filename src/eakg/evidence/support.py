"""What supports a triple: the model that the reader of evidence gives and every form is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.evidence.anchors import anchor_of
from eakg.evidence.axioms import is_axiom
from eakg.rdf import Triple

_NOTE, _ATTRIBUTE = "N", "A"
"""What the identifiers of brat's notes of a normalisation, and of attributes, begin with."""


@dataclass(frozen=True)
class QuotedSentence:
    """A sentence of a document around a passage.

    `numbers` are those of its `paragraph` in the document and of the sentence in that, from 1, or 0
    where it is not known; `originals` are the parts of other documents that the paragraph tells
    in other words.
    """

    iri: Node
    numbers: tuple[int, int]
    words: Literal | None
    paragraph: Node | None
    originals: tuple[URIRef, ...]


@dataclass(frozen=True)
class Passage:
    """Words of a document that state a triple.

    `exact` are the words that are annotated, by `annotation`, whose `identifier` is that of its
    file. `fragments` are their offsets in the document, in code points, from the start of each up
    to its end. `sentences` are those around them, in their order. Where the text is not shipped,
    `sha256` is that of the annotated words.
    """

    span: Node
    document: URIRef | None
    exact: Literal | None
    fragments: tuple[tuple[int, int], ...]
    annotation: Node | None
    identifier: str
    sentences: tuple[QuotedSentence, ...]
    sha256: Literal | None = None

    @cached_property
    def sentence(self) -> str:
        """The words of the sentences."""
        return " ".join(sentence.words for sentence in self.sentences if sentence.words)

    @property
    def words(self) -> str:
        """The words of the sentences, or else those that are annotated; empty where the text is not
        shipped."""
        return self.sentence or str(self.exact or "")

    @property
    def whereabouts(self) -> str:
        """The numbers of the paragraph and the sentence, for a text that is not shipped."""
        places = (sentence.numbers for sentence in self.sentences)
        return " and ".join(f"paragraph {paragraph}, sentence {n}" for paragraph, n in places)

    @cached_property
    def originals(self) -> tuple[URIRef, ...]:
        """The parts of other documents that the passage tells in other words."""
        return tuple(sorted({part for sentence in self.sentences for part in sentence.originals}))

    @property
    def anchor(self) -> str:
        """The place in the document's reading page."""
        return anchor_of(str(self.span), str(self.document))

    @property
    def is_annotator_value(self) -> bool:
        """Whether the annotator gives the value (a name, an identifier, a category)."""
        return self.identifier.startswith((_NOTE, _ATTRIBUTE))


@dataclass(frozen=True)
class TableRow:
    """A row of a background table that states a triple.

    `number` is the one in its `address`, where the header is row 1 (RFC 7111, section 2.1);
    `sources` are all that the row cites, addresses or words.
    """

    iri: Node
    address: URIRef
    table: URIRef
    number: int
    sources: tuple[Node, ...]
    verification: Literal | None
    note: Literal | None


@dataclass(frozen=True)
class Axiom:
    """That an ontology states a triple, in a graph and a file if it comes from one."""

    graph: URIRef
    file: Path | None


Evidence: TypeAlias = Passage | TableRow | Axiom
"""What a triple rests on in the end."""


@dataclass(frozen=True)
class Attestation:
    """A statement of the evidence graph that states a triple, and what that rests on.

    `graph` is the one that asserts the triple for it; `triples` are those of the statement itself.
    """

    statement: Node
    graph: URIRef | None
    evidence: tuple[Passage | TableRow, ...]
    triples: tuple[Triple, ...]

    @property
    def sentences(self) -> frozenset[str]:
        """The sentences that say it."""
        passages = (item for item in self.evidence if isinstance(item, Passage))
        return frozenset(passage.sentence for passage in passages if passage.sentence)


@dataclass(frozen=True)
class Home:
    """A graph that asserts a triple, and its file; None for one that comes from none."""

    graph: URIRef
    file: Path | None


@dataclass(frozen=True)
class Support:
    """What supports a triple: the graphs that assert it, and the statements of the evidence."""

    triple: Triple
    homes: tuple[Home, ...]
    attestations: tuple[Attestation, ...]

    @property
    def axiom(self) -> bool:
        """Whether the triple is of an ontology."""
        return is_axiom(self.triple, [home.graph for home in self.homes])

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The axiom, passages and rows, in this order."""
        return (
            *(
                Axiom(home.graph, home.file)
                for home in self.homes
                if is_axiom(self.triple, [home.graph])
            ),
            *(item for attestation in self.attestations for item in attestation.evidence),
        )


Supports: TypeAlias = Mapping[Triple, Support]
"""What supports each of some triples."""


def place_key(evidence: Evidence) -> object:
    """What evidence is the same by: words in one sentence are one place that says so."""
    if isinstance(evidence, Passage):
        sentences = tuple(sentence.iri for sentence in evidence.sentences)
        place = evidence.sentence or sentences or evidence.anchor
        return evidence.document, place, evidence.is_annotator_value
    return evidence
