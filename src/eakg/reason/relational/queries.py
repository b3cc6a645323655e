"""The queries of shapes, in SQL that all engines of tables read.

Facts are rows of `k`, `s` and `o`: the key of a property, subject and object; or the complement of
the key of a class, an instance, and 0. `known` is all of them, and `delta` those that are fresh;
`typed` those of classes once more, under the key of rdf:type.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from eakg.reason.plan import MANY_CLASSES
from eakg.reason.relational.shape import Part, Pattern, Shape, ShapeColumn
from eakg.reason.relational.tables import CONSTANT, SUBJECT, WILDCARD, Table
from eakg.reason.relations import Ids
from eakg.reason.rules import SAME_AS, TYPE

Key = Callable[[int], int]
"""From the number of a term that rules speak of to its key."""
_MANY_KEYS = 1 << 10
"""Keys that a query names one by one, so that most of what is in order of them is not read."""


def projection_query(projections: str, facts: str) -> str:
    """What follows by the map from facts."""
    subject, object_ = (
        f"case {c}i when {CONSTANT} then {c}c when {SUBJECT} then f.s else f.o end" for c in "so"
    )
    return (
        f"select m.hk as k, {subject} as s, {object_} as o, m.rule as rule"
        f" from {facts} f join {projections} m on f.k = m.k"
        f" where (m.only = {WILDCARD} or m.only = f.o)"
    )


def join_queries(
    shape: Shape,
    table: str,
    rule: int,
    key: Key,
    keys: Sequence[Ids],
    fresh_keys: Sequence[Ids] | None,
) -> Iterator[str]:
    """What follows by the rows of a shape from all facts, where the rows are fresh, else with a
    fresh fact among the premises: queries whose results belong together.

    Arguments: the shape; the table with its rows; the number of the rule; the keys of terms; the
    keys that facts have for each premise, and those that fresh facts have, None where the rows are
    fresh.
    """
    atoms = [place for place, pattern in enumerate(shape.body) if not _is_equality(pattern)]
    if not atoms or not all(len(keys[place]) for place in atoms):
        return
    fresh = fresh_keys is None
    places = [place for place in atoms if fresh_keys is not None and len(fresh_keys[place])]
    if not fresh and not places:
        return
    if shape.linked is not None:
        yield _link_query(shape, table, rule, key, keys, fresh=fresh)
    elif meets(shape):
        yield from _meeting_queries(shape, table, rule, key, fresh=fresh)
    else:
        for place in (None,) if fresh else places:
            body = _Body(shape, table, key, place, _with_fresh(keys, fresh_keys, place))
            for head in shape.heads:
                yield (
                    f"select distinct {body.head_key(head)} as k, {body.value(head.subject)} as s,"
                    f" {body.object(head)} as o, {rule} as rule from {body.source}"
                )


def map_rederivation_queries(projections: str, columns: Table) -> Iterator[str]:
    """Which facts of `lost` follow by the map from all facts: queries whose results belong
    together. Arguments: the name of the map; its columns."""
    forms = np.stack([columns["si"], columns["oi"], columns["only"] != WILDCARD])
    for subject, object_, has_only in np.unique(forms, axis=1).T.tolist():
        sources = {
            column: {CONSTANT: f"m.{column}c", SUBJECT: "f.s"}.get(source, "f.o")
            for column, source in (("s", subject), ("o", object_))
        }
        yield (
            f"select distinct l.k as k, l.s as s, l.o as o, m.rule as rule from lost l,"
            f" {projections} m, known f where l.k = m.hk and f.k = m.k and m.si = {subject}"
            f" and m.oi = {object_} and l.s = {sources['s']} and l.o = {sources['o']}"
            f" and m.only {'= f.o' if has_only else f'= {WILDCARD}'}"
        )


def rederivation_queries(
    shape: Shape, table: str, rule: int, key: Key, keys: Sequence[Ids]
) -> Iterator[str]:
    """Which facts of `lost` follow by the rows of a shape from all facts, but for what it makes the
    same: queries whose results belong together. Arguments: as those of `join_queries`."""
    atoms = [place for place, pattern in enumerate(shape.body) if not _is_equality(pattern)]
    if shape.linked is not None or not atoms or not all(len(keys[place]) for place in atoms):
        return
    same = "l.k = c.k and l.s = c.s and l.o = c.o"
    if meets(shape):
        for query in _meeting_queries(shape, table, rule, key, fresh=True):
            yield f"select c.k, c.s, c.o, c.rule from ({query}) c semi join lost l on {same}"
        return
    body = _Body(shape, table, key, None, keys)
    for head in shape.heads:
        parts = (body.head_key(head), body.value(head.subject), body.object(head))
        conditions = [f"l.{name} = {part}" for name, part in zip("kso", parts, strict=True)]
        yield (
            f"select distinct l.k as k, l.s as s, l.o as o, {rule} as rule"
            f" from lost l, {body.limited(conditions)}"
        )


def _with_fresh(
    keys: Sequence[Ids], fresh_keys: Sequence[Ids] | None, place: int | None
) -> Sequence[Ids]:
    """The keys of premises, of which one is fresh."""
    if fresh_keys is None:
        return keys
    pairs = enumerate(zip(keys, fresh_keys, strict=True))
    return [pair[number == place] for number, pair in pairs]


def premise_query(shape: Shape, table: str, key: Key, keys: Sequence[Ids]) -> str:
    """The premises of contradictions: for each, `row` and facts `k0`, `s0`, `o0`, `k1` ...; no
    facts for those that owl:sameAs has among its pairs. Arguments: as those of `join_queries`."""
    body = _Body(shape, table, key, None, keys)
    columns = ["p.row as row"] + (["q.row as other"] if shape.lists is not None else [])
    for place, pattern in enumerate(shape.body):
        if not _is_equality(pattern):
            key_ = (
                f"~{body.value(pattern.key)}" if pattern.object is None else body.value(pattern.key)
            )
            columns += [
                f"{key_} as k{place}",
                f"{body.value(pattern.subject)} as s{place}",
                f"{body.object(pattern)} as o{place}",
            ]
    return f"select distinct {', '.join(columns)} from {body.source}"


def support_query(
    shape: Shape,
    table: str,
    key: Key,
    fact: tuple[int, int, int],
    keys: Sequence[Ids],
) -> Iterator[str]:
    """The premises from which a row of a shape concludes a fact, by one query for each conclusion
    that it may be: facts `k0`, `s0`, `o0`, `k1` ... in each row.

    Arguments: the shape; the table with its rows; the keys of terms; the fact; the keys that facts
    may have for each premise.
    """
    for head in shape.heads:
        if (head.object is None) != (fact[0] < 0):
            continue
        body = _Body(shape, table, key, None, keys)
        parts = (body.head_key(head), body.value(head.subject), body.object(head))
        conditions = [f"{part} = {value}" for part, value in zip(parts, fact, strict=True)]
        yield f"select {body.columns} from {body.limited(conditions)}"


def link_premise_query(shape: Shape, table: str, key: Key, term: int, keys: Sequence[Ids]) -> str:
    """The premises from which a shape concludes that a term is the same as something: facts `k0`,
    `s0`, `o0`, `k1` ... Arguments: as those of `support_query`; the term."""
    body = _Body(shape, table, key, None, keys)
    condition = f"{body.value(str(shape.linked))} = {term}"
    return f"select {body.columns} from {body.limited([condition])}"


def meets(shape: Shape) -> bool:
    """Whether a shape has what is in all of many classes, which are counted then."""
    return len(shape.body) > MANY_CLASSES and all(
        pattern.object is None and pattern.subject == shape.body[0].subject
        for pattern in shape.body
    )


class _Body:
    """The premises of a shape as sources of a query.

    Arguments: the shape; the table with its rows; the keys of terms; the place of the premise that
    is fresh, None where all facts count; the keys that facts may have for each premise.
    """

    def __init__(
        self, shape: Shape, table: str, key: Key, fresh: int | None, keys: Sequence[Ids]
    ) -> None:
        self._key = key
        self._columns: dict[str, str] = {}
        self._conditions: list[str] = []
        self.facts: list[str] = []
        sources = [f"{table} p"]
        if shape.lists is not None:
            sources.append(f"{table} q")
            self._conditions.append("p.list = q.list and p.row < q.row")
        for place, pattern in enumerate(shape.body):
            if _is_equality(pattern):
                continue
            name = f"f{place}"
            self.facts.append(name)
            sources.append(f"{'delta' if place == fresh else 'known'} {name}")
            self._bind(pattern, name)
            if 0 < len(keys[place]) <= _MANY_KEYS:
                self._conditions.append(f"{name}.k in ({', '.join(map(str, keys[place]))})")
        for pattern in filter(_is_equality, shape.body):
            self._conditions.append(f"{self.value(pattern.subject)} = {self.object(pattern)}")
        self._sources = ", ".join(sources)
        self.source = self.limited([])

    @property
    def columns(self) -> str:
        """The facts of all premises, as columns."""
        return ", ".join(f"{name}.{column}" for name in self.facts for column in "kso")

    def limited(self, conditions: Sequence[str]) -> str:
        """The sources of the premises, with further conditions."""
        all_conditions = [*self._conditions, *conditions]
        return self._sources + (f" where {' and '.join(all_conditions)}" if all_conditions else "")

    def _bind(self, pattern: Pattern, name: str) -> None:
        key = self.value(pattern.key)
        self._conditions.append(f"{name}.k = {f'~{key}' if pattern.object is None else key}")
        for part, column in zip(pattern.parts, "so", strict=False):
            if isinstance(part, str) and part not in self._columns:
                self._columns[part] = f"{name}.{column}"
            else:
                self._conditions.append(f"{name}.{column} = {self.value(part)}")

    def value(self, part: Part) -> str:
        """A value."""
        if isinstance(part, ShapeColumn):
            return f"{'q' if part.side else 'p'}.c{part.place}"
        return self._columns[part] if isinstance(part, str) else f"({self._key(part)})"

    def object(self, pattern: Pattern) -> str:
        """The object of a fact."""
        return "0" if pattern.object is None else self.value(pattern.object)

    def head_key(self, pattern: Pattern) -> str:
        """The key of a conclusion."""
        key = self.value(pattern.key)
        return f"~{key}" if pattern.object is None else key


def _is_equality(pattern: Pattern) -> bool:
    """Whether an atom says that two are the same, as they then are one key."""
    return pattern.key == SAME_AS


def _link_query(
    shape: Shape, table: str, rule: int, key: Key, keys: Sequence[Ids], *, fresh: bool
) -> str:
    """What one thing, or several, have in common is linked to the least of what may be the same,
    so that n of them make n - 1 pairs."""
    body = _Body(shape, table, key, None, keys)
    variables = dict.fromkeys(name for pattern in shape.body for name in pattern.variables)
    groups = ["p.row", *(body.value(name) for name in variables if name != shape.linked)]
    linked = body.value(str(shape.linked))
    source = body.source
    (first, *rest) = shape.body
    if not fresh and not rest and isinstance(first.key, ShapeColumn):
        group = "s" if first.object == shape.linked else "o"
        source += f" and exists (select 1 from delta d where d.k = f0.k and d.{group} = f0.{group})"
    columns = ", ".join(f"{group} as g{place}" for place, group in enumerate(groups))
    partition = ", ".join(f"g{place}" for place in range(len(groups)))
    return (
        f"select distinct {key(SAME_AS)} as k, low as s, linked as o, {rule} as rule from"
        f" (select linked, min(linked) over (partition by {partition}) as low from"
        f" (select distinct {columns}, {linked} as linked from {source})) where low <> linked"
    )


def _meeting_queries(
    shape: Shape, table: str, rule: int, key: Key, *, fresh: bool
) -> Iterator[str]:
    """What is in all of many classes, found by counting in how many of them it is."""
    keys = [pattern.key for pattern in shape.body]
    sides = [f"c{one.place}" if isinstance(one, ShapeColumn) else f"({key(one)})" for one in keys]
    pairs = " union ".join(f"select row, ~{side} as k from {table}" for side in sides)
    only = "" if fresh else f" and f.s in (select d.s from delta d join ({pairs}) n on d.k = n.k)"
    matches = (
        f"select n.row as row, f.s as s from ({pairs}) n, known f where f.k = n.k{only}"
        " group by n.row, f.s having count(*) ="
        f" (select count(*) from ({pairs}) w where w.row = n.row)"
    )
    for head in shape.heads:
        head_key = (
            f"p.c{head.key.place}" if isinstance(head.key, ShapeColumn) else f"({key(head.key)})"
        )
        yield (
            f"select distinct ~{head_key} as k, m.s as s, 0 as o, {rule} as rule"
            f" from ({matches}) m join {table} p on m.row = p.row"
        )


def typed_view(facts: str, key: Key, *columns: str) -> str:
    """Facts, and those of classes once more as facts of rdf:type; with further columns."""
    rest = "".join(f", {column}" for column in columns)
    return (
        f"select k, s, o{rest} from {facts} union all"
        f" select {key(TYPE)} as k, s, ~k as o{rest} from {facts} where k < 0"
    )


def component_queries(pairs: str) -> tuple[str, str]:
    """One turn towards the components of pairs `a`, `b`, all of them in the end linked to their
    least: by the large star and by the small one (R. Kiveris and others, Connected Components in
    MapReduce and Beyond, SoCC 2014)."""
    edges = f"(select a, b from {pairs} union select b as a, a as b from {pairs})"
    large = (
        "select distinct b as a, low as b from (select a, b, least(a, min(b) over (partition by a))"
        f" as low from {edges}) where b > a and b <> low"
    )
    small_pairs = f"(select greatest(a, b) as a, least(a, b) as b from {pairs} where a <> b)"
    starred = f"(select a, b, min(b) over (partition by a) as low from {small_pairs})"
    small = (
        f"select a, low as b from {starred} union select b as a, low as b from {starred}"
        " where b <> low"
    )
    return large, small
