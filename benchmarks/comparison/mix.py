"""A mix of queries of many classes for any data, made from their profile.

The classes are those of Sparqloscope (https://github.com/ad-freiburg/sparqloscope): joins by shape
and size, OPTIONAL, MINUS, EXISTS, UNION, aggregates, strings, order, sizes of results, filters,
totals; and look-ups, paths and VALUES beside them. What a query asks for is decided by the data and
never by ties, so that every engine gives the same rows; where LIMIT leaves a choice, as many.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from comparison.profile import Profile, Relation

MOST_SOLUTIONS = 4_000_000
"""Solutions that a join may have, as estimated; beyond that it is their number that is measured."""
_PARTS = """\
 star|{{ ?s {a} ?o1 . ?s {b} ?o2 }}
 optional|{{ ?s {a} ?o1 OPTIONAL {{ ?s {b} ?o2 }} }}
 minus|{{ ?s {a} ?o1 MINUS {{ ?s {b} ?o2 }} }}
 exists|{{ ?s {a} ?o1 FILTER EXISTS {{ ?s {b} ?o2 }} }}
 not exists|{{ ?s {a} ?o1 FILTER NOT EXISTS {{ ?s {b} ?o2 }} }}
 union|{{ {{ ?s {a} ?o }} UNION {{ ?s {b} ?o }} }}"""
_STRING = "http://www.w3.org/2001/XMLSchema#string"
PAIRS = dict(line.strip().split("|") for line in _PARTS.splitlines())
"""Patterns of two predicates, by class."""
COUNT = "SELECT (COUNT(*) AS ?count) "


@dataclass(frozen=True)
class MixQuery:
    """A query: its name, its class, its text; whether engines may choose which rows they give."""

    name: str
    kind: str
    text: str
    is_sample: bool = False


class NothingToAskError(ValueError):
    """There are no triples, or none without blank nodes."""


def mix(profile: Profile, seed: int) -> tuple[MixQuery, ...]:
    """The queries, the same ones for a profile and a seed; at least sixty.

    Raises: NothingToAskError.
    """
    if not any(relation.examples for relation in profile.relations):
        raise NothingToAskError("no triple without blank nodes; give data with IRIs")
    choice = _Choice(profile, Random(seed))
    queries: dict[str, MixQuery] = {}
    for kind, make in _CLASSES.items():
        for detail, text, *is_sample in make(choice):
            name = f"{kind}: {detail}"
            queries[name] = MixQuery(name, kind, text, bool(is_sample))
    return tuple(queries.values())


Made = Iterator[tuple[str, str] | tuple[str, str, bool]]
"""What is particular to a query, its text, and True where engines may choose the rows."""


class _Choice:
    """Choices of predicates, terms and words."""

    def __init__(self, profile: Profile, random: Random) -> None:
        self.profile = profile
        self.random = random
        self.relations = profile.relations
        self.plain = [one for one in self.relations if one.examples]
        self.limit = min(5 * profile.triples, MOST_SOLUTIONS)

    def by_size(self, share: float) -> str:
        """The predicate with so large a share of the others below it."""
        place = round((1 - share) * (len(self.relations) - 1))
        return self.relations[place].predicate

    def pairs(self, sizes: dict[tuple[str, str], int]) -> Sequence[tuple[str, str]]:
        """Pairs that join to something that is not too much, the largest first; if there is none,
        the one that joins to least."""
        fit = [pair for pair, size in sizes.items() if 0 < size <= self.limit]
        different = [pair for pair in fit if pair[0] != pair[1]]
        chosen = different or fit or [min(sizes, key=lambda pair: (sizes[pair], pair))]
        return sorted(chosen, key=lambda pair: (-sizes[pair], pair))

    def triples_of_joins(self, sizes: dict[tuple[str, str], int]) -> Sequence[tuple[str, str, str]]:
        """Three predicates whose joins, one after the other, have as many solutions as a guess by
        averages allows, the largest first."""
        counts = {one.predicate: one.triples for one in self.relations}
        pairs = self.pairs(sizes)
        guesses = {
            (a, b, c): sizes[a, b] * sizes[b, c] / counts[b]
            for a, b in pairs
            for other, c in pairs
            if other == b and c not in (a, b)
        }
        fit = [three for three, guess in guesses.items() if 1 <= guess <= self.limit]
        return sorted(fit, key=lambda three: (-guesses[three], three))

    def some(self, count: int, only: Callable[[Relation], bool] = lambda _: True) -> list[Relation]:
        """So many relations of a kind, of the larger half, or else of any kind."""
        fit = [one for one in self.plain if only(one)] or self.plain
        return [self.random.choice(fit[: (len(fit) + 1) // 2]) for _ in range(count)]

    @property
    def texts(self) -> Relation:
        """The largest relation to literals, or else to anything."""
        return max(self.plain, key=lambda one: (one.has_literals, one.triples, one.predicate))

    def example(self, relation: Relation) -> tuple[str, str]:
        """The subject and the object of one of its triples."""
        return self.random.choice(relation.examples)

    def word(self, relation: Relation, length: int) -> str:
        """A piece of one of its objects."""
        texts = " ".join(text.strip("<>").rpartition("/")[2] for _, text in relation.examples)
        words = re.findall(f"[A-Za-z]{{{length}}}", texts)
        return self.random.choice(words) if words else "a"


def _two(kind: str) -> Callable[[_Choice], Made]:
    """Patterns of two predicates, of five sizes."""

    def make(choice: _Choice) -> Made:
        large, middle, small = (choice.by_size(share) for share in (1.0, 0.5, 0.0))
        pairs = choice.pairs(dict(choice.profile.stars))
        most, least = pairs[0], pairs[-1]
        chosen = {
            "small and large": (small, large),
            "large and small": (large, small),
            "large and middle": (large, middle),
            "most solutions": most,
            "fewest solutions": least,
            "some solutions": pairs[len(pairs) // 2],
        }
        for detail, (a, b) in chosen.items():
            yield detail, COUNT + PAIRS[kind].format(a=a, b=b)

    return make


def _chains(choice: _Choice) -> Made:
    sizes = dict(choice.profile.chains)
    pairs = choice.pairs(sizes)
    for detail, (a, b) in {"most": pairs[0], "some": pairs[len(pairs) // 2]}.items():
        yield f"two, {detail}", f"{COUNT}{{ ?a {a} ?b . ?b {b} ?c }}"
    for place, (a, b, c) in enumerate(choice.triples_of_joins(sizes)[:2], 1):
        yield f"three, {place}", f"{COUNT}{{ ?a {a} ?b . ?b {b} ?c . ?c {c} ?d }}"


def _stars(choice: _Choice) -> Made:
    threes = choice.triples_of_joins(dict(choice.profile.stars))
    for detail, (a, b, c) in zip(("most", "some"), threes[:: len(threes) // 2 or 1], strict=False):
        yield detail, f"{COUNT}{{ ?s {a} ?o1 ; {b} ?o2 ; {c} ?o3 }}"
        text = f"{COUNT}{{ ?s {a} ?o1 ; {b} ?o2 OPTIONAL {{ ?s {c} ?o3 }} }}"
        yield f"{detail}, one of them optional", text


def _bound(choice: _Choice) -> Made:
    """Things of a kind, that is, with the same object of a predicate with few."""
    groups = sorted(choice.plain, key=lambda one: (-one.multiplicity, one.predicate))[:3]
    for number in range(1, 5):
        group = groups[(number - 1) % len(groups)]
        a, o = group.predicate, choice.example(group)[1]
        pairs = [b for left, b in choice.pairs(dict(choice.profile.stars)) if left == a]
        b = choice.random.choice(pairs or [a])
        yield f"{number}, counted", f"{COUNT}{{ ?s {a} {o} ; {b} ?o }}"
        yield f"{number}, rows", f"SELECT ?s ?o {{ ?s {a} {o} ; {b} ?o }} LIMIT 1000", True


def _groups(choice: _Choice) -> Made:
    high, low = _by_multiplicity(choice)
    top = "ORDER BY DESC(?count) LIMIT 10"
    for detail, p in {"high": high.predicate, "low": low.predicate}.items():
        inner = f"{{ SELECT ?o (COUNT(?s) AS ?count) {{ ?s {p} ?o }} GROUP BY ?o }}"
        yield f"{detail} multiplicity", f"SELECT ?count {{ {inner} }} {top}"
        inner = f"{{ SELECT ?s {{ ?s {p} ?o }} GROUP BY ?s HAVING (COUNT(?o) > 1) }}"
        yield f"{detail} multiplicity, HAVING", f"{COUNT}{{ {inner} }}"
    a, b = choice.pairs(dict(choice.profile.stars))[0]
    inner = f"{{ SELECT ?o1 (COUNT(?s) AS ?count) {{ ?s {a} ?o1 ; {b} ?o2 }} GROUP BY ?o1 }}"
    yield "of a join", f"SELECT ?count {{ {inner} }} {top}"
    yield "predicates", "SELECT ?p (COUNT(*) AS ?count) { ?s ?p ?o } GROUP BY ?p"


def _distinct(choice: _Choice) -> Made:
    high, low = _by_multiplicity(choice)
    count = "SELECT (COUNT(DISTINCT ?o1) AS ?count) "
    yield "high multiplicity", f"{count}{{ ?s {high.predicate} ?o1 }}"
    yield "low multiplicity", f"{count}{{ ?s {low.predicate} ?o1 }}"
    a, b = choice.pairs(dict(choice.profile.stars))[0]
    yield "of a join", f"{count}{{ ?s {a} ?o1 ; {b} ?o2 }}"
    yield "predicates", "SELECT DISTINCT ?p { ?s ?p ?o }"


def _order(choice: _Choice) -> Made:
    texts = f"{{ ?s {choice.texts.predicate} ?o BIND(STR(?o) AS ?text) FILTER(!isBlank(?o)) }}"
    yield "first texts", f"SELECT ?text {texts} ORDER BY ?text LIMIT 10"
    yield "last texts", f"SELECT ?text {texts} ORDER BY DESC(?text) LIMIT 10"
    large = choice.by_size(1.0)
    things = f"{{ ?s {large} ?o FILTER(isIRI(?s)) }}"
    yield "subjects", f"SELECT ?s {things} ORDER BY ?s LIMIT 10"
    yield "subjects, later ones", f"SELECT DISTINCT ?s {things} ORDER BY ?s LIMIT 10 OFFSET 100"


def _strings(choice: _Choice) -> Made:
    largest = choice.texts
    relations = [largest, *choice.some(1, lambda one: one.has_literals)]
    for place, relation in enumerate(relations, 1):
        texts = f"?s {relation.predicate} ?o FILTER(!isBlank(?o))"
        letter, word = choice.word(relation, 1), choice.word(relation, 3)
        conditions = {
            "CONTAINS": f'CONTAINS(STR(?o), "{word}")',
            "REGEX, fixed": f'REGEX(STR(?o), "{word}")',
            "REGEX": f'REGEX(STR(?o), "{word[0]}.{word[-1]}")',
            "REGEX, prefix": f'REGEX(STR(?o), "^{letter}")',
            "STRENDS": f'STRENDS(STR(?o), "{letter}")',
        }
        for detail, condition in conditions.items():
            yield f"{detail}, {place}", f"{COUNT}{{ {texts} FILTER({condition}) }}"
        for function in ("STR(?o)", f'STRBEFORE(STR(?o), "{letter}")'):
            text = f"SELECT (SUM(STRLEN({function})) AS ?sum) {{ {texts} }}"
            yield f"length of {function.partition('(')[0]}, {place}", text
    p = largest.predicate
    inner = (
        f'{{ SELECT (GROUP_CONCAT(STR(?o); SEPARATOR=" ") AS ?all) {{ ?s {p} ?o }} GROUP BY ?s }}'
    )
    if largest.has_literals:
        yield "GROUP_CONCAT", f"SELECT (SUM(STRLEN(?all)) AS ?sum) {{ {inner} }}"


def _sizes(choice: _Choice) -> Made:
    for count in (10, 1000, 100_000):
        yield f"{count:,}", f"SELECT ?s ?o {{ ?s {choice.by_size(1.0)} ?o }} LIMIT {count}", True


def _filters(choice: _Choice) -> Made:
    p = choice.by_size(1.0)
    yield "few", f"{COUNT}{{ ?s {p} ?o FILTER(sameTerm(?s, ?o)) }}"
    yield "many", f"{COUNT}{{ ?s {p} ?o FILTER(!sameTerm(?s, ?o)) }}"
    yield "language", f'{COUNT}{{ ?s {choice.texts.predicate} ?o FILTER(LANG(?o) = "en") }}'


def _paths(choice: _Choice) -> Made:
    for number, relation in enumerate(choice.some(2, lambda one: one.has_iris), 1):
        s, p = choice.example(relation)[0], relation.predicate
        yield f"one or more, {number}", f"SELECT ?o {{ {s} {p}+ ?o }}"
        yield f"none or more, {number}", f"SELECT ?o {{ {s} {p}* ?o }}"
    pairs = choice.pairs(dict(choice.profile.chains))
    a, b = pairs[len(pairs) // 2]
    yield "sequence", f"{COUNT}{{ ?s {a}/{b} ?o }}"
    pairs = choice.pairs(dict(choice.profile.stars))
    a, b = pairs[len(pairs) // 2]
    yield "inverse", f"{COUNT}{{ ?o1 ^{a}/{b} ?o2 }}"
    # Of triples of both predicates, Oxigraph gives one.
    yield "alternative", f"SELECT (COUNT(DISTINCT ?o) AS ?count) {{ ?s {a}|{b} ?o }}"


def _look_ups(choice: _Choice) -> Made:
    for number, relation in enumerate(choice.some(2), 1):
        s, o = choice.example(relation)
        yield f"of a subject, {number}", f"SELECT * {{ {s} ?p ?o }}"
        yield f"of an object, {number}", f"SELECT * {{ ?s ?p {o} }} LIMIT 1000", True
        yield f"of a value, {number}", f"SELECT ?o {{ {s} {relation.predicate} ?o }}"
        yield f"whether it is so, {number}", f"ASK {{ {s} {relation.predicate} {o} }}"
    (relation,) = choice.some(1, lambda one: one.has_iris)
    s = choice.example(relation)[0]
    yield "two steps", f"SELECT * {{ {s} ?p ?x . ?x ?q ?y }} LIMIT 1000", True
    for number, relation in enumerate(choice.some(2), 1):
        terms = sorted({choice.example(relation)[0] for _ in range(5)})
        text = f"SELECT * {{ VALUES ?s {{ {' '.join(terms)} }} ?s ?p ?o }}"
        yield f"of several subjects, {number}", text


def _totals(_: _Choice) -> Made:
    for term, name in {"?s": "subjects", "?p": "predicates", "?o": "objects"}.items():
        yield name, f"SELECT (COUNT(DISTINCT {term}) AS ?count) {{ ?s ?p ?o }}"
    yield "triples", f"{COUNT}{{ ?s ?p ?o }}"
    yield "literals", f"{COUNT}{{ ?s ?p ?o FILTER(isLiteral(?o)) }}"
    yield "strings", f"{COUNT}{{ ?s ?p ?o FILTER(DATATYPE(?o) = <{_STRING}>) }}"


def _by_multiplicity(choice: _Choice) -> tuple[Relation, Relation]:
    """Of the larger half, the predicates with the most and the fewest triples for an object."""
    half = choice.relations[: (len(choice.relations) + 1) // 2]
    order = sorted(half, key=lambda one: (one.multiplicity, one.predicate))
    return order[-1], order[0]


_CLASSES: dict[str, Callable[[_Choice], Made]] = {
    **{kind: _two(kind) for kind in PAIRS},
    "chain": _chains,
    "star of three": _stars,
    "bound object": _bound,
    "group": _groups,
    "distinct": _distinct,
    "order": _order,
    "string": _strings,
    "size of result": _sizes,
    "filter": _filters,
    "path": _paths,
    "look-up": _look_ups,
    "total": _totals,
}
"""What makes the queries of each class."""
