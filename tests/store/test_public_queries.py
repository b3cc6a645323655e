"""Queries that others have published are answered, or refused by name.

They are read from the folder that EAKG_QUERIES names, each a file; none is kept here. What is
SPARQL is decided by rdflib, and by sparqljs where EAKG_SPARQLJS names a folder in which npm has
installed it.
"""

import json
import os
import re
import subprocess
import warnings
from collections import Counter
from pathlib import Path

import pytest
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from eakg.rdf.formats import ResultKind
from eakg.sparql.failures import QueryError, QuerySyntaxError
from eakg.sparql.query import inspect_query
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import Contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest

QUERIES = os.environ.get("EAKG_QUERIES", "")
SPARQLJS = os.environ.get("EAKG_SPARQLJS", "")
BASE = "http://example.org/"
LEAST_ANSWERED = 0.99
SERVICE = re.compile(r"\bSERVICE\b")
RIGHTLY_REFUSED = {
    "a variable beside an aggregate or GROUP BY (18.2.4.1)": r"GROUP BY|contains an? (?:var|expr)",
    "a prefix that is not declared (4.1.1)": r"prefix \S* is not declared",
    "a variable bound twice by BIND or AS (18.2.1)": r"overrid|bound|already|Duplicat|unexpected }",
    "a blank node label in two groups (4.1.4)": r"_:|blank node",
    "an escape of no character (19.2)": r'\\u|\\U|unexpected \\|"\\U',
    "rows of VALUES of another length (10.2)": r'expected "\(" or "}"|VALUES',
    "what is no IRI (RFC 3987)": r"not an IRI",
}
"""What a parser that looks at the grammar alone lets pass, by our words for it."""
SCRIPT = """
const {Parser} = require("sparqljs"), fs = require("fs");
const accepted = JSON.parse(fs.readFileSync(0, "utf8")).filter((text) => {
  try { return new Parser({baseIRI: "http://example.org/"}).parse(text).type === "query"; }
  catch (error) { return false; }
});
process.stdout.write(JSON.stringify(accepted));
"""

pytestmark = pytest.mark.skipif(
    not QUERIES, reason="no public queries: EAKG_QUERIES names no folder of them"
)


def texts() -> list[str]:
    """The distinct texts."""
    found = []
    for path in sorted(Path(QUERIES).rglob("*")):
        if path.is_file():
            try:
                found.append(path.read_text("utf-8-sig"))
            except UnicodeDecodeError:
                continue
    return list(dict.fromkeys(found))


def accepted_by_sparqljs(candidates: list[str]) -> frozenset[str]:
    if not SPARQLJS:
        return frozenset()
    done = subprocess.run(
        ("node", "-e", SCRIPT),
        input=json.dumps(candidates),
        capture_output=True,
        text=True,
        cwd=SPARQLJS,
        check=True,
    )
    return frozenset(json.loads(done.stdout))


def is_accepted_by_rdflib(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            translateQuery(parseQuery(text), BASE)
    except Exception:  # it has no kind of its own for what is no query
        return False
    return True


def refusal(store: EmbeddedStore, text: str) -> str:
    """Why the store does not answer; "" where it does."""
    is_graph = inspect_query(text, BASE).kind is ResultKind.GRAPH
    request = QueryRequest(text, "turtle" if is_graph else "json", base_iri=BASE)
    try:
        store.query(request).read()
    except QuerySyntaxError as error:
        assert error.line and error.column, (str(error), text)
        return str(error).partition(": ")[2] or str(error)
    except QueryError as error:
        return str(error)
    return ""


def kind_of(message: str) -> str:
    """A heading for refusals alike: names and what the query holds are left out of it."""
    for heading, pattern in RIGHTLY_REFUSED.items():
        if re.search(pattern, message):
            return heading
    return re.sub(r"<[^>]*>|\"[^\"]*\"|\S*[?:]\S+", "...", message)[:70]


def test_public_queries_are_answered_or_refused_by_name() -> None:
    store = EmbeddedStore(
        Contents((), "0" * 16), StoreOptions(reasoning="none", default_graph="strict")
    )
    candidates = texts()
    sparqljs = accepted_by_sparqljs(candidates)
    answered, refused, federated = 0, Counter[str](), 0
    for text in candidates:
        if text not in sparqljs and not is_accepted_by_rdflib(text):
            continue
        message = refusal(store, text)
        if SERVICE.search(message):
            federated += 1
        elif message:
            refused[kind_of(message)] += 1
        else:
            answered += 1
    rightly = sum(refused[heading] for heading in RIGHTLY_REFUSED)
    wrongly = refused.total() - rightly
    print(f"\n{len(candidates)} texts: {answered} answered, {federated} with SERVICE")
    for heading, number in refused.most_common():
        print(f"{number:6} {heading}")
    assert answered >= LEAST_ANSWERED * (answered + wrongly)
