"""Words of the interface that no template holds; like those of templates they stand in `_()`.

Only names of properties that other vocabularies define, or that read badly backwards, are here:
the rest are labels of the ontology.
"""

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _

from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, URIRef
from rdflib.namespace import FOAF, ORG

from eakg.names import CSVW, EAKG, OA, SEM

FORWARDS: Mapping[URIRef, str] = {
    RDF.type: _("is a"),
    RDF.subject: _("says of"),
    RDF.predicate: _("that its"),
    RDF.object: _("is"),
    RDF.value: _("words"),
    RDF.first: _("first in the list"),
    RDF.rest: _("rest of the list"),
    RDF.Statement: _("statement"),
    RDFS.label: _("name"),
    RDFS.comment: _("note"),
    RDFS.seeAlso: _("see also"),
    RDFS.subClassOf: _("is a kind of"),
    RDFS.subPropertyOf: _("implies"),
    RDFS.domain: _("is only had by"),
    RDFS.range: _("only leads to"),
    OWL.inverseOf: _("is the reverse of"),
    OWL.propertyChainAxiom: _("follows from the chain"),
    OWL.equivalentClass: _("has the same things as"),
    OWL.equivalentProperty: _("says the same as"),
    OWL.someValuesFrom: _("has a value of the class"),
    OWL.onProperty: _("is about the property"),
    OWL.hasValue: _("has the value"),
    OWL.TransitiveProperty: _("holds from step to step"),
    OWL.SymmetricProperty: _("holds both ways"),
    OWL.sameAs: _("same as"),
    SKOS.prefLabel: _("name"),
    SKOS.altLabel: _("also called"),
    SKOS.notation: _("code"),
    SKOS.definition: _("definition"),
    SKOS.scopeNote: _("how it is used"),
    SKOS.example: _("example"),
    SKOS.exactMatch: _("the same elsewhere"),
    SKOS.closeMatch: _("nearly the same elsewhere"),
    SKOS.broader: _("broader"),
    SKOS.narrower: _("narrower"),
    SKOS.broaderTransitive: _("broader, by steps"),
    SKOS.inScheme: _("in the scheme"),
    SKOS.topConceptOf: _("top of the scheme"),
    SKOS.hasTopConcept: _("begins with"),
    DCTERMS.description: _("description"),
    DCTERMS.identifier: _("identifier"),
    DCTERMS.source: _("source"),
    DCTERMS.isPartOf: _("part of"),
    DCTERMS.title: _("title"),
    DCTERMS.date: _("date"),
    DCTERMS.issued: _("issued"),
    DCTERMS.created: _("created"),
    DCTERMS.creator: _("creator"),
    DCTERMS.publisher: _("publisher"),
    DCTERMS.language: _("language"),
    DCTERMS.license: _("licence"),
    PROV.hadPrimarySource: _("retells"),
    PROV.wasDerivedFrom: _("comes from"),
    PROV.wasAttributedTo: _("attributed to"),
    EAKG.notBefore: _("from"),
    EAKG.notAfter: _("until"),
    EAKG.dateText: _("the date as written"),
    EAKG.participant: _("attended by"),
    EAKG.chairedFor: _("chaired for"),
    EAKG.hasChair: _("chaired by"),
    EAKG.denotedBy: _("named in"),
    OA.hasBody: _("is about"),
    OA.hasTarget: _("marks"),
    OA.hasSource: _("in the document"),
    OA.hasSelector: _("found by"),
    OA.start: _("from character"),
    OA.end: _("to character"),
    OA.exact: _("words"),
    OA.prefix: _("words before"),
    OA.suffix: _("words after"),
    OA.motivatedBy: _("made for"),
    CSVW.rownum: _("number of the row"),
    CSVW.url: _("address of the row"),
    FOAF.homepage: _("website"),
    FOAF.Document: _("document (FOAF)"),
    FOAF.Person: _("person (FOAF)"),
    OA.Annotation: _("annotation"),
    ORG.Membership: _("membership (ORG)"),
    ORG.member: _("member (ORG)"),
    PROV.Agent: _("agent (PROV)"),
    PROV.Entity: _("entity (PROV)"),
    SEM.Actor: _("actor (SEM)"),
    SEM.Event: _("event (SEM)"),
    SEM.hasActor: _("actor (SEM)"),
    SEM.hasPlace: _("place (SEM)"),
    SKOS.Concept: _("concept (SKOS)"),
    SKOS.ConceptScheme: _("scheme of concepts (SKOS)"),
    EAKG.memberOfBody: _("body"),
}

BACKWARDS: Mapping[URIRef, str] = {
    EAKG.entitledToAttend: _("entitled to attend it"),
    EAKG.attended: _("attended it"),
    EAKG.involvedIn: _("involved in it"),
    EAKG.involves: _("involves it"),
    EAKG.relationSubject: _("first of the two"),
    EAKG.relationObject: _("second of the two"),
    EAKG.ledMeeting: _("led it"),
    EAKG.chairOf: _("chaired it"),
    EAKG.participatesIn: _("take part in it"),
    EAKG.hasBeenMemberOf: _("are or were members of it"),
    EAKG.memberOfBody: _("memberships of it"),
    EAKG.seatIn: _("with a seat"),
    EAKG.hasPart: _("has it as a part"),
    EAKG.partOf: _("parts of it"),
    EAKG.locatedIn: _("places in it"),
    EAKG.takesPlaceIn: _("took place in it"),
    EAKG.officeOf: _("offices of it"),
    EAKG.represents: _("represent it"),
    EAKG.holdsOffice: _("holders"),
    EAKG.affiliatedWith: _("affiliated with it"),
    EAKG.underMechanism: _("under it"),
    EAKG.heldUnder: _("held under it"),
    EAKG.heldWithin: _("held within it"),
    EAKG.concerns: _("concern it"),
    EAKG.topic: _("have it as a topic"),
    EAKG.about: _("are about it"),
    EAKG.denotedBy: _("is named by it"),
    EAKG.evidence: _("statements that rest on it"),
    EAKG.inSentence: _("within this sentence"),
    ORG.member: _("its memberships (ORG)"),
    SEM.hasActor: _("involve it (SEM)"),
    SEM.hasPlace: _("took place in it (SEM)"),
    RDF.type: _("things of this kind"),
    SKOS.broader: _("narrower"),
    SKOS.inScheme: _("its terms"),
    SKOS.topConceptOf: _("its top terms"),
    DCTERMS.isPartOf: _("its parts"),
    PROV.wasDerivedFrom: _("statements that come from it"),
    PROV.hadPrimarySource: _("retold by"),
    OA.hasBody: _("marked by"),
    OA.hasTarget: _("marked by"),
    OA.hasSource: _("marked passages"),
    OA.hasSelector: _("finds"),
}

_MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)


def backwards(predicate: URIRef, label: str) -> str:
    """A heading for the things from which a property points here."""
    return BACKWARDS.get(predicate) or _("those whose “{property}” is this").format(property=label)


def day(value: str) -> str:
    """A date in words; what is none stays as it is."""
    try:
        when = date.fromisoformat(value)
    except ValueError:
        return value
    return _("{day} {month} {year}").format(
        day=when.day, month=_MONTHS[when.month - 1], year=when.year
    )


def period(first: str | None, last: str | None) -> str:
    """A period in words, of which either end may be open."""
    if first and last:
        if first == last:
            return day(first)
        if first[:7] == last[:7]:
            return f"{int(first[8:10])}–{day(last)}"
        return _("{first} to {last}").format(first=day(first), last=day(last))
    if first:
        return _("from {first}").format(first=day(first))
    return _("until {last}").format(last=day(last)) if last else ""
