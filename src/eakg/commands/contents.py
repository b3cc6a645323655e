"""What a store is filled with: what comes with the package, RDF files of the user's, or a prepared
store."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eakg.commands.command import progress
from eakg.commands.data import warn, with_imports
from eakg.commands.room import has_memory, require_memory
from eakg.dataset import shipped_layout
from eakg.names import BASE
from eakg.problems import Problem, ProblemsError
from eakg.rdf import STANDARD_INPUT
from eakg.rdf.inputs import ImportClosure, assigned_files, import_closure, rdf_files
from eakg.reason.contradictions import Findings, OnContradiction
from eakg.reason.rulebooks import Regime
from eakg.store import Contents, DefaultGraph, GraphFile, Reasoning, read_contents

if TYPE_CHECKING:
    from eakg.serve import ServeOptions
    from eakg.store.graphs import Foresight, Ingestion
    from eakg.store.prepared import PreparedStore

_AS_SHIPPED = ("owl-rl", "none")
_REASONING, _SERVING = 3, 5  # bytes of memory for one of N-Triples; measured with LUBM-10


def check_no_store(options: "ServeOptions", remedy: str) -> None:
    """Refuse the options of stores where data are asked in this process. Raises: UsageError.

    Arguments: the options; what to do instead.
    """
    if options.store or options.writable:
        option = "--store" if options.store else "--writable"
        raise click.UsageError(f"{option} is for `eakg serve`; {remedy}")


def shipped_contents(folder: Path, reasoning: Reasoning) -> Contents:
    """The files of the shipped graph; what follows is made anew in a folder where other rules than
    those of OWL 2 RL are wanted. Raises: ProblemsError when one cannot be read."""
    files = _shipped_files()
    if reasoning in _AS_SHIPPED:
        return read_contents(files)
    from eakg.store.graphs import ingest_named

    with progress("reading") as tell:
        return ingest_named(files, folder, reasoning, tell).contents


def _shipped_files() -> list[GraphFile]:
    return [GraphFile(name, path) for name, path in shipped_layout().named_graphs()]


def prepared_contents(
    data: Sequence[Path],
    folder: Path,
    reasoning: Reasoning,
    *,
    on_contradiction: OnContradiction,
    elsewhere: bool = False,
    imports: Sequence[str] = (),
    foresee: "Foresight" = lambda _: None,
    default_graph: DefaultGraph = "union",
    authority: str = BASE,
) -> tuple[Contents, Findings]:
    """RDF files, and those that they import, as `ingest` writes them into a folder, and their
    contradictions; these are told on standard error, and so is what our engine does not keep,
    unless they go to one elsewhere. Where there is room for both, `foresee` hears of the files
    before they are reasoned over. Raises: ProblemsError for contradictions that withhold them, and
    for what cannot be read."""
    closure = with_imports(rdf_files(data), imports)
    files = closure.files
    if not elsewhere:
        advice = "make a prepared store, which is asked on disk (eakg load --store DIR)"
        require_memory(files, _SERVING, "to be served from memory here", advice)
    with progress("reading") as tell:
        ingestion, findings = ingestion_of(
            files,
            folder,
            reasoning,
            tell,
            on_contradiction,
            foresee if has_memory(files, _REASONING + _SERVING) else lambda _: None,
            default_graph,
            authority,
        )
    warn(closure.further_warnings(ingestion.imports))
    warn((*findings.contradictions, *findings.ignored))
    warn(() if elsewhere else ingestion.notices)
    return ingestion.contents, findings


def ingestion_of(
    files: Sequence[Path],
    folder: Path,
    reasoning: Reasoning,
    tell: Callable[[str], None],
    on_contradiction: OnContradiction,
    foresee: "Foresight" = lambda _: None,
    default_graph: DefaultGraph = "union",
    authority: str = BASE,
) -> tuple["Ingestion", Findings]:
    """RDF files as `ingest` writes them into a folder, and their contradictions by a policy.
    Raises: ProblemsError for contradictions that withhold them, and for what cannot be read."""
    # It brings the reasoner along, which the shipped graph does without.
    from eakg.store.graphs import ingest

    if Regime.of(reasoning).derives:
        advice = "serve the data as they are (--reasoning none), or a part of them"
        require_memory(files, _REASONING, "to be reasoned over here", advice)
    ingestion = ingest(files, folder, reasoning, tell, foresee, default_graph, authority)
    findings = Findings.of(ingestion.contradictions, ingestion.ill_formed, on_contradiction)
    findings.check()
    return ingestion, findings


def graph_files(folder: Path, tell: Callable[[str], None], reasoning: Reasoning) -> Contents:
    """The files of the shipped graph in N-Triples, without blank nodes, and what follows by the
    rules. Raises: ProblemsError."""
    from eakg.store.graphs import ingest_named, split_by_graph

    if reasoning in _AS_SHIPPED:
        return read_contents(split_by_graph(_shipped_files(), folder, tell))
    return ingest_named(_shipped_files(), folder, reasoning, tell).contents


def prepared_store(
    path: Path,
    data: Sequence[Path],
    reasoning: Reasoning,
    *,
    on_contradiction: OnContradiction,
    rebuild: bool,
    makes_shipped: bool = False,
    imports: Sequence[str] = (),
    authority: str = BASE,
) -> "PreparedStore":
    """The prepared store in a folder, which is made where there is none, or is to be made anew.
    What is to be told of its data, and which of its sources have changed, goes to standard error.

    Arguments: the folder; the files that it is made of; whether what follows is in it; what becomes
    of data that contradict themselves when it is made; whether to make it anew; whether one without
    files is made of what is shipped; files for what the files import; what the names begin with of
    graphs and nodes that have none. Raises: ProblemsError, also
    where the store that is there is not one of these files as they are now, or otherwise reasoned
    over.
    """
    from eakg.store.prepared import prepare, read_prepared

    store = None if rebuild and data else read_prepared(path)
    files_by_iri = assigned_files(imports)
    closure = import_closure(rdf_files(data), files_by_iri) if data else ImportClosure(())
    sources = list(closure.files)
    if STANDARD_INPUT in sources:
        words = "standard input cannot be read again; name a file that a store is made of"
        raise ProblemsError([Problem(str(STANDARD_INPUT), 0, words)])
    if store is not None and not rebuild:
        _check(store, sources, reasoning)
        warn(store.manifest.warnings)
        return store
    if store is not None:
        former_files = [Path(source.path) for source in store.manifest.sources]
        closure = import_closure(former_files, files_by_iri)
        sources = list(closure.files)
    is_shipped = not sources
    if is_shipped and not makes_shipped:
        words = "holds no prepared store; name the files to make it of"
        raise ProblemsError([Problem(str(path), 0, words)])
    if is_shipped:
        sources = [file for _, file in shipped_layout().named_graphs()]
    with progress("reading") as tell:

        def ingest(folder: Path) -> tuple[Contents, Findings, Sequence[Problem]]:
            if is_shipped:
                return graph_files(folder, tell, reasoning), Findings(on_contradiction), ()
            ingestion, findings = ingestion_of(
                sources, folder, reasoning, tell, on_contradiction, authority=authority
            )
            notices = (
                *closure.warnings,
                *closure.further_warnings(ingestion.imports),
                *ingestion.notices,
            )
            return ingestion.contents, findings, notices

        store = prepare(path, sources, reasoning, ingest, tell)
    warn(store.manifest.warnings)
    return store


def _check(store: "PreparedStore", sources: Sequence[Path], reasoning: Reasoning) -> None:
    """Raises: ProblemsError where a store is not what is asked for."""
    manifest = store.manifest
    if manifest.reasoning != reasoning:
        chosen_title, title = (Regime.of(code).title for code in (manifest.reasoning, reasoning))
        words = f"was made with --reasoning {chosen_title}; give that too, or --rebuild for {title}"
        if chosen_title == title:
            words = f"was made with other rules of {title}; --rebuild makes it anew"
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
