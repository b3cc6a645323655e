"""An answer to an agent: what was asked of which version, the rows, and what each rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from rdflib import BNode
from rdflib.term import Node

from eakg.rdf import Row, results_of, write_term
from eakg.serve.agents.citation import Citation, Source, Terms, plain, proof_address, sources_of
from eakg.serve.agents.service import Query, Service, ServiceRefusalError
from eakg.serve.content import NAME_PROPERTIES

ANSWER, NOT_SAID = "answered", "not-said"
NAMES = frozenset(f"<{name}>" for name in NAME_PROPERTIES)
_TRIPLES_OF_ROW = 3
_SOURCES = 5
_CHANGE_ADVICE = "the data changed while it was answered; ask again"
_NOT_SAID = (
    "The graph does not say. That is not to say that it is not so: what nobody stated here is not"
    " denied."
)


class DataChangedError(ServiceRefusalError):
    """The data changed between the parts of an answer."""

    def __init__(self) -> None:
        super().__init__(503, "changed-meanwhile", _CHANGE_ADVICE, {})


@dataclass
class Grounds:
    """The citations of an answer, as they are found: each triple has one number.

    Arguments: the service; the version of the data that the answer is of, empty where nobody knows
    it yet.
    """

    service: Service
    version: str = ""
    citations: dict[Terms, Citation] = field(default_factory=dict)

    def get(self, path: str, query: Query) -> Any:
        """What is at a path, in JSON, of the same version as the rest. Raises:
        ServiceRefusalError, DataChangedError where that is another; StoreError."""
        reply = self.service.get(path, query)
        self.note(reply.version)
        return reply.document

    def note(self, version: str) -> None:
        """Some part is of this version. Raises: DataChangedError where another is not."""
        if self.version and version and self.version != version:
            raise DataChangedError
        self.version = self.version or version

    def cite(self, document: Mapping[str, Any], *, every_source: bool = False) -> int:
        """The number of the citation of a triple, from the JSON that pages have of it, with some of
        its sources or with every one. Raises: as `get`."""
        triple: Terms = (
            document["triple"]["s"],
            document["triple"]["p"],
            document["triple"]["o"],
        )
        if triple not in self.citations:
            words = document["words"]
            sources = tuple(sources_of(document.get("evidence", ())))
            if document["by"] != "asserted" and "proof" in document:
                sources = self._sources_behind(triple)
            self.citations[triple] = Citation(
                len(self.citations) + 1,
                triple,
                (words["s"], words["p"], words["o"]),
                document["by"],
                sources if every_source else sources[:_SOURCES],
                proof_address(self.service.address, triple),
            )
        return self.citations[triple].number

    def _sources_behind(self, triple: Terms) -> tuple[Source, ...]:
        """The sources of the triples from which one follows, those that say so in words first."""
        query = [*zip("spo", triple, strict=True), ("steps", "1"), ("format", "json")]
        steps = self.get("/explain", query)["steps"].values()
        items = [item for step in steps for item in step.get("evidence", ())]
        return tuple(sorted(sources_of(items), key=lambda source: source.sentence is None))

    def row(
        self, text: str, closure: str, row: Row, most: int | None = _TRIPLES_OF_ROW
    ) -> list[int]:
        """The numbers of the citations of a row of the answer to a query, of so many of its triples
        or of all. Raises: as `get`."""
        cells = [
            (name, write_term(term)) for name, term in row.items() if not isinstance(term, BNode)
        ]
        if not cells:
            return []
        query = [("query", text), ("closure", closure), ("format", "json")]
        query += [pair for name, term in cells for pair in (("variable", name), ("term", term))]
        triples = self.get("/sparql/row", query)["triples"]
        entries = sorted(triples, key=lambda entry: entry["triple"]["p"] in NAMES)[:most]
        return [self.cite(one) for one in entries if "proof" in one]

    def members(self) -> list[dict[str, Any]]:
        """The citations as JSON."""
        return [one.members(self.version) for one in self.citations.values()]

    def lines(self) -> Iterable[str]:
        """The citations as lines of a text."""
        return (one.line(self.version) for one in self.citations.values())


@dataclass(frozen=True)
class Answer:
    """What a tool answers: members of JSON, and the same in words."""

    members: Mapping[str, Any]
    text: str


def query_answer(
    service: Service, text: str, closure: str, most: int, cited: int, question: str = ""
) -> Answer:
    """The answer to a query: its rows with citations, or its truth value, or its triples.

    Arguments: the service; the query; the closure; how many rows are given at most, and how many
    of these with citations; the question in words, where there is one.
    Raises: ServiceRefusalError, DataChangedError; StoreError.
    """
    reply = service.get("/sparql", [("query", text), ("closure", closure)], _RESULTS)
    replay = f"{service.address}/sparql?{urlencode({'query': text, 'closure': closure})}"
    about: dict[str, Any] = {
        **({"question": question} if question else {}),
        "version": reply.version,
        "closure": closure,
        "query": text,
        "replay": replay,
    }
    heading = [question] if question else []
    ending = [f"Data version {reply.version}; asked again at <{replay}>"]
    if not reply.body.lstrip().startswith(b"{"):
        return _graph_answer(reply.body.decode(), most, about, heading, ending)
    results = results_of(reply.document)
    if isinstance(results, bool):
        words = "Yes: the graph says so." if results else f"No. {_NOT_SAID}"
        status = ANSWER if results else NOT_SAID
        members = {"status": status, "boolean": results, **about, "citations": []}
        return Answer(members, "\n".join((*heading, words, *ending)))
    grounds = Grounds(service, reply.version)
    rows, bindings = results.rows[:most], reply.document["results"]["bindings"][:most]
    numbers = [
        grounds.row(text, closure, row) if place < cited else [] for place, row in enumerate(rows)
    ]
    rest = len(results.rows) - len(rows)
    members = {
        "status": ANSWER if rows else NOT_SAID,
        **about,
        "columns": list(results.variables),
        "rows": bindings,
        "total": len(results.rows),
        "cited": [list(one) for one in numbers],
        "citations": grounds.members(),
    }
    lines = [*heading, *(_table(results.variables, rows, numbers) if rows else [_NOT_SAID])]
    if rest:
        lines.append(f"{rest:,} more rows are not given; ask for more with `most`.")
    if len(rows) > cited:
        lines.append(f"Rows after the first {cited} are not cited here; ask `evidence` about them.")
    return Answer(members, "\n".join((*lines, "", *grounds.lines(), "", *ending)))


_RESULTS = "application/sparql-results+json, text/turtle;q=0.5"


def _graph_answer(
    data: str, most: int, about: Mapping[str, Any], heading: list[str], ending: list[str]
) -> Answer:
    lines = data.splitlines()
    is_empty = not any(line.strip() and not line.startswith("@prefix") for line in lines)
    members = {
        "status": NOT_SAID if is_empty else ANSWER,
        **about,
        "turtle": data,
        "citations": [],
    }
    body = [_NOT_SAID] if is_empty else lines[: 10 * most]
    return Answer(members, "\n".join((*heading, *body, *ending)))


def _table(variables: Sequence[str], rows: Sequence[Row], numbers: list[list[int]]) -> list[str]:
    """Rows as a table of Markdown, the last column with the numbers of their citations."""

    lines = [[*variables, "cited"], ["---"] * (len(variables) + 1)]
    for row, cited in zip(rows, numbers, strict=True):
        marks = " ".join(f"[{number}]" for number in cited)
        lines.append([*(_cell(row.get(name)) for name in variables), marks])
    return [f"| {' | '.join(line)} |" for line in lines]


def _cell(term: Node | None) -> str:
    return "" if term is None else plain(str(term)).replace("|", "\\|")
