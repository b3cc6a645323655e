"""The build: every record and table lifted, and the files that hold the result."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from rdflib import Graph

from eakg.dataset.layout import Layout
from eakg.dataset.parse import parse_all
from eakg.dataset.references import unresolved_references
from eakg.dataset.turtle import write_turtle
from eakg.lift.mapping import Mapping, read_mapping, terms_of
from eakg.lift.record import lift_record
from eakg.lift.statement import Lifted, statement_triples
from eakg.lift.table import lift_table
from eakg.problems import Problem, ProblemsError

Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")


def read_ontology(layout: Layout) -> Graph:
    """The graph of the ontology. Raises ProblemsError with every file that cannot be read."""
    graph = Graph()
    for part in parse_all(layout.ontology_files()):
        graph += part
    return graph


def lift_sources(layout: Layout, ontology: Graph) -> tuple[Lifted, ...]:
    """Lift every record and table of a layout.

    Raises ProblemsError with the problems of all of them, and with the references between them
    that lead nowhere.
    """
    problems: list[Problem] = []
    lifted: list[Lifted] = []
    records = layout.records()
    if not records and not layout.tables():
        message = "has no record and no table; give the folder that holds them"
        raise ProblemsError([Problem(str(layout.sources), 0, message)])
    mapping = _attempt(problems, _mapping, layout, ontology) if records else None
    for folder in records:
        if mapping is not None:
            item = _attempt(problems, lift_record, folder, mapping)
            lifted += [item] if item else []
    for path in layout.tables():
        item = _attempt(problems, lift_table, path)
        lifted += [item] if item else []
    problems += _clashing_names(records, layout.tables())
    if problems:
        raise ProblemsError(problems)
    problems = unresolved_references(lifted, ontology)
    if problems:
        raise ProblemsError(problems)
    return tuple(lifted)


def _mapping(layout: Layout, ontology: Graph) -> Mapping:
    mapping = read_mapping(layout.mapping)
    defined = set(ontology.subjects())
    problems = [
        Problem(mapping.path, 0, f"{term} is not defined; correct it, or define it in the ontology")
        for term in terms_of(mapping)
        if term not in defined
    ]
    if problems:
        raise ProblemsError(problems)
    return mapping


def _clashing_names(records: Sequence[Path], tables: Sequence[Path]) -> list[Problem]:
    names = {path.name for path in records}
    return [
        Problem(str(path), 0, f"a record is named {path.stem} too; rename one of them")
        for path in tables
        if path.stem in names
    ]


def _attempt(
    problems: list[Problem],
    read: Callable[Parameters, Result],
    *arguments: Parameters.args,
    **options: Parameters.kwargs,
) -> Result | None:
    try:
        return read(*arguments, **options)
    except ProblemsError as error:
        problems.extend(error.problems)
        return None


def graph_files(layout: Layout, lifted: Sequence[Lifted]) -> dict[Path, bytes]:
    """The asserted and the evidence file of each lifted source."""
    files = {}
    for item in lifted:
        asserted = (statement.triple for statement in item.statements)
        files[layout.asserted / f"{item.name}.ttl"] = write_turtle(asserted)
        evidence = [
            triple
            for statement in item.statements
            for triple in statement_triples(statement, item.graph)
        ]
        files[layout.evidence / f"{item.name}.ttl"] = write_turtle([*item.context, *evidence])
    return files


def surplus_files(layout: Layout, files: dict[Path, bytes]) -> list[Path]:
    """Built files that are there, but are not among these."""
    present = [*layout.asserted.glob("*.ttl"), *layout.evidence.glob("*.ttl")]
    return sorted(path for path in present if path not in files)
