"""Contradictions as problems: which rule, which triples, and where each of them is written."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rdflib import BNode, Graph
from rdflib.namespace import RDF

from eakg.dataset import Place, Places
from eakg.evidence import EvidenceSource, attestations_of
from eakg.names import PREFIXES
from eakg.problems import Problem
from eakg.rdf import Triple, is_compressed
from eakg.reason.closure import Closure
from eakg.reason.contradictions.inconsistency import Inconsistency
from eakg.reason.proofs import NotInClosureError

_SMALL = 20_000_000
_GZIP_RATIO = 10
SHOWN = 3
"""Places of one premise that a line names; of more it gives the number."""

SentencesOf = Callable[[Triple], list[str]]
"""From a triple to the sentences that say it, or what it follows from."""


def is_small(path: Path) -> bool:
    """Whether the places of premises are still looked for in a file of this size."""
    ratio = _GZIP_RATIO if is_compressed(path) else 1
    return path.stat().st_size * ratio <= _SMALL


def sentences(closure: Closure, source: EvidenceSource) -> SentencesOf:
    """The sentences behind triples of a closure: those that support the leaves of their proofs."""

    def said(triple: Triple) -> list[str]:
        try:
            leaves = [leaf.triple for leaf in closure.explain(triple).leaves()]
        except NotInClosureError:
            return []
        stated = attestations_of(source, leaves)
        quoted = [
            {words for attestation in stated.get(leaf, ()) for words in attestation.sentences}
            for leaf in leaves
        ]
        return list(dict.fromkeys(words for of_leaf in quoted for words in sorted(of_leaf)))

    return said


def contradiction(
    inconsistency: Inconsistency, places: Places, fallback: str, said: SentencesOf = lambda _: []
) -> Problem:
    """A problem that names the rule, the clash, and each premise with its file, line and
    sentence; an inferred one, with what is written about its subject. It stands at the first
    premise that is data, or in `fallback` where nothing of it is written anywhere.

    Arguments: the contradiction; where triples are written; a file; what says triples.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    premises: list[str] = []
    found: list[Place] = []
    for triple in inconsistency.triples:
        subject, predicate, object_ = triple
        if isinstance(subject, BNode):
            if predicate == RDF.type:
                premises.append(f"an axiom ({object_.n3(graph.namespace_manager)})")
            continue
        words = " ".join(term.n3(graph.namespace_manager) for term in triple)
        where = places.of(triple)
        around = () if where else places.around(triple)
        found += where or around
        listed = _list(where or around, places)
        inferred = "" if where else "inferred from " if around else "inferred"
        quoted = "".join(f' "{sentence}"' for sentence in said(triple)[:SHOWN])
        premises.append(f"{words} ({inferred}{listed}{quoted})")
    message = f"contradiction ({inconsistency.rule}): {inconsistency.message}"
    if premises:
        message += f"; from {'; '.join(premises)}; correct one of them"
    place = next((p for p in found if not p.file.endswith((".ttl", ".owl"))), None)
    place = place or (found[0] if found else Place(fallback, 0))
    return Problem(place.file, place.line, message)


def _list(written: Sequence[Place], places: Places) -> str:
    said = [_say(place, places) for place in written[:SHOWN]]
    more = len(written) - len(said)
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _say(place: Place, places: Places) -> str:
    sentence = places.sentences.get(place)
    said = f' "{sentence}"' if sentence else ""
    return f"{place.file}:{place.line}{said}"
