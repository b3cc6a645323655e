"""Lifting of an annotated document."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from eakg.evidence import AssertedTriple
from eakg.lift.lifter import Lifter
from eakg.lift.mapping import Mapping, unmapped
from eakg.lift.meta import META, Meta, read_meta
from eakg.lift.passages import document_triples
from eakg.lift.result import LiftError, LiftResult
from eakg.names import SHIPPED_IRIS, ProjectIris
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.text import Normalization, Record, read_record


def lift_record(
    folder: Path,
    mapping: Mapping,
    shared_configuration: Path | None = None,
    omitted: Collection[FileLine] = (),
    iris: ProjectIris = SHIPPED_IRIS,
) -> LiftResult:
    """Lift the annotated document in `folder`, which is named by the document's slug.

    Arguments: the folder; the mapping; the configuration of annotations where neither the folder
    nor its parent has one; lines that are taken for empty; the IRIs of the project.
    Raises: ProblemsError with every problem of the folder; where it can be read, a LiftError.
    """
    record, meta = _read(folder, shared_configuration, omitted)
    slug = folder.resolve().name
    lifter = Lifter(slug, record, mapping, meta, iris)
    lifter.walk()
    if record.configuration:
        lifter.problems += unmapped(record.configuration, mapping)
    context = list(document_triples(lifter.naming, record, meta))
    if lifter.problems:
        raise LiftError(lifter.problems, _result(lifter, context, 0, 0))
    lifted_lines = 0
    for annotation in record.standoff.annotations:
        description = tuple(lifter.description(annotation))
        context += description
        lifted_lines += bool(description)
    return _result(lifter, context, record.standoff.lines, lifted_lines)


def language_of(folder: Path) -> str:
    """The language of a record, English where its metadata do not say."""
    with suppress(ProblemsError):
        return read_meta(folder / META, None).language
    return "en"


def _read(
    folder: Path, shared_configuration: Path | None, omitted: Collection[FileLine]
) -> tuple[Record, Meta]:
    """The record of a folder and its metadata. Raises: ProblemsError with the problems of both."""
    problems: list[Problem] = []
    record = meta = None
    try:
        record = read_record(folder, shared_configuration, language_of(folder), omitted)
    except ProblemsError as error:
        problems += error.problems
    try:
        paragraphs = references = None
        if record:
            paragraphs = len(record.document.paragraphs)
            references = {item.identifier for item in record.standoff.of(Normalization)}
        meta = read_meta(folder / META, paragraphs, references)
    except ProblemsError as error:
        problems += error.problems
    if record is None or meta is None:
        raise ProblemsError(problems)
    return record, meta


def _result(
    lifter: Lifter, context: Iterable[AssertedTriple], lines: int, lifted_lines: int
) -> LiftResult:
    return LiftResult(
        name=lifter.slug,
        graph=lifter.iris.source_graph(lifter.slug),
        statements=tuple(lifter.statements),
        context=tuple(context),
        lines=lines,
        lifted_lines=lifted_lines,
        skipped_lines=tuple(sorted(lifter.skipped_lines)) if lines else (),
        mentions=tuple(lifter.mentions),
    )
