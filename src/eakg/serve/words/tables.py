"""Solutions as a table for people: cells with links, and names in place of addresses."""

from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.rdf import Solutions, write_term
from eakg.serve.words.display import Shown
from eakg.serve.words.links import short

_LABEL = "Label"


@dataclass(frozen=True)
class LabelledTable:
    """A table as a page shows it."""

    columns: tuple[str, ...]
    cells: tuple[tuple[Shown | None, ...], ...]


def labelled_table(solutions: Solutions) -> LabelledTable:
    """A column for each variable, where ?x and ?xLabel are one: the label, with the link of ?x."""
    variables = solutions.variables
    kept = [
        one
        for one in variables
        if not (one.endswith(_LABEL) and one.removesuffix(_LABEL) in variables)
    ]
    return LabelledTable(
        tuple(kept),
        tuple(
            tuple(_named(row.get(one), row.get(one + _LABEL)) for one in kept)
            for row in solutions.rows
        ),
    )


def _cell(term: Node | None) -> Shown | None:
    """A term as a cell."""
    match term:
        case None:
            return None
        case URIRef():
            return Shown(short(str(term)), str(term), str(term))
        case Literal():
            return Shown(str(term), write_term(term), None, term.language)
        case _:
            return Shown(write_term(term), write_term(term), None)


def _named(term: Node | None, label: Node | None) -> Shown | None:
    if isinstance(term, URIRef) and label is not None:
        return Shown(str(label), str(term), str(term))
    shown = _cell(term)
    # A page in English need not say that its words are English.
    return Shown(shown.label, shown.full, None) if shown and shown.language == "en" else shown
