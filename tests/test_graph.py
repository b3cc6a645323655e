"""The graph of the record of July 2020, against the facts dossier and the text itself."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from eakg.names import CSVW, EAKG, GRAPH, ID, OA

RECORD = "record-2020-07-23"
ARTICLE = ID["source-article-2020-07-23"]
Rows = list[dict[str, str]]

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

ASEAN = {
    *("brunei", "cambodia", "indonesia", "laos", "malaysia", "myanmar", "philippines"),
    *("singapore", "thailand", "vietnam"),
}
APT = ASEAN | {"china", "japan", "rok"}
EAS = APT | {"australia", "india", "new-zealand", "russia", "united-states"}
ARF = EAS | {
    *("bangladesh", "canada", "dprk", "european-union", "mongolia", "pakistan"),
    *("papua-new-guinea", "sri-lanka", "timor-leste"),
}
JULY = {"apt-som-2020-07-20": APT, "eas-som-2020-07-20": EAS, "arf-som-2020-07-21": ARF}


def slug(node: Node) -> str:
    return str(node).removeprefix(str(ID))


@pytest.fixture(scope="module")
def record(asserted: dict[str, Graph]) -> Graph:
    return asserted[RECORD]


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


def ids(acts: Rows, **wanted: str) -> set[URIRef]:
    return {
        ID[row["slug"]]
        for row in acts
        if all(re.match(pattern, row[column]) for column, pattern in wanted.items())
    }


def cell(row: dict[str, str], column: str) -> list[str]:
    return [item for item in row[column].split("|") if item]


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


def quotes_of(graph: Graph, span: Node) -> list[tuple[int, int, str]]:
    """The positions of a span with the quotes beside them, told apart by the class of selector."""
    found = []
    for selector in graph.objects(span, OA.hasSelector):
        if (selector, RDF.type, OA.TextPositionSelector) in graph:
            quote = URIRef(str(selector).replace("/position-", "/quote-"))
            assert (span, OA.hasSelector, quote) in graph
            assert (quote, RDF.type, OA.TextQuoteSelector) in graph
            start, end = (int(str(graph.value(selector, p))) for p in (OA.start, OA.end))
            found.append((start, end, str(graph.value(quote, OA.exact))))
    return found


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
    video = {slug(thing) for thing in record.subjects(EAKG.format, None)}
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
    asserted: dict[str, Graph],
    evidence: dict[str, Graph],
    statements: dict[str, dict[tuple[Node, ...], list[Node]]],
) -> None:
    assert set(asserted) == set(evidence)
    for name, graph in asserted.items():
        kind = "source" if name == RECORD else "background"
        for triple in graph:
            nodes = statements[name].get(triple, [])
            assert nodes, triple
            for node in nodes:
                assert evidence[name].value(node, EAKG.inGraph) == GRAPH[f"{kind}/{name}"]
                assert evidence[name].value(node, PROV.wasDerivedFrom), triple
                supports = list(evidence[name].objects(node, EAKG.evidence))
                wanted = EAKG.TextSpan if name == RECORD else EAKG.TableRow
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


# On 23 July 2020


def members(graph: Graph, body: str, *roles: str, day: str = "2020-07-23") -> set[str]:
    values = " ".join(f"id:role-{role}" for role in roles)
    rows = graph.query(
        f"""
        PREFIX eakg: <{EAKG}>
        PREFIX id: <{ID}>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT DISTINCT ?member WHERE {{
          VALUES ?role {{ {values} }}
          ?membership eakg:memberOfBody <{ID[body]}> ; eakg:member ?member ; eakg:role ?role .
          OPTIONAL {{ ?membership eakg:notBefore ?start }}
          OPTIONAL {{ ?membership eakg:notAfter ?end }}
          FILTER (!BOUND(?start) || ?start <= "{day}"^^xsd:date)
          FILTER (!BOUND(?end) || ?end >= "{day}"^^xsd:date)
        }}"""
    )
    return {slug(row[0]) for row in rows}  # type: ignore[index]


def states(graph: Graph, actors: set[str]) -> set[str]:
    return {actor for actor in actors if (ID[actor], RDF.type, EAKG.State) in graph}


def test_who_belonged_to_what(full: Graph) -> None:
    assert members(full, "asean", "member") == ASEAN
    track = members(full, "asean-china-10plus1", "participant", "dialogue-partner")
    assert states(full, track) == ASEAN | {"china"}
    assert members(full, "asean-china-10plus1", "participant-bloc") == {"asean"}
    assert states(full, members(full, "asean-plus-three", "participant")) == APT
    assert members(full, "eas", "participant") == EAS
    forum = members(full, "arf", "participant")
    assert forum == ARF
    assert forum - states(full, forum) == {"european-union"}
    assert [len(group) for group in (ASEAN, APT, EAS, ARF)] == [10, 13, 18, 27]


def test_the_pact_was_negotiated_by_fifteen_and_signed_by_none(full: Graph) -> None:
    negotiating = members(full, "rcep", "negotiating-participant")
    assert negotiating == APT | {"australia", "new-zealand"}
    assert members(full, "rcep", "signatory") == set()
    assert "india" in members(full, "rcep", "negotiating-participant", day="2019-11-03")
    assert members(full, "rcep", "signatory", day="2020-11-15") == negotiating


def test_the_united_states_and_timor_leste_are_no_members_of_asean(full: Graph) -> None:
    for state in ("united-states", "timor-leste", "australia", "china"):
        for membership in full.subjects(EAKG.member, ID[state]):
            if full.value(membership, EAKG.memberOfBody) == ID.asean:
                assert full.value(membership, EAKG.role) != ID["role-member"]


# The traps of the dossier, by their number there


def test_trap_1_the_european_union_is_no_state(full: Graph) -> None:
    union = ID["european-union"]
    assert (union, RDF.type, EAKG.State) not in full
    assert (union, RDF.type, EAKG.InternationalOrganization) in full
    assert (union, EAKG.participatesIn, ID.arf) in full
    for code in (EAKG.iso3166Alpha2, EAKG.iso3166Alpha3):
        assert (union, code, None) not in full


def test_trap_2_mechanism_series_and_meeting_are_three(full: Graph) -> None:
    for mechanism, series, meeting in (
        ("asean-plus-three", "apt-som-series", "apt-som-2020-07-20"),
        ("eas", "eas-som-series", "eas-som-2020-07-20"),
        ("arf", "arf-som-series", "arf-som-2020-07-21"),
    ):
        assert (ID[mechanism], RDF.type, EAKG.Forum) in full
        assert (ID[series], RDF.type, EAKG.MeetingSeries) in full
        assert (ID[series], EAKG.partOf, ID[mechanism]) in full
        assert (ID[meeting], EAKG.heldUnder, ID[series]) in full
        assert (ID[meeting], EAKG.heldUnder, ID[mechanism]) not in full
        for thing in (mechanism, series):
            assert (ID[thing], RDF.type, EAKG.Meeting) not in full


def test_trap_3_no_meeting_of_ten_plus_one_in_the_july_round(full: Graph) -> None:
    parts = set(full.subjects(EAKG.partOf, ID["som-series-2020-07"]))
    assert {slug(part) for part in parts} == set(JULY)
    for meeting in full.subjects(EAKG.heldWithin, ID["asean-china-10plus1"]):
        days = {str(day) for day in full.objects(meeting, EAKG.notBefore)}
        assert not days & {"2020-07-20", "2020-07-21"}, meeting
    assert (ID["acsoc-26-2020-07-01"], EAKG.notBefore, None) in full


def test_trap_4_entitled_is_not_attended(full: Graph, said: Graph) -> None:
    for meeting, actors in JULY.items():
        entitled = {slug(actor) for actor in full.subjects(EAKG.entitledToAttend, ID[meeting])}
        assert entitled - {"asean"} == actors, meeting
        attended = {slug(actor) for actor in full.subjects(EAKG.attended, ID[meeting])}
        reported = {slug(actor) for actor in said.objects(ID[meeting], EAKG.participant)}
        reported |= {slug(actor) for actor in said.subjects(EAKG.attended, ID[meeting])}
        assert attended == reported, meeting
    assert (ID.russia, EAKG.entitledToAttend, ID["eas-som-2020-07-20"]) in full
    assert (ID.russia, EAKG.attended, ID["eas-som-2020-07-20"]) not in full


def test_trap_7_the_rank_is_the_bloc_s(full: Graph) -> None:
    assert list(full.objects(ID.a052, EAKG.relationSubject)) == [ID.asean]
    assert {slug(thing) for thing in full.subjects(EAKG.rank, None)} == {"a052"}


def test_trap_8_collectives_carry_no_numbers(full: Graph, acts: Rows) -> None:
    for thing in ids(acts, type="MaterialAid|Donation"):
        assert not list(full.objects(thing, EAKG.quantity)), thing


def test_trap_9_aid_to_a_group_is_not_aid_to_each(full: Graph, said: Graph) -> None:
    given = {
        (act, recipient)
        for act in full.subjects(RDF.type, EAKG.AssistanceAct)
        for recipient in full.objects(act, EAKG.recipient)
    }
    assert given == {
        (act, recipient)
        for act, recipient in said.subject_objects(EAKG.recipient)
        if (act, RDF.type, EAKG.AssistanceAct) in full
    }
    for name in ("a028", "a029", "a030"):
        assert list(full.objects(ID[name], EAKG.recipient)) == [ID["asean-countries"]]
        assert {slug(actor) for actor in full.objects(ID[name], EAKG.involves)} & ASEAN == set()
    helped = {slug(recipient) for _, recipient in given} & ASEAN
    assert helped <= {"cambodia", "laos", "philippines", "myanmar", "malaysia", "thailand"}


def test_trap_10_the_record_gives_no_portfolio(record: Graph, full: Graph) -> None:
    kung_phoak = ID["kung-phoak"]
    assert list(record.objects(kung_phoak, EAKG.holdsOffice)) == [ID["dsg-asean"]]
    assert (None, None, ID["dsg-asean-ascc"]) not in record
    assert (kung_phoak, EAKG.holdsOffice, ID["dsg-asean-ascc"]) in full


def test_trap_11_the_minister_is_known_by_office(full: Graph) -> None:
    minister = ID["li-xiaopeng-minister"]
    assert (minister, EAKG.holdsOffice, None) in full
    assert (minister, EAKG.chairOf, ID["special-atm-2020-07-16"]) in full


def test_trap_12_order_of_mention_is_not_order_of_time(
    full: Graph, evidence: dict[str, Graph]
) -> None:
    meetings = ("special-acfmm-2020-02-20", "special-apt-summit-2020-04-14")
    meetings += ("special-aem3-2020-06-04",)
    days = [max(str(day) for day in full.objects(ID[name], EAKG.notBefore)) for name in meetings]
    assert days == ["2020-02-20", "2020-04-14", "2020-06-04"]
    assert {slug(thing) for thing in full.objects(ID.a018, EAKG.relationSubject)} == set(meetings)
    starts = []
    for name in meetings[:2]:
        (annotation,) = evidence[RECORD].objects(ID[name], EAKG.denotedBy)
        (span,) = evidence[RECORD].objects(annotation, OA.hasTarget)
        starts.append(quotes_of(evidence[RECORD], span)[0][0])
    assert starts[1] < starts[0]


def test_trap_13_affiliated_is_not_part_of(full: Graph) -> None:
    for actor, other in (
        ("government-of-china", "china"),
        ("enterprises-of-china", "china"),
        ("ngos-of-china", "china"),
        ("people-of-asean-countries", "asean"),
    ):
        assert (ID[actor], EAKG.affiliatedWith, ID[other]) in full
        assert (ID[actor], EAKG.partOf, ID[other]) not in full
    for part in full.subjects(EAKG.partOf, ID.china):
        assert (part, RDF.type, EAKG.Actor) not in full


def test_trap_15_identifiers_of_others_match_and_are_checked(
    full: Graph, facts: Callable[[str], Rows]
) -> None:
    assert not list(full.subject_objects(OWL.sameAs))
    verified = {
        (row["id"], row["wikidata_qid"])
        for row in facts("entities")
        if row["qid_status"] == "verified"
    }
    matched = {
        (slug(thing), str(match).removeprefix("http://www.wikidata.org/entity/"))
        for thing, match in full.subject_objects(SKOS.exactMatch)
        if "wikidata.org" in str(match)
    }
    assert len(matched) > 30
    assert matched <= verified


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
