"""The server of the Model Context Protocol over a service.

Specification: https://modelcontextprotocol.io/specification, by its official SDK.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import unquote

import anyio
import anyio.to_thread
import mcp_types as types
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from eakg import __version__
from eakg.serve.agents.answer import Answer
from eakg.serve.agents.service import Failure, Service, ServiceRefusalError
from eakg.serve.agents.tools import TOOLS, Tool, questions

_Result = TypeVar("_Result")
Run = Callable[[Callable[[], _Result]], Awaitable[_Result]]
"""How what blocks is run."""
_INSTRUCTIONS = """\
A knowledge graph in which every triple leads to the sentence, table row or axiom that supports it.
Find things with `search`, ask the saved questions (tools that begin with `ask_`) where one fits,
else write SPARQL for `query` with the classes and properties that `terms` gives. Say only what the
answers say, put the number of its citation behind each sentence, as [1], and copy the lines of the
citations below your text: `eakg cite check` then says whether they hold. Where `status` is
`not-said`, the graph does not say; do not turn that into a denial."""
_PATIENCE, _PAUSE = 120.0, 0.5  # seconds
_PASSING = frozenset({"not-prepared", "overloaded", "changed-meanwhile"})
_PROMPT = "answer-with-citations"
_THING = "eakg://thing/{iri}"
_THING_START = "eakg://thing/"
_TURTLE = "text/turtle"
_RESOURCES = {
    "eakg://ontology": ("ontology", "The classes and properties of the data", _TURTLE, "/ontology"),
    "eakg://dataset": ("dataset", "The data set in DCAT", _TURTLE, "/dcat"),
    "eakg://questions": ("questions", "The saved questions", "application/json", "/queries"),
}
"""What may be read: its name, what it is, its media type, and the path where it is."""


def protocol_server(
    service: Service, run: Run[Any], title: str = "", patience: float = 0.0
) -> Server[Any]:
    """The server.

    Arguments: the service that answers; how calls of it, which block, are run; what the data are
    called; seconds that are waited for what the service is about to have ready.
    """
    return _Handlers(service, run, patience).server(title)


class _Handlers:
    def __init__(self, service: Service, run: Run[Any], patience: float) -> None:
        self._service = service
        self._run = run
        self._patience = patience

    def server(self, title: str) -> Server[Any]:
        return Server(
            "eakg",
            version=__version__,
            title=title or None,
            instructions=_INSTRUCTIONS,
            on_list_tools=self.list_tools,
            on_call_tool=self.call_tool,
            on_list_resources=self.list_resources,
            on_list_resource_templates=self.list_templates,
            on_read_resource=self.read_resource,
            on_list_prompts=self.list_prompts,
            on_get_prompt=self.get_prompt,
        )

    async def list_tools(self, context: Any, request: Any) -> types.ListToolsResult:
        tools = await self._run(self._tools)
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=dict(tool.takes),
                    output_schema=dict(tool.gives),
                    annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
                )
                for tool in tools.values()
            ]
        )

    async def call_tool(self, context: Any, request: Any) -> types.CallToolResult:
        work = partial(self._answer, request.name, request.arguments or {})
        answer, is_error = await self._run(work)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=answer.text)],
            structured_content=dict(answer.members),
            is_error=is_error,
        )

    async def list_resources(self, context: Any, request: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(uri=uri, name=name, description=description, mime_type=media_type)
                for uri, (name, description, media_type, _) in _RESOURCES.items()
            ]
        )

    async def list_templates(self, context: Any, request: Any) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            uri_template=_THING,
            name="thing",
            description="What is said of the thing or document of this IRI, percent-encoded, with"
            " its evidence",
            mime_type=_TURTLE,
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(self, context: Any, request: Any) -> types.ReadResourceResult:
        uri = str(request.uri)
        text, media_type = await self._run(partial(self._resource, uri))
        contents = types.TextResourceContents(uri=uri, mime_type=media_type, text=text)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, context: Any, request: Any) -> types.ListPromptsResult:
        argument = types.PromptArgument(
            name="question", description="What is to be answered", required=True
        )
        prompt = types.Prompt(
            name=_PROMPT,
            description="Answer from the graph alone, with citations that can be checked",
            arguments=[argument],
        )
        return types.ListPromptsResult(prompts=[prompt])

    async def get_prompt(self, context: Any, request: Any) -> types.GetPromptResult:
        question = (request.arguments or {}).get("question", "").strip()
        if request.name != _PROMPT or not question:
            raise _protocol_error(f"there is one prompt, {_PROMPT}, and it takes a question")
        content = types.TextContent(type="text", text=f"{_INSTRUCTIONS}\n\nQuestion: {question}")
        return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=content)])

    def _tools(self) -> dict[str, Tool]:
        return {tool.name: tool for tool in (*TOOLS, *questions(self._service))}

    def _tool(self, name: str) -> Tool | None:
        fixed = next((tool for tool in TOOLS if tool.name == name), None)
        return fixed or self._tools().get(name)

    def _answer(self, name: str, arguments: Mapping[str, Any]) -> tuple[Answer, bool]:
        """The answer of a tool, or what is wrong, and whether it is that."""
        ends = time.monotonic() + self._patience
        while True:
            answer, code = self._answer_at_once(name, arguments)
            if code not in _PASSING or time.monotonic() >= ends:
                return answer, bool(code)
            time.sleep(_PAUSE)

    def _answer_at_once(self, name: str, arguments: Mapping[str, Any]) -> tuple[Answer, str]:
        """The answer of a tool, or what is wrong, and the word for that."""
        try:
            tool = self._tool(name)
            if tool is None:
                raise ServiceRefusalError(404, "no-such-tool", f"there is no tool {name!r}", {})
            error = best_match(Draft202012Validator(tool.takes).iter_errors(arguments))
            if error is not None:
                place = "".join(f"{one}: " for one in error.absolute_path)
                raise ServiceRefusalError(400, "bad-argument", f"{place}{error.message}", {})
            return tool.answer(self._service, arguments), ""
        except Failure as error:
            refusal = _refusal(error)
            return refusal, str(refusal.members["code"])

    def _resource(self, uri: str) -> tuple[str, str]:
        try:
            if uri in _RESOURCES:
                _, _, media_type, path = _RESOURCES[uri]
                return self._service.get(path, (), media_type).body.decode(), media_type
            if uri.startswith(_THING_START):
                iri = unquote(uri.removeprefix(_THING_START))
                return self._service.get("/doc", [("iri", iri)], _TURTLE).body.decode(), _TURTLE
        except Failure as error:
            raise _protocol_error(str(error)) from error
        raise _protocol_error(f"there is no resource {uri}")


def _protocol_error(words: str) -> MCPError:
    return MCPError(types.INVALID_PARAMS, words)


def _refusal(error: Exception) -> Answer:
    """What is wrong, as an answer."""
    code = getattr(error, "code", "not-answered")
    members = getattr(error, "members", {})
    details = {name: members[name] for name in ("line", "column", "candidates") if name in members}
    words = str(error)
    return Answer(
        {"status": "refused", "code": code, "detail": words, **details}, f"{code}: {words}"
    )


def serve_stdio(service: Service, title: str = "") -> None:
    """Answer at standard input and output until the former ends.

    Arguments: the service that answers; what the data are called.
    """
    server = protocol_server(service, anyio.to_thread.run_sync, title, _PATIENCE)

    async def answer() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(answer)
