"""The pipeline: from what people write to a built graph, and from a built graph to its report.

In: the layout of a dataset. Out: the files of the graph with an account of what they were made
from, or everything that is wrong with what is there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from weakref import finalize

from rdflib import Graph

from eakg.check import (
    Check,
    Quality,
    has_shapes,
    quality,
    read_lists,
    validate_built,
    validate_files,
    validate_record,
    validate_shapes,
)
from eakg.dataset import (
    Beginning,
    Layout,
    Lifting,
    begin,
    layout_of_documents,
    lift_sources,
    lift_what_is_right,
    places_of_layout,
    places_of_lifted,
    read_built,
    read_ontology,
    results_about,
    shipped_layout,
    surplus_files,
    survey_sources,
    unseen_suggestions,
    without_unconfirmed,
)
from eakg.dataset.parts import GraphFiles, KeptFolder, PartsFolder, triples_of
from eakg.files import TemporaryFolder, publish, stale, with_name
from eakg.lift import LiftResult
from eakg.problems import Problem, ProblemsError, require_packages
from eakg.rdf import parse_rdf
from eakg.reason import closure_of_facts
from eakg.reason.contradictions import Findings, OnContradiction, contradiction
from eakg.reason.engine import union_of
from eakg.reason.files import inferred_turtle, read

_BUILDING = ("csvw", "sentencex", "pyshacl")
"""What reads tables, finds sentences and looks at shapes, and comes with `eakg[build]`."""
IGNORE_RULE = b"*\n"
"""The file of what version control leaves alone, where that is all."""


@dataclass(frozen=True)
class BuildResult:
    """What a build makes, before anything is written.

    `files` are the built files with their bytes, and `surplus` those that are there and built from
    nothing. `sources` is the account of each of them, `inferred` the number of triples that follow,
    `findings` the contradictions in spite of which it was made, `warnings` what may be wrong in the
    sources, `problems` what is, and was left out.
    """

    files: GraphFiles
    surplus: tuple[Path, ...]
    sources: tuple[LiftResult, ...]
    inferred: int
    findings: Findings
    warnings: tuple[Problem, ...]
    problems: tuple[Problem, ...] = ()

    def stale(self) -> list[Problem]:
        """A problem for each file on disk that is not what was built."""
        return stale(self.files, self.surplus)

    def write(self) -> None:
        """Write all files or none, and none that is as it should be. Raises: ProblemsError when
        one cannot be written."""
        publish(self.files.differing(), self.surplus)


def build(
    layout: Layout,
    tell: Callable[[str], None] = lambda stage: None,
    on_contradiction: OnContradiction = "stop",
    *,
    keeps_going: bool = False,
    verified_only: bool = False,
    quotes_texts: bool = True,
    parts: Path | None = None,
) -> BuildResult:
    """Lift the sources of a layout, and reason over what they say.

    Arguments: the layout; what is told of each stage when it begins; what becomes of sources that
    contradict each other; whether lines that something is wrong with are left out, and whether rows
    that nobody confirmed are; whether texts that are not shipped are quoted, or only compared with
    their annotations; the folder in which parts are kept for the next build, if any: those of a
    source that is as it was are taken from there.
    Raises: ProblemsError with everything that is wrong in the sources, or with the contradictions
    between them (then its status is INCONSISTENT).
    """
    require_building("eakg build")
    tell("lifting")
    ontology = read_ontology(layout)
    # Texts that are not shipped are in no folder but the one that is asked for.
    folder = PartsFolder(None if layout.texts else parts)
    try:
        lift = lift_what_is_right if keeps_going else lift_sources
        progress = partial(_tell_number, tell)
        lifting = lift(layout, ontology, folder.path, progress)
        if layout.texts and not quotes_texts:
            plain = lift(replace(layout, texts=None), ontology, folder.path, progress)
            lifting = replace(plain, warnings=lifting.warnings)
        if verified_only:
            results = without_unconfirmed(lifting.results, ontology, layout)
            lifting = replace(lifting, results=results)
        folder.retain(part.file for part in lifting.parts.values())
        files = GraphFiles.of(layout, lifting.results, lifting.parts)
        tell("reasoning")
        with TemporaryFolder("triples") as place:
            path = place / "triples.nt"
            with path.open("wb") as file:
                file.writelines(triples_of(lifting.results, lifting.parts))
            # What is lifted is not in memory while it is reasoned over.
            lifting = lifting.account
            inferred, count, findings = _inference(
                layout, ontology, path, lifting, on_contradiction
            )
    except BaseException:
        folder.close()
        raise
    files.add(layout.inferred, inferred)
    if layout.texts and quotes_texts:
        files.add(layout.ignore_file, IGNORE_RULE)
    surplus = tuple(surplus_files(layout, files))
    result = BuildResult(
        files, surplus, lifting.results, count, findings, lifting.warnings, lifting.problems
    )
    finalize(result, folder.close)
    return result


_STEP = 100
"""Sources of which the number is told."""


def _tell_number(tell: Callable[[str], None], number: int, total: int) -> None:
    if number % _STEP == 0:
        tell(f"lifting: {number:,} of {total:,}")


def _inference(
    layout: Layout, ontology: Graph, triples: Path, lifting: Lifting, policy: OnContradiction
) -> tuple[bytes, int, Findings]:
    terms, facts = read([triples])
    closure = closure_of_facts(terms, union_of(facts, terms.encode(ontology)))
    findings = Findings(policy)
    if clashes := closure.inconsistencies:
        nodes = {node for clash in clashes for triple in clash.facts for node in triple}
        places = places_of_lifted(layout, results_about(lifting, nodes))
        problems = [
            contradiction(clash, places, str(layout.graph), is_asserted=closure.is_asserted)
            for clash in clashes
        ]
        pairs = zip(problems, clashes, strict=True)
        ill_formed = {one for one, clash in pairs if clash.is_ill_formed_literal}
        findings = Findings.of(problems, ill_formed, policy)
    findings.check()
    return *inferred_turtle(closure, layout.iris.prefixes), findings


@dataclass(frozen=True)
class Validation:
    """What validation says: each kind of check, and the report on quality where one was asked
    for."""

    checks: tuple[Check, ...]
    quality: Quality | None = None

    @property
    def valid(self) -> bool:
        """Whether no check has a problem; warnings do not count."""
        return not any(check.problems for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The same for machines."""
        checks = [
            {
                "name": check.name,
                "examined": check.count,
                "problems": _as_dicts(check.problems),
                "warnings": _as_dicts(check.warnings),
            }
            for check in self.checks
        ]
        report = {"quality": asdict(self.quality)} if self.quality else {}
        return {"valid": self.valid, "checks": checks, **report}


def _as_dicts(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [asdict(problem) for problem in problems]


def require_building(feature: str) -> None:
    """Raises: ProblemsError where what reads texts, tables and shapes is not installed. Argument:
    what is to read them."""
    require_packages(feature, "eakg[build]", _BUILDING)


def validate(layout: Layout, *, report: bool = False) -> Validation:
    """Validate the built graph of a layout, with a report on its quality where one is wanted.

    Raises: ProblemsError when a file cannot be read, or when nothing was built.
    """
    require_building("eakg validate")
    built_graph = read_built(layout)
    checks = validate_built(layout, built_graph)
    if layout.borrows_tables:
        checks = tuple(_without_borrowed(check, layout.background) for check in checks)
    if not report:
        return Validation(checks)
    records = {path.name for path in layout.records()} & built_graph.evidence.keys()
    places = cache(lambda: places_of_layout(layout, built_graph.evidence))
    return Validation(
        checks, quality(built_graph, records, places, read_lists(layout.lists), layout.iris)
    )


def check(folder: Path) -> Check:
    """Everything that building and validating would say of one record: the folder of a document,
    among the sources that lie beside it. Nothing is written.

    Raises: ProblemsError where there is no such record.
    """
    require_building("eakg check")
    layout, record = layout_of_record(folder)
    ontology = read_ontology(layout)
    lifting = survey_sources(layout, ontology, folder=KeptFolder.of(layout, record.name))
    findings = validate_record(layout, record, lifting, ontology)
    return replace(findings, warnings=(*findings.warnings, *unseen_suggestions(record)))


def suggest(folder: Path) -> Beginning:
    """Suggestions of annotations for one record: the folder of a document. Nothing is written.

    Raises: ProblemsError where there is no such record, or it cannot be read.
    """
    require_building("eakg suggest")
    return begin(*layout_of_record(folder))


def layout_of_record(folder: Path) -> tuple[Layout, Path]:
    """The layout that a record is in, and the folder of the record there. Raises: ProblemsError
    where there is no such record."""
    place = with_name(folder)
    layout = layout_of_documents(place.parent)
    record = layout.sources / place.name
    if not folder.is_dir():
        raise ProblemsError([Problem(str(folder), 0, "no such folder; name that of a document")])
    has_parts = any((record / f"{place.name}{ending}").is_file() for ending in (".txt", ".ann"))
    if record not in layout.records() or not has_parts:
        words = f"is no folder of a document; name one, with {place.name}.txt and {place.name}.ann"
        raise ProblemsError([Problem(str(folder), 0, words)])
    return layout, record


def _without_borrowed(check: Check, tables: Path) -> Check:
    """A check without what it found in tables that were made for other documents: they are not
    whole without those."""
    problems = tuple(item for item in check.problems if Path(item.file).parent != tables)
    if count := len(check.problems) - len(problems):
        message = f"{count} of the findings are in tables made for other documents; left out"
        warnings = (*check.warnings, Problem(str(tables), 0, message))
        return replace(check, problems=problems, warnings=warnings)
    return check


def validate_data(paths: Sequence[Path]) -> Validation:
    """Validate RDF files, taken as one graph, against the shipped ontology and shapes.

    Raises: ProblemsError when a file cannot be read.
    """
    return Validation(validate_files(paths, shipped_layout()))


def validate_with_shapes(paths: Sequence[Path], shape_paths: Sequence[Path] = ()) -> Validation:
    """Validate RDF files, taken as one graph, against shapes of the user's own.

    Arguments: the files; those of the shapes, beside those of the files that have shapes.
    Raises: ProblemsError when a file cannot be read, or there are no shapes.
    """
    shapes = [path for path in paths if holds_shapes(path)]
    return Validation(validate_shapes(paths, [*shape_paths, *shapes]))


def holds_shapes(path: Path) -> bool:
    """Whether an RDF file is one of shapes; one that cannot be read is none."""
    try:
        return has_shapes(parse_rdf(path))
    except ProblemsError:
        return False
