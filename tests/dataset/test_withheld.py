"""Records of texts that are not shipped: built without them, compared and quoted with them."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from eakg.names import EAKG, ID, OA
from helpers.house import ROOT
from helpers.small_dataset import TEXT, Small, write_small_dataset

NOTE = Path("graph/sources/note")
ADDRESS = "https://example.org/note"
SHA256 = URIRef("https://schema.org/sha256")
NORMALIZED = TEXT.replace("\n\n", "\n")
"""The text without its empty line, as `white-space` makes it."""
SECTION = f"""
[text]
addresses = ["{ADDRESS}"]
normalization = ["NFC", "white-space"]
"""
FOUND = f"\ufeff  {TEXT}".replace("masks", "masks ").replace("\n", "  \n\n")
"""The text as somebody has it: the same but for white space."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small dataset with its record withheld, and the text in a folder elsewhere."""
    folder = tmp_path_factory.mktemp("withheld")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_small_dataset(folder, ROOT)
        small = Small()
        text, lines = NOTE / "note.txt", NOTE / "note.ann"
        text.write_text(NORMALIZED)
        lines.write_text(_moved(lines.read_text()))
        with (NOTE / "meta.toml").open("a") as file:
            file.write(SECTION)
        result = small.run("withhold", str(NOTE), "kept")
        assert result.exit_code == 0, result.output
        shutil.copytree("kept/note", NOTE, dirs_exist_ok=True)
        shutil.rmtree("kept")
        text.unlink()
        elsewhere = Path("texts/below")
        elsewhere.mkdir(parents=True)
        (elsewhere / "anything.text").write_text(FOUND)
        (elsewhere / "other.bin").write_bytes(b"\xff\xfe")
        assert small.build().exit_code == 0
        assert small.run(*QUOTED).exit_code == 0
    return folder


QUOTED = ("build", "--sources", "graph/sources", "--texts", "texts", "--out", "quoted")


def _moved(lines: str) -> str:
    """Offsets after the empty line, which is gone."""
    gap = TEXT.index("\n\n")
    return re.sub(
        r"(?<=[a-zA-Z] )(\d+) (\d+)(?=\t)",
        lambda m: " ".join(str(int(n) - (int(n) > gap)) for n in m.groups()),
        lines,
    )


@pytest.fixture
def withheld(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A copy of it."""
    shutil.copytree(prepared, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return Small()


def _evidence(folder: str) -> Graph:
    return Graph().parse(f"{folder}/evidence/note.ttl")


def _asserted(folder: str) -> Graph:
    return Graph().parse(f"{folder}/asserted/note.ttl")


def _stretches(text: str, count: int = 5) -> Iterator[str]:
    words = re.findall(r"\w+", text.casefold())
    return (" ".join(words[n : n + count]) for n in range(len(words) - count + 1))


@pytest.mark.slow
def test_nothing_that_is_kept_or_built_has_the_words(withheld: Small) -> None:
    told = set(_stretches(NORMALIZED))
    files = [path for path in Path("graph").rglob("note*") if path.is_file()]
    files += [path for path in NOTE.iterdir() if path.name != "annotation.conf"]
    assert len(files) >= 5
    for path in files:
        assert not told & set(_stretches(path.read_text())), path


@pytest.mark.slow
def test_spans_and_sentences_have_offsets_and_digests(withheld: Small) -> None:
    evidence = _evidence("graph")
    for kind, count in ((EAKG.TextSpan, 12), (EAKG.Sentence, 4)):
        parts = set(evidence.subjects(RDF.type, kind))
        assert len(parts) == count
        for part in parts:
            selector = next(evidence.objects(part, OA.hasSelector))
            start, end = (int(str(evidence.value(selector, p))) for p in (OA.start, OA.end))
            words = NORMALIZED[start:end]
            assert evidence.value(part, SHA256) == Literal(
                hashlib.sha256(words.encode()).hexdigest()
            )
            assert evidence.value(part, RDF.value) is None
    assert not set(evidence.subjects(RDF.type, OA.TextQuoteSelector))


def test_the_document_is_told_of_as_another_s(withheld: Small) -> None:
    evidence, note = _evidence("graph"), ID["note"]
    assert evidence.value(note, RDFS.seeAlso) == URIRef(ADDRESS)
    assert evidence.value(note, SHA256) == Literal(hashlib.sha256(NORMALIZED.encode()).hexdigest())
    assert evidence.value(note, DCTERMS.issued) is not None
    assert evidence.value(note, DCTERMS.creator) is None
    assert evidence.value(note, DCTERMS.license) is None


def test_with_the_text_there_is_more_and_nothing_else(withheld: Small) -> None:
    assert set(_evidence("graph")) < set(_evidence("quoted"))
    more = set(_asserted("quoted")) - set(_asserted("graph"))
    assert not set(_asserted("graph")) - set(_asserted("quoted"))
    assert more == {(ID["gift"], EAKG.dateText, Literal("5 March 2020", lang="en"))}


def test_the_quotes_are_the_text(withheld: Small) -> None:
    evidence = _evidence("quoted")
    quotes = set(evidence.subjects(RDF.type, OA.TextQuoteSelector))
    assert len(quotes) == 12
    for quote in quotes:
        position = URIRef(str(quote).replace("/quote-", "/position-"))
        start, end = (int(str(evidence.value(position, p))) for p in (OA.start, OA.end))
        assert str(evidence.value(quote, OA.exact)) == NORMALIZED[start:end]
    sentences = [evidence.value(s, RDF.value) for s in evidence.subjects(RDF.type, EAKG.Sentence)]
    assert Literal("People in Laos praised it.", lang="en") in sentences


def test_every_statement_has_its_support_either_way(withheld: Small) -> None:
    for folder in ("graph", "quoted"):
        evidence = _evidence(folder)
        for statement in evidence.subjects(RDF.type, RDF.Statement):
            spans = list(evidence.objects(statement, EAKG.evidence))
            assert spans
            assert all((span, RDF.type, EAKG.TextSpan) in evidence for span in spans)
            assert evidence.value(statement, PROV.wasDerivedFrom) is not None


@pytest.mark.slow
def test_checking_says_the_same_with_the_text_and_without(withheld: Small) -> None:
    options = ("--sources", "graph/sources", "--check")
    without, with_texts = (
        withheld.run("build", *options, *more) for more in ((), ("--texts", "texts"))
    )
    assert without.exit_code == with_texts.exit_code == 0
    assert without.output == with_texts.output
    Path("graph/evidence/note.ttl").write_text("")
    without, with_texts = (
        withheld.run("build", *options, *more) for more in ((), ("--texts", "texts"))
    )
    assert without.exit_code == with_texts.exit_code == 1
    assert without.output == with_texts.output


@pytest.mark.slow
def test_both_graphs_are_valid(withheld: Small) -> None:
    for folder in ("graph", "quoted"):
        result = withheld.run("validate", folder, "--sources", "graph/sources")
        problems = [line for line in result.output.splitlines() if "note" in line]
        assert not problems


@pytest.mark.slow
def test_a_quote_that_is_not_the_text_is_found_by_its_digest(withheld: Small) -> None:
    path = Path("quoted/evidence/note.ttl")
    path.write_text(path.read_text().replace("People in Laos praised it.", "People liked it."))
    result = withheld.run("validate", "quoted", "--sources", "graph/sources")
    assert result.exit_code == 1
    assert "'People liked it.', which has another SHA-256" in result.output.replace("\n", " ")


def test_quotes_are_refused_beside_the_annotations(withheld: Small) -> None:
    before = withheld.built_files()
    result = withheld.build("--texts", "texts")
    assert result.exit_code == 2
    assert "name it by --out" in result.stderr
    result = withheld.build("--texts", "texts", "--out", "graph")
    assert result.exit_code == 2
    assert "in a folder that is new" in result.stderr
    shipped = ROOT / "graph/quoted"
    result = withheld.build("--texts", "texts", "--out", str(shipped))
    assert result.exit_code == 2
    assert "lies in what is shipped" in result.stderr
    assert not shipped.exists()
    assert withheld.built_files() == before


@pytest.mark.slow
def test_version_control_leaves_quotes_alone(withheld: Small) -> None:
    assert Path("quoted/.gitignore").read_text() == "*\n"
    assert withheld.run(*QUOTED).exit_code == 0  # and it may be built again


@pytest.mark.slow
def test_a_text_that_is_not_there_is_told_and_not_quoted(withheld: Small) -> None:
    Path("texts/below/anything.text").write_text(TEXT.replace("Laos", "Lao"))
    result = withheld.run(*QUOTED)
    assert result.exit_code == 0
    assert (
        "graph/sources/note/meta.toml: no file in texts holds the text, by its SHA-256; it is not "
        "quoted (warning)" in result.stderr
    )
    assert set(_evidence("quoted")) == set(_evidence("graph"))
    result = withheld.build("--texts", "texts", "--check")
    assert result.exit_code == 0
    assert "no file in texts holds the text" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"),
    [
        (
            "note.ann",
            r"^(T1\tState 0 5\t).*",
            r"\1Japan",
            1,
            "T1 State: has words, and those of this text are withheld; write sha256: and",
        ),
        (
            "note.ann",
            r"^T1\tState 0 5\t",
            "T1\tState 400 405\t",
            1,
            "T1 State: 400 405 is in no sentence of sentences.csv; correct the offsets",
        ),
        ("sentences.csv", r"^1,0,", "3,0,", 2, "is no sentence that follows; write the number"),
        ("sentences.csv", r"^paragraph", "part", 1, "the first line is not paragraph,start,"),
        ("meta.toml", r'^sha256 = "..', 'sha256 = "', 8, "text.sha256 is no SHA-256; write"),
        ("meta.toml", r"^sha256.*\n", "", 7, "text.sha256 is missing; add it"),
        ("meta.toml", r'"NFC"', '"NFX"', 10, "text.normalization is no list of steps; there are"),
        ("meta.toml", r'\["https.*\]', '["here"]', 9, "text.addresses is no list of web"),
    ],
)
def test_what_is_wrong_is_told_without_the_text(
    withheld: Small, file: str, old: str, new: str, line: int, message: str
) -> None:
    path = NOTE / file
    text, count = re.subn(old, new, path.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text)
    result = withheld.build("--check")
    assert result.exit_code == 2
    assert f"{path}:{line}: {message}" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "note.ann",
            r"^T1\tState 0 5\t",
            "T1\tState 1 5\t",
            "note.ann:1: T1 State: the text at 1 5 has another SHA-256; correct the offsets",
        ),
        ("sentences.csv", r"^1,0,41", "1,0,40", "sentences.csv:2: the text at 0 40 has another"),
    ],
)
def test_what_only_the_text_shows_is_told_with_it(
    withheld: Small, file: str, old: str, new: str, message: str
) -> None:
    path = NOTE / file
    text, count = re.subn(old, new, path.read_text(), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text)
    for options in (("--check",), ("--out", "quoted")):
        result = withheld.build("--texts", "texts", *options)
        assert result.exit_code == 2
        assert f"graph/sources/note/{message}" in result.stderr


@pytest.mark.slow
def test_a_text_that_lies_beside_is_warned_of(withheld: Small) -> None:
    shutil.copy("texts/below/anything.text", NOTE / "note.txt")
    (NOTE / "note.txt").write_text(NORMALIZED)
    result = withheld.run("check", str(NOTE))
    assert "T1 State" in result.output  # its digests are no words of it


def test_a_text_is_withheld_only_as_its_steps_make_it(
    small: Small,
) -> None:
    result = small.run("withhold", str(NOTE), "kept")
    assert result.exit_code == 2
    assert "meta.toml: has no [text]; write it" in result.stderr
    with (NOTE / "meta.toml").open("a") as file:
        file.write(SECTION)
    result = small.run("withhold", str(NOTE), "kept")
    assert result.exit_code == 2
    assert "note.txt:2: is not as the steps of meta.toml make it; write 'People" in result.stderr
    assert not Path("kept").exists()
    result = small.run("check", str(NOTE))
    assert "note.txt: is here and quoted, and meta.toml withholds it" in result.output


def test_what_is_withheld_is_disclosed_to_who_has_the_text(withheld: Small) -> None:
    """It can be corrected there, and withheld again gives the same files."""
    before = {path.name: path.read_bytes() for path in NOTE.iterdir()}
    command = ("disclose", str(NOTE), "open", "--texts")
    assert withheld.run(*command, "texts").exit_code == 0
    assert Path("open/note/note.txt").read_text() == NORMALIZED
    assert "T1\tState 0 5\tJapan\n" in Path("open/note/note.ann").read_text()
    refused = withheld.run(*command, "texts")
    assert refused.exit_code == 2
    assert "is there already" in refused.stderr
    assert withheld.run("withhold", "open/note", "again").exit_code == 0
    again = {path.name: path.read_bytes() for path in Path("again/note").iterdir()}
    assert again.items() <= before.items()
    assert again.keys() == {"note.ann", "sentences.csv", "meta.toml"}
    refused = withheld.run("withhold", "open/note", "open")
    assert refused.exit_code == 2
    assert "open/note/note.txt: is there, where its record is to be without it" in refused.stderr
    Path("empty").mkdir()
    absent = withheld.run("disclose", str(NOTE), "other", "--texts", "empty")
    assert absent.exit_code == 2
    assert "no file in empty holds the text" in absent.stderr
    assert "withholds no text" in withheld.run("disclose", "open/note", "x", "--texts", ".").stderr
    assert "no such folder" in withheld.run("disclose", str(NOTE), "x", "--texts", "gone").stderr
