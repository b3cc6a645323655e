"""The IRIs that the tokens of a SPARQL text stand for (SPARQL 1.1 Query section 4.1.1)."""

import re
from collections.abc import Mapping
from urllib.parse import urldefrag, urljoin

from eakg.sparql.lexer import CODEPOINT, Token, TokenKind

_ESCAPE = re.compile(CODEPOINT)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


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
        reference = unescape_codepoints(token.text[1:-1])
        try:
            return resolve_iri(base, reference)
        except ValueError:  # brackets around what is no IPv6 address
            return reference
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
    stem, hash_sign, fragment = reference.partition("#")
    base = urldefrag(base).url
    iri = urljoin(base, stem + "_")[:-1] if stem.endswith("?") else urljoin(base, stem)
    return iri + hash_sign + fragment
