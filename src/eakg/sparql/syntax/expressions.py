"""Expressions (SPARQL 1.1 Query section 19.8, rules 110 to 130)."""

from collections.abc import Callable
from typing import TypeAlias

from eakg.sparql.lexer import TokenKind
from eakg.sparql.syntax.stream import TokenStream
from eakg.sparql.syntax.terms import begins_term, is_name, term
from eakg.sparql.syntax.tree import (
    Exists,
    Expression,
    FunctionCall,
    GroupPattern,
    Operand,
    OperatorCall,
)

GroupParser: TypeAlias = Callable[[TokenStream], GroupPattern]
_COMPARISONS = (("=",), ("!", "="), ("<", "="), (">", "="), ("<",), (">",))


class ExpressionParser:
    """Reads expressions.

    Arguments: the tokens; what reads the group of EXISTS.
    """

    def __init__(self, stream: TokenStream, group: GroupParser) -> None:
        self._stream = stream
        self._group = group

    def expression(self) -> Expression:
        """The expression that comes. Raises: QuerySyntaxError."""
        return self._operation("|", self._conjunction)

    def constraint(self) -> Expression:
        """What FILTER and HAVING take: a call, EXISTS, or an expression in parentheses.

        Raises: QuerySyntaxError.
        """
        stream = self._stream
        is_exists = stream.at("EXISTS") or stream.at("NOT", "EXISTS")
        if not (is_exists or stream.at("(") or stream.peek(1).text == "("):
            raise stream.error()
        return self._primary()

    def key(self) -> Expression:
        """What GROUP BY and ORDER BY take: a constraint or a variable. Raises: QuerySyntaxError."""
        is_variable = self._stream.peek().kind is TokenKind.VARIABLE
        return self._primary() if is_variable else self.constraint()

    def _conjunction(self) -> Expression:
        return self._operation("&", self._comparison)

    def _operation(self, sign: str, operand: Callable[[], Expression]) -> Expression:
        start = self._stream.start
        operands = [operand()]
        while self._stream.accept(sign, sign):
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return OperatorCall(start, self._stream.stop, 2 * sign, tuple(operands))

    def _comparison(self) -> Expression:
        stream = self._stream
        start = stream.start
        first = self._sum()
        for signs in _COMPARISONS:
            if stream.accept(*signs):
                second = self._sum()
                return OperatorCall(start, stream.stop, "".join(signs), (first, second))
        for words in (("IN",), ("NOT", "IN")):
            if stream.accept(*words):
                members = self._list()
                return OperatorCall(start, stream.stop, " ".join(words), (first, *members))
        return first

    def _sum(self) -> Expression:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._unary))

    def _chain(self, signs: tuple[str, ...], operand: Callable[[], Expression]) -> Expression:
        start = self._stream.start
        value = operand()
        while self._stream.peek().word in signs:
            sign = self._stream.take().text
            operands = (value, operand())
            value = OperatorCall(start, self._stream.stop, sign, operands)
        return value

    def _unary(self) -> Expression:
        start, sign = self._stream.start, self._stream.peek().word
        if sign == "!" or (sign in {"+", "-"} and not begins_term(self._stream)):
            self._stream.take()
            operand = self._unary()
            return OperatorCall(start, self._stream.stop, sign, (operand,))
        return self._primary()

    def _primary(self) -> Expression:
        stream = self._stream
        start = stream.start
        if stream.accept("("):
            inner = self.expression()
            stream.expect(")")
            return inner
        is_negated = stream.accept("NOT", "EXISTS")
        if is_negated or stream.accept("EXISTS"):
            group = self._group(stream)
            return Exists(start, stream.stop, group, is_negated)
        token = stream.peek()
        if stream.peek(1).text == "(" and (is_name(token) or token.kind is TokenKind.KEYWORD):
            stream.take()
            name = stream.iri(token) or token.text if is_name(token) else token.word
            distinct, arguments = self._arguments()
            return FunctionCall(start, stream.stop, name, arguments, distinct)
        if token.kind is TokenKind.BLANK_NODE:
            raise stream.error("; no blank node stands in an expression")
        operand = term(stream)
        return Operand(start, stream.stop, operand)

    def _arguments(self) -> tuple[bool, tuple[Expression, ...]]:
        stream = self._stream
        stream.expect("(")
        distinct = stream.accept("DISTINCT")
        if stream.accept("*"):
            stream.expect(")")
            return distinct, ()
        arguments = self._members()
        if stream.accept(";"):
            stream.expect("SEPARATOR", "=")
            stream.take()
        stream.expect(")")
        return distinct, arguments

    def _list(self) -> tuple[Expression, ...]:
        self._stream.expect("(")
        members = self._members()
        self._stream.expect(")")
        return members

    def _members(self) -> tuple[Expression, ...]:
        if self._stream.peek().text in {")", ";"}:
            return ()
        members = [self.expression()]
        while self._stream.accept(","):
            members.append(self.expression())
        return tuple(members)
