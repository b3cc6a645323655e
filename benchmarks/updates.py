"""Measure updates where much is owl:sameAs: `python benchmarks/updates.py`.

Individuals under several names, which are the same by owl:sameAs or by an inverse functional key,
with functional properties, some to companies that have two names; and groups of ten names by
owl:sameAs, of which nothing else follows than what is said of each. An update takes away 100 of the
facts, equalities and keys among them, and adds 100, of which some are equalities. What comes out
goes to `docs/reasoning.md`: processor seconds, medians, in one process.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator

from rdflib import Graph, Literal, Namespace
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.reason import materialize
from eakg.reason.closure import closure_of_facts

EX = Namespace("http://example.org/")
Triple = tuple[Node, Node, Node]
COMPANIES = 300
UPDATES = 5
AXIOMS: list[Triple] = [
    (EX.mail, RDF.type, OWL.InverseFunctionalProperty),
    (EX.employer, RDF.type, OWL.FunctionalProperty),
    (EX.employer, RDFS.domain, EX.Person),
    (EX.employer, RDFS.range, EX.Company),
    (EX.Person, RDFS.subClassOf, EX.Agent),
    (EX.knows, RDF.type, OWL.SymmetricProperty),
    (EX.manager, RDFS.subPropertyOf, EX.knows),
]


def individuals(size: int, generator: random.Random) -> Iterator[Triple]:
    """Facts about individuals under so many names."""
    names = [EX[f"i{number}"] for number in range(size)]
    companies = [EX[f"c{number}"] for number in range(COMPANIES)]
    for number in range(0, COMPANIES, 3):
        yield companies[number], OWL.sameAs, companies[number + 1]
    start = 0
    while start < size:
        group = names[start : start + generator.choice([1, 1, 2, 2, 3, 4])]
        is_keyed = generator.random() < 0.6
        employer = generator.choice(companies)
        for place, name in enumerate(group):
            yield name, EX.mail, Literal(f"mail {start if is_keyed else start + place}")
            yield name, RDFS.label, Literal(f"name {generator.randrange(size)}")
            yield name, EX.knows, generator.choice(names)
            yield name, EX.manager, generator.choice(names)
            if place and not is_keyed:
                yield group[place - 1], OWL.sameAs, name
            if generator.random() < 0.3:
                yield name, EX.employer, employer
        start += len(group)


def groups(size: int, generator: random.Random) -> Iterator[Triple]:
    """Three facts under each of so many names, of which every ten are one thing's."""
    for number in range(size):
        if number % 10:
            yield EX[f"i{number - 1}"], OWL.sameAs, EX[f"i{number}"]
        for place in range(3):
            yield EX[f"i{number}"], EX[f"p{place}"], Literal(generator.random())


INPUTS: list[tuple[str, Callable[[int, random.Random], Iterator[Triple]], int]] = [
    ("keys and companies", individuals, 20_000),
    ("keys and companies", individuals, 100_000),
    ("groups of ten", groups, 10_000),
    ("groups of ten", groups, 50_000),
]


def change(
    facts: list[Triple], repeat: int, generator: random.Random
) -> tuple[list[Triple], list[Triple]]:
    """100 triples to add and 100 to remove."""
    added: list[Triple] = []
    for place, (subject, predicate, object_) in enumerate(generator.sample(facts, 100)):
        name = EX[f"new{repeat}-{place}"]
        is_equality = generator.random() < 0.3
        added.append((subject, OWL.sameAs, name) if is_equality else (name, predicate, object_))
    return added, generator.sample(facts, 100)


def clock() -> float:
    """Seconds of the processor."""
    return time.process_time()


def measure(facts: list[Triple], graph: Graph, generator: random.Random) -> list[float]:
    """Seconds of closing facts in numbers, of closing a graph, and of an update; and how many facts
    the closure has, and equalities."""
    times = []
    for repeat in range(UPDATES):
        added, removed = change(facts, repeat, generator)
        start = clock()
        closure = materialize(graph)
        whole = clock()
        base = closure.state.facts
        closure = closure_of_facts(base.terms, base.asserted)
        closed = clock()
        changed = closure.update(added, removed)
        times.append((closed - whole, whole - start, clock() - closed))
        if not changed.state.is_changed:
            raise SystemExit("the closure was made anew")
    return [statistics.median(column) for column in zip(*times, strict=True)] + [
        base.size,
        len(base.equal.links),
    ]


def main() -> None:
    """Measure, and print a table in Markdown."""
    print(
        "| input | names | triples | facts | equalities | closing "
        "| reading an rdflib graph and closing | update | closing / update "
        "| reading and closing / update |"
    )
    print("| --- " + "| ---: " * 9 + "|")
    for name, triples, size in INPUTS:
        generator = random.Random(size)
        facts = list(triples(size, generator))
        graph = Graph()
        for triple in [*AXIOMS, *facts]:
            graph.add(triple)
        closing, reading, update, count, links = measure(facts, graph, generator)
        print(
            f"| {name} | {size:,} | {len(graph):,} | {count:,.0f} | {links:,.0f} | {closing:.3f} s "
            f"| {reading:.3f} s | {update:.4f} s | {closing / update:.1f} "
            f"| {reading / update:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
