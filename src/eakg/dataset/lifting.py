"""The build: every record and table lifted, and the files that hold the result."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SH

from eakg.dataset.borrowing import without_loose_rows
from eakg.dataset.layout import Layout
from eakg.dataset.omissions import Omissions, lines_of, with_account, without_lines
from eakg.dataset.references import unresolved_references, vocabularies_of
from eakg.dataset.senses import Senses
from eakg.evidence import statement_triples
from eakg.lift import (
    METADATA_SUFFIX,
    LiftError,
    LiftResult,
    Mapping,
    lift_record,
    lift_table,
    read_mapping,
    terms_of,
)
from eakg.names import ProjectIris, is_slug
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.rdf import parse_all, parse_rdf, write_turtle
from eakg.text import TextFolder

_TABLES = 256  # that are remembered


def read_ontology(layout: Layout) -> Graph:
    """The graph of the ontology. Raises: ProblemsError with every file that cannot be read."""
    graph = Graph()
    for part in parse_all(layout.ontology_files()):
        graph += part
    return graph


@dataclass(frozen=True)
class Lifting:
    """What the sources of a layout give, what is wrong in them, and what may be."""

    results: tuple[LiftResult, ...]
    warnings: tuple[Problem, ...]
    problems: tuple[Problem, ...] = ()


def lift_sources(layout: Layout, ontology: Graph) -> Lifting:
    """Lift every record and table of a layout.

    Raises: ProblemsError with the problems of all of them, and with the references between them
    that lead nowhere; a source that cannot be read gets the benefit of the doubt.
    """
    lifting = survey_sources(layout, ontology)
    if lifting.problems:
        raise ProblemsError(lifting.problems)
    return lifting


def survey_sources(layout: Layout, ontology: Graph, omissions: Omissions | None = None) -> Lifting:
    """Lift what can be of every record and table of a layout, with what is wrong in the rest.

    Arguments: the layout; the graph of its ontology; lines that are left out, where what cannot be
    read gets no benefit of the doubt.
    Raises: ProblemsError where there is nothing to lift.
    """
    is_strict, omissions = omissions is not None, omissions or {}
    records, tables = layout.records(), layout.tables()
    problems = [*_misplaced(layout), *_unfit_names(records)]
    records = tuple(path for path in records if is_slug(path.name))
    if layout.borrows_tables and not records and not problems:
        words = "has no folder of a document" if layout.sources.is_dir() else "no such folder"
        raise ProblemsError([Problem(str(layout.sources), 0, f"{words}; name that of documents")])
    if not records and not tables and not problems:
        message = "has no record and no table; give the folder that holds them"
        raise ProblemsError([Problem(str(layout.sources), 0, message)])
    problems += _clashing_names(records, tables)
    results: list[LiftResult] = []
    unread_slugs: set[str] = set()
    sources: list[tuple[Path, Callable[[Path], LiftResult]]] = [
        (path, partial(_table, iris=layout.iris)) for path in tables
    ]
    if records:
        try:
            lift = partial(
                lift_record,
                mapping=read_complete_mapping(layout, ontology),
                shared_configuration=layout.shared_configuration,
                omitted=omissions,
                iris=layout.iris,
                texts=TextFolder(layout.texts) if layout.texts else None,
            )
        except ProblemsError as error:
            problems += error.problems
            unread_slugs = _words(records)
        else:
            sources = [*((folder, lift) for folder in records), *sources]
    for path, reader in sources:
        try:
            results.append(without_lines(reader(path), omissions))
        except LiftError as error:
            problems += error.problems
            # One that leaving out did not mend is left out as a whole.
            if not is_strict or path.is_file() or not omissions.keys() >= lines_of(error.problems):
                results.append(without_lines(error.result, omissions))
            unread_slugs |= _words_of(error.problems)
        except ProblemsError as error:
            problems += error.problems
            unread_slugs |= _words([path])
    if layout.borrows_tables:
        results = [
            *without_loose_rows(results, [path.stem for path in tables], ontology, layout.iris)
        ]
    problems += unresolved_references(results, ontology, layout, () if is_strict else unread_slugs)
    senses = _senses(layout, results, ontology)
    problems += senses.problems()
    warnings = [*senses.warnings(), *(one for result in results for one in result.warnings)]
    return Lifting(tuple(results), tuple(warnings), tuple(problems))


def lift_what_is_right(layout: Layout, ontology: Graph) -> Lifting:
    """Lift every record and table of a layout without the lines that something is wrong with, and
    without those that are wrong because of that. They are among the lines skipped.

    Raises: ProblemsError where there is nothing to lift.
    """
    omissions: dict[FileLine, str] = {}
    problems: dict[Problem, None] = {}
    while True:
        lifting = survey_sources(layout, ontology, omissions)
        problems |= dict.fromkeys(lifting.problems)
        if lines_of(lifting.problems) <= omissions.keys():
            results = tuple(with_account(result, omissions) for result in lifting.results)
            return Lifting(results, lifting.warnings, tuple(problems))
        messages = {(item.file, item.line): item.message for item in lifting.problems if item.line}
        omissions = messages | omissions


def _table(path: Path, iris: ProjectIris) -> LiftResult:
    """The table of a file, lifted once for as long as it says the same."""
    metadata = path.with_name(path.name + METADATA_SUFFIX)
    return _lifted_table(path, iris, (_digest(path), _digest(metadata)))


@lru_cache(_TABLES)
def _lifted_table(path: Path, iris: ProjectIris, _: tuple[bytes, bytes]) -> LiftResult:
    return lift_table(path, iris)


def _digest(path: Path) -> bytes:
    with suppress(OSError):  # who reads it says what is wrong
        return hashlib.sha256(path.read_bytes()).digest()
    return b""


def _senses(layout: Layout, results: Sequence[LiftResult], ontology: Graph) -> Senses:
    """What was lifted, for a look at whether its references make sense."""
    functional = ontology.subjects(RDF.type, OWL.FunctionalProperty)
    single = {node for node in functional if isinstance(node, URIRef)}
    if layout.shapes.is_file():
        shapes = parse_rdf(layout.shapes)
        for shape in shapes.subjects(SH.maxCount, Literal(1)):
            single |= {node for node in shapes.objects(shape, SH.path) if isinstance(node, URIRef)}
    return Senses(results, ontology, single, layout.iris)


def _words(paths: Iterable[Path]) -> set[str]:
    """The words of sources that could not be read whole: any may be the slug of a thing that is
    described there."""
    files = (file for path in paths for file in (path.iterdir() if path.is_dir() else [path]))
    return {
        word for file in files if file.is_file() for line in _lines(file) for word in _split(line)
    }


def _words_of(problems: Iterable[Problem]) -> set[str]:
    """The words of the lines that have problems, in the same sense."""
    places = ((Path(problem.file), problem.line) for problem in problems if problem.line)
    return {word for path, line in places for word in _split(_lines(path)[line - 1])}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").split("\n")


def _split(line: str) -> list[str]:
    return re.split(r"[\s,|:\"]+", line)


def read_complete_mapping(layout: Layout, ontology: Graph) -> Mapping:
    """The mapping of a layout, which leads to no term of the ontology's own vocabulary that is not
    defined there. Raises: ProblemsError."""
    mapping = read_mapping(layout.mapping, layout.iris)
    terms = set(ontology.subjects())
    vocabularies = vocabularies_of(ontology)
    problems = [
        Problem(
            mapping.path,
            mapping.lines.get(term, 0),
            f"{term} is not defined; correct it, or define it in {layout.ontology_place}",
        )
        for term in terms_of(mapping)
        if term not in terms and str(term).startswith(vocabularies)
    ]
    if problems:
        raise ProblemsError(problems)
    return mapping


def _misplaced(layout: Layout) -> list[Problem]:
    return [
        Problem(
            str(path),
            0,
            f"a document lies in a folder of its name; move it to {path.parent / path.stem}/",
        )
        for path in layout.loose_documents()
    ]


def _unfit_names(records: Iterable[Path]) -> list[Problem]:
    words = "is no name for a record; use letters of ASCII, digits and - . _ ~ only"
    return [Problem(str(path), 0, words) for path in records if not is_slug(path.name)]


def _clashing_names(records: Sequence[Path], tables: Sequence[Path]) -> list[Problem]:
    names = {path.name for path in records}
    return [
        Problem(str(path), 0, f"a record is named {path.stem} too; rename one of them")
        for path in tables
        if path.stem in names
    ]


def graph_files(layout: Layout, results: Sequence[LiftResult]) -> dict[Path, bytes]:
    """The asserted and the evidence file of each lifted source."""
    files, prefixes = {}, layout.iris.prefixes
    for result in results:
        asserted = (statement.triple for statement in result.statements)
        files[layout.asserted / f"{result.name}.ttl"] = write_turtle(asserted, prefixes)
        evidence = [
            triple
            for statement in result.statements
            for triple in statement_triples(statement, result.graph)
        ]
        files[layout.evidence / f"{result.name}.ttl"] = write_turtle(
            [*result.context, *evidence], prefixes
        )
    return files


def surplus_files(layout: Layout, files: dict[Path, bytes]) -> list[Path]:
    """Built files that are there, but are not among these."""
    paths = [*layout.asserted.glob("*.ttl"), *layout.evidence.glob("*.ttl")]
    return sorted(path for path in paths if path not in files)
