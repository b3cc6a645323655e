"""Faults of scope in a query, told by its tokens: names that stand where they mean nothing.

An engine refuses these too, but at the place where it gives up, mostly the end of the group, and
without the name of what is wrong. So this is asked of a text that the engine has refused.

Specification: SPARQL 1.1 Query sections 18.2.1 (variable scope), 11.4 (aggregates and what may be
selected beside them), 4.1.4 and 19.6 (labels of blank nodes), 10.2 (values).
"""

from collections.abc import Sequence
from contextlib import suppress

from eakg.sparql.faults.rows import read_rows_of_values
from eakg.sparql.faults.selection import (
    SelectedExpression,
    SelectItem,
    grouping_complaints,
    name_complaints,
    named_items,
)
from eakg.sparql.faults.stream import END, ScopeFault, TokenWalk
from eakg.sparql.lexer import Token, TokenKind

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 100
_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})
_CALLABLE = frozenset({TokenKind.KEYWORD, TokenKind.IRIREF, TokenKind.PREFIXED_NAME})
_REMEDIES = {
    "FILTER": "compare it in HAVING",
    "BIND": "give it a name in SELECT: ({} (...) AS ?name)",
    "GROUP BY": "give it a name in SELECT: ({} (...) AS ?name)",
}
"""What to do with an aggregate that stands where none may."""


class _TooDeepError(Exception):
    """Groups are nested more deeply than they are looked at."""


def scope_faults(tokens: Sequence[Token]) -> list[ScopeFault]:
    """The faults of scope in a query, or in an operation of an update, as far as it can be read.

    Argument: its significant tokens.
    """
    reader = _Reader(tokens)
    with suppress(_TooDeepError):
        reader.text()
    return reader.faults


class _Reader(TokenWalk):
    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.depth = 0
        self.patterns = 0
        self.labels: dict[str, int] = {}

    def text(self) -> None:
        while self.next is not END:
            match self.next.word:
                case "SELECT":
                    self.select()
                case "CONSTRUCT" | "INSERT" | "DELETE":
                    self.take()
                    self.skip_block()
                case "WHERE":
                    self.take()
                case "{":
                    self.group()
                case "VALUES":
                    self.take()
                    read_rows_of_values(self)
                case _:
                    self.take()

    def skip_block(self) -> None:
        """Past a template, in which nothing is in scope."""
        depth = 0
        if self.next.word != "{":
            return
        while self.next is not END:
            depth += {"{": 1, "}": -1}.get(self.take().word, 0)
            if not depth:
                return

    def select(self) -> set[str]:
        """Past SELECT with its pattern and modifiers; the names that it gives."""
        self.take()
        self.took("DISTINCT", "REDUCED")
        star = self.next if self.next.word == "*" else None
        if star:
            self.take()
        items = self.select_items()
        while self.took("FROM"):
            self.took("NAMED")
            self.take()
        self.took("WHERE")
        if self.next.word != "{":
            return set()
        scope = self.group()
        noticed = self.last.stop
        keys, later, is_grouped = self.modifiers(scope)
        expressions = [item for item in items if isinstance(item, SelectedExpression)]
        aggregates = [token for one in (*expressions, later) for token in one.aggregates]
        if star and (is_grouped or aggregates):
            beside = "GROUP BY" if is_grouped else aggregates[0].word
            self.complain(star, f"SELECT * does not go with {beside}; name variables", noticed)
        elif is_grouped or aggregates:
            for token, complaint in grouping_complaints(
                items, keys, is_grouped=is_grouped, has_aggregates=bool(aggregates)
            ):
                self.complain(token, complaint, noticed)
        for token, complaint in name_complaints(items, keys if is_grouped or aggregates else scope):
            self.complain(token, complaint, noticed)
        return scope if star else {token.text[1:] for token, _ in named_items(items)}

    def select_items(self) -> list[SelectItem]:
        items: list[SelectItem] = []
        while True:
            if self.next.kind is TokenKind.VARIABLE:
                items.append(self.take())
            elif self.next.word == "(":
                start = self.next
                expression = self.bracketed("SELECT")
                if expression.alias is None and self.last.text == ")":
                    complaint = "what SELECT computes needs a name: (... AS ?name)"
                    self.complain(start, complaint, self.last.start)
                items.append(expression)
            else:
                break
        token = self.next
        if token.word in AGGREGATES:
            complaint = f"SELECT takes ({token.word} (...) AS ?name), in parentheses, with a name"
            self.complain(token, complaint, token.start)
        elif token.text == "," and items:
            self.complain(token, "between the variables of SELECT stands no comma", token.start)
        return items

    def modifiers(self, scope: set[str]) -> tuple[set[str], SelectedExpression, bool]:
        """Past what follows a pattern: what is grouped by, the expressions of HAVING and ORDER BY
        together, and whether anything is grouped by."""
        keys: set[str] = set()
        later = SelectedExpression()
        is_grouped = False
        clause = ""
        while self.next.word != "}" and self.next is not END:
            word = self.next.word
            if word in _MODIFIERS:
                clause = word
                is_grouped = is_grouped or word == "GROUP"
                self.take()
                self.took("BY")
                if word == "VALUES":
                    scope |= read_rows_of_values(self)
            elif self.next.kind is TokenKind.VARIABLE and clause == "GROUP":
                keys.add(self.take().text[1:])
            elif clause == "GROUP":
                expression = self.constraint("GROUP BY")
                if expression.alias is not None:
                    keys.add(expression.alias.text[1:])
            elif clause in ("HAVING", "ORDER"):
                expression = self.constraint(clause)
                later.aggregates += expression.aggregates
            else:
                self.take()
        return keys, later, is_grouped

    def group(self) -> set[str]:
        """Past a group; the names in scope at its end."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _TooDeepError
        self.take()
        scope = self.select() if self.next.word == "SELECT" else self.elements()
        if self.next.word == "}":
            self.take()
        self.depth -= 1
        return scope

    def elements(self) -> set[str]:
        scope: set[str] = set()
        pattern = self.new_pattern()
        while self.next is not END and self.next.word != "}":
            token = self.next
            if token.text + self.follower.text in ("{|", "|}"):
                self.take()  # an annotation of RDF 1.2
                self.take()
                continue
            if token.kind is TokenKind.VARIABLE:
                scope.add(self.take().text[1:])
            elif token.kind is TokenKind.BLANK_NODE:
                self.check_label(self.take(), pattern)
            elif token.word == "FILTER":
                self.take()
                self.constraint("FILTER")  # it does not end a basic graph pattern
            elif token.word in ("{", "OPTIONAL", "MINUS", "GRAPH", "SERVICE", "LATERAL", "UNION"):
                scope |= self.subpattern()
                pattern = self.new_pattern()
            elif token.word == "BIND":
                self.take()
                scope |= self.bind(scope)
                pattern = self.new_pattern()
            elif token.word == "VALUES":
                self.take()
                scope |= read_rows_of_values(self)
                pattern = self.new_pattern()
            else:
                self.take()
        return scope

    def subpattern(self) -> set[str]:
        scope: set[str] = set()
        word = "" if self.next.word == "{" else self.take().word
        if word in ("GRAPH", "SERVICE"):
            self.took("SILENT")
            if self.next.word != "{":
                name = self.take()
                if name.kind is TokenKind.VARIABLE:
                    scope.add(name.text[1:])
        if self.next.word == "{":
            inner_scope = self.group()
            scope |= set() if word == "MINUS" else inner_scope
        return scope

    def bind(self, scope: set[str]) -> set[str]:
        if self.next.word != "(":
            return set()
        alias = self.bracketed("BIND").alias
        if alias is None:
            return set()
        if alias.text[1:] in scope:
            complaint = f"{alias.text} is bound in front of BIND already; BIND needs a new name"
            self.complain(alias, complaint, self.last.stop)
        return {alias.text[1:]}

    def check_label(self, token: Token, pattern: int) -> None:
        if self.labels.setdefault(token.text, pattern) != pattern:
            complaint = (
                f"{token.text} stands in another group of patterns already, and the label of a"
                " blank node is for one; use a variable"
            )
            self.complain(token, complaint, token.start)

    def new_pattern(self) -> int:
        self.patterns += 1
        return self.patterns

    def constraint(self, clause: str) -> SelectedExpression:
        """Past a bracketed expression, a call, EXISTS with its group, or else one token."""
        self.took("NOT")
        if self.took("EXISTS"):
            if self.next.word == "{":
                self.group()
            return SelectedExpression()
        name = None if self.next.word == "(" else self.take()
        if self.next.word != "(" or (name is not None and name.kind not in _CALLABLE):
            return SelectedExpression()
        return self.bracketed(clause, name)

    def bracketed(self, clause: str, name: Token | None = None) -> SelectedExpression:
        """Past an expression in parentheses, which may be the arguments of what has a name."""
        expression = SelectedExpression()
        inside_aggregate = 0  # how many parentheses are open within the outermost aggregate
        if name is not None and name.word in AGGREGATES:
            self.note_aggregate(expression, name, clause)
            inside_aggregate = 1
            self.take()
            depth = 1
        else:
            depth = 0
        while self.next is not END:
            token = self.next
            if token.word == "{":
                self.group()
                continue
            if token.word == "}":
                break
            self.take()
            if token.word == "(":
                depth += 1
                inside_aggregate += bool(inside_aggregate)
            elif token.word == ")":
                depth -= 1
                inside_aggregate -= bool(inside_aggregate)
                if not depth:
                    break
            elif token.word in AGGREGATES and self.next.word == "(" and not inside_aggregate:
                self.note_aggregate(expression, token, clause)
                self.take()
                depth += 1
                inside_aggregate = 1
            elif token.word == "AS" and depth == 1 and self.next.kind is TokenKind.VARIABLE:
                expression.alias = self.take()
            elif token.kind is TokenKind.VARIABLE and not inside_aggregate:
                expression.variables.append(token)
        return expression

    def note_aggregate(self, expression: SelectedExpression, token: Token, clause: str) -> None:
        expression.aggregates.append(token)
        if clause in _REMEDIES:
            remedy = _REMEDIES[clause].format(token.word)
            complaint = f"{token.word} is an aggregate, and {clause} can have none; {remedy}"
            self.complain(token, complaint)
