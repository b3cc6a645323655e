"""Solutions as a table for people: cells with links, and names in place of addresses."""

from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.rdf import Solutions, write_term
from eakg.serve.content import short
from eakg.serve.words.display import DisplayTerm

_LABEL = "Label"


@dataclass(frozen=True)
class LabelledTable:
    """A table as a page shows it."""

    columns: tuple[str, ...]
    cells: tuple[tuple[DisplayTerm | None, ...], ...]


def labelled_table(solutions: Solutions) -> LabelledTable:
    """A column for each variable, where ?x and ?xLabel are one: the label, with the link of ?x."""
    variables = solutions.variables
    columns = [
        variable
        for variable in variables
        if not (variable.endswith(_LABEL) and variable.removesuffix(_LABEL) in variables)
    ]
    return LabelledTable(
        tuple(columns),
        tuple(
            tuple(_labelled_cell(row.get(one), row.get(one + _LABEL)) for one in columns)
            for row in solutions.rows
        ),
    )


def _cell(term: Node | None) -> DisplayTerm | None:
    """A term as a cell."""
    match term:
        case None:
            return None
        case URIRef():
            return DisplayTerm(short(str(term)), str(term), str(term))
        case Literal():
            return DisplayTerm(str(term), write_term(term), None, term.language)
        case _:
            return DisplayTerm(write_term(term), write_term(term), None)


def _labelled_cell(term: Node | None, label: Node | None) -> DisplayTerm | None:
    if isinstance(term, URIRef) and label is not None:
        return DisplayTerm(str(label), str(term), str(term))
    cell = _cell(term)
    # A page in English need not say that its words are English.
    return DisplayTerm(cell.label, cell.full, None) if cell and cell.language == "en" else cell
