"""Answers of the engine do not outlive the call that asked for them."""

from pathlib import Path

import pyoxigraph
import pytest
from rdflib import URIRef

from eakg.sparql.failures import FormatMismatchError
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.request import QueryRequest


@pytest.mark.parametrize("format_", ["turtle", "xml"])
def test_an_error_keeps_no_answer(tmp_path: Path, format_: str) -> None:
    (tmp_path / "a.ttl").write_text('<urn:a> <urn:p> "\\u0001" .')
    store = EmbeddedStore(read_contents([GraphFile(URIRef("urn:g"), tmp_path / "a.ttl")]))
    with pytest.raises(FormatMismatchError) as caught:
        store.query(QueryRequest("SELECT * { ?s ?p ?o }", format=format_))
    assert caught.tb is not None
    traceback = caught.tb
    while traceback:
        values = traceback.tb_frame.f_locals.values()
        assert not any(isinstance(value, pyoxigraph.QuerySolutions) for value in values)
        traceback = traceback.tb_next
