"""`eakg validate` with the user's own shapes: SHACL section 2.1.3 (targets) and 3.4 (results)."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.saved_query_files import run

PREFIXES = "PREFIX e: <http://e/>\nPREFIX sh: <http://www.w3.org/ns/shacl#>\n"
SHAPE = "e:S a sh:NodeShape ; {} sh:property [ sh:path e:chip ; sh:minCount 1 ] .\n"
DATA = "e:tom a e:Cat . e:rex a e:Cat ; e:chip 7 .\n"


def validated(folder: Path, data: str, shapes: str, *, named: bool) -> tuple[int, Any]:
    data_file, shapes_file = folder / "data.ttl", folder / "own.ttl"
    data_file.write_text(PREFIXES + data, "utf-8")
    shapes_file.write_text(PREFIXES + shapes, "utf-8")
    option = ("--shapes",) if named else ()
    result = run("validate", str(data_file), *option, str(shapes_file), "--json")
    return result.exit_code, json.loads(result.stdout) if result.exit_code < 2 else result.stderr


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    "target", ["sh:targetClass e:Cat ;", "sh:targetNode e:tom ;", "sh:targetSubjectsOf e:name ;"]
)
def test_own_shapes_are_used(tmp_path: Path, target: str, named: bool) -> None:
    data = DATA + "e:tom e:name 'Tom' .\n"
    status, report = validated(tmp_path, data, SHAPE.format(target), named=named)
    assert status == 1
    assert [check["name"] for check in report["checks"]] == ["shapes"]
    (problem,) = report["checks"][0]["problems"]
    assert "http://e/tom" in problem["message"]
    assert (problem["file"], problem["line"]) == (str(tmp_path / "data.ttl"), 3)
    data = data.replace("e:tom a", "e:tom e:chip 8 ; a")
    status, report = validated(tmp_path, data, SHAPE.format(target), named=named)
    assert (status, report["valid"]) == (0, True)


def test_shapes_and_data_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "both.ttl"
    path.write_text(PREFIXES + DATA + SHAPE.format("sh:targetClass e:Cat ;"), "utf-8")
    assert run("validate", str(path)).exit_code == 1


def test_shapes_that_look_at_nothing_are_no_success(tmp_path: Path) -> None:
    status, words = validated(tmp_path, DATA, SHAPE.format(""), named=True)
    assert status == 2
    assert "own.ttl: has no shape with a target" in words
    assert run("validate", "--shapes", str(tmp_path / "own.ttl")).exit_code == 2
