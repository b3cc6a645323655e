"""Where the ontology, the graph and the queries lie, and which file holds which named graph."""

import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import Node, URIRef

from eakg.files import folder_around
from eakg.names import (
    EAKG,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    SHIPPED_IRIS,
    ProjectIris,
    beside,
    built_part,
)
from eakg.problems import Problem, ProblemsError
from eakg.rdf import file_objects

ONTOLOGY_FILES = ("eakg.ttl", "schemes.ttl", "alignments.ttl")
SHAPES_FILE = "shapes.ttl"
PAGES_FILE = "pages.ttl"
PROJECT_FILE = "eakg.toml"
"""Says what is served of the folder that it lies in, how it is built, and how it is asked."""
_SHIPPED_PROJECT = "project.toml"
OVERVIEWS = "overviews"
ASSERTED, EVIDENCE_FOLDER, INFERRED_FILE = "asserted", "evidence", "inferred.ttl"
"""What a built graph consists of."""
MAPPING_FILE = "mapping.toml"
_OWN_TABLES = "own-tables"
LISTS_FILE = "lists.csv"
_DOCUMENT_ENDINGS = (".txt", ".ann", ".a1")


@dataclass(frozen=True)
class Layout:
    """The folders of a dataset.

    `sources` and `background` hold what people write, `graph` what is built from it; `ontology`
    and `queries` lie beside. `shared_mapping` is the mapping where the sources have none, and
    `shared_configuration` that of annotations where a document has none.
    `texts` holds those that documents are annotated over without being shipped, if anywhere.
    `borrows_tables` where the tables were made for other documents than the sources hold;
    `own_tables` holds more, which were made for these.
    `iris` are what its things and graphs are called; `ontology_names` the files of the ontology, in
    the folder of that, if not all in Turtle there but shapes and pages.
    """

    ontology: Path
    sources: Path
    background: Path
    graph: Path
    queries: Path
    shared_mapping: Path | None = None
    shared_configuration: Path | None = None
    borrows_tables: bool = False
    iris: ProjectIris = SHIPPED_IRIS
    ontology_names: tuple[str, ...] | None = ONTOLOGY_FILES
    texts: Path | None = None
    own_tables: Path | None = None

    @property
    def asserted(self) -> Path:
        return self.graph / ASSERTED

    @property
    def evidence(self) -> Path:
        return self.graph / EVIDENCE_FOLDER

    @property
    def inferred(self) -> Path:
        return self.graph / INFERRED_FILE

    @property
    def ignore_file(self) -> Path:
        """What keeps a graph that quotes texts which are not shipped out of version control."""
        return self.graph / ".gitignore"

    @property
    def lists(self) -> Path:
        return self.background.parent / LISTS_FILE

    @property
    def mapping(self) -> Path:
        path = self.sources / MAPPING_FILE
        return path if path.is_file() or self.shared_mapping is None else self.shared_mapping

    @property
    def usual_mapping(self) -> Path | None:
        """The mapping that says what that of the sources leaves out, where they have one."""
        return None if self.mapping == self.shared_mapping else self.shared_mapping

    @property
    def shapes(self) -> Path:
        return self.ontology / SHAPES_FILE

    @property
    def pages(self) -> Path:
        return self.ontology / PAGES_FILE

    @property
    def overviews(self) -> Path:
        """The saved queries that are drawn."""
        return self.ontology / OVERVIEWS

    @property
    def project(self) -> Path:
        return self.ontology / _SHIPPED_PROJECT

    def ontology_files(self) -> tuple[Path, ...]:
        """The files that together are the graph of the ontology; shapes and pages are not in it."""
        names = self.ontology_names
        if names is None:
            further_names = (SHAPES_FILE, PAGES_FILE)
            names = tuple(
                path.name
                for path in sorted(self.ontology.glob("*.ttl"))
                if path.name not in further_names
            )
        return tuple(self.ontology / name for name in names)

    @property
    def ontology_place(self) -> str:
        """The file in which a term is to be defined, from the folder that holds its own."""
        first = next(iter(self.ontology_files()), self.ontology / "ontology.ttl")
        return f"{first.parent.name}/{first.name}"

    def records(self) -> tuple[Path, ...]:
        """The folders of the annotated documents, in order of their names."""
        if not self.sources.is_dir():
            return ()
        return tuple(sorted(path for path in self.sources.iterdir() if path.is_dir()))

    def loose_documents(self) -> tuple[Path, ...]:
        """Texts and annotations that lie beside the folders of documents instead of in them."""
        return tuple(
            sorted(path for path in self.sources.glob("*.*") if path.suffix in _DOCUMENT_ENDINGS)
        )

    def tables(self) -> tuple[Path, ...]:
        """The background tables, in order of their names; those of one's own come last."""
        return tuple(
            path for folder in self._table_folders() for path in sorted(folder.glob("*.csv"))
        )

    def _table_folders(self) -> tuple[Path, ...]:
        return (self.background, self.own_tables) if self.own_tables else (self.background,)

    def reference_files(self) -> Iterator[Path]:
        """The files of what annotations refer to, and of how they are looked at."""
        yield from (*self.ontology_files(), self.shapes, self.mapping)
        if self.shared_configuration:
            yield self.shared_configuration
        for folder in self._table_folders():
            yield from sorted(folder.glob("*"))

    def source_files(self) -> Iterator[Path]:
        """All files that what is said of a document may depend on."""
        yield from self.reference_files()
        yield from sorted(self.sources.glob("*"))
        for folder in self.records():
            yield from sorted(folder.iterdir())

    @property
    def borrowed_tables(self) -> tuple[Path, ...]:
        """Those that were made for other documents than the sources hold."""
        return tuple(sorted(self.background.glob("*.csv"))) if self.borrows_tables else ()

    def named_graphs(self) -> tuple[tuple[URIRef, Path], ...]:
        """Every named graph with a file that holds (a part of) it, in a fixed order."""
        records = {path.name for path in self.records()}
        graphs = [(ONTOLOGY_GRAPH, path) for path in self.ontology_files()]
        for path in sorted(self.asserted.glob("*.ttl")):
            of_record = path.stem in records
            name = self.iris.source_graph if of_record else self.iris.background_graph
            graphs.append((name(path.stem), path))
        graphs += [
            (self.iris.evidence_graph(path.stem), path)
            for path in sorted(self.evidence.glob("*.ttl"))
        ]
        if self.inferred.is_file():
            graphs.append((INFERRED_GRAPH, self.inferred))
        return tuple(graphs)


def unbuilt(asserted: Path, project: Path | None = None) -> Problem:
    """That nothing was built. Arguments: the folder of what is asserted; that of the project."""
    command = f"eakg build {shlex.quote(str(project))}" if project else "eakg build"
    return Problem(str(asserted), 0, f"there is no built graph; run `{command}`")


def layout_of(root: Path) -> Layout:
    """The layout of a folder that holds `ontology/`, `graph/` and `queries/`."""
    graph = root / "graph"
    return Layout(
        root / "ontology", graph / "sources", graph / "background", graph, root / "queries"
    )


def sources_layout(sources: Path | None, out: Path | None) -> Layout:
    """The layout of a build from a folder of annotated documents into another folder.

    Tables are those of `background/` beside the documents, the mapping is that among them, and
    the built files go to the folder that holds them; what is not there is the shipped one's.
    Tables of `own-tables/` beside the documents are added.
    """
    # It reads documents, which a layout alone does without.
    from eakg.text import CONFIGURATION

    default = shipped_layout()
    if sources is None:
        return replace(default, graph=out) if out else default
    around = folder_around(sources)
    background = around / "background"
    has_tables = background.is_dir()
    return Layout(
        ontology=default.ontology,
        sources=sources,
        background=background if has_tables else default.background,
        graph=out or around,
        queries=default.queries,
        shared_mapping=default.mapping,
        shared_configuration=next(default.sources.glob(f"*/{CONFIGURATION}"), None),
        borrows_tables=not has_tables,
        own_tables=around / _OWN_TABLES,
    )


def built_layout(graph: Path, sources: Path | None = None) -> Layout:
    """The layout of a folder that a build was written to, with the ontology that it was built on.

    Arguments: the folder; that of the annotated documents, where they do not lie in the built one.
    """
    return replace(sources_layout(sources or graph / "sources", graph), graph=graph)


def shipped_layout() -> Layout:
    """The layout of the graph that comes with the package: that of the installed data, or of the
    checkout that the package runs from.

    Raises: ProblemsError where the package came without one, as `eakg-queries` does.
    """
    package = Path(__file__).resolve().parent.parent
    data = package / "data"
    root = data if data.is_dir() else package.parent.parent
    if not (root / "ontology").is_dir():
        message = "has no graph of its own; name an endpoint or data, or `pip install eakg`"
        raise ProblemsError([Problem("eakg-queries", 0, message)])
    folder = Path.cwd()
    return layout_of(root.relative_to(folder) if root.is_relative_to(folder) else root)


def built_graph_name(path: Path) -> URIRef | None:
    """The name that a file of a built graph has for its graph: its evidence, which lies in a folder
    beside `asserted`, says it; None for other files."""
    folder = path.absolute().parent
    if path.name == INFERRED_FILE and (folder / ASSERTED).is_dir():
        return INFERRED_GRAPH
    evidence = folder.parent / EVIDENCE_FOLDER / path.name
    names: frozenset[Node] = frozenset()
    if folder.name in (ASSERTED, EVIDENCE_FOLDER) and evidence.is_file():
        with suppress(ProblemsError):  # who reads it says what is wrong
            names = file_objects(evidence, EAKG.inGraph)
    name = next(iter(names), None)
    if len(names) != 1 or not isinstance(name, URIRef) or not built_part(name)[0]:
        return None
    return name if folder.name == ASSERTED else beside(name, EVIDENCE_FOLDER)
