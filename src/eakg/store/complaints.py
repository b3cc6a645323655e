"""What to say of a text that the engine does not read, in words of SPARQL.

Nothing of the engine's own is passed on: neither its sentences nor the names of what it looked for.
"""

import re
from collections.abc import Iterable

from eakg.sparql import Token, TokenKind, inspect_query, tokens
from eakg.sparql.faults import ScopeFault, invisible_complaint, is_invisible, visible

_UPDATE = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"})
_SENTENCES = {
    "IRI parsing failed": "this is not an IRI",
    "prefix IRI parsing failed": "this is not an IRI",
    "language tag parsing failed": "this is no language tag",
    "The SELECT contains a variable that is unbound": "SELECT has a variable that is not"
    " grouped by; add it to GROUP BY",
    "The SELECT contains an expression with a variable that is unbound": "SELECT computes with a"
    " variable that is not grouped by; add it to GROUP BY",
    "SELECT * is not authorized with GROUP BY": "SELECT * does not go with GROUP BY; name"
    " variables",
    "Duplicated variable name in SELECT": "SELECT has a variable twice; leave one out",
    "The SELECT overrides an existing variable using an expression": "AS in SELECT needs a new"
    " name",
    "BIND is overriding an existing variable": "BIND needs a new name",
    "An existing variable is overridden in the right side of LATERAL": "LATERAL needs new names",
    "Unexpected aggregate": "there can be no aggregate here; use SELECT or HAVING",
    "The VALUES clause rows should have exactly the same number of values as there are variables."
    " To set a value to undefined use UNDEF.": "each row of VALUES needs as many values as there"
    " are variables; write UNDEF for what has none",
    "Repeated variables are not allowed in VALUES clauses.": "VALUES has a variable twice",
    "Blank nodes are not allowed in DELETE WHERE": "DELETE has no blank nodes; use a variable",
    "Variables and blank nodes are not allowed in DELETE DATA": "DELETE DATA has neither variables"
    " nor blank nodes; use DELETE { ... } WHERE { ... }",
    "Variables are not allowed in INSERT DATA": "INSERT DATA has no variables; use INSERT { ... }"
    " WHERE { ... }",
    "Already used blank node id": "the label of a blank node is for one group of patterns; use a"
    " variable",
    "Reifiers are not allowed on property paths": "a property path has no reifier",
    "Literals or triple terms are not allowed in subject position of nested patterns": "a literal"
    " or a triple term is no subject here",
    "the only base directions allowed are 'rtl' and 'ltr'": "a base direction is --ltr or --rtl",
    "This custom function is an aggregate function and not a regular function": "this is an"
    " aggregate, and there can be none here",
    "This custom function is a regular function and not an aggregate function": "this is no"
    " aggregate",
}
"""What the engine says of meaning, and what is said of it where the tokens tell no more."""
_SIGNS = {"?": "a variable", "$": "a variable", "<": "an IRI"}
_SCHEME = re.compile("<[A-Za-z][A-Za-z0-9+.-]*:")
_WORD = re.compile("[A-Z]+")
_SIGN = re.compile(r'"([^A-Za-z\\"]{1,2})"')
_MAX_ALTERNATIVES = 6
_LONGEST = 40
_TEMPLATE = re.compile(r"\{\{[^{}?$<>\n]*\}\}|\{%[^\n]*?%\}|\$\{\w+\}")
_SPACED_IRI = re.compile(r'(?<!<)<(?![\s?$\d])[^<>"{}|^`\\\n]*\s[^<>"{}|^`\\\n]*>')


def complaint_of(
    text: str,
    offset: int,
    sentence: str | None,
    alternatives: Iterable[str],
    faults: Iterable[ScopeFault],
    kind: str,
) -> tuple[int, str]:
    """Where something is wrong with a text, and what.

    Arguments: the text; where it cannot be read on; what the engine says of meaning, if anything;
    what it would read there; the faults of scope; "query" or "update". Results: an offset, which
    may be before the one given, and words.
    """
    invisible = _invisible_before(text, offset)
    if invisible is not None:
        return invisible, invisible_complaint(text[invisible])
    template = template_marker(text, offset)
    if template is not None:
        words = f"{template[0]} is a part of a template; fill it in first"
        return template.start(), words
    for fault in sorted(faults):
        if fault.noticed <= offset:
            return fault.start, fault.complaint
    spaced_iri = _spaced_iri(text, offset)
    if spaced_iri is not None:
        return (
            spaced_iri.start(),
            f"{visible(spaced_iri[0])[:_LONGEST]} is not an IRI: it has a space",
        )
    if sentence in _SENTENCES:
        return offset, _SENTENCES[sentence]
    return offset, _unexpected(text, offset, alternatives, kind)


def template_marker(text: str, offset: int) -> "re.Match[str] | None":
    """What a template engine would fill in, in the line that cannot be read."""
    start = text.rfind("\n", 0, offset) + 1
    stop = text.find("\n", offset)
    return _TEMPLATE.search(text, start, len(text) if stop < 0 else stop)


def _invisible_before(text: str, offset: int) -> int | None:
    """The first character that cannot be seen between the last token that can be read and the end
    of the one that cannot; strings and comments may have any."""
    start = 0
    for token in tokens(text):
        if token.start >= offset:
            break
        start = token.stop
    obstacle = next(tokens(text, offset), None)
    stop = len(text) if obstacle is None else obstacle.stop
    if obstacle is not None and obstacle.kind in (TokenKind.STRING, TokenKind.COMMENT):
        stop = obstacle.start
    return next((place for place in range(start, stop) if is_invisible(text[place])), None)


def _spaced_iri(text: str, offset: int) -> "re.Match[str] | None":
    """An IRI with a space in it, which ends where the text cannot be read on."""
    if text[offset : offset + 1] != ">":
        return None
    start = text.rfind("<", 0, offset)
    return _SPACED_IRI.match(text, start, offset + 1) if start >= 0 else None


def _unexpected(text: str, offset: int, alternatives: Iterable[str], kind: str) -> str:
    token = next(tokens(text, offset), None)
    if kind == "query" and token is not None and token.word in _UPDATE:
        return f"{token.text} is an update, not a query"
    if token is not None and token.kind is TokenKind.PREFIXED_NAME:
        prefix = token.text.partition(":")[0]
        if prefix not in dict(inspect_query(text).prefixes):
            return f"the prefix {visible(prefix)}: is not declared"
    if token is not None and token.kind is TokenKind.IRIREF:
        if _SCHEME.match(token.text):
            return "this is not an IRI"
        name = visible(token.text)[:_LONGEST]
        return f"{name} is a relative IRI, and nothing says to what; add BASE"
    if token is not None:
        complaint = f"unexpected {visible(token.text)[:_LONGEST]}"
    elif offset >= len(text):
        complaint = f"the {kind} ends too early"
    else:
        complaint = "a quotation mark is never closed"
    words = _in_words(alternatives, token)
    if 0 < len(words) <= _MAX_ALTERNATIVES:
        complaint += f"; expected {' or '.join(words)}"
    return complaint


def _in_words(alternatives: Iterable[str], token: Token | None) -> list[str]:
    """What the engine would read, in words: keywords, signs, variables and IRIs. None of it where
    it looked for something else too, or it is what stands there."""
    words: list[str] = []
    for alternative in alternatives:
        sign = _SIGN.fullmatch(alternative)
        if sign is None and not _WORD.fullmatch(alternative):
            return []
        words.append(_SIGNS.get(sign[1], sign[1]) if sign else alternative)
    if token is not None and token.text in words:
        return []
    if "an IRI" in words:
        words = [word for word in words if word != ":"]
    return list(dict.fromkeys(words))
