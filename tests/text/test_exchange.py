"""Round trips through the formats of other tools: what does not come back is listed."""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import cassis
import pytest

from eakg.dataset.layout import shipped_layout
from eakg.names import ID
from eakg.text.agreements import agreement_of
from eakg.text.annotation import (
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Standoff,
    TextBound,
)
from eakg.text.exchange.annotated_text import AnnotatedText
from eakg.text.exchange.formats import READERS, WRITERS
from eakg.text.exchange.losses import ExchangeError
from eakg.text.record import read_record
from eakg.text.standoff import read_standoff
from helpers.small_dataset import Small

RECORDS = ("record-2020-07-23", "record-2020-04-14")
WHOLE = ("label-studio", "uima-json", "uima-xmi")
"""Formats that have a place for events, attributes, references and notes."""


def standoff_of(text: AnnotatedText) -> Standoff:
    return Standoff((), text.annotations, len(text.annotations))


def shipped(name: str) -> AnnotatedText:
    return AnnotatedText.of(read_record(shipped_layout().sources / name))


@pytest.mark.parametrize("name", RECORDS)
def test_standoff_is_written_as_it_was_read(name: str, tmp_path: Path) -> None:
    text = shipped(name)
    path = tmp_path / "x.ann"
    path.write_text(text.standoff(), "utf-8")
    again = read_standoff([path])
    assert AnnotatedText(text.text, again.annotations).standoff() == text.standoff()
    original = (shipped_layout().sources / name / f"{name}.ann").read_text("utf-8")
    assert len(text.standoff().splitlines()) == len(original.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("format_", WHOLE)
@pytest.mark.parametrize("name", RECORDS)
def test_all_is_carried_but_what_is_listed(name: str, format_: str) -> None:
    text = shipped(name)
    exported = WRITERS[format_](text)
    imported = READERS[format_](exported.content, 1)
    assert imported.losses == ()
    assert imported.content.text == text.text
    lost = {loss.split(" ")[0] for loss in exported.losses}
    missing = [one for one in text.annotations if getattr(one, "id", "") in lost]
    events = [one for one in missing if isinstance(one, Event)]
    expected = {
        "events with their types": len(events),
        "triggers": len(events),
        "roles": sum(len(event.arguments) for event in events),
        "attributes": sum(isinstance(one, Attribute) for one in missing),
        "references": sum(isinstance(one, Normalization) for one in missing),
    }
    for overlap in agreement_of(standoff_of(text), standoff_of(imported.content)).overlaps:
        assert overlap.first - overlap.common == expected.get(overlap.kind, 0), overlap
        assert overlap.second == overlap.common, overlap


TEXT = "\U0001f30f Japan gave\nmasks to Laos, Laos thanked Japan \u4e2d\u56fd."


def random_text(seed: int, folder: Path) -> AnnotatedText:
    """Mentions, events, relations, attributes, references and notes of one text."""
    random = Random(seed)
    spans = [match.span() for match in re.finditer(r"[^\W_]+", TEXT)]
    lines = []
    for number in range(1, 6):
        start, end = random.choice(spans)
        lines.append(f"T{number}\tThing {start} {end}\t{TEXT[start:end]}")
    count = random.randrange(3)
    # What is of a trigger is of its event there.
    ids = [f"T{number}" for number in range(count + 1, 6)]
    for number in range(1, count + 1):
        ends = random.choices(ids, k=number)
        parts = "".join(f" Role{random.choice('AB')}:{end}" for end in ends)
        lines.append(f"E{number}\tThing:T{number}{parts}")
        ids.append(f"E{number}")
    for number in range(1, random.randrange(4)):
        first, second = random.sample(ids, 2)
        lines.append(f"R{number}\tNear Arg1:{first} Arg2:{second}")
    for number in range(1, random.randrange(5)):
        value = random.choice(("", " high", " two words"))
        lines.append(f"A{number}\tDegree {random.choice(ids)}{value}")
        lines.append(f"N{number}\tReference {random.choice(ids)} EAKG:x-{number}\tA name")
        lines.append(f"#{number}\tAnnotatorNotes {random.choice(ids)}\ta note")
    path = folder / "x.ann"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    return AnnotatedText(TEXT, read_standoff([path]).annotations)


@pytest.mark.parametrize(
    ("format_", "seed"),
    [*(("label-studio", n) for n in range(100)), *((f, n) for f in WHOLE[1:] for n in range(30))],
)
def test_random_annotations_come_back(format_: str, seed: int, tmp_path: Path) -> None:
    text = random_text(seed, tmp_path)
    exported = WRITERS[format_](text)
    assert exported.losses == ()
    imported = READERS[format_](exported.content, 1)
    assert imported.losses == ()
    for overlap in agreement_of(standoff_of(text), standoff_of(imported.content)).overlaps:
        assert overlap.first == overlap.common == overlap.second, overlap
    notes = [
        sorted(one.text for one in side.annotations if isinstance(one, Note))
        for side in (text, imported.content)
    ]
    assert notes[0] == notes[1]


@pytest.mark.parametrize("seed", range(50))
def test_doccano_carries_spans_and_what_leads_from_one_to_another(
    seed: int, tmp_path: Path
) -> None:
    text = random_text(seed, tmp_path)
    exported = WRITERS["doccano"](text)
    imported = READERS["doccano"](exported.content, 1)
    assert imported.losses == ()
    spans = [
        sorted((one.fragments, one.type) for one in side.annotations if isinstance(one, TextBound))
        for side in (text, imported.content)
    ]
    assert spans[0] == spans[1]
    listed = {loss.split(" ")[0] for loss in exported.losses}
    for one in text.annotations:
        if not isinstance(one, Equivalence) and one.id[0] in "EAN#":
            assert one.id in listed


def test_offsets_are_those_of_the_tool() -> None:
    text = AnnotatedText(TEXT, ())
    place = TEXT.index("Japan")
    task = {
        "data": {"text": TEXT},
        "annotations": [
            {
                "result": [
                    {
                        "id": "a",
                        "type": "labels",
                        "from_name": "label",
                        "to_name": "text",
                        "value": {"start": place + 1, "end": place + 6, "labels": ["State"]},
                    },
                    {"id": "b", "type": "rating", "value": {"rating": 3}},
                    {
                        "id": "c",
                        "type": "labels",
                        "value": {"start": 1, "end": 2, "labels": ["State"]},
                    },
                ]
            }
        ],
    }
    conversion = READERS["label-studio"](json.dumps(task).encode(), 1)
    (mention,) = conversion.content.annotations
    assert isinstance(mention, TextBound)
    assert (mention.type, mention.text) == ("State", "Japan")
    assert conversion.losses == (
        "c: its span is not in the text, or has no label",
        "a result of the type rating",
    )
    line = json.dumps({"text": TEXT, "label": [[place, place + 5, "a state"]], "meta": 1})
    doccano = READERS["doccano"](line.encode(), 1)
    assert doccano.content.standoff() == f"T1\ta_state {place} {place + 5}\tJapan\n"
    assert doccano.losses == ("meta: there is no place for it",)
    assert text.standoff() == ""


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "[1]", "{}", '[{"data": 1}]', '{"text": 1}', "null", '"x"'),
        '{"text": "\\ud800", "data": {"text": "\\ud800"}}',
    ],
)
def test_what_is_of_no_format(name: str, content: str) -> None:
    with pytest.raises(ExchangeError):
        READERS[name](content.encode(), 1)


@pytest.mark.parametrize("name", sorted(READERS.keys() & WRITERS.keys()))
def test_a_record_goes_out_and_comes_in(small: Small, name: str) -> None:
    folder = "graph/sources/note"
    result = small.run("export", folder, "--format", name, "-o", "out.json")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert (
        small.run("export", folder, "--format", name).stdout_bytes == Path("out.json").read_bytes()
    )
    result = small.run("import", "out.json", "graph/sources/again", "--format", name)
    assert result.exit_code == 0
    assert "write its meta.toml" in result.stdout
    text = Path("graph/sources/again/again.txt").read_bytes()
    assert text == Path(folder, "note.txt").read_bytes()
    record = read_record(Path("graph/sources/again"))
    assert len(record.standoff.of(TextBound)) == 12
    refused = small.run("import", "out.json", "graph/sources/again", "--format", name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is there already" in refused.stderr
    assert small.run("import", "out.json", "x y", "--format", name).exit_code == 2
    assert small.run("import", "nowhere", "new", "--format", name).exit_code == 2
    assert small.run("import", "out.json", "new", "--format", name, "--text", "2").exit_code == 2
    assert not Path("new").exists()


@pytest.mark.parametrize("seed", range(30))
def test_web_annotations_are_rdf_that_says_where_each_mention_is(seed: int, tmp_path: Path) -> None:
    text = random_text(seed, tmp_path)
    conversion = WRITERS["web-annotation"](text)
    page = json.loads(conversion.content)
    assert (page["@context"], page["type"]) == (
        "http://www.w3.org/ns/anno.jsonld",
        "AnnotationPage",
    )
    mentions = [one for one in text.annotations if isinstance(one, TextBound)]
    assert [one["id"] for one in page["items"]] == [f"#{one.id}" for one in mentions]
    for item, mention in zip(page["items"], mentions, strict=True):
        position, quote = item["target"]["selector"]
        assert ((position["start"], position["end"]),) == mention.fragments
        whole = quote["prefix"] + quote["exact"] + quote["suffix"]
        assert quote["exact"] == mention.text
        assert whole in TEXT
        assert item["body"][0]["value"] == mention.type
    identities = [
        body["source"]
        for item in page["items"]
        for body in item["body"]
        if body["purpose"] == "identifying"
    ]
    references = [one for one in text.annotations if isinstance(one, Normalization)]
    assert sorted(identities) == sorted(str(ID[one.identifier]) for one in references)
    listed = {loss.split(" ")[0] for loss in conversion.losses}
    assert listed == {getattr(one, "id", "*") for one in text.annotations if one.id[0] in "ERA"}


def test_pieces_are_targets_of_their_own() -> None:
    mention = TextBound("T1", "Pens", ((0, 3), (13, 17)), "red pens", 1, Path("x.ann"))
    conversion = WRITERS["web-annotation"](AnnotatedText("red and blue pens", (mention,)))
    (item,) = json.loads(conversion.content)["items"]
    assert [one["selector"][1]["exact"] for one in item["target"]] == ["red", "pens"]


def foreign_cas() -> bytes:
    """A CAS as INCEpTION exports it: layers of its own and of others, tokens, a character beyond
    U+FFFF."""
    types = cassis.TypeSystem()
    segmentation = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type."
    token = types.create_type(f"{segmentation}Token")
    name = types.create_type("de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity")
    for feature in ("value", "identifier"):
        types.create_feature(name, feature, "uima.cas.String")
    relation = types.create_type("webanno.custom.Ally")
    for feature in ("Governor", "Dependent"):
        types.create_feature(relation, feature, "uima.tcas.Annotation")
    types.create_feature(relation, "strength", "uima.cas.String")
    link = types.create_type("webanno.custom.GiftWhoLink", "uima.cas.TOP")
    types.create_feature(link, "role", "uima.cas.String")
    types.create_feature(link, "target", "uima.tcas.Annotation")
    gift = types.create_type("webanno.custom.Gift")
    types.create_feature(gift, "who", "uima.cas.FSArray", link)
    types.create_feature(gift, "kind", "uima.cas.String")
    cas = cassis.Cas(types, sofa_string="\U0001f30f Japan gave Laos masks.")
    japan = name(begin=2, end=7, value="State", identifier=str(ID["japan"]))
    laos = name(begin=13, end=17, value="State", identifier="http://www.wikidata.org/entity/Q819")
    links = types.get_type("uima.cas.FSArray")(elements=[link(role="Giver", target=japan)])
    cas.add_all(
        [
            *(token(begin=begin, end=end) for begin, end in ((2, 7), (8, 12))),
            *(
                japan,
                laos,
                relation(begin=13, end=17, Governor=japan, Dependent=laos, strength="a b"),
            ),
            gift(begin=8, end=12, who=links, kind="masks"),
        ]
    )
    return str(cas.to_json()).encode()


def test_layers_of_others_are_read_by_what_they_have() -> None:
    conversion = READERS["uima-json"](foreign_cas(), 1)
    assert conversion.losses == (
        "2 annotations of de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token",
    )
    assert conversion.content.standoff().splitlines() == [
        "T1\tState 2 7\tJapan",
        "T2\tState 13 17\tLaos",
        "T3\tGift 8 12\tgave",
        "E1\tGift:T3 Giver:T1",
        "R1\tAlly Arg1:T1 Arg2:T2",
        "N1\tReference T1 EAKG:japan\t",
        "N2\tReference T2 IRI:http://www.wikidata.org/entity/Q819\t",
        "A1\tkind E1 masks",
        "A2\tstrength R1 a b",
    ]


def test_pieces_and_groups_come_back(tmp_path: Path) -> None:
    path = tmp_path / "x.ann"
    path.write_text(
        "T1\tPens 0 3;13 17\tred pens\nT2\tPens 8 12\tblue\n*\tEquiv T1 T2\n#1\tNote N1\tx\n"
        "N1\tReference T2 EAKG:blue\tBlue\nA1\tbegin T1 x\nR1\tOf From:T1 To:T2\n"
    )
    text = AnnotatedText("red and blue pens", read_standoff([path]).annotations)
    for name in WHOLE[1:]:
        exported = WRITERS[name](text)
        assert exported.losses == (
            "R1 Of: the names of its ends",
            "#1 Note: N1 has no place there",
            "A1 begin: it is no name of a feature",
        )
        lines = READERS[name](exported.content, 1).content.standoff().splitlines()
        assert lines == [
            "T1\tPens 0 3;13 17\tred pens",
            "T2\tPens 8 12\tblue",
            "R1\tOf Arg1:T1 Arg2:T2",
            "*\tEquiv T1 T2",
            "N1\tReference T2 EAKG:blue\tBlue",
        ]


def test_a_text_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(ExchangeError, match=r"has U\+0001 at 1, and XML cannot hold that"):
        WRITERS["uima-xmi"](AnnotatedText("a\x01", ()))
    assert READERS["uima-json"](WRITERS["uima-json"](AnnotatedText("a\x01", ())).content, 1)


def test_a_package_that_is_not_there_is_named(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cassis", None)
    for name in WHOLE[1:]:
        result = small.run("export", "graph/sources/note", "--format", name)
        assert result.exit_code == 2
        assert (
            "needs cassis, which is not installed; `pip install 'eakg[annotate]'`" in result.stderr
        )


TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=webanno.custom.Name|identifier|value
#T_SP=webanno.custom.Gift|kind|ROLE_webanno.custom.Gift:who_webanno.custom.GiftWhoLink|uima.tcas.Annotation
#T_CH=webanno.custom.Chain|referenceRelation|referenceType
#T_RL=webanno.custom.Ally|strength|BT_webanno.custom.Name


#Text=🌏 Japan gave New Laos masks.
1-1	0-2	🌏	_	_	_	_	_	_	_	_	_
1-2	3-8	Japan	https://w3id.org/eakg/id/japan	State	_	_	_	_	_	_	_
1-3	9-13	gave	_	_	a\\|b\\_c	Giver;*	1-2;1-4[1]	_	_	_	_
1-4	14-17	New	*[1]|*[2]	State[1]|Area[2]	_	_	_	*->1-1	*[3]	firm	1-2[0_1]
1-5	18-22	Laos	*[1]	State[1]	_	_	_	_	_	_	_
1-5.1	18-20	La	*	Part	_	_	_	_	_	_	_
1-6	23-29	masks.	_	_	_	_	_	_	_	_	_

#Text=It
#Text=helps.
2-1	31-33	It	_	Thing	_	_	_	_	_	_	_
2-2	34-40	helps.	_	_	_	_	_	_	_	_	_
""".replace("\\\\", "\\")
"""Written by hand after the guide of WebAnno and the files that INCEpTION is tested with."""


def test_webanno_tsv_is_read() -> None:
    conversion = READERS["webanno-tsv"](TSV.encode(), 1)
    assert conversion.content.text == "\U0001f30f Japan gave New Laos masks.\n\nIt\nhelps."
    assert conversion.losses == ("1 links of chains",)
    assert conversion.content.standoff().splitlines() == [
        "T1\tState 2 7\tJapan",
        "T2\tGift 8 12\tgave",
        "T3\tState 13 21\tNew Laos",
        "T4\tArea 13 16\tNew",
        "T5\tPart 17 19\tLa",
        "T6\tThing 30 32\tIt",
        "E1\tGift:T2 Giver:T1 who:T3",
        "N1\tReference T1 EAKG:japan\t",
        "A1\tkind E1 a|b_c",
        "R1\tAlly Arg1:T1 Arg2:T3",
        "A2\tstrength R1 firm",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("TSV 3.3", "TSV 2", "does not begin with #FORMAT=WebAnno TSV 3"),
        ("2-1\t31-33", "2-1\t3-5", "has a sentence at 3 that begins before 29"),
        ("_\n1-6", "_\t\n1-6", ""),
        ("\t_\t_\t_\t_\t_\n\n", "\n\n", "has 4 columns at 1-6, where 9 are declared"),
    ],
)
def test_webanno_tsv_that_is_none(old: str, new: str, message: str) -> None:
    content = TSV.replace(old, new, 1)
    assert content != TSV
    if not message:
        assert READERS["webanno-tsv"](content.encode(), 1)
        return
    with pytest.raises(ExchangeError, match=re.escape(message)):
        READERS["webanno-tsv"](content.encode(), 1)


def spans_in_tei(root: ElementTree.Element) -> dict[str, list[tuple[int, int]]]:
    """The spans of mentions by the anchors in the text, as a reader of TEI takes them."""
    block = root.find(f".//{TEI}ab")
    assert block is not None
    places, position = {}, len(block.text or "")
    for anchor in block:
        places[f"#{anchor.get(XML_ID)}"] = position
        position += len(anchor.tail or "")
    nodes = {f"#{one.get(XML_ID)}": one for one in root.iterfind(GROUP)}
    spans = {}
    for name, node in nodes.items():
        pieces = [nodes[one] for one in node.get("target", name).split()]
        if node.get("type") != "piece" and all("from" in one.attrib for one in pieces):
            spans[name[1:]] = [(places[p.attrib["from"]], places[p.attrib["to"]]) for p in pieces]
    return spans


GROUP = ".//{http://www.tei-c.org/ns/1.0}spanGrp[@type='mentions']/*"
TEI, XML_ID = "{http://www.tei-c.org/ns/1.0}", "{http://www.w3.org/XML/1998/namespace}id"


def tei_of(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 - what was just written here


def text_in_tei(root: ElementTree.Element) -> str:
    (block,) = root.iter(f"{TEI}ab")
    return "".join(block.itertext())


def test_tei_has_everything(tmp_path: Path) -> None:
    text = shipped(RECORDS[0])
    exported = WRITERS["tei"](text)
    assert exported.losses == ()
    root = tei_of(exported.content)
    assert text_in_tei(root) == text.text
    spans = spans_in_tei(root)
    counts = Counter(one.id[0] for one in text.annotations if not isinstance(one, Equivalence))
    found = Counter(one.get(XML_ID, "")[0] for one in root.iter() if one.get(XML_ID))
    assert {kind: found[kind] for kind in "TERAN"} == {kind: counts[kind] for kind in "TERAN"}
    assert found["n"] == counts["#"]
    for one in text.annotations:
        if isinstance(one, TextBound):
            assert tuple(spans[one.id]) == one.fragments
    roles = root.findall(f".//{TEI}relation[@type='role']")
    events = [one for one in text.annotations if isinstance(one, Event)]
    assert len(roles) == sum(len(one.arguments) for one in events)


@pytest.mark.parametrize("seed", range(20))
def test_texts_come_back_from_tei(seed: int, tmp_path: Path) -> None:
    text = random_text(seed, tmp_path)
    text = AnnotatedText(f"{text.text}\r\n", text.annotations)
    root = tei_of(WRITERS["tei"](text).content)
    assert text_in_tei(root) == text.text
    assert len(spans_in_tei(root)) == sum(isinstance(one, TextBound) for one in text.annotations)


def test_conll_tags_the_longest_of_what_overlaps() -> None:
    words = "New Laos\u4e2d\u56fd came. It went."
    spans = (("T1", 0, 8), ("T2", 4, 8), ("T3", 8, 10), ("T4", 17, 19), ("T5", 5, 6))
    mentions = tuple(
        TextBound(name, "Thing", ((start, end),), words[start:end], 1, Path("x.ann"))
        for name, start, end in spans
    )
    exported = WRITERS["conll"](AnnotatedText(words, mentions, "x", ((0, 16), (17, 25))))
    assert exported.content.decode().splitlines() == [
        *("New B-Thing", "L I-Thing", "a I-Thing", "os I-Thing", "\u4e2d B-Thing"),
        *("\u56fd I-Thing", "came O", ". O", "", "It B-Thing", "went O", ". O", ""),
    ]
    assert exported.losses == (
        "T2 Thing: T1 has its words, or some of them",
        "T5 Thing: T1 has its words, or some of them",
    )


@pytest.mark.parametrize("name", RECORDS)
def test_conll_counts_what_it_leaves_out(name: str) -> None:
    text = shipped(name)
    exported = WRITERS["conll"](text)
    begun = sum(" B-" in line for line in exported.content.decode().splitlines())
    assert begun + len({loss.split(" ")[0] for loss in exported.losses}) == len(text.annotations)


def test_docbin_has_every_mention(small: Small) -> None:
    tokens = pytest.importorskip("spacy.tokens")
    from spacy.vocab import Vocab

    text = shipped(RECORDS[0])
    exported = WRITERS["spacy"](text)
    (document,) = tokens.DocBin().from_bytes(exported.content).get_docs(Vocab())
    assert document.text == text.text
    mentions = [one for one in text.annotations if isinstance(one, TextBound)]
    assert [(one.label_, one.text) for one in document.spans["mentions"]] == [
        (one.type, one.text) for one in mentions
    ]
    named = sum(bool(one.kb_id_) for one in document.spans["mentions"])
    assert named > 150
    listed = {loss.split(" ")[0] for loss in exported.losses}
    assert len(mentions) + named + len(listed) == len(text.annotations)


def test_without_spacy_it_is_named(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    result = small.run("export", "graph/sources/note", "--format", "spacy")
    assert result.exit_code == 2
    assert "spaCy DocBin: needs spacy" in result.stderr
    assert "`pip install 'spacy'`" in result.stderr
