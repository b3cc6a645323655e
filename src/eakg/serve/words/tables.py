"""Solutions as a table for people: cells with links, and names in place of addresses."""

from dataclasses import dataclass, replace

from rdflib import Literal, URIRef
from rdflib.term import Node

from eakg.rdf import Solutions, write_term
from eakg.serve.content import short
from eakg.serve.words.display import NUMBERS, DisplayTerm, Naming
from eakg.serve.words.wording import digits

_LABEL = "Label"


@dataclass(frozen=True)
class LabelledTable:
    """A table as a page shows it."""

    columns: tuple[str, ...]
    cells: tuple[tuple[DisplayTerm | None, ...], ...]


def labelled_table(
    solutions: Solutions, in_groups: bool = False, naming: Naming | None = None
) -> LabelledTable:
    """A column for each variable, where ?x and ?xLabel are one: the label, with the link of ?x. A
    column of labels alone has the heading x, where no other column has.

    Arguments: the solutions; whether numbers are as people write them, digits in groups; names, and
    days and numbers in words, for terms that have no label beside them.
    """
    variables = solutions.variables
    columns = [
        variable
        for variable in variables
        if not (variable.endswith(_LABEL) and variable.removesuffix(_LABEL) in variables)
    ]

    def cell(term: Node | None, label: Node | None) -> DisplayTerm | None:
        words = naming.of(term) if naming and term is not None else _cell(term, in_groups)
        if isinstance(term, URIRef) and isinstance(label, Literal):
            words = DisplayTerm(str(label), str(term), str(term), label.language)
        # A page in English need not say that its words are English.
        return replace(words, language=None) if words and words.language == "en" else words

    return LabelledTable(
        tuple(variable.removesuffix(_LABEL) or variable for variable in columns),
        tuple(
            tuple(cell(row.get(one), row.get(one + _LABEL)) for one in columns)
            for row in solutions.rows
        ),
    )


def _cell(term: Node | None, in_groups: bool) -> DisplayTerm | None:
    """A term as a cell."""
    match term:
        case None:
            return None
        case URIRef():
            return DisplayTerm(short(str(term)), str(term), str(term))
        case Literal():
            is_grouped = in_groups and term.datatype in NUMBERS
            words = digits(str(term)) if is_grouped else str(term)
            return DisplayTerm(words, write_term(term), None, term.language)
        case _:
            return DisplayTerm(write_term(term), write_term(term), None)
