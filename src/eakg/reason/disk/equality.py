"""Equality between rounds: components of what became the same, and facts in terms of what stands
for them."""

from eakg.reason.disk.workspace import IN_ORDER, Workspace
from eakg.reason.relational import component_queries


class Merger:
    """What puts representatives in place of what they stand for.

    Argument: the workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database

    def merge(self) -> None:
        """Take in the pairs of the manifest. The facts that change become fresh."""
        workspace, manifest = self._workspace, self._workspace.manifest
        self._components(f"select a, b from {workspace.source([manifest.pairs])}")
        number = manifest.round + 1
        representatives = f"representatives-{number}.parquet"
        workspace.write(self._representatives(), representatives, ["id"])
        facts, delta = f"facts-{number}-all.parquet", f"delta-{number}.parquet"
        renaming = "parts-renamed"
        workspace.write(self._renaming_query(), renaming)
        source = workspace.source([renaming])
        workspace.write(f"select k, s, o, r, rule from {source}", facts, IN_ORDER)
        workspace.write(f"select k, s, o from {source} where is_fresh", delta)
        self._database.drop("components")
        workspace.work.reach(
            facts=(facts,),
            delta=(delta,),
            pairs="",
            representatives=representatives,
            round=number,
        )

    def _components(self, pairs: str) -> None:
        """Make the table of what stands for what, `a` and `b`, of pairs."""
        table, rows = self._database.table, self._database.rows
        table("links", f"select distinct a, b from ({pairs}) where a <> b")
        large, small = component_queries("links")
        while True:
            for star in (large, small):
                table("stars", star)
                table("links", "select * from stars")
            if not rows(
                "select a from links group by a having count(*) > 1"
                " union all select l.a from links l join links m on l.b = m.a limit 1"
            ):
                break
        table("components", "select a, b from links")
        self._database.drop("links", "stars")

    def _representatives(self) -> str:
        """All terms that others stand for, with these: `id` and `rep`."""
        old = self._workspace.manifest.representatives
        fresh = "select a as id, b as rep from components"
        if not old:
            return fresh
        source = self._workspace.source([old])
        return (
            f"select r.id, coalesce(c.b, r.rep) as rep from {source} r"
            f" left join components c on r.rep = c.a union {fresh}"
        )

    def _renaming_query(self) -> str:
        """All facts in terms of representatives, each with the first round in which it was found
        under any name and the rule of that, and whether it is fresh."""
        workspace = self._workspace
        facts, delta = workspace.facts, workspace.delta
        base = "case when f.k < 0 then ~f.k else f.k end"
        key = "case when f.k < 0 then ~coalesce(x.b, ~f.k) else coalesce(x.b, f.k) end"
        object_ = "case when f.k < 0 then f.o else coalesce(z.b, f.o) end"
        is_renamed = "(x.b is not null or y.b is not null or (f.k >= 0 and z.b is not null))"
        return (
            "select k, s, o, min(r) as r, bool_and(is_fresh) as is_fresh, min_by(rule, r) as rule"
            f" from (select {key} as k, coalesce(y.b, f.s) as s, {object_} as o, f.r as r,"
            f" f.rule as rule, ({is_renamed} or d.k is not null) as is_fresh from {facts} f"
            f" left join components x on {base} = x.a left join components y on f.s = y.a"
            " left join components z on f.o = z.a"
            f" left join {delta} d on d.k = f.k and d.s = f.s and d.o = f.o) group by k, s, o"
        )
