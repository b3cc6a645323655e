"""What a triple of a closure on disk follows from: a few asserted triples, found by look-ups.

Facts know the round and the rule by which they were found. So from a fact, the instance of its
rule whose premises are of earlier rounds leads back, step by step, to what was asserted. Of these
triples and the axioms the engine in memory then makes the proof, as it does of any graph.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rdflib import Graph
from rdflib.namespace import OWL, RDFS

from eakg.problems import Problem, ProblemsError
from eakg.rdf import Triple, read_term, write_term
from eakg.reason.disk.database import Database, duckdb_library, parquet
from eakg.reason.disk.dictionary import Dictionary
from eakg.reason.disk.fitting import FittedTables, SchemaFitter
from eakg.reason.disk.work import WorkFolder, WorkManifest, read_work, rules_digest
from eakg.reason.proofs import NotInClosureError, ProofNotFoundError
from eakg.reason.relational import (
    CONSTANT,
    OBJECT,
    SUBJECT,
    WILDCARD,
    ShapeTable,
    support_query,
    typed_view,
)
from eakg.reason.rules import NUMBER, RULE_SETS, TYPE, RuleSet, rule_set

Fact = tuple[int, int, int]
"""The key of a property or (as its complement) of a class, subject and object."""
MOST = 10_000
"""Facts that are looked at for one triple."""
_ASSERTED = -1
_DECLARATIONS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
"""Of which follow axioms that hold of every class and property."""


class SupportSearch:
    """Finds what triples follow from.

    Arguments: the work of a closure that is whole; the database; the rules.
    """

    def __init__(self, work: WorkFolder, database: Database, rules: RuleSet) -> None:
        self._work = work
        self._database = database
        self._rules = rules
        self._dictionary = Dictionary(work, database, rules)
        fitter = SchemaFitter(work, database, self._dictionary, rules, trivial=True)
        self._fitted = fitter.fit(FittedTables())
        self._facts = parquet([work.file(name) for name in work.manifest.facts])

    def support(self, triple: Triple) -> Graph:
        """Asserted triples that a triple follows from, and all axioms.

        Where it does not follow, the axioms, and a triple about each of its terms. Raises:
        NotInClosureError where no triple speaks of one of them; ProofNotFoundError where it takes
        too many facts, or things that became the same.
        """
        goal = self._fact(triple)
        leaves = [*self._mentions(goal)] if self._rank(goal) is None else []
        pending, visited = [goal, *self._inferred_axioms()], set[Fact]()
        while pending:
            fact = pending.pop()
            if fact in visited:
                continue
            visited.add(fact)
            if len(visited) > MOST:
                words = f"more than {MOST:,} facts have a part in it"
                raise ProofNotFoundError(f"{words}; `eakg explain --data` looks at all")
            self._check_names(fact)
            rank = self._rank(fact)
            if rank is None:
                continue
            number, rule = rank
            if rule == _ASSERTED:
                leaves.append(fact)
            elif rule >= 0:
                pending += self._premises(fact, number, rule)
        return self._graph(leaves)

    def has(self, triple: Triple) -> bool:
        """Whether the closure has a triple."""
        return self._rank(self._fact(triple)) is not None

    def _fact(self, triple: Triple) -> Fact:
        words = [write_term(term) for term in triple]
        keys = self._dictionary.keys_of(words)
        for term, word in zip(triple, words, strict=True):
            if word not in keys:
                raise NotInClosureError(f"it says nothing of {term.n3()}")
        subject, predicate, object_ = (keys[word] for word in words)
        return self._plain((predicate, subject, object_))

    def _plain(self, fact: Fact) -> Fact:
        """A fact about a class where it was one of rdf:type."""
        key, subject, object_ = fact
        return (~object_, subject, 0) if key == self._key(TYPE) else fact

    def _key(self, number: int) -> int:
        return int(self._fitted.vocabulary[number])

    def _rank(self, fact: Fact) -> tuple[int, int] | None:
        """The round in which a fact was found, and the number of the rule."""
        key, subject, object_ = fact
        rows = self._database.rows(
            f"select r, rule from {self._facts} where k = {key} and s = {subject}"
            f" and o = {object_} order by r limit 1"
        )
        return rows[0] if rows else None

    def _mentions(self, fact: Fact) -> list[Fact]:
        """A fact about each term of another."""
        key, subject, object_ = fact
        base = ~key if key < 0 else key
        facts: list[Fact] = []
        for term in dict.fromkeys((subject, object_ if key >= 0 else base)):
            facts += self._database.rows(
                f"select k, s, o from {self._facts} where rule = {_ASSERTED}"
                f" and (s = {term} or o = {term} or k = {term} or k = {~term}) limit 1"
            )
        return facts

    def _inferred_axioms(self) -> list[Fact]:
        """Axioms that do not follow from axioms and declarations alone."""
        keys = ", ".join(map(str, sorted(self._fitted.schema)))
        top = ", ".join(str(self._key(NUMBER[node])) for node in (OWL.Thing, RDFS.Resource))
        is_trivial = f"s = o or o in ({top}) or s = {self._key(NUMBER[OWL.Nothing])}"
        facts = self._database.rows(
            f"select k, s, o from {self._facts} where k in ({keys}) and rule >= 0"
            f" and not (k >= 0 and ({is_trivial})) limit {MOST}"
        )
        return [(key, subject, object_) for key, subject, object_ in facts]

    def _check_names(self, fact: Fact) -> None:
        source = self._dictionary.representatives
        if source is None:
            return
        key, subject, object_ = fact
        terms = {~key if key < 0 else key, subject, *([object_] if key >= 0 else [])}
        names = ", ".join(map(str, sorted(terms)))
        rows = self._database.rows(
            f"select t.term from {source} n join {self._dictionary.terms} t on n.id = t.id"
            f" where n.id in ({names}) or n.rep in ({names}) limit 1"
        )
        if rows:
            raise ProofNotFoundError(
                f"it takes that {rows[0][0]} is the same as another term, which proofs from"
                " --closure-dir do not follow; `eakg explain --data` does"
            )

    def _premises(self, fact: Fact, number: int, rule: int) -> list[Fact]:
        """The premises, of earlier rounds, from which a rule concludes a fact."""
        facts = f"(select k, s, o, r from {self._facts} where r < {number})"
        if self._fitted.reads_types:
            facts = f"({typed_view(facts, self._key, 'r')})"
        self._database.run(f"create or replace temp view known as select k, s, o, r from {facts}")
        name = self._rules.rules[rule].name
        premises = self._by_map(fact, rule)
        for table in self._fitted.shapes.values() if premises is None else ():
            if table.shape.rule == name:
                premises = self._by_shape(fact, table)
                if premises is not None:
                    break
        if premises is None:
            raise ProofNotFoundError(f"it follows by {name}, but no premises of it were found")
        return [self._plain(premise) for premise in premises]

    def _by_map(self, fact: Fact, rule: int) -> list[Fact] | None:
        """The premise by a row of the map."""
        key, subject, object_ = fact
        table = self._fitted.map
        mask = (table["rule"] == rule) & (table["hk"] == key)
        mask &= (table["si"] != CONSTANT) | (table["sc"] == subject)
        mask &= (table["oi"] != CONSTANT) | (table["oc"] == object_)
        if subject != object_:
            mask &= (table["si"] == CONSTANT) | (table["si"] != table["oi"])
        if not mask.any():
            return None
        only, si, oi = (table[column][mask] for column in ("only", "si", "oi"))
        is_one = only != WILDCARD
        rows = {
            "k": table["k"][mask],
            "s": np.where(si == SUBJECT, subject, object_),
            "o": np.where(is_one, only, np.where(oi == OBJECT, object_, subject)),
            "has_s": ((si == SUBJECT) | (oi == SUBJECT)).astype(np.int64),
            "has_o": (is_one | (si == OBJECT) | (oi == OBJECT)).astype(np.int64),
        }
        self._database.run("create or replace temp table bodies as select * from given", given=rows)
        keys = ", ".join(map(str, np.unique(rows["k"]).tolist()))
        premises = self._database.rows(
            f"select f.k, f.s, f.o from known f join bodies b on f.k = b.k where f.k in ({keys})"
            " and (b.has_s = 0 or f.s = b.s) and (b.has_o = 0 or f.o = b.o) order by f.r limit 1"
        )
        return [(k, s, o) for k, s, o in premises] or None

    def _by_shape(self, fact: Fact, table: ShapeTable) -> list[Fact] | None:
        """The premises by a row of a shape."""
        self._database.run(
            "create or replace temp table shape_rows as select * from given", given=table.columns
        )
        for query in support_query(table.shape, "shape_rows", self._key, fact):
            rows = self._database.rows(query)
            if rows:
                values = rows[0]
                return [
                    (values[place], values[place + 1], values[place + 2])
                    for place in range(0, len(values), 3)
                ]
        return None

    def _graph(self, leaves: list[Fact]) -> Graph:
        asserted = parquet([self._work.file(self._work.manifest.asserted)])
        declarations = {~self._key(NUMBER[node]) for node in _DECLARATIONS}
        keys = ", ".join(map(str, sorted(self._fitted.schema | declarations)))
        facts = f"select k, s, o from {asserted} where k in ({keys})"
        if leaves:
            columns = np.array(leaves, np.int64)
            self._database.run(
                "create or replace temp table leaves as select * from given",
                given={name: columns[:, place].copy() for place, name in enumerate("kso")},
            )
            facts += " union select k, s, o from leaves"
        graph = Graph()
        for words in self._dictionary.triples(facts):
            subject, predicate, object_ = map(read_term, words)
            graph.add((subject, predicate, object_))
        return graph


@dataclass(frozen=True)
class TripleSupport:
    """What a triple follows from, by which rules; and whether the closure has the triple."""

    graph: Graph
    rules: RuleSet
    is_known: bool


def support_of_triple(folder: Path, triple: Triple) -> TripleSupport:
    """Asserted triples that a triple of a closure follows from, and the axioms (`SupportSearch`).

    Arguments: the folder of `eakg reason --work`; the triple. Raises: ProblemsError;
    NotInClosureError; ProofNotFoundError.
    """
    duckdb_library()
    with (
        read_work(folder) as work,
        TemporaryDirectory() as spill,
        Database(Path(spill)) as database,
    ):
        if not work.manifest.is_closed:
            raise _problem(
                folder, "is of a closure that is not whole; `eakg reason --resume` ends it"
            )
        rules = _rules_of(folder, work.manifest)
        search = SupportSearch(work, database, rules)
        return TripleSupport(search.support(triple), rules, search.has(triple))


def _rules_of(folder: Path, manifest: WorkManifest) -> RuleSet:
    """The rules by which a closure was made."""
    for name in RULE_SETS:
        if rules_digest(rule_set(name)) == manifest.run.get("rules"):
            return rule_set(name)
    raise _problem(folder, "was made by rules of one's own; `eakg explain --data` is for these")


def _problem(folder: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(folder), 0, message)])
