"""Ontologies of other people: each is read, closed, looked at for contradictions and warnings, and
triples of chance of its closure are proved.

EAKG_ONTOLOGIES is a folder of their files, in any folders of it; without it there is nothing here.
"""

import os
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from eakg.problems import ProblemsError
from eakg.rdf import Triple
from eakg.reason import closure_of_facts
from eakg.reason.files import read
from eakg.reason.proofs import ASSERTED
from eakg.reason.scope import ontology_warnings
from helpers.proof_checker import follows

FOLDER = os.environ.get("EAKG_ONTOLOGIES")
FILES = sorted(
    path
    for path in (Path(FOLDER).rglob("*") if FOLDER else ())
    if path.suffix in {".owl", ".ttl", ".rdf"} and path.is_file()
)
MOST_TRIPLES = 300_000
"""Of a closure, from which some are chosen."""
PROOFS = 5
MOST_STEPS = 60
"""Of a proof whose steps are replayed by the text of their rules, which takes long."""

pytestmark = pytest.mark.skipif(
    not FILES, reason="EAKG_ONTOLOGIES names no folder of ontology files"
)


@pytest.mark.parametrize("path", FILES or [Path()], ids=str)
def test_an_ontology_of_other_people(path: Path) -> None:
    try:
        terms, facts = read([path])
    except ProblemsError as error:
        pytest.skip(f"not read: {error.problems[0].message[:200]}")
    closure = closure_of_facts(terms, facts)
    assert all(one.message for one in closure.inconsistencies)
    assert all(one.problem.message for one in ontology_warnings(closure, [path]))
    asserted = set(closure.asserted)
    inferred: list[Triple] = list(islice(closure.inferred, MOST_TRIPLES))
    chance = Random(str(path.name))
    for triple in chance.sample(inferred, min(PROOFS, len(inferred))):
        proof = closure.explain(triple)
        assert proof.triple == triple
        steps = list(proof.steps())
        assert {step.triple for step in steps if step.by == ASSERTED} <= asserted
        if len(steps) <= MOST_STEPS:
            assert all(step.by == ASSERTED or follows(step, closure.rules) for step in steps)
