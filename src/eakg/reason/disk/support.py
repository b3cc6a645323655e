"""What a triple of a closure on disk follows from: a few asserted triples, found by look-ups.

Facts know the round and the rule by which they were found. So from a fact, the instance of its
rule whose premises are of earlier rounds leads back, step by step, to what was asserted. Of these
triples and the axioms the engine in memory then makes the proof, as it does of any graph.

Facts are in terms of what stands for others. Of a term that stands for several, whatever may have
made them the same is looked back from as well, and its asserted triples are taken under every name.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdflib import Graph
from rdflib.namespace import OWL, RDFS

from eakg.rdf import Triple, read_term, write_term
from eakg.reason.disk.encoding import ASSERTED
from eakg.reason.disk.premises import Fact, PremiseSearch
from eakg.reason.disk.workspace import Workspace, closed_workspace
from eakg.reason.proofs import NotInClosureError, ProofNotFoundError
from eakg.reason.rules import NUMBER, SAME_AS, RuleSet

MOST = 10_000
"""Facts that are looked at for one triple."""
_DECLARATIONS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
"""Of which follow axioms that hold of every class and property."""


@dataclass(frozen=True)
class TripleSupport:
    """What a triple follows from, by which rules; and whether the closure has the triple."""

    graph: Graph
    rules: RuleSet
    is_known: bool


class SupportSearch:
    """Finds what triples follow from.

    Argument: the workspace of a closure that is whole.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._dictionary = workspace.dictionary
        self._search = PremiseSearch(workspace, MOST)
        self._schema = self._search.fitted.schema

    def support(self, triple: Triple) -> TripleSupport:
        """Asserted triples that a triple follows from, and all axioms.

        Where it does not follow, the axioms, and a triple about each of its terms. Raises:
        NotInClosureError where no triple speaks of one of them; ProofNotFoundError where it takes
        too many facts.
        """
        words = self._keys_of(triple)
        goal = self._fact(words)
        is_known = self.has(triple)
        # A literal is the same as others of its value where a triple speaks of it.
        leaves = self._mentions(
            words if not is_known else words[2:] if self._names(words[2:]) else ()
        )
        names = self._names([*words, *self._schema])
        pending = [goal, *self._inferred_axioms()]
        pending += [fact for name in names for fact in self._search.premises_of_name(name)]
        visited = set[Fact]()
        while pending:
            fact = pending.pop()
            if fact in visited:
                continue
            visited.add(fact)
            if len(visited) > MOST:
                words_ = f"more than {MOST:,} facts have a part in it"
                raise ProofNotFoundError(f"{words_}; `eakg explain --data` looks at all")
            touched = self._names(_terms(fact))
            for name in touched - names:
                names.add(name)
                pending += self._search.premises_of_name(name)
            rank = self._search.rank(fact)
            if rank is None:
                continue
            number, rule = rank
            if rule == ASSERTED:
                leaves.append(fact)
            if touched:
                pending += self._search.all_premises(fact)
            elif rule >= 0:
                pending += self._search.premises(fact, number, rule)
        return TripleSupport(self._graph(leaves, names), self._workspace.rules, is_known)

    def has(self, triple: Triple) -> bool:
        """Whether the closure has a triple."""
        subject, predicate, object_ = self._keys_of(triple)
        if predicate == self._key(SAME_AS) and self._workspace.rules.equality:
            is_one = self._represented([subject]) == self._represented([object_])
            return is_one and subject != object_
        return self._search.rank(self._fact((subject, predicate, object_))) is not None

    def _keys_of(self, triple: Triple) -> tuple[int, int, int]:
        words = [write_term(term) for term in triple]
        keys = self._dictionary.keys_of(words)
        for term, word in zip(triple, words, strict=True):
            if word not in keys:
                raise NotInClosureError(f"it says nothing of {term.n3()}")
        subject, predicate, object_ = (keys[word] for word in words)
        return subject, predicate, object_

    def _fact(self, keys: tuple[int, int, int]) -> Fact:
        subject, predicate, object_ = self._represented(keys)
        return self._search.plain((predicate, subject, object_))

    def _represented(self, keys: Sequence[int]) -> list[int]:
        """What stands for terms."""
        represented: list[int] = self._dictionary.representatives_of(
            np.array(keys, np.int64)
        ).tolist()
        return represented

    def _key(self, number: int) -> int:
        return int(self._search.fitted.vocabulary[number])

    def _mentions(self, terms: Iterable[int]) -> list[Fact]:
        """An asserted fact about each of some terms."""
        facts: list[Fact] = []
        for term in dict.fromkeys(terms):
            facts += self._database.rows(
                f"select k, s, o from {self._workspace.asserted}"
                f" where s = {term} or o = {term} or k = {term} or k = {~term} limit 1"
            )
        return facts

    def _inferred_axioms(self) -> list[Fact]:
        """Axioms that do not follow from axioms and declarations alone."""
        keys = ", ".join(map(str, sorted(self._schema)))
        top = ", ".join(str(self._key(NUMBER[node])) for node in (OWL.Thing, RDFS.Resource))
        is_trivial = f"s = o or o in ({top}) or s = {self._key(NUMBER[OWL.Nothing])}"
        facts = self._database.rows(
            f"select k, s, o from {self._workspace.facts} where k in ({keys}) and rule >= 0"
            f" and not (k >= 0 and ({is_trivial})) limit {MOST}"
        )
        return [(key, subject, object_) for key, subject, object_ in facts]

    def _names(self, terms: Iterable[int]) -> set[int]:
        """Those of terms that stand for several, or that others stand for: what does."""
        source = self._dictionary.representatives
        if source is None:
            return set()
        bases = sorted({~term if term < 0 else term for term in terms})
        numbers = ", ".join(map(str, bases))
        rows = self._database.rows(
            f"select distinct rep from {source} where id in ({numbers}) or rep in ({numbers})"
        )
        return {name for (name,) in rows}

    def _graph(self, leaves: Sequence[Fact], names: set[int]) -> Graph:
        """The triples of leaves, all axioms, and what is said to be the same as something of
        names."""
        workspace = self._workspace
        declarations = {~self._key(NUMBER[node]) for node in _DECLARATIONS}
        keys = ", ".join(map(str, sorted(self._schema | declarations)))
        facts = f"select k, s, o from {workspace.asserted} where k in ({keys})"
        source = self._dictionary.representatives
        if leaves:
            columns = np.array(leaves, np.int64)
            table = {name: columns[:, place].copy() for place, name in enumerate("kso")}
            self._database.give("leaves", table)
            facts += (
                f" union {self._originals()}" if source else " union select k, s, o from leaves"
            )
        if source and names:
            self._database.give("names", {"rep": np.array(sorted(names), np.int64)})
            members = f"(select id from {source} where rep in (select rep from names))"
            same = int(self._dictionary.vocabulary[SAME_AS])
            facts += (
                f" union select k, s, o from {workspace.asserted} where k = {same}"
                f" and (s in {members} or o in {members})"
            )
        graph = Graph()
        for words in self._dictionary.triples(facts):
            subject, predicate, object_ = map(read_term, words)
            graph.add((subject, predicate, object_))
        return graph

    def _originals(self) -> str:
        """A query for the asserted facts of which leaves are made, under every name."""
        source = self._dictionary.representatives
        names = f"(select id, rep from {source} union select rep, rep from {source})"
        self._database.table(
            "spelled",
            "select l.k as lk, l.s as ls, l.o as lo, case when l.k < 0 then"
            " ~coalesce(a.id, ~l.k) else coalesce(a.id, l.k) end as k, coalesce(b.id, l.s) as s,"
            " case when l.k < 0 then 0 else coalesce(c.id, l.o) end as o from leaves l"
            f" left join {names} a on a.rep = case when l.k < 0 then ~l.k else l.k end"
            f" left join {names} b on b.rep = l.s left join {names} c on c.rep = l.o and l.k >= 0",
        )
        return (
            f"select x.k, x.s, x.o from {self._workspace.asserted} x join spelled y"
            " on x.k = y.k and x.s = y.s and x.o = y.o"
        )


def _terms(fact: Fact) -> tuple[int, ...]:
    """The terms of a fact."""
    key, subject, object_ = fact
    return (~key, subject) if key < 0 else (key, subject, object_)


def support_of_triple(folder: Path, triple: Triple) -> TripleSupport:
    """Asserted triples that a triple of a closure follows from, and the axioms (`SupportSearch`).

    Arguments: the folder of `eakg reason --work`; the triple. Raises: ProblemsError;
    NotInClosureError; ProofNotFoundError.
    """
    with support_search(folder) as search:
        return search.support(triple)


@contextmanager
def support_search(folder: Path) -> Iterator[SupportSearch]:
    """A search in the folder of a closure that is whole. Raises: ProblemsError."""
    with closed_workspace(folder, trivial=True) as workspace:
        yield SupportSearch(workspace)
