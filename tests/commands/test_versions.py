"""`eakg versions`: releases made of the tags of a repository."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eakg.cli import main
from eakg.names import ONTOLOGY_GRAPH
from eakg.store.graph_files import GraphFile, read_contents

IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
TERM = "<http://example.org/Cat> a <http://www.w3.org/2002/07/owl#Class> .\n"


def git(folder: Path, *arguments: str, day: str = "2026-03-01") -> None:
    moment = f"{day}T12:00:00+00:00"
    subprocess.run(
        ["git", "-C", str(folder), *IDENTITY, *arguments],
        check=True,
        capture_output=True,
        env={"GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment, "PATH": "/usr/bin:/bin"},
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with an ontology that has a triple more at its second tag."""
    folder = tmp_path / "repository"
    (folder / "ontology").mkdir(parents=True)
    git(folder, "init", "-q")
    file = folder / "ontology/eakg.ttl"
    for tag, text, day in (
        ("v1", TERM, "2026-03-01"),
        ("v2", TERM + TERM.replace("Cat", "Dog"), "2026-07-01"),
    ):
        file.write_text(text)
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", tag, day=day)
        git(folder, "tag", tag)
    return folder


def called(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["versions", *map(str, arguments)])


def test_each_tag_is_a_release_under_the_version_of_its_files(
    tmp_path: Path, repository: Path
) -> None:
    result = called(tmp_path / "releases", "--from-tags", repository)
    assert result.exit_code == 0, result.output
    files = [GraphFile(ONTOLOGY_GRAPH, repository / "ontology/eakg.ttl")]
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [row[1:] for row in rows] == [
        ["2026-03-01T12:00:00Z", "v1"],
        ["2026-07-01T12:00:00Z", "v2"],
    ]
    assert rows[1][0] == read_contents(files).version
    assert called(tmp_path / "releases").stdout == result.stdout


def test_releases_that_are_there_stay_as_they_are(tmp_path: Path, repository: Path) -> None:
    called(tmp_path / "releases", "--from-tags", repository)
    file = tmp_path / "releases/v1.toml"
    file.write_text(file.read_text().replace('"v1"', '"first"'))
    assert "first" in called(tmp_path / "releases", "--from-tags", repository).stdout


@pytest.mark.parametrize("tagged", [True, False])
def test_what_is_no_repository_with_tags_is_told(tmp_path: Path, tagged: bool) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    if not tagged:
        git(folder, "init", "-q")
    result = called(tmp_path / "releases", "--from-tags", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith(str(folder))
    assert result.stderr.count("\n") == 1
