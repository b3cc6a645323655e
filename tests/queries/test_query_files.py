"""Which files are queries: those that are named, in folders, and of patterns."""

from pathlib import Path

import pytest

from eakg.problems import ProblemsError
from eakg.queries.contract.files import find_queries, left_out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.rq", "b.SPARQL", "c.ru", "deep/down/d.query", "deep/e.rq", "x[1].rq", "f.ttl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("ASK {}", "utf-8")
    return tmp_path


def names(folder: Path, *patterns: str) -> list[str]:
    found = find_queries(folder / pattern for pattern in patterns)
    return [path.relative_to(folder).as_posix() for path in found]


def test_a_pattern_takes_query_files(folder: Path) -> None:
    assert names(folder, "*.rq") == ["a.rq", "x[1].rq"]
    assert names(folder, "[ab].*") == ["a.rq", "b.SPARQL"]
    assert names(folder, "**/*.rq") == ["a.rq", "deep/e.rq", "x[1].rq"]


def test_a_folder_of_a_pattern_is_taken_whole(folder: Path) -> None:
    assert names(folder, "dee?") == ["deep/down/d.query", "deep/e.rq"]


def test_what_a_pattern_leaves_out_is_told(folder: Path) -> None:
    (problem,) = left_out([folder / "*"])
    assert (Path(problem.file).name, problem.message) == ("c.ru", "left out: it is an update")
    assert left_out([folder / "*.rq"]) == []


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    assert names(folder, "x[1].rq") == ["x[1].rq"]
    assert left_out([folder / "x[1].rq"]) == []


def test_a_file_is_taken_once(folder: Path) -> None:
    assert names(folder, "a.rq", "*.rq", ".") == [
        *("a.rq", "x[1].rq", "b.SPARQL", "deep/down/d.query", "deep/e.rq"),
    ]


@pytest.mark.parametrize("pattern", ["*.nothing", "f.*", "nowhere/*.rq"])
def test_a_pattern_of_no_query_is_an_error(folder: Path, pattern: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        find_queries([folder / "a.rq", folder / pattern])
    assert "check the pattern" in str(caught.value)
