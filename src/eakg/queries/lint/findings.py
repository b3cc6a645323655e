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
    in_one_triple,
    inspect_query,
    tokens,
    unbounded,
    unconnected,
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
    found = list(_Linter(query).findings())
    return sorted(dict.fromkeys(found))


class _Linter:
    def __init__(self, query: SavedQuery) -> None:
        self.query = query
        self.text = query.text
        self.tokens = [one for one in tokens(query.text) if one.kind is not TokenKind.COMMENT]
        self.prefixes = dict(inspect_query(query.text).prefixes)
        self.parameters = {name for one in query.parameters for name in one.variables}

    def findings(self) -> Iterator[Finding]:
        broken = self._syntax(self.text) or self._bound()
        if broken:
            yield broken
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
        return self.text.count("\n", 0, token.start) + 1

    def _syntax(self, text: str) -> Finding | None:
        try:
            _nothing().query(QueryRequest(text)).read()
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
                name: _sample(one, self.query)
                for one in self.query.parameters
                for name in one.variables
            }
            broken = self._syntax(bind(self.text, terms))
        except ParameterError as error:
            return self._error(1, str(error))
        if broken is None:
            return None
        message = f"with values for its parameters it is no query: {broken.problem.message}"
        return self._error(broken.problem.line, message)

    def _header(self) -> Iterator[Finding]:
        header = self.query.header
        for key in header.values:
            if key not in header_schema()["properties"]:
                yield self._warning(header.line(key), f"nobody here reads the key {key!r}")
        if "transform" in header.values:
            yield self._warning(header.line("transform"), "transform is not applied to answers")

    def _prefixes(self) -> Iterator[Finding]:
        used = {
            token.text.partition(":")[0]
            for number, token in enumerate(self.tokens)
            if token.kind is TokenKind.PREFIXED_NAME and not self._declares(number)
        }
        # The header may use a prefix, and so may the name of a variable of grlc's.
        used |= set(re.findall(r"([\w-]+):", self.text[: self.tokens[0].start]))
        used |= {part for name in self.parameters for part in name.split("_")}
        for number, token in enumerate(self.tokens):
            prefix = token.text.removesuffix(":")
            if self._declares(number) and prefix not in used:
                yield self._warning(self._line(token), f"the prefix {prefix}: is not used")

    def _declares(self, number: int) -> bool:
        return number > 0 and self.tokens[number - 1].text.upper() == "PREFIX"

    def _terms(self) -> Iterator[Finding]:
        places: dict[URIRef, Token] = {}
        for number, token in enumerate(self.tokens):
            before = [one.text.upper() for one in self.tokens[max(0, number - 2) : number]]
            if "PREFIX" in before or before[-1:] == ["BASE"]:
                continue
            iri = self._iri(token)
            if iri is not None:
                places.setdefault(iri, token)
        for term, meant in unknown_terms(places):
            token = places[term]
            hint = f"; did you mean {self._short(meant)}?" if meant else ""
            message = f"{token.text} is no term of its vocabulary{hint}"
            yield self._error(self._line(token), message)

    def _iri(self, token: Token) -> URIRef | None:
        if token.kind is TokenKind.IRIREF:
            return URIRef(token.text[1:-1])
        if token.kind is TokenKind.PREFIXED_NAME:
            prefix, _, local = token.text.partition(":")
            if prefix in self.prefixes:
                return URIRef(self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local))
        return None

    def _short(self, iri: str) -> str:
        for prefix, namespace in self.prefixes.items():
            if namespace and iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return f"<{iri}>"

    def _variables(self) -> Iterator[Finding]:
        names = [t.text[1:] for t in self.tokens if t.kind is TokenKind.VARIABLE]
        count = Counter(names)
        if any(token.text.upper() == "SERVICE" for token in self.tokens):
            return  # what another endpoint binds is not seen here
        try:
            alone = in_one_triple(self.text)
        except TooGeneralError:
            alone = frozenset()
        everything = _selects_everything(self.tokens)
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
            elif place == "pattern" and name in alone and not everything:
                message = f"?{name} is used once; write [] if any value will do"
                yield self._warning(self._line(token), message)

    def _joins(self) -> Iterator[Finding]:
        try:
            for names in unconnected(self.text):
                told = " and ".join(f"?{name}" for name in names)
                message = f"nothing connects {told}: every value of one comes with every other"
                yield self._warning(self._first(names[-1]), message)
            if unbounded(self.text):
                message = "the result has no bound; add LIMIT, or a constant to the pattern"
                yield self._warning(1, message)
        except TooGeneralError as error:
            yield self._warning(1, f"its joins are not looked at: {error}")

    def _first(self, name: str) -> int:
        found = (token for token in self.tokens if token.text[1:] == name)
        return next((self._line(token) for token in found), 1)


def _places(found: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Each variable, and what it is there for: in the `result`, to `order` by, `assigned`, in a
    `pattern`, or `otherwise` (where a variable that is there once says something)."""
    groups: list[bool] = []
    clause = ""
    for number, token in enumerate(found):
        before = found[number - 1].text.upper() if number else ""
        word = token.text.upper() if token.kind is TokenKind.KEYWORD else token.text
        if word == "{":
            groups.append(before in ("EXISTS", "MINUS", "CONSTRUCT") or any(groups[-1:]))
            clause = "otherwise" if groups[-1] else "pattern"
        elif word == "}":
            groups = groups[:-1]
            clause = "otherwise" if any(groups[-1:]) else "pattern"
        elif word in ("SELECT", "DESCRIBE"):
            clause = "result" if not groups else "otherwise"
        elif word == "ORDER":
            clause = "order"
        elif word in ("GROUP", "HAVING", "VALUES"):
            clause = "otherwise"
        if token.kind is not TokenKind.VARIABLE:
            continue
        if before == "AS":
            yield token, "otherwise" if clause == "result" else "assigned"
        elif before in ("GRAPH", "SERVICE"):
            yield token, "otherwise"
        else:
            yield token, clause


def _selects_everything(found: Sequence[Token]) -> bool:
    for number, token in enumerate(found):
        if token.text.upper() == "SELECT":
            words = [one.text.upper() for one in found[number + 1 : number + 3]]
            return words[:1] == ["*"] or (
                words[:1] in (["DISTINCT"], ["REDUCED"]) and words[1:] == ["*"]
            )
    return False


def _sample(parameter: Parameter, query: SavedQuery) -> Term:
    text = parameter.default
    if text is None:
        values = parameter.values or (("", _SAMPLES.get(parameter.type, "x")),)
        text = values[0][1]
    plain = Parameter(parameter.name, (), parameter.type, parameter.datatype, parameter.language)
    try:
        return plain.term(text, query.prefixes)
    except ParameterError:
        return Parameter(parameter.name, ()).term("x", {})


@cache
def _nothing() -> EmbeddedStore:
    return EmbeddedStore(read_contents(()))
