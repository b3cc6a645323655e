"""The pipeline as a function: what a build makes and finds, before anything is written."""

import json
from pathlib import Path

import pytest

from eakg.dataset.layout import Layout, layout_of, sources_layout
from eakg.pipeline import build, validate, validate_data
from eakg.problems import ExitStatus, ProblemsError
from helpers.small_dataset import Small


def layout_here() -> Layout:
    return sources_layout(Path("graph/sources"), None)


def test_a_build_gives_files_and_writes_none(small: Small) -> None:
    stages: list[str] = []
    result = build(layout_here(), stages.append)
    assert stages == ["lifting", "reasoning"]
    assert small.built_files() == {}
    named = {str(path) for path in result.files}
    sources = ("memberships", "note", "organizations", "states")
    assert named == {
        "graph/inferred.ttl",
        *(f"graph/{kind}/{name}.ttl" for kind in ("asserted", "evidence") for name in sources),
    }
    assert {source.name for source in result.sources} == set(sources)
    assert result.inferred > 0
    result.write()
    assert small.built_files() == {str(path): content for path, content in result.files.items()}


def test_what_is_stale_missing_or_surplus(small: Small) -> None:
    result = build(layout_here())
    assert {problem.message.partition(";")[0] for problem in result.stale()} == {"is missing"}
    result.write()
    assert result.stale() == []
    Path("graph/asserted/gone.ttl").write_text("", "utf-8")
    later = build(layout_here())
    assert later.surplus == (Path("graph/asserted/gone.ttl"),)
    assert [problem.file for problem in later.stale()] == ["graph/asserted/gone.ttl"]


def test_a_command_prints_what_the_function_gives(built: Small) -> None:
    printed = json.loads(built.run("validate", ".", "--json", "--report").stdout)
    validation = validate(layout_of(Path()), report=True)
    assert validation.valid
    assert json.loads(json.dumps(validation.to_json())) == printed


def test_without_a_report_there_is_none(built: Small) -> None:
    assert validate(layout_of(Path())).to_json().keys() == {"valid", "checks"}


def test_files_of_anyone_are_validated_as_one_graph(small: Small) -> None:
    Path("a.ttl").write_text(
        "@prefix eakg: <https://w3id.org/eakg/ontology#> .\n<http://x/a> eakg:nonsense 1 .\n",
        "utf-8",
    )
    validation = validate_data([Path("a.ttl")])
    assert not validation.valid
    (terms,) = (check for check in validation.checks if check.name == "terms")
    assert [problem.file for problem in terms.problems] == ["a.ttl"]


def test_a_contradiction_ends_a_build(small: Small) -> None:
    small.replace("memberships.csv", "asean,laos,member", "laos,laos,member")
    with pytest.raises(ProblemsError) as caught:
        build(layout_here())
    assert caught.value.status == ExitStatus.INCONSISTENT
    assert small.built_files() == {}
    # It is more than an ill-formed literal.
    with pytest.raises(ProblemsError, match="contradiction"):
        build(layout_here(), on_contradiction="ignore-literals")
    result = build(layout_here(), on_contradiction="report")
    assert result.findings.contradictions == caught.value.problems
    assert result.findings.status == ExitStatus.INCONSISTENT
    assert result.files
    ended = small.build("--allow-inconsistent")
    assert ended.exit_code == 3
    assert ended.stderr.splitlines() == [f"{one} (warning)" for one in caught.value.problems]
    assert ended.stdout.splitlines()[-1].endswith(" inferred, 1 contradiction.")
    assert small.built_files()
