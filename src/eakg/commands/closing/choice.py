"""The engine that closes files: the one that is named, or by how large they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, cast

import click

from eakg.files import available_memory
from eakg.options import option
from eakg.problems import ProblemsError
from eakg.rdf import triples_size
from eakg.reason import Engine

EngineName = Literal["auto", "memory", "rules", "duckdb", "spark", "owlrl"]
ON_DISK = ("duckdb", "spark")
"""Engines that work over files, and write a folder of parts."""
_LARGE = 1 << 26
_MEBIBYTE = 1 << 20
_BASE = 200 * _MEBIBYTE
"""What the program takes before it reads anything, about."""


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """What runs the rules, and where it works."""

    engine: EngineName = option(
        "What runs the rules: memory (also called rules); duckdb, with files for what does not fit;"
        " spark, on a cluster; owlrl is slow, and there to compare. auto takes memory, or duckdb"
        " for what is too large.",
        "auto",
    )
    master: str | None = option(
        "What distributes the work of --engine spark: spark://HOST:PORT, yarn, local[2]; by default"
        " all processors of this machine.",
        None,
        metavar="URL",
    )
    work: Path | None = option(
        "A folder for the work of --engine duckdb or spark, which stays there.", None, metavar="DIR"
    )
    resume: bool = option("Go on with what is in the folder of --work.", False)
    gzip: bool = option("Compress the parts of a folder of output.", False)


def chosen_engine(
    options: EngineOptions,
    files: Sequence[Path],
    output: Path | None,
    memory: int | None,
    needs: str | None = None,
) -> EngineName:
    """The engine of `--engine`; for `auto` by an estimate, which is told where it is large.

    Arguments: the options; the files; the output; the MiB of `--memory`; what is wanted that only
    the engine in memory does. Raises: UsageError where options do not go together.
    """
    engine: EngineName = "memory" if options.engine == "rules" else options.engine
    if engine == "auto":
        engine = _by_estimate(files, output, memory, needs)
    if engine in ON_DISK and needs is not None:
        raise click.UsageError(f"{needs} is for --engine memory")
    if engine not in ON_DISK and (options.work is not None or options.resume or options.gzip):
        raise click.UsageError("--work, --resume and --gzip go with --engine duckdb or spark")
    if options.master is not None and engine != "spark":
        raise click.UsageError("--master goes with --engine spark")
    if options.resume and options.work is None:
        raise click.UsageError("--resume goes on with the folder of --work; name it")
    return engine


def _by_estimate(
    files: Sequence[Path], output: Path | None, memory: int | None, needs: str | None
) -> EngineName:
    size = sum(map(_size, files))
    if size < _LARGE:
        return "memory"
    estimate = _BASE + size
    free = available_memory()
    limits = [one for one in (free, memory and memory * _MEBIBYTE) if one is not None]
    words = f"--engine auto: about {estimate // _MEBIBYTE:,} MiB in memory"
    if not limits or estimate <= min(limits):
        click.echo(f"{words}: takes memory", err=True)
        return "memory"
    words += f", and {min(limits) // _MEBIBYTE:,} MiB are free"
    obstacle = _obstacle(files, output, needs)
    if obstacle is not None:
        click.echo(f"{words}: takes memory{obstacle}", err=True)
        return "memory"
    click.echo(f"{words}: takes duckdb", err=True)
    return "duckdb"


def _obstacle(files: Sequence[Path], output: Path | None, needs: str | None) -> str | None:
    """Why it cannot be duckdb, as the rest of a sentence."""
    if needs is not None:
        return f", as {needs} is for it"
    if not is_folder(output):
        return ", as duckdb needs a folder for -o"
    if not all(path.is_file() for path in files):
        return ", as duckdb reads files alone"
    if find_spec("duckdb") is None:
        return "; `pip install 'eakg[large]'` brings duckdb, which would do with less"
    return None


def is_folder(output: Path | None) -> bool:
    """Whether output is a folder for parts."""
    return output is not None and (output.is_dir() or not output.suffix) and not output.is_file()


def _size(path: Path) -> int:
    try:
        return triples_size(path) if path.is_file() else 0
    except (OSError, ProblemsError):
        return 0  # whoever reads it says what is wrong with it


def memory_engine(engine: EngineName) -> Engine:
    """The engine of one that works in memory."""
    return cast(Engine, engine)
