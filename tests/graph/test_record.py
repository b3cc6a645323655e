"""The graph of the record of July 2020, against the facts dossier and the text itself."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from eakg.dataset.layout import Layout
from eakg.names import CSVW, EAKG, GRAPH, ID, OA
from helpers.record import JULY, RECORD, Rows, cell, quotes_of, slug

ARTICLE = ID["source-article-2020-07-23"]

PUT_AS: dict[str, tuple[str, str]] = {
    "reported fact; article voice": ("reported-fact", "article"),
    "reported fact; article voice (stated aim)": ("stated-aim", "article"),
    "reported with evaluation; article voice": ("reported-with-evaluation", "article"),
    "evaluation; article voice": ("evaluation", "article"),
    "metaphor; article voice": ("metaphor", "article"),
    "normative; article voice": ("norm", "article"),
    "expectation; article voice": ("expectation", "article"),
    "prediction; article voice": ("prediction", "article"),
    "stated policy of China; article voice": ("stated-policy", "article"),
    "agreed by the two sides; reported by the article": ("agreed", "article"),
    "attributed to Kung Phoak (indirect speech)": ("attributed-statement", "attributed"),
    "figure unattributed in the source; source GAC of China": ("figure", "unattributed"),
    "quotation without named author": ("quotation", "unattributed"),
    "document metadata; author and publisher not established": ("document-metadata", "article"),
}
"""How the dossier says that a row is put, and the modality and voice that this is."""

HAPPENINGS = {
    "MeetingSeries": "MeetingRound",
    "Meeting": "Meeting",
    "SpecialMeeting": "SpecialMeeting",
    "VideoMessage": "VideoMessage",
    "Visit": "Visit",
    "Donation": "Donation",
    "MaterialAid": "MaterialAid",
    "MedicalTeamDispatch": "MedicalTeamDispatch",
    "VideoSeminar": "VideoSeminar",
    "KnowledgeSharing": "KnowledgeSharing",
    "TravelGreenLane/FastLane": "TravelFacilitation",
    "YearOfCooperation launch": "Launch",
    "AgreementNegotiation": "Negotiation",
    "Publication": "Publication",
}
CLAIMS = {
    "Statement": "Evaluation",
    "Evaluation": "Evaluation",
    "Relation": "Relationship",
    "Commitment/Policy": "Commitment",
    "Norm": "Norm",
    "Statement/Praise": "Praise",
    "Purpose": "Purpose",
    "Expectation": "Expectation",
    "Quotation": "Quotation",
}
"""For each type of the dossier, the class of the ontology that its things have at least."""


@pytest.fixture(scope="module")
def text(repository: Path) -> str:
    path = repository / f"graph/sources/{RECORD}/{RECORD}.txt"
    return path.read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def statements(evidence: dict[str, Graph]) -> dict[str, dict[tuple[Node, ...], list[Node]]]:
    """By graph, the statement nodes of each triple."""
    found: dict[str, dict[tuple[Node, ...], list[Node]]] = {}
    for name, graph in evidence.items():
        for node in graph.subjects(RDF.type, RDF.Statement):
            parts = (graph.value(node, p) for p in (RDF.subject, RDF.predicate, RDF.object))
            triple = tuple(part for part in parts if part is not None)
            found.setdefault(name, {}).setdefault(triple, []).append(node)
    return found


# The seventy rows, each a thing with its sentence


def test_there_are_seventy_rows_and_seventy_things(acts: Rows, record: Graph) -> None:
    assert [row["id"] for row in acts] == [f"A{n:03}" for n in range(1, 71)]
    identified = {
        (slug(thing), str(identifier))
        for thing, identifier in record.subject_objects(DCTERMS.identifier)
        if re.fullmatch(r"A\d{3}", str(identifier))
    }
    assert identified == {(row["slug"], row["id"]) for row in acts}


def test_each_row_rests_on_words_of_its_paragraph(
    acts: Rows,
    evidence: dict[str, Graph],
    statements: dict[str, dict[tuple[Node, ...], list[Node]]],
    text: str,
) -> None:
    graph = evidence[RECORD]
    paragraphs = [line for line in text.split("\n") if line.strip()]
    assert len(paragraphs) == 12
    starts = [text.index(paragraph) for paragraph in paragraphs]
    for row in acts:
        triple = (ID[row["slug"]], DCTERMS.identifier, Literal(row["id"]))
        (statement,) = statements[RECORD][triple]
        spans = list(graph.objects(statement, EAKG.evidence))
        assert spans, row["id"]
        for span in spans:
            quotes = quotes_of(graph, span)
            assert quotes, row["id"]
            for start, end, exact in quotes:
                assert text[start:end] == exact
                number = int(row["paragraph"])
                first = starts[number - 1]
                assert first <= start < end <= first + len(paragraphs[number - 1]), row["id"]
        sentences = list(graph.objects(statement, EAKG.inSentence))
        assert sentences, row["id"]
        for sentence in sentences:
            words = str(graph.value(sentence, RDF.value))
            assert words in paragraphs[int(row["paragraph"]) - 1], row["id"]
            assert any(exact in words for _, _, exact in quotes_of(graph, spans[0])), row["id"]


def test_every_quote_stands_in_the_text_between_its_context(
    evidence: dict[str, Graph], text: str
) -> None:
    graph = evidence[RECORD]
    spans = list(graph.subjects(RDF.type, EAKG.TextSpan))
    assert len(spans) > 200
    for span in spans:
        for start, end, exact in quotes_of(graph, span):
            assert text[start:end] == exact
    for quote in graph.subjects(RDF.type, OA.TextQuoteSelector):
        prefix, exact, suffix = (
            str(graph.value(quote, p)) for p in (OA.prefix, OA.exact, OA.suffix)
        )
        assert prefix + exact + suffix in text


def test_each_paragraph_says_which_paragraph_it_retells(evidence: dict[str, Graph]) -> None:
    graph = evidence[RECORD]
    assert (ID[RECORD], PROV.hadPrimarySource, ARTICLE) in graph
    for number in range(1, 13):
        paragraph = ID[f"{RECORD}/p{number}"]
        (retold,) = graph.objects(paragraph, PROV.hadPrimarySource)
        assert graph.value(retold, DCTERMS.isPartOf) == ARTICLE
        assert graph.value(retold, EAKG.number) == Literal(number)
        assert str(graph.value(retold, RDFS.seeAlso)).startswith("https://")


# What the rows say


@pytest.mark.parametrize("column", ["agents", "recipients", "mechanism_or_venue"])
def test_each_actor_and_mechanism_of_a_row_is_linked(
    acts: Rows, record: Graph, column: str
) -> None:
    missing = [
        (row["id"], item)
        for row in acts
        for item in cell(row, column)
        if (ID[row["slug"]], None, ID[item]) not in record
    ]
    assert missing == []


def test_each_background_row_says_who_did_what_about_which_topic(
    said: Graph, facts: Callable[[str], Rows]
) -> None:
    rows = [row for row in facts("acts") if row["origin"] == "background"]
    assert len(rows) == 14
    for row in rows:
        thing = ID[row["slug"]]
        assert list(said.objects(thing, DCTERMS.identifier)) == [Literal(row["id"])]
        linked = {slug(other) for other in said.objects(thing)}
        assert {*cell(row, "agents"), *cell(row, "recipients")} <= linked, row["id"]
        topics = {slug(topic) for topic in said.objects(thing, EAKG.topic)}
        assert topics == set(cell(row, "topic")), row["id"]


def test_each_topic_of_a_row_is_a_topic_of_its_thing(acts: Rows, record: Graph) -> None:
    for row in acts:
        topics = {slug(topic) for topic in record.objects(ID[row["slug"]], EAKG.topic)}
        linked = {item for item in cell(row, "topic") if item != slug(ARTICLE)}
        assert topics == linked, row["id"]


def test_agents_and_recipients_come_from_the_row_alone(acts: Rows, record: Graph) -> None:
    """No giver or receiver that the dossier does not name (the builders of the Belt and Road, who
    stand in its quantities, apart)."""
    for row in acts:
        named = {*cell(row, "agents"), *cell(row, "recipients")}
        named |= set(re.findall(r"[a-z][a-z0-9-]+", row["quantities"]))
        for property_ in (EAKG.agent, EAKG.recipient, EAKG.participant, EAKG.addressee, EAKG.host):
            found = {slug(actor) for actor in record.objects(ID[row["slug"]], property_)}
            assert found <= named | {"regional-countries"}, row["id"]


def test_each_row_is_put_as_the_dossier_says(acts: Rows, record: Graph) -> None:
    for row in acts:
        words = re.sub(r" \(echoes .*\)$", "", row["attribution_modality"])
        modality, voice = PUT_AS[words]
        thing = ID[row["slug"]]
        assert list(record.objects(thing, EAKG.modality)) == [ID[f"modality-{modality}"]], row["id"]
        assert list(record.objects(thing, EAKG.voice)) == [ID[f"voice-{voice}"]], row["id"]


def test_what_is_judged_expected_or_promised_is_a_claim_and_never_a_happening(
    acts: Rows, full: Graph
) -> None:
    for row in acts:
        classes = set(full.objects(ID[row["slug"]], RDF.type))
        if row["type"] in CLAIMS:
            assert EAKG.Claim in classes, row["id"]
            # A043 is an evaluation by its type and an expectation by how it is put, which decides.
            expected = row["attribution_modality"].startswith("expectation")
            kind = "Expectation" if expected else CLAIMS[row["type"]]
            assert EAKG[kind] in classes, row["id"]
            assert not classes & {EAKG.Happening, EAKG.Figure}, row["id"]
        elif row["type"] in HAPPENINGS:
            assert EAKG.Happening in classes, row["id"]
            assert EAKG[HAPPENINGS[row["type"]]] in classes, row["id"]
            assert EAKG.Claim not in classes, row["id"]
        else:
            assert row["type"] == "TradeFigure"
            assert EAKG.TradeFigure in classes, row["id"]
            assert not classes & {EAKG.Claim, EAKG.Happening}, row["id"]


def test_a_claim_has_a_claimant_or_says_that_it_has_none(acts: Rows, full: Graph) -> None:
    claims = set(full.subjects(RDF.type, EAKG.Claim))
    assert len(claims) >= 40
    for claim in claims:
        claimants = list(full.objects(claim, EAKG.claimant))
        unattributed = (claim, EAKG.voice, ID["voice-unattributed"]) in full
        assert bool(claimants) != unattributed, claim
        assert (claim, EAKG.polarity, None) in full, claim
    for row in acts:
        if row["type"] == "Statement/Praise":
            assert list(full.objects(ID[row["slug"]], EAKG.claimant)) == [ID["kung-phoak"]]
        elif row["type"] in CLAIMS and "article voice" in row["attribution_modality"]:
            assert list(full.objects(ID[row["slug"]], EAKG.claimant)) == [ARTICLE], row["id"]


def test_the_record_says_nothing_that_is_background(record: Graph, text: str) -> None:
    days = {str(o) for p in (EAKG.notBefore, EAKG.notAfter) for o in record.objects(None, p)}
    assert days <= {"2020-07-20", "2020-07-21", "2020-07-23", "2020-01-01", "2020-06-30"}
    assert {str(o) for o in record.objects(None, EAKG.numericValue)} == {"5.6", "14.7"}
    for property_ in (EAKG.place, EAKG.takesPlaceIn, EAKG.hasChair, EAKG.chairOf, EAKG.publishedBy):
        assert not list(record.subject_objects(property_)), property_
    video = {slug(thing) for thing in record.subjects(EAKG["format"], None)}
    assert video <= {"som-series-2020-07", "a036", *JULY}
    numbers = set(re.findall(r"\d+(?:\.\d+)?", text.replace("COVID-19", "").replace("10+", "")))
    assert numbers <= {"23", "20", "21", "2020", "5.6", "14.7", "1", "3"}


def test_the_dates_of_the_record_are_those_of_the_article(record: Graph) -> None:
    for name in JULY:
        bounds = [str(record.value(ID[name], p)) for p in (EAKG.notBefore, EAKG.notAfter)]
        assert bounds == ["2020-07-20", "2020-07-21"]
    for name in ("a050", "a051"):
        bounds = [str(record.value(ID[name], p)) for p in (EAKG.notBefore, EAKG.notAfter)]
        assert bounds == ["2020-01-01", "2020-06-30"]


# What supports it


def test_every_asserted_triple_leads_to_a_span_or_a_row(
    layout: Layout,
    asserted: dict[str, Graph],
    evidence: dict[str, Graph],
    statements: dict[str, dict[tuple[Node, ...], list[Node]]],
) -> None:
    assert set(asserted) == set(evidence)
    records = {path.name for path in layout.records()}
    assert len(records) == 3
    for name, graph in asserted.items():
        kind = "source" if name in records else "background"
        for triple in graph:
            nodes = statements[name].get(triple, [])
            assert nodes, triple
            for node in nodes:
                assert evidence[name].value(node, EAKG.inGraph) == GRAPH[f"{kind}/{name}"]
                assert evidence[name].value(node, PROV.wasDerivedFrom), triple
                supports = list(evidence[name].objects(node, EAKG.evidence))
                wanted = EAKG.TextSpan if name in records else EAKG.TableRow
                assert supports, triple
                for support in supports:
                    assert (support, RDF.type, wanted) in evidence[name], triple
        assert set(statements[name]) == set(graph)


def test_every_row_leads_to_its_line_and_its_source(
    repository: Path, evidence: dict[str, Graph]
) -> None:
    for path in sorted((repository / "graph/background").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        column = lines[0].index("source")
        graph = evidence[path.stem]
        rows = list(graph.subjects(RDF.type, EAKG.TableRow))
        assert len(rows) == len(lines) - 1
        for row in rows:
            address, _, number = str(graph.value(row, CSVW.url)).partition("#row=")
            assert address == f"{GRAPH}background/{path.stem}.csv"
            sources = {str(source) for source in graph.objects(row, DCTERMS.source)}
            assert sources == set(lines[int(number) - 1][column].split("|"))
            for source in graph.objects(row, DCTERMS.source):
                address_like = str(source).startswith("http")
                assert isinstance(source, URIRef) == address_like


def test_nothing_is_of_two_kinds_that_exclude_each_other(full: Graph) -> None:
    for one, other in (
        (EAKG.State, EAKG.InternationalOrganization),
        (EAKG.Person, EAKG.Office),
        (EAKG.Happening, EAKG.Mechanism),
        (EAKG.Happening, EAKG.Claim),
        (EAKG.Figure, EAKG.Claim),
    ):
        both = set(full.subjects(RDF.type, one)) & set(full.subjects(RDF.type, other))
        assert both == set()


def test_every_label_of_a_thing_of_the_dossier_is_the_dossier_s(
    full: Graph, facts: Callable[[str], Rows]
) -> None:
    for row in facts("entities"):
        labels = {str(label) for label in full.objects(ID[row["id"]], RDFS.label)}
        if labels and row["kind"] in ("State", "Person"):
            assert row["pref_label_en"] in labels, row["id"]
