"""Graphs as the engine has them on disk, and what the engine does not keep of them.

In a folder:

- `engine/`: the files of the engine: all graphs by their names, the merge of all but those of
  evidence as its own default graph, the merge of those without what follows where that is another
  one, and the graph of reifiers where there is evidence;
- `spellings.nq`: the quads whose sources write a language tag otherwise than the engine;
- `layout.json`: the rest, with how many triples there are of each predicate and large class.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyoxigraph

from eakg.problems import Problem
from eakg.sparql.exact import Frequencies
from eakg.store.graph_files import Contents
from eakg.store.graphs import (
    DiskGraphs,
    GraphLoad,
    LoadedStore,
    Spellings,
    graph_node,
    has_reifiers,
    make_reifiers,
    merge_node,
    usual_dataset,
)

_ENGINE, _SPELLINGS, _LAYOUT = "engine", "spellings.nq", "layout.json"
_N_QUADS = pyoxigraph.RdfFormat.N_QUADS


def write_layout(contents: Contents, folder: Path, progress: Callable[[str], None]) -> int:
    """Write the graphs of files into a folder; how many triples the usual default graph has.

    Arguments: files of N-Triples without blank nodes; an empty folder; who is told what is being
    done. Raises: ProblemsError; OSError.
    """
    store = pyoxigraph.Store(str(folder / _ENGINE))
    graph_load = GraphLoad(contents, store, merges=True)
    for number, _ in enumerate(graph_load.steps()):
        progress(f"writing graph {number + 1} of {len(contents.files)}")
    loaded_store = LoadedStore(
        store, graph_load.graphs, contents.version, spellings=graph_load.spellings, is_on_disk=True
    )
    names = loaded_store.usual_names
    loaded_store.merges[names] = pyoxigraph.DefaultGraph()
    progress("merging")
    triples = _count(store, "{ ?s ?p ?o }", [pyoxigraph.DefaultGraph()])
    loaded_store.is_disjoint = triples == sum(
        _count(store, "{ ?s ?p ?o }", [graph_node(name)]) for name in names
    )
    loaded_store.merge(usual_dataset(graph_load.graphs, "asserted").default_graphs)
    if has_reifiers(loaded_store):
        make_reifiers(loaded_store)
    progress("sorting")
    store.flush()
    store.optimize()
    with (folder / _SPELLINGS).open("wb") as file:
        pyoxigraph.serialize(loaded_store.spellings.noted_quads(), file, _N_QUADS)
    description = {
        "graphs": loaded_store.graphs,
        "merges": [[*names] for names in loaded_store.merges if names != loaded_store.usual_names],
        "notices": [
            [problem.file, problem.line, problem.message] for problem in graph_load.notices
        ],
        "disjoint": loaded_store.is_disjoint,
        "reified": loaded_store.is_reified,
        "codes": loaded_store.spellings.has_codes,
        "frequencies": asdict(graph_load.count.frequencies),
    }
    (folder / _LAYOUT).write_text(json.dumps(description, indent=1), "utf-8")
    return triples


def read_layout(folder: Path, version: str) -> LoadedStore:
    """The graphs of a folder, which are not open yet. Arguments: the folder; the version of the
    data. Raises: OSError; ValueError; KeyError."""
    description = json.loads((folder / _LAYOUT).read_text("utf-8"))
    spellings = Spellings()
    spellings.has_codes = description["codes"]
    with (folder / _SPELLINGS).open("rb") as file:
        spellings.note_quads(pyoxigraph.parse(file, _N_QUADS))
    loaded_store = LoadedStore(
        DiskGraphs(folder / _ENGINE),
        tuple(description["graphs"]),
        version,
        spellings=spellings,
        notices=tuple(Problem(*parts) for parts in description["notices"]),
        is_reified=description["reified"],
        is_disjoint=description["disjoint"],
        is_on_disk=True,
        # A folder that an older version made has none.
        frequencies=Frequencies(**description.get("frequencies", {})),
    )
    loaded_store.merges[loaded_store.usual_names] = pyoxigraph.DefaultGraph()
    for names in description["merges"]:
        key = tuple(names)
        loaded_store.merges[key] = merge_node(key)
    return loaded_store


def _count(store: pyoxigraph.Store, pattern: str, graphs: list[Any]) -> int:
    text = f"SELECT (COUNT(*) AS ?n) {pattern}"
    solutions: Any = store.query(text, default_graph=graphs)
    return int(next(iter(solutions))["n"].value)
