"""A state of a graph that an endpoint has: what it says itself of why a triple holds."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from rdflib import Graph
from rdflib.term import Node

from eakg.queries.ask import QueryEndpoint, ServiceProofs, ask
from eakg.queries.contract import EvidenceGrade
from eakg.rdf import PrefixedNames, Triple, read_term, sparql_term
from eakg.reason.proofs import ASSERTED, Proof

_SECONDS = 20.0


class EndpointState:
    """The graph of an endpoint. A service of EAKG proves its triples, with what supports them; of
    other endpoints it is known whether they have a triple.

    Arguments: what answers queries over it; what asks for proofs; where it is; prefixes by which
    people know its terms.
    """

    def __init__(
        self,
        endpoint: QueryEndpoint,
        proofs: ServiceProofs,
        label: str = "",
        prefixes: Mapping[str, str] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.label = label
        self._proofs = proofs
        self._prefixes = prefixes or {}
        self._leaves: dict[Triple, Mapping[str, Any]] = {}

    @cached_property
    def _names(self) -> PrefixedNames:
        graph = Graph()
        for prefix, namespace in self._prefixes.items():
            graph.bind(prefix, namespace)
        return PrefixedNames(graph)

    def prepare(self) -> None:
        """Nothing: proofs are made there."""

    def name(self, triple: Triple) -> str:
        """A triple in prefixed names."""
        return " ".join(map(self._names, triple))

    def term(self, term: Node) -> str:
        """A term in prefixed form."""
        return self._names(term)

    def proof(self, triple: Triple) -> Proof | None:
        """A proof of a triple, or None where it does not hold there."""
        document = self._proofs.proof(triple)
        if document is not None:
            return self._read(document)
        pattern = " ".join(map(sparql_term, triple))
        holds = ask(self.endpoint, f"ASK {{ {pattern} }}", "full", _SECONDS)
        return Proof(triple, ASSERTED) if holds is True else None

    def places(self, triple: Triple) -> list[str]:
        """What supports an asserted triple, as the service tells it."""
        return list(dict.fromkeys(_lines(self._leaf(triple))))

    def is_attested(self, triple: Triple, grade: EvidenceGrade) -> bool:
        """Whether an asserted triple rests on a source. Of a row of a table it is not told whether
        somebody verified it."""
        evidence = self._leaf(triple).get("evidence", ())
        return any(grade == "sourced" or "table" not in item for item in evidence)

    def is_axiom(self, triple: Triple) -> bool:
        """Whether a triple is of an ontology alone."""
        evidence = self._leaf(triple).get("evidence", ())
        return bool(evidence) and all("ontology" in item for item in evidence)

    def _leaf(self, triple: Triple) -> Mapping[str, Any]:
        if triple not in self._leaves:
            self.proof(triple)
        return self._leaves.get(triple, {})

    def _read(self, document: Mapping[str, Any]) -> Proof:
        """The proof of a document, nested or step by step."""
        steps = document.get("steps")
        if steps is None:
            premises = [self._read(premise) for premise in document.get("premises", ())]
            return self._step(document, premises)
        proofs: dict[str, Proof] = {}
        for name, step in reversed(steps.items()):  # each stands before its premises
            premises = [proofs[premise] for premise in step.get("premises", ())]
            proofs[name] = self._step(step, premises)
        return proofs[document["root"]]

    def _step(self, document: Mapping[str, Any], premises: list[Proof]) -> Proof:
        subject, predicate, object_ = (read_term(document["triple"][name]) for name in "spo")
        proof = Proof((subject, predicate, object_), document["by"], tuple(premises))
        if proof.by == ASSERTED:
            self._leaves[proof.triple] = document
        return proof


def _lines(leaf: Mapping[str, Any]) -> Iterator[str]:
    for item in leaf.get("evidence", ()):
        if "ontology" in item:
            yield str(item["ontology"])
        elif "table" in item:
            source = f", from {item['source']}" if "source" in item else ""
            yield f"row {item['row']} of {item['table']}{source}"
        else:
            words = f': "{item["sentence"]}"' if "sentence" in item else ""
            yield f"{item['annotation'] or item['document']}{words}"
    if not leaf.get("evidence") and "graph" in leaf:
        yield str(leaf.get("file", leaf["graph"]))
