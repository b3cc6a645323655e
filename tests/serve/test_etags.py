"""One entity tag, one representation (RFC 9110 section 8.8.1), also where the data change in the
midst of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eakg.names import EAKG, ID, source_graph
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.store.changes.requests import UpdateRequest
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.holdings import small_contents
from helpers.patience import PATIENT
from helpers.tries import sample

pytestmark = pytest.mark.slow

HTML = "text/html"
MEETING = ID["apt-som-2020-07-20"]
SELECT = f"SELECT ?s ?o {{ ?s a <{EAKG}Meeting> ; <{EAKG}host> ?o }}"
CONSTRUCT = f"CONSTRUCT {{ ?s a ?c }} WHERE {{ ?s a ?c FILTER(?s != <{ID['x']}>) }}"
PROOF = urlencode({"s": f"<{ID['viet-nam']}>", "p": f"<{EAKG.involvedIn}>", "o": f"<{MEETING}>"})
STATED = urlencode({"s": f"<{MEETING}>", "p": f"<{EAKG.host}>", "o": f"<{ID['viet-nam']}>"})
NAMES = urlencode({"queries": '{"q": {"query": "viet nam"}}'})
TERMS = urlencode([("term", f"<{MEETING}>"), ("term", f"<{ID['viet-nam']}>")])
QUERY, TRIPLES = urlencode({"query": SELECT}), urlencode({"query": CONSTRUCT})

# Routes with a representation of the data: addresses, and what is accepted there.
DATA: dict[str, tuple[tuple[str, str], ...]] = {
    "/": (("/", HTML), ("/", "text/turtle")),
    "/.well-known/void": (("/.well-known/void", "text/turtle"),),
    "/context.jsonld": (("/context.jsonld", "*/*"),),
    "/contradictions": (("/contradictions", HTML), ("/contradictions", "text/turtle")),
    "/croissant.json": (("/croissant.json", "*/*"),),
    "/dcat": (("/dcat", "text/turtle"),),
    "/design": (("/design", HTML),),
    "/doc": ((f"/doc?{urlencode({'iri': ID['viet-nam']})}", HTML),),
    "/doc/<path:slug>": (
        ("/doc/viet-nam", HTML),
        ("/doc/viet-nam", "text/turtle"),
        ("/doc/viet-nam.jsonld", "*/*"),
        ("/doc/v1.ttl", HTML),
    ),
    "/dump.<name>.gz": (("/dump.nq.gz", "*/*"), ("/dump.ttl.gz", "*/*")),
    "/explain": tuple((f"/explain?{PROOF}&format={one}", "*/*") for one in ("html", "json")),
    "/graph": ((f"/graph?{urlencode({'iri': source_graph('record')})}", "text/turtle"),),
    "/graph/<path:name>": (
        ("/graph/background/states", HTML),
        ("/graph/source/record.ttl", "*/*"),
    ),
    "/graphs": (
        ("/graphs?default", "text/turtle"),
        (f"/graphs?graph={source_graph('record')}", "*/*"),
    ),
    "/graphs/<path:path>": (("/graphs/source/record", "application/n-triples"),),
    "/linkset": (("/linkset", "*/*"), (f"/linkset?{urlencode({'iri': ID['viet-nam']})}", "*/*")),
    "/nanopublication": ((f"/nanopublication?{STATED}", "application/trig"),),
    "/cite": ((f"/cite?{urlencode({'iri': ID['viet-nam'], 'format': 'ris'})}", "*/*"),),
    "/ontology": (("/ontology", HTML), ("/ontology", "text/turtle")),
    "/ontology.<extension>": (("/ontology.html", "*/*"),),
    "/ontology/<name>": (("/ontology/Meeting", HTML), ("/ontology/host", HTML)),
    "/overviews/<name>": (
        ("/overviews/timeline", HTML),
        ("/overviews/network", HTML),
        ("/overviews/mechanisms", HTML),
        ("/overviews/figures", HTML),
        ("/overviews/timeline.csv", "*/*"),
        ("/overviews/timeline.json", "*/*"),
    ),
    "/queries/<name>": (
        ("/queries/acts-of-actor", HTML),
        ("/queries/cq26-names-of-the-rok", HTML),
        ("/queries/cq06-special-meetings", HTML),
        ("/queries/cq06-special-meetings", "text/csv"),
    ),
    "/opensearch.xml": (("/opensearch.xml", "*/*"),),
    "/reconcile": (("/reconcile", "*/*"), (f"/reconcile?{NAMES}", "*/*")),
    "/reconcile/preview": ((f"/reconcile/preview?{urlencode({'id': ID['viet-nam']})}", "*/*"),),
    "/reconcile/properties": (("/reconcile/properties", "*/*"),),
    "/reconcile/suggest/<subject>": (
        ("/reconcile/suggest/entity?prefix=vi", "*/*"),
        ("/reconcile/suggest/type?prefix=st", "*/*"),
    ),
    "/ro-crate-metadata.json": (("/ro-crate-metadata.json", "*/*"),),
    "/search": (("/search?q=viet", HTML),),
    "/search.json": (("/search.json?q=viet", "*/*"),),
    "/sitemap.xml": (("/sitemap.xml", "*/*"),),
    "/sparql": (
        (f"/sparql?{QUERY}", HTML),
        (f"/sparql?{QUERY}", "application/sparql-results+json"),
        (f"/sparql?{TRIPLES}&view=graph", HTML),
        ("/sparql", "text/turtle"),
    ),
    "/sparql/row": ((f"/sparql/row?{TERMS}", HTML),),
    "/sparql/terms.json": (("/sparql/terms.json", "*/*"),),
    "/things": (
        ("/things", HTML),
        ("/things?kind=Meeting", HTML),
        ("/things?kind=meetings", HTML),
        ("/things?kind=Meeting", "text/turtle"),
    ),
}
# Those without, or with one that is never stored.
OTHER = {
    *("/health", "/ready", "/metrics", "/robots.txt", "/openapi.json", "/rules", "/overviews"),
    *("/queries", "/queries/<name>.rq", "/id/<path:slug>", "/id/rule/<name>", "/id/reasoner"),
    *("/dump.<name>.gz.sha256", "/static/<path:filename>", "/favicon.ico", "/reconcile/view"),
    *("/.well-known/api-catalog", "/.well-known/security.txt"),
    *("/timegate/<path:original>", "/timemap/<path:original>", "/versions"),
    *("/versions/<old>..<new>", "/changes.atom", "/changes.json"),
}
DRAWN = f"""INSERT DATA {{ GRAPH <{source_graph("record")}> {{
    <{ID["seat"]}> <{EAKG.memberOfBody}> <{ID["asean"]}> .
    <{ID["act"]}> <{EAKG.agent}> <{ID["japan"]}> .
    <{ID["figure"]}> <{EAKG.numericValue}> 5.6 }} }}"""
"""What there is something to draw of."""
REPRESENTATIONS = [one for addresses in DATA.values() for one in addresses]
CHANGE = """PREFIX : <{ontology}> PREFIX id: <{things}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
DELETE {{ GRAPH ?g {{ ?thing rdfs:label ?label . ?meeting ?p ?o }} }}
INSERT {{ GRAPH ?g {{ ?thing rdfs:label ?new }}
  GRAPH <{graph}> {{ id:meeting-{number} a :Meeting ; rdfs:label "A meeting" ; :host id:viet-nam ;
    :notBefore "2020-07-21"^^<http://www.w3.org/2001/XMLSchema#date> ;
    <http://other.example/p{number}> {number} }} }}
WHERE {{
  {{ GRAPH ?g {{ ?thing rdfs:label ?label }} FILTER(LANG(?label) = "en")
    BIND(REPLACE(STR(?label), " no[.] [0-9]+$", "") AS ?words)
    BIND(STRLANG(CONCAT(?words, " no. {number}"), "en") AS ?new) }}
  UNION {{ GRAPH ?g {{ ?meeting rdfs:label "A meeting" ; ?p ?o }} }}
}}"""


class ChangingStore:
    """A store whose data change before some of the questions that it is asked; `asked` is how many
    there were since `begin`."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._changes = 0
        self.begin()

    def begin(self, changes_before: Callable[[int], bool] = lambda number: False) -> None:
        """Count from now on. Argument: whether the data change before the question of a number,
        which begin with 1."""
        self.asked = 0
        self._changes_before = changes_before

    @property
    def version(self) -> str:
        return self._store.version

    def query(self, request: Any) -> Any:
        self._ask()
        return self._store.query(request)

    def explain(self, triple: Any) -> Any:
        self._ask()
        return self._store.explain(triple)

    def _ask(self) -> None:
        self.asked += 1
        if self._changes_before(self.asked):
            self.change()

    def change(self) -> None:
        """Give every thing with an English name another; another meeting and property take the
        place of those before."""
        self._changes += 1
        graph = source_graph("record")
        text = CHANGE.format(number=self._changes, graph=graph, ontology=EAKG, things=ID)
        self._store.update(UpdateRequest(text))


@dataclass
class Service:
    """A service over a store that changes."""

    store: ChangingStore
    client: FlaskClient

    def get(self, path: str, accept: str, **headers: str) -> TestResponse:
        response = self.client.get(path, headers={"Accept": accept, **headers})
        response.get_data()
        response.close()
        return response


@contextmanager
def opened() -> Iterator[Service]:
    options = StoreOptions(reasoning="none", writable=True)
    embedded = EmbeddedStore(small_contents(), options)
    embedded.update(UpdateRequest(DRAWN))
    store = ChangingStore(embedded)
    application = create_app(Settings("", PATIENT, options=options), store)
    yield Service(store, application.test_client())
    embedded.close()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with opened() as service:
        yield service


def test_every_route_is_looked_at(service: Service) -> None:
    rules = {
        rule.rule
        for rule in service.client.application.url_map.iter_rules()
        if "GET" in rule.methods
    }
    assert rules == {*DATA, *OTHER}


@pytest.fixture(scope="module")
def other(service: Service) -> FlaskClient:
    """The same data from somebody else."""
    project = Project(title="Another title", publisher="Somebody else")
    options = StoreOptions(reasoning="none", writable=True)
    return create_app(
        Settings("", PATIENT, options=options, project=project), service.store
    ).test_client()


PAGES = [("/rules", HTML), ("/queries", HTML), ("/overviews", HTML), *REPRESENTATIONS]


@pytest.mark.parametrize(("path", "accept"), PAGES)
def test_what_somebody_else_says_of_the_data_has_another_tag(
    service: Service, other: FlaskClient, path: str, accept: str
) -> None:
    ours = service.get(path, accept)
    with other.get(path, headers={"Accept": accept}) as theirs:
        if theirs.data != ours.data:
            assert theirs.headers.get("ETag") != ours.headers["ETag"]


@pytest.mark.parametrize(("path", "accept"), REPRESENTATIONS)
def test_a_tag_has_one_representation(service: Service, path: str, accept: str) -> None:
    """A change before the k-th question, and a look at what there is without one: for five k from
    the first to the last, and for each k with EAKG_SOAK."""
    store = service.store
    representations: dict[str, tuple[bytes, str | None]] = {}

    def look(changes_before: Callable[[int], bool] = lambda number: False) -> int:
        store.begin(changes_before)
        response = service.get(path, accept)
        asked = store.asked
        store.begin()
        assert response.status_code == 200
        tag = response.headers.get("ETag")
        if tag is None:
            assert response.headers["Cache-Control"] == "no-store"
            return asked
        assert not tag.startswith("W/")
        made = response.data, response.headers.get("Link")
        assert representations.setdefault(tag, made) == made
        return asked

    store.change()
    numbers = sample(range(1, max(look(), 1) + 1), 5)
    for number in numbers:
        store.change()
        look()
        look(lambda asked, number=number: asked == number)
        look()
    assert len(representations) >= len(numbers)


@pytest.mark.parametrize(("path", "accept"), REPRESENTATIONS)
def test_what_is_of_no_version_is_not_stored(service: Service, path: str, accept: str) -> None:
    """The data change before every question: only what one question gives is of a version."""
    service.store.change()
    service.store.begin(lambda number: True)
    response = service.get(path, accept)
    service.store.begin()
    if "ETag" in response.headers:
        tag, body = response.headers["ETag"], response.data
        again = service.get(path, accept)
        assert (again.headers["ETag"], again.data) == (tag, body)
    else:
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("path", "accept"), REPRESENTATIONS)
def test_who_has_it_need_not_ask(service: Service, path: str, accept: str) -> None:
    tag = service.get(path, accept).headers["ETag"]
    response = service.get(path, accept, **{"If-None-Match": tag})
    assert (response.status_code, response.data) == (304, b"")
    service.store.change()
    after = service.get(path, accept, **{"If-None-Match": tag})
    assert after.status_code == 200
    assert after.headers["ETag"] != tag
