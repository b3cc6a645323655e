"""Folders of questions and drawings are looked at before anything is served."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eakg.cli import main

QUERY = "#+ summary: All\nSELECT ?s { ?s ?p ?o }"


def published(folder: Path, line: str) -> Result:
    (folder / "a.ttl").write_text("<urn:a> <urn:p> <urn:b> .")
    (folder / "eakg.toml").write_text(f'data = ["a.ttl"]\n{line}\n')
    return CliRunner().invoke(main, ["publish", str(folder / "site"), str(folder)])


@pytest.mark.parametrize("key", ["questions", "overviews"])
@pytest.mark.parametrize("name", ["none", "a.ttl"])
def test_what_is_no_folder_is_told_with_file_and_key(tmp_path: Path, key: str, name: str) -> None:
    result = published(tmp_path, f'{key} = "{name}"')
    assert result.exit_code == 2
    assert result.stderr == (
        f"{tmp_path}/eakg.toml:2: {key}: {tmp_path}/{name} is no folder; name one with saved"
        " queries\n"
    )
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("key", ["questions", "overviews"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "queries: has no query"),
        (f"#+ drawing: {{kind: pie}}\n{QUERY}", "a.rq:1: "),
        (f"#+ sumary: x\n{QUERY}", "did you mean 'summary'"),
    ],
)
def test_what_is_wrong_with_a_query_is_told(
    tmp_path: Path, key: str, text: str, words: str
) -> None:
    (tmp_path / "queries").mkdir()
    if text:
        (tmp_path / "queries/a.rq").write_text(text)
    result = published(tmp_path, f'{key} = "queries"')
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "site").exists()
