"""What a store is filled with: what comes with the package, RDF files of the user's, or a prepared
store."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eakg.commands.command import progress
from eakg.commands.room import require_memory
from eakg.dataset import shipped_layout
from eakg.problems import Problem, ProblemsError
from eakg.rdf import STANDARD_INPUT
from eakg.rdf.inputs import rdf_files
from eakg.reason.contradictions import Findings, OnContradiction
from eakg.store import Contents, GraphFile, Reasoning, read_contents

if TYPE_CHECKING:
    from eakg.store.graphs import Ingestion
    from eakg.store.prepared import PreparedStore

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
    on_contradiction: OnContradiction,
    elsewhere: bool = False,
) -> tuple[Contents, Findings]:
    """RDF files as `ingest` writes them into a folder, and their contradictions; these are told on
    standard error, and so is what our engine does not keep, unless they go to one elsewhere.
    Raises: ProblemsError for contradictions that withhold them, and for what cannot be read."""
    files = rdf_files(data)
    if not elsewhere:
        advice = "make a prepared store, which is asked on disk (eakg load --store DIR)"
        require_memory(files, _SERVING, "to be served from memory here", advice)
    with progress("reading") as tell:
        ingestion, findings = ingestion_of(files, folder, reasoning, tell, on_contradiction)
    for problem in findings.warnings:
        click.echo(str(problem), err=True)
    for problem in () if elsewhere else ingestion.notices:
        click.echo(f"{problem} (warning)", err=True)
    return ingestion.contents, findings


def ingestion_of(
    files: Sequence[Path],
    folder: Path,
    reasoning: Reasoning,
    tell: Callable[[str], None],
    on_contradiction: OnContradiction,
) -> tuple["Ingestion", Findings]:
    """RDF files as `ingest` writes them into a folder, and their contradictions by a policy.
    Raises: ProblemsError for contradictions that withhold them, and for what cannot be read."""
    # It brings the reasoner along, which the shipped graph does without.
    from eakg.store.graphs import ingest

    if reasoning != "none":
        advice = "serve the data as they are (--reasoning none), or a part of them"
        require_memory(files, _REASONING, "to be reasoned over here", advice)
    ingestion = ingest(files, folder, reasoning, tell)
    findings = Findings.of(ingestion.contradictions, ingestion.ill_formed, on_contradiction)
    findings.check()
    return ingestion, findings


def graph_files(folder: Path, tell: Callable[[str], None]) -> Contents:
    """The files of the shipped graph in N-Triples, without blank nodes. Raises: ProblemsError."""
    from eakg.store.graphs import split_by_graph

    return read_contents(split_by_graph(shipped_contents().files, folder, tell))


def prepared_store(
    path: Path,
    data: Sequence[Path],
    reasoning: Reasoning,
    *,
    on_contradiction: OnContradiction,
    rebuild: bool,
    makes_shipped: bool = False,
) -> "PreparedStore":
    """The prepared store in a folder, which is made where there is none, or is to be made anew.
    What is to be told of its data, and which of its sources have changed, goes to standard error.

    Arguments: the folder; the files that it is made of; whether what follows is in it; what becomes
    of data that contradict themselves when it is made; whether to make it anew; whether one without
    files is made of what is shipped. Raises: ProblemsError, also where the store that is there is
    not one of these files as they are now, or otherwise reasoned over.
    """
    from eakg.store.prepared import prepare, read_prepared

    store = None if rebuild and data else read_prepared(path)
    sources = list(rdf_files(data)) if data else []
    if STANDARD_INPUT in sources:
        words = "standard input cannot be read again; name a file that a store is made of"
        raise ProblemsError([Problem(str(STANDARD_INPUT), 0, words)])
    if store is not None and not rebuild:
        _check(store, sources, reasoning)
        for warning in store.manifest.warnings:
            click.echo(f"{warning} (warning)", err=True)
        return store
    if store is not None:
        sources = [Path(source.path) for source in store.manifest.sources]
    is_shipped = not sources
    if is_shipped and not makes_shipped:
        words = "holds no prepared store; name the files to make it of"
        raise ProblemsError([Problem(str(path), 0, words)])
    if is_shipped:
        sources = [file for _, file in shipped_layout().named_graphs()]
    with progress("reading") as tell:

        def ingest(folder: Path) -> tuple[Contents, Findings, Sequence[Problem]]:
            if is_shipped:
                return graph_files(folder, tell), Findings(on_contradiction), ()
            ingestion, findings = ingestion_of(sources, folder, reasoning, tell, on_contradiction)
            return ingestion.contents, findings, ingestion.notices

        store = prepare(path, sources, reasoning, ingest, tell)
    for warning in store.manifest.warnings:
        click.echo(f"{warning} (warning)", err=True)
    return store


def _check(store: "PreparedStore", sources: Sequence[Path], reasoning: Reasoning) -> None:
    """Raises: ProblemsError where a store is not what is asked for."""
    manifest = store.manifest
    if manifest.reasoning != reasoning:
        words = (
            f"was made with --reasoning {manifest.reasoning}; give that too, or --rebuild for"
            f" {reasoning}"
        )
        raise ProblemsError([Problem(str(store.path), 0, words)])
    former = [source.path for source in manifest.sources]
    if sources and sorted(former) != sorted(str(source.absolute()) for source in sources):
        words = (
            f"was made of other files ({', '.join(former)}); name these or none, or --rebuild for"
            " others"
        )
        raise ProblemsError([Problem(str(store.path), 0, words)])
    changes = store.changes()
    if sources and changes:
        words = "--rebuild makes it anew"
        raise ProblemsError(
            replace(change, message=f"{change.message}; {words}") for change in changes
        )
    for change in changes:
        click.echo(f"{change}; --rebuild makes it anew (warning)", err=True)
