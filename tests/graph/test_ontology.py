"""The ontology, tested as software."""

import re

from rdflib import BNode, Graph, Literal, Node, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, XSD

from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID, ONTOLOGY_IRI
from eakg.profile import check_profile
from eakg.rdf.parsing import parse_rdf

VANN = "http://purl.org/vocab/vann/"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def terms(ontology: Graph) -> list[URIRef]:
    found = {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}
    return sorted(term for term in found if isinstance(term, URIRef) and term in EAKG)


def test_the_header_has_what_documentation_tools_expect(ontology: Graph) -> None:
    assert list(ontology.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY_IRI]
    for property_ in (
        OWL.versionIRI,
        OWL.versionInfo,
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.creator,
        DCTERMS.created,
        DCTERMS.modified,
        DCTERMS.license,
        URIRef(VANN + "preferredNamespacePrefix"),
        URIRef(VANN + "preferredNamespaceUri"),
    ):
        assert len(list(ontology.objects(ONTOLOGY_IRI, property_))) == 1, property_
    version = ontology.value(ONTOLOGY_IRI, OWL.versionIRI)
    assert version == URIRef(f"{ONTOLOGY_IRI}/{ontology.value(ONTOLOGY_IRI, OWL.versionInfo)}")
    assert ontology.value(ONTOLOGY_IRI, URIRef(VANN + "preferredNamespacePrefix")) == Literal(
        "eakg"
    )
    assert ontology.value(ONTOLOGY_IRI, URIRef(VANN + "preferredNamespaceUri")) == Literal(
        str(EAKG)
    )
    assert isinstance(ontology.value(ONTOLOGY_IRI, DCTERMS.license), URIRef)
    for date in (DCTERMS.created, DCTERMS.modified):
        value = ontology.value(ONTOLOGY_IRI, date)
        assert isinstance(value, Literal)
        assert value.datatype == XSD.date


def test_every_term_has_an_english_label_a_definition_and_an_example(ontology: Graph) -> None:
    assert len(terms(ontology)) > 100
    for term in terms(ontology):
        for property_ in (RDFS.label, SKOS.definition, SKOS.example):
            english = [
                value
                for value in ontology.objects(term, property_)
                if isinstance(value, Literal) and value.language == "en"
            ]
            assert len(english) == 1, (term, property_)


def test_no_two_terms_of_a_kind_share_a_label(ontology: Graph) -> None:
    for kind in KINDS:
        labels = [
            str(ontology.value(term, RDFS.label))
            for term in terms(ontology)
            if (term, RDF.type, kind) in ontology
        ]
        assert len(labels) == len(set(labels)), kind


def test_every_example_names_things_that_exist(
    layout: Layout, ontology: Graph, full: Graph, evidence: dict[str, Graph]
) -> None:
    there: set[Node] = set(full.subjects())
    for graph in evidence.values():
        there |= set(graph.subjects())
    missing = [
        (str(term).removeprefix(str(EAKG)), name)
        for term in terms(ontology)
        for example in ontology.objects(term, SKOS.example)
        for name in re.findall(r"\bid:([\w./-]*\w)", str(example))
        if ID[name] not in there
    ]
    assert missing == []


def test_every_example_of_a_property_is_a_triple_of_the_graph(
    ontology: Graph, full: Graph, evidence: dict[str, Graph]
) -> None:
    graphs = (full, *evidence.values())
    objects_of = r"id:(\S+)|\"([^\"]*)\"\S*|([\d.]+)$|graph:\S+$"
    pattern = re.compile(rf"^(id:\S+) eakg:(\w+) (?:{objects_of})")
    missing = []
    for term in terms(ontology):
        example = str(ontology.value(term, SKOS.example))
        match = pattern.match(example)
        if not match:
            continue
        assert EAKG[match[2]] == term, example
        subject = ID[match[1].removeprefix("id:")]
        objects = {one for graph in graphs for one in graph.objects(subject, term)}
        words = match[4] or match[5]
        if match[3]:
            found = ID[match[3]] in objects
        else:
            found = any(str(value) == words for value in objects) if words else bool(objects)
        if not found:
            missing.append(example)
    assert missing == []


def test_every_example_of_a_class_is_an_instance(
    ontology: Graph, full: Graph, evidence: dict[str, Graph]
) -> None:
    graphs = (full, *evidence.values())
    wrong = []
    for term in terms(ontology):
        if (term, RDF.type, OWL.Class) not in ontology:
            continue
        subclasses = set(full.transitive_subjects(RDFS.subClassOf, term))
        for name in re.findall(r"id:([\w./-]*\w)", str(ontology.value(term, SKOS.example))):
            if not any(subclasses & set(graph.objects(ID[name], RDF.type)) for graph in graphs):
                wrong.append((str(term), name))
    assert wrong == []


def test_inverses_are_pairs_with_matching_ends(ontology: Graph) -> None:
    pairs = list(ontology.subject_objects(OWL.inverseOf))
    assert len(pairs) > 5
    partners: dict[Node, Node] = {}
    for one, other in pairs:
        for term in (one, other):
            assert (term, RDF.type, OWL.ObjectProperty) in ontology, term
        assert partners.setdefault(one, other) == other
        assert partners.setdefault(other, one) == one
        for end, opposite in ((RDFS.domain, RDFS.range), (RDFS.range, RDFS.domain)):
            declared = ontology.value(one, end), ontology.value(other, opposite)
            assert None in declared or declared[0] == declared[1], (one, other)


def test_the_ontology_is_within_the_profile(ontology: Graph) -> None:
    assert check_profile(ontology) == []


def test_alignments_point_to_declared_terms(layout: Layout, ontology: Graph) -> None:
    alignments = parse_rdf(layout.ontology / "alignments.ttl")
    for axiom in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass):
        for term, other in alignments.subject_objects(axiom):
            assert any((other, RDF.type, kind) in ontology for kind in KINDS), (term, other)
            assert any((term, RDF.type, kind) in ontology for kind in KINDS), term
    assert not list(alignments.subject_objects(OWL.sameAs))
    assert not list(ontology.subject_objects(OWL.imports))
    for match in (SKOS.closeMatch, SKOS.exactMatch, SKOS.relatedMatch):
        for term in alignments.subjects(match):
            assert any((term, RDF.type, kind) in ontology for kind in KINDS), term


def test_what_axioms_speak_of_is_declared(ontology: Graph) -> None:
    declared = {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}
    declared |= {XSD.string, XSD.integer, XSD.decimal, RDFS.Literal, OWL.Thing}
    used: set[Node] = set()
    for axiom in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.onProperty):
        used |= set(ontology.objects(None, axiom))
    for axiom in (OWL.propertyChainAxiom, OWL.hasKey, OWL.members):
        for items in ontology.objects(None, axiom):
            used |= set(Collection(ontology, items))
    assert sorted(str(t) for t in used - declared if not isinstance(t, BNode)) == []


def test_concepts_are_in_a_scheme_and_have_a_label(ontology: Graph) -> None:
    concepts = set(ontology.subjects(RDF.type, SKOS.Concept))
    assert concepts
    for concept in concepts:
        schemes = list(ontology.objects(concept, SKOS.inScheme))
        assert schemes, concept
        assert all((scheme, RDF.type, SKOS.ConceptScheme) in ontology for scheme in schemes)
        assert (concept, RDFS.label, None) in ontology, concept


def test_an_actor_of_each_kind_cannot_be_of_another(ontology: Graph) -> None:
    groups = [set(Collection(ontology, members)) for members in ontology.objects(None, OWL.members)]
    for one, other in (
        ("State", "InternationalOrganization"),
        ("Actor", "Office"),
        ("Happening", "Claim"),
        ("Happening", "Mechanism"),
        ("Figure", "Claim"),
    ):
        assert any({EAKG[one], EAKG[other]} <= group for group in groups), (one, other)
