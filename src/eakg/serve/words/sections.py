"""Which part of a thing's page tells a fact, and in which order."""

from collections.abc import Mapping

from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, URIRef
from rdflib.namespace import FOAF
from rdflib.term import Node

from eakg.names import CSVW, EAKG, OA

TYPE = RDF.type
SUMMARIES = frozenset({DCTERMS.description, SKOS.definition})

ORDER: Mapping[str, str] = {
    "about": "In short",
    "people": "Who took part",
    "memberships": "Memberships",
    "offices": "Offices",
    "meetings": "Meetings, by date",
    "acts": "Acts, by date",
    "claims": "What is said",
    "others": "Other things that name it",
    "names": "Names",
    "identifiers": "Sources and identifiers",
    "kinds": "Kinds",
    "text": "In the texts",
}

_DEALINGS: dict[str, tuple[URIRef, ...]] = {}
COLUMNS: Mapping[str, dict[str, tuple[URIRef, ...]]] = {
    "memberships": {
        "Body or member": (EAKG.memberOfBody, EAKG.member),
        "As": (EAKG.role,),
    },
    "offices": {"Office or holder": (EAKG.office, EAKG.holder)},
    "meetings": _DEALINGS,
    "acts": _DEALINGS,
    "claims": {
        "Who says so": (EAKG.claimant,),
        "As what": (EAKG.modality, EAKG.polarity),
    },
}
"""The cells that tell of things between this one and others, by the properties they come from."""

ENDS = frozenset({EAKG.notBefore, EAKG.notAfter})
SINGLE = frozenset({EAKG.notBefore, EAKG.notAfter, EAKG.numericValue, EAKG.startedOn})
SECONDARY = frozenset(
    {EAKG.involves, EAKG.involvedIn, EAKG.concerns, OA.hasBody, SKOS.broaderTransitive}
)
"""Properties that only follow from others which are told already."""

NOUNS = frozenset(
    {
        EAKG.agent,
        EAKG.indirectAgent,
        EAKG.recipient,
        EAKG.addressee,
        EAKG.participant,
        EAKG.host,
        EAKG.convener,
        EAKG.party,
        EAKG.beneficiary,
        EAKG.claimant,
        EAKG.about,
        EAKG.topic,
        EAKG.member,
        EAKG.memberOfBody,
        EAKG.holder,
        EAKG.office,
        EAKG.principle,
        EAKG.quantity,
        EAKG.purpose,
        EAKG.agreement,
        EAKG.initiative,
        EAKG.place,
    }
)
"""Properties whose names say what part the thing plays that they lead to."""

_EVIDENCE_KINDS = frozenset(
    {
        OA.Annotation,
        RDF.Statement,
        EAKG.TableRow,
        EAKG.TextSpan,
        EAKG.TextPart,
        EAKG.Sentence,
        EAKG.Paragraph,
    }
)
_BY_KIND: Mapping[URIRef, str] = {
    EAKG.Claim: "claims",
    EAKG.Membership: "memberships",
    EAKG.OfficeHolding: "offices",
    EAKG.Meeting: "meetings",
    EAKG.Happening: "acts",
}
_NAMES = (RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DCTERMS.title)
_IDENTIFIERS = (
    FOAF.homepage,
    SKOS.exactMatch,
    SKOS.closeMatch,
    OWL.sameAs,
    RDFS.seeAlso,
    EAKG.confirmedBy,
    DCTERMS.source,
    PROV.hadPrimarySource,
    PROV.wasDerivedFrom,
    DCTERMS.identifier,
    SKOS.notation,
    EAKG.iso3166Alpha2,
    EAKG.iso3166Alpha3,
    EAKG.publishes,
    DCTERMS.creator,
    DCTERMS.created,
    DCTERMS.language,
    DCTERMS.license,
)
_PEOPLE = (
    EAKG.agent,
    EAKG.indirectAgent,
    EAKG.recipient,
    EAKG.addressee,
    EAKG.convener,
    EAKG.host,
    EAKG.hasChair,
    EAKG.chairedFor,
    EAKG.chairOf,
    EAKG.ledMeeting,
    EAKG.participant,
    EAKG.attended,
    EAKG.entitledToAttend,
    EAKG.party,
    EAKG.beneficiary,
    EAKG.involves,
    EAKG.involvedIn,
)
_MEMBERSHIPS = (
    EAKG.hasBeenMemberOf,
    EAKG.participatesIn,
    EAKG.seatIn,
    EAKG.strategicPartnerOf,
    EAKG.affiliatedWith,
)
_OFFICES = (EAKG.holdsOffice, EAKG.represents, EAKG.officeOf, EAKG.portfolioOf)
_ABOUT = (
    EAKG.notBefore,
    EAKG.notAfter,
    EAKG.dateText,
    EAKG.startedOn,
    EAKG.place,
    EAKG.takesPlaceIn,
    EAKG.level,
    EAKG.format,
    EAKG.heldUnder,
    EAKG.heldWithin,
    EAKG.underMechanism,
    EAKG.partOf,
    EAKG.hasPart,
    EAKG.claimant,
    EAKG.about,
    EAKG.modality,
    EAKG.polarity,
    EAKG.voice,
    EAKG.topic,
)
_RANKS = {
    predicate: rank
    for listed in (_ABOUT, _PEOPLE, _MEMBERSHIPS, _OFFICES, _NAMES, _IDENTIFIERS)
    for rank, predicate in enumerate(listed)
}
_BY_PREDICATE: Mapping[URIRef, str] = {
    **dict.fromkeys(_NAMES, "names"),
    **dict.fromkeys(_IDENTIFIERS, "identifiers"),
    **dict.fromkeys(_MEMBERSHIPS, "memberships"),
    **dict.fromkeys(_OFFICES, "offices"),
    EAKG.denotedBy: "text",
    OA.hasBody: "text",
    RDF.type: "kinds",
}
_SELECTORS = frozenset({OA.hasSelector, CSVW.rownum, CSVW.url})


def place(predicate: Node, outgoing: bool, own: frozenset[Node], other: frozenset[Node]) -> str:
    """The part of the page for a fact.

    Arguments: its property; whether the thing is its subject; the classes of the thing, and of
    what is at the other end.
    """
    property_ = URIRef(str(predicate))
    if outgoing and property_ in SUMMARIES:
        return "summary"
    if own & _EVIDENCE_KINDS:
        return "about" if outgoing else "others"
    if other & _EVIDENCE_KINDS:
        return "text"
    if property_ in _PEOPLE and EAKG.Happening in own | _claims(own) and not _between(other):
        return "people"
    if (named := _BY_PREDICATE.get(property_)) and (
        outgoing or named in ("memberships", "offices")
    ):
        return named
    if (kind := _between(other)) and not (outgoing and property_ in _ABOUT):
        return kind
    return "about" if outgoing else "others"


def rank(predicate: Node) -> int:
    """The place of a property among those of its part of the page; others come last."""
    return _RANKS.get(URIRef(str(predicate)), len(_RANKS))


def _between(kinds: frozenset[Node]) -> str | None:
    return next((part for kind, part in _BY_KIND.items() if kind in kinds), None)


def _claims(kinds: frozenset[Node]) -> frozenset[Node]:
    return frozenset({EAKG.Happening}) if EAKG.Claim in kinds else frozenset()
