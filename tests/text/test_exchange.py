"""Round trips through the formats of other tools: what does not come back is listed."""

import json
import re
from pathlib import Path
from random import Random

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
from eakg.text.exchange.formats import EXCHANGE_FORMATS, READERS
from eakg.text.exchange.losses import ExchangeError
from eakg.text.record import read_record
from eakg.text.standoff import read_standoff
from helpers.small_dataset import Small

RECORDS = ("record-2020-07-23", "record-2020-04-14")


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


@pytest.mark.parametrize("name", RECORDS)
def test_label_studio_carries_all_but_what_is_listed(name: str) -> None:
    text = shipped(name)
    exported = EXCHANGE_FORMATS["label-studio"].write(text)
    imported = READERS["label-studio"](exported.content, 1)
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


@pytest.mark.parametrize("seed", range(100))
def test_random_annotations_come_back(seed: int, tmp_path: Path) -> None:
    text = random_text(seed, tmp_path)
    exported = EXCHANGE_FORMATS["label-studio"].write(text)
    assert exported.losses == ()
    imported = READERS["label-studio"](exported.content, 1)
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
    exported = EXCHANGE_FORMATS["doccano"].write(text)
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
    conversion = READERS["label-studio"](json.dumps(task), 1)
    (mention,) = conversion.content.annotations
    assert isinstance(mention, TextBound)
    assert (mention.type, mention.text) == ("State", "Japan")
    assert conversion.losses == (
        "c: its span is not in the text, or has no label",
        "a result of the type rating",
    )
    line = json.dumps({"text": TEXT, "label": [[place, place + 5, "a state"]], "meta": 1})
    doccano = READERS["doccano"](line, 1)
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
        READERS[name](content, 1)


@pytest.mark.parametrize("name", READERS)
def test_a_record_goes_out_and_comes_in(small: Small, name: str) -> None:
    folder = "graph/sources/note"
    result = small.run("export", folder, "--format", name, "-o", "out.json")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert small.run("export", folder, "--format", name).stdout == Path("out.json").read_text(
        "utf-8"
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
    conversion = EXCHANGE_FORMATS["web-annotation"].write(text)
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
    conversion = EXCHANGE_FORMATS["web-annotation"].write(
        AnnotatedText("red and blue pens", (mention,))
    )
    (item,) = json.loads(conversion.content)["items"]
    assert [one["selector"][1]["exact"] for one in item["target"]] == ["red", "pens"]
