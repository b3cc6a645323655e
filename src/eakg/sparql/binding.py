"""Terms in the place of a query's variables: token by token, never as text.

Where the query has the variable in a block of its own, `VALUES ?date { "2020-07-23"^^xsd:date }`,
the term takes the place of those in the block, and the file as it stands asks for its defaults.
Elsewhere the term takes the place of the variable wherever it occurs, in subqueries too; a
projected variable becomes a column of the term.
"""

import re
from collections.abc import Mapping, Sequence

from rdflib import Literal, URIRef

from eakg.rdf import sparql_term
from eakg.sparql.lexer import Token, TokenKind, tokens

Term = URIRef | Literal
_ASIDE = ("GROUP", "ORDER")
_END_OF_ASIDE = {"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


class ParameterError(ValueError):
    """A text is no value of a parameter, or a parameter has none."""


def variables(text: str) -> tuple[str, ...]:
    """The names of a query's variables, in order of appearance."""
    found = (token.text[1:] for token in tokens(text) if token.kind is TokenKind.VARIABLE)
    return tuple(dict.fromkeys(found))


def bind(text: str, terms: Mapping[str, Term]) -> str:
    """The query with terms in the place of variables.

    Arguments: the query; terms by the names of the variables. Raises: ParameterError where the
    grammar has no place for a term: the variable is assigned by AS, or stands among several in
    VALUES. Specification: SPARQL 1.1 Query, section 19.8.
    """
    if not terms:
        return text
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    return _Binder(text, found, {name: sparql_term(term) for name, term in terms.items()}).bound()


class _Binder:
    """Walks the tokens and knows which clause they are in."""

    def __init__(self, text: str, found: Sequence[Token], terms: Mapping[str, str]) -> None:
        self.text = text
        self.found = found
        self.terms = terms
        self.changes: list[tuple[int, int, str]] = []
        self.blocks = {name for name, _, _ in _values_blocks(found)} & set(terms)

    def bound(self) -> str:
        for name, start, end in _values_blocks(self.found):
            if name in self.terms:
                self.changes.append((start, end, f" {self.terms[name]} "))
        clause = ""
        depth = 0
        for number, token in enumerate(self.found):
            word = token.text.upper() if token.kind is TokenKind.KEYWORD else token.text
            if word in ("SELECT", *_ASIDE):
                clause, depth = word, 0
            elif word in _END_OF_ASIDE or word in ("{", "}", "WHERE", "FROM"):
                clause = ""
            elif word in "()":
                depth += 1 if word == "(" else -1
            self._mangled(token)
            if token.kind is TokenKind.VARIABLE and token.text[1:] in self.terms:
                self._replace(number, token, clause if depth == 0 else "")
        pieces, position = [], 0
        for start, end, replacement in sorted(self.changes):
            pieces += [self.text[position:start], replacement]
            position = end
        return "".join([*pieces, self.text[position:]])

    def _replace(self, number: int, token: Token, clause: str) -> None:
        name = token.text[1:]
        if name in self.blocks:
            return
        term = self.terms[name]
        before = [one.text.upper() for one in self.found[max(0, number - 2) : number]]
        start, end = token.start, token.start + len(token.text)
        if before[-1:] == ["AS"]:
            raise ParameterError(f"?{name} is a parameter, and the query assigns it by AS")
        if before[-1:] == ["VALUES"] or self._in_values_list(number):
            message = "give it a block of its own: VALUES ?name { term }"
            raise ParameterError(
                f"?{name} is a parameter, and VALUES has it among others; {message}"
            )
        if before == ["BOUND", "("]:
            bound = self.found[number - 2]
            closing = self.found[number + 1]
            self.changes.append((bound.start, closing.start + len(closing.text), "(true)"))
        elif clause == "SELECT":
            self.changes.append((start, end, self._projected(number, name)))
        elif clause in _ASIDE:
            self.changes.append((start, end, f"({term})"))
        else:
            self.changes.append((start, end, f" {term} "))

    def _projected(self, number: int, name: str) -> str:
        """A column of the term. A subquery's is not seen outside, where the term stands too."""
        nesting = sum(one.text == "{" for one in self.found[:number]) - sum(
            one.text == "}" for one in self.found[:number]
        )
        column = name if nesting == 0 else f"{name}_inner{number}"
        return f" ({self.terms[name]} AS ?{column}) "

    def _in_values_list(self, number: int) -> bool:
        """Whether a variable stands in the parentheses after VALUES."""
        while number and self.found[number - 1].kind is TokenKind.VARIABLE:
            number -= 1
        before = [one.text.upper() for one in self.found[max(0, number - 2) : number]]
        return before == ["VALUES", "("]

    def _mangled(self, token: Token) -> None:
        """What reads as an IRI may be a comparison to the engine, with the variable in it."""
        if token.kind is TokenKind.IRIREF:
            for name in re.findall(r"[?$](\w+)", token.text):
                if name in self.terms:
                    message = f"put white space around < and > by the parameter ?{name}"
                    raise ParameterError(f"{message}; {token.text} reads as an IRI")


def _values_blocks(found: Sequence[Token]) -> list[tuple[str, int, int]]:
    """The blocks of VALUES over one variable: its name, where its terms begin and end."""
    blocks = []
    for number, token in enumerate(found[:-2]):
        if token.text.upper() != "VALUES" or token.kind is not TokenKind.KEYWORD:
            continue
        variable, brace = found[number + 1 : number + 3]
        if variable.kind is not TokenKind.VARIABLE or brace.text != "{":
            continue
        closing = next((one for one in found[number + 3 :] if one.text == "}"), None)
        if closing is not None:
            blocks.append((variable.text[1:], brace.start + 1, closing.start))
    return blocks


def block_values(text: str, name: str) -> tuple[str, ...] | None:
    """The terms, as they are written, of the first block of VALUES over a variable, or None."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    for variable, start, end in _values_blocks(found):
        if variable == name:
            inside = [one for one in found if start <= one.start < end]
            return tuple(one for one in _terms(inside))
    return None


def _terms(found: Sequence[Token]) -> list[str]:
    """Tokens put together to terms: a string with its language or datatype, or a token alone."""
    terms: list[str] = []
    for number, token in enumerate(found):
        joins = token.kind is TokenKind.LANGUAGE_TAG or token.text == "^"
        follows = number > 0 and found[number - 1].text == "^"
        if terms and (joins or follows):
            terms[-1] += token.text
        else:
            terms.append(token.text)
    return terms
