"""Change: a closure on disk made that of its input with triples added and removed.

What was removed takes with it all that may have followed from it; what still follows from the rest
is put back, and what was added is closed forward, as `eakg.reason.updates` does it in memory. Where
axioms or what is the same may be lost, all is closed anew, from the coded triples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eakg.problems import Problem, ProblemsError
from eakg.reason.disk.consequences import NO_CANDIDATES, Consequences
from eakg.reason.disk.encoding import ASSERTED, BLANK_KIND, LITERAL_KIND, TermEncoder
from eakg.reason.disk.fitting import FittedTables, SchemaFitter
from eakg.reason.disk.literal_values import LiteralValues
from eakg.reason.disk.rounds import DT_TYPE, SCHEMA
from eakg.reason.disk.workspace import IN_ORDER, Workspace
from eakg.reason.files import Progress
from eakg.reason.rules import SAME_AS, TYPE

SHARE = 4
"""The part of all facts, one in so many, of which more are not followed one by one."""
_ALL = "x.k = y.k and x.s = y.s and x.o = y.o"


@dataclass(frozen=True)
class FileChange:
    """Files of triples that are added to the input of a closure, and of those that are removed; a
    triple in both stays."""

    added: Sequence[Path] = ()
    removed: Sequence[Path] = ()

    @property
    def files(self) -> Sequence[Path]:
        """All its files."""
        return (*self.added, *self.removed)


class ClosureChange:
    """A change of a closure that is whole.

    Arguments: the workspace; what makes files of keys; the change.
    """

    def __init__(self, workspace: Workspace, encoder: TermEncoder, change: FileChange) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._rules = workspace.rules
        self._encoder = encoder
        self._change = change
        self._number = workspace.manifest.round + 1
        self._program = FittedTables()
        self._facts = ""

    def apply(self, place: int, progress: Progress) -> tuple[FittedTables | None, str]:
        """Have the manifest hold what is to be closed.

        Arguments: the place of the first file among all that were read; what to tell of the bytes
        read. Result: the program by which the rest is closed; None where all is to be closed anew,
        and why. Raises: ProblemsError.
        """
        workspace, number = self._workspace, self._number
        self._program = SchemaFitter(workspace).fit(FittedTables()).settled()
        self._facts = workspace.facts
        terms, asserted = f"terms-{number}", f"asserted-{number}.parquet"
        self._encoder.encode_change(self._change.added, self._change.removed, place, progress)
        self._take_triples()
        workspace.write(
            f"select k, s, o from {workspace.asserted} x anti join removed y on {_ALL} union all"
            f" select k, s, o from added x anti join {workspace.asserted} y on {_ALL}",
            asserted,
            IN_ORDER,
        )
        self._encoder.write_changed_terms(terms, workspace.source([asserted]))
        represented = workspace.dictionary.represented(workspace.source([asserted]))
        self._database.table("kept", f"select k, s, o from {represented} where {self._is_fact}")
        reason = self._lose(workspace.source([terms])) if self._has("removed") else ""
        workspace.work.propose(terms=terms, asserted=asserted)
        triples = workspace.count(asserted)
        if reason:
            workspace.work.reach(
                literals="", facts=(), delta=(), pairs="", representatives="", triples=triples
            )
            return None, reason
        self._begin(triples)
        return self._program, ""

    def _has(self, source: str, condition: str = "true") -> bool:
        return bool(self._database.rows(f"select 1 from {source} where {condition} limit 1"))

    def _key(self, number: int) -> int:
        return int(self._program.vocabulary[number])

    @property
    def _is_equality(self) -> str:
        """The condition on a fact that it makes two the same."""
        return f"k = {self._workspace.key(SAME_AS)}" if self._rules.equality else "false"

    @property
    def _is_fact(self) -> str:
        return f"not ({self._is_equality})"

    def _take_triples(self) -> None:
        """Make the tables `added` and `removed`. Raises: ProblemsError."""
        type_ = self._workspace.key(TYPE)
        for name, source in self._encoder.changed_facts.items():
            self._database.table(
                name,
                f"select distinct case when p = {type_} then ~o else p end as k, s,"
                f" case when p = {type_} then 0 else o end as o from {source}",
            )
        is_blank = f"s & 3 = {BLANK_KIND} or (k >= 0 and o & 3 = {BLANK_KIND})"
        if self._has("removed", is_blank):
            message = (
                "has a triple with a blank node, whose label means something in its own file alone;"
                " close the changed files anew"
            )
            raise ProblemsError([Problem(str(self._change.removed[0]), 0, message)])
        self._database.table(
            "removed",
            f"select k, s, o from removed x anti join added y on {_ALL}"
            f" semi join {self._workspace.asserted} z on x.k = z.k and x.s = z.s and x.o = z.o",
        )

    # Removal

    def _lose(self, terms: str) -> str:
        """Make the table `losses` of what may not follow any more. Argument: a source of the terms
        that there are then. Result: why it is not followed, or an empty text."""
        database, facts = self._database, self._facts
        if self._has("removed", self._is_equality):
            return "that things are the same is removed"
        if self._mixes_literals():
            return "a literal is the same as a thing"
        removed = self._workspace.dictionary.represented("removed")
        hidden = f"(select id from {terms} where hidden)"
        database.table(
            "frontier",
            f"select x.k, x.s, x.o from (select k, s, o from {removed} union select k, s, o"
            f" from {facts} where rule = {DT_TYPE} and s in {hidden}) x{self._not_kept}",
        )
        database.table("losses", "select k, s, o from frontier")
        size = self._workspace.manifest.size
        while self._has("frontier"):
            reason = self._obstacle()
            if reason:
                return reason
            if SHARE * int(database.value("select count(*) from losses")) > size:
                return f"more than one in {SHARE} facts may be lost"
            self._spread(facts)
        return ""

    @property
    def _not_kept(self) -> str:
        """The rest of a query for facts `x` that leaves out those that are asserted. What is still
        said under one name of a thing may have made it the same as another."""
        if self._workspace.dictionary.representatives is not None:
            return ""
        return " anti join kept z on x.k = z.k and x.s = z.s and x.o = z.o"

    def _mixes_literals(self) -> bool:
        """Whether a literal is the same as something that is none."""
        source = self._workspace.dictionary.representatives
        is_mixed = f"(id & 3 = {LITERAL_KIND}) <> (rep & 3 = {LITERAL_KIND})"
        return source is not None and self._has(source, is_mixed)

    def _obstacle(self) -> str:
        """Why facts of the frontier have too many consequences to be followed."""
        if self._has("frontier", f"k in ({_enumeration(self._program.schema)})"):
            return "axioms or cells of lists may be lost"
        if self._workspace.dictionary.representatives is None:
            return ""
        shapes = self._program.shapes.values()
        linked = [table for table in shapes if table.shape.linked is not None]
        keys = {int(key) for table in linked for one in self._program.keys_of(table) for key in one}
        if self._key(TYPE) in keys or (
            keys and self._has("frontier", f"k in ({_enumeration(keys)})")
        ):
            return "that things are the same may be lost"
        return ""

    def _spread(self, facts: str) -> None:
        """Have the consequences of the frontier, which are not lost yet, in its place."""
        database, type_ = self._database, self._key(TYPE)
        database.table("candidates", NO_CANDIDATES)
        consequences = Consequences(self._workspace, self._program)
        for query in consequences.from_fresh(facts, "frontier", is_delta=True):
            database.append("candidates", query)
        database.settle("candidates")
        database.table(
            "frontier",
            f"select distinct k, s, o from ({_plain('candidates', type_)}) x"
            f" semi join {facts} f on x.k = f.k and x.s = f.s and x.o = f.o"
            f" anti join losses y on {_ALL}{self._not_kept}",
        )
        database.append("losses", "select k, s, o from frontier")
        database.settle("losses")

    # What is left, and what comes

    def _begin(self, triples: int) -> None:
        """Have facts that are left, those that still follow, and those that come."""
        workspace, database, number = self._workspace, self._database, self._number
        former = self._facts
        if not self._has("removed"):
            database.table("losses", "select k, s, o from removed")
        rest, back = f"facts-{number}-all.parquet", f"facts-{number}.parquet"
        workspace.write(
            f"select k, s, o, 0 as r, {ASSERTED} as rule from kept union all"
            f" select x.k, x.s, x.o, x.r, x.rule from (select * from {former} where"
            f" rule <> {ASSERTED}) x anti join losses y on {_ALL}"
            " anti join kept z on x.k = z.k and x.s = z.s and x.o = z.o",
            rest,
            IN_ORDER,
        )
        self._rederive(workspace.source([rest]), back)
        delta = f"delta-{number}.parquet"
        workspace.write(
            f"select k, s, o from kept x anti join {former} y on {_ALL}"
            f" union all select k, s, o from {workspace.source([back])}",
            delta,
        )
        literals, pairs = f"literals-{number}.parquet", f"pairs-{number}.parquet"
        values = LiteralValues(workspace)
        values.write(literals)
        workspace.work.propose(literals=literals)
        workspace.write(self._pairs(values), pairs)
        size = workspace.count(rest) + workspace.count(back)
        workspace.work.reach(
            facts=(rest, back) if workspace.count(back) else (rest,),
            delta=(delta,) if workspace.count(delta) else (),
            pairs=pairs if workspace.count(pairs) else "",
            round=number,
            triples=triples,
            size=size,
            is_closed=False,
        )

    def _rederive(self, facts: str, name: str) -> None:
        """Write lost facts that follow from facts."""
        database = self._database
        database.table("candidates", NO_CANDIDATES)
        if self._has("losses"):
            for query in Consequences(self._workspace, self._program).of_losses(facts, "losses"):
                database.append("candidates", query)
            conclusions = SchemaFitter(self._workspace).fit(FittedTables()).facts
            if len(conclusions["k"]):
                database.give("conclusions", conclusions)
                database.append(
                    "candidates",
                    f"select k, s, o, {SCHEMA} as rule from conclusions x"
                    f" semi join losses y on {_ALL}",
                )
        database.settle("candidates")
        plain = _plain("candidates", self._key(TYPE))
        self._workspace.write(
            f"select x.k, x.s, x.o, {self._number} as r, cast(min(x.rule) as integer) as rule"
            f" from ({plain}) x anti join {facts} y on {_ALL} group by x.k, x.s, x.o",
            name,
            IN_ORDER,
        )

    def _pairs(self, values: LiteralValues) -> str:
        """A query for what became the same, in terms of what stands for it."""
        pairs = f"select s as a, o as b from added where {self._is_equality}"
        if "dt-eq" in self._rules:
            pairs += f" union {values.equalities}"
        source = self._workspace.dictionary.representatives
        if source is not None:
            pairs = (
                f"select coalesce(x.rep, p.a) as a, coalesce(y.rep, p.b) as b from ({pairs}) p"
                f" left join {source} x on p.a = x.id left join {source} y on p.b = y.id"
            )
        return f"select distinct a, b from ({pairs}) where a <> b"


def _plain(candidates: str, type_: int) -> str:
    """A query for conclusions of which those of rdf:type are about classes."""
    return (
        f"select case when k = {type_} then ~o else k end as k, s,"
        f" case when k = {type_} then 0 else o end as o, rule from {candidates}"
    )


def _enumeration(keys: frozenset[int] | set[int]) -> str:
    return ", ".join(map(str, sorted(keys)))
