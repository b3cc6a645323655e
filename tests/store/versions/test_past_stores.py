"""Past stores: a bounded number of them open, each in processes of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from eakg.sparql.failures import OverloadedError, UnknownVersionError
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from eakg.store.versions.journaled import JournaledVersions
from eakg.store.versions.past_stores import PastStores
from helpers.patience import PATIENT
from helpers.writing import WRITABLE, dump, ontology, update

pytestmark = pytest.mark.slow


def test_the_last_used_stay_open_and_none_in_use_is_closed(tmp_path: Path) -> None:
    options: StoreOptions = replace(WRITABLE, directory=tmp_path / "store")
    store = EmbeddedStore(ontology(tmp_path), options)
    answers = {store.version: dump(store)}
    for number in range(2):
        update(store, f"INSERT DATA {{ GRAPH g:a {{ :s{number} a :Cat }} }}")
        answers[store.version] = dump(store)
    folder = tmp_path / "open"
    folder.mkdir()
    source = JournaledVersions(tmp_path / "store", options)
    past = PastStores(source, PATIENT, folder, 1)
    first, second, third = answers
    try:
        with past.lease(first) as client:
            assert client.version == first
            assert dump(client) == answers[first]
            with pytest.raises(OverloadedError), past.lease(second):
                pass
            with past.lease(first) as again:
                assert again is client
        for name in (second, third):
            with past.lease(name) as client:
                assert dump(client) == answers[name]
            assert len([*folder.iterdir()]) == 1
        with pytest.raises(UnknownVersionError), past.lease("x"):
            pass
        hasty = PastStores(source, replace(PATIENT, patience=0.0), folder)
        with hasty.lease(first) as client:
            # Opening it may take what a query may.
            assert client.version == first
        hasty.close()
    finally:
        past.close()
        store.close()
    assert [*folder.iterdir()] == []
