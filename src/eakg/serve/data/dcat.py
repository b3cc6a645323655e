"""The data set as a catalogue describes it: DCAT 3, with its distributions and its service."""

from collections.abc import Iterable, Iterator, Sequence

from flask import Blueprint, Response, request
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, BNode, Literal, Namespace, URIRef
from rdflib.term import Node

from eakg.rdf import EXTENSIONS, GRAPH_FORMATS, ResultKind, Triple, serialize
from eakg.serve.app import (
    absolute,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import Catalogue
from eakg.serve.data.dataset import (
    dataset_facts,
    dataset_iri,
    dump_licences,
    part_of,
    publisher_of,
)

blueprint = Blueprint("dcat", __name__)
SPDX = Namespace("http://spdx.org/rdf/terms#")
_IANA = "https://www.iana.org/assignments/media-types/"
DCAT_PREFIXES = {
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "spdx": str(SPDX),
    "foaf": str(FOAF),
}
_DUMPS = {
    "nq": ("Every graph, with the evidence, in N-Quads", "RDF_N_QUADS"),
    "ttl": ("The ontology, what is stated, and what follows from it, in Turtle", "RDF_TURTLE"),
    "reifiers.nq": ("The evidence as reifiers, in N-Quads of RDF 1.2", "RDF_N_QUADS"),
}
"""What each dump holds, and its syntax among the file types of the EU."""
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_CODES = {
    "ar": "ARA",
    "cs": "CES",
    "da": "DAN",
    "de": "DEU",
    "el": "ELL",
    "en": "ENG",
    "es": "SPA",
    "fi": "FIN",
    "fr": "FRA",
    "he": "HEB",
    "hi": "HIN",
    "hu": "HUN",
    "id": "IND",
    "it": "ITA",
    "ja": "JPN",
    "km": "KHM",
    "ko": "KOR",
    "lo": "LAO",
    "ms": "MSA",
    "my": "MYA",
    "nl": "NLD",
    "no": "NOR",
    "pl": "POL",
    "pt": "POR",
    "ro": "RON",
    "ru": "RUS",
    "sv": "SWE",
    "th": "THA",
    "tr": "TUR",
    "uk": "UKR",
    "vi": "VIE",
    "zh": "ZHO",
}
"""Languages by their tags, as the EU's table of languages names them (ISO 639-3)."""
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"


_SPARQL = URIRef("https://www.w3.org/TR/sparql11-protocol/")
_RANGES: dict[Node, URIRef] = {
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS["format"]: DCTERMS.MediaTypeOrExtent,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.landingPage: FOAF.Document,
    FOAF.homepage: FOAF.Document,
}
"""The classes of values, which DCAT-AP 3.0.1 asks for."""


@blueprint.get("/dcat")
def catalogue() -> Response:
    """The description, in a graph format."""
    parameters = query_string(request)
    representation = select_representation(request, parameters, GRAPH_FORMATS, ResultKind.GRAPH)

    def describe() -> Response:
        data = serialize(catalogue_entry(), representation, DCAT_PREFIXES)
        return Response(data, content_type=representation.content_type)

    parts = (absolute("/"), "dcat", representation.name)
    return represented(request, state().store, parts, describe)


def catalogue_entry() -> list[Triple]:
    """The triples of the catalogue. Raises: StoreError and its kinds."""
    holdings = state().catalogue
    dataset, service = dataset_iri(state().settings, holdings), URIRef(absolute("/sparql"))
    project = holdings.project()
    catalogue_iri = part_of(dataset, "catalogue")
    triples: list[Triple] = [
        (dataset, RDF.type, DCAT.Dataset),
        (
            dataset,
            URIRef(f"{DCAT}version"),
            Literal(_version(holdings)),
        ),
        (dataset, DCAT.landingPage, URIRef(absolute("/"))),
        (service, RDF.type, DCAT.DataService),
        (catalogue_iri, RDF.type, DCAT.Catalog),
        (catalogue_iri, DCTERMS.title, Literal("What this service serves", lang="en")),
        (
            catalogue_iri,
            DCTERMS.description,
            Literal("The data set, its files and its SPARQL endpoint.", lang="en"),
        ),
        (catalogue_iri, DCTERMS.language, URIRef(f"{_LANGUAGES}{_CODES['en']}")),
        (catalogue_iri, FOAF.homepage, URIRef(absolute("/"))),
        (catalogue_iri, DCAT.dataset, dataset),
        (catalogue_iri, DCAT.service, service),
        *dataset_facts(dataset, holdings),
        (service, DCTERMS.title, Literal("SPARQL endpoint", lang="en")),
        (service, DCAT.endpointDescription, URIRef(absolute("/openapi.json"))),
        (service, DCAT.endpointURL, service),
        (service, DCAT.servesDataset, dataset),
        (service, DCTERMS.conformsTo, _SPARQL),
    ]
    triples += [(dataset, DCTERMS.conformsTo, URIRef(one)) for one in project.conforms_to]
    triples += [
        (dataset, DCTERMS.language, URIRef(f"{_LANGUAGES}{_CODES[tag]}"))
        for language in project.language
        if (tag := language.partition("-")[0].lower()) in _CODES
    ]
    if project.publisher:
        publisher = publisher_of(dataset)
        triples += [
            (catalogue_iri, DCTERMS.publisher, publisher),
            (service, DCTERMS.publisher, publisher),
        ]
    if project.contact:
        triples.append((service, DCAT.contactPoint, part_of(dataset, "contact")))
    for name in state().dumps.names():
        dump = state().dumps.get(name)
        distribution, checksum = URIRef(absolute(f"/dump.{name}.gz")), BNode(f"sha256-{name}")
        media_type = EXTENSIONS[f".{name.rpartition('.')[2]}"].media_type
        size = Literal(dump.path.stat().st_size, datatype=XSD.nonNegativeInteger)
        triples += [
            (dataset, DCAT.distribution, distribution),
            (distribution, RDF.type, DCAT.Distribution),
            (distribution, DCTERMS.title, Literal(_DUMPS[name][0], lang="en")),
            (distribution, DCTERMS["format"], URIRef(f"{_FILE_TYPES}{_DUMPS[name][1]}")),
            (distribution, DCAT.accessURL, distribution),
            (distribution, DCAT.downloadURL, distribution),
            (distribution, DCAT.mediaType, URIRef(_IANA + media_type)),
            (distribution, DCAT.compressFormat, URIRef(f"{_IANA}application/gzip")),
            (distribution, DCAT.byteSize, size),
            (distribution, SPDX.checksum, checksum),
            (checksum, RDF.type, SPDX.Checksum),
            (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
            (checksum, SPDX.checksumValue, Literal(dump.sha256.hex(), datatype=XSD.hexBinary)),
        ]
        licences = dump_licences(name, holdings)
        if len(licences) == 1:
            triples.append((distribution, DCTERMS.license, URIRef(licences[0])))
        elif licences:
            triples += _rights(distribution, part_of(dataset, f"rights-{name}"), licences)
    return [*triples, *_classes(triples)]


def _classes(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The classes of what a catalogue leads to, as its profile has them."""
    for _, property_, value in triples:
        if class_ := _RANGES.get(property_):
            yield value, RDF.type, class_


def _rights(distribution: URIRef, rights: URIRef, licences: Sequence[str]) -> list[Triple]:
    """Several licences, as a distribution has one at most (DCAT-AP 3.0.1): each of its graph."""
    words = f"Each graph has a licence of its own: {', '.join(licences)}"
    return [
        (distribution, DCTERMS.rights, rights),
        (rights, RDF.type, DCTERMS.RightsStatement),
        (rights, RDFS.label, Literal(words, lang="en")),
        *((rights, RDFS.seeAlso, URIRef(one)) for one in licences),
    ]


def _version(holdings: Catalogue) -> str:
    """The version of the data, which begins with what their publisher says."""
    version = holdings.project().version
    return f"{version}+{state().version}" if version else state().version
