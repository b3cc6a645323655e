"""Justifications and repairs for people and for programs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from rdflib import RDF, BNode
from rdflib.term import Node

from eakg.dataset import Place, Places
from eakg.evidence import Supports
from eakg.problems import Problem
from eakg.rdf import PrefixedNames, Triple
from eakg.reason.closure import Closure
from eakg.reason.contradictions import location_list
from eakg.reason.justifications.hitting_sets import EFFORT, SearchEnd
from eakg.reason.justifications.justification import Justifications, Repairs
from eakg.reason.proofs import Expressions, Name, Proof, expressions_in, proof_json, to_text

MOST_REPAIRED = 20
"""Contradictions of which repairs are looked for."""


def justifications_json(
    proofs: Iterable[tuple[Proof, int | None]],
    end: SearchEnd,
    supports: Supports,
    *,
    is_flat: bool = False,
) -> dict[str, Any]:
    """Justifications as JSON: a proof of each as by `proof_json`, and how the search ended: "all",
    or "enough" where there are more, or "effort" where there may be.

    Arguments: the proofs, each with the number of steps of the whole where it is a part; how the
    search ended; what supports the triples; whether steps are wanted one by one.
    """
    documents = [proof_json(proof, supports, is_flat=is_flat, size=size) for proof, size in proofs]
    return {"justifications": documents, "end": end.value}


def justifications_text(
    justifications: Justifications,
    name: Name,
    support: Callable[[Triple], list[str]],
    expressions: Expressions,
) -> str:
    """Justifications as lines: a proof of each as by `to_text`, and whether they are all."""
    parts = []
    for number, item in enumerate(justifications.items, 1):
        proof = to_text(item.proof, name, support, expressions)
        parts.append(f"{number}. From {_count(len(item.triples), 'asserted triple')}:\n{proof}\n")
    return "".join(parts) + _ending(justifications.end, len(justifications.items)) + "\n"


def with_repairs(
    problems: Iterable[Problem], closure: Closure, places: Places, most: int
) -> Iterator[Problem]:
    """The contradictions of a closure as problems, each with lines about its repairs: the triples
    with the places where they are written, how many contradictions there are without them, and
    whether there are more repairs.

    Arguments: a problem for each contradiction, in their order; the closure; the places; how many
    repairs are wanted of each. They are looked for in the first `MOST_REPAIRED` contradictions.
    """
    wording = _TripleWording(closure, places)

    def lines(repairs: Repairs) -> Iterator[str]:
        alternatives = dict.fromkeys(
            " and ".join(sorted({wording.words(triple) for triple in item.triples}))
            + (f"; {_count(item.remaining, 'contradiction')} remaining" if item.remaining else "")
            for item in repairs.items
        )
        if alternatives:
            yield "it ends without:"
        yield from (f"{number}. {words}" for number, words in enumerate(alternatives, 1))
        yield _ending(repairs.end, len(repairs.items))

    for number, (problem, clash) in enumerate(zip(problems, closure.inconsistencies, strict=True)):
        if number < MOST_REPAIRED:
            additions = list(lines(closure.repairs(clash, most)))
        else:
            additions = [f"Repairs are looked for in the first {MOST_REPAIRED} contradictions."]
        message = "\n  ".join([problem.message, *additions])
        yield replace(problem, message=message)


class _TripleWording:
    """Asserted triples in words, each with the places where it is written.

    Files that are read once more have other labels for what is anonymous; so it is found by what it
    is made of, where that is in one place alone. The cells of a list are parts of it.

    Arguments: the closure whose they are; the places.
    """

    def __init__(self, closure: Closure, places: Places) -> None:
        self._axioms = closure.axioms
        self._places = places
        self._name = PrefixedNames(closure.axioms)
        self._expressions = expressions_in(closure.axioms)

    def words(self, triple: Triple) -> str:
        """A triple and its places."""
        terms = self._terms(triple, self._expressions)
        places = self._places.of(triple) or self._anonymous.get(terms, ())
        locations = location_list(places, self._places)
        words = " ".join(terms)
        if triple[1] in (RDF.first, RDF.rest) and isinstance(triple[0], BNode):
            words = f"a part of {self._list(triple[0])}"
        return words + (f" ({locations})" if locations else "")

    def _terms(self, triple: Triple, expressions: Expressions) -> tuple[str, ...]:
        return tuple(
            expressions.words(term, self._name)
            or ("[]" if isinstance(term, BNode) else self._name(term))
            for term in triple
        )

    def _list(self, cell: Node) -> str:
        """The list that a cell is in, from its beginning where it has one."""
        history = {cell}
        while len(cells := set(self._axioms.subjects(RDF.rest, cell)) - history) == 1:
            cell = cells.pop()
            history.add(cell)
        return self._expressions.words(cell, self._name) or "a list"

    @cached_property
    def _anonymous(self) -> dict[tuple[str, ...], tuple[Place, ...]]:
        """The places of triples with blank nodes, by their words."""
        expressions = Expressions(self._places.triples)
        triples: dict[tuple[str, ...], list[Triple]] = defaultdict(list)
        for triple in self._places.triples:
            if any(isinstance(term, BNode) for term in triple):
                triples[self._terms(triple, expressions)].append(triple)
        return {
            words: self._places.of(alike[0]) for words, alike in triples.items() if len(alike) == 1
        }


def _ending(end: SearchEnd, count: int) -> str:
    match end:
        case SearchEnd.ALL:
            return "There are no more." if count else "There is none."
        case SearchEnd.ENOUGH:
            return f"There are more than {count:,}."
    return (
        "There may be more: the search was given up, as it would have taken more than"
        f" {EFFORT:,} closures or too many sets of triples."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
