"""The build: every record and table lifted, and the files that hold the result."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import OWL, RDF, SH

from eakg.dataset.borrowing import without_loose_rows
from eakg.dataset.layout import Layout
from eakg.dataset.omissions import Omissions, lines_of, with_account, without_lines
from eakg.dataset.parts import (
    KeptFolder,
    Part,
    Progress,
    Recipe,
    SourceOutcome,
    Workshop,
    no_progress,
    part_of,
    whole,
)
from eakg.dataset.references import unresolved_references, vocabularies_of
from eakg.dataset.senses import Senses
from eakg.lift import (
    METADATA_SUFFIX,
    LiftError,
    LiftResult,
    Mapping,
    lift_table,
    read_mapping,
    terms_of,
)
from eakg.names import ProjectIris, is_slug
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.rdf import (
    N_TRIPLES_SYNTAX,
    Triple,
    parse_document,
    parse_rdf,
    parse_union,
    write_term,
)

_TABLES = 256  # that are remembered


def read_ontology(layout: Layout) -> Graph:
    """The graph of the ontology. Raises: ProblemsError with every file that cannot be read."""
    return parse_union(layout.ontology_files())


@dataclass(frozen=True)
class Lifting:
    """What the sources of a layout give, what is wrong in them, and what may be."""

    results: tuple[LiftResult, ...]
    warnings: tuple[Problem, ...]
    problems: tuple[Problem, ...] = ()
    parts: dict[str, Part] = field(default_factory=dict)
    """Those that hold what was lifted, by the names of the sources; results are outlines then."""
    whole: Callable[[str], LiftResult | None] = lambda name: None
    """What is lifted from the source of a name."""

    @property
    def account(self) -> "Lifting":
        """The same without what was lifted, which is in parts."""
        parts = {
            name: replace(part, outcome=SourceOutcome(None)) for name, part in self.parts.items()
        }
        return replace(self, results=tuple(one.account for one in self.results), parts=parts)


def lift_sources(
    layout: Layout, ontology: Graph, folder: Path | None = None, tell: Progress = no_progress
) -> Lifting:
    """Lift every record and table of a layout.

    Arguments: as for `survey_sources`. Raises: ProblemsError with the problems of all of them, and
    with the references between them that lead nowhere; a source that cannot be read gets the
    benefit of the doubt.
    """
    lifting = survey_sources(layout, ontology, folder=folder, tell=tell)
    if lifting.problems:
        raise ProblemsError(lifting.problems)
    return lifting


def survey_sources(
    layout: Layout,
    ontology: Graph,
    omissions: Omissions | None = None,
    folder: Path | KeptFolder | None = None,
    tell: Progress = no_progress,
) -> Lifting:
    """Lift what can be of every record and table of a layout, with what is wrong in the rest.

    Arguments: the layout; the graph of its ontology; lines that are left out, where what cannot be
    read gets no benefit of the doubt; the folder of parts, where results are not all to be in
    memory, or that from which those are taken that are there; what is told of progress.
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
    sources = [*records, *tables]
    mapping = None
    if records:
        try:
            mapping = read_complete_mapping(layout, ontology)
        except ProblemsError as error:
            problems += error.problems
            unread_slugs = _words(records)
            sources = [*tables]
    recipe = _recipe(layout, ontology, mapping)
    paths = {path.name if path.is_dir() else path.stem: path for path in sources}
    parts: dict[str, Part] = {}
    outcomes = _outcomes(recipe, sources, omissions, folder, parts, tell)
    for path, outcome in zip(sources, outcomes, strict=True):
        result, faults = outcome.result, outcome.problems
        problems += faults
        if result is None:
            unread_slugs |= _words([path])
            continue
        # One that leaving out did not mend is left out as a whole.
        if (
            not faults
            or not is_strict
            or path.is_file()
            or not omissions.keys() >= lines_of(faults)
        ):
            results.append(without_lines(result, omissions))
        unread_slugs |= _words_of(faults)
    if borrowed := [path.stem for path in layout.borrowed_tables]:
        results = [*without_loose_rows(results, borrowed, ontology, layout.iris)]
    problems += unresolved_references(results, ontology, layout, () if is_strict else unread_slugs)
    measures = mapping.measures if mapping else ()
    senses = Senses(results, ontology, recipe.single, layout.iris, measures)
    problems += senses.problems()
    warnings = [*senses.warnings(), *(one for result in results for one in result.warnings)]
    return Lifting(
        tuple(results),
        tuple(warnings),
        tuple(problems),
        parts,
        lambda name: whole(recipe, paths[name], omissions).result,
    )


def _outcomes(
    recipe: Recipe,
    sources: Sequence[Path],
    omissions: Omissions,
    folder: Path | KeptFolder | None,
    parts: dict[str, Part],
    tell: Progress,
) -> Iterator[SourceOutcome]:
    """What becomes of each source; the parts that it is in are put to others."""

    def outcome(part: Part) -> SourceOutcome:
        if part.outcome.result is not None:
            parts[part.outcome.result.name] = part
        return part.outcome

    if isinstance(folder, Path):
        yield from map(outcome, Workshop(folder, recipe, tell).parts(sources, omissions.keys()))
        return
    workshop = Workshop(folder.path, recipe) if folder else None
    for path in sources:
        part = None
        if folder and workshop and path.name != folder.apart:
            part = workshop.kept_part(path, omissions.keys())
        if part:
            yield outcome(part)
        else:
            yield _table(path, recipe) if path.is_file() else whole(recipe, path, omissions)


def lifted_triples(lifting: Lifting) -> Iterator[Triple]:
    """The triples of all that was lifted, also of what is in parts."""
    for result in lifting.results:
        part = part_of(result, lifting.parts)
        if part and result.outline:
            yield from parse_document(part.file.content("triples"), N_TRIPLES_SYNTAX)
        else:
            yield from (statement.triple for statement in result.statements)


def whole_results(lifting: Lifting) -> Iterator[LiftResult]:
    """What was lifted, whole also where it is in parts."""
    for result in lifting.results:
        yield (result.outline and lifting.whole(result.name)) or result


def results_about(lifting: Lifting, nodes: Iterable[Node]) -> Iterator[LiftResult]:
    """What was lifted into parts that speaks of some nodes, whole."""
    words = [write_term(node).encode() for node in nodes]
    for name, part in lifting.parts.items():
        triples = part.file.content("triples")
        if any(word in triples for word in words) and (result := lifting.whole(name)):
            yield result


def lift_what_is_right(
    layout: Layout, ontology: Graph, folder: Path | None = None, tell: Progress = no_progress
) -> Lifting:
    """Lift every record and table of a layout without the lines that something is wrong with, and
    without those that are wrong because of that. They are among the lines skipped.

    Arguments: as for `survey_sources`. Raises: ProblemsError where there is nothing to lift.
    """
    omissions: dict[FileLine, str] = {}
    problems: dict[Problem, None] = {}
    while True:
        lifting = survey_sources(layout, ontology, omissions, folder, tell)
        problems |= dict.fromkeys(lifting.problems)
        if lines_of(lifting.problems) <= omissions.keys():
            results = tuple(with_account(result, omissions) for result in lifting.results)
            return replace(lifting, results=results, problems=tuple(problems))
        messages = {(item.file, item.line): item.message for item in lifting.problems if item.line}
        omissions = messages | omissions


def _recipe(layout: Layout, ontology: Graph, mapping: Mapping | None) -> Recipe:
    """How the sources of a layout are lifted."""
    files = [*layout.ontology_files(), layout.shapes]
    files += [layout.mapping] if mapping else []
    files += [layout.usual_mapping] if layout.usual_mapping else []
    files += [layout.shared_configuration] if layout.shared_configuration else []
    return Recipe(
        mapping,
        layout.shared_configuration,
        layout.iris,
        ontology,
        _single(layout, ontology),
        layout.texts,
        tuple(files),
    )


def _table(path: Path, recipe: Recipe) -> SourceOutcome:
    """What becomes of a table, lifted once for as long as it says the same."""
    metadata = path.with_name(path.name + METADATA_SUFFIX)
    return _lifted_table(path, recipe.iris, (_digest(path), _digest(metadata)))


@lru_cache(_TABLES)
def _lifted_table(path: Path, iris: ProjectIris, _: tuple[bytes, bytes]) -> SourceOutcome:
    try:
        return SourceOutcome(lift_table(path, iris))
    except LiftError as error:
        return SourceOutcome(error.result, error.problems)
    except ProblemsError as error:
        return SourceOutcome(None, error.problems)


def _digest(path: Path) -> bytes:
    with suppress(OSError):  # who reads it says what is wrong
        return hashlib.sha256(path.read_bytes()).digest()
    return b""


def _single(layout: Layout, ontology: Graph) -> frozenset[URIRef]:
    """The properties that have one value for each thing."""
    functional = ontology.subjects(RDF.type, OWL.FunctionalProperty)
    single = {node for node in functional if isinstance(node, URIRef)}
    if layout.shapes.is_file():
        shapes = parse_rdf(layout.shapes)
        for shape in shapes.subjects(SH.maxCount, Literal(1)):
            single |= {node for node in shapes.objects(shape, SH.path) if isinstance(node, URIRef)}
    return frozenset(single)


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
    usual = layout.usual_mapping
    mapping = read_mapping(
        layout.mapping, layout.iris, read_mapping(usual, layout.iris) if usual else None
    )
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
    names = {path.name: "record" for path in records}
    problems = []
    for path in tables:
        if path.stem in names:
            words = f"a {names[path.stem]} is named {path.stem} too; rename one of them"
            problems.append(Problem(str(path), 0, words))
        names.setdefault(path.stem, f"table of {path.parent}")
    return problems


def surplus_files(layout: Layout, files: Collection[Path]) -> list[Path]:
    """Built files that are there, but are not among these."""
    paths = [*layout.asserted.glob("*.ttl"), *layout.evidence.glob("*.ttl")]
    return sorted(path for path in paths if path not in files)
