"""Declarations of prefixes: those that are not used, and a text with them in order."""

import re
from collections.abc import Iterator, Mapping, Sequence

from eakg.names import EAKG
from eakg.queries.contract import SavedQuery
from eakg.queries.lint.finding import FindingKind
from eakg.sparql import (
    QueryHead,
    QuerySyntaxError,
    QueryTooComplexError,
    Token,
    TokenKind,
    query_tokens,
    read_head,
    splice,
)
from eakg.sparql.syntax import parse_query

_W3C = "http://www.w3.org"
_NAMESPACES: Mapping[str, str] = {
    "eakg": str(EAKG),
    "csvw": f"{_W3C}/ns/csvw#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": f"{_W3C}/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": f"{_W3C}/ns/oa#",
    "org": f"{_W3C}/ns/org#",
    "owl": f"{_W3C}/2002/07/owl#",
    "prov": f"{_W3C}/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": f"{_W3C}/1999/02/22-rdf-syntax-ns#",
    "rdfs": f"{_W3C}/2000/01/rdf-schema#",
    "sh": f"{_W3C}/ns/shacl#",
    "skos": f"{_W3C}/2004/02/skos/core#",
    "sosa": f"{_W3C}/ns/sosa/",
    "ssn": f"{_W3C}/ns/ssn/",
    "time": f"{_W3C}/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": f"{_W3C}/2001/XMLSchema#",
}
"""Namespaces of the prefixes that stand for one thing everywhere, most by the RDFa Core Initial
Context."""


def usual_prefixes() -> Mapping[str, str]:
    """Namespaces of the prefixes that stand for one thing everywhere."""
    return _NAMESPACES


def unused_prefixes(query: SavedQuery) -> list[Token]:
    """The prefixed names of declarations whose prefix is not used."""
    tokens, head = query_tokens(query.text), read_head(query.text)
    declarations, names = _prefixed_names(tokens, head)
    used_prefixes = {token.text.partition(":")[0] for token in names}
    if tokens:
        # The header may use a prefix, and so may the name of a variable of grlc's.
        used_prefixes |= set(re.findall(r"([\w-]+):", query.text[: tokens[0].start]))
    variables = (name for parameter in query.parameters for name in parameter.variables)
    used_prefixes |= {part for name in variables for part in name.split("_")}
    return [token for token in declarations if token.text.removesuffix(":") not in used_prefixes]


def with_prefixes_in_order(query: SavedQuery, ignored: frozenset[str] = frozenset()) -> str:
    """The text of a query without declarations that are not used, and with those that lack and
    that stand for one thing everywhere; what is no query, then as before, stays as it is.

    Arguments: the query; the kinds of finding that nobody minds.
    """
    text = query.text
    ignored |= set(query.ignored_findings)
    changes = []
    if FindingKind.UNUSED_PREFIX not in ignored:
        tokens = query_tokens(text)
        changes += [_removal(text, tokens, name) for name in unused_prefixes(query)]
    if FindingKind.PREFIX not in ignored:
        changes += _additions(query)
    result = splice(text, changes)
    return result if changes and _is_query(query.prologue + result) else text


def _prefixed_names(
    tokens: Sequence[Token], head: QueryHead
) -> tuple[Sequence[Token], Sequence[Token]]:
    """The prefixed names of declarations, and the others."""
    names = [token for token in tokens if token.kind is TokenKind.PREFIXED_NAME]
    count = sum(token.start < head.prologue for token in names)
    return names[:count], names[count:]


def _removal(text: str, tokens: Sequence[Token], name: Token) -> tuple[int, int, str]:
    """The change that takes a declaration away, with its line where nothing else stands there."""
    place = tokens.index(name)
    start, stop = tokens[place - 1].start, tokens[place + 1].stop
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line_end = re.compile(r"[^\S\r\n]*(?:\r\n|\n|\r|$)").match(text, stop)
    if line_end and not text[line_start:start].strip():
        return line_start, line_end.end(), ""
    blank = re.compile(r"[^\S\r\n]*").match(text, stop)
    return start, blank.end() if blank else stop, ""


def _additions(query: SavedQuery) -> Iterator[tuple[int, int, str]]:
    """The change that declares prefixes in front of the query, behind its own declarations."""
    text, head = query.text, read_head(query.text)
    tokens = query_tokens(text)
    _, names = _prefixed_names(tokens, head)
    known_prefixes = {**query.declared_prefixes, **head.prefixes}
    prefixes = dict.fromkeys(name.text.partition(":")[0] for name in names)
    missing = [one for one in prefixes if one not in known_prefixes and one in _NAMESPACES]
    if not missing or not head.form:
        return
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = "".join(f"PREFIX {one}: <{_NAMESPACES[one]}>{line_end}" for one in missing)
    yield head.prologue, head.prologue, lines


def _is_query(text: str) -> bool:
    try:
        parse_query(text)
    except (QuerySyntaxError, QueryTooComplexError):
        return False
    return True
