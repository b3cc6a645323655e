"""What supports an asserted triple: its graph and file, and the sentence, row or axiom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rdflib import BNode, Graph, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.namespace import DCTERMS, PROV, RDF
from rdflib.term import Node

from eakg.dataset import Layout
from eakg.names import CSVW, EAKG, GRAPH, OA, ONTOLOGY_GRAPH, evidence_graph
from eakg.rdf import Triple, parse_all, parse_rdf

_EVIDENCE = str(GRAPH["evidence/"])


class Support:
    """What supports the triples of named graphs.

    Arguments: graphs with their names and files, those of the evidence among them; None for the
    file of a graph that comes from none.
    """

    def __init__(self, graphs: Iterable[tuple[URIRef, Path | None, Graph]]) -> None:
        self.homes: dict[Triple, list[tuple[URIRef, Path | None]]] = defaultdict(list)
        self.statements: dict[Triple, list[Node]] = defaultdict(list)
        self.evidence = Graph(bind_namespaces="none")
        for name, path, graph in graphs:
            if name.startswith(_EVIDENCE):
                self.evidence += graph
                continue
            for triple in graph:
                self.homes[triple].append((name, path))
        value = self.evidence.value
        for statement in self.evidence.subjects(RDF.type, RDF.Statement):
            subject, predicate, object_ = (
                value(statement, part) for part in (RDF.subject, RDF.predicate, RDF.object)
            )
            if subject is not None and predicate is not None and object_ is not None:
                self.statements[subject, predicate, object_].append(statement)

    def of(self, triple: Triple) -> dict[str, Any]:
        """The `graph` and `file` of a triple, and its `evidence` in the form of the HTTP interface:
        `document`, `annotation`, `start`, `end`, `exact`, `sentence`, `primarySource`, or `table`,
        `row`, `source`, or `ontology`. Empty for a triple that is in no graph."""
        homes = self.homes.get(triple)
        if not homes:
            return {}
        evidence = [
            {"ontology": str(path or name)} for name, path in homes if name == ONTOLOGY_GRAPH
        ]
        for statement in sorted(self.statements.get(triple, ()), key=str):
            evidence += self._evidence(statement)
        name, path = homes[0]
        file = {} if path is None else {"file": str(path)}
        return {"graph": str(name), **file, "evidence": evidence}

    def lines(self, triple: Triple) -> list[str]:
        """What supports a triple, in lines for people."""
        told = self.of(triple)
        if not told:
            return []
        found = [f"in {told.get('file', told['graph'])}"]
        for item in told["evidence"]:
            if "sentence" in item or "exact" in item:
                words = item.get("sentence") or item["exact"]
                found.append(f'{item["annotation"]}: "{words}"')
            elif "table" in item:
                source = f", from {item['source']}" if "source" in item else ""
                found.append(f"row {item['row']} of {item['table']}{source}")
        return list(dict.fromkeys(found))

    def sentences(self, triple: Triple) -> list[str]:
        """The sentences that say a triple."""
        items = (item for s in self.statements.get(triple, ()) for item in self._evidence(s))
        return sorted({item["sentence"] for item in items if "sentence" in item})

    def statement(self, triple: Triple) -> Node | None:
        """The node of the evidence that states a triple."""
        return min(self.statements.get(triple, ()), key=str, default=None)

    def _evidence(self, statement: Node) -> Iterator[dict[str, Any]]:
        value = self.evidence.value
        origin = value(statement, PROV.wasDerivedFrom)
        for node in sorted(self.evidence.objects(statement, EAKG.evidence), key=str):
            row = value(node, CSVW.url)
            if row is not None:
                item: dict[str, Any] = {
                    "table": _text(value(node, DCTERMS.isPartOf)),
                    "row": _row(row),
                }
                yield item | _some(source=value(node, DCTERMS.source))
                continue
            sentences = sorted(self.evidence.objects(statement, EAKG.inSentence), key=str)
            words = [value(sentence, RDF.value) for sentence in sentences]
            paragraphs = [value(sentence, DCTERMS.isPartOf) for sentence in sentences]
            sources = [value(part, PROV.hadPrimarySource) for part in paragraphs if part]
            yield (
                {"document": _text(value(node, OA.hasSource)), "annotation": _text(origin)}
                | self._position(node)
                | _some(exact=value(node, RDF.value))
                | _some(sentence=" ".join(str(word) for word in words if word) or None)
                | _some(primarySource=next(filter(None, sources), None))
            )

    def _position(self, span: Node) -> dict[str, Any]:
        positions = [
            (int(str(start)), int(str(self.evidence.value(selector, OA.end))))
            for selector in self.evidence.objects(span, OA.hasSelector)
            for start in self.evidence.objects(selector, OA.start)
        ]
        if not positions:
            return {}
        return {"start": min(positions)[0], "end": max(end for _, end in positions)}


def evidence_beside(paths: Iterable[Path]) -> list[tuple[URIRef, Path, Graph]]:
    """The evidence for files of a built graph, which lies in a folder beside theirs."""
    beside = (
        path.parent.parent / "evidence" / path.name
        for path in paths
        if path.absolute().parent.name == "asserted"
    )
    return named_graphs((evidence_graph(path.stem), path) for path in beside if path.is_file())


def named_graphs(files: Iterable[tuple[URIRef, Path]]) -> list[tuple[URIRef, Path, Graph]]:
    """Graphs read from their files. Blank nodes have the labels of their places in the graph, so
    that they are the same whenever it is read."""
    return [(name, path, _labelled(parse_rdf(path))) for name, path in files]


def _labelled(graph: Graph) -> Graph:
    if not any(isinstance(term, BNode) for triple in graph for term in triple):
        return graph
    labelled = Graph()
    for prefix, namespace in graph.namespaces():
        labelled.bind(prefix, namespace)
    for triple in to_canonical_graph(graph):
        labelled.add(triple)
    return labelled


def layout_graphs(layout: Layout) -> list[tuple[URIRef, Path, Graph]]:
    """The named graphs of a layout; what was inferred is left out."""
    return named_graphs(
        (name, path) for name, path in layout.named_graphs() if path != layout.inferred
    )


def file_graphs(paths: Iterable[Path]) -> list[tuple[URIRef, Path, Graph]]:
    """RDF files, each as a graph under the name of its file."""
    listed = list(paths)
    return [
        (URIRef(path.absolute().as_uri()), path, graph)
        for path, graph in zip(listed, parse_all(listed), strict=True)
    ]


def without_evidence(graphs: Iterable[tuple[URIRef, Path, Graph]]) -> Graph:
    """The triples that are reasoned over."""
    union = Graph()
    for name, _, graph in graphs:
        if not name.startswith(_EVIDENCE):
            union += graph
            for prefix, namespace in graph.namespaces():
                union.bind(prefix, namespace)
    return union


def _row(url: Node) -> int:
    return int(str(url).rpartition("#row=")[2])


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)


def _some(**values: Node | str | None) -> dict[str, Any]:
    return {name: str(value) for name, value in values.items() if value is not None}
