"""Closures made on disk, and what the engine in memory says of the same files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from eakg.rdf.notation import write_term
from eakg.reason.closure import closure_of_facts
from eakg.reason.disk.closure import DiskClosure, DiskOptions
from eakg.reason.files.reading import read
from eakg.reason.rules.sets import RuleSet, rule_set
from helpers.tries import SOAK

Clash = tuple[str, str]
"""The rule and the message of a contradiction."""


@dataclass(frozen=True)
class Conclusions:
    """The inferred triples as lines of N-Triples, and the contradictions."""

    triples: frozenset[str]
    clashes: tuple[Clash, ...]


def alone_too(texts: Sequence[str]) -> list[str]:
    """Texts of Turtle in one, each in a namespace of its own, so that none speaks of the things of
    another; with EAKG_SOAK each alone too."""
    places = enumerate(texts)
    parts = (f"@prefix : <http://example.org/{place}/> . {text}" for place, text in places)
    return [" ".join(parts), *(texts if SOAK else ())]


def lines_of(graph: Graph) -> list[str]:
    """The triples of a graph as lines of N-Triples, sorted."""
    return sorted(f"{' '.join(map(write_term, triple))} ." for triple in graph)


def written(graph: Graph, path: Path) -> Path:
    """A graph in a file of N-Triples."""
    path.write_text("".join(f"{line}\n" for line in lines_of(graph)), "utf-8")
    return path


def in_memory(
    files: list[Path], rules: RuleSet | None = None, *, trivial: bool = False
) -> Conclusions:
    """What the engine in memory concludes."""
    rules = rules or rule_set()
    terms, facts = read(files, rules=rules)
    closure = closure_of_facts(terms, facts, rules=rules, trivial=trivial)
    clashes = ((one.rule, one.message) for one in closure.inconsistencies)
    return Conclusions(frozenset(lines_of(closure.inferred)), tuple(clashes))


def on_disk(
    files: list[Path],
    folder: Path,
    rules: RuleSet | None = None,
    *,
    trivial: bool = False,
    bits: int = 60,
    master: str | None = None,
) -> Conclusions:
    """What DuckDB concludes, or Spark by a master, in a folder for its work and its output."""
    options = DiskOptions(rules or rule_set(), trivial=trivial, bits=bits, master=master)
    with disk_closure(files, folder / "work", options) as closure:
        clashes = ((one.rule, one.message) for one in closure.clashes.inconsistencies)
        conclusions = tuple(clashes)
        closure.write(folder / "out", only_inferred=True, compressed=False)
    return Conclusions(frozenset(part_lines(folder / "out")), conclusions)


@contextmanager
def disk_closure(files: list[Path], folder: Path, options: DiskOptions) -> Iterator[DiskClosure]:
    """A closure on disk that has run."""
    with DiskClosure(files, folder, options) as closure:
        closure.run()
        yield closure


def part_lines(folder: Path) -> list[str]:
    """The lines of all parts of a closure, sorted."""
    assert (folder / "_SUCCESS").is_file()
    texts = (path.read_text("utf-8") for path in folder.glob("*.nt"))
    lines = sorted(line for text in texts for line in text.splitlines())
    assert len(lines) == len(set(lines))
    return lines
