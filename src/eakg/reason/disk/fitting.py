"""The program of a closure on disk: the facts of axioms are brought together and rules fitted to
them, each time some are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from rdflib.namespace import OWL, RDFS

from eakg.problems import Problem, ProblemsError
from eakg.reason.disk.encoding import NO_KEY
from eakg.reason.disk.workspace import Workspace
from eakg.reason.engine import Facts, union_of
from eakg.reason.files import TextTerms
from eakg.reason.relational import (
    FittedSchema,
    Identify,
    ProgramTables,
    ShapeTable,
    Table,
    keys_read,
    pattern_keys,
    schema_keys,
    tables_of,
)
from eakg.reason.relations import CLASS, Ids, Mask, distinct, pack
from eakg.reason.rules import NUMBER, SAME_AS, TYPE, vocabulary_of

LARGEST = 1 << 23
"""Facts of axioms that one process is to hold."""
_TOP = (NUMBER[OWL.Thing], NUMBER[RDFS.Resource])
_MAP = ("k", "only", "hk", "si", "sc", "oi", "oc", "rule")


def _no_map() -> Table:
    return {name: np.empty(0, np.int64) for name in _MAP}


@dataclass(frozen=True)
class FittedTables:
    """What runs in a round: rows of the map and of shapes that ran before, and those that are
    fresh; what is to be concluded from axioms alone; the keys of vocabulary and axioms."""

    vocabulary: Ids = field(default_factory=lambda: np.empty(0, np.int64))
    schema: frozenset[int] = frozenset()
    map: Table = field(default_factory=_no_map)
    shapes: Mapping[str, ShapeTable] = field(default_factory=dict)
    old_map: Table = field(default_factory=_no_map)
    fresh_map: Table = field(default_factory=_no_map)
    old: tuple[ShapeTable, ...] = ()
    fresh: tuple[ShapeTable, ...] = ()
    constraints: tuple[ShapeTable, ...] = ()
    facts: Table = field(default_factory=dict)
    inputs: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was fitted yet."""
        return not len(self.vocabulary)

    @property
    def reads_types(self) -> bool:
        """Whether something reads all facts of rdf:type as one relation."""
        return int(self.vocabulary[TYPE]) in self.inputs

    def reads(self, key: int) -> bool:
        """Whether something reads a relation."""
        return key in self.inputs or self.reads_types

    def keys_of(self, table: ShapeTable) -> list[Ids]:
        """The keys of the relations that a shape reads, by premise."""
        return [
            distinct(pattern_keys(table, pattern, lambda numbers: self.vocabulary[numbers]))
            for pattern in table.shape.body
        ]

    def settled(self) -> "FittedTables":
        """The same when the fresh rows have run."""
        return FittedTables(
            self.vocabulary,
            self.schema,
            self.map,
            self.shapes,
            self.map,
            _no_map(),
            tuple(self.shapes.values()),
            (),
            self.constraints,
            {},
            self.inputs,
        )


class SchemaFitter:
    """What fits the rules.

    Argument: the workspace; where what holds of everything is not wanted, it is concluded only
    where something reads it.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._dictionary = workspace.dictionary
        self._rules = workspace.rules
        self._trivial = workspace.trivial

    def fit(self, former: FittedTables) -> FittedTables:
        """The tables of rules fitted to the axioms that there are now, of which some are not among
        the former ones. Raises: ProblemsError where there are too many, or they are of a kind that
        does not run so."""
        vocabulary = self._dictionary.representatives_of(self._dictionary.vocabulary)
        self._check_synonyms(vocabulary)
        keys = schema_keys(self._rules)

        def key_of(key: int) -> int:
            return ~int(vocabulary[key - CLASS]) if key >= CLASS else int(vocabulary[key])

        axioms = frozenset(map(key_of, keys.axioms))
        lists = frozenset(map(key_of, keys.lists))
        first, rest = map(key_of, keys.cells)
        columns = self._schema_facts(axioms, lists, first, rest)
        terms, facts, ids = self._numbered(columns, vocabulary)
        fitted = FittedSchema(terms, facts, self._rules)
        if len(terms) > len(ids):
            ids = self._extended(terms, ids)

        def identify(numbers: Ids) -> Ids:
            return ids[numbers]

        program = fitted.program
        rules = [rule.name for rule in self._rules.rules]
        tables = tables_of(program.definite, program.constraints, rules, identify)
        tables = self._without_idle(tables, vocabulary, identify)
        is_class, base, subjects, objects = fitted.columns()
        keys_, subjects = ids[base], ids[subjects]
        conclusions = {
            "k": np.where(is_class, ~keys_, keys_),
            "s": subjects,
            "o": np.where(is_class, 0, ids[objects]),
        }
        is_same = len(former.vocabulary) == len(vocabulary) and bool(
            (former.vocabulary == vocabulary).all()
        )
        return _compared(
            former if is_same else FittedTables(),
            tables,
            vocabulary,
            axioms | {first, rest},
            conclusions,
            frozenset(keys_read(tables, identify)),
        )

    def _check_synonyms(self, vocabulary: Ids) -> None:
        source = self._dictionary.representatives
        if source is None:
            return
        for number, name in ((TYPE, "rdf:type"), (SAME_AS, "owl:sameAs")):
            key = int(vocabulary[number])
            if self._database.rows(f"select 1 from {source} where rep = {key} limit 1"):
                message = f"{name} is the same as another term, which only --engine memory follows"
                raise ProblemsError([Problem("the axioms", 0, message)])

    def _schema_facts(
        self, axioms: frozenset[int], lists: frozenset[int], first: int, rest: int
    ) -> dict[str, Ids]:
        """The facts of axioms, and those of the cells of their lists."""
        facts = self._workspace.facts
        heads, keys = (", ".join(map(str, sorted(one))) for one in (lists, axioms))
        cells = self._database.cells(facts, heads, first, rest)
        query = f"select k, s, o from {facts} where k in ({keys}) union ({cells})"
        columns = self._database.columns(f"select * from ({query}) limit {LARGEST + 1}")
        if len(columns["k"]) > LARGEST:
            message = (
                f"more than {LARGEST:,} facts are axioms or cells of their lists, which is what can"
                " be fitted at once; take --engine memory"
            )
            raise ProblemsError([Problem("the axioms", 0, message)])
        return {name: np.asarray(columns[name]).astype(np.int64) for name in "kso"}

    def _numbered(
        self, columns: Mapping[str, Ids], vocabulary: Ids
    ) -> tuple[TextTerms, Facts, Ids]:
        """Facts by the numbers of terms, and the keys of these."""
        keys, subjects, objects = columns["k"], columns["s"], columns["o"]
        is_class = keys < 0
        bases = np.where(is_class, ~keys, keys)
        members = distinct(np.concatenate([bases, subjects, objects[~is_class]]))
        words = self._dictionary.words_of(members)
        terms = TextTerms(vocabulary_of(self._rules))
        identifiers = np.array(sorted(words), np.int64)
        spelled = pl.Series([words[key] for key in identifiers.tolist()], dtype=pl.String)
        numbers = terms.numbers_of(spelled).astype(np.int64)
        ids = np.zeros(len(terms), np.int64)
        ids[: len(vocabulary)] = vocabulary
        ids[numbers] = identifiers

        def number(values: Ids) -> Ids:
            return numbers[np.searchsorted(identifiers, values)]

        parts: Facts = {}
        for key in np.unique(keys).tolist():
            rows = keys == key
            if key < 0:
                part = {CLASS + int(number(np.array([~key]))[0]): distinct(number(subjects[rows]))}
            else:
                pairs = pack(number(subjects[rows]), number(objects[rows]))
                part = {int(number(np.array([key]))[0]): distinct(pairs)}
            parts = union_of(parts, part)
        return terms, union_of(parts, self._synonyms(vocabulary, ids)), ids

    def _synonyms(self, vocabulary: Ids, ids: Ids) -> Facts:
        """That terms of the vocabulary are the same as what stands for them."""
        if not self._rules.equality:
            return {}
        by_key: dict[int, list[int]] = {}
        for number, key in enumerate(ids.tolist()):
            by_key.setdefault(key, []).append(number)
        pairs = [(group[0], other) for group in by_key.values() for other in group[1:]]
        if not pairs:
            return {}
        columns = np.array(pairs, np.int64)
        return {SAME_AS: distinct(pack(columns[:, 0], columns[:, 1]))}

    def _extended(self, terms: TextTerms, ids: Ids) -> Ids:
        words = terms.spellings[len(ids) :].to_list()
        keys = self._dictionary.keys_of(words)
        return np.concatenate([ids, np.array([keys.get(word, NO_KEY) for word in words], np.int64)])

    def _without_idle(
        self, tables: ProgramTables, vocabulary: Ids, identify: Identify
    ) -> ProgramTables:
        """The tables without rows that conclude what holds of everything and is not read."""
        top = [~int(vocabulary[number]) for number in _TOP]
        if self._trivial or self._has_synonyms(top):
            return tables
        idle = np.isin(tables.projections["hk"], top)
        projections = {name: column[~idle] for name, column in tables.projections.items()}
        rest = ProgramTables(tables.rules, projections, tables.joins, tables.constraints)
        inputs = keys_read(rest, identify)
        if int(vocabulary[TYPE]) in inputs or inputs & set(top):
            return tables
        return rest

    def _has_synonyms(self, keys: list[int]) -> bool:
        source = self._dictionary.representatives
        if source is None:
            return False
        bases = ", ".join(str(~key) for key in keys)
        query = f"select 1 from {source} where rep in ({bases}) or id in ({bases}) limit 1"
        return bool(self._database.rows(query))


def _compared(
    former: FittedTables,
    tables: ProgramTables,
    vocabulary: Ids,
    schema: frozenset[int],
    facts: Table,
    inputs: frozenset[int],
) -> FittedTables:
    """The tables, their rows told from those of former ones."""
    is_old = _among(tables.projections, former.map, _MAP)
    shapes: dict[str, ShapeTable] = {}
    for table in tables.joins:
        name = table.shape.signature
        shapes[name] = _united(shapes[name], table) if name in shapes else table
    old, fresh = [], []
    for name, table in shapes.items():
        twin = former.shapes.get(name)
        if twin is None:
            fresh.append(table)
            continue
        names = [f"c{place}" for place in range(len(table.shape.columns))]
        mask = _among(table.columns, twin.columns, names)
        if mask.any():
            old.append(_rows(table, mask))
        if not mask.all():
            fresh.append(_rows(table, ~mask))
    return FittedTables(
        vocabulary,
        schema,
        tables.projections,
        shapes,
        {name: column[is_old] for name, column in tables.projections.items()},
        {name: column[~is_old] for name, column in tables.projections.items()},
        tuple(old),
        tuple(fresh),
        tuple(tables.constraints),
        facts,
        inputs,
    )


def _among(table: Table, other: Table, names: Sequence[str]) -> Mask:
    """Which rows of a table are those of another."""
    if not names:
        size = len(table["row"])
        return np.ones(size, np.bool_)
    lefts, rights = (
        np.ascontiguousarray(np.stack([columns[name] for name in names], axis=1))
        for columns in (table, other)
    )
    form = np.dtype((np.void, lefts.dtype.itemsize * len(names)))
    return np.isin(lefts.view(form).ravel(), rights.view(form).ravel())


def _rows(table: ShapeTable, mask: Mask) -> ShapeTable:
    columns = {name: column[mask] for name, column in table.columns.items()}
    return ShapeTable(table.shape.rows(mask), columns)


def _united(left: ShapeTable, right: ShapeTable) -> ShapeTable:
    size = left.size
    columns = {
        name: np.concatenate([column, right.columns[name] + (size if name == "row" else 0)])
        for name, column in left.columns.items()
    }
    parts = zip(left.shape.columns, right.shape.columns, strict=True)
    numbers = tuple(np.concatenate(pair) for pair in parts)
    return ShapeTable(replace(left.shape, columns=numbers, size=size + right.size), columns)
