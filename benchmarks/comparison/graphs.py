"""The data: LUBM of some size, or any RDF files; what follows, and what is asked of them."""

import gzip
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comparison.mix import MixQuery, mix
from comparison.profile import Profile, profile_of
from comparison.systems import EAKG, Sources, run_program
from eakg.reason.files import read
from helpers.lubm import DATA, ONTOLOGY, QUERIES, query


@dataclass(frozen=True)
class BenchmarkGraph:
    """A graph: its name, its files, those of its queries that are known, and its size where it is
    LUBM."""

    name: str
    files: tuple[Path, ...]
    lubm_size: int = 0

    @property
    def known_queries(self) -> dict[str, str]:
        """The queries that come with the data, by name."""
        return {str(n): query(n) for n in range(1, len(QUERIES) + 1)} if self.lubm_size else {}


@dataclass(frozen=True)
class PreparedGraph:
    """A graph with what follows: the sources of the systems, its profile, its mix of queries, and
    how many triples are in its files."""

    graph: BenchmarkGraph
    sources: Sources
    profile: Profile
    mix: tuple[MixQuery, ...]
    asserted: int


def unpacked(folder: Path, sizes: Sequence[int] = (1, 10, 50)) -> dict[str, list[Path]]:
    """The LUBM files that are there, unpacked, each with the ontology, by name."""
    found = {}
    for size in sizes:
        packed, plain = DATA / f"lubm-{size}.nt.gz", DATA / f"lubm-{size}.nt"
        if not plain.is_file() and packed.is_file():
            plain = folder / plain.name
            with gzip.open(packed) as source, plain.open("wb") as target:
                shutil.copyfileobj(source, target)
        if plain.is_file() and ONTOLOGY.is_file():
            found[f"LUBM-{size}"] = [plain, ONTOLOGY]
    return found


def lubm_graphs(folder: Path, sizes: Sequence[int]) -> tuple[list[BenchmarkGraph], list[str]]:
    """LUBM of some sizes, and words on what is missing."""
    files = unpacked(folder, sizes)
    graphs = [
        BenchmarkGraph(f"LUBM-{size}", tuple(files[f"LUBM-{size}"]), size)
        for size in sizes
        if f"LUBM-{size}" in files
    ]
    missing = [
        f"no lubm-{size}.nt or lubm-{size}.nt.gz with univ-bench.nt in {DATA}; set EAKG_BENCH"
        for size in sizes
        if f"LUBM-{size}" not in files
    ]
    return graphs, missing


def prepare(graph: BenchmarkGraph, folder: Path, seed: int) -> PreparedGraph:
    """Find out what follows from a graph, and what to ask. Raises: StartError where it cannot be
    read or contradicts itself, NothingToAskError."""
    folder.mkdir(parents=True)
    closure = folder / "closure.nt"
    files = [str(file) for file in graph.files]
    run_program([*EAKG, "reason", *files, "-o", str(closure)])
    profile = profile_of(*read([closure]), seed)
    queries = mix(profile, seed)
    sources = Sources(graph.files, closure, profile.things[0], folder)
    asserted = sum(map(len, read(graph.files)[1].values()))
    return PreparedGraph(graph, sources, profile, queries, asserted)
