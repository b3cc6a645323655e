"""`eakg check` and `eakg find`: what is wrong with one record, and slugs by names."""

import json
import shutil
import socket
from pathlib import Path

import pytest

from eakg import pipeline
from eakg.dataset.layout import built_layout
from helpers.small_dataset import Small

NOTE = "graph/sources/note"


def test_a_record_without_a_fault(small: Small) -> None:
    result = small.run("check", NOTE)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "note: 36 lines, 0 problems, 0 warnings\n"
    assert small.run("check", f"{NOTE}/").exit_code == 0
    assert not Path("graph/asserted").exists()


def test_what_building_and_validating_say_comes_at_once(small: Small) -> None:
    small.replace("note.ann", "A5\tPolarity E2 affirmed\n", "")
    slug = small.replace("note.ann", "EAKG:goods-masks", "EAKG:goods-maskz")
    result = small.run("check", NOTE)
    assert result.exit_code == 1
    *problems, summary = result.stdout.splitlines()
    assert summary == f"note: 35 lines, {len(problems)} problems, 0 warnings"
    assert any(
        line.startswith(f"{NOTE}/note.ann:{slug}: unknown slug goods-maskz") for line in problems
    )
    assert any("Polarity" in line and line.startswith(f"{NOTE}/note.ann:") for line in problems)


def test_it_says_of_a_record_what_building_and_validating_say(small: Small) -> None:
    small.replace("note.ann", "A5\tPolarity E2 affirmed\n", "")
    small.replace("note.ann", "A1\tModality E1 reported-fact\n", "")
    assert small.build().exit_code == 0
    (shapes,) = [
        one for one in pipeline.validate(built_layout(Path("graph"))).checks if one.name == "shapes"
    ]
    findings = pipeline.check(Path(NOTE))
    assert shapes.problems
    assert findings.problems == shapes.problems


def test_what_is_wrong_elsewhere_is_not_said(small: Small) -> None:
    other = Path("graph/sources/other")
    shutil.copytree(NOTE, other)
    for ending in ("txt", "ann"):
        (other / f"note.{ending}").rename(other / f"other.{ending}")
    text = (other / "other.ann").read_text("utf-8")
    for slug in ("gift", "gift-judged", "growth"):
        text = text.replace(f"EAKG:{slug}\t", f"EAKG:other-{slug}\t")
    (other / "other.ann").write_text(text.replace("EAKG:asean", "EAKG:aseam"), "utf-8")
    assert small.run("check", NOTE).exit_code == 0
    assert "unknown slug aseam" in small.run("check", str(other)).stdout


def test_a_contradiction_names_both_sides(small: Small) -> None:
    small.replace("note.ann", "T1\tState 0 5\tJapan", "T1\tPerson 0 5\tJapan")
    result = small.run("check", NOTE)
    assert result.exit_code == 1
    assert f"{NOTE}/note.ann:1:" in result.stdout


@pytest.mark.parametrize("folder", ["graph/sources/nothing", "graph", f"{NOTE}/note.txt"])
def test_what_is_no_record(small: Small, folder: str) -> None:
    for command in ("check", "suggest"):
        result = small.run(command, folder)
        assert result.exit_code == 2
        assert result.stderr.startswith(folder)


def test_a_folder_without_configuration_takes_the_shared_one(small: Small) -> None:
    Path(NOTE, "annotation.conf").unlink()
    assert small.run("check", NOTE).exit_code == 0
    small.replace("note.ann", "A5\tPolarity E2 affirmed", "A5\tPolarity E2 afirmed")
    result = small.run("check", NOTE)
    assert result.exit_code == 1
    assert "afirmed" in result.stdout


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (("Japan",), "japan"),
        (("lao", "pdr"), "laos"),
        (("masks",), "goods-masks"),
        (("Japaan",), "japan"),
        (("Masks", "given"), "gift"),
    ],
)
def test_slugs_by_names(small: Small, words: tuple[str, ...], slug: str) -> None:
    result = small.run("find", *words, "--sources", "graph/sources")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.split("\t")[0] == slug
    found = json.loads(small.run("find", *words, "--sources", "graph/sources", "--json").stdout)
    assert found[0]["slug"] == slug
    assert all(set(one) == {"slug", "kinds", "names"} for one in found)


def test_nothing_has_that_name(small: Small) -> None:
    result = small.run("find", "qqqqqq", "--sources", "graph/sources")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "nothing has a name like 'qqqqqq'\n"
    assert small.run("find", "qqqqqq", "--sources", "graph/sources", "--json").stdout == "[]\n"


@pytest.mark.parametrize("name", ["my record", "r\u00e9cord", "a#b"])
def test_names_that_are_none(small: Small, name: str) -> None:
    shutil.copytree(NOTE, Path("graph/sources", name))
    message = "is no name for a record; use letters of ASCII, digits"
    for command in ("check", "suggest"):
        result = small.run(command, f"graph/sources/{name}")
        assert result.exit_code != 0
        assert "Traceback" not in result.output
    result = small.build()
    assert result.exit_code == 2
    assert result.stderr.startswith(f"graph/sources/{name}: {message}")
    assert small.run("check", NOTE).exit_code == 0  # what is wrong beside it is not its own


def test_a_folder_that_is_not_there(small: Small) -> None:
    for command in ("check", "suggest"):
        result = small.run(command, "graph/sources/nowhere")
        assert result.stderr == "graph/sources/nowhere: no such folder; name that of a document\n"
    Path("empty").mkdir()
    for folder, words in (("nowhere", "no such folder"), ("empty", "has no folder of a document")):
        result = small.run("build", "--sources", folder, "--out", "out")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"{folder}: {words}; name that of documents\n"
    assert not Path("out").exists()


def test_a_trigger_of_no_event_is_told_as_one(small: Small) -> None:
    text = small.path("note.ann").read_text("utf-8")
    lines = [line for line in text.splitlines() if " E2" not in line and line[:2] != "E2"]
    small.path("note.ann").write_text("\n".join(lines) + "\n", "utf-8")
    assert "T6 Evaluation: is the trigger of no event" in small.run("check", NOTE).stdout


def test_nothing_to_find(small: Small) -> None:
    assert small.run("find", " ").exit_code == 2


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("graph/nothing", "graph/nothing: no such folder; name that of documents"),
        ("graph/background", "graph/background: has no folder of a document with its text"),
        (f"{NOTE}/note.txt", f"{NOTE}/note.txt: no such folder; name that of documents"),
    ],
)
def test_nothing_to_annotate(small: Small, folder: str, words: str) -> None:
    result = small.run("annotate", folder, "--port", "0")
    assert result.exit_code == 2
    assert result.stderr.startswith(words)
    assert result.stdout == ""


def test_a_port_in_use(small: Small) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        result = small.run("annotate", NOTE, "--port", port)
    assert result.exit_code == 2
    assert result.stderr == (
        f"127.0.0.1:{port}: cannot listen: Address already in use; choose another with --port\n"
    )
