"""The licences of graphs, of which files become the names of what is read from them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rdflib import URIRef

from eakg.commands.configuration import place_of
from eakg.keyed_files import nearest
from eakg.problems import ProblemsError
from eakg.rdf import is_iri, syntax_of
from eakg.rdf.inputs import assigned_files, import_closure, rdf_files
from eakg.serve import ServeOptions
from eakg.serve.content import graph_and_licence
from eakg.store import Contents

_KEY = "graph-licence"


def with_graph_licences(
    options: ServeOptions, contents: Contents | None, data: Sequence[Path]
) -> ServeOptions:
    """The options with the licences of graphs by their names.

    Arguments: the options; what is served, None for an engine elsewhere; the files that it was read
    from. Raises: ProblemsError with each licence of a graph or file that is not among them, with
    file and key.
    """
    if not options.graph_licence:
        return options
    graphs = [str(file.name) for file in contents.files] if contents else []
    # What a store that takes changes holds, or an engine elsewhere, is told by nobody beforehand.
    is_known = contents is not None and not options.writable
    names: dict[Path, URIRef] | None = None
    problems, entries = [], []
    for number, assignment in enumerate(options.graph_licence):
        graph, licence = graph_and_licence(assignment)
        words = None
        if is_iri(graph):
            if is_known and graph not in graphs:
                words = _no_graph(graph, graphs)
        else:
            names = _names_of_files(options, data) if names is None else names
            file = Path(graph)
            name = names.get(file.absolute())
            if name is None:
                words = f"{graph} is none of the files that are served"
            elif syntax_of(file).quads:
                words = f"{graph} names its graphs itself; write the IRI of one"
            else:
                graph = str(name)
        entries.append(f"{graph}={licence}")
        if words:
            problems.append(place_of(_KEY, number)(words))
    if problems:
        raise ProblemsError(problems)
    return replace(options, graph_licence=tuple(entries))


def _names_of_files(options: ServeOptions, data: Sequence[Path]) -> dict[Path, URIRef]:
    """The graphs of the files that are served."""
    from eakg.store.graphs import graph_names
    from eakg.store.prepared import read_prepared

    folder = options.prepared_folder
    store = read_prepared(folder) if folder else None
    if store is not None:
        files = [Path(source.path) for source in store.manifest.sources]
    elif data:
        files = list(import_closure(rdf_files(data), assigned_files(options.import_)).files)
    else:
        files = []
    names = graph_names(files, options.authority)
    return {file.absolute(): name for file, name in zip(files, names, strict=True)}


def _no_graph(graph: str, graphs: Sequence[str]) -> str:
    match = nearest(graph, graphs)
    hint = f"did you mean {match}?" if match else f"there are {', '.join(graphs)}"
    return f"there is no graph {graph}; {hint}"
