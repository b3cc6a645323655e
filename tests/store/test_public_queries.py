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
from eakg.sparql.failures import (
    EvaluationError,
    InexactQueryError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
)
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
PLACE = re.compile("^line [0-9]+, column [0-9]+: ")
RIGHTLY_REFUSED = {
    "a variable beside an aggregate or GROUP BY (18.2.4.1)": r"GROUP BY",
    "a prefix that is not declared (4.1.1)": r"^the prefix \S* is not declared",
    "a name that is bound already by BIND or AS (18.2.1)": r"bound already|in use already|new name",
    "a blank node label in two groups (4.1.4)": r"^_:\S+ stands in two",
    "an escape of no character (19.2)": r"\\u|\\U",
    "rows of VALUES of another length, or a name twice there (10.2)": r"(?:of|in) VALUES",
    "what is no IRI (RFC 3987)": r"not an IRI|is one IRI|^unexpected ex:p$",
    "an aggregate within another (18.2.4.1)": r"stands within",
    "a name that is selected twice (18.2.4.4)": r"is selected twice",
    "a template": r"is a part of a template",
}
"""What is no query, though a parser that looks at the grammar alone lets it pass, by our words."""
FOREIGN = "a function that SPARQL does not have (17.6)"
REFUSED_BY_NAME = {"not answered exactly": InexactQueryError, FOREIGN: EvaluationError}
"""What is SPARQL and is not answered, by the kind of refusal. Only an endpoint that has a function
of its own can answer what calls it, as with SERVICE."""
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


def refusal(store: EmbeddedStore, text: str) -> QueryError | None:
    """Why the store does not answer; None where it does."""
    is_graph = inspect_query(text, BASE).kind is ResultKind.GRAPH
    request = QueryRequest(text, "turtle" if is_graph else "json", base_iri=BASE)
    try:
        store.query(request).read()
    except QueryError as error:
        if isinstance(error, QuerySyntaxError | InexactQueryError):
            assert error.line and error.column, (str(error), text)
        return error
    return None


def kind_of(error: QueryError) -> str:
    """A heading for refusals alike: names and what the query holds are left out of it."""
    for heading, kind in REFUSED_BY_NAME.items():
        if isinstance(error, kind):
            return heading
    message = PLACE.sub("", str(error))
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
        error = refusal(store, text)
        if error is None:
            answered += 1
        elif isinstance(error, QueryRefusedError) and SERVICE.search(str(error)):
            federated += 1
        else:
            refused[kind_of(error)] += 1
    accepted = answered + federated + refused.total()
    rightly = sum(refused[heading] for heading in RIGHTLY_REFUSED)
    print(f"\n{len(candidates)} texts, {accepted} accepted by sparqljs or rdflib:")
    print(f"{answered:6} answered\n{federated:6} with SERVICE, refused\n{rightly:6} no queries")
    for heading, number in refused.most_common():
        print(f"{number:6} {heading}")
    elsewhere = federated + refused[FOREIGN]
    assert answered >= LEAST_ANSWERED * (accepted - elsewhere - rightly)
