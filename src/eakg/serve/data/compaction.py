"""One context for the JSON-LD of a service, and descriptions that are compacted by it.

Specification: JSON-LD 1.1, section 4.1 and 6.2 (profiles).
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from rdflib import Graph
from rdflib.plugins.serializers.jsonld import from_rdf

from eakg.names import PREFIXES
from eakg.rdf import Triple
from eakg.serve.content import Catalogue

COMPACTED = "http://www.w3.org/ns/json-ld#compacted"
COMPACTED_TYPE = f'application/ld+json; profile="{COMPACTED}"'
_PROFILE = re.compile(r'application/ld\+json\s*;[^,]*profile\s*=\s*"?[^",]*#compacted')


def wants_compacted(accept: str | None) -> bool:
    """Whether a header `Accept` asks for JSON-LD that is compacted."""
    return bool(_PROFILE.search(accept or ""))


def context_of(catalogue: Catalogue) -> dict[str, Any]:
    """The prefixes of the vocabularies that the data use. Raises: StoreError and its kinds."""
    terms = [*catalogue.properties(), *catalogue.instances(), *catalogue.project().base]
    prefixes = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(term.startswith(namespace) for term in terms)
    }
    return {"@version": 1.1, **prefixes}


def compacted(triples: Iterable[Triple], catalogue: Catalogue, address: str) -> bytes:
    """Triples in JSON-LD that is compacted by the context at an address."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    context = context_of(catalogue)
    document = from_rdf(graph, context_data=context)  # type: ignore[no-untyped-call]  # no types
    document["@context"] = address
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()
