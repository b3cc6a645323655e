"""Lifted statements, what they come from, and the account of the lines they were lifted from."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import PROV, RDF

from eakg.names import EAKG
from eakg.problems import Problem, ProblemsError

Triple = tuple[URIRef, URIRef, URIRef | Literal]


@dataclass(frozen=True)
class Statement:
    """One lifted triple with its support.

    `derived_from` is the annotation or table row that it comes from, `evidence` the text spans or
    the row that support it, `sentences` the sentences around them; `file` and `line` (from 1) say
    where a person would change it.
    """

    iri: URIRef
    triple: Triple
    derived_from: URIRef
    evidence: tuple[URIRef, ...]
    sentences: tuple[URIRef, ...]
    file: str
    line: int


@dataclass(frozen=True, order=True)
class Skipped:
    """A line that was read and not lifted, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Mention:
    """A line by which an annotation stands for a thing that something else must describe."""

    thing: URIRef
    annotation: URIRef
    file: str
    line: int


@dataclass(frozen=True)
class Lifted:
    """What was lifted from one source, a document or a table.

    `graph` names the graph of the statements; `context` describes the spans, sentences or rows
    that the statements point to; `lines` counts the lines read, `lifted` those that gave a
    statement or a description, `skipped` the others. `mentions` are the things that it only names.
    """

    name: str
    graph: URIRef
    statements: tuple[Statement, ...]
    context: tuple[Triple, ...]
    lines: int
    lifted: int
    skipped: tuple[Skipped, ...]
    mentions: tuple[Mention, ...] = ()

    def __post_init__(self) -> None:
        if self.lines != self.lifted + len(self.skipped):
            raise AssertionError(
                f"{self.name}: {self.lines} lines read, {self.lifted} lifted "
                f"and {len(self.skipped)} skipped do not balance"
            )


class LiftError(ProblemsError):
    """A source has problems; carries what could be lifted in spite of them.

    Arguments: the problems; what was lifted, so that the references in it can be checked.
    """

    def __init__(self, problems: Iterable[Problem], partial: Lifted) -> None:
        super().__init__(problems)
        self.partial = partial


def statement_triples(statement: Statement, graph: URIRef) -> Iterable[Triple]:
    """The description of a statement as a reified triple (RDF 1.1 Semantics, appendix D.1)."""
    subject, predicate, object_ = statement.triple
    iri = statement.iri
    yield iri, RDF.type, RDF.Statement
    yield iri, RDF.subject, subject
    yield iri, RDF.predicate, predicate
    yield iri, RDF.object, object_
    yield iri, EAKG.inGraph, graph
    yield iri, PROV.wasDerivedFrom, statement.derived_from
    for node in statement.evidence:
        yield iri, EAKG.evidence, node
    for sentence in statement.sentences:
        yield iri, EAKG.inSentence, sentence
