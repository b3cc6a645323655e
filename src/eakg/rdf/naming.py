"""Short names of terms, for messages that people read."""

import json

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from eakg.names import PREFIXES


def spelling(term: Node) -> tuple[str, ...]:
    """What tells a term from every other, to sort by; unlike `n3()`, good for any literal."""
    if isinstance(term, Literal):
        return ("literal", str(term), str(term.datatype or ""), str(term.language or "").lower())
    return ("blank node" if isinstance(term, BNode) else "IRI", str(term))


class PrefixedNames:
    """Writes the terms of a graph in prefixed form, with the graph's own prefixes first."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        prefixes = {**PREFIXES, **{prefix: str(iri) for prefix, iri in graph.namespaces()}}
        self.prefixes = sorted(prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0]))

    def __call__(self, term: Node) -> str:
        """The term as one would write it in Turtle; an anonymous class by what it is made of."""
        if isinstance(term, BNode):
            return self._anonymous(term)
        if isinstance(term, Literal):
            text = json.dumps(str(term), ensure_ascii=False)
            if term.language:
                return f"{text}@{term.language}"
            return text if term.datatype in (None, XSD.string) else f"{text}^^{self(term.datatype)}"
        for prefix, namespace in self.prefixes:
            local = str(term).removeprefix(namespace)
            if local != str(term) and local and not set(local) & set("/#?"):
                return f"{prefix}:{local}"
        return f"<{term}>"

    def _anonymous(self, term: BNode) -> str:
        for property_ in self.graph.objects(term, OWL.onProperty):
            if isinstance(property_, URIRef):
                return f"a restriction on {self(property_)}"
        for constructor in (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf):
            if (term, constructor, None) in self.graph:
                return f"an anonymous class ({self(constructor)})"
        if (term, RDF.type, OWL.Class) in self.graph or (term, RDFS.subClassOf, None) in self.graph:
            return "an anonymous class"
        return f"_:{term}"
