"""Compare what the rules conclude of classes with HermiT, which decides OWL 2 DL:
`EAKG_HERMIT=HermiT.jar python benchmarks/hermit.py FILE...`.

The jar is in the package owlready2 (of which it is in the folder "hermit"). Imports are left out
for both. Of each ontology: whether it is consistent, how many named subclass pairs and
unsatisfiable classes the rules find and how many there are, and what the rules say and HermiT
denies, of which there must be nothing. A table in Markdown goes to standard output; the exit status
is 1 where something is denied. What HermiT does not read, or not finish in LIMIT seconds, is
named."""

import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from eakg.problems import ProblemsError
from eakg.rdf import parse_rdf
from eakg.reason import materialize
from eakg.reason.coherence import CoherenceCheck

LIMIT = 300
_AXIOM = re.compile(r"^(SubClassOf|EquivalentClasses)\((.*)\)\s*$", re.MULTILINE)
_IRI = re.compile(r"<([^>]*)>")
Pairs = set[tuple[Node, Node]]


@dataclass(frozen=True)
class Verdict:
    """What a reasoner says: whether all is consistent, the named subclass pairs but for trivial
    ones, and the classes that nothing can be in."""

    is_consistent: bool
    pairs: Pairs
    empty: set[Node]


class NoVerdictError(Exception):
    """There is none, and why."""


def trivial(pair: tuple[Node, Node]) -> bool:
    """Whether a subclass pair holds of all classes."""
    return pair[0] == pair[1] or pair[1] == OWL.Thing or pair[0] == OWL.Nothing


def hermit(graph: Graph, classes: set[Node]) -> Verdict:
    """That of HermiT. Raises: NoVerdictError."""
    with tempfile.TemporaryDirectory() as temporary:
        source, result = Path(temporary, "in.rdf"), Path(temporary, "out.owl")
        graph.serialize(source, format="xml", encoding="utf-8")
        command = ["java", "-jar", os.environ["EAKG_HERMIT"], "-c", "-o", str(result)]
        command += ["--ignoreUnsupportedDatatypes", source.as_uri()]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        except subprocess.TimeoutExpired as error:
            raise NoVerdictError(f"not in {LIMIT} s") from error
        if "InconsistentOntologyException" in run.stderr:
            return Verdict(False, set(), set())
        if run.returncode or not result.exists():
            line = (run.stderr.splitlines() or ["no output"])[0]
            raise NoVerdictError(line.partition(": ")[2] or line)
        return taxonomy(result.read_text("utf-8"), classes)


def taxonomy(text: str, classes: set[Node]) -> Verdict:
    """The verdict in direct subclasses and equivalent classes, as HermiT writes them."""
    parents: dict[Node, set[Node]] = defaultdict(set)
    for axiom in _AXIOM.finditer(text):
        names = [URIRef(name) for name in _IRI.findall(axiom.group(2))]
        if axiom.group(1) == "SubClassOf":
            parents[names[0]].add(names[1])
            continue
        for name in names:
            parents[name].update(names)
    above = {class_: ancestors(class_, parents) for class_ in classes}
    empty = {class_ for class_, names in above.items() if OWL.Nothing in names}
    pairs = {(class_, name) for class_, names in above.items() for name in names & classes}
    pairs |= {(class_, name) for class_ in empty for name in classes}
    return Verdict(True, {pair for pair in pairs if not trivial(pair)}, empty - {OWL.Nothing})


def ancestors(class_: Node, parents: dict[Node, set[Node]]) -> set[Node]:
    """All that a class is below."""
    found: set[Node] = set()
    ahead = [class_]
    while ahead:
        for name in parents.get(ahead.pop(), ()):
            if name not in found:
                found.add(name)
                ahead.append(name)
    return found


def eakg(graph: Graph, classes: set[Node]) -> Verdict:
    """That of the rules."""
    closure = materialize(graph)
    pairs: Pairs = set()
    for triples in (graph, closure.inferred):
        pairs.update(triples.subject_objects(RDFS.subClassOf))
        for left, right in triples.subject_objects(OWL.equivalentClass):
            pairs.update({(left, right), (right, left)})
    empty: set[Node] = {one.term for one in CoherenceCheck(closure).terms if not one.is_property}
    named = {pair for pair in pairs if classes.issuperset(pair) and not trivial(pair)}
    # Literals that have no value are in annotations, too, which have no meaning in OWL 2 DL.
    clashes = [one for one in closure.inconsistencies if not one.is_ill_formed_literal]
    return Verdict(not clashes, named, empty & classes)


def row(path: Path) -> tuple[str, int]:
    """The line of an ontology, and how much of what the rules say is denied."""
    try:
        graph = parse_rdf(path)
        graph.remove((None, OWL.imports, None))
        classes: set[Node] = {
            class_ for class_ in graph.subjects(RDF.type, OWL.Class) if isinstance(class_, URIRef)
        }
        theirs = hermit(graph, classes)
    except (ProblemsError, NoVerdictError) as error:
        return f"| {path.name} | | | not compared: {str(error)[:120]} | | | |", 0
    ours = eakg(graph, classes)
    denied = int(theirs.is_consistent and not ours.is_consistent)
    if theirs.is_consistent:
        denied += len(ours.pairs - theirs.pairs) + len(ours.empty - theirs.empty)
        for what in (*(ours.pairs - theirs.pairs), *(ours.empty - theirs.empty)):
            print(path.name, "denied:", what, file=sys.stderr)
    words = {True: "yes", False: "no"}
    cells = (
        path.name,
        f"{len(graph):,}",
        f"{len(classes):,}",
        f"{words[ours.is_consistent]} / {words[theirs.is_consistent]}",
        f"{len(ours.pairs):,} / {len(theirs.pairs):,}" if theirs.is_consistent else "",
        f"{len(ours.empty):,} / {len(theirs.empty):,}" if theirs.is_consistent else "",
        str(denied),
    )
    return f"| {' | '.join(cells)} |", denied


def main(paths: Iterable[str]) -> int:
    """Compare, and print the table. Result: the exit status."""
    print(
        "| ontology | triples | classes | consistent: rules / HermiT | subclass pairs: likewise "
        "| unsatisfiable classes: likewise | denied |"
    )
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: |")
    total = 0
    for path in paths:
        line, denied = row(Path(path))
        total += denied
        print(line, flush=True)
    return int(total > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
