"""The tokens of a query one after the other, with the base and the prefixes to read them by."""

from collections.abc import Mapping, Sequence

from eakg.sparql.cursor import syntax_error_at
from eakg.sparql.failures import QuerySyntaxError
from eakg.sparql.iris import iri_of
from eakg.sparql.lexer import Token, TokenKind
from eakg.sparql.syntax.tree import TermNode

_END = Token(TokenKind.PUNCTUATION, "", 0)


class TokenStream:
    """A place in a sequence of tokens, and the literals that were read up to it.

    Arguments: the text; its significant tokens; the IRI that relative ones are resolved against;
    namespaces by prefix.
    """

    def __init__(
        self, text: str, sequence: Sequence[Token], base: str, prefixes: Mapping[str, str]
    ) -> None:
        self.text = text
        self._tokens = sequence
        self._words = [token.word for token in sequence]
        self._base = base
        self._prefixes = prefixes
        self._position = 0
        self.literals: list[TermNode] = []

    def peek(self, distance: int = 0) -> Token:
        """The token that comes, or one behind it; one without text where there is none."""
        position = self._position + distance
        return self._tokens[position] if position < len(self._tokens) else _END

    @property
    def start(self) -> int:
        """Where the token that comes stands; the end of the text where there is none."""
        token = self.peek()
        return token.start if token is not _END else len(self.text)

    @property
    def stop(self) -> int:
        """Where the last token ended."""
        return self._tokens[self._position - 1].stop if self._position else 0

    @property
    def at_end(self) -> bool:
        """Whether no token is left."""
        return self.peek() is _END

    def take(self) -> Token:
        """The token that comes, moved past. Raises: QuerySyntaxError where there is none."""
        token = self.peek()
        if token is _END:
            raise self.error()
        self._position += 1
        return token

    def at(self, *words: str) -> bool:
        """Whether keywords or signs come, one after the other."""
        position = self._position
        return tuple(self._words[position : position + len(words)]) == words

    def accept(self, *words: str) -> bool:
        """Move past keywords or signs, where they come; whether they did."""
        if not self.at(*words):
            return False
        self._position += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Move past keywords or signs. Raises: QuerySyntaxError where they do not come."""
        for word in words:
            if not self.accept(word):
                raise self.error(f"; expected {word}")

    def iri(self, token: Token) -> str | None:
        """The IRI of a token; None where its prefix is not declared here."""
        return iri_of(token, self._base, self._prefixes)

    def error(self, addition: str = "") -> QuerySyntaxError:
        """What comes cannot stand here."""
        token = self.peek()
        complaint = "the query ends too early" if token is _END else f"unexpected {token.text[:40]}"
        return syntax_error_at(self.text, self.start, complaint + addition)
