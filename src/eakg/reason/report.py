"""Contradictions as problems: which rule, which triples, and where each of them is written."""

from rdflib import Graph

from eakg.dataset.places import Place, Places
from eakg.names import PREFIXES
from eakg.problems import Problem
from eakg.reason.contradictions import Inconsistency


def contradiction(inconsistency: Inconsistency, places: Places, fallback: str) -> Problem:
    """A problem that names the rule, the clash, and each premise with its file, line and
    sentence; it stands at the first premise that is data, or in `fallback` where no premise is
    written anywhere."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    premises = []
    found: list[Place] = []
    for triple in inconsistency.triples:
        words = " ".join(term.n3(graph.namespace_manager) for term in triple)
        where = places.of(triple)
        found += where
        said = ", ".join(_say(place, places) for place in where)
        premises.append(f"{words} ({said})" if said else f"{words} (inferred)")
    message = f"contradiction ({inconsistency.rule}): {inconsistency.message}"
    if premises:
        message += f"; from {'; '.join(premises)}; correct one of them"
    place = next((p for p in found if not p.file.endswith((".ttl", ".owl"))), None)
    place = place or (found[0] if found else Place(fallback, 0))
    return Problem(place.file, place.line, message)


def _say(place: Place, places: Places) -> str:
    sentence = places.sentences.get(place)
    said = f' "{sentence}"' if sentence else ""
    return f"{place.file}:{place.line}{said}"
