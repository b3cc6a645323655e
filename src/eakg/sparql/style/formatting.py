"""A query laid out: its tokens in their order, with other white space between them.

Clauses, triples and filters begin lines, groups are indented by two characters, and keywords are
in capitals. A group that its author wrote on one line stays there where it fits; other line ends of
the author's are kept as continuations, so that what is long stays readable; a blank line stays one.
Of the formatters on PyPI, sparqlib 0.5 and sparqlkit 0.4 leave out comments behind tokens and read
no SPARQL 1.2, and qlue-ls 3.12 is compiled where it is installed.
"""

from dataclasses import dataclass

from eakg.sparql.lexer import Token, TokenKind, tokens
from eakg.sparql.syntax import parse_query

WIDTH = 100
_INDENT = "  "
_CLAUSES = frozenset(
    {
        *("PREFIX", "BASE", "VERSION", "SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "FROM"),
        *("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"),
    }
)
_STATEMENTS = frozenset(
    {"FILTER", "BIND", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "VALUES", "LATERAL"}
)
_AT_THE_MARGIN = _CLAUSES | _STATEMENTS | {"WHERE", ")", "]", "{"}
_OPENING, _CLOSING = ("(", "[", "{", "{|"), (")", "]", "|}")
_APART = frozenset(
    {*("FILTER", "BIND", "VALUES", "HAVING", "BY", "IN", "SELECT", "DISTINCT", "REDUCED", "AS")}
)
"""Keywords with a blank in front of a parenthesis."""
_TOGETHER = frozenset({"UNION", ".", ")", ",", ";", "&", "|", "]"})
"""What follows a closed group on its line."""
_TERMS = frozenset(TokenKind) - {TokenKind.PUNCTUATION, TokenKind.KEYWORD, TokenKind.COMMENT}


def format_query(text: str) -> str:
    """A query laid out. What it says does not change, and it is a fixed point of this function.

    Raises: QuerySyntaxError where it is none; LayoutError where its tokens would be others.
    """
    text = text.removeprefix("\ufeff")
    parse_query(text)
    before = list(tokens(text))
    result = _Layout(text, _with_annotation_signs(before)).lines()
    if [*map(_essence, tokens(result))] != [*map(_essence, before)]:
        raise LayoutError("it has tokens that would be others with blanks between them")
    return result


class LayoutError(ValueError):
    """A query cannot be laid out without changing it."""


def _essence(token: Token) -> tuple[TokenKind, str]:
    return (
        token.kind,
        token.text.upper() if token.kind is TokenKind.KEYWORD else token.text.rstrip(),
    )


def _with_annotation_signs(parts: list[Token]) -> list[Token]:
    """Tokens with the brackets of annotations (SPARQL 1.2) as one each."""
    result: list[Token] = []
    for token in parts:
        former = result[-1] if result else None
        if former and former.stop == token.start and former.word + token.word in ("{|", "|}"):
            result[-1] = Token(TokenKind.PUNCTUATION, former.text + token.text, former.start)
        else:
            result.append(token)
    return result


@dataclass
class _Bracket:
    """An open bracket, whether all within it stands on its line, whether it is of the data of
    VALUES, and the statement that it is in."""

    sign: str
    is_inline: bool
    is_data: bool = False
    statement: str = ""


class _Layout:
    """Writes tokens in lines. Arguments: the text that they are of; they."""

    def __init__(self, text: str, before: list[Token]) -> None:
        self._text = text
        self._tokens = before
        self._numbers = {token.start: number for number, token in enumerate(before)}
        self._lines: list[str] = []
        self._line = ""
        self._brackets: list[_Bracket] = []
        self._statement = ""
        self._is_begun = False  # a statement that may go on in the next line

    def lines(self) -> str:
        """The lines."""
        previous: Token | None = None
        for number, token in enumerate(self._tokens):
            if token.word == "}":
                self._close(token, previous)
            else:
                self._separate(token, previous)
                self._put(number, token)
            previous = token
        self._end_line()
        return "\n".join(self._lines) + "\n"

    def _gap(self, token: Token, previous: Token) -> str:
        return self._text[previous.stop : token.start]

    @property
    def _is_inline(self) -> bool:
        return any(bracket.is_inline for bracket in self._brackets)

    @property
    def _in_group(self) -> bool:
        """Whether the innermost bracket is that of a group, or there is none."""
        return not self._brackets or self._brackets[-1].sign == "{"

    @property
    def _depth(self) -> int:
        return sum(bracket.sign == "{" for bracket in self._brackets)

    def _separate(self, token: Token, previous: Token | None) -> None:
        """Write what stands between two tokens: nothing, a blank, or the end of a line."""
        if previous is None:
            return
        gap = self._gap(token, previous)
        if token.kind is TokenKind.COMMENT:
            if "\n" in gap or "\r" in gap:
                goes_on = self._is_begun and bool(self._brackets) and self._follower(token) != "}"
                self._break(gap, goes_on=goes_on and not self._in_data)
            else:
                self._line += " "
        elif previous.kind is TokenKind.COMMENT or self._begins_line(token, previous, gap):
            goes_on = self._is_begun and token.word not in _AT_THE_MARGIN
            self._break(gap, goes_on=goes_on and not self._in_data)
        else:
            self._line += _blank(token, previous, gap)

    @property
    def _in_data(self) -> bool:
        return bool(self._brackets) and self._brackets[-1].is_data

    def _begins_line(self, token: Token, previous: Token, gap: str) -> bool:
        if self._is_inline:
            return False
        word = token.word
        if self._in_group:
            if previous.word == "{":
                return True
            if word in _TOGETHER or previous.word == "UNION" or (word == "{" and self._is_begun):
                return False
            if word in _CLAUSES and previous.word != "{":
                return not (word == "GROUP" and previous.word == "(")
            if word in _STATEMENTS or previous.word == ".":
                return True
            if previous.word == ";" and self._is_long(token):
                return True
            if previous.word == "}" or not self._is_begun:
                return word not in ("{", "WHERE") or previous.word == "}"
        return "\n" in gap or "\r" in gap

    def _follower(self, comment: Token) -> str:
        """The word of the first token behind comments."""
        rest = self._tokens[self._numbers[comment.start] :]
        return next((token.word for token in rest if token.kind is not TokenKind.COMMENT), "")

    def _is_long(self, first: Token) -> bool:
        """Whether what a token begins, to the end of the triples, has no room on the line."""
        depth = 0
        start = self._numbers[first.start]
        for token in self._tokens[start:]:
            depth += (token.word in _OPENING) - (token.word in (*_CLOSING, "}"))
            if depth < 0 or (not depth and token.word == "."):
                break
        return len(self._line) + token.stop - first.start + 1 > WIDTH

    def _break(self, gap: str, *, goes_on: bool) -> None:
        self._end_line()
        lines = gap.replace("\r\n", "\n").replace("\r", "\n").count("\n")
        if lines > 1 and self._lines and self._lines[-1] and not self._lines[-1].endswith("{"):
            self._lines.append("")
        self._line = _INDENT * (self._depth + goes_on)

    def _end_line(self) -> None:
        if self._line.strip():
            self._lines.append(self._line.rstrip())
        self._line = ""

    def _put(self, number: int, token: Token) -> None:
        word = token.word
        self._line += _spelling(token)
        if word in _OPENING:
            is_inline = word == "{" and not self._is_inline and self._fits(number)
            is_data = word == "{" and self._statement == "VALUES"
            self._brackets.append(_Bracket(word, is_inline, is_data, self._statement))
            self._is_begun = word != "{"
            if word == "{":
                self._statement = ""
            return
        if word in _CLOSING and self._brackets:
            self._brackets.pop()
            # A constraint ends with its parentheses.
            if word == ")" and self._in_group and self._statement in ("FILTER", "BIND"):
                self._statement, self._is_begun = "", False
            return
        if token.kind is TokenKind.COMMENT:
            return
        if self._in_group:
            if word == ".":
                self._statement, self._is_begun = "", False
                return
            if word in _STATEMENTS | _CLAUSES or not self._is_begun:
                self._statement = word
            self._is_begun = True

    def _close(self, token: Token, previous: Token | None) -> None:
        """Write the end of a group."""
        bracket = self._brackets.pop() if self._brackets else _Bracket("{", False)
        is_empty = previous is not None and previous.word == "{"
        if bracket.is_inline or self._is_inline or is_empty:
            self._line += "}" if is_empty else " }"
        else:
            self._end_line()
            self._line = _INDENT * self._depth + "}"
        # Within an expression it is no end.
        self._is_begun = not self._in_group
        self._statement = bracket.statement if self._is_begun else ""

    def _fits(self, number: int) -> bool:
        """Whether the group that begins with a token stands on one line, and has room on this."""
        depth, previous, length = 0, self._tokens[number], len(self._line)
        for token in self._tokens[number:]:
            if token.kind is TokenKind.COMMENT:
                return False
            gap = self._gap(token, previous) if token is not previous else ""
            if "\n" in gap or "\r" in gap or "\n" in token.text:
                return False
            if token.start != self._tokens[number].start:
                length += len(token.text) + len(_blank(token, previous, gap))
            if length > WIDTH:
                return False
            depth += (token.word == "{") - (token.word == "}")
            if not depth:
                return True
            previous = token
        return False


def _blank(token: Token, previous: Token, gap: str) -> str:
    """What stands between two tokens of a line."""
    word, former = token.word, previous.word
    if former == "(" or word == ")":
        return ""
    if (former, word) in (("[", "]"), ("{", "}")):
        return ""
    if word == ",":
        return " " if gap else ""
    if {former, word} & {"{", "}", "{|", "|}", ";", "."} or former in ("[", ",") or word == "]":
        return " "
    if word == "(" and former in _APART:
        return " "
    if word == "*" and former in ("SELECT", "DISTINCT", "REDUCED", "DESCRIBE"):
        return " "
    if {token.kind, previous.kind} <= _TERMS and token.kind is not TokenKind.LANGUAGE_TAG:
        return " "
    is_word = TokenKind.KEYWORD in (token.kind, previous.kind)
    if is_word and {token.kind, previous.kind} & _TERMS | ({TokenKind.KEYWORD} if gap else set()):
        return " "
    return " " if gap else ""


def _spelling(token: Token) -> str:
    if token.kind is TokenKind.KEYWORD and token.text != "a":
        upper = token.text.upper()
        return upper.lower() if upper in ("TRUE", "FALSE") else upper
    return token.text.rstrip() if token.kind is TokenKind.COMMENT else token.text
