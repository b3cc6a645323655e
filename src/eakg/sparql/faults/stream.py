"""Tokens taken one after another, with what there is to complain of in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from eakg.sparql.lexer import Token, TokenKind

END = Token(TokenKind.PUNCTUATION, "", -1)
"""What comes when no token is left."""


@dataclass(frozen=True, order=True)
class ScopeFault:
    """What is wrong at an offset; nobody can notice it in a text that ends before `noticed`."""

    start: int
    noticed: int
    complaint: str


class TokenWalk:
    """The significant tokens of a text, and what was found wrong in them."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self.faults: list[ScopeFault] = []

    @property
    def next(self) -> Token:
        """The token that comes."""
        return self._tokens[self._place] if self._place < len(self._tokens) else END

    @property
    def follower(self) -> Token:
        """The token after that."""
        place = self._place + 1
        return self._tokens[place] if place < len(self._tokens) else END

    @property
    def last(self) -> Token:
        """The token that was taken."""
        return self._tokens[self._place - 1] if self._place else END

    def take(self) -> Token:
        """The token that comes, moved past."""
        token = self.next
        self._place = min(self._place + 1, len(self._tokens))
        return token

    def took(self, *words: str) -> bool:
        """Whether one of some words or signs comes; it is moved past."""
        if self.next.word in words:
            self.take()
            return True
        return False

    def complain(self, token: Token, complaint: str, noticed: int | None = None) -> None:
        """Note what is wrong with a token, and from where on it can be noticed, where that is
        not its end."""
        stop = token.stop if noticed is None else noticed
        self.faults.append(ScopeFault(token.start, stop, complaint))
