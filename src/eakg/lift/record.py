"""Lifting of an annotated document."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from eakg.evidence import AssertedTriple
from eakg.lift.lifter import Lifter
from eakg.lift.mapping import Mapping, unmapped
from eakg.lift.meta import META, Meta, read_meta
from eakg.lift.passages import document_triples
from eakg.lift.result import LiftError, LiftResult
from eakg.names import SHIPPED_IRIS, ProjectIris
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.text import Normalization, Record, TextFolder, read_record


def lift_record(
    folder: Path,
    mapping: Mapping,
    shared_configuration: Path | None = None,
    omitted: Collection[FileLine] = (),
    iris: ProjectIris = SHIPPED_IRIS,
    texts: TextFolder | None = None,
) -> LiftResult:
    """Lift the annotated document in `folder`, which is named by the document's slug.

    Arguments: the folder; the mapping; the configuration of annotations where neither the folder
    nor its parent has one; lines that are taken for empty; the IRIs of the project; where texts are
    that are not shipped.
    Raises: ProblemsError with every problem of the folder; where it can be read, a LiftError.
    """
    record, meta = _read(folder, shared_configuration, omitted, texts)
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
    result = _result(lifter, context, record.standoff.lines, lifted_lines)
    return replace(result, warnings=tuple(_text_warnings(folder, record, meta, texts)))


def _text_warnings(
    folder: Path, record: Record, meta: Meta, texts: TextFolder | None
) -> Iterator[Problem]:
    """That a text is here that is not to be shipped, or is not where texts are looked for."""
    document = record.document
    if meta.text and not document.is_withheld:
        message = f"is here and quoted, and {META} withholds it; `eakg withhold` leaves it out"
        yield Problem(str(document.path), 0, message)
    if document.is_withheld and texts and not document.has_text:
        message = f"no file in {texts.folder} holds the text, by its SHA-256; it is not quoted"
        yield Problem(str(folder / META), 0, message)


def meta_of(folder: Path) -> Meta | None:
    """The metadata of a record, None where something is wrong with them."""
    with suppress(ProblemsError):
        return read_meta(folder / META, None)
    return None


def _read(
    folder: Path,
    shared_configuration: Path | None,
    omitted: Collection[FileLine],
    texts: TextFolder | None,
) -> tuple[Record, Meta]:
    """The record of a folder and its metadata. Raises: ProblemsError with the problems of both."""
    problems: list[Problem] = []
    record = None
    meta = meta_of(folder)
    language = meta.language if meta else "en"
    withheld = meta.text.withheld if meta and meta.text else None
    try:
        record = read_record(folder, shared_configuration, language, omitted, withheld, texts)
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
    if record is None or meta is None or problems:
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
