"""What a thing is called, and what it is in one sentence, where the graph has no words for it."""

from collections.abc import Iterable, Mapping

from rdflib import DCTERMS, RDF, URIRef
from rdflib.term import Node

from eakg.names import CSVW, EAKG, OA
from eakg.rdf import Triple
from eakg.serve.content import LABEL_PROPERTIES, DescribedTriple, Description, Presentation
from eakg.serve.words.display import Naming
from eakg.serve.words.wording import amount

_Values = Mapping[Node, Node]


def words_for(description: Description, presentation: Presentation) -> dict[Node, str]:
    """Words for things without a label: what annotations mark, and quantities."""
    words = {
        node: f"“{passage.exact}”"
        for node, passage in description.passages.items()
        if passage.exact is not None
    }
    for entry in description.outgoing:
        subject, predicate, object_ = entry.triple
        if predicate == OA.hasTarget and subject in words:
            words.setdefault(object_, words[subject])
    naming = Naming(description.labels, presentation=presentation)
    words |= quantities(
        (
            entry.triple
            for entry in (*description.context, *description.outgoing)
            if presentation.quantities & description.kinds.get(entry.triple[0], frozenset())
        ),
        naming,
        presentation,
    )
    title = _own_title(description, _values(description.outgoing), naming, words)
    return words | ({description.iri: title} if title else {})


def quantities(
    triples: Iterable[Triple], naming: Naming, presentation: Presentation
) -> dict[Node, str]:
    """Words for those subjects that have a number and a unit and nothing else to be told by."""
    by_subject: dict[Node, dict[Node, Node]] = {}
    for subject, predicate, object_ in triples:
        by_subject.setdefault(subject, {})[predicate] = object_
    words = {}
    for subject, values in by_subject.items():
        number = next(
            (values[one] for one in presentation.telling("number") if one in values), None
        )
        unit = next((values[one] for one in presentation.telling("unit") if one in values), None)
        if number is not None and unit is not None and not naming.has(subject):
            words[subject] = f"{amount(str(number))} {naming.of(unit).label}"
    return words


def sentence(description: Description, naming: Naming) -> str | None:
    """A sentence about a piece of evidence, None for anything else."""
    kinds = description.kinds.get(description.iri, frozenset())
    values = _values(description.outgoing)
    if OA.Annotation in kinds:
        return "An annotation of the kind “{kind}”: the words here stand for {thing}.".format(
            kind=values.get(EAKG.annotationType, ""),
            thing=naming.of(values[OA.hasBody]).label if OA.hasBody in values else "no thing",
        )
    if RDF.Statement in kinds:
        return "A triple, and the place that states it."
    if EAKG.TableRow in kinds:
        return "A row of a table, with its sources."
    if EAKG.TextSpan in kinds:
        return "Words of a document that are annotated."
    if EAKG.Sentence in kinds:
        return "A sentence of a document."
    return None


def _own_title(
    description: Description, values: _Values, naming: Naming, words: Mapping[Node, str]
) -> str | None:
    kinds = description.kinds.get(description.iri, frozenset())
    if any(URIRef(property_) in values for property_ in LABEL_PROPERTIES):
        return None
    if RDF.Statement in kinds:
        parts = (values[one] for one in (RDF.subject, RDF.predicate, RDF.object) if one in values)
        return " · ".join(words.get(part) or naming.of(part).label for part in parts)
    if EAKG.TableRow in kinds and CSVW.rownum in values:
        table = str(values.get(DCTERMS.isPartOf, "")).rpartition("/")[2]
        number = str(values[CSVW.url]).rpartition("#row=")[2] if CSVW.url in values else ""
        return f"Row {number} of the table “{table}”"
    return f"“{values[RDF.value]}”" if RDF.value in values else None


def _values(entries: tuple[DescribedTriple, ...]) -> dict[Node, Node]:
    """One value of each property."""
    return {entry.triple[1]: entry.triple[2] for entry in reversed(entries)}
