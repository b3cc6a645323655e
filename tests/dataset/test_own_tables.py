"""Tables of one's own beside those that are shipped, for documents that lie elsewhere."""

import shutil
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest
from rdflib.namespace import RDF

from eakg.names import EAKG, ID
from eakg.rdf import parse_rdf
from helpers.house import ROOT
from helpers.patience import PATIENT
from helpers.small_dataset import TABLES, Small

PROGRAM = str(Path(sys.executable).with_name("eakg"))
SOURCES = "mine/sources"
RECORD = f"{SOURCES}/note"
OWN = Path("mine/own-tables")
ATLANTIS = "atlantis,Atlantis,,AT,ATL,,https://example.org/states,verified,"


@pytest.fixture
def own(small: Small) -> Small:
    """The record of the small dataset beside the shipped tables; it tells of Atlantis, and a table
    of its own has that."""
    shutil.copytree("graph/sources", SOURCES)
    Path(SOURCES, "mapping.toml").unlink()
    reference = "N1\tReference T1 EAKG:"
    small.replace(f"{RECORD}/note.ann", f"{reference}japan", f"{reference}atlantis")
    text = Path(RECORD, "meta.toml").read_text("utf-8")
    words = '\n[words]\natlantis = ["Japan"]\n'
    Path(RECORD, "meta.toml").write_text(text + words, "utf-8")
    write_table("own-states", ATLANTIS)
    return small


def write_table(name: str, row: str, model: str = "states") -> None:
    """A table of one's own with the columns of a shipped one."""
    OWN.mkdir(exist_ok=True)
    (OWN / f"{name}.csv").write_text("\n".join([TABLES[model][0], row, ""]), "utf-8")
    metadata = (ROOT / f"graph/background/{model}.csv-metadata.json").read_text("utf-8")
    for before, after in ((f'"{model}.csv"', f'"{name}.csv"'), (f"/{model}/row/", f"/{name}/row/")):
        metadata = metadata.replace(before, after)
    (OWN / f"{name}.csv-metadata.json").write_text(metadata, "utf-8")


@pytest.mark.slow
def test_rows_are_added_to_the_shipped_tables(own: Small) -> None:
    result = own.run("check", RECORD)
    assert (result.exit_code, result.stderr) == (0, ""), result.stdout
    for slug in ("atlantis", "vietnam"):
        result = own.run("find", slug, "--sources", SOURCES)
        assert result.stdout.startswith(f"{slug}\t")


@pytest.mark.slow
def test_a_row_of_ones_own_is_not_left_out(own: Small) -> None:
    row = "asean,nowhere,member,asean,Nowhere in ASEAN,,1997-07-23,,from 1997,definition,verified,"
    write_table("own-members", row, "memberships")
    result = own.run("build", "--sources", SOURCES, "--out", "out")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{OWN}/own-members.csv:2: unknown slug nowhere")
    assert result.stderr.rstrip().endswith(f"add a row for it to a table of {OWN}")


@pytest.mark.parametrize(
    ("place", "folder"),
    [("mine", "sources/note"), (SOURCES, "note"), (SOURCES, "./note"), (RECORD, ".")],
)
def test_they_are_found_from_wherever_one_is(
    own: Small, place: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path has no parent of its own where it is a bare name, or `.`."""
    shutil.copytree("graph/background", "mine/background")
    monkeypatch.chdir(place)
    result = own.run("check", folder)
    assert (result.exit_code, result.stderr) == (0, ""), result.stdout


def test_a_table_that_is_added_while_one_watches(own: Small) -> None:
    shutil.copytree("graph/background", "mine/background")
    shutil.move(OWN, "later")
    command = [PROGRAM, "check", "--watch", "note"]
    with subprocess.Popen(command, cwd=SOURCES, stdout=subprocess.PIPE, text=True) as process:
        end = Timer(PATIENT.timeout, process.kill)
        end.start()
        try:
            assert process.stdout is not None
            verdicts = (line for line in process.stdout if line.startswith("note: "))
            assert "1 problems" in next(verdicts)
            shutil.move("later", OWN)
            assert any("0 problems" in line for line in verdicts)
        finally:
            end.cancel()
            process.kill()


def test_metadata_that_were_only_copied(own: Small) -> None:
    shutil.copytree("graph/background", "mine/background")
    path = OWN / "own-states.csv-metadata.json"
    path.write_text(path.read_text("utf-8").replace("/own-states/row/", "/states/row/"), "utf-8")
    result = own.run("build", "--sources", SOURCES, "--out", "out")
    assert result.exit_code == 2
    words = "is about states/row/atlantis, a row of another table; write own-states/row/"
    assert result.stderr == f"{OWN}/own-states.csv:2: {words} in its metadata\n"


def test_a_thing_that_no_table_has(own: Small) -> None:
    shutil.rmtree(OWN)
    result = own.run("check", RECORD)
    assert result.exit_code == 1
    assert "unknown slug atlantis" in result.stdout
    assert f"add a row for it to a table of {OWN}" in result.stdout


def test_a_name_of_a_shipped_table(own: Small) -> None:
    write_table("states", ATLANTIS)
    result = own.run("build", "--sources", SOURCES, "--out", "out")
    assert result.exit_code == 2
    assert f"{OWN}/states.csv: a table of " in result.stderr
    assert "is named states too; rename one of them" in result.stderr


def test_tables_that_take_the_place_of_the_shipped_have_others_beside_them(own: Small) -> None:
    shutil.copytree("graph/background", "mine/background")
    result = own.run("build", "--sources", SOURCES, "--out", "out")
    assert (result.exit_code, result.stderr) == (0, "")
    names = sorted(path.stem for path in Path("out/asserted").glob("*.ttl"))
    graph = parse_rdf(Path("out/asserted/own-states.ttl"))
    assert (ID.atlantis, RDF.type, EAKG.State) in graph
    assert names == ["memberships", "note", "organizations", "own-states", "states"]
