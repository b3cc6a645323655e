"""Words of the interface that no template holds.

Only names of properties that other vocabularies define, or that read badly backwards, are here:
the rest are labels of the ontology.
"""

from collections.abc import Mapping
from datetime import date

from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, URIRef
from rdflib.namespace import FOAF, ORG

from eakg.names import CSVW, EAKG, OA, SEM

FORWARDS: Mapping[URIRef, str] = {
    RDF.type: "is a",
    RDF.subject: "says of",
    RDF.predicate: "that its",
    RDF.object: "is",
    RDF.value: "words",
    RDF.first: "first in the list",
    RDF.rest: "rest of the list",
    RDF.Statement: "statement",
    RDFS.label: "name",
    RDFS.comment: "note",
    RDFS.seeAlso: "see also",
    RDFS.subClassOf: "is a kind of",
    RDFS.subPropertyOf: "implies",
    RDFS.domain: "is only had by",
    RDFS.range: "only leads to",
    OWL.inverseOf: "is the reverse of",
    OWL.propertyChainAxiom: "follows from the chain",
    OWL.equivalentClass: "has the same things as",
    OWL.equivalentProperty: "says the same as",
    OWL.someValuesFrom: "has a value of the class",
    OWL.onProperty: "is about the property",
    OWL.hasValue: "has the value",
    OWL.TransitiveProperty: "holds from step to step",
    OWL.SymmetricProperty: "holds both ways",
    OWL.sameAs: "same as",
    SKOS.prefLabel: "name",
    SKOS.altLabel: "also called",
    SKOS.notation: "code",
    SKOS.definition: "definition",
    SKOS.scopeNote: "how it is used",
    SKOS.example: "example",
    SKOS.exactMatch: "the same elsewhere",
    SKOS.closeMatch: "nearly the same elsewhere",
    SKOS.broader: "broader",
    SKOS.narrower: "narrower",
    SKOS.broaderTransitive: "broader, by steps",
    SKOS.inScheme: "in the scheme",
    SKOS.topConceptOf: "top of the scheme",
    SKOS.hasTopConcept: "begins with",
    DCTERMS.description: "description",
    DCTERMS.identifier: "identifier",
    DCTERMS.source: "source",
    DCTERMS.isPartOf: "part of",
    DCTERMS.title: "title",
    DCTERMS.date: "date",
    DCTERMS.issued: "issued",
    DCTERMS.created: "created",
    DCTERMS.creator: "creator",
    DCTERMS.publisher: "publisher",
    DCTERMS.language: "language",
    DCTERMS.license: "licence",
    PROV.hadPrimarySource: "retells",
    PROV.wasDerivedFrom: "comes from",
    PROV.wasAttributedTo: "attributed to",
    EAKG.notBefore: "from",
    EAKG.notAfter: "until",
    EAKG.dateText: "the date as written",
    EAKG.participant: "attended by",
    EAKG.chairedFor: "chaired for",
    EAKG.hasChair: "chaired by",
    EAKG.denotedBy: "named in",
    OA.hasBody: "is about",
    OA.hasTarget: "marks",
    OA.hasSource: "in the document",
    OA.hasSelector: "found by",
    OA.start: "from character",
    OA.end: "to character",
    OA.exact: "words",
    OA.prefix: "words before",
    OA.suffix: "words after",
    OA.motivatedBy: "made for",
    CSVW.rownum: "number of the row",
    CSVW.url: "address of the row",
    FOAF.homepage: "website",
    FOAF.Document: "document (FOAF)",
    FOAF.Person: "person (FOAF)",
    OA.Annotation: "annotation",
    ORG.Membership: "membership (ORG)",
    ORG.member: "member (ORG)",
    PROV.Agent: "agent (PROV)",
    PROV.Entity: "entity (PROV)",
    SEM.Actor: "actor (SEM)",
    SEM.Event: "event (SEM)",
    SEM.hasActor: "actor (SEM)",
    SEM.hasPlace: "place (SEM)",
    SKOS.Concept: "concept (SKOS)",
    SKOS.ConceptScheme: "scheme of concepts (SKOS)",
    EAKG.memberOfBody: "body",
}

BACKWARDS: Mapping[URIRef, str] = {
    EAKG.entitledToAttend: "entitled to attend it",
    EAKG.attended: "attended it",
    EAKG.involvedIn: "involved in it",
    EAKG.involves: "involves it",
    EAKG.relationSubject: "first of the two",
    EAKG.relationObject: "second of the two",
    EAKG.ledMeeting: "led it",
    EAKG.chairOf: "chaired it",
    EAKG.participatesIn: "take part in it",
    EAKG.hasBeenMemberOf: "are or were members of it",
    EAKG.memberOfBody: "memberships of it",
    EAKG.seatIn: "with a seat",
    EAKG.hasPart: "has it as a part",
    EAKG.partOf: "parts of it",
    EAKG.locatedIn: "places in it",
    EAKG.takesPlaceIn: "took place in it",
    EAKG.officeOf: "offices of it",
    EAKG.represents: "represent it",
    EAKG.holdsOffice: "holders",
    EAKG.affiliatedWith: "affiliated with it",
    EAKG.underMechanism: "under it",
    EAKG.heldUnder: "held under it",
    EAKG.heldWithin: "held within it",
    EAKG.concerns: "concern it",
    EAKG.topic: "have it as a topic",
    EAKG.about: "are about it",
    EAKG.denotedBy: "is named by it",
    EAKG.evidence: "statements that rest on it",
    EAKG.inSentence: "within this sentence",
    ORG.member: "its memberships (ORG)",
    SEM.hasActor: "involve it (SEM)",
    SEM.hasPlace: "took place in it (SEM)",
    RDF.type: "things of this kind",
    SKOS.broader: "narrower",
    SKOS.inScheme: "its terms",
    SKOS.topConceptOf: "its top terms",
    DCTERMS.isPartOf: "its parts",
    PROV.wasDerivedFrom: "statements that come from it",
    PROV.hadPrimarySource: "retold by",
    OA.hasBody: "marked by",
    OA.hasTarget: "marked by",
    OA.hasSource: "marked passages",
    OA.hasSelector: "finds",
}

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def backwards(predicate: URIRef, label: str) -> str:
    """A heading for the things from which a property points here."""
    return BACKWARDS.get(predicate) or f"those whose “{label}” is this"


def day(value: str) -> str:
    """A date in words; what is none stays as it is."""
    try:
        when = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def period(first: str | None, last: str | None) -> str:
    """A period in words, of which either end may be open."""
    if first and last:
        if first == last:
            return day(first)
        if first[:7] == last[:7]:
            return f"{int(first[8:10])}–{day(last)}"
        return f"{day(first)} to {day(last)}"
    if first:
        return f"from {day(first)}"
    return f"until {day(last)}" if last else ""


def counted(singular: str, plural: str, number: int) -> str:
    """The words for a number of things, with `{number}` in them replaced by it."""
    return (singular if number == 1 else plural).format(number=number)
