"""From the text of a query to one that the engine answers as SPARQL says."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from eakg.sparql.cursor import TextChange, inexact_at, offset_before, splice
from eakg.sparql.exact.exists import check_exists
from eakg.sparql.exact.expressions import expression_changes
from eakg.sparql.exact.forms import LiteralCoding, form_changes
from eakg.sparql.exact.grammar import grammar_changes
from eakg.sparql.exact.graphs import GraphNames, graph_changes
from eakg.sparql.exact.joins import JoinGuide, join_changes
from eakg.sparql.exact.languages import language_changes
from eakg.sparql.exact.paths import (
    NodeTest,
    inexact_triples,
    is_unknown,
    naming_changes,
    path_changes,
)
from eakg.sparql.failures import (
    InexactQueryError,
    QueryError,
    QuerySyntaxError,
    QueryTooComplexError,
)
from eakg.sparql.lexer import COMMENT, IRIREF
from eakg.sparql.query import lookup_kind
from eakg.sparql.syntax import (
    QueryTree,
    TermNode,
    abridged,
    check_aggregates,
    check_comparisons,
    check_labels,
    check_triple_terms,
    parse_query,
)

_OPAQUE = re.compile(
    rf"{IRIREF}|{COMMENT}|'(?:[^'\\\n\r]|\\.)*+(?:'|(?P<open>))"
    r'|"(?:[^"\\\n\r]|\\.)*+(?:"|(?P<unclosed>))'
)
"""A string that its line does not close is read to the end of the line too, and once."""
_STAR = re.compile(r"\b(?:select|describe)\s++\*", re.IGNORECASE)
_ORDER = re.compile("order", re.IGNORECASE)
_REMARKABLE = re.compile(
    r"[()\[|/!*+^~'\"<>\\]|_:|\?(?!\w)|(?<![\w:%.-])-?(?:0\d|\d*\.\d|\d+e)|-0"
    r"|graph|filter|minus|lateral|values|service|group",
    re.IGNORECASE,
)


_SHAPES = 512  # that are remembered
_LONGEST = 1 << 12
"""Characters of a shape that is remembered."""


@dataclass(frozen=True)
class ExactQuery:
    """A query as the engine reads it, and in a form that it answers as SPARQL says, which may be
    the same. Only the first tells whether it is a query at all. `has_codes` says whether the second
    has literals in code."""

    readable: str
    text: str
    has_codes: bool = False


def exact_query(
    text: str,
    base_iri: str | None = None,
    named_graphs: GraphNames = tuple,
    is_node: NodeTest = is_unknown,
    coding: LiteralCoding | None = None,
    guide: JoinGuide | None = None,
) -> ExactQuery:
    """The query in a form that the engine answers as SPARQL says.

    Arguments: the query; the IRI that relative ones are resolved against, where the query has no
    BASE of its own; what gives the named graphs of its dataset; whether a term is known to be a
    subject or an object in the default graph; how the store has literals in code, None for one
    that is not ours; what is known of how many triples there are of what, where that is for joins
    to be put in order. A text that is no query stays as it is, for the
    engine to say so. Raises: InexactQueryError where there is no such form; QuerySyntaxError for
    what is no query and the engine would let through; QueryTooComplexError where it is nested too
    deeply.
    """
    if guide is not None and not guide.may_help(text):
        guide = None
    if guide is None and (
        lookup_kind(text) is not None
        or _is_plain(text, orders_values=coding is not None and coding.is_used)
    ):
        return ExactQuery(text, text)
    try:
        shape = text if guide is not None else abridged(text)
        if shape != text and len(shape) <= _LONGEST and _is_exact(shape, base_iri, coding):
            return ExactQuery(text, text)
        return _exact_query(text, base_iri, named_graphs, is_node, coding, guide)
    except RecursionError:
        raise QueryTooComplexError("the query is nested too deeply") from None


@lru_cache(_SHAPES)
def _is_exact(shape: str, base_iri: str | None, coding: LiteralCoding | None) -> bool:
    """Whether all queries of a shape are answered exactly as they are, whatever the dataset."""
    try:
        query = parse_query(shape, base_iri)
        exact = _verdict(shape, query, base_iri, _no_graphs, _no_node, coding, None)
    except (QueryError, LookupError):
        return False
    return exact.text == shape


def _no_graphs() -> tuple[str, ...]:
    raise LookupError("the graphs of the dataset")


def _no_node(_: TermNode) -> bool:
    raise LookupError("a node of the dataset")


def _exact_query(
    text: str,
    base_iri: str | None,
    named_graphs: GraphNames,
    is_node: NodeTest,
    coding: LiteralCoding | None,
    guide: JoinGuide | None,
) -> ExactQuery:
    try:
        query = parse_query(text, base_iri)
    except QuerySyntaxError:
        return ExactQuery(text, text)
    return _verdict(text, query, base_iri, named_graphs, is_node, coding, guide)


def _verdict(
    text: str,
    query: QueryTree,
    base_iri: str | None,
    named_graphs: GraphNames,
    is_node: NodeTest,
    coding: LiteralCoding | None,
    guide: JoinGuide | None,
) -> ExactQuery:
    check_labels(text, query)
    check_aggregates(text, query)
    check_comparisons(text, query)
    check_triple_terms(text, query)
    check_exists(text, query)
    rewriting = _Rewriting(text, query, base_iri)
    try:
        return _exact_form(rewriting, named_graphs, is_node, coding, guide)
    except InexactQueryError as error:
        raise inexact_at(text, rewriting.offset(error.offset), error.complaint) from None


def _exact_form(
    rewriting: "_Rewriting",
    named_graphs: GraphNames,
    is_node: NodeTest,
    coding: LiteralCoding | None,
    guide: JoinGuide | None,
) -> ExactQuery:
    rewriting.apply(grammar_changes(rewriting.text, rewriting.query))
    readable = rewriting.text
    rewriting.apply(language_changes(rewriting.text, rewriting.query))
    rewriting.apply(expression_changes(rewriting.text, rewriting.query))
    codes = form_changes(rewriting.query, coding) if coding else []
    rewriting.apply(codes)
    statements = inexact_triples(rewriting.query, is_node)
    if statements:
        triples = [statement for statement, _ in statements]
        rewriting.apply(naming_changes(rewriting.text, rewriting.query, triples))
        statements = inexact_triples(rewriting.query, is_node)
        rewriting.apply(path_changes(rewriting.text, statements))
    rewriting.apply(graph_changes(rewriting.text, rewriting.query, named_graphs))
    if guide is not None:
        rewriting.apply(join_changes(rewriting.text, rewriting.query, guide))
    return ExactQuery(readable, rewriting.text, bool(codes))


def _is_plain(text: str, *, orders_values: bool) -> bool:
    """Whether a query has single triples alone, which the engine answers rightly; most look-ups.
    Arguments: it; whether what it orders by may be in code."""
    if orders_values and _ORDER.search(text):
        return False
    remainder = _STAR.sub(" ", _OPAQUE.sub(_remainder, text), count=1)
    if _REMARKABLE.search(remainder):
        return False
    columns = remainder.partition("{")[0].split()
    return len(columns) == len(set(columns))


def _remainder(match: re.Match[str]) -> str:
    """A blank, or the quotation mark of a string that its line does not close."""
    return match.group()[0] if match.lastgroup else " "


@dataclass
class _Rewriting:
    """A text on its way, and what it says."""

    text: str
    query: QueryTree
    base_iri: str | None
    changes: list[list[TextChange]] = field(default_factory=list)

    def apply(self, changes: list[TextChange]) -> None:
        """Make the changes, and read the text again."""
        if changes:
            self.changes.append(changes)
            self.text = splice(self.text, changes)
            self.query = parse_query(self.text, self.base_iri)

    def offset(self, offset: int) -> int:
        """The offset in the text as it was first of what stands at one in it now."""
        for changes in reversed(self.changes):
            offset = offset_before(changes, offset)
        return offset
