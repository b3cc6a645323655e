"""A saved query: SPARQL in a file, with its contract in leading `#+` comments."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from eakg.keyed_files import KeyedFile
from eakg.names import PREFIXES
from eakg.problems import Problem, ProblemsError
from eakg.queries.contract.cases import QueryCase, read_cases
from eakg.queries.contract.declarations import declared_parameters
from eakg.queries.contract.executables import is_executable_file, unwrapped_text
from eakg.queries.contract.expectation import Expectation, read_expectation
from eakg.queries.contract.files import UPDATE_EXTENSIONS
from eakg.queries.contract.header import header_schema, read_header
from eakg.queries.contract.parameters import Parameter
from eakg.rdf import STANDARD_INPUT
from eakg.sparql import ParameterError, Term, bind, inspect_query
from eakg.store import Closure

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class SavedQuery:
    """A query file.

    `inference` names the rules without which the answer is not complete; `expect` is None where
    nothing is expected but that the query runs. `endpoint`, `method` and `data` say where it is
    asked, `closure` and `timeout` how; None where the header does not say. An answer is slow that
    takes longer than its `budget`. `severity` says how
    grave an answer is that is not as expected. `case` is the one that the query is of, where it
    has `cases`.
    """

    path: Path
    text: str
    summary: str
    description: str = ""
    question: str = ""
    tags: tuple[str, ...] = ()
    inference: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    expect: Expectation | None = None
    closure: Closure | None = None
    endpoint: str | None = None
    method: str | None = None
    data: tuple[Path, ...] = ()
    timeout: float | None = None
    budget: float | None = None
    severity: Severity = "error"
    cases: tuple[QueryCase, ...] = ()
    case: QueryCase | None = None
    header: KeyedFile = field(default_factory=lambda: KeyedFile(Path(), {}), repr=False)
    project_prefixes: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: str = ""

    @property
    def is_update(self) -> bool:
        """Whether it is an update, by the name of its file."""
        return self.path.suffix.lower() in UPDATE_EXTENSIONS

    @property
    def place(self) -> str:
        """Where the query stands: its file, or the address that it was fetched from."""
        return self.address or str(self.path)

    @property
    def folder(self) -> str:
        """What it stands in."""
        return self.address.rpartition("/")[0] or str(self.path.parent)

    @property
    def prologue(self) -> str:
        """Declarations, in one line, of the prefixes that the query does not declare itself."""
        return prologue_of(self.text, self.declared_prefixes)

    @property
    def declared_prefixes(self) -> dict[str, str]:
        """Namespaces by prefix that need not stand in the query: the project's, and the header's,
        which go before them."""
        return {**self.project_prefixes, **self.header.values.get("prefixes", {})}

    @property
    def ignored_findings(self) -> tuple[str, ...]:
        """The kinds of finding that are not told of this query."""
        lint = self.header.values.get("lint", {})
        if isinstance(lint, str):
            return tuple(lint.removeprefix("ignore").replace(",", " ").split())
        return _words(lint.get("ignore"))

    @property
    def name(self) -> str:
        """The name of the file without its extension, and that of its case."""
        return f"{self.path.stem}[{self.case.name}]" if self.case else self.path.stem

    @property
    def in_cases(self) -> "tuple[SavedQuery, ...]":
        """The query in each of its cases; alone where it has none."""
        cases = (replace(self, expect=one.expect, cases=(), case=one) for one in self.cases)
        return tuple(cases) or (self,)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Namespaces by prefix: those that everyone here uses, those of the project and the header,
        and the query's own."""
        return PREFIXES | self.declared_prefixes | dict(inspect_query(self.text).prefixes)

    def terms(self, values: Mapping[str, str]) -> dict[str, Term]:
        """Terms by variable, for values by the name of the parameter; the rest are defaults,
        as far as these do not stand in the query.

        Raises: ParameterError when a value is none of its parameter, or a required one is missing.
        """
        values = {**(self.case.values if self.case else {}), **values}
        unknown = set(values) - {parameter.name for parameter in self.parameters}
        if unknown:
            names = ", ".join(parameter.name for parameter in self.parameters) or "none"
            raise ParameterError(f"there is no parameter {min(unknown)}; there is {names}")
        prefixes = self.prefixes
        terms: dict[str, Term] = {}
        for parameter in self.parameters:
            if parameter.in_query and parameter.name not in values:
                continue
            value = values.get(parameter.name, parameter.default)
            if value is None:
                if parameter.required:
                    raise ParameterError(f"{parameter.name} is missing; {_type_hint(parameter)}")
                continue
            term = parameter.term(value, prefixes)
            terms |= dict.fromkeys(parameter.variables, term)
        return terms

    def bound(self, values: Mapping[str, str]) -> str:
        """The query with these values in the place of its parameters. Raises: ParameterError."""
        return self.prologue + bind(self.text, self.terms(values))


def check_names(queries: Iterable[SavedQuery], values: Iterable[str]) -> None:
    """Raises: ParameterError for the name of a value that is no parameter of any query."""
    names = {parameter.name for query in queries for parameter in query.parameters}
    unknown_names = set(values) - names
    if unknown_names:
        hint = f"; there is {', '.join(sorted(names))}" if names else ""
        raise ParameterError(f"no query has a parameter {min(unknown_names)}{hint}")


def prologue_of(text: str, prefixes: Mapping[str, str]) -> str:
    """Declarations of prefixes, in one line, but for those that a query declares itself."""
    own_prefixes = dict(inspect_query(text).prefixes)
    return "".join(
        f"PREFIX {name}: <{namespace}> "
        for name, namespace in prefixes.items()
        if name not in own_prefixes
    )


def _type_hint(parameter: Parameter) -> str:
    if parameter.values:
        return f"it is one of {', '.join(value for _, value in parameter.values)}"
    words = parameter.datatype or parameter.language or parameter.type
    return f"it is of the type {words}"


def read_query(
    path: Path, *, complete: bool = True, prefixes: Mapping[str, str] | None = None
) -> SavedQuery:
    """Read a query file, in RDF or as it is, or standard input for `-`. Raises: ProblemsError when
    it, or its header, cannot be used.

    Unless `complete`, the file of what is expected may still be missing. `prefixes` are those that
    the project declares for all its queries.
    """
    try:
        if is_executable_file(path):
            content = unwrapped_text(path)
        elif path == STANDARD_INPUT:
            content = sys.stdin.buffer.read().decode("utf-8-sig")
        else:
            content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ProblemsError([Problem(str(path), 0, "no such file; check the path")]) from error
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise ProblemsError([Problem(str(path), 0, message)]) from error
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(str(path), 0, "not UTF-8; save it as UTF-8")]) from error
    return parse_query(path, content, complete=complete, prefixes=prefixes)


def parse_query(
    path: Path,
    content: str,
    *,
    complete: bool = True,
    prefixes: Mapping[str, str] | None = None,
) -> SavedQuery:
    """The saved query of a text; the path is for messages, and for the files that it names.

    Raises: ProblemsError when the header cannot be used.
    """
    header = read_header(path, content)
    values = header.values
    expect, problems = read_expectation(header)
    data = tuple(path.parent / name for name in _words(values.get("data")))
    parameters, parameter_problems = declared_parameters(header, content)
    problems += parameter_problems
    if "data" in values and "endpoint" in values:
        problems.append(
            header.problem("data and endpoint exclude each other; leave out one", "data")
        )
    cases, case_problems = read_cases(header)
    problems += case_problems
    for contract in dict.fromkeys(case.expect for case in cases) if cases else [expect]:
        file = contract.file if complete and contract else None
        if contract and file and not file.is_file():
            kind = "rows" if contract.rows else "graph"
            message = f"there is no {file}, which is expected; `eakg test --update` writes it"
            problems.append(header.problem(message, "expect", kind))
    query = SavedQuery(
        path=path,
        text=content,
        summary=str(values.get("summary", path.stem)),
        description=str(values.get("description", "")),
        question=str(values.get("question", "")),
        tags=_words(values.get("tags")),
        inference=_words(values.get("inference")),
        parameters=parameters,
        expect=expect,
        closure=values.get("closure"),
        endpoint=values.get("endpoint"),
        method=str(values["method"]).upper() if "method" in values else None,
        data=data,
        timeout=values.get("timeout"),
        budget=values.get("budget"),
        severity=values.get("severity", "error"),
        cases=cases,
        header=header,
        project_prefixes=prefixes or {},
    )
    problems += _case_problems(query)
    if query.is_update:
        problems += _update_problems(header)
    if problems:
        raise ProblemsError(problems)
    return query


_OF_UPDATES = frozenset(
    {
        "summary",
        "description",
        "question",
        "tags",
        "data",
        "expect",
        "severity",
        "timeout",
        "budget",
    }
    | {"prefixes", "lint"}
)


def _update_problems(header: KeyedFile) -> list[Problem]:
    """What a header says that an update cannot have."""
    known_keys = header_schema()["properties"].keys()
    problems = [
        header.problem(f"{key} is of queries; an update has data and a graph to expect", key)
        for key in header.values
        if key in known_keys - _OF_UPDATES
    ]
    for key in header.values.get("expect") or {}:
        if key != "graph":
            message = f"an update is tested by the graph that is there after it, not by {key}"
            problems.append(header.problem(message, "expect", key))
    return problems


def _case_problems(query: SavedQuery) -> list[Problem]:
    """What is wrong with the values of cases."""
    problems = []
    for case in query.cases:
        try:
            replace(query, case=case).terms({})
        except ParameterError as error:
            problems.append(query.header.problem(f"case {case.name!r}: {error}", "cases"))
    return problems


def _words(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
