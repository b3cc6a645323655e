"""`eakg reason --engine duckdb`, and which engine is chosen: what is written, told, refused."""

import gzip
import json
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eakg.cli import main
from helpers.disk_closures import part_lines

pytestmark = pytest.mark.slow
CHOICE = import_module("eakg.commands.closing.choice")
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
DISJOINT = "<http://www.w3.org/2002/07/owl#disjointWith>"
AXIOMS = (
    f"<http://x/C> {SUBCLASS} <http://x/D> .\n<http://x/D> {SUBCLASS} <http://x/E> .\n"
    f"<http://x/C> {DISJOINT} <http://x/F> .\n"
)
DATA = f"<http://x/a> {TYPE} <http://x/C> .\n"
CLASH = f"<http://x/a> {TYPE} <http://x/F> .\n"
BRINGS = "which is not installed; `pip install 'eakg[{}]'` brings it"
LARGE, LITTLE = 1 << 40, 1 << 20


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.nt").write_text(AXIOMS + DATA, "utf-8")


def reason(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["reason", *arguments])


def on_disk(*arguments: str) -> Result:
    return reason("--engine", "duckdb", "-o", "out", *arguments)


def in_memory(*arguments: str) -> list[str]:
    return sorted(reason(*arguments).stdout.splitlines())


def test_without_duckdb_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = on_disk("in.nt", "--work", "work")
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        f"--engine duckdb: needs duckdb, {BRINGS.format('large')}"
    ]
    assert [path.name for path in Path().iterdir()] == ["in.nt"]


def test_without_spark_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    result = on_disk("in.nt", "--engine", "spark")
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        f"--engine spark: needs pyspark, {BRINGS.format('spark')}"
    ]
    assert [path.name for path in Path().iterdir()] == ["in.nt"]


def test_the_closure_is_a_folder_of_parts_and_nothing_else_is_left() -> None:
    assert on_disk("in.nt").exit_code == 0
    assert part_lines(Path("out")) == in_memory("in.nt")
    names = {path.name for path in Path("out").iterdir()}
    assert names == {"_SUCCESS", *(f"part-{place}.nt" for place in range(len(names) - 1))}
    assert {path.name for path in Path().iterdir()} == {"in.nt", "out"}
    assert on_disk("in.nt", "--only-inferred").exit_code == 0
    assert part_lines(Path("out")) == in_memory("in.nt", "--only-inferred")


def test_parts_may_be_compressed_and_are_read_again() -> None:
    assert on_disk("in.nt", "--gzip").exit_code == 0
    parts = sorted(Path("out").glob("part-*.nt.gz"))
    lines = [line for part in parts for line in gzip.decompress(part.read_bytes()).splitlines()]
    assert sorted(line.decode() for line in lines) == in_memory("in.nt")
    again = reason(*map(str, parts), "--only-inferred")
    assert (again.exit_code, again.stdout) == (0, "")


def test_what_is_said_of_blank_nodes_is_in_one_part() -> None:
    """A label of a blank node means something within one file."""
    node = f"_:r {TYPE} <http://www.w3.org/2002/07/owl#Restriction> .\n"
    axiom = f"<http://x/E> {SUBCLASS} _:r .\n"
    Path("in.nt").write_text(AXIOMS + DATA + node + axiom, "utf-8")
    assert on_disk("in.nt").exit_code == 0
    for part in Path("out").glob("part-*.nt"):
        lines = part.read_text("utf-8").splitlines()
        assert all(("_:" in line) == (part.name == "part-blank.nt") for line in lines)
    assert f"<http://x/a> {TYPE} _:r ." in part_lines(Path("out"))
    assert part_lines(Path("out")) == in_memory("in.nt")


def test_a_store_is_made_of_the_parts() -> None:
    assert on_disk("in.nt", "--gzip").exit_code == 0
    parts = map(str, sorted(Path("out").glob("part-*.nt.gz")))
    loading = CliRunner().invoke(main, ["load", "--store", "s", "--reasoning", "none", *parts])
    assert loading.exit_code == 0
    assert Path("s").is_dir()


def test_files_of_other_syntaxes_are_read_too() -> None:
    Path("in.ttl").write_text(f"@prefix : <http://x/> . {AXIOMS} :a a :C .", "utf-8")
    assert on_disk("in.ttl").exit_code == 0
    assert part_lines(Path("out")) == in_memory("in.nt")


def test_what_it_tells_machines_is_what_the_engine_in_memory_tells() -> None:
    disk = json.loads(on_disk("in.nt", "--json").stdout)
    memory = json.loads(reason("in.nt", "-o", "out.nt", "--json").stdout)
    for key in ("asserted", "inferred", "contradictions", "problems", "withheld"):
        assert disk[key] == memory[key]
    # That C is a subclass of E follows from axioms alone; that a is a D and an E, from the map.
    assert disk["rules"]["cax-sco"] == memory["rules"]["cax-sco"] == 2
    assert disk["rules"]["schema"] >= 1


def test_contradictions_are_told_in_the_same_words_and_withhold_the_closure() -> None:
    Path("in.nt").write_text(AXIOMS + DATA + CLASH, "utf-8")
    memory, disk = reason("in.nt", "-o", "out.nt"), on_disk("in.nt")
    assert disk.exit_code == memory.exit_code == 3
    assert disk.stderr == memory.stderr
    assert "cax-dw" in disk.stderr
    assert {path.name for path in Path().iterdir()} == {"in.nt"}
    disk = on_disk("in.nt", "--allow-inconsistent")
    assert disk.exit_code == 3
    assert part_lines(Path("out")) == in_memory("in.nt", "--allow-inconsistent")


def test_that_there_are_more_clashes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eakg.reason.disk.clashes.MOST", 1)
    instances = [f"<http://x/{k}> {TYPE} <http://x/{c}> .\n" for k in "abc" for c in "CF"]
    Path("in.nt").write_text(AXIOMS + "".join(instances), "utf-8")
    result = on_disk("in.nt")
    assert result.exit_code == 3
    told = "in.nt: there are more clashes than are told; correct these and close again"
    assert told in result.stderr.splitlines()
    assert result.stderr.count("contradiction (cax-dw)") == 1


def test_work_stays_where_it_is_named_and_is_gone_on_with() -> None:
    assert on_disk("in.nt", "--work", "work").exit_code == 0
    assert Path("work/manifest.json").is_file()
    lines = part_lines(Path("out"))
    assert on_disk("in.nt", "--work", "work", "--resume").exit_code == 0
    assert part_lines(Path("out")) == lines == in_memory("in.nt")


def test_triples_come_and_go() -> None:
    assert on_disk("in.nt", "--work", "work").exit_code == 0
    Path("more.nt").write_text(f"<http://x/b> {TYPE} <http://x/C> .\n", "utf-8")
    Path("less.nt").write_text(DATA, "utf-8")
    result = on_disk("--work", "work", "--add", "more.nt", "--remove", "less.nt")
    assert (result.exit_code, result.output) == (0, "")
    Path("in.nt").write_text(AXIOMS + Path("more.nt").read_text("utf-8"), "utf-8")
    assert part_lines(Path("out")) == in_memory("in.nt")
    Path("less.nt").write_text(AXIOMS.splitlines()[0], "utf-8")
    result = on_disk("--work", "work", "--remove", "less.nt")
    assert result.exit_code == 0
    assert result.stderr == "closed anew, as axioms or cells of lists may be lost\n"


def test_a_contradiction_that_comes_withholds_the_closure() -> None:
    assert on_disk("in.nt", "--work", "work").exit_code == 0
    lines = part_lines(Path("out"))
    Path("clash.nt").write_text(CLASH, "utf-8")
    result = on_disk("--work", "work", "--add", "clash.nt")
    assert result.exit_code == 3
    assert "cax-dw" in result.stderr
    assert part_lines(Path("out")) == lines
    assert on_disk("--work", "work", "--remove", "clash.nt").exit_code == 0
    assert part_lines(Path("out")) == lines


def test_memory_has_a_second_name() -> None:
    assert in_memory("in.nt", "--engine", "rules") == in_memory("in.nt", "--engine", "memory")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--equality", "representatives"), "--equality representatives is for --engine memory"),
        (("--repairs", "1"), "--repairs is for --engine memory"),
        (("--rules", "rdfs"), "--rules rdfs, about every property, is for --engine memory"),
        (("--resume",), "--resume goes on with the folder of --work; name it"),
        (("-o", "out.nt"), "--engine duckdb writes a folder of parts; name it with -o"),
        (("-o", "none/out"), "none is no folder; make it first"),
        (("--engine", "memory", "--gzip"), "--gzip go with --engine duckdb or spark"),
        (("--master", "local[1]"), "--master goes with --engine spark"),
        (("--engine", "memory", "--work", "w"), "--work, --resume and --gzip go with"),
        (("--add", "in.nt"), "leave FILE... out"),
        (("-",), "is read again where that is needed; with --engine duckdb name a file"),
    ],
)
def test_what_it_does_not_do_is_refused_by_name(arguments: tuple[str, ...], words: str) -> None:
    result = on_disk("in.nt", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert [path.name for path in Path().iterdir()] == ["in.nt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing argument 'FILE...'."),
        (("--add", "in.nt"), "--add and --remove go with --engine duckdb and --work"),
        (("--add", "in.nt", "--work", "w"), "w: is no folder; name that of"),
        (("--add", "in.nt", "--work", "."), "has no manifest.json; name the folder of"),
        (("--remove", "none.nt", "--work", "."), "has no manifest.json"),
    ],
)
def test_a_change_is_one_of_a_closure(arguments: tuple[str, ...], words: str) -> None:
    result = on_disk(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert [path.name for path in Path().iterdir()] == ["in.nt"]


def test_a_folder_with_other_things_is_not_written_into() -> None:
    Path("out").mkdir()
    Path("out/thesis.txt").touch()
    result = on_disk("in.nt")
    assert result.exit_code == 2
    assert "out: is not empty, and no closure (it has no _SUCCESS); name another" in result.stderr
    assert [path.name for path in Path("out").iterdir()] == ["thesis.txt"]


ADVICE = "takes memory; `pip install 'eakg[large]'` brings duckdb, which would do with less"


@pytest.mark.parametrize(
    ("large", "free", "arguments", "installed", "words"),
    [
        (False, LITTLE, ("-o", "out.nt"), True, ""),
        (True, LARGE, ("-o", "out.nt"), True, "takes memory"),
        (True, LITTLE, ("-o", "out"), True, "takes duckdb"),
        (True, LITTLE, ("-o", "out.nt"), True, "takes memory, as duckdb needs a folder for -o"),
        (
            *(True, LITTLE, ("-o", "out.nt", "--repairs", "1"), True),
            "takes memory, as --repairs is for it",
        ),
        (True, LITTLE, ("-o", "out"), False, ADVICE),
    ],
)
def test_auto_takes_duckdb_for_what_is_too_large_where_it_can(
    large: bool,
    free: int,
    arguments: tuple[str, ...],
    installed: bool,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The estimate and the choice are told of large files."""
    monkeypatch.setattr(CHOICE, "available_memory", lambda: free)
    if large:
        monkeypatch.setattr(CHOICE, "_LARGE", 1)
    if not installed:
        monkeypatch.setitem(sys.modules, "duckdb", None)
    result = reason("in.nt", *arguments)
    (line, *_) = [*result.stderr.splitlines(), ""]
    assert line.endswith(words)
    assert line.startswith("--engine auto: about ") == bool(words)
    assert Path("out").is_dir() == (words == "takes duckdb")
