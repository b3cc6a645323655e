"""What is suspicious in a saved query before it is asked: slips that empty or flood its answer."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, pairwise

from rdflib import URIRef

from eakg.problems import Problem
from eakg.queries.contract import Parameter, SavedQuery, header_schema, prologue_of
from eakg.queries.lint.absence import absences
from eakg.queries.lint.finding import SILENCEABLE, Finding, FindingKind, Level
from eakg.queries.lint.joins import TooGeneralError, cross_joins, in_one_triple, is_unbounded
from eakg.queries.lint.other_engines import property_functions
from eakg.queries.lint.prefixes import unused_prefixes
from eakg.queries.lint.tags import tag_comparisons
from eakg.queries.lint.vocabulary import unknown_terms
from eakg.sparql import (
    EvaluationError,
    InexactQueryError,
    LimitExceededError,
    ParameterError,
    QueryError,
    QuerySyntaxError,
    QueryTooComplexError,
    Term,
    Token,
    TokenKind,
    WorkerCrashedError,
    bind,
    iri_of,
    offset_of,
    place_in,
    query_tokens,
    read_head,
    without_calls,
)
from eakg.sparql.syntax import ServicePattern, parse_query, query_groups
from eakg.store import (
    Contents,
    EmbeddedStore,
    QueryRequest,
    QueryService,
    StoreOptions,
    read_contents,
    template_marker,
)

_HARMLESS = frozenset({FindingKind.FUNCTION, FindingKind.INEXACT})
"""What may be found of a query that is one, so that the rest can be looked at."""
_FUNCTION = re.compile("<([^>]*)>")
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


@dataclass(frozen=True)
class LintOptions:
    """How queries are looked at: prefixes that their endpoint declares; kinds of finding that are
    not told; what reads them, within its limits; how grave findings of a kind are, where they are
    not as usual."""

    prefixes: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    reader: QueryService | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)


def lint(query: SavedQuery, options: LintOptions | None = None) -> list[Finding]:
    """What is suspicious in a query, in order of lines. Where the syntax is wrong, that alone."""
    options = options or LintOptions()
    ignored = (options.ignored | set(query.ignored_findings)) & set(SILENCEABLE)
    findings = (
        replace(finding, level=options.levels.get(finding.kind, finding.level))
        for finding in _Linter(query, options).findings()
        if finding.kind not in ignored
    )
    return sorted(dict.fromkeys(findings))


def empty_store() -> Contents:
    """What lint asks: nothing."""
    return read_contents(())


STORE_OPTIONS = StoreOptions(default_graph="strict")
"""With these, every graph that a query names is there, and empty."""


_BASE = "file:///query"
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)")


def _relative_iris(query_tokens: Sequence[Token]) -> list[Token]:
    """The relative IRIs of a query without a base: to what they are is said by whoever reads it
    (RFC 3986 section 5.1)."""
    bases = (after for token, after in pairwise(query_tokens) if token.word == "BASE")
    if any(not _RELATIVE.match(base.text) for base in bases):
        return []
    iris = (token for token in query_tokens if token.kind is TokenKind.IRIREF)
    return [token for token in iris if _RELATIVE.match(token.text)]


class _Linter:
    def __init__(self, query: SavedQuery, options: LintOptions) -> None:
        self.query = query
        self.reader = options.reader or _empty_store()
        self.text = query.text
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", query.text))]
        self.head = read_head(query.text)
        self.tokens = query_tokens(query.text)
        self.parameters = {name for parameter in query.parameters for name in parameter.variables}
        header_prefixes = query.header.values.get("prefixes", {})
        self.prologue = prologue_of(query.text, {**options.prefixes, **header_prefixes})
        self.prefixes = {**options.prefixes, **header_prefixes, **self.head.prefixes}
        self.relative_iris = _relative_iris(self.tokens)
        if self.relative_iris:
            self.prologue = f"BASE <{_BASE}> {self.prologue}"

    def findings(self) -> Iterator[Finding]:
        unknown_kinds = set(self.query.ignored_findings) - set(SILENCEABLE)
        for kind in sorted(unknown_kinds):
            message = f"lint cannot ignore {kind!r}; it can {', '.join(SILENCEABLE)}"
            yield self._error(self.query.header.line("lint"), message, FindingKind.SYNTAX)
        finding = self._syntax(self.text) or self._bound()
        if finding:
            yield finding
            if finding.kind not in _HARMLESS:
                return
        yield from self._header()
        yield from self._prefixes()
        yield from self._terms()
        yield from self._property_functions()
        yield from self._relative()
        yield from self._variables()
        yield from self._joins()
        yield from self._remarks()

    def _relative(self) -> Iterator[Finding]:
        for token in self.relative_iris[:1]:
            message = f"{token.text} is a relative IRI, and nothing says to what; add BASE"
            yield self._warning(self._line(token), message, FindingKind.RELATIVE)

    def _error(
        self, line: int, message: str, kind: FindingKind, column: int | None = None
    ) -> Finding:
        return Finding(Problem(self.query.place, line, message), "error", kind, column)

    def _warning(
        self, line: int, message: str, kind: FindingKind, column: int | None = None
    ) -> Finding:
        return Finding(Problem(self.query.place, line, message), "warning", kind, column)

    def _line(self, token: Token) -> int:
        return bisect_right(self.line_starts, token.start)

    def _syntax(self, text: str) -> Finding | None:
        plain_text = without_calls(text)
        if plain_text is None:
            return None
        try:
            self.reader.query(QueryRequest(self.prologue + plain_text)).read()
        except QuerySyntaxError as error:
            return self._syntax_finding(text, error)
        except InexactQueryError as error:
            line, column = self._place(error)
            return self._error(line, _without_place(error), FindingKind.INEXACT, column)
        except EvaluationError as error:
            return self._function_finding(error)
        except (LimitExceededError, QueryTooComplexError, WorkerCrashedError):
            message = "it cannot be read within the limits; its groups are nested too deeply"
            return self._error(1, message, FindingKind.SYNTAX)
        except QueryError:
            return None
        return None

    def _syntax_finding(self, text: str, error: QuerySyntaxError) -> Finding:
        line, column = self._place(error)
        message = _without_place(error)
        offset = offset_of(text, line, column or 1)
        if template_marker(text, offset) is not None:
            return self._warning(line, message, FindingKind.TEMPLATE, column)
        if "is not declared" in message:
            message += ", here or under `prefixes:` in the header or by --prefixes"
            return self._error(line, message, FindingKind.PREFIX, column)
        return self._error(line, message, FindingKind.SYNTAX, column)

    def _place(self, error: QuerySyntaxError | InexactQueryError) -> tuple[int, int | None]:
        line, column = error.line or 1, error.column
        if column is not None and line == 1:
            column -= len(self.prologue)
        return line, column

    def _function_finding(self, error: EvaluationError) -> Finding:
        """The engine has no such function, which is no fault of a query for another one."""
        match = _FUNCTION.search(str(error))
        iri = match[1] if match else ""
        places = (token for token in self.tokens if self._iri(token) == iri)
        token = next(places, None)
        name = token.text if token else f"<{iri}>" if iri else "what it calls"
        message = f"{name} is no function of SPARQL; only an endpoint that has it can answer"
        return self._warning(self._line(token) if token else 1, message, FindingKind.FUNCTION)

    def _iri(self, token: Token) -> str | None:
        return iri_of(token, self.head.base, self.prefixes)

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
            return self._error(1, str(error), FindingKind.SYNTAX)
        if finding is None or finding.level == "warning" or finding.kind in _HARMLESS:
            return finding
        message = f"with values for its parameters it is no query: {finding.problem.message}"
        return self._error(finding.problem.line, message, FindingKind.SYNTAX, finding.column)

    def _header(self) -> Iterator[Finding]:
        header = self.query.header
        for key in header.values:
            if key not in header_schema()["properties"]:
                yield self._warning(
                    header.line(key), f"nobody here reads the key {key!r}", FindingKind.HEADER
                )
        if "transform" in header.values:
            yield self._warning(
                header.line("transform"), "transform is not applied to answers", FindingKind.HEADER
            )

    def _prefixes(self) -> Iterator[Finding]:
        for token in unused_prefixes(self.query):
            yield self._warning(
                self._line(token),
                f"the prefix {token.text} is not used",
                FindingKind.UNUSED_PREFIX,
            )

    def _terms(self) -> Iterator[Finding]:
        places: dict[URIRef, Token] = {}
        for token in self.tokens:
            iri = self._iri(token)
            if iri is not None and token.start >= self.head.prologue:
                places.setdefault(URIRef(iri), token)
        for term, suggestion in unknown_terms(places):
            token = places[term]
            hint = f"; did you mean {self._short(suggestion)}?" if suggestion else ""
            message = f"{token.text} is no term of its vocabulary{hint}"
            yield self._error(self._line(token), message, FindingKind.TERM)

    def _property_functions(self) -> Iterator[Finding]:
        if any(token.word == "SERVICE" for token in self.tokens):
            return  # another endpoint may compute them
        for iri, engine, offset in property_functions(self.prologue + self.text):
            line, column = place_in(self.text, offset - len(self.prologue))
            message = (
                f"{self._short(iri)} is a property function of {engine}; elsewhere it is a property"
                " like another, and finds nothing"
            )
            yield self._warning(line, message, FindingKind.PROPERTY_FUNCTION, column)

    def _short(self, iri: str) -> str:
        for prefix, namespace in self.prefixes.items():
            if namespace and iri.startswith(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return f"<{iri}>"

    def _variables(self) -> Iterator[Finding]:
        count = Counter(t.text[1:] for t in self.tokens if t.kind is TokenKind.VARIABLE)
        if any(token.word == "SERVICE" for token in self.tokens):
            return  # what another endpoint binds is not seen here
        try:
            single_triple_variables = in_one_triple(self.prologue + self.text)
        except TooGeneralError:
            single_triple_variables = frozenset()
        selects_all = _selects_everything(self.tokens)
        for token, place in _places(self.tokens):
            name = token.text[1:]
            if count[name] > 1 or name in self.parameters:
                continue
            line = self._line(token)
            if place == "result":
                message = f"?{name} is in the result and never bound"
                yield self._warning(line, message, FindingKind.RESULT)
            elif place == "order":
                message = f"?{name} is ordered by and never bound"
                yield self._warning(line, message, FindingKind.RESULT)
            elif place == "assigned":
                message = f"?{name} is assigned and not used"
                yield self._warning(line, message, FindingKind.VARIABLE)
            elif place == "pattern" and name in single_triple_variables and not selects_all:
                message = f"?{name} is used once; write [] if any value will do"
                yield self._warning(line, message, FindingKind.VARIABLE)

    def _joins(self) -> Iterator[Finding]:
        text = self.prologue + self.text
        try:
            for names in cross_joins(text):
                parts = " and ".join(f"?{name}" if name else "a blank node" for name in names)
                message = f"nothing connects {parts}: every value of one comes with every other"
                yield self._warning(self._first(names[-1]), message, FindingKind.JOIN)
            if is_unbounded(text):
                message = "the result has no bound; add LIMIT, or a constant to the pattern"
                yield self._warning(1, message, FindingKind.BOUND)
        except TooGeneralError:
            message = (
                "whether all its parts are connected, and its result bounded, is not known here"
            )
            yield self._warning(1, message, FindingKind.JOIN)

    def _remarks(self) -> Iterator[Finding]:
        """What can be said of expressions, but for those that are sent to another endpoint."""
        text = self.prologue + self.text
        try:
            query = parse_query(text)
        except (QuerySyntaxError, QueryTooComplexError):
            return
        calls = [
            element
            for group in query_groups(query)
            for element in group.elements
            if isinstance(element, ServicePattern)
        ]
        for remark in chain(absences(text, query), tag_comparisons(query)):
            if any(call.start <= remark.offset < call.stop for call in calls):
                continue
            line, column = place_in(self.text, remark.offset - len(self.prologue))
            yield self._warning(line, remark.message, remark.kind, column)

    def _first(self, name: str) -> int:
        lines = (self._line(token) for token in self.tokens if token.text[1:] == name)
        return next(lines, 1)


def _without_place(error: QueryError) -> str:
    return re.sub("^line [0-9]+, column [0-9]+: ", "", str(error))


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
    return EmbeddedStore(empty_store(), STORE_OPTIONS)
