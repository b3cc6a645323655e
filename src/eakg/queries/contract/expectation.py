"""What a saved query expects of its answer, as its header says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from eakg.keyed_files import KeyedFile, Keys
from eakg.problems import Problem

Compare = Literal["bag", "set", "ordered", "contains"]
EvidenceGrade = Literal["sourced", "verified"]
ROWS = (".csv", ".tsv")
PLACE = "{case}"
"""What stands for the name of a case in the name of a file of rows or triples."""


@dataclass(frozen=True)
class RowCount:
    """A range of numbers of rows; None is no bound."""

    minimum: int = 0
    maximum: int | None = None

    def __contains__(self, number: int) -> bool:
        return self.minimum <= number and (self.maximum is None or number <= self.maximum)

    def __str__(self) -> str:
        if self.maximum is None:
            return f"at least {self.minimum}"
        if self.maximum == self.minimum:
            return str(self.minimum)
        return f"{self.minimum} to {self.maximum}"


@dataclass(frozen=True)
class Tolerance:
    """By how much a number may differ from the expected one: by an amount, or by so many hundredths
    of it."""

    amount: Decimal
    is_percent: bool = False

    def covers(self, expected: Decimal, actual: Decimal) -> bool:
        """Whether the numbers are near enough."""
        bound = abs(expected) * self.amount / 100 if self.is_percent else self.amount
        return abs(expected - actual) <= bound


@dataclass(frozen=True)
class Drift:
    """How an answer may differ from that of the last time: its rows or triples may only become
    more, or their number may differ by so much."""

    grows: bool
    number: Tolerance | None


@dataclass(frozen=True)
class Column:
    """The shape of a column's values. A value that is unbound has no other shape than `bound`."""

    name: str
    kind: Literal["iri", "literal", "blank"] | None = None
    datatype: str | None = None
    language: str | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    bound: bool = False
    unique: bool = False


@dataclass(frozen=True)
class Expectation:
    """What must hold of an answer; each part that is there is checked.

    `rows` is a file of rows (CSV: the values; TSV: the terms) that are compared as a bag, as a set,
    in their order, or as some of those that come; numbers may differ by `tolerance`. `graph` is a
    Turtle file that the answer is isomorphic to, `shapes` are files with shapes (SHACL) that it
    conforms to, `ask` is the answer to ASK. `same_as` is another
    endpoint's address, or RDF files, whose answer is to be the same. With `drift`, the file has the
    answer of the last time. `evidence` is what each triple behind a row has to rest on.
    """

    rows: Path | None = None
    compare: Compare = "bag"
    tolerance: Tolerance | None = None
    count: RowCount | None = None
    ask: bool | None = None
    graph: Path | None = None
    columns: tuple[Column, ...] = ()
    same_as: str | tuple[Path, ...] = ()
    drift: Drift | None = None
    evidence: EvidenceGrade | None = None
    shapes: tuple[Path, ...] = ()

    @property
    def file(self) -> Path | None:
        """The file of the expected rows or triples."""
        return self.rows or self.graph


def read_expectation(
    header: KeyedFile, case: str = "", keys: Keys = ("expect",)
) -> tuple[Expectation | None, list[Problem]]:
    """The expectation of a header, and what is wrong with it.

    Arguments: the header; the name of the case that it is for, which takes the place of `{case}` in
    the names of files; where it stands.
    """
    contract: Any = header.values
    for key in keys:
        contract = contract.get(key) if isinstance(contract, dict) else contract[key]
    if contract is None:
        return None, []
    problems = []
    folder = header.path.parent
    files = {key: contract[key].replace(PLACE, case) for key in contract.keys() & {"rows", "graph"}}
    if {"/", "\\", "\0"} & {*case} and any(PLACE in contract[key] for key in files):
        message = f"the case {case!r} cannot stand in the name of a file; name it without / and \\"
        problems.append(header.problem(message, *keys))
    rows = folder / files["rows"] if "rows" in files else None
    graph = folder / files["graph"] if "graph" in files else None
    if rows is not None and rows.suffix not in ROWS:
        problems.append(
            header.problem(f"rows are in a .csv or .tsv file, not {rows}", *keys, "rows")
        )
    graphs = (".ttl", ".nt", ".nq") if header.path.suffix.lower() == ".ru" else (".ttl", ".nt")
    if graph is not None and graph.suffix not in graphs:
        message = f"a graph is in a {' or '.join(graphs)} file, not {graph}"
        problems.append(header.problem(message, *keys, "graph"))
    count = _count(contract.get("count"))
    if "empty" in contract:
        if count is not None:
            problems.append(
                header.problem("count and empty exclude each other; leave out one", *keys, "empty")
            )
        count = RowCount(0, 0) if contract["empty"] else RowCount(1)
    if "ask" in contract and set(contract) != {"ask"}:
        problems.append(header.problem("ask stands alone in expect", *keys, "ask"))
    if graph is not None and (rows is not None or "columns" in contract):
        problems.append(header.problem("a graph has no rows or columns", *keys, "graph"))
    shapes = _paths(folder, contract.get("shapes", ()))
    problems += (
        header.problem(message, *keys, "shapes")
        for message in _shapes_faults(contract, shapes, header.path)
    )
    tolerance = _tolerance(contract["tolerance"]) if "tolerance" in contract else None
    drift = None
    if "drift" in contract:
        drift = _drift(contract["drift"])
        problems += (
            header.problem(message, *keys, "drift") for message in _drift_faults(contract, drift)
        )
    columns = tuple(_column(name, shape) for name, shape in contract.get("columns", {}).items())
    compare = contract.get("compare", "bag")
    other = contract.get("same-as", ())
    if other and (rows or graph):
        message = "same-as stands in the place of rows or a graph; leave out one"
        problems.append(header.problem(message, *keys, "same-as"))
    if not rows and not other and {"compare", "tolerance"} & set(contract):
        message = "compare and tolerance are about rows, of which there are none"
        problems.append(header.problem(message, *keys))
    same_as: str | tuple[Path, ...] = ()
    if is_address(other):
        same_as = other
    elif other:
        same_as = _paths(folder, other)
    return Expectation(
        rows,
        compare,
        tolerance,
        count,
        contract.get("ask"),
        graph,
        columns,
        same_as,
        drift,
        contract.get("evidence"),
        shapes,
    ), problems


def _paths(folder: Path, names: Any) -> tuple[Path, ...]:
    """The files of a name, or of several."""
    return tuple(folder / name for name in ([names] if isinstance(names, str) else names))


def _shapes_faults(contract: Any, shapes: tuple[Path, ...], path: Path) -> Iterator[str]:
    if not shapes:
        return
    if path.suffix.lower() == ".ru":
        yield "shapes are of the triples of a query; an update expects a graph"
    if {"rows", "columns"} & contract.keys():
        yield "shapes are of triples, which have no rows or columns; leave out one"
    for file in shapes:
        if not file.is_file():
            yield f"there is no {file}, whose shapes are expected"


def _tolerance(value: Any) -> Tolerance:
    """An amount, or `N%`."""
    number = str(value).strip()
    return Tolerance(Decimal(number.removesuffix("%").strip()), number.endswith("%"))


def _drift(value: Any) -> Drift:
    number = _tolerance(value["number"]) if "number" in value else None
    return Drift(value.get("rows") == "grow", number)


def _drift_faults(contract: Any, drift: Drift) -> Iterator[str]:
    if not {"rows", "graph"} & set(contract):
        yield "drift is told from the rows or graph of the last time; name their file"
    if "compare" in contract:
        yield "drift stands in the place of compare; leave out one"
    if "tolerance" in contract and not drift.grows:
        yield "tolerance is about rows, which drift compares where they may only grow"


def is_address(value: object) -> bool:
    """Whether a value is an address of the web, and no name of a file."""
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _count(shape: Any) -> RowCount | None:
    if shape is None:
        return None
    if isinstance(shape, int):
        return RowCount(shape, shape)
    return RowCount(shape.get("min", 0), shape.get("max"))


def _column(name: str, shape: dict[str, Any]) -> Column:
    return Column(
        name,
        shape.get("kind"),
        shape.get("datatype"),
        shape.get("language"),
        shape.get("pattern"),
        tuple(text(value) for value in shape.get("values", ())),
        text(shape["minimum"]) if "minimum" in shape else None,
        text(shape["maximum"]) if "maximum" in shape else None,
        shape.get("bound", False),
        shape.get("unique", False),
    )


def text(value: Any) -> str:
    """A value of YAML as it would be written in RDF."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
