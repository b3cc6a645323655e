"""Changes of a closure on disk: equal to a fresh closure of the changed files.

The number of random graphs is small here; EAKG_SOAK multiplies it.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.namespace import OWL, RDF, RDFS, XSD

from eakg.problems import ProblemsError
from eakg.rdf.terms import Triple
from eakg.reason.closure import materialize
from eakg.reason.disk import changes
from eakg.reason.disk.changes import FileChange
from eakg.reason.disk.closure import DiskClosure, DiskOptions
from eakg.reason.disk.support import support_of_triple
from eakg.reason.rules.sets import rule_set
from helpers.disk_closures import Conclusions, in_memory, lines_of, part_lines, written
from helpers.proof_checker import check
from helpers.random_ontologies import EX, ONTOLOGIES, graph_of

pytestmark = pytest.mark.slow
SOAK = int(os.environ.get("EAKG_SOAK", "1"))


@pytest.fixture(autouse=True)
def _followed() -> Iterator[None]:
    """Small graphs lose a large part of themselves; follow it all the same."""
    logger = logging.getLogger("rdflib.term")
    logger.disabled = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "SHARE", 0)
        yield
    logger.disabled = False


def turtle(text: str) -> Graph:
    prefixes = (
        f"@prefix : <{EX}> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> ."
        f"@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> ."
    )
    return Graph().parse(data=prefixes + text, format="turtle")


class ChangingClosure:
    """A closure in a folder, its graph, and why its last change closed all anew."""

    def __init__(self, folder: Path, graph: Graph, options: DiskOptions) -> None:
        self.folder = folder
        self.graph = graph
        self.options = options
        self.reason = ""
        self.files = [written(graph, folder / "in.nt")]
        with self._closure(options) as closure:
            closure.run()

    def _closure(self, options: DiskOptions) -> DiskClosure:
        return DiskClosure(self.files, self.folder / "work", options)

    def files_of(self, added: Graph, removed: Graph) -> FileChange:
        """Files of a change."""
        name = f"{len(added)}-{len(removed)}.nt"
        files = [self.folder / f"{word}-{name}" for word in ("added", "removed")]
        for graph, file in zip((added, removed), files, strict=True):
            if not file.exists() or file.read_text("utf-8").splitlines() != lines_of(graph):
                written(graph, file)
        return FileChange(files[:1], files[1:])

    def change(self, added: Graph, removed: Graph) -> Conclusions:
        """What follows when triples come and go."""
        options = replace(self.options, change=self.files_of(added, removed))
        self.graph = self.graph - removed + added
        with self._closure(options) as closure:
            closure.run()
            self.reason = closure.reason
            clashes = closure.clashes.inconsistencies
            closure.write(self.folder / "out", only_inferred=True, compressed=False)
        return Conclusions(
            frozenset(part_lines(self.folder / "out")),
            tuple((one.rule, one.message) for one in clashes),
        )

    def fresh(self) -> Conclusions:
        """What follows from the graph as it is."""
        file = written(self.graph, self.folder / "fresh.nt")
        return in_memory([file], trivial=self.options.trivial)


BASE = """
:p rdfs:subPropertyOf :q ; rdfs:domain :C . :q a owl:TransitiveProperty .
:C rdfs:subClassOf :D . :E owl:intersectionOf ( :D :F ) . :q rdfs:range :G . :v rdfs:range :N .
:D owl:disjointWith :H . :R owl:onProperty :v ; owl:someValuesFrom xsd:integer .
:a :p :b . :b :q :c . :c :p :d . :a a :F . :a :v 1 . :b :v 1 .
"""
NOTHING = Graph()


@pytest.mark.parametrize(
    ("added", "removed"),
    [
        # One of what comes was there already, as it follows.
        (":d :p :e . :b a :F . :a :q :b .", ""),
        # A fact that follows is asserted when that goes from which it followed.
        (":e :p :a . :a :q :c .", ":b :q :c . :a :v 1 ."),
        ("", ":a :p :b . :a :v 1 . :b :v 1 ."),
        # A contradiction comes.
        (":a a :H .", ""),
        # Axioms that come, of each kind; a list; one that follows from data.
        (
            ":D rdfs:subClassOf :K . :q owl:inverseOf :r . :s owl:propertyChainAxiom :l ."
            " :l rdf:first :p ; rdf:rest :m . :m rdf:first :q ; rdf:rest () ."
            " :isA rdfs:subPropertyOf rdfs:subClassOf . :F :isA :K .",
            ":a :p :b .",
        ),
        # What is the same comes; values that are the same; a functional property.
        (':a owl:sameAs :x . :x :p :y . :c :v "01"^^xsd:integer .', ""),
        (":v a owl:FunctionalProperty . :a :v :u, :w .", ""),
    ],
)
def test_what_comes_and_goes_is_followed(added: str, removed: str, tmp_path: Path) -> None:
    closure = ChangingClosure(tmp_path, turtle(BASE), DiskOptions(rule_set()))
    assert closure.change(turtle(added), turtle(removed)) == closure.fresh()
    assert closure.reason == ""


@pytest.mark.parametrize(
    ("base", "removed", "words"),
    [
        ("", ":C rdfs:subClassOf :D .", "axioms or cells of lists may be lost"),
        (":a owl:sameAs :x .", ":a owl:sameAs :x .", "that things are the same is removed"),
        (
            ":k a owl:InverseFunctionalProperty . :a :k :y . :x :k :y .",
            ":x :k :y .",
            "that things are the same may be lost",
        ),
    ],
)
def test_what_reaches_far_is_closed_anew_and_said(
    base: str, removed: str, words: str, tmp_path: Path
) -> None:
    closure = ChangingClosure(tmp_path, turtle(BASE + base), DiskOptions(rule_set()))
    assert closure.change(NOTHING, turtle(removed)) == closure.fresh()
    assert closure.reason == words


@settings(
    max_examples=2 * SOAK,
    deadline=None,
    derandomize=SOAK == 1,
    suppress_health_check=list(HealthCheck),
)
@given(ONTOLOGIES, ONTOLOGIES, st.booleans(), st.randoms(use_true_random=False))
def test_changes_of_random_ontologies_give_the_closure_of_the_changed_graph(
    ontology: tuple[list[Triple], list[Triple]],
    further: tuple[list[Triple], list[Triple]],
    trivial: bool,
    random: Random,
) -> None:
    with TemporaryDirectory() as name:
        try:
            options = DiskOptions(rule_set(), trivial=trivial)
            closure = ChangingClosure(Path(name), graph_of(*ontology), options)
            axioms, facts = further
            for _ in range(2 if SOAK > 1 else 1):
                data = sorted(set(closure.graph) & set(ontology[1]))
                pool = sorted(closure.graph) if random.random() < 0.2 else data
                removed = random.sample(pool, min(len(pool), random.randint(0, 3)))
                news = facts if random.random() < 0.7 else [*axioms, *facts]
                added = random.sample(news, min(len(news), random.randint(0, 4)))
                change = closure.change(graph_of(added, []), graph_of(removed, []))
                assert change == closure.fresh()
        except ProblemsError as error:
            assert "only --engine memory" in str(error)


def test_proofs_are_those_of_the_changed_graph(tmp_path: Path) -> None:
    closure = ChangingClosure(tmp_path, turtle(BASE), DiskOptions(rule_set()))
    closure.change(turtle(":a :q :c . :d :p :e . :E rdfs:subClassOf :K ."), turtle(":b :q :c ."))
    inferred = sorted(materialize(closure.graph).inferred)
    for triple in Random(16).sample(inferred, 2):
        support = support_of_triple(tmp_path / "work", triple)
        check(materialize(support.graph).explain(triple), closure.graph)


def test_terms_that_come_stay_apart_from_those_of_their_hash(tmp_path: Path) -> None:
    base = turtle(":p rdfs:domain :C . :a :p :b . :e :p :f .")
    closure = ChangingClosure(tmp_path, base, DiskOptions(rule_set(), bits=2))
    change = closure.change(turtle(":c :p :d . :x :r :y ."), turtle(":z :p :b . :a :p :b ."))
    assert change == closure.fresh()


class _EndedError(Exception):
    """A run that is ended from without."""


def test_a_change_that_was_ended_goes_on(tmp_path: Path) -> None:
    closure = ChangingClosure(tmp_path, turtle(BASE), DiskOptions(rule_set()))
    added, removed = turtle(":d :p :e . :e :p :f ."), turtle(":b :q :c .")
    files = closure.files_of(added, removed)
    options = replace(closure.options, change=files)
    first = closure_round(tmp_path)
    for last in (first, first + 1):

        def end(number: int, _: int, last: int = last) -> None:
            if number > last:
                raise _EndedError

        with pytest.raises(_EndedError), DiskClosure([], tmp_path / "work", options) as run:
            run.run(observe=end)
    other = replace(options, change=FileChange(files.removed))
    with (
        pytest.raises(ProblemsError, match="of a closure that is not whole"),
        DiskClosure([], tmp_path / "work", other) as run,
    ):
        run.run()
    assert closure.change(added, removed) == closure.fresh()


def closure_round(folder: Path) -> int:
    """The last round of a closure."""
    import json

    return int(json.loads((folder / "work/manifest.json").read_text("utf-8"))["round"])


def test_what_cannot_be_changed_is_told_in_one_line(tmp_path: Path) -> None:
    closure = ChangingClosure(tmp_path, turtle(BASE), DiskOptions(rule_set()))

    def told(change: Sequence[Path], removed: Sequence[Path], options: DiskOptions) -> str:
        options = replace(options, change=FileChange(change, removed))
        with (
            pytest.raises(ProblemsError) as error,
            DiskClosure([], tmp_path / "work", options) as run,
        ):
            run.run()
        (line,) = str(error.value).splitlines()
        return line

    blank = written(turtle("[] :p :b ."), tmp_path / "blank.nt")
    assert "blank.nt: has a triple with a blank node" in told([], [blank], closure.options)
    other = DiskOptions(rule_set("rdfs-plus"))
    assert "was made of other files, rules or versions" in told([blank], [], other)
    wrong = tmp_path / "wrong.nt"
    wrong.write_text("<http://x/a> p 1 .\n", "utf-8")
    assert "wrong.nt:1: " in told([wrong], [], closure.options)
    assert closure.change(NOTHING, NOTHING) == closure.fresh()
