"""RDF files closed as one graph, without becoming objects of Python where they are N-Triples."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from eakg.reason.closure import Closure, Engine, Equality
from eakg.reason.engine import ClosureState, Facts, united
from eakg.reason.files.ntriples import Progress, no_progress, read_files
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.owlrl_engine import saturate


def read(paths: Sequence[Path], progress: Progress = no_progress) -> tuple[TextTerms, Facts]:
    """The terms and facts of RDF files, taken as one graph.

    Arguments: the files, in any syntax that `eakg.rdf` reads; what to tell of the bytes
    read. Raises: ProblemsError with the problems of all of them.
    """
    terms = TextTerms()
    return terms, reduce(united, read_files(paths, terms, progress), {})


def closed(
    terms: TextTerms,
    facts: Facts,
    *,
    trivial: bool = False,
    equality: Equality = "expanded",
    engine: Engine = "rules",
) -> Closure:
    """The closure of facts; the options are those of `eakg.reason.materialize`."""
    state = ClosureState(terms, facts, trivial=trivial)
    if engine == "owlrl":
        state.load(terms.encode(saturate(Closure(state, {}).asserted)))
    else:
        state.run()
    return Closure(state, {}, trivial, equality)
