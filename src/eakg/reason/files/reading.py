"""RDF files read as one graph, without becoming objects of Python where they are N-Triples."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from eakg.reason.engine import Facts, union_of
from eakg.reason.files.ntriples import Progress, no_progress, read_files
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.rules import RuleSet, rule_set, vocabulary_of


def read(
    paths: Sequence[Path], progress: Progress = no_progress, rules: RuleSet | None = None
) -> tuple[TextTerms, Facts]:
    """The terms and facts of RDF files, taken as one graph.

    Arguments: the files, in any syntax that `eakg.rdf` reads; what to tell of the bytes
    read; the rules that are to run. Raises: ProblemsError with the problems of all of them.
    """
    terms = TextTerms(vocabulary_of(rules or rule_set()))
    return terms, reduce(union_of, read_files(paths, terms, progress), {})
