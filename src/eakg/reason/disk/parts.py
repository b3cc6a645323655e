"""A closure on disk written as a folder of N-Triples: parts, and `_SUCCESS` when all are there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from rdflib.namespace import OWL, RDFS

from eakg.problems import Problem, ProblemsError
from eakg.reason.disk.encoding import BLANK_KIND, IRI_KIND, LITERAL_KIND
from eakg.reason.disk.workspace import Workspace
from eakg.reason.engine import terms_of_any_closure
from eakg.reason.rules import NUMBER, SAME_AS, TYPE

SUCCESS = "_SUCCESS"
_OF_A_BYTE = 6
"""Bytes that two joins take for one of the dictionary, about."""
_REFLEXIVE = (
    NUMBER[RDFS.subClassOf],
    NUMBER[RDFS.subPropertyOf],
    NUMBER[OWL.equivalentClass],
    NUMBER[OWL.equivalentProperty],
    SAME_AS,
)
_TOP = (NUMBER[OWL.Thing], NUMBER[RDFS.Resource])
_HAS_BLANK_NODE = (
    f"(f.kind = {BLANK_KIND} or c.kind = {BLANK_KIND}"
    " or (left(c.term, 3) = '<<(' and contains(c.term, '_:')))"
)
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

    def _as_triples(self, facts: str) -> str:
        return (
            f"select s, case when k < 0 then {self._workspace.key(TYPE)} else k end as p,"
            f" case when k < 0 then ~k else o end as o from ({facts})"
        )

    def _inferred(self) -> str:
        """The inferred triples as keys of terms."""
        terms = self._dictionary.terms
        facts = self._as_triples(f"select k, s, o from {self._workspace.facts}")
        if self._dictionary.representatives is not None:
            facts = self._expanded(facts)
        if self._trivial and "eq-ref" in self._rules:
            facts = f"{facts} union {self._reflexive(facts)}"
        triples = (
            f"select f.s, f.p, f.o from ({facts}) f"
            f" join {terms} a on f.s = a.id join {terms} b on f.p = b.id"
            f" join {terms} c on f.o = c.id"
            f" anti join ({self._asserted}) x on f.s = x.s and f.p = x.p and f.o = x.o"
            f" where a.kind <> {LITERAL_KIND} and b.kind = {IRI_KIND} and not c.hidden"
        )
        return triples if self._trivial else f"{triples} and not ({self._is_trivial()})"

    def _expanded(self, facts: str) -> str:
        """Triples about every name of what they are about."""
        source, terms = self._dictionary.representatives, self._dictionary.terms
        self._database.table(
            "names",
            "select n.id, n.rep from (select id, rep from"
            f" {source} union select rep, rep from {source}) n join {terms} t on n.id = t.id"
            " where not t.hidden",
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
        """The condition on triples of which `a`, `b` and `c` are the terms
        (`eakg.reason.trivial`)."""
        reflexive, top, above = (
            ", ".join(str(self._workspace.key(number)) for number in numbers)
            for numbers in (_REFLEXIVE, _TOP, _ABOVE)
        )
        return (
            f"(f.s = f.o and f.p in ({reflexive})) or (f.o in ({top}) and f.p in ({above}))"
            f" or (f.s = {self._workspace.key(NUMBER[OWL.Nothing])}"
            f" and f.p = {self._workspace.key(NUMBER[RDFS.subClassOf])})"
            " or (a.builtin and b.builtin and c.builtin)"
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
        self._database.table("inferred", self._inferred())
        count = int(self._database.value("select count(*) from inferred"))
        triples = "select * from inferred"
        if not only_inferred:
            triples = f"{triples} union all {self._asserted}"
        beside = output.with_name(f".{output.name}.{os.getpid()}")
        beginnings = self._beginnings(triples)
        dictionary = self._dictionary.terms
        has_blank, size = self._database.rows(
            f"select coalesce(bool_or(kind = {BLANK_KIND} or left(term, 3) = '<<('), false),"
            f" coalesce(sum(length(term)), 0) from {dictionary}"
        )[0]
        source, tables = f"({beginnings})", ["inferred"]
        # Each join with the dictionary takes memory; where it may not suffice, one is done at once.
        if not self._database.has_room_for(_OF_A_BYTE * int(size)):
            source = "beginnings"
            tables.append(source)
            self._database.table(source, beginnings)
        try:
            lines = self._lines(source, f"not {_HAS_BLANK_NODE}" if has_blank else "true")
            self._database.write_lines(lines, beside, compressed=compressed, stem="")
            # A label means one node within a file, so all that have one are in one.
            lines = self._lines(source, _HAS_BLANK_NODE)
            if has_blank and self._database.rows(f"{lines} limit 1"):
                self._database.write_lines(lines, beside, compressed=compressed, stem="part-blank")
            release()
            _replace(beside, output)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        self._database.drop(*tables)
        return count

    def _beginnings(self, triples: str) -> str:
        """How the lines of triples begin, the kinds of their subjects, and their objects."""
        terms = self._dictionary.terms
        properties = f"select id, term from {terms} where id in (select p from ({triples}))"
        return (
            f"select a.term || ' ' || b.term || ' ' as words, a.kind as kind, f.o as o"
            f" from ({triples}) f join {terms} a on f.s = a.id join ({properties}) b on f.p = b.id"
        )

    def _lines(self, beginnings: str, condition: str) -> str:
        """The lines of which the beginning `f` and the object `c` meet a condition."""
        terms = self._dictionary.terms
        return (
            f"select f.words || c.term || ' .' from {beginnings} f join {terms} c on f.o = c.id"
            f" where {condition}"
        )


def _replace(beside: Path, output: Path) -> None:
    """Give a folder of parts its name, and mark it as whole."""
    try:
        for path in beside.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        if output.is_dir():
            (output / SUCCESS).unlink(missing_ok=True)
            shutil.rmtree(output)
        beside.replace(output)
        (output / SUCCESS).touch()
    except OSError as error:
        raise _problem(output, f"cannot be written: {error.strerror}") from error


def _problem(path: Path, message: str) -> ProblemsError:
    return ProblemsError([Problem(str(path), 0, message)])
