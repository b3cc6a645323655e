"""Saved queries over HTTP: the list, runs with parameters, pages, and their description."""

import json
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from rdflib import Graph

from eakg.cli import main
from eakg.dataset.layout import Layout, shipped_layout
from eakg.queries.contract.files import find_queries
from eakg.serve.data.query_paths import paths, queries_in
from eakg.serve.pages import saved_query
from helpers.tries import sample

HTML = {"Accept": "text/html"}
CSV = {"Accept": "text/csv"}


@pytest.fixture
def client(shipped_client: FlaskClient) -> FlaskClient:
    return shipped_client


def slugs(text: str) -> list[str]:
    return [line.split(",")[0].rpartition("/")[2] for line in text.split()[1:] if "/id/" in line]


def test_the_list(client: FlaskClient, layout: Layout) -> None:
    response = client.get("/queries")
    listed = {one["name"]: one for one in response.get_json()["queries"]}
    assert set(listed) == {path.stem for path in find_queries([layout.queries])}
    body, day = listed["members-of-body"]["parameters"]
    assert (body["name"], body["schema"]["default"]) == ("body", "id:rcep")
    assert day["schema"] == {"type": "string", "format": "date", "default": "2020-07-23"}
    assert listed["members-of-body"]["href"] == "/queries/members-of-body"
    tag = response.headers["ETag"]
    assert client.get("/queries", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/queries", headers={"Accept": "image/png"}).status_code == 406


def test_a_name_stands_for_the_thing_that_has_it(client: FlaskClient) -> None:
    path = "/queries/members-of-body?body={}&date=1970-01-01"
    answer = client.get(path.format("id:asean"), headers=CSV)
    assert {"indonesia", "malaysia", "philippines", "singapore", "thailand"} <= {
        *slugs(answer.text)
    }
    for name in ("ASEAN", "asean", "Association of Southeast Asian Nations"):
        assert client.get(path.format(name), headers=CSV).text == answer.text
        page = client.get(path.format(name), headers=HTML)
        assert page.status_code == 200
        assert 'value="id:asean"' in page.text
    for name in ("Asena", "nobody at all"):
        refused = client.get(path.format(name), headers=CSV)
        assert (refused.status_code, "is no IRI" in refused.text) == (400, True)


def test_the_page_of_the_list(client: FlaskClient) -> None:
    page = client.get("/queries", headers=HTML)
    assert page.mimetype == "text/html"
    assert "Which meetings made up the senior officials" in page.text
    assert 'href="/queries/cq01-july-meetings"' in page.text


@pytest.mark.parametrize("format_", ["csv", "json"])
@pytest.mark.parametrize("name", ["cq01-july-meetings", "cq24-chairs"])
def test_the_same_bytes_by_name_and_by_text(
    client: FlaskClient, layout: Layout, name: str, format_: str
) -> None:
    asked = {"query": (layout.queries / f"{name}.rq").read_text("utf-8"), "format": format_}
    by_name = client.get(f"/queries/{name}", query_string={"format": format_}).data
    assert client.get("/sparql", query_string=asked).data == by_name


def test_the_same_bytes_on_the_command_line(client: FlaskClient, layout: Layout) -> None:
    """In JSON; in CSV by the tests of consumers."""
    file = layout.queries / "cq24-chairs.rq"
    printed = CliRunner().invoke(main, ["query", "--format", "json", str(file)])
    by_name = client.get("/queries/cq24-chairs", query_string={"format": "json"}).data
    assert printed.stdout_bytes.rstrip() == by_name.rstrip()


def test_every_query_runs_with_its_defaults(client: FlaskClient, layout: Layout) -> None:
    """Forty of them on their pages, and ten as data; all with EAKG_SOAK."""
    files = find_queries([layout.queries])
    for path in sample(files, 40):
        assert client.get(f"/queries/{path.stem}", headers=HTML).status_code == 200, path
    for path in sample(files, 10):
        assert client.get(f"/queries/{path.stem}").status_code == 200, path


def test_values_change_the_answer(client: FlaskClient) -> None:
    founders = client.get("/queries/members-of-body?body=id:asean&date=1967-08-08", headers=CSV)
    assert founders.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert set(slugs(founders.text)) == {
        *("indonesia", "malaysia", "philippines", "singapore", "thailand"),
    }
    whole = "https%3A%2F%2Fw3id.org%2Feakg%2Fid%2Fasean"
    again = client.get(f"/queries/members-of-body?body={whole}&date=1967-08-08", headers=CSV)
    assert again.text == founders.text
    assert again.headers["ETag"] == founders.headers["ETag"]
    later = client.get("/queries/members-of-body?body=id:asean&date=1999-04-30", headers=CSV)
    assert later.headers["ETag"] != founders.headers["ETag"]
    assert later.text.count("/id/role-member,") == 10


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("members-of-body?date=x", "'x' is no date; write a date such as 2020-07-20"),
        ("members-of-body?date=1900-01-01", "less than 1967-08-08"),
        ("members-of-body?dte=2020-01-01", "no parameter dte; there is body, date"),
        ("members-of-body?date=2020-01-01&date=2020-01-02", "given 2 times"),
        ("claims-by-modality?modality=id:china", "is not one of"),
        ("names-of-thing?language=%22%20UNION", "does not match"),
        ("members-of-body?body=id:x%3E%20%7D%20UNION", "is no IRI"),
        ("members-of-body?closure=all", "closure"),
    ],
)
def test_a_wrong_value_is_told(client: FlaskClient, path: str, words: str) -> None:
    response = client.get(f"/queries/{path}")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert words in response.get_json()["detail"]


def test_a_wrong_value_is_told_on_the_page_beside_the_form(client: FlaskClient) -> None:
    page = client.get("/queries/members-of-body?date=soon", headers=HTML)
    assert page.status_code == 400
    assert "&#39;soon&#39; is no date" in page.text
    assert 'value="soon"' in page.text


@pytest.mark.parametrize(
    ("name", "accept", "media_type"),
    [
        (
            "cq01-july-meetings",
            "application/sparql-results+json",
            "application/sparql-results+json",
        ),
        ("cq01-july-meetings", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("cq01-july-meetings", "text/tab-separated-values", "text/tab-separated-values"),
        ("is-entitled", "application/json", "application/sparql-results+json"),
        ("description-of-thing", "text/turtle", "text/turtle"),
        ("description-of-thing", "application/ld+json", "application/ld+json"),
        ("description-of-thing", "*/*", "text/turtle"),
    ],
)
def test_formats(client: FlaskClient, name: str, accept: str, media_type: str) -> None:
    response = client.get(f"/queries/{name}", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("name", "accept"), [("is-entitled", "text/csv"), ("cq01-july-meetings", "text/turtle")]
)
def test_formats_that_cannot_carry_the_answer(client: FlaskClient, name: str, accept: str) -> None:
    response = client.get(f"/queries/{name}", headers={"Accept": accept})
    assert response.status_code == 406
    assert client.get(f"/queries/{name}?format={accept}").status_code == 406


def test_answers(client: FlaskClient) -> None:
    assert client.get("/queries/is-entitled").get_json()["boolean"] is True
    response = client.get("/queries/is-entitled?actor=id:china&meeting=id:nowhere")
    assert response.get_json()["boolean"] is False
    graph = Graph().parse(data=client.get("/queries/description-of-thing").text, format="turtle")
    assert len(graph) > 5
    assert client.get("/queries/members-of-body?format=csv").text.count("\n") > 15


def test_the_closure(client: FlaskClient) -> None:
    asserted = client.get("/queries/cq02-july-mechanisms?closure=asserted", headers=CSV)
    assert len(asserted.text.splitlines()) == 1
    assert asserted.headers["EAKG-Closure"] == "asserted"
    page = client.get("/queries/cq02-july-mechanisms?closure=asserted", headers=HTML).text
    assert "?closure=asserted&amp;format=csv" in page
    assert len(client.get("/queries/cq02-july-mechanisms", headers=CSV).text.splitlines()) == 4


def test_the_file_of_a_query(client: FlaskClient, layout: Layout) -> None:
    response = client.get("/queries/members-of-body.rq")
    assert response.headers["Content-Type"] == "application/sparql-query; charset=utf-8"
    assert response.text == (layout.queries / "members-of-body.rq").read_text("utf-8")
    assert 'rel="describedby"' in client.get("/queries/members-of-body").headers["Link"]


@pytest.mark.parametrize("path", ["/queries/none", "/queries/none.rq", "/queries/../secret"])
def test_what_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_other_methods(client: FlaskClient) -> None:
    response = client.post("/queries/cq01-july-meetings")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    head = client.head("/queries/cq01-july-meetings", headers=CSV)
    assert (head.status_code, head.data) == (200, b"")


def test_the_page_of_a_query(client: FlaskClient) -> None:
    page = client.get("/queries/meetings-of-mechanism", headers=HTML).text
    assert "Which meetings were held within a mechanism" in page
    assert '<label for="parameter-from">from</label>' in page
    assert 'type="date" value="2020-01-01"' in page
    assert ">ASEAN Plus Three SOM, 20 July 2020</a>" in page
    assert '<th scope="col">meetingLabel</th>' not in page
    assert ">evidence</a>" in page
    assert '<option value="ASEAN Plus Three"></option>' in page
    assert 'type="text" value="ASEAN Plus Three" list="things-mechanism"' in page
    assert 'href="/sparql/row?' in page
    drawn = client.get("/queries/meetings-of-mechanism?view=timeline", headers=HTML).text
    assert "<svg viewBox" in drawn
    assert client.get("/queries/meetings-of-mechanism?view=pie", headers=HTML).status_code == 400
    choice = client.get("/queries/claims-by-modality?modality=id:modality-metaphor", headers=HTML)
    assert '<option value="id:modality-metaphor" selected>metaphor</option>' in choice.text
    assert '<p class="lead">Yes</p>' in client.get("/queries/is-entitled", headers=HTML).text


def test_what_may_be_chosen_is_the_thing_of_that_name(client: FlaskClient) -> None:
    app_choices = saved_query._choices
    with client.application.test_request_context():
        choices = sample(app_choices("id:vietnam") + app_choices(None), 60)
    assert any(one.entry == one.name for one in choices)
    for one in choices:
        texts = {
            client.get("/queries/acts-of-actor.rq", query_string={"bound": 1, "actor": value}).text
            for value in (one.value, one.entry)
        }
        assert len(texts) == 1, one


def test_the_description_for_openapi(client: FlaskClient) -> None:
    """Of twenty queries, and of all with EAKG_SOAK, the examples are sent."""
    described = paths(queries_in(shipped_layout().queries).values())
    listed = client.get("/queries").get_json()["queries"]
    assert set(described) == {"/queries", *(f"/queries/{one['name']}" for one in listed)}
    ids = [item["get"]["operationId"] for item in described.values()]
    assert len(ids) == len(set(ids))
    sent = sample(list(described), 20)
    for path, item in described.items():
        operation = item["get"]
        assert operation["summary"]
        assert "200" in operation["responses"]
        if path == "/queries":
            continue
        examples = {
            one["name"]: one["example"] for one in operation["parameters"] if "example" in one
        }
        for one in operation["parameters"]:
            assert (one["in"], bool(one["schema"])) == ("query", True)
            Draft202012Validator.check_schema(one["schema"])
            if "example" in one:
                Draft202012Validator(one["schema"]).validate(one["example"])
        if path in sent:
            assert client.get(path, query_string=examples).status_code == 200
        content: dict[str, Any] = operation["responses"]["200"]["content"]
        assert any("example" in one for one in content.values()) or "ask" in path or "is-" in path
    json.dumps(described)


@pytest.mark.slow
def test_the_description_is_one_of_openapi() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Saved queries", "version": "1"},
        "paths": paths(queries_in(shipped_layout().queries).values()),
    }
    openapi_spec_validator.validate(document)


def test_the_service_describes_them(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    openapi_spec_validator.validate(described)
    assert set(paths(queries_in(shipped_layout().queries).values())) <= set(described["paths"])


def test_the_schema_of_the_header_is_a_schema_and_has_the_queries(layout: Layout) -> None:
    from eakg.queries.contract.header import header_schema, read_header

    Draft202012Validator.check_schema(header_schema())
    for path in find_queries([layout.queries]):
        values = read_header(Path(path), path.read_text("utf-8")).values
        Draft202012Validator(header_schema()).validate(values)
