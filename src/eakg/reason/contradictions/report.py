"""Contradictions as problems: which rule, which triples, and where each of them is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import BNode, Graph
from rdflib.namespace import RDF

from eakg.dataset import Place, Places
from eakg.evidence import EvidenceSource, attestations_of
from eakg.names import PREFIXES
from eakg.problems import Problem
from eakg.rdf import Triple, plain_size
from eakg.reason.closure import Closure
from eakg.reason.contradictions.inconsistency import MOST_PREMISES, Inconsistency
from eakg.reason.proofs import NotInClosureError, ProofNotFoundError

_SMALL = 20_000_000
MOST_PLACES = 3
"""Places of one premise that a line names; of more it gives the number."""

SentencesOf = Callable[[Triple], list[str]]
"""From a triple to the sentences that say it, or what it follows from."""


def is_small(path: Path) -> bool:
    """Whether the places of premises are still looked for in a file of this size."""
    return plain_size(path) <= _SMALL


def no_sentences(_: Triple) -> list[str]:
    """The sentences of triples of which there is no evidence."""
    return []


def sentences(closure: Closure, source: EvidenceSource) -> SentencesOf:
    """The sentences behind triples of a closure: those that support the leaves of their proofs."""

    def sentences_of(triple: Triple) -> list[str]:
        try:
            leaves = [leaf.triple for leaf in closure.explain(triple).leaves()]
        except (NotInClosureError, ProofNotFoundError):
            return []
        attestations = attestations_of(source, leaves)
        quotations = [
            {words for attestation in attestations.get(leaf, ()) for words in attestation.sentences}
            for leaf in leaves
        ]
        return list(dict.fromkeys(words for group in quotations for words in sorted(group)))

    return sentences_of


def contradiction(
    inconsistency: Inconsistency,
    places: Places,
    fallback: str,
    sentences_of: SentencesOf = no_sentences,
    is_asserted: Callable[[Triple], bool] = lambda _: False,
) -> Problem:
    """A problem that names the rule, the clash, and each premise with its file, line and
    sentence; an inferred one, with what is written about its subject. It stands at the first
    premise that is data, or in `fallback` where nothing of it is written anywhere.

    Arguments: the contradiction; where triples are written; a file; what says triples; whether a
    triple is asserted whose place is not known.
    """
    facts = inconsistency.facts[:MOST_PREMISES]
    premises = Premises.of(facts + inconsistency.axioms, places, sentences_of, is_asserted)
    words = list(premises.words)
    if len(inconsistency.facts) > len(facts):
        words.append(f"{len(inconsistency.facts) - len(facts):,} more of that kind")
    message = f"contradiction ({inconsistency.rule}): {inconsistency.message}"
    if words:
        message += f"; from {'; '.join(words)}; correct one of them"
    place = premises.place or Place(fallback, 0)
    return Problem(place.file, place.line, message)


@dataclass(frozen=True)
class Premises:
    """Triples that something rests on: in words, with the places and sentences of each, and the
    places of all."""

    words: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def place(self) -> Place | None:
        """The first place that is one of data, or else the first."""
        data = (place for place in self.places if not place.file.endswith((".ttl", ".owl")))
        return next(data, next(iter(self.places), None))

    @classmethod
    def of(
        cls,
        triples: Iterable[Triple],
        places: Places,
        sentences_of: SentencesOf = no_sentences,
        is_asserted: Callable[[Triple], bool] = lambda _: False,
    ) -> "Premises":
        """From triples; the other arguments are those of `contradiction`."""
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        premises: list[str] = []
        locations: list[Place] = []
        for triple in triples:
            subject, predicate, object_ = triple
            if isinstance(subject, BNode):
                if predicate == RDF.type:
                    premises.append(f"an axiom ({object_.n3(graph.namespace_manager)})")
                continue
            name = " ".join(term.n3(graph.namespace_manager) for term in triple)
            places_of_triple = places.of(triple)
            nearby = () if places_of_triple else places.around(triple)
            locations += places_of_triple or nearby
            listing = location_list(places_of_triple or nearby, places)
            if places_of_triple:
                origin = "" if places_of_triple[0].line else "asserted in "
            elif is_asserted(triple):
                origin, listing = "asserted", ""
            else:
                origin = "inferred from " if nearby else "inferred"
            quotations = "".join(
                f' "{sentence}"' for sentence in sentences_of(triple)[:MOST_PLACES]
            )
            premises.append(f"{name} ({origin}{listing}{quotations})")
        return cls(tuple(premises), tuple(locations))


def location_list(locations: Sequence[Place], places: Places) -> str:
    """Places in words, of many the first and how many more there are."""
    texts = [_location(place, places) for place in locations[:MOST_PLACES]]
    rest = len(locations) - len(texts)
    return ", ".join(texts) + (f" and {rest} more" if rest > 0 else "")


def _location(place: Place, places: Places) -> str:
    sentence = places.sentences.get(place)
    quotation = f' "{sentence}"' if sentence else ""
    line = f":{place.line}" if place.line else ""
    return f"{place.file}{line}{quotation}"
