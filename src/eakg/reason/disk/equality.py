"""Equality between rounds: components of what became the same, and facts in terms of what stands
for them."""

from eakg.reason.disk.database import Database, copy_query, parquet
from eakg.reason.disk.work import WorkFolder
from eakg.reason.relational import component_queries


class Merger:
    """What puts representatives in place of what they stand for.

    Arguments: the work; the database.
    """

    def __init__(self, work: WorkFolder, database: Database) -> None:
        self._work = work
        self._database = database

    def merge(self) -> None:
        """Take in the pairs of the manifest. The facts that change become fresh."""
        run, file, manifest = self._database.run, self._work.file, self._work.manifest
        self._components(f"select a, b from {parquet([file(manifest.pairs)])}")
        number = manifest.round + 1
        representatives = f"representatives-{number}.parquet"
        run(copy_query(self._representatives(), file(representatives)))
        facts, delta = f"facts-{number}-all.parquet", f"delta-{number}.parquet"
        run(copy_query(self._renaming_query(number), file(facts)))
        fresh = f"select k, s, o from {parquet([file(facts)])} where is_fresh"
        run(copy_query(fresh, file(delta)))
        run("drop table components")
        self._work.reach(
            facts=(facts,),
            delta=(delta,),
            pairs="",
            representatives=representatives,
            round=number,
        )

    def _components(self, pairs: str) -> None:
        """Make the table of what stands for what, `a` and `b`, of pairs."""
        run = self._database.run
        run(
            f"create or replace temp table links as select distinct a, b from ({pairs})"
            " where a <> b"
        )
        large, small = component_queries("links")
        while True:
            run(f"create or replace temp table stars as {large}")
            run("create or replace temp table links as select * from stars")
            run(f"create or replace temp table stars as {small}")
            run("create or replace temp table links as select * from stars")
            if not self._database.rows(
                "select a from links group by a having count(*) > 1"
                " union all select l.a from links l join links m on l.b = m.a limit 1"
            ):
                break
        run("create or replace temp table components as select a, b from links")
        run("drop table links")
        run("drop table stars")

    def _representatives(self) -> str:
        """All terms that others stand for, with these: `id` and `rep`."""
        old = self._work.manifest.representatives
        fresh = "select a as id, b as rep from components"
        if not old:
            return fresh
        source = parquet([self._work.file(old)])
        return (
            f"select r.id, coalesce(c.b, r.rep) as rep from {source} r"
            f" left join components c on r.rep = c.a union {fresh}"
        )

    def _renaming_query(self, number: int) -> str:
        """All facts in terms of representatives, each with the first round that has it so, and
        whether it is fresh."""
        manifest = self._work.manifest
        file = self._work.file
        facts = parquet([file(name) for name in manifest.facts])
        delta = parquet([file(name) for name in manifest.delta]) if manifest.delta else None
        is_delta = (
            f"exists (select 1 from {delta} d where d.k = f.k and d.s = f.s and d.o = f.o)"
            if delta
            else "false"
        )
        base = "case when f.k < 0 then ~f.k else f.k end"
        key = "case when f.k < 0 then ~coalesce(x.b, ~f.k) else coalesce(x.b, f.k) end"
        object_ = "case when f.k < 0 then f.o else coalesce(z.b, f.o) end"
        is_renamed = "(x.b is not null or y.b is not null or (f.k >= 0 and z.b is not null))"
        return (
            f"select k, s, o, min(r) as r, bool_and(is_fresh) as is_fresh, any_value(rule) as rule"
            f" from (select {key} as k, coalesce(y.b, f.s) as s, {object_} as o,"
            f" case when {is_renamed} then {number} else f.r end as r, f.rule as rule,"
            f" ({is_renamed} or {is_delta}) as is_fresh from {facts} f"
            f" left join components x on {base} = x.a left join components y on f.s = y.a"
            " left join components z on f.o = z.a) group by k, s, o"
        )
