"""How the patterns of a query hang together: parts that nothing connects, results without bound."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from rdflib import BNode, Variable
from rdflib.paths import Path

_Names = frozenset[str]
_BLANK = "_:"
_LONGEST = 1 << 14  # characters, for which rdflib may take ten seconds
_WRAPPERS = ("Project", "Distinct", "Reduced", "Slice", "OrderBy", "Group")


class TooGeneralError(Exception):
    """rdflib does not read the query, or would take too long."""


def cross_joins(text: str) -> list[tuple[str, ...]]:
    """For each group whose parts share no variable, and no filter either, one variable of each
    part, "" for one of blank nodes alone: its solutions are all combinations. Raises:
    TooGeneralError."""
    products: list[tuple[str, ...]] = []
    _parts(_algebra(text), products)
    return products


def is_unbounded(text: str) -> bool:
    """Whether a query has neither a limit nor a constant that bounds its result: no subject or
    object but variables, no values, nothing counted together. Raises: TooGeneralError."""
    algebra = _algebra(text)
    if algebra.name == "AskQuery" or (algebra.name == "DescribeQuery" and "p" not in algebra):
        return False
    nodes = list(_nodes(algebra))
    if any(node.name in ("Slice", "AggregateJoin", "values") for node in nodes):
        return False
    if any(dict.get(node, "res") for node in nodes):
        return False
    terms = [term for triple in _triples(nodes) for term in (triple[0], triple[2])]
    has_comparison = any(node.name == "RelationalExpression" for node in nodes)
    return (
        bool(terms) and not has_comparison and all(isinstance(t, Variable | BNode) for t in terms)
    )


def in_one_triple(text: str) -> _Names:
    """The subjects and objects that are variables of one triple pattern, one that has a constant.
    Raises: TooGeneralError."""
    count: Counter[str] = Counter()
    for triple in _triples(_nodes(_algebra(text))):
        weight = 2 if all(isinstance(term, Variable) for term in triple) else 1
        for term in (triple[0], triple[2]):
            if isinstance(term, Variable):
                count[str(term)] += weight
    return frozenset(name for name, total in count.items() if total == 1)


@lru_cache(16)
def _algebra(text: str) -> Any:
    if len(text) > _LONGEST:
        raise TooGeneralError(f"it has more than {_LONGEST} characters")
    # They take long to import, and whoever asks a query has no need of them.
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        return translateQuery(parseQuery(text)).algebra
    except Exception as error:  # rdflib lets out whatever its parser met
        raise TooGeneralError(" ".join(str(error).split())[:80]) from error


def _nodes(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        if hasattr(node, "name"):
            yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list | tuple | set):
        for value in node:
            yield from _nodes(value)


def _triples(nodes: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    for node in nodes:
        if node.name == "BGP":
            yield from node.triples


def _parts(node: Any, products: list[tuple[str, ...]]) -> list[_Names]:
    """The sets of variables that are connected in a group; cross joins inside go to `products`."""
    if not hasattr(node, "name"):
        return []
    match node.name:
        case "BGP":
            return _merge(map(_variables, node.triples))
        case "Join" | "LeftJoin":
            sides = _parts(node.p1, products) + _parts(node.p2, products)
            return _link(sides, _variables(dict.get(node, "expr")))
        case "Filter":
            return _link(_parts(node.p, products), _variables(node.expr))
        case "Extend":
            sources = _variables(node.expr)
            inner_parts = _parts(node.p, products)
            return _merge([*inner_parts, sources | {str(node.var)}]) if sources else inner_parts
        case "Graph":
            inner_parts = _parts(node.p, products)
            name = _variables(node.term)
            return [name.union(*inner_parts)] if name else inner_parts
        case "AggregateJoin":
            group = _close_group(_parts(node.p, products), products)
            return [group | {str(one.res) for one in node.A}]
        case "Minus":
            _close_group(_parts(node.p2, products), products)
            return _parts(node.p1, products)
        case "Union":
            sides = [_close_group(_parts(side, products), products) for side in (node.p1, node.p2)]
            return [frozenset().union(*sides)] if any(sides) else []
        case "ToMultiSet":
            # Without variables or rows, rdflib has a list in the place of a node.
            rows = node.p if isinstance(node.p, list) else dict.get(node.p, "res")
            if rows is not None:
                return [_variables(rows)] if len(rows) > 1 else []
            return [_close_group(_parts(node.p, products), products)]
        case name if name in _WRAPPERS:
            return _parts(node.p, products)
        case "SelectQuery" | "AskQuery" | "ConstructQuery" | "DescribeQuery":
            _close_group(_parts(dict.get(node, "p"), products), products)
    return []


def _close_group(parts: list[_Names], products: list[tuple[str, ...]]) -> _Names:
    """The variables of a group that is over."""
    components = [part for part in parts if part]
    if len(components) > 1:
        products.append(tuple(_representative(part) for part in components))
    return frozenset().union(*components)


def _representative(part: _Names) -> str:
    """One name of a part, a variable where it has any; rdflib has no names of blank nodes but its
    own."""
    return min((name for name in part if not name.startswith(_BLANK)), default="")


def _link(parts: list[_Names], names: _Names) -> list[_Names]:
    """Parts, with those together that an expression over some names links."""
    return _merge([*parts, names.intersection(frozenset().union(*parts))])


def _merge(parts: Iterable[_Names]) -> list[_Names]:
    """Sets put together that have a variable in common; what has none connects nothing."""
    components: list[_Names] = []
    for part in parts:
        union = part
        disjoint = []
        for component in components:
            if component & union:
                union |= component
            else:
                disjoint.append(component)
        components = [*disjoint, union] if union else disjoint
    return components


def _variables(expression: Any) -> _Names:
    """The names of variables and blank nodes anywhere in an expression, a triple or rows."""
    if isinstance(expression, BNode):
        return frozenset({f"{_BLANK}{expression}"})
    if isinstance(expression, Variable):
        return frozenset({str(expression)})
    if isinstance(expression, Path | str):
        return frozenset()
    if isinstance(expression, Mapping):
        values = [*expression.keys(), *expression.values()]
        return frozenset().union(*map(_variables, values))
    if isinstance(expression, list | tuple | set | frozenset):
        return frozenset().union(*map(_variables, expression))
    return frozenset()
