"""The usual pitfalls of an ontology, each a SPARQL query over it that must find nothing."""

import pytest
from rdflib import Graph, Node, URIRef
from rdflib.namespace import OWL, RDF

from eakg.check.shapes import check_shapes
from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID, ONTOLOGY_IRI, PREFIXES
from eakg.rdf.parsing import parse_rdf

PITFALLS = {
    "a class that nothing else speaks of": """
        SELECT ?term WHERE {
          ?term a owl:Class .
          FILTER STRSTARTS(STR(?term), STR(eakg:))
          FILTER NOT EXISTS { ?axiom ?by ?term .
            FILTER (?by IN (rdfs:subClassOf, rdfs:domain, rdfs:range, owl:disjointWith,
              rdf:first)) }
          FILTER NOT EXISTS { ?term rdfs:subClassOf|owl:disjointWith ?other }
        }""",
    "an inverse of two properties": """
        SELECT ?term WHERE {
          ?term owl:inverseOf|^owl:inverseOf ?one , ?other . FILTER (?one != ?other) }""",
    "a property that is its own inverse and not called symmetric": """
        SELECT ?term WHERE { ?term owl:inverseOf ?term }""",
    "an inverse whose ends do not match": """
        SELECT ?term WHERE {
          ?term owl:inverseOf ?other .
          { ?term rdfs:domain ?end . ?other rdfs:range ?opposite }
          UNION { ?term rdfs:range ?end . ?other rdfs:domain ?opposite }
          FILTER (?end != ?opposite) }""",
    "two properties that lead both ways between two classes and are not called inverse": """
        SELECT ?term WHERE {
          ?term a owl:ObjectProperty ; rdfs:domain ?one ; rdfs:range ?two .
          ?other a owl:ObjectProperty ; rdfs:domain ?two ; rdfs:range ?one .
          FILTER (?term != ?other)
          FILTER NOT EXISTS { ?term owl:inverseOf|^owl:inverseOf ?other } }""",
    "a class under itself": "SELECT ?term WHERE { ?term rdfs:subClassOf+ ?term }",
    "a property under itself": "SELECT ?term WHERE { ?term rdfs:subPropertyOf+ ?term }",
    "several domains": """
        SELECT ?term WHERE { ?term rdfs:domain ?one , ?other . FILTER (?one != ?other) }""",
    "several ranges": """
        SELECT ?term WHERE { ?term rdfs:range ?one , ?other . FILTER (?one != ?other) }""",
    "a class that is a property too": """
        SELECT ?term WHERE { ?term a owl:Class , ?kind .
          VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } }""",
    "a property of two kinds": """
        SELECT ?term WHERE { ?term a owl:ObjectProperty , ?kind .
          VALUES ?kind { owl:DatatypeProperty owl:AnnotationProperty } }""",
    "a class disjoint with one above it": """
        SELECT ?term WHERE {
          ?term rdfs:subClassOf+ ?above . ?term owl:disjointWith|^owl:disjointWith ?above }""",
    "a class under two that are disjoint": """
        SELECT ?term WHERE {
          ?term rdfs:subClassOf* ?one , ?other . ?one owl:disjointWith ?other }""",
    "a class under two of a disjoint list": """
        SELECT ?term WHERE {
          ?list a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?one , ?other .
          FILTER (STR(?one) < STR(?other))
          ?term rdfs:subClassOf* ?one , ?other }""",
    "a label that is the term's name with its humps": """
        SELECT ?term WHERE {
          ?term rdfs:label ?label . FILTER STRSTARTS(STR(?term), STR(eakg:))
          FILTER REGEX(STR(?label), "[a-z][A-Z]") }""",
    "a term that is deprecated without a replacement": """
        SELECT ?term WHERE { ?term owl:deprecated true .
          FILTER NOT EXISTS { ?term <http://purl.org/dc/terms/isReplacedBy> ?other } }""",
    "a term that is not of this ontology's namespace and is defined here": """
        SELECT ?term WHERE { ?term <http://www.w3.org/2004/02/skos/core#definition> ?words ;
            a ?kind . VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty }
          FILTER (!STRSTARTS(STR(?term), STR(eakg:))) }""",
}
PLANTED = {
    "a class that nothing else speaks of": "eakg:Lonely a owl:Class .",
    "an inverse of two properties": "eakg:member owl:inverseOf eakg:partOf .",
    "a class under itself": "eakg:Actor rdfs:subClassOf eakg:State .",
    "a property under itself": "eakg:involves rdfs:subPropertyOf eakg:agent .",
    "several domains": "eakg:member rdfs:domain eakg:Actor .",
    "several ranges": "eakg:member rdfs:range eakg:Membership .",
    "a class under two that are disjoint": "eakg:Person rdfs:subClassOf eakg:State .",
    "a class under two of a disjoint list": "eakg:Office rdfs:subClassOf eakg:Claim .",
    "an inverse whose ends do not match": "eakg:hasMembership rdfs:range eakg:Claim .",
}

WITHOUT_ENDS = {
    "what a source may say of a happening, a claim or a figure alike": (
        "about addressee agent agreement beneficiary concerns convener dateText format goods "
        "host indirectAgent initiative involvedIn involves measure modality party place principle "
        "publishedBy purpose recipient takesAsSign takesPlaceIn topic underMechanism voice"
    ),
    "what bounds or dates any thing": "announcedOn notAfter notBefore startedOn",
    "a relation between things of several kinds": (
        "affiliatedWith hasPart level locatedIn partOf relationObject "
        "relationSubject strategicPartnerOf"
    ),
    "inferred by a chain, whose ends say enough": (
        "chairedFor entitledToAttend hasBeenMemberOf heldWithin ledMeeting participatesIn "
        "represents"
    ),
    "the inverse of one that is, or of one whose ends are open": (
        "attended chairOf hasChair hasMeeting hasMembership hasOfficeHolding hasOutcome outcomeOf "
        "participant seatsAdmitTo"
    ),
    "a body may be an organization, a mechanism or an agreement": "memberOfBody role seatIn",
    "given a value by the class, never the class by the value": "actCode",
    "said of statements, spans and rows of the evidence, which are not reasoned over": (
        "annotationType confirmedBy denotedBy evidence inGraph verification"
    ),
}
"""Properties without domain and range, by the reason: an end that is declared would be inferred,
and is declared only where that is wanted."""

HEADER = {
    "version IRI": "owl:versionIRI ?value FILTER (isIRI(?value) && ?value != ?ontology)",
    "version": "owl:versionInfo ?value",
    "licence": "dcterms:license ?value FILTER isIRI(?value)",
    "creator": "dcterms:creator ?value",
    "publisher": "dcterms:publisher ?value",
    "title": 'dcterms:title ?value FILTER (LANG(?value) = "en")',
    "description": 'dcterms:description ?value FILTER (LANG(?value) = "en")',
    "created": "dcterms:created ?value FILTER (DATATYPE(?value) = xsd:date)",
    "modified": "dcterms:modified ?value FILTER (DATATYPE(?value) = xsd:date)",
    "issued": "dcterms:issued ?value FILTER (DATATYPE(?value) = xsd:date)",
    "prefix": "<http://purl.org/vocab/vann/preferredNamespacePrefix> ?value",
    "namespace": "<http://purl.org/vocab/vann/preferredNamespaceUri> ?value",
    "citation": "dcterms:bibliographicCitation ?value",
    "status": "<http://purl.org/ontology/bibo/status> ?value",
}
"""What the checks of FAIR ontologies (FOOPS!, OOPS! pitfalls P38 and P41) look for."""


def found(graph: Graph, query: str) -> set[str]:
    rows = graph.query(query, initNs=PREFIXES)
    return {str(row[0]).removeprefix(str(EAKG)) for row in rows}  # type: ignore[index]  # of SELECT


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_the_ontology_has_no(ontology: Graph, pitfall: str) -> None:
    assert found(ontology, PITFALLS[pitfall]) == set()


@pytest.mark.parametrize("pitfall", PLANTED)
def test_a_planted_pitfall_is_found(ontology: Graph, pitfall: str) -> None:
    planted = ontology + Graph()
    head = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    planted.parse(data=head + PLANTED[pitfall], format="turtle")
    assert found(planted, PITFALLS[pitfall])


def test_a_property_without_ends_is_so_on_purpose(ontology: Graph) -> None:
    query = """
        SELECT ?term WHERE {
          ?term a ?kind . VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }
          FILTER STRSTARTS(STR(?term), STR(eakg:))
          FILTER NOT EXISTS { ?term rdfs:domain|rdfs:range ?end } }"""
    waived = [name for names in WITHOUT_ENDS.values() for name in names.split()]
    assert len(waived) == len(set(waived))
    assert found(ontology, query) == set(waived)


def test_every_term_that_is_used_is_declared(
    ontology: Graph, full: Graph, evidence: dict[str, Graph]
) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {term for kind in kinds for term in ontology.subjects(RDF.type, kind)}
    used = set(full.predicates()) | set(full.objects(None, RDF.type))
    for graph in evidence.values():
        used |= set(graph.predicates()) | set(graph.objects(None, RDF.type))
    assert {term for term in used - declared if str(term).startswith(str(EAKG))} == set()


def test_every_class_has_an_instance_or_says_why_not(
    ontology: Graph, full: Graph, evidence: dict[str, Graph]
) -> None:
    everything = full + Graph()
    for graph in evidence.values():
        for class_ in set(graph.objects(None, RDF.type)):
            everything.add((ID.instance, RDF.type, class_))
    query = """
        SELECT DISTINCT ?term WHERE {
          ?term a owl:Class . FILTER STRSTARTS(STR(?term), STR(eakg:))
          FILTER NOT EXISTS { ?class rdfs:subClassOf* ?term . ?thing a ?class } }"""
    # No agreement of the dossier was given up unsigned.
    assert found(everything, query) == {"UnsignedAgreement"}


def test_the_example_of_every_class_validates(
    layout: Layout, ontology: Graph, full: Graph, evidence: dict[str, Graph]
) -> None:
    """An example stands with all that is said of it and of what it leads to."""
    shapes = parse_rdf(layout.shapes)

    def said_of(thing: Node) -> Graph:
        found = Graph()
        for graph in (full, *evidence.values()):
            found += graph.triples((thing, None, None))
        return found

    query = """
        SELECT ?example WHERE { ?term a owl:Class ; skos:example ?example .
          FILTER STRSTARTS(STR(?term), STR(eakg:)) }"""
    examples, things = Graph(), set[Node]()
    for row in ontology.query(query, initNs=PREFIXES):
        for word in str(row[0]).replace(",", " ").split():  # type: ignore[index]  # of SELECT
            if word.startswith("id:"):
                thing = URIRef(str(ID) + word.removeprefix("id:"))
                description = said_of(thing)
                assert description, word
                things.add(thing)
                for value in set(description.objects()):
                    examples += said_of(value)
                examples += description
    assert len(things) > 60
    violations = check_shapes(examples + ontology, shapes)
    assert [violation for violation in violations if violation.focus in things] == []


@pytest.mark.parametrize("item", HEADER)
def test_the_header_has_one(ontology: Graph, item: str) -> None:
    query = (
        f"SELECT ?value WHERE {{ BIND (<{ONTOLOGY_IRI}> AS ?ontology) ?ontology {HEADER[item]} }}"
    )
    assert len(list(ontology.query(query, initNs=PREFIXES))) == 1
