"""The rows of VALUES, read for what may not stand in them.

Specification: SPARQL 1.1 Query section 10.2, and section 19.8, rules 61 to 65.
"""

from eakg.sparql.faults.stream import END, TokenWalk
from eakg.sparql.lexer import Token, TokenKind

_KINDS = {TokenKind.VARIABLE: "variable", TokenKind.BLANK_NODE: "blank node"}


def read_rows_of_values(stream: TokenWalk) -> set[str]:
    """Move past the variables and the rows behind VALUES, and complain of what is wrong there.

    Results: the names of the variables.
    """
    names: list[str] = []
    in_parentheses = stream.took("(")
    while stream.next.kind is TokenKind.VARIABLE:
        token = stream.take()
        if token.text[1:] in names:
            stream.complain(token, f"{token.text} stands twice in VALUES; leave one out")
        names.append(token.text[1:])
    stream.took(")")
    if not stream.took("{"):
        return set(names)
    while stream.next is not END and stream.next.word != "}":
        row = stream.take()
        if row.word != "(":
            _check_value(stream, row)
            continue
        size = _row_size(stream)
        if in_parentheses and size not in (None, len(names)):
            complaint = (
                f"values in this row: {size}, variables of VALUES: {len(names)}; write UNDEF for"
                " what has no value"
            )
            stream.complain(row, complaint, stream.last.stop)
    stream.took("}")
    return set(names)


def _row_size(stream: TokenWalk) -> int | None:
    """Past a row; how many values it has, None where that is not told by tokens."""
    size = 0
    is_known = True
    while stream.next is not END and stream.next.word not in (")", "}"):
        token = stream.take()
        _check_value(stream, token)
        is_known = is_known and token.text != "<<"
        if token.text == "^":
            while stream.took("^"):
                pass
            stream.take()  # the datatype
        elif token.kind is not TokenKind.LANGUAGE_TAG and token.text not in ("+", "-"):
            size += 1
    stream.took(")")
    return size if is_known else None


def _check_value(stream: TokenWalk, token: Token) -> None:
    kind = _KINDS.get(token.kind)
    if kind is not None:
        complaint = f"VALUES takes IRIs and literals, not the {kind} {token.text}"
        stream.complain(token, complaint, token.start)
