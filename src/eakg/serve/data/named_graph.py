"""What is known of a named graph: its title, licence, source, and how much it holds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rdflib import DCAT, RDF, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, VOID, XSD

from eakg.keyed_files import read_json
from eakg.names import (
    GRAPH,
    ID,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    ONTOLOGY_IRI,
    REIFIERS_GRAPH,
    beside,
    built_part,
    is_evidence,
)
from eakg.rdf import Triple
from eakg.serve.content import Catalogue
from eakg.serve.data.dataset import part_of
from eakg.serve.data.service import SD

GRAPH_PREFIXES = {
    "void": str(VOID),
    "dcterms": str(DCTERMS),
    "dcat": str(DCAT),
    "sd": str(SD),
    "graph": str(GRAPH),
    "id": str(ID),
    "prov": str(PROV),
}
_TITLES = {
    "background": "The table “{}”",
    "source": "What the document “{}” says",
    "evidence": "The evidence of “{}”",
    "inferred": "What follows from the rest",
    "ontology": "The ontology",
    "reifiers": "The evidence as reifiers of RDF 1.2",
}


def graph_title(iri: str) -> str:
    """What a graph of ours is called; its IRI where it is of no known kind."""
    kind, name = graph_kind(iri)
    return _TITLES.get(kind, iri).format(name)


def graph_kind(iri: str) -> tuple[str, str]:
    """What a graph holds, in a word, and the name of its document or table, if it has one."""
    kind, name = built_part(iri)
    if kind:
        return kind, name
    path = iri.removeprefix(str(GRAPH))
    return ("", "") if path == iri else (path, "")


def document_of(graph: str, catalogue: Catalogue) -> URIRef | None:
    """The annotated document whose statements a graph holds."""
    kind, name = built_part(graph)
    documents = catalogue.documents() if kind == "source" else ()
    same = (one for one in documents if one.endswith((f"/{name}", f"#{name}")))
    return next(map(URIRef, same), None)


def graph_facts(
    iri: URIRef,
    dataset: URIRef,
    catalogue: Catalogue,
    files: Mapping[str, str],
    table: Path | None,
) -> list[Triple]:
    """The triples that describe a graph.

    Arguments: its IRI; that of the data set; what the store holds; the addresses of its files,
    each with its media type; the table that it, or what it is the evidence of, was made of, where
    that lies with the graph's files.
    """
    triples: list[Triple] = [
        (iri, RDF.type, VOID.Dataset),
        (iri, DCTERMS.title, Literal(_title(iri, table), lang="en")),
        (iri, SD.name, iri),
        (iri, VOID.triples, Literal(catalogue.graph_size(iri))),
    ]
    if iri != REIFIERS_GRAPH:
        triples.append((part_of(dataset, "graphs"), VOID.subset, iri))
    for address, media_type in files.items():
        if media_type == "text/csv":
            triples.append((iri, DCTERMS.source, URIRef(address)))
        else:
            triples.append((iri, VOID.dataDump, URIRef(address)))
    if licence := graph_licence(iri, catalogue, table):
        triples.append((iri, DCTERMS.license, URIRef(licence)))
    metadata = _metadata(table)
    if isinstance(source := metadata.get("prov:hadPrimarySource"), str):
        triples += [
            (iri, PROV.hadPrimarySource, ID[source.removeprefix("id:")]),
            (iri, DCTERMS.bibliographicCitation, Literal(metadata["dc:bibliographicCitation"])),
            (iri, DCTERMS.hasVersion, Literal(metadata["dc:hasVersion"])),
            (iri, DCTERMS.issued, Literal(metadata["dc:issued"], datatype=XSD.date)),
        ]
    triples += [(iri, DCTERMS.source, source) for source in _sources(iri, catalogue)]
    return triples


def graph_licence(graph: URIRef, catalogue: Catalogue, table: Path | None) -> str | None:
    """The licence that the project gives a graph, or the metadata of the table that it was made
    of, or else that of the project."""
    project = catalogue.project()
    if licence_of_graph := project.own_licence(graph):
        return licence_of_graph
    licence = _metadata(table).get("dc:license")
    return licence if isinstance(licence, str) else project.licence


def graph_citation(table: Path | None) -> str | None:
    """How the data set is cited that a table is a slice of; nothing for another table."""
    citation = _metadata(table).get("dc:bibliographicCitation")
    return citation if isinstance(citation, str) else None


def _metadata(table: Path | None) -> dict[str, Any]:
    """The metadata of a table (CSV on the Web); nothing where there are none. Raises: ProblemsError
    where they are not as they were built."""
    metadata = table.with_name(f"{table.name}-metadata.json") if table else None
    if metadata is None or not metadata.is_file():
        return {}
    return read_json(metadata, "cannot be read").values


def _title(iri: URIRef, table: Path | None) -> str:
    """The title that the metadata of a table give, or else the usual one."""
    title = None if is_evidence(iri) else _metadata(table).get("dc:title")
    return title if isinstance(title, str) else graph_title(iri)


def _sources(iri: URIRef, catalogue: Catalogue) -> list[URIRef]:
    """What a graph was made of: the document, the graph that it is the evidence of, or the others
    that it follows from."""
    if document := document_of(iri, catalogue):
        return [document]
    if iri == ONTOLOGY_GRAPH:
        return [ONTOLOGY_IRI]
    graphs = set(catalogue.graphs())
    if built_part(iri)[0] == "evidence":
        stated = (beside(iri, "source"), beside(iri, "background"))
        return [graph for graph in stated if str(graph) in graphs]
    if iri == REIFIERS_GRAPH:
        return sorted(map(URIRef, filter(is_evidence, graphs - {str(iri)})))
    if iri == INFERRED_GRAPH:
        return sorted(map(URIRef, set(catalogue.default_graphs()) - {str(iri)}))
    return []
