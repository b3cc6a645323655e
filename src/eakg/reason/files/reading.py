"""RDF files read as one graph, without becoming objects of Python where they are N-Triples."""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from importlib.util import find_spec
from pathlib import Path

from eakg.problems import Problem, ProblemsError
from eakg.rdf import N_TRIPLES_SYNTAX, size_of, syntax_of
from eakg.reason.engine import Facts, Terms, union_of
from eakg.reason.files.file_terms import FileTerms
from eakg.reason.files.triple_lines import Progress, no_progress
from eakg.reason.rules import RuleSet, rule_set, vocabulary_of

_LineReader = Callable[[Path, int, Progress], Facts]


def read(
    paths: Sequence[Path], progress: Progress = no_progress, rules: RuleSet | None = None
) -> tuple[FileTerms, Facts]:
    """The terms and facts of RDF files, taken as one graph.

    Arguments: the files, in any syntax that `eakg.rdf` reads; what to tell of the bytes read; the
    rules that are to run. Blank nodes of different files are different.

    N-Triples are split, in columns where Polars is installed, and never become nodes; other
    syntaxes are read by way of rdflib. Raises: ProblemsError with the problems of all of them.
    """
    vocabulary = vocabulary_of(rules or rule_set())
    if find_spec("polars") is None:
        from eakg.reason.files.plain_lines import facts_of_lines
        from eakg.reason.files.spelled_terms import SpelledTerms

        spelled = SpelledTerms(vocabulary)
        return spelled, _read(paths, spelled, partial(facts_of_lines, terms=spelled), progress)
    from eakg.reason.files.ntriples import facts_of_columns
    from eakg.reason.files.text_terms import TextTerms

    terms = TextTerms(vocabulary)
    return terms, _read(paths, terms, partial(facts_of_columns, terms=terms), progress)


def _read(paths: Sequence[Path], terms: Terms, lines: _LineReader, progress: Progress) -> Facts:
    collections: list[Facts] = []
    problems: list[Problem] = []
    for place, path in enumerate(paths):
        try:
            if syntax_of(path) is N_TRIPLES_SYNTAX:
                collections.append(lines(path, place, progress))
            else:
                # N-Triples without a fault do without the readers of documents.
                from eakg.rdf import parse_rdf

                collections.append(terms.encode(parse_rdf(path, rdf12=True)))
                progress(size_of(path))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return reduce(union_of, collections, {})
