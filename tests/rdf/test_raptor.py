"""RDF/XML over terms of any kind, read by Raptor, where it is installed, whose reader of XML is
another than Python's."""

import io
import shutil
import subprocess

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.rdf.formats import RDF_XML
from eakg.rdf.writers.lacks import UnwritableError
from helpers import readers
from helpers.random_terms import IRIS, LITERALS
from helpers.tries import tries

RAPPER = shutil.which("rapper")
pytestmark = pytest.mark.skipif(RAPPER is None, reason="rapper is not installed: raptor2-utils")
COMMAND = (str(RAPPER), "-q", "-i", "rdfxml", "-o", "ntriples", "-", "http://example.org/")
PLAIN_IRIS = IRIS.filter(lambda iri: "/." not in iri.value)
"""IRIs of whose paths Raptor takes no dots away."""
read = readers.engine_graph(pyoxigraph.RdfFormat.N_TRIPLES)


@given(
    st.lists(
        st.builds(pyoxigraph.Triple, PLAIN_IRIS, PLAIN_IRIS, PLAIN_IRIS | LITERALS),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=tries(60))
def test_raptor_reads_what_is_written(triples: list[pyoxigraph.Triple]) -> None:
    output = io.BytesIO()
    try:
        RDF_XML.write(triples, output, {"": "http://example.org/"})
    except UnwritableError:
        return
    answer = subprocess.run(COMMAND, input=output.getvalue(), capture_output=True, check=False)
    assert b"Error" not in answer.stderr
    assert read(answer.stdout) == {readers.engine_term(triple) for triple in triples}
