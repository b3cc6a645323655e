"""The tools that agents have: what each takes, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from rdflib import Literal, URIRef

from eakg.names import PREFIXES
from eakg.rdf import TermSyntaxError, resolve_term, sparql_term, write_term
from eakg.serve.agents.answer import ANSWER, NOT_SAID, Answer, Grounds, query_answer
from eakg.serve.agents.citation import sources_of
from eakg.serve.agents.service import Service, ServiceRefusalError

JsonSchema = Mapping[str, Any]
_CLOSURE = {
    "type": "string",
    "enum": ["full", "asserted"],
    "description": "Whether what follows is asked too (full), or only what was stated (asserted).",
}
_WORDS = {"type": "string", "minLength": 1, "maxLength": 200}
_TERM = {"type": "string", "minLength": 1, "maxLength": 4096}
_ROWS = {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
_CITED = {
    "type": "integer",
    "minimum": 0,
    "maximum": 25,
    "default": 10,
    "description": "How many rows are given with numbered citations.",
}
_DISAGREEMENTS = "disagreements"
"""The tag of questions that ask where sources differ."""
_USUAL_ROWS, _USUAL_CITED, _USUAL_TRIPLES, _USUAL_MATCHES = 50, 10, 20, 10
_OUTPUT: JsonSchema = {
    "type": "object",
    "properties": {
        "status": {"type": "string"},
        "version": {"type": "string"},
        "citations": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["status"],
}


@dataclass(frozen=True)
class Tool:
    """A tool: its name, what it is for, the JSON Schema of what it takes, and what answers."""

    name: str
    title: str
    description: str
    takes: JsonSchema
    answer: Callable[[Service, Mapping[str, Any]], Answer]

    @property
    def gives(self) -> JsonSchema:
        """The JSON Schema of its structured answer."""
        return _OUTPUT


def _takes(required: tuple[str, ...] = (), **properties: Any) -> JsonSchema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def search(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """Things whose names are like the words."""
    words, most = arguments["words"], arguments.get("most", _USUAL_MATCHES)
    reply = service.get("/search.json", [("q", words), ("limit", str(most))])
    matches = reply.document["results"]
    members = {
        "status": ANSWER if matches else NOT_SAID,
        "version": reply.version,
        "results": [{**one, "page": _whole(service, one["page"])} for one in matches],
    }
    lines = [f"- {one['label']} ({one['kind']}): <{one['iri']}>" for one in matches]
    return Answer(members, "\n".join(lines or [f"Nothing here is called {words!r}, or alike."]))


def describe(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """What is said of a thing, each triple with its citation."""
    most = arguments.get("most", _USUAL_TRIPLES)
    thing = _thing(service, arguments["thing"])
    grounds = Grounds(service)
    query = [("iri", thing), ("format", "words"), ("most", str(most))]
    if closure := arguments.get("closure"):
        query.append(("closure", closure))
    document = grounds.get("/doc", query)
    direction = "incoming" if arguments.get("direction") == "to" else "outgoing"
    total = document["total"][direction]
    # What has a node without a name has no proof of its own.
    entries = [one for one in document[direction] if "proof" in one]
    numbers = [grounds.cite(one) for one in entries]
    members = {
        "status": ANSWER if entries else NOT_SAID,
        "version": grounds.version,
        "closure": document["closure"],
        "iri": document["iri"],
        "label": document["label"],
        "page": _whole(service, document["address"]),
        "kinds": document["kinds"],
        "triples": [
            {"words": " — ".join(entry["words"].values()), "by": entry["by"], "cited": number}
            for entry, number in zip(entries, numbers, strict=True)
        ],
        "total": total,
        "pages": document["pages"],
        "citations": grounds.members(),
    }
    kinds = ", ".join(kind["label"] for kind in document["kinds"])
    lines = [f"{document['label']} ({kinds}): <{members['page']}>", *grounds.lines()]
    if document["pages"] > 1:
        lines.append(
            f"The first {total:,} were looked at, and there are more; ask `query` for them."
        )
    elif total > most:
        lines.append(f"{total - most:,} more are not given; ask for more with `most`.")
    return Answer(members, "\n".join(lines))


def query(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """The answer to a query in SPARQL."""
    return query_answer(
        service,
        arguments["query"],
        arguments.get("closure", "full"),
        arguments.get("most", _USUAL_ROWS),
        arguments.get("cited", _USUAL_CITED),
    )


def explain(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """Why a triple holds: the steps of its proof, numbered."""
    triple = [_term(arguments[name]) for name in ("subject", "predicate", "object")]
    terms = [*zip("spo", triple, strict=True), ("steps", "1"), ("format", "json")]
    try:
        reply = service.get("/explain", terms)
    except ServiceRefusalError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return Answer({"status": NOT_SAID, "citations": []}, str(error))
    proof = reply.document
    steps = []
    for name, step in proof["steps"].items():
        sources = [source.members for source in sources_of(step.get("evidence", ()))]
        steps.append(
            {
                "number": int(name),
                "triple": step["triple"],
                "by": step["by"],
                "from": [int(one) for one in step.get("premises", ())],
                **({"sources": sources} if sources else {}),
            }
        )
    members = {"status": ANSWER, "version": reply.version, "steps": steps}
    return Answer(members, "\n".join(_step_line(step) for step in steps))


def evidence(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """What a row of an answer rests on."""
    text, closure = arguments["query"], arguments.get("closure", "full")
    cells = [(name, _term(term)) for name, term in arguments["row"].items()]
    grounds = Grounds(service)
    parameters = [("query", text), ("closure", closure), ("format", "json")]
    parameters += [pair for name, term in cells for pair in (("variable", name), ("term", term))]
    document = grounds.get("/sparql/row", parameters)
    for entry in document["triples"]:
        if "proof" in entry:
            grounds.cite(entry)
    members = {
        "status": ANSWER if grounds.citations else NOT_SAID,
        "version": grounds.version,
        "complete": document["complete"],
        "citations": grounds.members(),
    }
    nothing = "No one triple joins these values: they were counted, or put together from others."
    return Answer(members, "\n".join(grounds.lines()) or nothing)


def disagreements(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """Where the graph contradicts itself, and which saved questions ask where sources disagree."""
    grounds = Grounds(service)
    document = grounds.get("/contradictions", [("format", "json")])
    questions = [
        {"name": f"ask_{entry['name']}", "question": entry["question"] or entry["summary"]}
        for entry in service.get("/queries").document["queries"]
        if _DISAGREEMENTS in entry["tags"]
    ]
    contradictions = [
        {"rule": clash["rule"], "message": clash["message"]} for clash in document["contradictions"]
    ]
    members = {
        "status": ANSWER,
        "version": grounds.version,
        "total": document["total"],
        "contradictions": contradictions,
        "questions": questions,
    }
    lines = [f"The graph contradicts itself {document['total']} times."]
    lines += [f"- {one['message']} ({one['rule']})" for one in contradictions]
    lines += [f"Tool {one['name']}: {one['question']}" for one in questions]
    return Answer(members, "\n".join(lines))


def terms(service: Service, arguments: Mapping[str, Any]) -> Answer:
    """Classes and properties, with their names and what is said of them."""
    words = sparql_term(Literal(arguments.get("words", "").lower()))
    text = _TERMS.replace("$WORDS", words)
    return query_answer(service, text, "full", arguments.get("most", _USUAL_ROWS), 0)


_TERMS = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term (SAMPLE(?kinds) AS ?kind) (SAMPLE(?names) AS ?label) (SAMPLE(?comments) AS ?comment)
WHERE {
  VALUES ?kinds { rdfs:Class owl:Class rdf:Property owl:ObjectProperty owl:DatatypeProperty }
  ?term a ?kinds .
  FILTER (isIRI(?term))
  OPTIONAL { ?term rdfs:label ?names FILTER (LANG(?names) IN ("en", "")) }
  OPTIONAL { ?term rdfs:comment ?comments FILTER (LANG(?comments) IN ("en", "")) }
  BIND (CONCAT(STR(?term), " ", COALESCE(?names, ""), " ", COALESCE(?comments, "")) AS ?text)
  FILTER (CONTAINS(LCASE(?text), $WORDS))
}
GROUP BY ?term
ORDER BY ?term"""

TOOLS = (
    Tool(
        "search",
        "Find things by name",
        "Things whose names are like the words, in any language, the best match first. Use it to"
        " find the IRI of what a question names.",
        _takes(("words",), words=_WORDS, most={**_ROWS, "maximum": 100, "default": 10}),
        search,
    ),
    Tool(
        "describe",
        "Say what is known of a thing",
        "What the graph says of a thing, given by its IRI or its exact name: triples in words, each"
        " with a numbered citation, those that were stated first. `direction` is `from` the thing"
        " or `to` it.",
        _takes(
            ("thing",),
            thing=_TERM,
            direction={"type": "string", "enum": ["from", "to"], "default": "from"},
            closure=_CLOSURE,
            most={**_ROWS, "maximum": 100, "default": _USUAL_TRIPLES},
        ),
        describe,
    ),
    Tool(
        "query",
        "Ask a query in SPARQL",
        "The answer to a query in SPARQL 1.1, with the version of the data, an address at which the"
        " same is asked again, and numbered citations of its rows. Read-only and within limits of"
        " time and memory. `status` is `not-said` where the graph does not say; that is no denial.",
        _takes(
            ("query",),
            query={"type": "string", "minLength": 1, "maxLength": 65536},
            closure=_CLOSURE,
            most=_ROWS,
            cited=_CITED,
        ),
        query,
    ),
    Tool(
        "explain",
        "Prove a triple",
        "Why a triple holds: the steps of its proof, down to the sentences, rows and axioms. Terms"
        " are IRIs, prefixed names or literals as in N-Triples.",
        _takes(("subject", "predicate", "object"), subject=_TERM, predicate=_TERM, object=_TERM),
        explain,
    ),
    Tool(
        "evidence",
        "Say what a row rests on",
        "The triples that a row of the answer to a query rests on, each with its citation. `row`"
        " has the terms of the row by variable, IRIs or literals as in N-Triples.",
        _takes(
            ("query", "row"),
            query={"type": "string", "minLength": 1, "maxLength": 65536},
            row={
                "type": "object",
                "minProperties": 1,
                "maxProperties": 40,
                "additionalProperties": _TERM,
            },
            closure=_CLOSURE,
        ),
        evidence,
    ),
    Tool(
        "disagreements",
        "Say where sources disagree",
        "Where the graph contradicts itself, and the questions that ask where its sources differ.",
        _takes(),
        disagreements,
    ),
    Tool(
        "terms",
        "Find classes and properties",
        "The classes and properties of the data, with their names and definitions, those alone that"
        " have the words in them. Use it before writing a query.",
        _takes((), words={**_WORDS, "minLength": 0}, most=_ROWS),
        terms,
    ),
)


def questions(service: Service) -> list[Tool]:
    """The saved questions of a service, each as a tool. Raises: ServiceRefusalError; StoreError."""
    return [_question(one) for one in service.get("/queries").document["queries"]]


def _question(summary: Mapping[str, Any]) -> Tool:
    name = summary["name"]
    parameters = {one["name"]: one for one in summary["parameters"]}
    question = summary["question"] or summary["summary"]

    def answer(service: Service, arguments: Mapping[str, Any]) -> Answer:
        values = [
            (key, _value(arguments[key])) for key in parameters if arguments.get(key) is not None
        ]
        bound = service.get(f"/queries/{name}.rq", [*values, ("bound", "1")], "*/*")
        return query_answer(
            service,
            bound.body.decode(),
            bound.closure or "full",
            arguments.get("most", _USUAL_ROWS),
            arguments.get("cited", _USUAL_CITED),
            question,
        )

    properties = {
        key: {**parameter["schema"], "description": parameter["description"] or key}
        for key, parameter in parameters.items()
    }
    ours = {
        key: value for key, value in (("most", _ROWS), ("cited", _CITED)) if key not in properties
    }
    required = tuple(key for key, parameter in parameters.items() if parameter["required"])
    takes = _takes(required, **properties, **ours)
    return Tool(f"ask_{name}", summary["summary"], question, takes, answer)


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _thing(service: Service, words: str) -> str:
    """The IRI of a thing that is given as one, or by its name. Raises: ServiceRefusalError where
    several have the name, or none."""
    try:
        term = resolve_term(words, PREFIXES)
    except TermSyntaxError:
        return _thing_called(service, words)
    if not isinstance(term, URIRef):
        raise ServiceRefusalError(400, "bad-argument", f"{words} is a value, and no thing", {})
    return str(term)


def _thing_called(service: Service, name: str) -> str:
    matches = service.get("/search.json", [("q", name), ("limit", "10")]).document["results"]
    exact = [one["iri"] for one in matches if one["score"] == 1.0]
    if len(exact) == 1:
        return str(exact[0])
    offers = "; ".join(f"{one['label']} ({one['kind']}) <{one['iri']}>" for one in matches)
    reason = "several things are" if exact else "nothing is"
    hint = f"give one of: {offers}" if offers else "search with other words"
    members = {"candidates": matches}
    raise ServiceRefusalError(404, "not-one-thing", f"{reason} called {name!r}; {hint}", members)


def _term(text: str) -> str:
    """A term in N-Triples. Raises: ServiceRefusalError."""
    try:
        return write_term(resolve_term(text, PREFIXES))
    except TermSyntaxError as error:
        raise ServiceRefusalError(400, "bad-argument", str(error), {}) from None


def _whole(service: Service, address: str) -> str:
    return f"{service.address}{address}" if address.startswith("/") else address


def _step_line(step: Mapping[str, Any]) -> str:
    triple = " ".join(step["triple"][name] for name in "spo")
    origin = f" from {', '.join(map(str, step['from']))}" if step["from"] else ""
    words = "; ".join(
        source.get("sentence") or source["place"] for source in step.get("sources", ())
    )
    return f"{step['number']}. {triple} ({step['by']}{origin}){': ' + words if words else ''}"
