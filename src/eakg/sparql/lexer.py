"""The tokens of a SPARQL text, by the terminals of SPARQL 1.1 Query section 19.8.

The engine does not show what it parsed, and what a query asks of the world (SERVICE, FROM) must
be known before it runs.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin


class TokenKind(StrEnum):
    """The kinds of token that tell apart what keywords can hide in."""

    IRIREF = "iriref"
    STRING = "string"
    COMMENT = "comment"
    VARIABLE = "variable"
    BLANK_NODE = "blank_node"
    PREFIXED_NAME = "prefixed_name"
    LANGUAGE_TAG = "language_tag"
    KEYWORD = "keyword"
    NUMBER = "number"
    PUNCTUATION = "punctuation"


class Token(NamedTuple):
    """A token, and where in the text it starts (characters from 0)."""

    kind: TokenKind
    text: str
    start: int


# https://www.w3.org/TR/sparql11-query/#rPN_CHARS_BASE and the rules after it
_PN_CHARS_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_CHARS_U = _PN_CHARS_BASE + "_"
_PN_CHARS = _PN_CHARS_U + "0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# The grammar sets no length; without one, "a.a.a." and so on takes quadratic time.
_PN_PREFIX = f"[{_PN_CHARS_BASE}](?:[{_PN_CHARS}.]{{0,200}}[{_PN_CHARS}])?"
_PN_LOCAL = (
    f"(?:[{_PN_CHARS_U}:0-9]|{_PLX})(?:(?:[{_PN_CHARS}.:]|{_PLX})*(?:[{_PN_CHARS}:]|{_PLX}))?"
)
IRIREF = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_CODEPOINT})*>"
VARIABLE = f"[?$][{_PN_CHARS_U}0-9][{_PN_CHARS_U}0-9\u00b7\u0300-\u036f\u203f-\u2040]*"
PREFIXED_NAME = f"(?:{_PN_PREFIX})?:(?:{_PN_LOCAL})?"
COMMENT = r"#[^\n\r]*"

_TOKEN = re.compile(
    "|".join(
        (
            rf"(?P<iriref>{IRIREF})",
            r'(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
            r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
            r'|"(?:[^"\\\n\r]|\\.)*"'
            r"|'(?:[^'\\\n\r]|\\.)*')",
            r"(?P<unfinished>[\"'])",
            rf"(?P<comment>{COMMENT})",
            f"(?P<variable>{VARIABLE})",
            f"(?P<blank_node>_:[{_PN_CHARS_U}0-9](?:[{_PN_CHARS}.]*[{_PN_CHARS}])?)",
            f"(?P<prefixed_name>{PREFIXED_NAME})",
            r"(?P<language_tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            r"(?P<keyword>[A-Za-z][A-Za-z0-9_]*)",
            r"(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)",
            r"(?P<punctuation>[^\x00-\x20])",
        )
    ),
    re.DOTALL,
)
_KINDS = {kind.value: kind for kind in TokenKind}
_ESCAPE = re.compile(_CODEPOINT)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens from `start` on, comments included, white space left out.

    What fits no terminal comes as punctuation of one character. The tokens end in front of a
    quotation mark that is never closed, as nothing can follow it in a query.
    """
    position = start
    while (match := _TOKEN.search(text, position)) and match.lastgroup != "unfinished":
        yield Token(_KINDS[match.lastgroup or ""], match.group(), match.start())
        position = match.end()


def unescape_codepoints(text: str) -> str:
    r"""Replace \uXXXX and \UXXXXXXXX by their characters (SPARQL 1.1 Query section 19.2).

    A number above the last code point stays as it is written; the engine refuses it.
    """

    def character(match: re.Match[str]) -> str:
        number = int(match.group()[2:], 16)
        return chr(number) if number <= 0x10FFFF else match.group()

    return _ESCAPE.sub(character, text)


def iri_of(token: Token, base: str, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that a token stands for; None where it stands for none, or its prefix is unknown.

    What cannot be resolved stays as it is written; the engine refuses it.
    Arguments: the token; the IRI that relative ones are resolved against; namespaces by prefix.
    """
    if token.kind is TokenKind.IRIREF:
        written = unescape_codepoints(token.text[1:-1])
        try:
            return resolve_iri(base, written)
        except ValueError:  # brackets around what is no IPv6 address
            return written
    prefix, _, local = token.text.partition(":")
    if token.kind is TokenKind.PREFIXED_NAME and prefix in prefixes:
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
    return None


def resolve_iri(base: str, reference: str) -> str:
    """An IRI reference against a base, as the engine resolves it (RFC 3986 section 5.2).

    One with a scheme stays as it is. An empty query or fragment is a part of the IRI, which
    `urljoin` would leave out: <http://example.org/x#> is not <http://example.org/x>.
    """
    if _SCHEME.match(reference):
        return reference
    rest, hash_sign, fragment = reference.partition("#")
    base = urldefrag(base).url
    joined = urljoin(base, rest + "_")[:-1] if rest.endswith("?") else urljoin(base, rest)
    return joined + hash_sign + fragment
