"""A run and what was measured in it, and the file that holds them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Measurement:
    """What was measured once: of which graph, system and part; the case within the part, such as a
    query; in which turn. Figures are by name, seconds and bytes unless they say otherwise;
    `failures` counts what was not answered, by how; `others` is how many processors were busy with
    other work; `answer` stands for the rows of the answer, and is the same for the same rows."""

    graph: str
    system: str
    part: str
    case: str
    turn: int
    figures: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    others: float = 0.0
    answer: str = ""


@dataclass(frozen=True)
class Run:
    """A run: when, of which state of the code, on which machine under what load, with what; what
    could not be asked and why; the graphs with their numbers of triples; the queries by the name of
    their graph, each with its name, class and text; and the measurements."""

    began: str
    ended: str
    revision: str
    command: str
    reference: str
    machine: Mapping[str, Any]
    load_before: tuple[float, ...]
    load_after: tuple[float, ...]
    versions: Mapping[str, str]
    settings: Mapping[str, Any]
    missing: tuple[str, ...]
    graphs: Mapping[str, Mapping[str, float]]
    queries: Mapping[str, tuple[tuple[str, str, str], ...]]
    measurements: tuple[Measurement, ...]

    def of(self, part: str, graph: str | None = None) -> Iterator[Measurement]:
        """The measurements of a part, and of a graph where one is given."""
        for one in self.measurements:
            if one.part == part and graph in (None, one.graph):
                yield one

    @property
    def others(self) -> float:
        """How many processors were busy with other work at the worst measurement."""
        return max((one.others for one in self.measurements), default=0.0)


class ResultFormatError(ValueError):
    """A file of results that this code does not read."""


def write_run(run: Run) -> str:
    """A run as JSON, a measurement a line."""
    record = asdict(run)
    measurements = record.pop("measurements")
    head = json.dumps({"format": FORMAT, **record}, indent=1, ensure_ascii=False)
    lines = ",\n".join(f" {json.dumps(one, ensure_ascii=False)}" for one in measurements)
    return f'{head.removesuffix("}").rstrip()},\n "measurements": [\n{lines}\n ]\n}}\n'


def read_run(text: str) -> Run:
    """The run in a file. Raises: ResultFormatError."""
    try:
        record = json.loads(text)
    except ValueError as error:
        raise ResultFormatError(f"not JSON: {error}") from error
    if not isinstance(record, dict) or record.pop("format", None) != FORMAT:
        raise ResultFormatError(f"not results of format {FORMAT}; measure anew")
    try:
        measurements = tuple(Measurement(**one) for one in record.pop("measurements"))
        queries = {
            name: tuple(tuple(query) for query in queries)
            for name, queries in record.pop("queries").items()
        }
        tuples = {
            name: tuple(record.pop(name)) for name in ("load_before", "load_after", "missing")
        }
        return Run(**record, **tuples, queries=queries, measurements=measurements)
    except (KeyError, TypeError, AttributeError) as error:
        raise ResultFormatError(f"incomplete results: {error}; measure anew") from error
