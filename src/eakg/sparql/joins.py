"""How the patterns of a query hang together: parts that nothing connects, results without bound."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from rdflib import BNode, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

_Names = frozenset[str]
_ONE_INSIDE = ("Project", "Distinct", "Reduced", "Slice", "OrderBy", "Group")


class TooGeneralError(Exception):
    """rdflib does not read the query."""


def unconnected(text: str) -> list[tuple[str, ...]]:
    """For each group whose parts share no variable, and no filter either, one variable of each
    part: its solutions are all combinations. Raises: TooGeneralError."""
    found: list[tuple[str, ...]] = []
    _parts(_algebra(text), found)
    return found


def unbounded(text: str) -> bool:
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
    compared = any(node.name == "RelationalExpression" for node in nodes)
    return bool(terms) and not compared and all(isinstance(t, Variable | BNode) for t in terms)


def in_one_triple(text: str) -> _Names:
    """The subjects and objects that are variables of one triple pattern, one that has a constant.
    Raises: TooGeneralError."""
    count: Counter[str] = Counter()
    for triple in _triples(_nodes(_algebra(text))):
        weight = 2 if all(isinstance(term, Variable) for term in triple) else 1
        for term in (triple[0], triple[2]):
            if isinstance(term, Variable):
                count[str(term)] += weight
    return frozenset(name for name, times in count.items() if times == 1)


@lru_cache(16)
def _algebra(text: str) -> Any:
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


def _parts(node: Any, found: list[tuple[str, ...]]) -> list[_Names]:
    """The sets of variables that are connected in a group; what is wrong inside goes to `found`."""
    if not hasattr(node, "name"):
        return []
    match node.name:
        case "BGP":
            return _merged(map(_variables, node.triples))
        case "Join" | "LeftJoin":
            sides = _parts(node.p1, found) + _parts(node.p2, found)
            return _linked(sides, _variables(dict.get(node, "expr")))
        case "Filter":
            return _linked(_parts(node.p, found), _variables(node.expr))
        case "Extend":
            sources = _variables(node.expr)
            inside = _parts(node.p, found)
            return _merged([*inside, sources | {str(node.var)}]) if sources else inside
        case "Graph":
            inside = _parts(node.p, found)
            name = _variables(node.term)
            return [name.union(*inside)] if name else inside
        case "AggregateJoin":
            counted = _closed(_parts(node.p, found), found)
            return [counted | {str(one.res) for one in node.A}]
        case "Minus":
            _closed(_parts(node.p2, found), found)
            return _parts(node.p1, found)
        case "Union":
            sides = [_closed(_parts(side, found), found) for side in (node.p1, node.p2)]
            return [frozenset().union(*sides)] if any(sides) else []
        case "ToMultiSet":
            rows = dict.get(node.p, "res")
            if rows is not None:
                return [_variables(rows)] if len(rows) > 1 else []
            return [_closed(_parts(node.p, found), found)]
        case name if name in _ONE_INSIDE:
            return _parts(node.p, found)
        case "SelectQuery" | "AskQuery" | "ConstructQuery" | "DescribeQuery":
            _closed(_parts(dict.get(node, "p"), found), found)
    return []


def _closed(parts: list[_Names], found: list[tuple[str, ...]]) -> _Names:
    """The variables of a group that is over."""
    named = [part for part in parts if part]
    if len(named) > 1:
        found.append(tuple(min(part) for part in named))
    return frozenset().union(*named)


def _linked(parts: list[_Names], names: _Names) -> list[_Names]:
    """Parts, with those together that an expression over some names links."""
    return _merged([*parts, names.intersection(frozenset().union(*parts))])


def _merged(parts: Iterable[_Names]) -> list[_Names]:
    """Sets put together that have a variable in common; what has none connects nothing."""
    merged: list[_Names] = []
    for part in parts:
        together = part
        apart = []
        for other in merged:
            if other & together:
                together |= other
            else:
                apart.append(other)
        merged = [*apart, together] if together else apart
    return merged


def _variables(thing: Any) -> _Names:
    """The names of variables and blank nodes anywhere in an expression, a triple or rows."""
    if isinstance(thing, Variable | BNode):
        return frozenset({str(thing)})
    if isinstance(thing, Path | str):
        return frozenset()
    if isinstance(thing, Mapping):
        values = [*thing.keys(), *thing.values()]
        return frozenset().union(*map(_variables, values))
    if isinstance(thing, list | tuple | set | frozenset):
        return frozenset().union(*map(_variables, thing))
    return frozenset()
