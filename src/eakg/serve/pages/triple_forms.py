"""Triples in the JSON of pages: their terms, their words, and what supports them."""

from collections.abc import Sequence
from typing import Any

from rdflib import BNode

from eakg.evidence import support_json
from eakg.rdf import write_term
from eakg.reason.proofs import ASSERTED
from eakg.serve.app import address
from eakg.serve.content import DescribedTriple, support_in
from eakg.serve.words import Naming, proof_path
from eakg.store import QueryService

_INFERRED = "inferred"


def triples_json(
    store: QueryService, entries: Sequence[DescribedTriple], naming: Naming
) -> list[dict[str, Any]]:
    """Triples as JSON: `triple` with its terms in N-Triples, `words` for them, `by` (asserted or
    inferred), `proof`, the address of what it follows from, and, where it is asserted, what
    supports it, as in the JSON of a proof. What has a node without a name has no address.

    Arguments: the store; the triples; the names of their terms. Raises: StoreError and its kinds.
    """
    supports = support_in(store, (entry.triple for entry in entries if not entry.inferred))
    documents = []
    for entry in entries:
        triple = entry.triple
        subject, predicate, object_ = triple
        names = naming.of(subject), naming.of_term(predicate), naming.of(object_)
        document: dict[str, Any] = {
            "triple": dict(zip("spo", map(write_term, triple), strict=True)),
            "words": dict(zip("spo", (name.label for name in names), strict=True)),
            "by": _INFERRED if entry.inferred else ASSERTED,
        }
        if not any(isinstance(term, BNode) for term in triple):
            document["proof"] = address(proof_path(triple))
        if triple in supports:
            document |= support_json(supports[triple])
        documents.append(document)
    return documents
