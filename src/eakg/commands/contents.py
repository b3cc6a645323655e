"""What a store is filled with: what comes with the package, or RDF files of the user's."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eakg.commands.command import progress
from eakg.commands.room import require_memory
from eakg.dataset import shipped_layout
from eakg.problems import ExitStatus, ProblemsError
from eakg.rdf.inputs import rdf_files
from eakg.store import Contents, GraphFile, Reasoning, read_contents

if TYPE_CHECKING:
    from eakg.store.graphs import Ingestion

_REASONING, _SERVING = 3, 5  # bytes of memory for one of N-Triples; measured with LUBM-10


def shipped_contents() -> Contents:
    """The files of the shipped graph. Raises: ProblemsError when one cannot be read."""
    graphs = shipped_layout().named_graphs()
    return read_contents(GraphFile(name, path) for name, path in graphs)


def prepared_contents(
    data: Sequence[Path],
    folder: Path,
    reasoning: Reasoning,
    *,
    allow_inconsistent: bool,
    elsewhere: bool = False,
) -> Contents:
    """RDF files as `ingest` writes them into a folder; contradictions that are allowed are told
    on standard error, and so is what our engine does not keep, unless they go to one elsewhere.
    Raises: ProblemsError for those that are not, and for what cannot be read."""
    files = rdf_files(data)
    if not elsewhere:
        advice = "make a prepared store, which is asked on disk (eakg load --store DIR)"
        require_memory(files, _SERVING, "to be served from memory here", advice)
    with progress("reading") as tell:
        ingestion = ingestion_of(
            files, folder, reasoning, tell, allow_inconsistent=allow_inconsistent
        )
    for problem in (*ingestion.contradictions, *(() if elsewhere else ingestion.notices)):
        click.echo(f"{problem} (warning)", err=True)
    return ingestion.contents


def ingestion_of(
    files: Sequence[Path],
    folder: Path,
    reasoning: Reasoning,
    tell: Callable[[str], None],
    *,
    allow_inconsistent: bool,
) -> "Ingestion":
    """RDF files as `ingest` writes them into a folder. Raises: ProblemsError for contradictions
    that are not allowed, and for what cannot be read."""
    # It brings the reasoner along, which the shipped graph does without.
    from eakg.store.graphs import ingest

    if reasoning != "none":
        advice = "serve the data as they are (--reasoning none), or a part of them"
        require_memory(files, _REASONING, "to be reasoned over here", advice)
    ingestion = ingest(files, folder, reasoning, tell)
    if ingestion.contradictions and not allow_inconsistent:
        raise ProblemsError(ingestion.contradictions, ExitStatus.INCONSISTENT)
    return ingestion


def graph_files(folder: Path, tell: Callable[[str], None]) -> Contents:
    """The files of the shipped graph in N-Triples, without blank nodes. Raises: ProblemsError."""
    from eakg.store.graphs import split_by_graph

    return read_contents(split_by_graph(shipped_contents().files, folder, tell))
