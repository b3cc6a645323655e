"""What all that works on a closure has: its files, the database over them, its terms and rules."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from eakg.problems import Problem, ProblemsError
from eakg.reason.databases import Database, DuckDatabase, duckdb_library
from eakg.reason.disk.dictionary import Dictionary
from eakg.reason.disk.encoding import ASSERTED
from eakg.reason.disk.work import WorkFolder, WorkManifest, read_work, rules_digest
from eakg.reason.rules import RULE_SETS, RuleSet, rule_set

IN_ORDER = ("k", "s", "o")
"""The order of facts in a file, by which they are looked up."""
_NO_FACTS = (
    "(select cast(0 as bigint) as k, cast(0 as bigint) as s, cast(0 as bigint) as o where false)"
)


class Workspace:
    """The files of a closure and what they are worked on with.

    Arguments: the folder; the database; the rules; whether what holds of everything is wanted.
    """

    def __init__(
        self, work: WorkFolder, database: Database, rules: RuleSet, *, trivial: bool = False
    ) -> None:
        self.work = work
        self.database = database
        self.rules = rules
        self.trivial = trivial
        self.dictionary = Dictionary(work, database, rules)

    @property
    def manifest(self) -> WorkManifest:
        """What was reached."""
        return self.work.manifest

    @property
    def facts(self) -> str:
        """A source of all facts: `k`, `s`, `o`, the round `r` and the `rule`."""
        asserted, names = self.manifest.asserted, self.manifest.facts
        if asserted not in names:
            return self.source(names)
        facts = f"select k, s, o, 0 as r, {ASSERTED} as rule from {self.asserted}"
        rounds = [name for name in names if name != asserted]
        if rounds:
            facts += f" union all select k, s, o, r, rule from {self.source(rounds)}"
        return f"({facts})"

    @property
    def delta(self) -> str:
        """A source of the fresh facts."""
        return self.source(self.manifest.delta)

    @property
    def asserted(self) -> str:
        """A source of the asserted facts."""
        return self.source([self.manifest.asserted])

    def source(self, names: Sequence[str]) -> str:
        """Files of the folder as a source of a query."""
        return self.database.source([self.work.file(name) for name in names]) or _NO_FACTS

    def write(self, query: str, name: str, order: Sequence[str] = ()) -> None:
        """Write the rows of a query into a file of the folder."""
        self.database.write(query, self.work.file(name), order)

    def count(self, name: str) -> int:
        """How many rows a file of the folder has."""
        return int(self.database.value(f"select count(*) from {self.source([name])}"))

    def key(self, number: int) -> int:
        """The key of a term that rules speak of."""
        return int(self.dictionary.vocabulary[number])


@contextmanager
def closed_workspace(
    folder: Path,
    *,
    trivial: bool | None = None,
    memory: int | None = None,
    seconds: float | None = None,
) -> Iterator[Workspace]:
    """The workspace of a closure that is whole, to be read.

    Arguments: the folder of `eakg reason --work`; whether what holds of everything is wanted, None
    as it was then; the MiB that the database may take; after how long queries are ended. Raises:
    ProblemsError; TimeLimitExceededError.
    """
    duckdb_library()
    with (
        read_work(folder) as work,
        TemporaryDirectory() as spill,
        DuckDatabase(Path(spill), memory) as database,
        nullcontext() if seconds is None else database.within(seconds),
    ):
        if not work.manifest.is_closed:
            raise _problem(
                folder, "is of a closure that is not whole; `eakg reason --resume` ends it"
            )
        rules = _rules_of(folder, work.manifest)
        if trivial is None:
            trivial = bool(work.manifest.run["trivial"])
        yield Workspace(work, database, rules, trivial=trivial)


def _rules_of(folder: Path, manifest: WorkManifest) -> RuleSet:
    """The rules by which a closure was made."""
    for name in RULE_SETS:
        if rules_digest(rule_set(name)) == manifest.run.get("rules"):
            return rule_set(name)
    raise _problem(folder, "was made by rules of one's own; `eakg explain --data` is for these")


def _problem(folder: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(folder), 0, message)])
