"""The annotator as a browser without script uses it: forms, their results, and what is refused."""

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eakg.cli import main
from eakg.dataset.project import layout_of_documents
from eakg.serve.annotator.application import create_annotator
from eakg.serve.annotator.workspace import AnnotationWorkspace
from helpers.house import ROOT
from helpers.small_dataset import write_small_dataset

TOKEN = "token-of-the-tests"  # noqa: S105 - of the tests' own annotators
PRECEDENTS = """\
T1	Evaluation 3 8	helps
T2	Meeting 13 16	met
E1	Evaluation:T1
A11	Modality E1 evaluation
A12	Voice E1 article
A13	Polarity E1 affirmed
E10	Meeting:T2
A14	Modality E10 reported-fact
A15	Voice E10 article
A16	Level E10 experts
E2	Evaluation:T1
A21	Modality E2 evaluation
A22	Voice E2 article
A23	Polarity E2 negated
E20	Meeting:T2
A24	Modality E20 reported-fact
A25	Voice E20 article
A26	Level E20 experts
E3	Evaluation:T1
A31	Modality E3 evaluation
A32	Voice E3 article
A33	Polarity E3 negated
E30	Meeting:T2
A34	Modality E30 reported-fact
A35	Voice E30 article
A36	Level E30 experts
T3	MeetingRound 13 16	met
E5	MeetingRound:T3
A51	Modality E5 reported-fact
A52	Voice E5 article
"""
"""Evaluations, of which some deny; meetings of one level, and a round that could have one."""
NUMBERS = count(1)
FORM = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("annotator")
    write_small_dataset(root, ROOT)
    sources = root / "graph/sources"
    precedents = sources / "precedents"
    shutil.copytree(sources / "note", precedents)
    (precedents / "note.ann").unlink()
    (precedents / "note.txt").unlink()
    (precedents / "precedents.txt").write_text("It helps, it met.\n", "utf-8")
    (precedents / "precedents.ann").write_text(PRECEDENTS, "utf-8")
    return sources


@pytest.fixture(scope="module")
def workspace(documents: Path) -> AnnotationWorkspace:
    return AnnotationWorkspace(layout_of_documents(documents))


@pytest.fixture
def name(documents: Path) -> Iterator[str]:
    """A document of the test's own, by a name that no other had: edits are remembered by it."""
    folder = documents / f"own-{next(NUMBERS)}"
    shutil.copytree(documents / "note", folder)
    for ending in ("txt", "ann"):
        (folder / f"note.{ending}").rename(folder / f"{folder.name}.{ending}")
    yield folder.name
    shutil.rmtree(folder)


@pytest.fixture
def file(documents: Path, name: str) -> Path:
    return documents / name / f"{name}.ann"


@pytest.fixture
def client(workspace: AnnotationWorkspace) -> FlaskClient:
    client = create_annotator(workspace, TOKEN).test_client()
    assert client.get(f"/?token={TOKEN}").status_code == 303
    return client


def version_in(page: TestResponse) -> str:
    match = re.search('name="version" value="([0-9a-f]{64})"', page.text)
    assert match
    return match[1]


def send(client: FlaskClient, name: str, version: str = "", /, **fields: str) -> TestResponse:
    """A form of the page of a document, filled in."""
    path = f"/documents/{name}"
    data = {"version": version or version_in(client.get(path)), **fields}
    return client.post(path, data=data, headers=FORM)


def refusal(page: TestResponse) -> str:
    """What the page says that is wrong."""
    match = re.search('<p class="problem"[^>]*>(.*?)</p>', page.text)
    assert match, page.text
    return unescape(match[1])


@pytest.mark.slow
def test_the_token_opens_it_once_and_the_cookie_then(workspace: AnnotationWorkspace) -> None:
    client = create_annotator(workspace, TOKEN).test_client()
    for path in ("/", "/documents/note", "/things?find=x", "/?token=other"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "eakg annotate" in answer.text
    answer = client.get(f"/documents/note?at=T1&token={TOKEN}")
    assert answer.headers["Location"] == "/documents/note?at=T1"
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    page = client.get("/documents/note?at=T1")
    assert page.status_code == 200
    assert TOKEN not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?! type=\"module\" src=\"/static/)|style=|onclick", page.text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(
    client: FlaskClient, name: str, file: Path, headers: dict[str, str]
) -> None:
    before = file.read_bytes()
    fields = {"version": version_in(client.get(f"/documents/{name}")), "edit": "removal"}
    answer = client.post(f"/documents/{name}", data={**fields, "target": "A1"}, headers=headers)
    assert answer.status_code == 403
    assert file.read_bytes() == before


def test_it_answers_as_this_machine_alone(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 421
    assert client.get("/", headers={"Host": "127.0.0.1"}).status_code == 403  # another's cookie


@pytest.mark.slow
def test_a_mention_of_a_thing(client: FlaskClient, name: str, file: Path) -> None:
    before = file.read_text("utf-8")
    found = client.get("/things?find=lao").json
    assert found[0] == {"slug": "laos", "name": "Laos", "title": "Laos (State), laos"}
    answer = send(client, name, edit="mention", spans="0 5", thing="japan")
    assert answer.status_code == 422
    assert refusal(answer) == "T1 marks these words as State already"
    answer = send(client, name, edit="mention", words="masks to Laos", thing="laos")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/documents/{name}?at=T13"
    page = client.get(answer.headers["Location"])
    assert "T13 State" in page.text
    lines = file.read_text("utf-8").splitlines()
    assert [line for line in lines if line not in before.splitlines()] == [
        "T13\tState 11 24\tmasks to Laos",
        "N13\tReference T13 EAKG:laos\tLaos",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("masks", "gift"),
        ("gift", "gift"),
        ("laos", "laos"),
        ("gift-judged", "gift-judged"),
        ("growth of trade", "growth"),
    ],
)
def test_events_are_found_as_by_the_command(
    client: FlaskClient, documents: Path, workspace: AnnotationWorkspace, words: str, slug: str
) -> None:
    result = CliRunner().invoke(main, ["find", words, "--sources", str(documents), "--json"])
    told = json.loads(result.stdout)
    kinds = {*workspace.vocabulary().mapping.events, *workspace.vocabulary().mapping.entities}
    slugs = [one["slug"] for one in told if kinds & {*one["kinds"]}]
    found = client.get("/things", query_string={"find": words}).json
    assert [one["slug"] for one in found] == slugs
    assert slug in slugs


@pytest.mark.slow
def test_an_event_of_another_document_is_referred_to(
    client: FlaskClient, name: str, file: Path
) -> None:
    assert send(client, name, edit="mention", words="praised", thing="gift").status_code == 303
    text = file.read_text("utf-8")
    assert "\nT13\tMaterialAid 80 87\tpraised\n" in text
    assert "\nE4\tMaterialAid:T13\n" in text
    assert "\nN13\tReference E4 EAKG:gift\tMasks given by Japan to Laos\n" in text
    fields = {"edit": "thing", "target": "E4", "thing": "gift", "choice": "growth"}
    assert send(client, name, **fields).status_code == 303
    assert "\nN13\tReference E4 EAKG:growth\tGrowth of trade\n" in file.read_text("utf-8")
    page = client.get(f"/documents/{name}?at=E4&find=masks")
    assert 'name="choice"' in page.text
    assert "Masks given by Japan to Laos (MaterialAid), gift</option>" in page.text


@pytest.mark.slow
def test_the_name_of_an_event_in_another_language_is_not_made_its_label(
    client: FlaskClient, name: str, file: Path
) -> None:
    meta = file.with_name("meta.toml")
    meta.write_text(meta.read_text("utf-8").replace('"en"', '"vi"'), "utf-8")
    assert send(client, name, edit="mention", words="praised", thing="gift").status_code == 303
    lines = file.read_text("utf-8").splitlines()
    assert "N13\tReference E4 EAKG:gift" in [line.rstrip("\t") for line in lines]


@pytest.mark.slow
def test_an_event_begins_with_what_events_of_its_type_have(
    client: FlaskClient, name: str, file: Path
) -> None:
    assert send(client, name, edit="mention", words="praised", type="Evaluation").status_code == 303
    fields = {"edit": "role", "event": "E4", "role": "About", "filler": "E1"}
    assert send(client, name, **fields).status_code == 303
    fields = {"edit": "thing", "target": "E4", "thing": "own-praise", "name": "Laos praised it"}
    assert send(client, name, **fields).status_code == 303
    text = file.read_text("utf-8")
    for line in (
        "E4\tEvaluation:T13 About:E1",
        "A9\tModality E4 evaluation",
        "A10\tVoice E4 article",
        "N13\tReference E4 EAKG:own-praise\tLaos praised it",
    ):
        assert f"\n{line}\n" in text
    # Half of the four deny, and a level is what words say.
    assert "Polarity E4" not in text
    assert send(client, name, edit="mention", words="gift", type="Meeting").status_code == 303
    assert "\tModality E5 reported-fact\n" in file.read_text("utf-8")
    assert "Level" not in file.read_text("utf-8")
    page = client.get(f"/documents/{name}/findings")
    assert "own" in page.text
    assert "unknown slug" not in page.text


@pytest.mark.slow
def test_days_are_read_by_default(client: FlaskClient, name: str, file: Path) -> None:
    send(client, name, edit="removal", target="N4")
    send(client, name, edit="role-removal", event="E1", role="Time", filler="T5")
    send(client, name, edit="removal", target="T5")
    assert send(client, name, edit="mention", words="5 March 2020", type="Date").status_code == 303
    assert "\tReference T13 DATE:2020-03-05\t" in file.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"edit": "mention", "words": "gift", "thing": "laoz"}, "unknown slug laoz; did you mean"),
        ({"edit": "mention", "words": "gift"}, "no type is chosen"),
        ({"edit": "mention", "type": "State"}, "no words are chosen"),
        ({"edit": "mention", "words": "gifts", "type": "State"}, "has no words 'gifts'"),
        ({"edit": "mention", "words": "Laos", "type": "State"}, "'Laos' stands at 20 24, 75 79,"),
        ({"edit": "mention", "spans": "3 9000", "type": "State"}, "3 9000 is no place in the text"),
        ({"edit": "mention", "spans": "3-9", "type": "State"}, "'3-9' are no offsets"),
        ({"edit": "mention", "words": "gift", "type": "Sate"}, "did you mean State?"),
        ({"edit": "role", "event": "E1", "role": "Host", "filler": "T1"}, "role Host is not"),
        ({"edit": "role", "event": "E1", "role": "Agent", "filler": "T5"}, "which is not allowed"),
        ({"edit": "role", "event": "T1", "role": "Agent", "filler": "T5"}, "T1 is no event"),
        ({"edit": "role", "event": "E1", "role": "Agent", "filler": "T99"}, "T99 is no annotation"),
        ({"edit": "attribute", "target": "E1", "type": "Modality", "value": "fact"}, "fact is not"),
        ({"edit": "attribute", "target": "E1", "type": "Rank", "value": ""}, "E1 has no Rank"),
        ({"edit": "thing", "target": "T1", "thing": ""}, "no thing is chosen"),
        ({"edit": "thing", "target": "E1", "thing": "a b"}, "'a b' is no slug"),
        ({"edit": "reference", "target": "E1", "reference": "TOPC:x"}, "did you mean TOPIC?"),
        ({"edit": "reference", "target": "E1", "reference": "TOPIC:"}, "cannot read"),
        ({"edit": "reference", "target": "E1", "reference": "TOPIC:trad"}, "unknown slug trad"),
        (
            {"edit": "reference", "target": "T1", "reference": "QUANTITY:2_dosis"},
            "unknown unit dosis; did you mean doses?",
        ),
        ({"edit": "relation", "type": "HoldsOffice", "first": "T1", "second": "T4"}, "not allowed"),
        ({"edit": "type", "target": "T1", "type": "Goods"}, "which is not allowed"),
        ({"edit": "removal", "target": "T1"}, "T1 is role Agent of E1 MaterialAid"),
        ({"edit": "removal", "target": "T99"}, "T99 does not exist"),
        ({"edit": "other"}, "'other' is no edit"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    client: FlaskClient, name: str, file: Path, fields: dict[str, str], words: str
) -> None:
    before = file.read_bytes()
    answer = send(client, name, **fields)
    assert answer.status_code == 422
    assert words in refusal(answer)
    assert file.read_bytes() == before


@pytest.mark.slow
def test_a_second_edit_of_one_version_is_shown_beside_the_first(
    client: FlaskClient, name: str, file: Path
) -> None:
    version = version_in(client.get(f"/documents/{name}"))
    mine = {"edit": "mention", "words": "gift", "type": "Topic"}
    other = {"edit": "attribute", "target": "E1", "type": "Voice", "value": "unattributed"}
    assert send(client, name, version, **other).status_code == 303
    now = file.read_bytes()
    answer = send(client, name, version, **mine)
    assert answer.status_code == 409
    assert file.read_bytes() == now
    changes = re.findall("<(ins|del)><span[^>]*>[^<]*</span>(.*?)</", answer.text)
    assert changes == [
        ("del", "A2\tVoice E1 article"),
        ("ins", "A2\tVoice E1 unattributed"),
        ("ins", "T13\tTopic 46 50\tgift"),
    ]
    # What was chosen is in the form that writes it all the same.
    fields = dict(re.findall('<input type="hidden" name="(.*?)" value="(.*?)">', answer.text))
    assert fields.items() >= mine.items()
    assert client.post(f"/documents/{name}", data=fields, headers=FORM).status_code == 303
    text = file.read_text("utf-8")
    assert "A2\tVoice E1 unattributed" in text
    assert "T13\tTopic 46 50\tgift" in text


@pytest.mark.slow
def test_a_file_that_an_editor_changed_is_not_written_over(
    client: FlaskClient, name: str, file: Path
) -> None:
    version = version_in(client.get(f"/documents/{name}"))
    text = file.read_text("utf-8").replace("#1\tAnnotatorNotes E1\tA note.\n", "")
    file.write_text(text, "utf-8")
    data = {"edit": "removal", "target": "#1"}
    headers = {**FORM, "If-Match": f'"{version}"'}
    answer = client.post(f"/documents/{name}", data=data, headers=headers)
    assert answer.status_code == 412
    assert refusal(answer) == "#1 does not exist; name an annotation"
    # Of a version that nobody knows, what it was is not told.
    answer = send(client, name, "0" * 64, edit="removal", target="A1")
    assert answer.status_code == 409
    assert "not known any more" in answer.text
    assert file.read_text("utf-8") == text


@pytest.mark.slow
def test_edits_are_taken_back_one_by_one(client: FlaskClient, name: str, file: Path) -> None:
    def undo() -> int:
        version = version_in(client.get(f"/documents/{name}"))
        return client.post(
            f"/documents/{name}/undo", data={"version": version}, headers=FORM
        ).status_code

    contents = [file.read_bytes()]
    for words in ("gift", "helps ASEAN", "praised"):
        assert send(client, name, edit="mention", words=words, type="Topic").status_code == 303
        contents.append(file.read_bytes())
    for content in reversed(contents[:-1]):
        assert undo() == 303
        assert file.read_bytes() == content
    assert undo() == 409
    # What was changed elsewhere stays.
    assert send(client, name, edit="mention", words="gift", type="Topic").status_code == 303
    with file.open("a", encoding="utf-8") as opened:
        opened.write("#2\tAnnotatorNotes E2\tNew.\n")
    content = file.read_bytes()
    assert undo() == 409
    assert file.read_bytes() == content


@pytest.mark.slow
def test_a_document_without_annotations_gets_a_file(
    client: FlaskClient, name: str, file: Path
) -> None:
    file.unlink()
    assert send(client, name, edit="mention", words="Japan gave", type="Topic").status_code == 303
    assert file.read_text("utf-8") == "T1\tTopic 0 10\tJapan gave\n"


def test_only_files_of_documents_are_written(
    client: FlaskClient, name: str, file: Path, documents: Path
) -> None:
    target = documents.parent / "elsewhere.ann"
    file.rename(target)
    content = target.read_bytes()
    file.symlink_to(target)
    answer = client.get(f"/documents/{name}")
    assert answer.status_code == 422
    assert "is a link" in refusal(answer)
    assert client.post(f"/documents/{name}", data={}, headers=FORM).status_code == 422
    assert target.read_bytes() == content
    target.rename(file)
    file.with_suffix(".a1").write_text("", "utf-8")
    assert "has annotations in parts" in refusal(client.get(f"/documents/{name}"))
    for path in ("/documents/nothing", "/documents/..%2Fsources", "/documents/%2e%2e"):
        assert client.get(path).status_code == 404
    answer = client.post("/documents/..%2f..%2fx", data={"edit": "removal"}, headers=FORM)
    assert answer.status_code == 404


@pytest.mark.slow
def test_suggestions_are_looked_at(client: FlaskClient, name: str, file: Path) -> None:
    note = "#2\tAnnotatorNotes T1\tsuggested; look at it and take this note away\n"
    file.write_text(file.read_text("utf-8") + note, "utf-8")
    assert "It is right" in client.get(f"/documents/{name}?at=T1").text
    assert send(client, name, edit="removal", target="#2").status_code == 303
    assert "suggested" not in file.read_text("utf-8")


@pytest.mark.slow
def test_without_script_things_are_found_by_the_form(client: FlaskClient, name: str) -> None:
    page = client.get(f"/documents/{name}?words=Japan&spans=0+5&find=lao")
    assert '<option value="laos" data-name="Laos">Laos (State), laos</option>' in page.text
    assert 'name="spans" value="0 5"' in page.text


@pytest.mark.slow
def test_an_annotation_that_is_not_in_the_text_can_be_removed(
    client: FlaskClient, name: str, file: Path
) -> None:
    before = file.read_text("utf-8")
    file.write_text(before + "T99\tState 1 6\tJapan\n", "utf-8")
    page = client.get(f"/documents/{name}?at=T99")
    assert "Not in the text" in page.text
    assert "Remove T99" in page.text
    assert send(client, name, edit="removal", target="T99").status_code == 303
    assert file.read_text("utf-8") == before
