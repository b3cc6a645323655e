"""The workshop: where sources are lifted, by several processes where there are many, and parts of
earlier builds are taken where their sources are as they were."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from eakg.collector import collect_rarely, lasting_objects
from eakg.dataset.parts.folder import ENDING
from eakg.dataset.parts.part import Part, SourceOutcome, part_bytes, read_part
from eakg.dataset.parts.recipe import Recipe
from eakg.dataset.parts.shared_terms import forget_shared_terms
from eakg.files import publish
from eakg.lift import LiftError, LiftResult, lift_record, lift_table
from eakg.problems import FileLine, Problem, ProblemsError
from eakg.text import TextFolder

_MANY = 16  # sources, from which on other processes are worth their start
_AT_ONCE = 4  # that a process is given

Progress = Callable[[int, int], None]
"""Told how many sources of how many are done."""


def no_progress(number: int, total: int) -> None:
    """Tells nobody."""


def whole(recipe: Recipe, source: Path, omitted: Collection[FileLine]) -> SourceOutcome:
    """What becomes of a source. Arguments: the recipe; the folder of a record or the file of a
    table; the lines of records that are left out."""
    try:
        return SourceOutcome(_lift(recipe, source, omitted))
    except LiftError as error:
        return SourceOutcome(error.result, error.problems)
    except ProblemsError as error:
        return SourceOutcome(None, error.problems)


def _lift(recipe: Recipe, source: Path, omitted: Collection[FileLine]) -> LiftResult:
    if not source.is_dir() or recipe.mapping is None:
        return lift_table(source, recipe.iris)
    return lift_record(
        source,
        recipe.mapping,
        recipe.shared_configuration,
        omitted,
        recipe.iris,
        TextFolder(recipe.texts) if recipe.texts else None,
    )


@dataclass
class Workshop:
    """Lifts sources into parts.

    Arguments: the folder of the parts; how sources are lifted; what is told of progress.
    """

    folder: Path
    recipe: Recipe
    tell: Progress = no_progress

    def __post_init__(self) -> None:
        self._base = self.recipe.digest()

    def parts(self, sources: Sequence[Path], omitted: Collection[FileLine] = ()) -> Iterator[Part]:
        """The parts of sources, in their order. Raises: ProblemsError where one cannot be kept, or
        a process was ended."""
        self.folder.mkdir(parents=True, exist_ok=True)
        places = [self._place(self.recipe.key(self._base, one, omitted)) for one in sources]
        with lasting_objects():
            parts = [read_part(place) for place in places]
        forget_shared_terms()
        absent = [source for source, part in zip(sources, parts, strict=True) if part is None]
        new_files = self._new_files(absent, omitted)
        for number, part in enumerate(parts, 1):
            yield part or _read(next(new_files))
            self.tell(number, len(sources))

    def kept_part(self, source: Path, omitted: Collection[FileLine] = ()) -> Part | None:
        """The part of a source, where it was kept."""
        return read_part(self._place(self.recipe.key(self._base, source, omitted)))

    def _place(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"

    def _new_files(self, sources: Sequence[Path], omitted: Collection[FileLine]) -> Iterator[Path]:
        """The files of parts that are made now."""
        workers = min(len(os.sched_getaffinity(0)), len(sources) // _MANY + 1)
        job = _Job(self.folder, self.recipe, self._base, frozenset(omitted))
        if workers == 1:
            yield from map(job, sources)
            return
        context = multiprocessing.get_context("spawn")  # a fork would take threads for its own
        with ProcessPoolExecutor(workers, context, _prepare, (job,)) as pool:
            try:
                yield from pool.map(_work, sources, chunksize=_AT_ONCE)
            except BrokenProcessPool as error:
                words = "a process that lifts them was ended; see that it has memory enough"
                raise ProblemsError([Problem(str(sources[0].parent), 0, words)]) from error
            finally:
                pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Job:
    """Makes the parts of sources."""

    folder: Path
    recipe: Recipe
    base: str
    omitted: frozenset[FileLine]

    def __call__(self, source: Path) -> Path:
        """The file of a new part. The source may change meanwhile; then it is lifted again."""
        recipe = self.recipe
        key = ""
        while key != (key := recipe.key(self.base, source, self.omitted)):
            content = part_bytes(
                key,
                whole(recipe, source, self.omitted),
                recipe.iris,
                recipe.ontology,
                recipe.single,
            )
        path = self.folder / f"{key}{ENDING}"
        publish({path: content})
        return path


_jobs: list[_Job] = []
"""That of this process, if it is one that works for another."""


def _prepare(job: _Job) -> None:
    collect_rarely()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever it works for ends it
    _jobs.append(job)


def _work(source: Path) -> Path:
    return _jobs[0](source)


def _read(path: Path) -> Part:
    part = read_part(path)
    if part is None:
        raise ProblemsError([Problem(str(path), 0, "is not as it was written; build again")])
    return part
