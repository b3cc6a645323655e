"""The versions of a store that takes changes: each answers as it did, or is told as not kept."""

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pyoxigraph
import pytest

from eakg.problems import ProblemsError
from eakg.sparql.failures import UnknownVersionError, VersionDroppedError
from eakg.store.archive import archived_segments
from eakg.store.changes import directory as directory_module
from eakg.store.changes.change import n_quads
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest
from eakg.store.versions.journaled import JournaledVersions
from eakg.store.versions.version import find_version
from helpers.writing import EMPTY, PLAIN, WRITABLE, dump, ontology, update

T = TypeVar("T")
UPDATES = 200
_OWN = (
    "INSERT DATA { GRAPH g:a { :s1 :note 'z'@zh-Hant } }",
    "CREATE SILENT GRAPH g:empty",
    "DROP SILENT GRAPH g:empty",
    "DELETE WHERE { GRAPH g:a { ?s a :Cat } }",
    "INSERT { GRAPH g:b { ?s :note 1.50 } } WHERE { GRAPH g:a { ?s a :Dog } }",
)
Rows = list[bytes]
_EVERYTHING = "SELECT ?g ?s ?p ?o { GRAPH ?g {} OPTIONAL { GRAPH ?g { ?s ?p ?o } } }"


def random_update(source: random.Random) -> str:
    """An update of a tiny graph: most insert or delete a triple, from which more follows."""
    if source.random() < 0.2:
        return source.choice(_OWN)
    triple = source.choice(
        (
            f":s{source.randrange(9)} a :{source.choice(('Cat', 'Dog'))}",
            f":s{source.randrange(9)} :within :s{source.randrange(9)}",
            f":s{source.randrange(9)} :note '{source.randrange(30)}', '01'^^<x:y>, 'z'@zh",
        )
    )
    word = source.choice(("INSERT", "INSERT", "DELETE"))
    return f"{word} DATA {{ GRAPH g:{source.choice('ab')} {{ {triple} }} }}"


def rows(store: EmbeddedStore) -> Rows:
    """The answer to a query for all that the named graphs hold, empty ones among them."""
    return sorted(store.query(QueryRequest(_EVERYTHING, "tsv")).read().splitlines())


def recorded(
    options: StoreOptions, count: int, seed: int, ask: Callable[[EmbeddedStore], T]
) -> dict[str, T]:
    """What a store answered at each version of a run of updates, with restarts and snapshots."""
    source = random.Random(seed)
    folder = options.directory
    assert folder is not None
    answers = {}
    store = EmbeddedStore(ontology(folder.parent), options)
    answers[store.version] = ask(store)
    for number in range(count):
        if number % 23 == 22:
            store.close()
            store = EmbeddedStore(EMPTY, options)
        if number % 31 == 30:
            history = store._history
            assert history._directory is not None
            history._snapshot(history._directory)
        update(store, random_update(source))
        answers[store.version] = ask(store)
    store.close()
    return answers


def _plain(quads: Iterable[pyoxigraph.Quad]) -> set[pyoxigraph.Quad]:
    """Quads with their language tags as the engine has them."""
    lines = re.sub(rb"-x-eakgcase-[0-9a-f]+", b"", n_quads(quads))
    return set(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))


def asked_again(versions: JournaledVersions, name: str, folder: Path) -> Rows:
    """What a store of a past version answers."""
    folder.mkdir()
    store = EmbeddedStore(*versions.restore(name, folder))
    try:
        assert store.version == name
        return rows(store)
    finally:
        store.close()


@pytest.mark.slow
def test_each_old_version_gives_what_it_gave(tmp_path: Path) -> None:
    options = replace(PLAIN, directory=tmp_path / "store")
    answers = recorded(options, UPDATES, 7, rows)
    versions = JournaledVersions(tmp_path / "store", options)
    assert [version.name for version in versions.versions()] == [*answers]
    instants = [version.instant for version in versions.versions()]
    assert None not in instants
    assert instants == sorted(instants, key=str)
    for number, (name, answer) in enumerate(answers.items()):
        assert asked_again(versions, name, tmp_path / str(number)) == answer


@pytest.mark.slow
def test_what_followed_then_follows_again(tmp_path: Path) -> None:
    options = replace(WRITABLE, on_contradiction="report", directory=tmp_path / "store")
    answers = recorded(options, 40, 5, rows)
    versions = JournaledVersions(tmp_path / "store", options)
    for number, (name, answer) in enumerate([*answers.items()][::3]):
        assert asked_again(versions, name, tmp_path / str(number)) == answer


@pytest.mark.slow
def test_what_is_not_kept_is_told(tmp_path: Path) -> None:
    options = replace(PLAIN, directory=tmp_path / "store", history=40_000)
    answers = recorded(options, UPDATES, 8, rows)
    versions = JournaledVersions(tmp_path / "store", options)
    kept = [version.name for version in versions.versions()]
    assert 0 < len(kept) < len(answers)
    assert kept == [*answers][-len(kept) :]
    taken = sum(segment.size for segment in archived_segments(tmp_path / "store"))
    assert 0 < taken <= options.history
    for number, (name, answer) in enumerate(answers.items()):
        if name in kept:
            assert asked_again(versions, name, tmp_path / str(number)) == answer
        else:
            with pytest.raises(VersionDroppedError):
                find_version(versions, name)
    with pytest.raises(UnknownVersionError, match="no version x"):
        find_version(versions, "x")
    assert not versions.was_dropped("x")


@pytest.mark.slow
def test_differences_lead_from_one_version_to_another(tmp_path: Path) -> None:
    options = replace(PLAIN, directory=tmp_path / "store")
    answers = recorded(options, 70, 9, dump)
    versions = JournaledVersions(tmp_path / "store", options)
    names = [*answers]
    source = random.Random(1)
    for _ in range(40):
        old, new = source.choices(names, k=2)
        change = versions.change(old, new)
        assert _plain(change.removed) == answers[old] - answers[new]
        assert _plain(change.added) == answers[new] - answers[old]


def test_versions_have_the_names_that_were_answered(tmp_path: Path) -> None:
    options = StoreOptions("rdfs", "strict", writable=True, directory=tmp_path / "store")
    answers = recorded(options, 3, 1, rows)
    versions = JournaledVersions(tmp_path / "store", options)
    assert [version.name for version in versions.versions()] == [*answers]


def test_a_clock_that_is_set_back_does_not_turn_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = replace(PLAIN, directory=tmp_path / "store")
    store = EmbeddedStore(EMPTY, options)
    before = JournaledVersions(tmp_path / "store", options).versions()[0].instant
    assert before is not None

    class EarlierClock(directory_module.datetime):
        @classmethod
        def now(cls, tz: object = None) -> "EarlierClock":
            return cls.fromisoformat("2001-01-01T00:00:00+00:00")

    monkeypatch.setattr(directory_module, "datetime", EarlierClock)
    update(store, "INSERT DATA { :a :b :c }")
    store.close()
    versions = JournaledVersions(tmp_path / "store", options).versions()
    assert [version.instant for version in versions] == [before, before]


def test_a_folder_without_a_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="is missing"):
        JournaledVersions(tmp_path, PLAIN).versions()
