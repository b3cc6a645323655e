"""What an editor can offer where a query is written: its variables, prefixes, and their terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eakg.queries.contract import SavedQuery
from eakg.queries.lint.prefixes import usual_prefixes
from eakg.queries.lint.vocabulary import terms_of_namespace
from eakg.sparql import TokenKind, query_tokens


@dataclass(frozen=True)
class Completions:
    """What can be offered in a query: the names of its variables in order, and namespaces by
    prefix, its own before those that stand for one thing everywhere."""

    variables: tuple[str, ...]
    prefixes: Mapping[str, str]


def completions_of(query: SavedQuery) -> Completions:
    """What can be offered in a query, whole or not."""
    tokens = query_tokens(query.text)
    names = (token.text[1:] for token in tokens if token.kind is TokenKind.VARIABLE)
    return Completions(tuple(dict.fromkeys(names)), {**usual_prefixes(), **query.prefixes})


def completions_json(queries: Mapping[str, Completions]) -> dict[str, object]:
    """What can be offered in queries, by their files: `queries`, and `terms`, the local names of
    the vocabularies that are known, by namespace."""
    namespaces = {one for item in queries.values() for one in item.prefixes.values()}
    terms: dict[str, Sequence[str]] = {
        namespace: sorted(names)
        for namespace in sorted(namespaces)
        if (names := terms_of_namespace(namespace))
    }
    return {
        "queries": {
            file: {"variables": item.variables, "prefixes": dict(sorted(item.prefixes.items()))}
            for file, item in queries.items()
        },
        "terms": terms,
    }
