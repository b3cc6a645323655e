"""The workbench: the form that works by itself, views of results, evidence of rows, the bundle."""

import base64
import hashlib
import html
import io
import re
import runpy
import tarfile
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from eakg.names import EAKG, ID
from eakg.queries.contract.files import find_queries
from eakg.queries.contract.saved import read_query
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.pages.result.views import DRAWING_LIMIT
from eakg.serve.pages.row import MOST
from eakg.store.embedded import EmbeddedStore
from helpers.endpoints import QuietHandler, serve_in_thread
from helpers.house import ROOT
from helpers.patience import PATIENT
from helpers.tries import SOAK, sample

HTML = {"Accept": "text/html"}
QUERIES = find_queries([ROOT / "queries"])
TEAMS = (ROOT / "queries/cq08-medical-teams.rq").read_text(encoding="utf-8")
DAYS = 'SELECT ?d { VALUES ?d { "2020-07-20"^^<http://www.w3.org/2001/XMLSchema#date> } }'
NUMBERS = "SELECT ?n { VALUES ?n { 1 2.5 -3 1e2 } }"


@pytest.fixture
def client(shipped_client: FlaskClient) -> FlaskClient:
    return shipped_client


def answer(client: FlaskClient, query: str, **more: str) -> str:
    response = client.get(f"/sparql?{urlencode({'query': query, **more})}", headers=HTML)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.text


def links(text: str, words: str) -> list[str]:
    """Addresses of the links in a page whose opening tag or text has these words."""
    found = re.findall(r"<a ([^>]*)>([^<]*)</a>", text)
    return [
        html.unescape(re.search(r'href="([^"]*)"', tag)[1])  # type: ignore[index]  # all have one
        for tag, label in found
        if words in tag or words == label
    ]


def client_over(store: EmbeddedStore) -> FlaskClient:
    """A client of an application of the test's own."""
    return create_app(Settings("", PATIENT), store).test_client()


def with_editor(shipped_store: EmbeddedStore, folder: Path) -> FlaskClient:
    client = client_over(shipped_store)
    (folder / "yasgui").mkdir(parents=True)
    (folder / "yasgui/VERSION").write_text("9.9.9")
    (folder / "yasgui/yasgui.min.js").write_text("editor")
    client.application.static_folder = str(folder)
    return client


def test_form_without_the_bundle(shipped_store: EmbeddedStore, tmp_path: Path) -> None:
    client = client_over(shipped_store)
    client.application.static_folder = str(tmp_path)
    text = client.get("/sparql", headers=HTML).text
    assert "<script" not in text
    assert '<form class="query" action="/sparql" method="get">' in text
    for prefix in ("eakg", "id", "rdfs", "xsd"):
        assert f"PREFIX {prefix}: &lt;" in text


def test_form_with_the_bundle(shipped_store: EmbeddedStore, tmp_path: Path) -> None:
    text = with_editor(shipped_store, tmp_path).get("/sparql", headers=HTML).text
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', text)
    digest = hashlib.sha256(b"editor").hexdigest()[:16]
    assert scripts == [f"/static/yasgui/yasgui.min.js?v={digest}", "/static/workbench.js"]
    assert '<form class="query"' in text
    assert re.search(r"<script(?![^>]* src=)", text) is None


def test_page_changes_with_the_bundle(shipped_store: EmbeddedStore, tmp_path: Path) -> None:
    bare = client_over(shipped_store)
    bare.application.static_folder = str(tmp_path / "none")
    built = with_editor(shipped_store, tmp_path / "some")
    tags = [one.get("/sparql", headers=HTML).headers["ETag"] for one in (bare, built)]
    assert tags[0] != tags[1]
    again = built.get("/sparql", headers={**HTML, "If-None-Match": tags[1]})
    assert again.status_code == 304


def test_only_the_workbench_has_the_wider_policy(client: FlaskClient) -> None:
    wide = client.get("/sparql", headers=HTML).headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in wide
    assert "script-src" not in wide
    assert "default-src 'self'" in wide
    for path in ("/", "/overviews", f"/sparql?{urlencode({'query': 'ASK {}'})}"):
        policy = client.get(path, headers=HTML).headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy


def test_examples_are_the_saved_queries(client: FlaskClient) -> None:
    text = client.get("/sparql", headers=HTML).text
    found = links(text, 'class="example"')
    asked = [parse_qs(urlsplit(one).query)["query"] for one in found]
    assert sorted(asked) == sorted([read_query(path).text] for path in QUERIES)


@pytest.mark.parametrize("path", sample(QUERIES, 30), ids=lambda path: path.stem)
def test_every_view_of_every_saved_query(client: FlaskClient, path: Path) -> None:
    """Of thirty of them, and of all with EAKG_SOAK, which looks at the evidence of three rows in
    the place of one."""
    query = read_query(path).text
    text = answer(client, query)
    for view in set(re.findall(r"view=(\w+)", text)):
        shown = answer(client, query, view=view)
        assert view == "table" or "<svg viewBox" in shown
    for evidence in links(text, "/sparql/row")[: 3 if SOAK else 1]:
        assert client.get(evidence, headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("query", "views"),
    [
        (NUMBERS, {"table", "chart"}),
        (DAYS, {"table", "timeline"}),
        (f"SELECT ?a ?b {{ ?a <{EAKG.agent}> ?b }}", {"table", "graph"}),
        ('SELECT ?x { VALUES ?x { "a" "b" } }', set()),
        ('SELECT ?x { VALUES ?x { 1 "b" } }', set()),
        ('SELECT ?x { VALUES ?x { "INF"^^<http://www.w3.org/2001/XMLSchema#double> } }', set()),
        ("SELECT ?x { FILTER(false) }", set()),
        (f"CONSTRUCT WHERE {{ ?a <{EAKG.agent}> ?b }}", {"table", "graph"}),
    ],
)  # fmt: skip
def test_views_that_fit(client: FlaskClient, query: str, views: set[str]) -> None:
    assert set(re.findall(r"view=(\w+)", answer(client, query))) == views


def test_a_view_that_does_not_fit_gives_way_to_the_table(client: FlaskClient) -> None:
    assert "<svg viewBox" not in answer(client, 'SELECT ?x { VALUES ?x { "a" } }', view="chart")


def test_chart_has_each_number(client: FlaskClient) -> None:
    drawn = answer(client, NUMBERS, view="chart")
    values = re.findall(r'<text class="value"[^>]*>([^<]*)</text>', drawn)
    assert [float(one) for one in values] == [1, 2.5, -3, 100]


def test_graph_of_triples(client: FlaskClient) -> None:
    query = f"CONSTRUCT {{ ?a <{EAKG.agent}> ?b }} WHERE {{ ?a <{EAKG.agent}> ?b }} LIMIT 2"
    drawn = answer(client, query, view="graph")
    assert drawn.count('class="edge') == 2
    assert drawn.count(">agent</text>") == 2


def test_graph_says_what_it_leaves_out(client: FlaskClient) -> None:
    query = f"CONSTRUCT {{ ?a <{EAKG.member}> ?b }} WHERE {{ ?a <{EAKG.member}> ?b }}"
    lines = len(set(client.get("/sparql", query_string={"query": query}).text.splitlines()))
    assert lines > DRAWING_LIMIT
    drawn = answer(client, query, view="graph")
    assert re.search(rf"The first {DRAWING_LIMIT} of \d+ triples between things are drawn", drawn)


def test_things_are_called_by_name(client: FlaskClient) -> None:
    query = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ (<{ID.laos}> <{EAKG.State}>) }} }}"
    text = answer(client, query)
    assert f'title="{ID.laos}">Laos</a>' in text
    assert ">eakg:State<" in text
    beside = f'SELECT ?a ?name {{ BIND (<{ID.laos}> AS ?a) BIND ("Laos" AS ?name) }}'
    assert answer(client, beside).count(">Laos<") == 1


def test_lines_between_the_same_ends_are_one(client: FlaskClient) -> None:
    query = f"CONSTRUCT {{ <{ID.x}> <{EAKG.agent}> <{ID.y}> ; <{EAKG.host}> <{ID.y}> }} WHERE {{}}"
    drawn = answer(client, query, view="graph")
    assert drawn.count('class="edge') == 1
    assert ">agent, host</text>" in drawn


def test_columns_are_read_from_left_to_right(client: FlaskClient) -> None:
    query = f"SELECT * {{ VALUES (?a ?b ?c) {{ (<{ID.x}> <{ID.y}> <{ID.x}>) }} }}"
    drawn = answer(client, query, view="graph")
    boxes = re.findall(r'<rect class="box \w+" x="([\d.]+)"', drawn)
    assert len(set(boxes)) == len(boxes) == 3


def test_views_have_tags_of_their_own(client: FlaskClient) -> None:
    tags = {
        client.get(f"/sparql?{urlencode({'query': NUMBERS, 'view': view})}", headers=HTML).headers[
            "ETag"
        ]
        for view in ("table", "chart")
    }
    assert len(tags) == 2


def test_unknown_view(client: FlaskClient) -> None:
    path = f"/sparql?{urlencode({'query': NUMBERS, 'view': 'pie'})}"
    assert client.get(path).get_json(force=True)["code"] == "bad-parameter"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_query_is_kept_where_it_is_wrong(client: FlaskClient, method: str) -> None:
    query = "SELECT * {\n  ?a </textarea><script>alert(1)</script> }"
    if method == "GET":
        response = client.get(f"/sparql?{urlencode({'query': query})}", headers=HTML)
    else:
        response = client.post("/sparql", data={"query": query}, headers=HTML)
    assert response.status_code == 400
    assert "line 2, column" in response.text
    assert "<script>" not in response.text
    kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.text, re.DOTALL)
    assert kept
    assert html.unescape(kept[1]) == query


def test_closure_and_view_are_kept(client: FlaskClient) -> None:
    text = answer(client, NUMBERS, closure="asserted", view="chart")
    assert '<option value="asserted" selected>' in text
    assert '<option value="chart" selected>' in text


def test_columns_are_shown_by_their_labels(client: FlaskClient) -> None:
    text = answer(client, TEAMS)
    assert re.findall(r'<th scope="col">([^<]*)</th>', text) == [
        *("state", "team", "arrival", "place", "size", "How we know")
    ]
    assert 'href="/doc/cambodia"' in text


def row(client: FlaskClient, *terms: str) -> str:
    path = f"/sparql/row?{urlencode([('term', one) for one in terms])}"
    response = client.get(path, headers=HTML)
    assert response.status_code == 200
    return response.text


def test_evidence_of_a_row(client: FlaskClient) -> None:
    first = links(answer(client, TEAMS), "Evidence of row 1")
    assert len(first) == 1
    text = client.get(first[0], headers=HTML).text
    assert "sent teams of doctors and other experts to Cambodia" in text
    assert "phnompenhpost.com" in text
    assert "numeric value" in text  # over the quantity that stands between
    in_text = links(text, "in the text")
    assert in_text
    document, _, anchor = in_text[0].partition("#")
    page = client.get(document, headers=HTML)
    assert page.status_code == 200
    assert f'id="{anchor}"' in page.text


def test_evidence_of_an_inferred_row_leads_to_its_proof(client: FlaskClient) -> None:
    text = row(client, f"<{ID['mongolia']}>", f"<{ID['arf-som-2020-07-21']}>")
    proofs = [one for one in links(text, "why") if "entitledToAttend" in one]
    assert len(proofs) == 1
    assert client.get(proofs[0], headers=HTML).status_code == 200


def test_rows_that_are_not_of_the_graph_have_no_evidence(client: FlaskClient) -> None:
    assert "/sparql/row" not in answer(client, NUMBERS)
    assert "No one statement joins" in row(client, f"<{ID['mongolia']}>", '"7"')


@pytest.mark.parametrize(
    "terms",
    [
        *([], ["mongolia there"], ["<a b>"], ['"open'], ["<http://e.org/x>"] * (MOST + 1)),
        *([r"<http://e.org/\u003e>"], ["<http://e.org/x>", r'"x"^^<http://e.org/\u003e\u0020>']),
    ],
)
def test_terms_that_are_none(client: FlaskClient, terms: list[str]) -> None:
    response = client.get(f"/sparql/row?{urlencode([('term', one) for one in terms])}")
    assert response.status_code == 400
    assert response.get_json(force=True)["code"] == "bad-parameter"


def test_terms_for_completion(client: FlaskClient) -> None:
    response = client.get("/sparql/terms.json")
    found = response.get_json()
    assert found["prefixes"]["eakg"] == str(EAKG)
    assert str(EAKG.State) in found["classes"]
    assert str(EAKG.entitledToAttend) in found["properties"]
    ours = [one.startswith(str(EAKG)) for one in found["properties"]]
    assert ours == sorted(ours, reverse=True)
    again = client.get("/sparql/terms.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


# The bundle, as the build takes it from the registry


@pytest.fixture
def hook() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(ROOT / "hatch_build.py")))


@pytest.fixture
def registry(hook: SimpleNamespace, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A registry at this machine: its folder for the package, and its address."""
    folder = tmp_path / "registry"
    (folder / hook.PACKAGE / "-").mkdir(parents=True)

    class Quiet(QuietHandler, SimpleHTTPRequestHandler):
        """Files, and no words about them."""

    handler: type[BaseHTTPRequestHandler] = partial(Quiet, directory=str(folder))  # type: ignore[assignment]  # called as a class
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with serve_in_thread(server):
        yield folder / hook.PACKAGE / "-", f"http://127.0.0.1:{server.server_port}"


def archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return made.getvalue()


def initialize(hook: SimpleNamespace, root: Path) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {"artifacts": []}
    made = hook.EditorHook(str(root), {}, None, None, "", "wheel")
    made.initialize("standard", data)
    return data


def test_another_archive_is_not_taken(
    hook: SimpleNamespace,
    registry: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    folder, address = registry
    (folder / f"yasgui-{hook.VERSION}.tgz").write_bytes(archive({"package/package.json": b"{}"}))
    monkeypatch.setenv("npm_config_registry", address)
    with pytest.raises(OSError, match="sha512"):
        hook.fetch(tmp_path / "static")
    assert not (tmp_path / "static").exists()


def test_the_archive_is_unpacked(
    hook: SimpleNamespace,
    registry: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    folder, address = registry
    files = {f"package/{name}": name.encode() for name in hook.FILES}
    data = archive({**files, "package/build/ts/other.d.ts": b"x", "../escape": b"y"})
    (folder / f"yasgui-{hook.VERSION}.tgz").write_bytes(data)
    monkeypatch.setenv("npm_config_registry", address)
    digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
    monkeypatch.setitem(hook.fetch.__globals__, "INTEGRITY", digest)
    assert initialize(hook, tmp_path)["artifacts"] == [f"/{hook.FOLDER}/*"]
    static = tmp_path / hook.FOLDER
    assert {path.name for path in static.iterdir()} == {
        *(Path(name).name for name in hook.FILES),
        "VERSION",
    }
    (folder / f"yasgui-{hook.VERSION}.tgz").unlink()
    assert initialize(hook, tmp_path)["artifacts"]  # it is there, and is not fetched again


def test_the_build_goes_on_without_the_registry(
    hook: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1")
    assert initialize(hook, tmp_path) == {"artifacts": []}
    said = capsys.readouterr()
    assert "was not fetched" in said.out + said.err
    assert "plain form only" in said.out + said.err


def test_the_bundle_is_no_part_of_the_repository(hook: SimpleNamespace) -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{hook.FOLDER}/" in ignored


def test_a_number_beyond_a_double_is_told_and_not_drawn(client: FlaskClient) -> None:
    query = f'SELECT ?x ?n {{ VALUES (?x ?n) {{ ("a" {"9" * 400}) ("b" 2) }} }}'
    assert "9" * 400 in answer(client, query)
    assert "<svg viewBox" not in answer(client, query, view="chart")
