"""Suggestions: how many are right, of records whose own names are held out, and what they keep."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from eakg.dataset import Gazetteer
from eakg.dataset.beginnings import LEFT_TO_PEOPLE, begin, gazetteer_of
from eakg.dataset.layout import Layout, shipped_layout
from eakg.dataset.lifting import read_complete_mapping, read_ontology
from eakg.dataset.suggestions import NOTE, Suggester, standoff_lines
from eakg.names import EAKG, ID
from eakg.text.annotation import Event, Normalization, Standoff, TextBound
from eakg.text.record import read_record
from helpers.small_dataset import Small
from helpers.tries import tries

TYPES = {
    EAKG.State: "State",
    EAKG.InternationalOrganization: "InternationalOrganization",
    EAKG.MeetingSeries: "MeetingSeries",
    EAKG.Initiative: "Initiative",
    EAKG.Topic: "Topic",
}
THINGS = {
    "china": (EAKG.State, "China@en", "\u4e2d\u56fd@zh", "PRC@en"),
    "thailand": (EAKG.State, "Thailand@en", "\u0e44\u0e17\u0e22@th"),
    "asean": (EAKG.InternationalOrganization, "ASEAN@en", "\u4e1c\u76df@zh"),
    "apt": (EAKG.InternationalOrganization, "ASEAN Plus Three@en"),
    "apt-som": (EAKG.MeetingSeries, "ASEAN Plus Three Senior Officials' Meeting@en"),
    "acfm": (EAKG.MeetingSeries, "ASEAN-China Foreign Ministers' Meeting@en"),
    "actm": (EAKG.MeetingSeries, "ASEAN-China Transport Ministers@en"),
    "partnership": (EAKG.Initiative, "ASEAN-China strategic partnership (2003)@en"),
    "pandemic": (EAKG.Topic, "pandemic@en"),
    "first-lane": (EAKG.Initiative, "green channel@en"),
    "second-lane": (EAKG.Initiative, "green channel@en"),
    "unit-percent": (EAKG.Unit, "percent@en", "%@en"),
    "unit-yuan": (EAKG.Unit, "yuan@en"),
    "unit-cny": (EAKG.Unit, "yuan renminbi@en"),
    "unit-usd": (EAKG.Unit, "United States dollar@en"),
    "united-states": (EAKG.State, "United States of America@en", "US@en", "United States@en"),
}


@pytest.fixture(scope="module")
def known() -> Gazetteer:
    graph = Graph()
    for slug, (class_, first, *others) in THINGS.items():
        graph.add((ID[slug], RDF.type, URIRef(class_)))
        for property_, name in ((RDFS.label, first), *((SKOS.altLabel, one) for one in others)):
            text, _, language = name.rpartition("@")
            graph.add((ID[slug], property_, Literal(text, lang=language)))
    return Gazetteer([], graph)


def marked(known: Gazetteer, text: str, language: str = "en") -> list[tuple[str, str]]:
    """The words of suggestions and what they stand for."""
    suggester = Suggester(known, language, TYPES, Graph(), "EAKG")
    return [
        (text[item.start : item.end], item.reference.partition(":")[2])
        for item in suggester.suggestions(text, 2020)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("China met ASEAN.", ["china", "asean"]),
        ("the Prc and CHINA", ["china"]),  # acronyms are written just so, names in any case
        ("Chinatown, Indochina", []),
        ("Senior Officials\u2019 Meeting of the ASEAN Plus Three", ["apt-som", "apt"]),
        ("meeting of the foreign ministers of ASEAN and China", ["acfm", "asean", "china"]),
        ("meeting of the foreign ministers of China and ASEAN", ["acfm", "china", "asean"]),
        ("meeting of the transport ministers of ASEAN and China", ["actm", "asean", "china"]),
        ("strategic partnership of ASEAN and China", ["partnership", "asean", "china"]),
        ("strategic partnership of ASEAN and China, Japan", ["asean", "china"]),
        ("ASEAN-China strategic partnership", ["partnership"]),
        ("The pandemics", ["pandemic"]),
        ("a green channel", []),  # of two things
        ("China Daily wrote", []),  # of a longer name
        ("china plates", []),  # one word with a capital is a name
        ("CHINA$5", []),
    ],
)
def test_names(known: Gazetteer, text: str, expected: list[str]) -> None:
    assert [slug for _, slug in marked(known, text)] == expected


def test_what_has_the_words_for_its_slug_is_found_first() -> None:
    graph = Graph()
    for slug, name in (("act", "Apt"), ("apt", "Apt"), ("apt-som", "Apt meeting"), ("a", "Apt")):
        graph.add((ID[slug], RDF.type, EAKG.MeetingSeries))
        graph.add((ID[slug], RDFS.label, Literal(name, lang="en")))
    found = [entry.slug for entry in Gazetteer([], graph).search("apt")]
    assert found == ["apt", "a", "act", "apt-som"]


def test_scripts_without_spaces(known: Gazetteer) -> None:
    text = "\u4e2d\u56fd\u548c\u4e1c\u76df\u4e3e\u884c\u4f1a\u8bae"
    assert [slug for _, slug in marked(known, text, "zh")] == ["china", "asean"]
    assert [
        slug
        for _, slug in marked(known, "\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28\u0e44\u0e17\u0e22", "th")
    ]
    assert marked(known, text) == []


def test_acronyms_are_the_same_in_every_language(known: Gazetteer) -> None:
    assert [slug for _, slug in marked(known, "ASEAN h\u1ecdp v\u1edbi China", "vi")] == ["asean"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 20 July 2020", date(2020, 7, 20), date(2020, 7, 20)),
        ("on 20 and 21 July", date(2020, 7, 20), date(2020, 7, 21)),
        ("from 3-5 March, 1999", date(1999, 3, 3), date(1999, 3, 5)),
        ("On July 4th, 2019", date(2019, 7, 4), date(2019, 7, 4)),
        ("Sept. 14 2018", date(2018, 9, 14), date(2018, 9, 14)),
        ("2020-02-29", date(2020, 2, 29), date(2020, 2, 29)),
        ("March 2021", date(2021, 3, 1), date(2021, 3, 31)),
        ("in February 2020", date(2020, 2, 1), date(2020, 2, 29)),
        ("in 2019", date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_days(known: Gazetteer, text: str, first: date, last: date) -> None:
    ((_, value),) = marked(known, text)
    assert value == (f"{first}" if first == last else f"{first}/{last}")


@pytest.mark.parametrize(
    "text",
    [
        "31 June 2020",
        "in July",
        "21 and 20 July",
        "2021-02-29",
        "may 3x",
        "in 2020-21",
        "2020 people",
    ],
)
def test_what_is_no_day(known: Gazetteer, text: str) -> None:
    assert marked(known, text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("by 5.6 percent", "5.6_percent"),
        ("by 14% in", "14_percent"),
        ("by 6.5 per cent.", "6.5_percent"),
        ("2 million yuan", "2000000_yuan"),
        ("1,234,567 yuan", "1234567_yuan"),
        ("1.15 trillion yuan", "1150000000000_yuan"),
        ("20 yuan renminbi", "20_cny"),
        ("684.6 billion US dollars", "684600000000_usd"),
        ("1 U.S. dollar.", "1_usd"),
        ("1.5 billion USD", "1500000000_usd"),
        ("3 United States dollars and", "3_usd"),
    ],
)
def test_quantities(known: Gazetteer, text: str, value: str) -> None:
    assert [item for _, item in marked(known, text)] == [value]


@pytest.mark.parametrize("words", ["2 million yuan", "150 billion US dollars"])
def test_money_of_the_shipped_units(words: str) -> None:
    shipped = Gazetteer([], read_ontology(shipped_layout()))
    suggester = Suggester(shipped, "en", TYPES, Graph(), "EAKG")
    (suggestion,) = suggester.suggestions(f"It gave {words}.")
    assert suggestion.name == words
    assert suggestion.reference.endswith(("000000_cny", "000000_usd"))


def test_a_state_beside_a_number_is_no_currency(known: Gazetteer) -> None:
    assert marked(known, "In all 3 US teams came.") == [("US", "united-states")]


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(200))
@given(
    st.lists(
        st.sampled_from(
            (
                *(
                    "China",
                    "ASEAN Plus Three",
                    " ",
                    "of",
                    "the",
                    "and",
                    ",",
                    "\u2019",
                    "Meeting",
                    ".",
                ),
                *(
                    "\u4e2d\u56fd",
                    "20 July",
                    "5 percent",
                    "\n",
                    "\U0001f30f",
                    "e\u0301",
                    "foreign ministers",
                ),
            )
        )
    ),
    st.sampled_from(("en", "zh", "vi")),
)
def test_spans_are_in_order_and_within_a_line(
    known: Gazetteer, pieces: list[str], language: str
) -> None:
    text = " ".join(pieces)
    suggestions = Suggester(known, language, TYPES, Graph(), "EAKG").suggestions(text, 2020)
    assert suggestions == sorted(suggestions)
    for item in suggestions:
        words = text[item.start : item.end]
        assert words == words.strip() != ""
        assert "\n" not in words
    lines = standoff_lines(suggestions, text, Standoff((), (), 0))
    identifiers = [line.partition("\t")[0] for line in lines]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [("record-2020-07-23", 0.94, 0.72), ("record-2020-04-14", 0.94, 0.85)],
)
def test_how_many_are_right(name: str, precision: float, recall: float) -> None:
    """Of mentions of things, in one piece; the names that the record itself gives are left out."""
    layout = shipped_layout()
    ontology = read_ontology(layout)
    record = read_record(layout.sources / name)
    mapping = read_complete_mapping(layout, ontology)
    types = {class_: one for one, class_ in mapping.entities.items() if one not in LEFT_TO_PEOPLE}
    suggester = Suggester(gazetteer_of(layout, ontology, name), "en", types, ontology, "EAKG")
    found = {
        (item.start, item.end, item.reference)
        for item in suggester.suggestions(record.document.text, 2020)
        if item.reference.startswith("EAKG:")
    }
    triggers = {event.trigger for event in record.standoff.of(Event)}
    mentions = {one.id: one for one in record.standoff.of(TextBound) if one.id not in triggers}
    gold = {
        (*mentions[one.target].fragments[0], f"EAKG:{one.identifier}")
        for one in record.standoff.of(Normalization)
        if one.database == "EAKG"
        and one.target in mentions
        and len(mentions[one.target].fragments) == 1
    }
    right = len(found & gold)
    assert right / len(found) >= precision
    assert right / len(gold) >= recall


def emptied(small: Small) -> Path:
    path = small.path("note.ann")
    path.write_text("", "utf-8")
    return path


def layout_of_small() -> Layout:
    from eakg.dataset.layout import sources_layout

    return sources_layout(Path("graph/sources"), None)


def test_a_record_is_begun(small: Small) -> None:
    path = emptied(small)
    result = small.run("suggest", "graph/sources/note")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{path}: 9 suggestions added\n"
    text = path.read_text("utf-8")
    assert re.findall(r"^N\d+\tReference T\d+ (\S+)", text, re.MULTILINE) == [
        *("EAKG:japan", "EAKG:goods-masks", "EAKG:laos", "DATE:2020-03-05", "EAKG:asean"),
        *("EAKG:laos", "EAKG:japan", "EAKG:laos", "QUANTITY:5.6_percent"),
    ]
    assert text.count(NOTE) == 9
    record = read_record(Path("graph/sources/note"))
    assert len(record.standoff.of(TextBound)) == 9
    checked = small.run("check", "graph/sources/note")
    assert checked.exit_code == 0
    assert f"{path}:3: 9 suggestions not looked at; correct each" in checked.stdout
    assert small.run("suggest", "graph/sources/note").stdout == f"{path}: 0 suggestions added\n"
    assert path.read_text("utf-8") == text


def test_nothing_is_written_over_what_is_there(small: Small) -> None:
    path = small.path("note.ann")
    before = path.read_text("utf-8")
    assert small.run("suggest", "graph/sources/note", "-").stdout == ""
    assert path.read_text("utf-8") == before
    small.replace("note.ann", "T7\tInternationalOrganization", "T70\tInternationalOrganization")
    small.replace("note.ann", "N5\tReference T7 ", "N5\tReference T70 ")
    small.replace("note.ann", "Beneficiary:T7", "Beneficiary:T70")
    content = "\n".join(line for line in path.read_text("utf-8").splitlines() if "T8" not in line)
    path.write_text(content, "utf-8")
    (mention, reference, note) = begin(layout_of_small(), Path("graph/sources/note")).lines
    assert mention.startswith("T71\tState ")
    assert reference == "N13\tReference T71 EAKG:laos\tLaos"
    assert note == f"#2\tAnnotatorNotes T71\t{NOTE}"
    assert small.run("suggest", "graph/sources/note").exit_code == 0
    assert path.read_text("utf-8") == f"{content}\n{mention}\n{reference}\n{note}\n"


def test_offsets_of_another_kind_are_refused(small: Small) -> None:
    text = Path("graph/sources/note/note.txt")
    text.write_text("\U0001f30f " + text.read_text("utf-8"), "utf-8")
    lines = []
    for line in small.path("note.ann").read_text("utf-8").splitlines():
        match = re.match(r"(T\d+\t\w+ )(\d+) (\d+)(\t.*)", line)
        moved = match and f"{match[1]}{int(match[2]) + 3} {int(match[3]) + 3}{match[4]}"
        lines.append(moved or line)
    small.path("note.ann").write_text("\n".join(lines) + "\n", "utf-8")
    result = small.run("suggest", "graph/sources/note")
    assert result.exit_code == 2
    assert "its offsets count UTF-16" in result.stderr
