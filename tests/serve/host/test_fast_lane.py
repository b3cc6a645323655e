"""The fast lane and the application answer alike: status, headers, body, line in the log, counts.

What differs is the date, which the server adds, the number of a request, and the milliseconds.
"""

import gzip
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from eakg.names import EAKG, ID, ONTOLOGY_GRAPH, source_graph
from eakg.serve.app.errors import TooManyRequestsError
from eakg.serve.app.requests import REFUSAL
from eakg.serve.app.settings import Access, Logs, Settings
from eakg.serve.application import create_app
from eakg.serve.guard.proxies import TrustedProxies
from eakg.serve.host.observation import observation_of
from eakg.serve.wsgi import adapter_over
from eakg.store.client.client import StoreClient
from eakg.store.request import Limits, QueryRequest
from eakg.store.workers.keeper_process import KeeperProcess
from helpers.holdings import CROSS_JOIN, small_contents
from helpers.rsgi import FakeServer

LIMITS = Limits(timeout=30.0, result=3 << 20)
SETTINGS = Settings("", LIMITS, logs=Logs("json", "hash"), cache=0)
OF_ONE = {"date", "x-request-id", "server-timing"}
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"

SELECT = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"
ASK = f"ASK {{ ?x a <{EAKG}Meeting> }}"
CONSTRUCT = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } ORDER BY ?s ?c"
DESCRIBE = f"DESCRIBE <{ID['viet-nam']}>"
FORMS = (SELECT, ASK, CONSTRUCT, DESCRIBE)


@dataclass(frozen=True)
class Sent:
    """A request: what is behind `?`, headers and body; `plain` where the fast lane takes it."""

    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes | None = None
    plain: bool = True
    path: str = "/sparql"


def asked(text: str, *more: tuple[str, str], **headers: str) -> Sent:
    """A query in the address, with further parameters and headers."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    # What else is asked for a query is asked in a thread.
    return Sent(urlencode([("query", text), *more]), given, plain="SERVICE" not in text)


def posted(media_type: str, body: str | bytes, query_string: str = "", **headers: str) -> Sent:
    """A query in a body."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body.encode() if isinstance(body, str) else body
    return Sent(query_string, {"Content-Type": media_type, **given}, "POST", content)


ACCEPTS = (
    *("*/*", "application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    *("text/tab-separated-values", "application/json", "application/xml", "text/turtle"),
    *("application/n-triples", "application/ld+json", "application/rdf+xml", "application/*"),
    *("text/csv;q=0.2, application/json;q=0.8", "image/png", "", " , ", "text/*;q=0, */*;q=0.1"),
    *("application/json;q=2", "nonsense", "text/turtle;charset=utf-8;q=0.9", "*/*;q=0"),
)
FORMATS = (
    *("json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld", "JSON", "text/csv", "x", ""),
    *("application/json", "application/sparql-results json", "text/rdf+n3", "n3", "ttl", "srx"),
    *("text/turtle; charset=utf-8", "application/x-json+ld", "sparql", "rdf+xml", "text/plain"),
)
TEXTS = (
    *("SELEC", "", " ", "SELECT {", "SELECT * { ?s ?p }", "ASK { FILTER(1/0 = 1) }", "ASK {}}"),
    *("PREFIX : <x> ASK { : ?p ?o }", "BASE <http://b.example/> ASK { <x> ?p ?o }", "# nothing"),
    *('SELECT ("ü😀" AS ?x) {}', "SELECT (1 AS ?x) (2 AS ?x) {}", "INSERT DATA { <a:b> <a:b> 1 }"),
    *("ASK { FILTER(RAND() < 2) }", "ASK { FILTER(NOW() > 1) }", "CONSTRUCT { _:a ?p 1 } {}"),
    *("ASK { SERVICE <http://x.example/> {} }", "ASK { SERVICE SILENT ?x { ?a ?b ?c } }"),
    *("ASK FROM <http://nowhere.example/> {}", f"ASK FROM <{ONTOLOGY_GRAPH}> {{ ?a ?b ?c }}"),
    *("SELECT * { VALUES ?x { 1 UNDEF 'a'@en } }", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }"),
    *("ASK {\r\n}", "ASK\t{}", "SELECT (<a> AS ?x) {}", "DESCRIBE <a>", "(" * 500),
    "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
)
PARAMETERS = (
    *(("closure", value) for value in ("full", "asserted", "half", "")),
    *(("timeout", value) for value in ("5", "1e1", "0", "-1", "nan", "inf", "x", "", "٣")),
    *(("infer", value) for value in ("true", "false", "False", "rdfs++", "")),
    *(("reasoning", value) for value in ("true", "false", "0")),
    ("includeInferred", "false"),
    *(("output", value) for value in ("csv", "text/csv", "x", "")),
    ("results", "tsv"),
    *(("view", value) for value in ("table", "chart", "none", "")),
    *(
        (name, value)
        for name in ("default-graph-uri", "named-graph-uri")
        for value in (str(ONTOLOGY_GRAPH), "", "relative", "http://nowhere.example/", "a b:c")
    ),
)
STRINGS = (
    *("query=", "query", "query=ASK%7B%7D&query=ASK%7B%7D", "query=ASK+%7B%7D", "query=ASK%20{}"),
    *(
        "query=%00",
        "query=ASK%7B%7D;closure=x",
        "&&query=ASK%7B%7D&",
        "query=ASK%7B%7D%23%C3%A9",
    ),
    *("qu%65ry=ASK%7B%7D", "query=%41SK%7B%7D&clos%75re=asserted"),
)
HEADERS: tuple[dict[str, str], ...] = (
    {"If-Modified-Since": "Sat, 29 Oct 1994 19:43:31 GMT"},
    {"If-Match": '"x"'},
    {"If-Match": "*", "Accept-Encoding": "gzip"},
    {"If-None-Match": "*", "Accept-Encoding": "gzip"},
    {"If-Match": "*"},
    {"Range": "bytes=0-3"},
    {"Expect": "nothing"},
    {"Accept-Encoding": "gzip"},
    {"Accept-Language": "ko"},
    {"Origin": "http://elsewhere.example"},
    {"X-Request-Id": "given.1"},
    {"X-Request-Id": "not one"},
    {"X-Forwarded-For": "192.0.2.1, 192.0.2.7"},
    {"X-Forwarded-For": "nobody"},
    {"Host": "other.example:8080"},
    {"Host": "a b"},
    {"Host": '"><script>'},
    {"X-Long": "x" * (1 << 15)},
    {"X-Many": "x" * 1000},
)
CODINGS = (
    *("gzip", "br", "zstd", "x-gzip", "GZIP", "gzip, deflate, br, zstd", "gzip;q=0.5, br;q=0.1"),
    *("identity", "identity;q=0, gzip", "identity;q=0", "*;q=0", "*;q=0, gzip", "*", "*;q=0.5"),
    *("gzip;q=0", "gzip;q=0, *", "gzip;q=0.5, identity", "deflate", "", "nonsense;q=x", ","),
)
LONG = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
CODED = tuple(
    asked(text, Accept_Encoding=coding)
    for text, coding in product((LONG, SELECT, "SELEC", "ASK { FILTER(RAND() < 2) }"), CODINGS)
)
POSTS = (
    posted(DIRECT, LONG, "", Accept_Encoding="gzip"),
    posted(FORM, urlencode({"query": SELECT})),
    posted(FORM, urlencode({"query": SELECT, "format": "csv", "closure": "asserted"})),
    posted(FORM, urlencode({"query": "SELEC"})),
    posted(FORM, urlencode({"query": ASK}), "timeout=0"),
    posted(FORM, urlencode({"query": ASK}), urlencode({"query": ASK})),
    posted(FORM + "; charset=UTF-8", urlencode({"query": ASK})),
    posted(DIRECT, SELECT),
    posted(DIRECT, SELECT, Accept="text/csv"),
    posted(DIRECT, SELECT, "closure=asserted&default-graph-uri=" + quote(ONTOLOGY_GRAPH)),
    posted(DIRECT + ";charset=us-ascii", ASK),
    posted(DIRECT, ""),
    posted(DIRECT, 'SELECT ("ü" AS ?x) {}'),
    posted("Application/SPARQL-Query", ASK),
)
WHOLE = (
    Sent(),
    Sent("format=turtle"),
    Sent("format=html"),
    Sent(headers={"Accept": "text/html"}),
    asked(SELECT, Accept="text/html"),
    asked(SELECT, Accept="text/html;q=0.1, */*"),
    asked("SELEC", Accept="TEXT/HTML"),
    asked(SELECT, ("format", "html")),
    asked(SELECT, ("view", "chart"), ("format", "text/html")),
    asked(SELECT, ("unknown", "1")),
    asked(SELECT, ("$s", "<a:b>")),
    asked(SELECT, ("limit", "1")),
    asked(SELECT, ("output", "html")),
    asked(SELECT, Authorization="Bearer x"),
    asked(SELECT, Cookie="a=b"),
    asked(SELECT + " #" + "x" * 5000),
    asked("ASK {}" + " " * 40_000),
    Sent("closure=full"),
    Sent("a=1&" * 1001 + "query=ASK%7B%7D"),
    Sent("query=%FF"),
    Sent("query=ASK%7B%7D&format=csv&="),
    posted(FORM, urlencode({"query": SELECT}), Accept="text/html"),
    posted(FORM, "query=%FF"),
    posted(FORM, "closure=full"),
    posted(FORM, urlencode({"query": ASK}), Content_Encoding="gzip"),
    posted(DIRECT, b"ASK { \xff }"),
    posted(DIRECT + "; charset=utf-16", ASK),
    posted(DIRECT, ASK, "query=ASK%7B%7D"),
    posted("text/plain", ASK),
    posted(DIRECT, "#" * (2 << 20)),
    *(replace(asked(SELECT), method=method) for method in ("PUT", "DELETE", "OPTIONS", "PATCH")),
    replace(asked(ASK), path="/sparql/"),
    replace(asked(ASK), path="/update"),
    replace(asked(ASK), path="/nothing"),
    replace(asked(SELECT), body=b"x"),
)
REQUESTS = (
    *(asked(text, Accept=accept) for text, accept in product(FORMS, ACCEPTS)),
    *(asked(text, ("format", name)) for text, name in product(FORMS[:3], FORMATS)),
    asked(SELECT, ("format", "nonsense"), ("format", "csv")),
    *(asked(text) for text in (*FORMS, *TEXTS)),
    *(asked(SELECT, parameter) for parameter in PARAMETERS),
    asked(SELECT, ("closure", "full"), ("closure", "full")),
    asked(
        SELECT,
        ("default-graph-uri", str(ONTOLOGY_GRAPH)),
        ("default-graph-uri", str(source_graph("record"))),
        ("named-graph-uri", str(ONTOLOGY_GRAPH)),
    ),
    asked(SELECT, ("closure", "full"), ("infer", "false")),
    asked(SELECT, ("closure", "asserted"), ("reasoning", "false")),
    asked(SELECT, ("format", "tsv"), ("output", "csv"), ("results", "nonsense")),
    asked(CROSS_JOIN, ("timeout", "0.2")),
    *(Sent(string) for string in STRINGS),
    *(replace(asked(ASK), headers=headers) for headers in HEADERS),
    *(replace(asked(text), method="HEAD") for text in (*FORMS, *TEXTS[:3])),
    *CODED,
    *(replace(one, method="HEAD") for one in CODED[:4]),
    *POSTS,
    *(replace(request, plain=False) for request in WHOLE),
)


@dataclass
class Answered:
    """What came of a request: to its client, to the log, to the counts; and the way it went."""

    status: int
    headers: dict[str, str]
    body: bytes
    lines: list[dict[str, Any]]
    counts: Mapping[tuple[str, tuple[str, ...]], float]
    whole: bool = True

    def compared(self) -> tuple[object, ...]:
        """What is the same both ways."""
        headers = {name: value for name, value in self.headers.items() if name not in OF_ONE}
        lines = [
            {name: value for name, value in line.items() if name not in {"ms", "request"}}
            for line in self.lines
        ]
        return self.status, headers, self.body, lines, self.counts


class Lines(logging.Handler):
    """The lines of the log as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(vars(record)["exchange"])


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    logger, handler = logging.getLogger("eakg.requests"), Lines()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield handler.lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def counts(app: Flask) -> Counter[tuple[str, tuple[str, ...]]]:
    """What an application has counted, without what it has timed."""
    metrics = observation_of(app).metrics
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for family in (metrics.requests, metrics.problems, metrics.seconds, metrics.queries):
        for metric in family.collect():
            for sample in metric.samples:
                if sample.name.endswith(("_total", "_count")):
                    found[sample.name, tuple(sample.labels.values())] = int(sample.value)
    return found


class Ways:
    """The two ways to an answer over one store."""

    def __init__(self, store: StoreClient, settings: Settings) -> None:
        self.app = create_app(settings, store)
        self.client = self.app.test_client()
        self.adapter = adapter_over(settings, store)
        application: Any = self.adapter.application
        self.behind: Flask = application
        self.calls = 0
        self.adapter.application = self._called
        self.server = FakeServer(self.adapter)

    def _called(self, environ: Any, start_response: Any) -> Any:
        self.calls += 1
        return self.behind(environ, start_response)

    def slow(self, sent: Sent, **environ: object) -> Answered:
        """By the application alone."""
        before = counts(self.app)
        client = TrustedProxies().client("127.0.0.1", sent.headers.get("X-Forwarded-For", ""))
        with logged() as lines:
            response = self.client.open(
                sent.path,
                method=sent.method,
                query_string=sent.query_string,
                headers=dict(sent.headers),
                data=sent.body,
                environ_overrides={"REMOTE_ADDR": client, **environ},
            )
            headers = {name.lower(): value for name, value in response.headers}
            body = response.data
            response.close()
        counted = counts(self.app) - before
        return Answered(response.status_code, headers, body, lines, counted)

    def fast(self, sent: Sent) -> Answered:
        """By the adapter, which takes the fast lane where it can."""
        before, calls = counts(self.behind), self.calls
        with logged() as lines:
            answer = self.server.send(
                sent.method, sent.path, sent.query_string, sent.headers, sent.body
            )
        headers = {name.lower(): value for name, value in answer.headers}
        assert len(headers) == len(answer.headers)
        counted = counts(self.behind) - before
        whole = self.calls - calls
        assert whole < 2, "a request goes through the application once"
        return Answered(answer.status, headers, answer.content, lines, counted, bool(whole))


@pytest.fixture(scope="module")
def store() -> Iterator[StoreClient]:
    with KeeperProcess(small_contents(), LIMITS) as holder:
        client = holder.client()
        client.query(QueryRequest(ASK)).read()
        yield client


@contextmanager
def opened(store: StoreClient, settings: Settings = SETTINGS) -> Iterator[Ways]:
    ways = Ways(store, settings)
    with ways.server:
        yield ways


@pytest.fixture(scope="module")
def ways(store: StoreClient) -> Iterator[Ways]:
    with opened(store) as ways:
        yield ways


def test_the_table_is_long() -> None:
    assert len(REQUESTS) > 200


@pytest.mark.parametrize("sent", REQUESTS, ids=range(len(REQUESTS)))
def test_both_ways_answer_alike(ways: Ways, sent: Sent) -> None:
    slow, fast = ways.slow(sent), ways.fast(sent)
    assert fast.compared() == slow.compared()
    assert fast.whole == (not sent.plain)
    assert len(fast.lines) == 1
    given = sent.headers.get("X-Request-Id")
    for way in (slow, fast):
        assert way.lines[0]["request"] == way.headers["x-request-id"]
        assert (way.headers["x-request-id"] == given) == (given == "given.1")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*", '"x"', "{}x", "nothing"])
def test_conditions_hold_alike(ways: Ways, form: str, method: str) -> None:
    """RFC 9110 section 13.1.2: the comparison is weak; `*` is any representation."""
    tag = ways.slow(asked(SELECT)).headers["etag"]
    sent = replace(asked(SELECT, If_None_Match=form.format(tag)), method=method)
    slow, fast = ways.slow(sent), ways.fast(sent)
    assert fast.compared() == slow.compared()
    assert not fast.whole
    has = form == "*" or (tag in form.format(tag) and "x" not in form[2:])
    assert fast.status == (304 if has else 200)


@pytest.mark.parametrize("text", [SELECT, "ASK { FILTER(RAND() < 2) }", "SELEC"])
@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*", '"x"', "", '"x'])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_conditions_of_each_method(
    ways: Ways, text: str, name: str, form: str, method: str
) -> None:
    """RFC 9110 sections 13.1.1 and 13.1.2; conditions are looked at only where the answer would be
    a success (section 13.2.1), and one that has no tag is none of those listed."""
    tag = ways.slow(asked(text)).headers.get("etag")
    field = form.format(tag or '"none"')
    if method == "GET":
        sent = replace(asked(text), headers={name: field})
    else:
        sent = posted(DIRECT, text, "", **{name.replace("-", "_"): field})
    slow, fast = ways.slow(sent), ways.fast(sent)
    assert fast.compared() == slow.compared()
    assert not fast.whole
    listed = tag is not None and "{}" in form
    strongly = listed and form != "W/{}"
    match name, form:
        case _ if text == "SELEC":
            expected = 400
        case _, "":
            expected = 200
        case "If-Match", "*":
            expected = 200
        case "If-Match", _:
            expected = 200 if strongly else 412
        case _:
            status = 304 if method == "GET" else 412
            expected = status if listed or form == "*" else 200
    assert fast.status == expected


@pytest.mark.parametrize("sent", [asked(SELECT), POSTS[1], replace(WHOLE[1], plain=False)])
def test_too_many_are_refused_alike(store: StoreClient, sent: Sent) -> None:
    with opened(store) as ways:
        ways.adapter._rates = Refusing()  # type: ignore[assignment]
        refusal = {REFUSAL: TooManyRequestsError(7)}
        slow, fast = ways.slow(sent, **refusal), ways.fast(sent)
    assert fast.compared() == slow.compared()
    is_whole = not sent.plain or sent.body is not None  # a body is not taken for it
    assert (fast.status, fast.headers["retry-after"], fast.whole) == (429, "7", is_whole)


class Refusing:
    """Counts of requests that are too many for everybody."""

    def excess(self, client: str, now: float) -> int:
        return 7


@pytest.mark.parametrize("text", [ASK, "ASK { SERVICE <http://other.example/> {} }"])
def test_with_services_what_may_wait_for_one_is_the_application_s(
    store: StoreClient, text: str
) -> None:
    access = Access(services=("listed.example",))
    with opened(store, replace(SETTINGS, access=access)) as ways:
        slow, fast = ways.slow(asked(text)), ways.fast(asked(text))
    assert fast.compared() == slow.compared()
    assert fast.whole == ("SERVICE" in text)


def test_a_public_address_is_the_base_both_ways(store: StoreClient) -> None:
    with opened(store, replace(SETTINGS, public_url="https://example.org/eakg/")) as ways:
        slow, fast = (way(asked("SELECT (<a> AS ?x) {}")) for way in (ways.slow, ways.fast))
    assert fast.compared() == slow.compared()
    assert b"https://example.org/eakg/a" in fast.body


def test_a_large_result_is_the_same_both_ways(ways: Ways) -> None:
    sent = asked("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 4000", ("format", "csv"))
    slow, fast = ways.slow(sent), ways.fast(sent)
    assert len(fast.body) > 1 << 20
    assert fast.compared() == slow.compared()
    head = ways.fast(replace(sent, method="HEAD"))
    assert (head.body, head.headers) == (b"", {**fast.headers, **_own(head)})
    coded = replace(sent, headers={"Accept-Encoding": "gzip"})
    slow, fast = ways.slow(coded), ways.fast(coded)
    assert fast.compared() == slow.compared()
    assert gzip.decompress(fast.body) == ways.fast(sent).body
    head = ways.fast(replace(coded, method="HEAD"))
    assert (head.body, head.headers) == (b"", {**fast.headers, **_own(head)})


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '"x"'])
@pytest.mark.parametrize("had", ["", "-gzip", "-br", "-zstd", "-lzma"])
@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("name", ["If-None-Match", "If-Match"])
def test_a_tag_holds_in_each_coding(
    ways: Ways, name: str, coding: str, had: str, form: str
) -> None:
    """RFC 9110 section 8.8.3: tags are of codings; 15.4.5: a 304 says which one is there still."""
    tag = ways.slow(asked(LONG)).headers["etag"]
    assert not tag.endswith('-gzip"')
    coded = tag[:-1] + f'{had}"'
    headers = {"Accept-Encoding": coding, name: form.format(coded)}
    sent = replace(asked(LONG), headers=headers)
    slow, fast = ways.slow(sent), ways.fast(sent)
    assert fast.compared() == slow.compared()
    has = "{}" in form and had != "-lzma"
    if name == "If-Match":
        assert fast.status == (200 if has and not form.startswith("W/") else 412)
    elif has:
        assert (fast.status, fast.headers["etag"]) == (304, coded)
    else:
        given = tag[:-1] + f'-{coding}"' if coding else tag
        assert (fast.status, fast.headers["etag"]) == (200, given)


@pytest.mark.parametrize("coding", ["gzip", "identity;q=0, gzip", "identity"])
def test_the_cache_keeps_codings_apart(store: StoreClient, coding: str) -> None:
    with opened(store, replace(SETTINGS, cache=1 << 20)) as ways:
        plain, coded = asked(LONG), asked(LONG, Accept_Encoding=coding)
        first = [ways.fast(one) for one in (plain, coded)]
        again = [ways.fast(one) for one in (coded, plain)][::-1]
    for before, after in zip(first, again, strict=True):
        assert after.lines[0]["cached"]
        assert (after.status, after.body) == (before.status, before.body)
        assert after.headers == {**before.headers, **_own(after)}
    assert (first[0].body == first[1].body) == (coding == "identity")


def _own(answered: Answered) -> dict[str, str]:
    return {name: answered.headers[name] for name in OF_ONE & answered.headers.keys()}


@pytest.mark.parametrize("sent", [asked(SELECT), asked(SELECT, Accept="text/html"), POSTS[7]])
def test_the_cache_gives_what_was_given(store: StoreClient, sent: Sent) -> None:
    with opened(store, replace(SETTINGS, cache=1 << 20)) as ways:
        first, again = ways.fast(sent), ways.fast(sent)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers == {**first.headers, **_own(again)}
    assert again.headers["server-timing"] == "cache"
    assert again.headers["x-request-id"] == again.lines[0]["request"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    expected = {**first.lines[0], **{name: again.lines[0][name] for name in ("ms", "request")}}
    assert again.lines == [{**expected, "cached": True}]
    method = sent.method
    assert again.counts == {("eakg_requests_total", ("(cache)", method, "200")): 1}


def test_without_a_worker_at_hand_a_thread_waits(store: StoreClient) -> None:
    store.close()  # lets the idle ones go
    with opened(store) as ways:
        fast = ways.fast(asked(SELECT))
        assert (fast.compared(), fast.whole) == (ways.slow(asked(SELECT)).compared(), False)
