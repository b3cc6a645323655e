"""A closure on disk written as a folder of N-Triples: parts, and `_SUCCESS` when all are there."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from rdflib.namespace import OWL, RDFS

from eakg.problems import Problem, ProblemsError
from eakg.reason.disk.encoding import (
    ASSERTED,
    BLANK_KIND,
    BYTES_OF_A_TERM,
    IRI_KIND,
    NO_KEY,
    TRIPLE_KIND,
    is_literal,
    key_ranges,
)
from eakg.reason.disk.workspace import Workspace
from eakg.reason.engine import terms_of_any_closure
from eakg.reason.rules import NUMBER, SAME_AS, TYPE

SUCCESS = "_SUCCESS"
_INFERRED, _SELECTED = "parts-inferred", "parts-selected"
_REFLEXIVE = (
    NUMBER[RDFS.subClassOf],
    NUMBER[RDFS.subPropertyOf],
    NUMBER[OWL.equivalentClass],
    NUMBER[OWL.equivalentProperty],
    SAME_AS,
)
_TOP = (NUMBER[OWL.Thing], NUMBER[RDFS.Resource])
_ABOVE = (NUMBER[RDFS.subClassOf], NUMBER[RDFS.domain], NUMBER[RDFS.range], TYPE)


def check_folder(path: Path) -> None:
    """Raises: ProblemsError where a folder for parts cannot be made, or has other things in it."""
    if not path.parent.is_dir():
        raise _problem(path, f"cannot be made: {path.parent} is no folder; make it first")
    if path.exists() and not path.is_dir():
        raise _problem(path, "is a file; name a folder for the parts of the closure")
    if path.is_dir() and any(path.iterdir()) and not (path / SUCCESS).is_file():
        raise _problem(path, f"is not empty, and no closure (it has no {SUCCESS}); name another")


class ClosureParts:
    """The triples of a closure.

    Argument: the workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._dictionary = workspace.dictionary
        self._rules = workspace.rules
        self._trivial = workspace.trivial

    @property
    def _asserted(self) -> str:
        return self._as_triples(f"select k, s, o from {self._workspace.asserted}")

    def triples(self, *, asserted: bool, inferred: bool) -> str:
        """A query for triples as keys of terms, `s`, `p` and `o`, each there once."""
        queries = [self._asserted] * asserted + [self._inferred()] * inferred
        return " union all ".join(queries)

    def _as_triples(self, facts: str) -> str:
        return (
            f"select s, case when k < 0 then {self._workspace.key(TYPE)} else k end as p,"
            f" case when k < 0 then ~k else o end as o from ({facts})"
        )

    def _inferred(self) -> str:
        """The inferred triples as keys of terms."""
        facts = self._workspace.facts
        if self._dictionary.representatives is None and not self._is_reflexive:
            # Facts are there once.
            triples = self._as_triples(f"select k, s, o from {facts} where rule <> {ASSERTED}")
            triples = f"select f.s, f.p, f.o from ({triples}) f"
        else:
            triples = self._as_triples(f"select k, s, o from {facts}")
            if self._dictionary.representatives is not None:
                triples = self._expanded(triples)
            if self._is_reflexive:
                triples = f"{triples} union {self._reflexive(triples)}"
            triples = (
                f"select f.s, f.p, f.o from ({triples}) f"
                f" anti join ({self._asserted}) x on f.s = x.s and f.p = x.p and f.o = x.o"
            )
        terms = self._dictionary.terms
        self._database.table("hidden", f"select id from {terms} where hidden")
        triples += (
            f" where not ({is_literal('f.s')}) and f.p & 3 = {IRI_KIND}"
            f" and f.o not in (select id from hidden) and {NO_KEY} not in (f.s, f.p, f.o)"
        )
        if self._trivial:
            return triples
        self._database.table("builtin", f"select id from {terms} where builtin")
        return f"{triples} and not ({self._is_trivial()})"

    @property
    def _is_reflexive(self) -> bool:
        """Whether it is wanted that each term is the same as itself."""
        return self._trivial and "eq-ref" in self._rules

    def _expanded(self, facts: str) -> str:
        """Triples about every name of what they are about."""
        source, terms = self._dictionary.representatives, self._dictionary.terms
        self._database.table(
            "names",
            f"select n.id, n.rep from (select id, rep from {source} union select rep, rep from"
            f" {source}) n anti join (select id from {terms} where hidden) t on n.id = t.id",
        )
        names = ("s", "p", "o")
        values = ", ".join(f"coalesce(n{n}.id, f.{n}) as {n}" for n in names)
        joins = " ".join(f"left join names n{n} on f.{n} = n{n}.rep" for n in names)
        triples = f"select {values} from ({facts}) f {joins}"
        if not self._rules.equality:
            return triples
        same = self._workspace.key(SAME_AS)
        return (
            f"{triples} union select a.id as s, cast({same} as bigint) as p, b.id as o"
            " from names a join names b on a.rep = b.rep where a.id <> b.id"
        )

    def _reflexive(self, facts: str) -> str:
        """That each term of the closure is the same as itself."""
        same = self._workspace.key(SAME_AS)
        terms = " union ".join(f"select {name} as t from ({facts})" for name in "spo")
        always = ", ".join(
            f"({self._workspace.key(number)})" for number in terms_of_any_closure(self._rules)
        )
        return (
            f"select t as s, cast({same} as bigint) as p, t as o"
            f" from ({terms} union values {always})"
        )

    def _is_trivial(self) -> str:
        """The condition on triples `f` (`eakg.reason.trivial`)."""
        reflexive, top, above = (
            ", ".join(str(self._workspace.key(number)) for number in numbers)
            for numbers in (_REFLEXIVE, _TOP, _ABOVE)
        )
        return (
            f"(f.s = f.o and f.p in ({reflexive})) or (f.o in ({top}) and f.p in ({above}))"
            f" or (f.s = {self._workspace.key(NUMBER[OWL.Nothing])}"
            f" and f.p = {self._workspace.key(NUMBER[RDFS.subClassOf])})"
            f" or ({' and '.join(f'f.{n} in (select id from builtin)' for n in 'spo')})"
        )

    def write(
        self,
        output: Path,
        *,
        only_inferred: bool,
        compressed: bool,
        release: Callable[[], None] = lambda: None,
    ) -> int:
        """Write the triples into a folder, which is there when it is whole; `release` is
        called before. Result: how many are inferred. Raises: ProblemsError."""
        # What is held in files leaves memory for the dictionary.
        self._workspace.write(self.triples(asserted=False, inferred=True), _INFERRED)
        count = self._workspace.count(_INFERRED)
        triples = f"select * from {self._workspace.source([_INFERRED])}"
        if not only_inferred:
            triples = f"{triples} union all {self._asserted}"
        beside = output.with_name(f".{output.name}.{os.getpid()}")
        try:
            beside.mkdir()
            self._write_lines(triples, beside, compressed=compressed)
            release()
            _replace(beside, output)
        except OSError as error:
            raise _problem(output, f"cannot be written: {error.strerror}") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        self._workspace.work.clean()
        return count

    def _write_lines(self, triples: str, folder: Path, *, compressed: bool) -> None:
        extension = "nt.gz" if compressed else "nt"
        terms, database = self._dictionary.terms, self._database
        database.table(
            "properties",
            f"select id, term from {terms} where id in (select distinct p from ({triples}))",
        )
        database.table(
            "quoting",
            f"select id from {terms} where id & 3 = {TRIPLE_KIND} and contains(term, '_:')",
        )
        # A label means one node within a file, so all that have one are in one.
        has_blank = (
            f"(f.s & 3 = {BLANK_KIND} or f.o & 3 = {BLANK_KIND} or f.o in (select id from quoting))"
        )
        plain, blank = (
            f"select * from ({triples}) f where {condition}"
            for condition in (f"not {has_blank}", has_blank)
        )
        for number, path in enumerate(self._lines(plain, folder, compressed=compressed)):
            path.rename(folder / f"part-{number}.{extension}")
        if database.rows(f"{blank} limit 1"):
            with (folder / f"part-blank.{extension}").open("wb") as file:
                for path in self._lines(blank, folder, compressed=compressed):
                    with path.open("rb") as part:
                        shutil.copyfileobj(part, file)
                    path.unlink()

    def _lines(self, triples: str, folder: Path, *, compressed: bool) -> Iterator[Path]:
        """Files with the lines of triples. Subjects and objects are spelled by shares of the
        dictionary of which four fit in memory; of few triples by what these need of it."""
        terms, database = self._dictionary.terms, self._database
        count, size = database.rows(
            f"select count(*), sum(length(term) + {BYTES_OF_A_TERM}) from {terms}"
        )[0]
        needed = 2 * int(database.value(f"select count(*) from ({triples})"))
        is_few = needed < count
        ranges = key_ranges(database.shares(4 * int(size * min(1, needed / count))))
        lines = folder / "lines"
        for subjects in ranges:
            self._workspace.write(f"{triples} and f.s {subjects}", _SELECTED)
            database.view("selected", f"select * from {self._workspace.source([_SELECTED])}")
            for objects in ranges:
                sources = [
                    f"select id, term from {terms} where id {bounds}"
                    for bounds in (subjects, objects)
                ]
                if is_few:
                    keys = "select s from selected union select o from selected"
                    sources = [f"{source} and id in ({keys})" for source in sources]
                database.write_lines(
                    "select a.term || ' ' || b.term || ' ' || c.term || ' .' from selected f"
                    f" join ({sources[0]}) a on f.s = a.id"
                    " join properties b on f.p = b.id"
                    f" join ({sources[1]}) c on f.o = c.id",
                    lines,
                    compressed=compressed,
                )
                yield from sorted(lines.iterdir())
                lines.rmdir()


def _replace(beside: Path, output: Path) -> None:
    """Give a folder of parts its name, and mark it as whole."""
    for path in beside.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if output.is_dir():
        (output / SUCCESS).unlink(missing_ok=True)
        shutil.rmtree(output)
    beside.replace(output)
    (output / SUCCESS).touch()


def _problem(path: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(path), 0, message)])
