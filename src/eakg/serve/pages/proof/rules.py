"""The rules and the reasoner that proofs name, as a page and in RDF."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from rdflib import DCTERMS, PROV, RDF, RDFS, Literal, URIRef
from werkzeug.exceptions import NotFound

from eakg import __version__
from eakg.names import ID, PREFIXES
from eakg.rdf import Triple, serialize
from eakg.reason.rulebooks import Regime
from eakg.reason.rules import WORDS, Rule, RuleSet, rule_set, rules_text, set_of, words_of
from eakg.serve.app import (
    HTML,
    PAGE_OR_GRAPH,
    Page,
    address,
    negotiate,
    query_string,
    state,
    tagged,
)

rules_blueprint = Blueprint("rules", __name__)
_SETS = ("owl-rl", "rdfs")


@rules_blueprint.get("/rules")
def rules() -> Response:
    """The rules, in words and in their notation."""
    query_string(request)
    representation = negotiate(request, PAGE_OR_GRAPH)
    regime = _regime()

    def answer() -> Response:
        if not isinstance(representation, Page):
            data = serialize(list(rule_triples(_user_rules())), representation, PREFIXES)
            return Response(data, content_type=representation.content_type)
        sets = [(rule_set(name), _tables(rule_set(name))) for name in _SETS]
        files = [
            (file, [(rule.name, rules_text(rule)) for rule in members])
            for file, members in groupby(_user_rules(), key=lambda rule: rule.name.split(":")[0])
        ]
        text = render_template(
            "rules.html", sets=sets, words=WORDS, regime=regime, files=files, anchor=quote
        )
        return Response(text, content_type=HTML.content_type)

    parts = (state().settings.public_url, "rules", regime and regime.code, representation.name)
    return tagged(request, parts, answer)


@rules_blueprint.get("/id/rule/<name>")
def rule(name: str) -> Response:
    """A rule, which proofs in PROV-O have for their plan: see where it is explained (303)."""
    if set_of(name) is None and all(rule.name != name for rule in _user_rules()):
        raise NotFound
    return _see(quote(name))


def _regime() -> Regime | None:
    """The rules of this service; None where an engine elsewhere answers."""
    settings = state().settings
    return Regime.of(settings.options.reasoning) if settings.remote is None else None


def _user_rules() -> list[Rule]:
    """The rules of files that run here."""
    regime = _regime()
    names = {name for name, _ in regime.user_rules} if regime else set()
    return [rule for rule in regime.rules.rules if rule.name in names] if regime else []


@rules_blueprint.get("/id/reasoner")
def reasoner() -> Response:
    """What proofs in PROV-O have for their agent: see the rules that it follows (303)."""
    return _see("reasoner")


def _see(anchor: str) -> Response:
    return Response(status=303, headers={"Location": address(f"/rules#{anchor}")})


def _texts(rules: RuleSet) -> dict[tuple[int, str], list[str]]:
    """The texts of the rules, by table and name: some names have several."""
    texts: dict[tuple[int, str], list[str]] = {}
    for rule in rules.rules:
        texts.setdefault((rule.table, rule.name), []).append(rules_text(rule))
    return texts


def _tables(rules: RuleSet) -> list[tuple[int, list[tuple[str, list[str]]]]]:
    return [
        (table, [(name, texts) for (_, name), texts in members])
        for table, members in groupby(_texts(rules).items(), key=lambda item: item[0][0])
    ]


def rule_triples(user_rules: Sequence[Rule] = ()) -> Iterator[Triple]:
    """The rules and the reasoner, as PROV-O names them. Argument: the rules of files that run."""
    agent = ID["reasoner"]
    yield agent, RDF.type, PROV.SoftwareAgent
    yield agent, RDFS.label, Literal(f"the reasoner of EAKG {__version__}", lang="en")
    for rules in map(rule_set, _SETS):
        for (_, name), texts in _texts(rules).items():
            plan = ID[f"rule/{name}"]
            yield plan, RDF.type, PROV.Plan
            yield plan, RDFS.label, Literal(name)
            yield plan, DCTERMS.description, Literal(WORDS[name], lang="en")
            yield from ((plan, RDF.value, Literal(text)) for text in texts)
            yield plan, RDFS.seeAlso, URIRef(rules.specification)
    for rule in user_rules:
        plan = ID[f"rule/{quote(rule.name)}"]
        yield plan, RDF.type, PROV.Plan
        yield plan, RDFS.label, Literal(rule.name)
        yield plan, DCTERMS.description, Literal(words_of(rule.name), lang="en")
        yield plan, RDF.value, Literal(rules_text(rule))
