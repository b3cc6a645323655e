"""Licences of graphs in the project file: by the graph or by the file that it is read from."""

import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from eakg.cli import main
from helpers.serving import running

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
NAMED = "<urn:b> <urn:p> <urn:c> <http://e.example/named> ."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:p> <urn:b> .")
    (tmp_path / "b.nq").write_text(NAMED)
    return tmp_path


def project(folder: Path, *licences: str) -> Path:
    items = ", ".join(f'"{one}"' for one in licences)
    text = f'data = ["a.ttl", "b.nq"]\nbase = ["http://e.example/"]\ngraph-licence = [{items}]\n'
    (folder / "eakg.toml").write_text(text)
    return folder


def served(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["publish", *arguments])


def test_a_file_stands_for_its_graph(folder: Path) -> None:
    project(folder, f"a.ttl={CC0}", "http://e.example/named=urn:own")
    with running(str(folder)) as address:
        for iri, licence in (("urn:a", CC0), ("urn:c", "urn:own")):
            with urllib.request.urlopen(f"{address}/doc?iri={quote(iri)}&format=ttl") as answer:
                assert f'<{licence}>; rel="license"' in answer.headers["Link"]


@pytest.mark.parametrize(
    ("licence", "words"),
    [
        ("c.ttl=urn:l", "{folder}/c.ttl is none of the files that are served"),
        ("b.nq=urn:l", "{folder}/b.nq names its graphs itself; write the IRI of one"),
        (
            "http://e.example/nmaed=urn:l",
            "there is no graph http://e.example/nmaed; did you mean http://e.example/named?",
        ),
        ("urn:x=urn:l", "there is no graph urn:x; there are http://e.example/graph/file/a, "),
        ("a.ttl=no licence", "'a.ttl=no licence' is not of the form GRAPH=LICENCE"),
        ("a.ttl", "'a.ttl' is not of the form GRAPH=LICENCE"),
    ],
)
def test_what_is_none_is_told_with_file_and_key(folder: Path, licence: str, words: str) -> None:
    project(folder, f"a.ttl={CC0}", licence)
    result = served(str(folder / "site"), str(folder))
    assert result.exit_code == 2
    place = f"{folder}/eakg.toml:3: graph-licence: "
    assert result.stderr.startswith(place + words.format(folder=folder)), result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (folder / "site").exists()


def test_a_flag_is_told_by_its_name(folder: Path) -> None:
    arguments = (str(folder / "site"), str(folder / "a.ttl"), "--graph-licence", "urn:x=urn:l")
    result = served(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("--graph-licence: there is no graph urn:x; ")
