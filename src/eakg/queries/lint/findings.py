"""What is suspicious in a saved query before it is asked: slips that empty or flood its answer."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rdflib import URIRef

from eakg.problems import Problem
from eakg.queries.contract import Parameter, SavedQuery, header_schema
from eakg.queries.lint.vocabulary import unknown_terms
from eakg.sparql import (
    EvaluationError,
    FormatMismatchError,
    ParameterError,
    QueryError,
    QuerySyntaxError,
    Term,
    Token,
    TokenKind,
    TooGeneralError,
    bind,
    cross_joins,
    in_one_triple,
    iri_of,
    is_unbounded,
    place_in,
    query_tokens,
    read_head,
)
from eakg.store import EmbeddedStore, QueryRequest, read_contents

_SAMPLES = {
    "iri": "urn:x",
    "integer": "1",
    "number": "1",
    "decimal": "1.0",
    "double": "1.0",
    "boolean": "true",
    "date": "2020-01-01",
    "dateTime": "2020-01-01T00:00:00Z",
}


@dataclass(frozen=True, order=True)
class Finding:
    """Something suspicious. An error makes the query wrong; a warning makes it worth a look."""

    problem: Problem
    level: Literal["error", "warning"]

    def __str__(self) -> str:
        place, _, message = str(self.problem).partition(": ")
        return f"{place}: {self.level}: {message}"


def lint(query: SavedQuery) -> list[Finding]:
    """What is suspicious in a query, in order of lines. Where the syntax is wrong, that alone."""
    findings = list(_Linter(query).findings())
    return sorted(dict.fromkeys(findings))


class _Linter:
    def __init__(self, query: SavedQuery) -> None:
        self.query = query
        self.text = query.text
        self.head = read_head(query.text)
        self.tokens = query_tokens(query.text)
        self.parameters = {name for parameter in query.parameters for name in parameter.variables}

    def findings(self) -> Iterator[Finding]:
        error = self._syntax(self.text) or self._bound()
        if error:
            yield error
            return
        yield from self._header()
        yield from self._prefixes()
        yield from self._terms()
        yield from self._variables()
        yield from self._joins()

    def _error(self, line: int, message: str) -> Finding:
        return Finding(Problem(str(self.query.path), line, message), "error")

    def _warning(self, line: int, message: str) -> Finding:
        return Finding(Problem(str(self.query.path), line, message), "warning")

    def _line(self, token: Token) -> int:
        return place_in(self.text, token.start)[0]

    def _syntax(self, text: str) -> Finding | None:
        try:
            _empty_store().query(QueryRequest(text)).read()
        except QuerySyntaxError as error:
            return self._error(error.line or 1, re.sub("^line [0-9]+, ", "", str(error)))
        except EvaluationError as error:
            return self._error(1, str(error))
        except (FormatMismatchError, QueryError):
            return None
        return None

    def _bound(self) -> Finding | None:
        """A query that is none any more once its parameters have values."""
        try:
            terms = {
                name: _sample(parameter, self.query)
                for parameter in self.query.parameters
                for name in parameter.variables
            }
            finding = self._syntax(bind(self.text, terms))
        except ParameterError as error:
            return self._error(1, str(error))
        if finding is None:
            return None
        message = f"with values for its parameters it is no query: {finding.problem.message}"
        return self._error(finding.problem.line, message)

    def _header(self) -> Iterator[Finding]:
        header = self.query.header
        for key in header.values:
            if key not in header_schema()["properties"]:
                yield self._warning(header.line(key), f"nobody here reads the key {key!r}")
        if "transform" in header.values:
            yield self._warning(header.line("transform"), "transform is not applied to answers")

    def _prefixes(self) -> Iterator[Finding]:
        names = [token for token in self.tokens if token.kind is TokenKind.PREFIXED_NAME]
        declarations = [token for token in names if token.start < self.head.prologue]
        used_prefixes = {token.text.partition(":")[0] for token in names[len(declarations) :]}
        # The header may use a prefix, and so may the name of a variable of grlc's.
        used_prefixes |= set(re.findall(r"([\w-]+):", self.text[: self.tokens[0].start]))
        used_prefixes |= {part for name in self.parameters for part in name.split("_")}
        for token in declarations:
            prefix = token.text.removesuffix(":")
            if prefix not in used_prefixes:
                yield self._warning(self._line(token), f"the prefix {prefix}: is not used")

    def _terms(self) -> Iterator[Finding]:
        places: dict[URIRef, Token] = {}
        for token in self.tokens:
            iri = iri_of(token, self.head.base, self.head.prefixes)
            if iri is not None and token.start >= self.head.prologue:
                places.setdefault(URIRef(iri), token)
        for term, suggestion in unknown_terms(places):
            token = places[term]
            hint = f"; did you mean {self._short(suggestion)}?" if suggestion else ""
            message = f"{token.text} is no term of its vocabulary{hint}"
            yield self._error(self._line(token), message)

    def _short(self, iri: str) -> str:
        for prefix, namespace in self.head.prefixes.items():
            if namespace and iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return f"<{iri}>"

    def _variables(self) -> Iterator[Finding]:
        count = Counter(t.text[1:] for t in self.tokens if t.kind is TokenKind.VARIABLE)
        if any(token.word == "SERVICE" for token in self.tokens):
            return  # what another endpoint binds is not seen here
        try:
            single_triple_variables = in_one_triple(self.text)
        except TooGeneralError:
            single_triple_variables = frozenset()
        selects_all = _selects_everything(self.tokens)
        for token, place in _places(self.tokens):
            name = token.text[1:]
            if count[name] > 1 or name in self.parameters:
                continue
            if place == "result":
                yield self._error(self._line(token), f"?{name} is in the result and never bound")
            elif place == "order":
                yield self._error(self._line(token), f"?{name} is ordered by and never bound")
            elif place == "assigned":
                yield self._warning(self._line(token), f"?{name} is assigned and not used")
            elif place == "pattern" and name in single_triple_variables and not selects_all:
                message = f"?{name} is used once; write [] if any value will do"
                yield self._warning(self._line(token), message)

    def _joins(self) -> Iterator[Finding]:
        try:
            for names in cross_joins(self.text):
                parts = " and ".join(f"?{name}" for name in names)
                message = f"nothing connects {parts}: every value of one comes with every other"
                yield self._warning(self._first(names[-1]), message)
            if is_unbounded(self.text):
                message = "the result has no bound; add LIMIT, or a constant to the pattern"
                yield self._warning(1, message)
        except TooGeneralError as error:
            yield self._warning(1, f"its joins are not looked at: {error}")

    def _first(self, name: str) -> int:
        lines = (self._line(token) for token in self.tokens if token.text[1:] == name)
        return next(lines, 1)


def _places(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each variable, and what it is there for: in the `result`, to `order` by, `assigned`, in a
    `pattern`, or `otherwise` (where a variable that is there once says something)."""
    groups: list[bool] = []
    clause = previous = ""
    for token in tokens:
        word = token.word
        if word == "{":
            groups.append(previous in ("EXISTS", "MINUS", "CONSTRUCT") or any(groups[-1:]))
            clause = "otherwise" if groups[-1] else "pattern"
        elif word == "}":
            groups.pop()
            clause = "otherwise" if any(groups[-1:]) else "pattern"
        elif word in ("SELECT", "DESCRIBE"):
            clause = "result" if not groups else "otherwise"
        elif word == "ORDER":
            clause = "order"
        elif word in ("GROUP", "HAVING", "VALUES"):
            clause = "otherwise"
        if token.kind is TokenKind.VARIABLE:
            if previous == "AS":
                yield token, "otherwise" if clause == "result" else "assigned"
            else:
                yield token, "otherwise" if previous in ("GRAPH", "SERVICE") else clause
        previous = word


def _selects_everything(tokens: Sequence[Token]) -> bool:
    words = [token.word for token in tokens]
    if "SELECT" not in words:
        return False
    next_words = words[words.index("SELECT") + 1 :][:2]
    return "*" in next_words[:1] or next_words in (["DISTINCT", "*"], ["REDUCED", "*"])


def _sample(parameter: Parameter, query: SavedQuery) -> Term:
    text = parameter.default
    if text is None:
        values = parameter.values or (("", _SAMPLES.get(parameter.type, "x")),)
        text = values[0][1]
    untyped = Parameter(parameter.name, (), parameter.type, parameter.datatype, parameter.language)
    try:
        return untyped.term(text, query.prefixes)
    except ParameterError:
        return Parameter(parameter.name, ()).term("x", {})


@cache
def _empty_store() -> EmbeddedStore:
    return EmbeddedStore(read_contents(()))
