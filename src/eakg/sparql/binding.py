"""Terms in the place of a query's variables: token by token, never as text.

Where the query has the variable in a block of its own, `VALUES ?date { "2020-07-23"^^xsd:date }`,
the term takes the place of those in the block, and the file as it stands asks for its defaults.
Elsewhere the term takes the place of the variable wherever it occurs, in subqueries too; a
projected variable becomes a column of the term.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Literal, URIRef

from eakg.rdf import sparql_term
from eakg.sparql.cursor import splice
from eakg.sparql.head import query_tokens
from eakg.sparql.lexer import Token, TokenKind, tokens

Term = URIRef | Literal
_ASIDE = frozenset({"GROUP", "ORDER"})
_CLAUSES = _ASIDE | {"SELECT", "FROM", "WHERE", "HAVING", "LIMIT", "OFFSET", "VALUES"}


class ParameterError(ValueError):
    """A text is no value of a parameter, or a parameter has none."""


def variables(text: str) -> tuple[str, ...]:
    """The names of a text's variables, in order of appearance."""
    names = (token.text[1:] for token in tokens(text) if token.kind is TokenKind.VARIABLE)
    return tuple(dict.fromkeys(names))


def bind(text: str, terms: Mapping[str, Term]) -> str:
    """The query with terms in the place of variables.

    Arguments: the query; terms by the names of the variables. Raises: ParameterError where the
    grammar has no place for a term: the variable is assigned by AS, or stands among several in
    VALUES. Specification: SPARQL 1.1 Query, section 19.8.
    """
    if not terms:
        return text
    spellings = {name: sparql_term(term) for name, term in terms.items()}
    return splice(text, _Binder(query_tokens(text), spellings).changes())


def block_values(text: str) -> dict[str, tuple[str, ...]]:
    """The terms, as they are written, of the first block of VALUES over each variable that has
    one of its own."""
    values: dict[str, tuple[str, ...]] = {}
    for block in _blocks(query_tokens(text)):
        values.setdefault(block.name, tuple(_terms(block.content)))
    return values


@dataclass(frozen=True)
class _Block:
    """A block of VALUES over one variable: the tokens in its braces, and where these are."""

    name: str
    content: Sequence[Token]
    start: int
    stop: int


def _blocks(sequence: Sequence[Token]) -> Iterator[_Block]:
    number = 0
    while number < len(sequence) - 3:
        keyword, variable, brace = sequence[number : number + 3]
        number += 1
        if (keyword.word, variable.kind, brace.text) != ("VALUES", TokenKind.VARIABLE, "{"):
            continue
        first = number = number + 2
        while number < len(sequence) and sequence[number].text != "}":
            number += 1
        if number < len(sequence):
            content = sequence[first:number]
            yield _Block(variable.text[1:], content, brace.stop, sequence[number].start)


class _Binder:
    """Walks the tokens of a query and knows which clause they are in.

    Arguments: the significant tokens; terms in SPARQL by the names of their variables.
    """

    def __init__(self, sequence: Sequence[Token], terms: Mapping[str, str]) -> None:
        self.tokens = sequence
        self.terms = terms
        self.blocks = [block for block in _blocks(sequence) if block.name in terms]

    def changes(self) -> Iterator[tuple[int, int, str]]:
        """Where something else is to stand, and what."""
        own_blocks = {block.name for block in self.blocks}
        for block in self.blocks:
            yield block.start, block.stop, f" {self.terms[block.name]} "
        clause, parentheses = "", 0
        outer_clauses: list[tuple[str, int]] = []
        for number, token in enumerate(self.tokens):
            word = token.word
            if word == "{":
                outer_clauses.append((clause, parentheses))
                clause, parentheses = "", 0
            elif word == "}" and outer_clauses:
                clause, parentheses = outer_clauses.pop()
            elif word in _CLAUSES:
                clause, parentheses = word, 0
            parentheses += (word == "(") - (word == ")")
            name = token.text[1:]
            if token.kind is TokenKind.VARIABLE and name in self.terms and name not in own_blocks:
                effective_clause = clause if parentheses == 0 or clause == "VALUES" else ""
                yield self._change(number, effective_clause, len(outer_clauses))

    def _change(self, number: int, clause: str, groups: int) -> tuple[int, int, str]:
        token = self.tokens[number]
        name, term = token.text[1:], self.terms[token.text[1:]]
        preceding_words = [earlier.word for earlier in self.tokens[max(0, number - 2) : number]]
        if preceding_words[-1:] == ["AS"]:
            raise ParameterError(f"?{name} is a parameter, and the query assigns it by AS")
        if clause == "VALUES":
            message = "give it a block of its own: VALUES ?name { term }"
            raise ParameterError(
                f"?{name} is a parameter, and VALUES has it among others; {message}"
            )
        if preceding_words == ["BOUND", "("]:
            return self.tokens[number - 2].start, self.tokens[number + 1].stop, "(true)"
        if clause == "SELECT":
            # A subquery's column is not seen outside, where the term stands too.
            column = name if groups == 0 else f"{name}_inner{number}"
            return token.start, token.stop, f" ({term} AS ?{column}) "
        return token.start, token.stop, f"({term})" if clause in _ASIDE else f" {term} "


def _terms(sequence: Sequence[Token]) -> list[str]:
    """Tokens put together to terms: a string with its language or datatype, or a token alone."""
    terms: list[str] = []
    previous_text = ""
    for token in sequence:
        if terms and (token.kind is TokenKind.LANGUAGE_TAG or "^" in {token.text, previous_text}):
            terms[-1] += token.text
        else:
            terms.append(token.text)
        previous_text = token.text
    return terms
