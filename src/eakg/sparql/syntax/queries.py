"""Groups and queries (SPARQL 1.1 Query section 19.8, rules 1 to 74)."""

from eakg.sparql.cursor import significant_tokens
from eakg.sparql.failures import QueryTooComplexError
from eakg.sparql.head import read_head
from eakg.sparql.lexer import TokenKind
from eakg.sparql.syntax.expressions import ExpressionParser
from eakg.sparql.syntax.stream import TokenStream
from eakg.sparql.syntax.terms import is_name, term, variable, variable_or_iri
from eakg.sparql.syntax.tree import (
    Bind,
    Element,
    Expression,
    Filter,
    GraphPattern,
    GroupingKey,
    GroupPattern,
    Lateral,
    Minus,
    Modifiers,
    Optional,
    QueryTree,
    ResultColumn,
    Select,
    ServicePattern,
    SyntaxNode,
    TermNode,
    Triples,
    Union,
    ValuesBlock,
)
from eakg.sparql.syntax.triples import begins_triples, triples

_NESTED: dict[str, type[Optional | Minus | Lateral]] = {
    "OPTIONAL": Optional,
    "MINUS": Minus,
    "LATERAL": Lateral,
}


def parse_query(text: str, base_iri: str | None = None) -> QueryTree:
    """Read a query.

    Arguments: the query; the IRI that relative ones are resolved against, where it has no BASE of
    its own. Raises: QuerySyntaxError with the place of what cannot stand there, though not for
    every text that is no query; QueryTooComplexError where it is nested too deeply.
    """
    head = read_head(text, base_iri)
    sequence = significant_tokens(text, head.prefixes, head.prologue, head.dataset[1])
    stream = TokenStream(
        text,
        [token for token in sequence if token.start >= head.prologue],
        head.base,
        head.prefixes,
    )
    try:
        return _query(stream)
    except RecursionError:
        raise QueryTooComplexError("the query is nested too deeply") from None


def _query(stream: TokenStream) -> QueryTree:
    start = stream.start
    if stream.at("SELECT"):
        select = _select(stream)
        _expect_end(stream)
        return QueryTree(
            start,
            stream.stop,
            "SELECT",
            select,
            select.star,
            select.where,
            select.modifiers,
            literals=tuple(stream.literals),
        )
    form = stream.take().word
    star: SyntaxNode | None = None
    template: tuple[Triples, ...] = ()
    has_template = False
    if form == "CONSTRUCT" and stream.at("{"):
        template, has_template = _template(stream), True
    elif form == "DESCRIBE":
        star = _star(stream)
        while stream.peek().kind is TokenKind.VARIABLE or is_name(stream.peek()):
            variable_or_iri(stream)
    elif form not in {"ASK", "CONSTRUCT"}:
        raise stream.error()
    _dataset(stream)
    where = None
    if stream.accept("WHERE") or stream.at("{") or form != "DESCRIBE":
        where = _group(stream)
    if form == "CONSTRUCT" and not has_template and where is not None:
        template = tuple(one for one in where.elements if isinstance(one, Triples))
    modifiers = _modifiers(stream)
    _expect_end(stream)
    literals = tuple(stream.literals)
    return QueryTree(start, stream.stop, form, None, star, where, modifiers, template, literals)


def _expect_end(stream: TokenStream) -> None:
    if not stream.at_end:
        raise stream.error()


def _select(stream: TokenStream) -> Select:
    start = stream.start
    stream.expect("SELECT")
    is_distinct = stream.accept("DISTINCT") or stream.accept("REDUCED")
    star = _star(stream)
    columns = []
    while star is None and (stream.at("(") or stream.peek().kind is TokenKind.VARIABLE):
        columns.append(_column(stream))
    _dataset(stream)
    stream.accept("WHERE")
    where = _group(stream)
    modifiers = _modifiers(stream)
    return Select(start, stream.stop, tuple(columns), star, where, modifiers, is_distinct)


def _star(stream: TokenStream) -> SyntaxNode | None:
    start = stream.start
    return SyntaxNode(start, stream.stop) if stream.accept("*") else None


def _column(stream: TokenStream) -> ResultColumn:
    start = stream.start
    if not stream.accept("("):
        name = variable(stream)
        return ResultColumn(start, stream.stop, name)
    value = _expressions(stream).expression()
    stream.expect("AS")
    name = variable(stream)
    stream.expect(")")
    return ResultColumn(start, stream.stop, name, value)


def _dataset(stream: TokenStream) -> None:
    while stream.accept("FROM"):
        stream.accept("NAMED")
        if not is_name(stream.peek()):
            raise stream.error()
        stream.take()


def _modifiers(stream: TokenStream) -> Modifiers:
    conditions: list[GroupingKey] = []
    having: list[Expression] = []
    order: list[Expression] = []
    is_sliced = False
    if stream.accept("GROUP", "BY"):
        while _begins_condition(stream):
            conditions.append(_condition(stream))
    if stream.accept("HAVING"):
        while _begins_condition(stream):
            having.append(_expressions(stream).constraint())
    if stream.accept("ORDER", "BY"):
        while _begins_condition(stream) or stream.at("ASC") or stream.at("DESC"):
            _ = stream.accept("ASC") or stream.accept("DESC")
            order.append(_expressions(stream).key())
    while stream.accept("LIMIT") or stream.accept("OFFSET"):
        is_sliced = True
        stream.take()
    values = _values(stream) if stream.at("VALUES") else None
    return Modifiers(tuple(conditions), tuple(having), tuple(order), is_sliced, values)


def _begins_condition(stream: TokenStream) -> bool:
    token = stream.peek()
    if token.kind is TokenKind.VARIABLE or token.text == "(":
        return True
    if stream.at("NOT", "EXISTS") or stream.at("EXISTS"):
        return True
    is_callable = is_name(token) or token.kind is TokenKind.KEYWORD
    is_clause = token.word in {"ASC", "DESC", "HAVING", "VALUES"}
    return is_callable and not is_clause and stream.peek(1).text == "("


def _condition(stream: TokenStream) -> GroupingKey:
    start = stream.start
    if not stream.accept("("):
        value = _expressions(stream).key()
        return GroupingKey(start, stream.stop, value)
    value = _expressions(stream).expression()
    name = variable(stream) if stream.accept("AS") else None
    stream.expect(")")
    return GroupingKey(start, stream.stop, value, name)


def _expressions(stream: TokenStream) -> ExpressionParser:
    return ExpressionParser(stream, _group)


def _template(stream: TokenStream) -> tuple[Triples, ...]:
    stream.expect("{")
    template = []
    while not stream.accept("}"):
        if not stream.accept("."):
            template.append(triples(stream))
    return tuple(template)


def _group(stream: TokenStream) -> GroupPattern:
    start = stream.start
    stream.expect("{")
    if stream.at("SELECT"):
        subquery = _select(stream)
        stream.expect("}")
        return GroupPattern(start, stream.stop, subquery=subquery)
    elements: list[Element] = []
    while not stream.accept("}"):
        if not stream.accept("."):
            elements.append(_element(stream))
    return GroupPattern(start, stream.stop, tuple(elements))


def _element(stream: TokenStream) -> Element:
    start, word = stream.start, stream.peek().word
    if begins_triples(stream):
        return triples(stream)
    if word == "{":
        groups = [_group(stream)]
        while stream.accept("UNION"):
            groups.append(_group(stream))
        return Union(start, stream.stop, tuple(groups))
    if word == "VALUES":
        return _values(stream)
    if word not in {"FILTER", "BIND", "GRAPH", "SERVICE", *_NESTED}:
        raise stream.error()
    stream.take()
    if word in _NESTED:
        group = _group(stream)
        return _NESTED[word](start, stream.stop, group)
    if word == "FILTER":
        value = _expressions(stream).constraint()
        return Filter(start, stream.stop, value)
    if word == "BIND":
        stream.expect("(")
        value = _expressions(stream).expression()
        stream.expect("AS")
        name = variable(stream)
        stream.expect(")")
        return Bind(start, stream.stop, value, name)
    stream.accept("SILENT")
    name = variable_or_iri(stream)
    group = _group(stream)
    kind: type[GraphPattern | ServicePattern] = GraphPattern if word == "GRAPH" else ServicePattern
    return kind(start, stream.stop, name, group)


def _values(stream: TokenStream) -> ValuesBlock:
    start = stream.start
    stream.expect("VALUES")
    names: list[TermNode] = []
    has_rows = stream.accept("(")
    if has_rows:
        while not stream.accept(")"):
            names.append(variable(stream))
    else:
        names.append(variable(stream))
    stream.expect("{")
    rows = []
    while not stream.accept("}"):
        rows.append(_row(stream) if has_rows else (_value(stream),))
    return ValuesBlock(start, stream.stop, tuple(names), tuple(rows))


def _row(stream: TokenStream) -> tuple[TermNode | None, ...]:
    stream.expect("(")
    values = []
    while not stream.accept(")"):
        values.append(_value(stream))
    return tuple(values)


def _value(stream: TokenStream) -> TermNode | None:
    if stream.accept("UNDEF"):
        return None
    if stream.peek().kind in {TokenKind.VARIABLE, TokenKind.BLANK_NODE}:
        raise stream.error("; expected an IRI, a literal or UNDEF")
    return term(stream)
