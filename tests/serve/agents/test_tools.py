"""The tools of agents, asked by the client of the protocol's own SDK."""

import csv
import random
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

pytest.importorskip("mcp", reason="the SDK of the Model Context Protocol is not installed")

from mcp.client import Client
from mcp.shared.exceptions import MCPError

from eakg.serve.agents.protocol_server import protocol_server
from eakg.serve.agents.service import OwnService
from eakg.serve.agents.tools import TOOLS
from eakg.serve.app.settings import Access, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from helpers.agents import in_loop
from helpers.endpoints import serve_in_thread
from helpers.holdings import small_contents
from helpers.house import ROOT
from helpers.patience import PATIENT
from helpers.tries import SOAK, tries

ADDRESS = "http://graph.example"
JAPAN = "https://w3id.org/eakg/id/japan"
QUESTIONS = (
    *("cq01-july-meetings", "cq02-july-mechanisms", "cq06-special-meetings"),
    *("cq07-ministerial-meetings", "cq08-medical-teams", "cq10-acts-of-chinese-actors"),
    *("cq13-who-praised-china", "cq14-heads-of-government", "cq16-acts-in-china"),
    *("cq18-fast-lane", "cq20-policies-of-china", "cq21-rcep-negotiators", "cq24-chairs"),
    *("cq27-acts-by-country-code", "cq30-support", "co-chaired-meetings"),
    *("trade-agreements-by-year", "days-that-differ", "signed-only", "office-holders"),
)
"""Twenty questions of the dossier and the wide graph; their expected rows are held against both by
`eakg test` and the tests of the graph."""
CITED = 25 if SOAK else 2
"""Rows of each answer whose evidence is looked at."""
COUNTED = {"trade-agreements-by-year"}
"""Those whose rows are counted, so that no triple joins their values."""


def talk(service: OwnService, conversation: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    """What is said with a server over a service."""

    async def at_once(work: Callable[[], Any]) -> Any:
        return work()

    async def meet() -> Any:
        async with Client(protocol_server(service, at_once, "ships")) as client:
            return await conversation(client)

    return in_loop(meet)


def call(service: OwnService, name: str, **arguments: Any) -> Any:
    return talk(service, lambda client: client.call_tool(name, arguments))


@pytest.fixture(scope="module")
def small() -> OwnService:
    contents = small_contents()
    files = tuple((str(file.name), str(file.path)) for file in contents.files)
    return OwnService(
        create_app(Settings("", PATIENT, files=files), EmbeddedStore(contents)), ADDRESS
    )


@pytest.fixture(scope="module")
def shipped(shipped_application: Flask) -> OwnService:
    return OwnService(shipped_application, ADDRESS)


def values(row: dict[str, Any], columns: list[str]) -> tuple[str, ...]:
    return tuple(plain(row[name]["value"]) if name in row else "" for name in columns)


def plain(value: str) -> str:
    """A value without the zeros that only its spelling has."""
    return value.removesuffix(".0") if value.replace(".", "").isdigit() else value


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_have_the_right_rows_each_with_its_evidence(
    shipped: OwnService, name: str
) -> None:
    result = call(shipped, f"ask_{name}", most=500, cited=CITED)
    assert not result.is_error, result.content
    answer = result.structured_content
    expected = ROOT / "queries" / "expected" / f"{name}.csv"
    with expected.open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    assert answer["columns"] == columns
    assert sorted(values(row, columns) for row in answer["rows"]) == sorted(
        tuple(map(plain, row)) for row in rows
    )
    assert answer["status"] == "answered"
    assert answer["total"] == len(rows)
    replay = urlsplit(answer["replay"])
    again = shipped.get(replay.path, parse_qsl(replay.query), "application/sparql-results+json")
    assert again.document["results"]["bindings"] == answer["rows"]
    assert again.version == answer["version"]
    if name in COUNTED:
        return
    numbers = {citation["number"]: citation for citation in answer["citations"]}
    for cited in answer["cited"][: min(CITED, len(rows))]:
        assert cited
        assert any(numbers[number]["sources"] for number in cited)
    for citation in answer["citations"][:3]:
        proof = urlsplit(citation["proof"])
        assert shipped.get(proof.path, parse_qsl(proof.query)).document


def test_what_the_graph_does_not_say_is_no_denial(small: OwnService) -> None:
    for text in ("SELECT ?s { ?s a <urn:x> }", "ASK { ?s a <urn:x> }", "DESCRIBE <urn:x>"):
        answer = call(small, "query", query=text)
        assert not answer.is_error
        assert answer.structured_content["status"] == "not-said"
        assert "does not say" in answer.content[0].text


def test_a_thing_is_described_by_its_name_or_iri(small: OwnService) -> None:
    by_iri = call(small, "describe", thing=JAPAN).structured_content
    assert by_iri["iri"] == JAPAN
    assert by_iri["citations"]
    by_name = call(small, "describe", thing=by_iri["label"]).structured_content
    assert by_name["iri"] == JAPAN
    nothing = call(small, "describe", thing="Atlantis of the East")
    assert nothing.is_error
    assert nothing.structured_content["code"] == "not-one-thing"


def test_a_proof_is_told_step_by_step(small: OwnService) -> None:
    triple = {"subject": "id:japan", "predicate": "a", "object": "eakg:State"}
    steps = call(small, "explain", **triple).structured_content["steps"]
    assert steps[0]["number"] == 1
    known = {step["number"] for step in steps}
    assert all(set(step["from"]) <= known for step in steps)
    assert (
        call(small, "explain", **{**triple, "object": "eakg:Meeting"}).structured_content["status"]
        == "not-said"
    )


def test_errors_of_a_query_have_their_place(small: OwnService) -> None:
    result = call(small, "query", query="SELECT ?x\n{ ?x ?y }")
    assert result.is_error
    answer = result.structured_content
    assert (answer["status"], answer["line"]) == ("refused", 2)


def test_malformed_calls_are_refused_and_the_server_goes_on(small: OwnService) -> None:
    chance = random.Random(20)
    strange: list[Any] = [
        *(None, True, 0, -1, 1e300, "", " ", "\x00", "x" * 70_000, "<", '"', "\ud800", [], {}),
        *({"a": {"b": []}}, ["x"], "SELECT", "DROP ALL", "<urn:x> <urn:y>", "id:", "_:b", "?x"),
    ]
    names = [tool.name for tool in TOOLS]
    keys = sorted({key for tool in TOOLS for key in tool.takes["properties"]})

    async def ask(client: Client) -> tuple[int, int]:
        refusals = answers = 0
        for _ in range(tries(500)):
            name = chance.choice([*names, "", "nothing", "ask_nothing", "../search"])
            chosen = chance.sample(keys, chance.randrange(4))
            arguments = {key: chance.choice(strange) for key in chosen}
            if "\ud800" in arguments.values():
                continue  # no JSON
            result = await client.call_tool(name, arguments)
            assert result.content[0].text
            refusals += bool(result.is_error)
            answers += not result.is_error
            if result.is_error:
                assert result.structured_content["detail"]
                assert "Traceback" not in result.content[0].text
        last = await client.call_tool("query", {"query": "ASK {}"})
        assert last.structured_content["boolean"] is True
        return refusals, answers

    refusals, _ = talk(small, ask)
    assert refusals


def test_resources_and_prompts(small: OwnService) -> None:
    async def read(client: Client) -> None:
        for resource in (await client.list_resources()).resources:
            contents = (await client.read_resource(resource.uri)).contents
            assert contents[0].text
        thing = await client.read_resource(
            "eakg://thing/https%3A%2F%2Fw3id.org%2Feakg%2Fid%2Fjapan"
        )
        assert JAPAN.rpartition("/")[2] in thing.contents[0].text
        with pytest.raises(MCPError, match="no resource"):
            await client.read_resource("eakg://nothing")
        prompt = (await client.list_prompts()).prompts[0]
        answer = await client.get_prompt(prompt.name, {"question": "Who sailed?"})
        assert "Who sailed?" in answer.messages[0].content.text
        with pytest.raises(MCPError, match="takes a question"):
            await client.get_prompt(prompt.name, {})

    talk(small, read)


def test_the_path_of_a_service_answers_as_its_tools_do(small: OwnService) -> None:
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, small.app, threaded=True)
    with serve_in_thread(server):
        address = f"http://127.0.0.1:{server.port}"

        async def ask() -> Any:
            async with Client(f"{address}/mcp") as client:
                return await client.call_tool("query", {"query": "ASK { ?s ?p ?o }"})

        answer = in_loop(ask).structured_content
    assert answer["boolean"] is True
    assert answer["replay"].startswith(f"{address}/sparql?")


def test_there_is_no_stream_and_no_session(small: OwnService) -> None:
    for method in ("GET", "DELETE"):
        headers = {"Accept": "text/event-stream, application/json"}
        assert (
            small.app.test_client().open("/mcp", method=method, headers=headers).status_code == 405
        )


def test_who_may_not_read_has_no_answer_by_tools_either() -> None:
    access = Access(read_token=Access.digest("open sesame"))
    client = create_app(
        Settings("", PATIENT, access=access), EmbeddedStore(small_contents())
    ).test_client()
    arguments = {"name": "query", "arguments": {"query": "ASK { ?s ?p ?o }"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": arguments}

    def post(**headers: str) -> Any:
        with ThreadPoolExecutor(1) as executor:
            given = {"Accept": "application/json, text/event-stream", **headers}
            send = partial(client.post, "/mcp", json=message, headers=given)
            return executor.submit(send).result()

    assert post().status_code == 401
    assert post(Authorization="Bearer guessed").status_code == 401
    answer = post(Authorization="Bearer open sesame").get_json()
    assert answer["result"]["structuredContent"]["boolean"] is True


def test_an_answer_that_is_too_large_is_refused(small: OwnService) -> None:
    result = call(replace(small, largest=100), "query", query="SELECT * { ?s ?p ?o }")
    assert result.is_error
    assert result.structured_content["code"] == "result-too-large"
    assert "LIMIT" in result.content[0].text


def test_a_page_from_elsewhere_does_not_reach_a_private_service() -> None:
    settings = Settings("", PATIENT, access=Access(hosts=("localhost",), cors=False))
    client = create_app(settings, EmbeddedStore(small_contents())).test_client()
    headers = {"Accept": "application/json"}
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    def status(origin: str) -> int:
        # In the thread of a request no loop runs.
        with ThreadPoolExecutor(1) as executor:
            send = partial(client.post, "/mcp", json=ping, headers={**headers, "Origin": origin})
            return executor.submit(send).result().status_code

    assert status("http://elsewhere.example") == 421
    assert status("http://localhost") == 200
