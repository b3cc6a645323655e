"""Releases: written of a store, read again, and what is said of a folder that is not right."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rdflib.compare as comparison
from rdflib import Graph

from eakg.problems import ProblemsError
from eakg.sparql.failures import UnknownVersionError
from eakg.store.embedded import EmbeddedStore
from eakg.store.graphs.dataset import INFERRED_NAME
from eakg.store.request import QueryRequest
from eakg.store.versions.releases import Releases, write_release
from eakg.store.versions.version import find_version
from helpers.holdings import small_contents
from helpers.writing import dump, ontology

OLD, NEW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def isomorphic(one: EmbeddedStore, other: EmbeddedStore) -> bool:
    """Whether two stores hold the same but for the labels of blank nodes."""
    return all(
        comparison.isomorphic(*(graph_of(store, name) for store in (one, other)))
        for name in {*one.graphs, *other.graphs}
    )


def graph_of(store: EmbeddedStore, name: str) -> Graph:
    """A graph of a store."""
    request = QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", "ntriples", default_graphs=(name,))
    return Graph().parse(store.query(request).read(), format="nt")


@pytest.fixture
def stores(tmp_path: Path) -> list[EmbeddedStore]:
    """Two stores that were released, into a folder `releases`."""
    found = [EmbeddedStore(ontology(tmp_path)), EmbeddedStore(small_contents())]
    for store, instant, name in zip(found, (OLD, NEW), ("v1", "v2"), strict=True):
        write_release(tmp_path / "releases", name, store, store.graphs, instant)
    return found


def test_a_release_answers_as_the_store_did(tmp_path: Path, stores: list[EmbeddedStore]) -> None:
    releases = Releases(tmp_path / "releases")
    versions = releases.versions()
    assert [(one.name, one.instant, one.title) for one in versions] == [
        (stores[0].version, OLD, "v1"),
        (stores[1].version, NEW, "v2"),
    ]
    for number, store in enumerate(stores):
        folder = tmp_path / str(number)
        folder.mkdir()
        past = EmbeddedStore(*releases.restore(store.version, folder))
        assert past.version == store.version
        assert isomorphic(past, store)


def test_differences_of_releases_are_of_what_is_asserted(
    tmp_path: Path, stores: list[EmbeddedStore]
) -> None:
    change = Releases(tmp_path / "releases").change(stores[0].version, stores[1].version)
    graphs = {quad.graph_name.value for quad in change.added}
    assert graphs == {*stores[1].graphs} - {INFERRED_NAME}
    assert {quad.graph_name.value for quad in change.removed} == {*stores[0].graphs}


def test_blank_nodes_are_known_again_by_what_is_said_of_them(tmp_path: Path) -> None:
    document = """@prefix : <x:> . {{ :a :list ( 'one'@en-GB [ :p ( 1 ) ] ) . {} }}
        :g {{ _:x :knows _:y . _:y :knows _:x ; :note 'circle' }}"""
    (tmp_path / "a.trig").write_text(document.format(""))
    (tmp_path / "b.trig").write_text(document.format("[] :note 'two'; :of [ :p ( 1 ) ] ."))
    for name in "ab":
        (tmp_path / f"{name}.toml").write_text(f'version = "{name}"\ndate = 2026-03-01')
    change = Releases(tmp_path).change("a", "b")
    assert change.removed == frozenset()
    assert {quad.predicate.value for quad in change.added} == {"x:note", "x:of"}


def test_a_version_that_is_not_there_is_told(tmp_path: Path, stores: list[EmbeddedStore]) -> None:
    with pytest.raises(UnknownVersionError):
        find_version(Releases(tmp_path / "releases"), "0" * 16)


def test_a_dump_may_be_made_by_hand(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text("<x:g> { <x:a> <x:b> 'c' }")
    (tmp_path / "march.toml").write_text('version = "ab1"\ndate = 2026-03-01\ndump = "a.trig"\n')
    version = find_version(Releases(tmp_path), "ab1")
    assert (version.instant, version.title) == (OLD, "march")
    (tmp_path / "made").mkdir()
    store = EmbeddedStore(*Releases(tmp_path).restore("ab1", tmp_path / "made"))
    assert [quad.object.value for quad in dump(store)] == ["c"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('version = "a"\ndate = 2026-03-01', "there is no dump"),
        ('version = 1\ndate = 2026-03-01\ndump = "a.nq"', "version is what EAKG-Data-Version"),
        ('version = "a"\ndate = "soon"\ndump = "a.nq"', "date is a date"),
        ('date = 2026-03-01\ndump = "a.nq"', "version is missing"),
        ("version = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_has_its_file(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.nq").write_text("")
    (tmp_path / "b.toml").write_text(text)
    with pytest.raises(ProblemsError, match=words) as caught:
        Releases(tmp_path).versions()
    assert caught.value.problems[0].file == str(tmp_path / "b.toml")


def test_a_folder_without_releases_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="holds no release"):
        Releases(tmp_path).versions()


def test_a_dump_has_the_same_bytes_each_time(tmp_path: Path, stores: list[EmbeddedStore]) -> None:
    first = (tmp_path / "releases/v2.nq.gz").read_bytes()
    write_release(tmp_path / "releases", "v2", stores[1], stores[1].graphs, NEW)
    assert (tmp_path / "releases/v2.nq.gz").read_bytes() == first
    assert gzip.decompress(first).endswith(b" .\n")
