"""Contradictions of what is stated, each as the facts that clash and where they are said.

The rules of OWL 2 RL/RDF whose conclusion is `false` are asked as queries of the store, which holds
the closure. Those with conditions on values (dt-not-type) are not: validation reports such values.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, Response, render_template, request
from rdflib.term import Node

from eakg.evidence import is_axiom
from eakg.rdf import Triple
from eakg.reason.proofs import ASSERTED, NotInClosureError, Proof
from eakg.reason.rules import WORDS, ListAtom, Rule, RuleTerm, TripleAtom, Variable, owl2rl
from eakg.serve.app import HTML, query_string, represented, state
from eakg.serve.pages.proof import ProofStep, ProofTriple, steps_of
from eakg.store import QueryRequest, QueryService, select

blueprint = Blueprint("contradictions", __name__)
SHOWN = 20  # of each rule
_REST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
_FIRST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"


@dataclass(frozen=True)
class Clash:
    """Facts that cannot all be so, the axioms that say that, and the rule by its name."""

    rule: str
    words: str
    facts: tuple[ProofStep, ...]
    axioms: tuple[ProofTriple, ...]


@blueprint.get("/contradictions")
def page() -> Response:
    """What the graph says that cannot all be so."""
    query_string(request)
    store, proofs = state().store, state().proofs

    def explain(triple: Triple) -> Proof:
        try:
            return proofs.explain(triple).proof
        except NotInClosureError:
            return Proof(triple, ASSERTED)

    def show() -> Response:
        found = list(clashes(store, explain))
        text = render_template("contradictions.html", clashes=found)
        return Response(text, content_type=HTML.content_type)

    parts = (state().settings.public_url, "contradictions")
    return represented(request, store, parts, show)


def clashes(store: QueryService, explain: Callable[[Triple], Proof]) -> Iterator[Clash]:
    """The contradictions, at most `SHOWN` of each rule, in the order of the rules.

    Arguments: the store; what proves a triple. Raises: StoreError and its kinds.
    """
    for rule in owl2rl():
        if rule.conclusions or rule.conditions:
            continue
        seen: set[frozenset[Node]] = set()
        for row in select(store, QueryRequest(query_of(rule))):
            triples = [_instance(atom, row) for atom in rule.atoms]
            facts = [triple for triple in triples if not is_axiom(triple)]
            # Two things that clash do so both ways round.
            ends = frozenset(term for triple in facts for term in triple)
            if ends in seen:
                continue
            seen.add(ends)
            axioms = [triple for triple in triples if is_axiom(triple)]
            steps, claims = steps_of(store, [explain(fact) for fact in facts], axioms)
            yield Clash(rule.name, WORDS[rule.name], steps, claims)


def query_of(rule: Rule) -> str:
    """The query for the premises of a rule without conditions; members of its list are pairs."""
    patterns = [" ".join(_word(term) for term in atom.terms) for atom in rule.atoms]
    filters = []
    found = rule.list
    if isinstance(found, ListAtom):
        terms = (term for atom in rule.atoms for term in atom.terms)
        members = sorted({_word(term) for term in terms if _is_member(term, found)})
        patterns += [f"{_word(found.head)} {_REST}*/{_FIRST} {member}" for member in members]
        filters = [f"FILTER(STR({one}) < STR({next_}))" for one, next_ in pairwise(members)]
    return f"SELECT DISTINCT * {{ {' . '.join(patterns)} {' '.join(filters)} }} LIMIT {SHOWN}"


def _is_member(term: RuleTerm, found: ListAtom) -> bool:
    return isinstance(term, Variable) and term.name == found.members and bool(term.index)


def _word(term: RuleTerm) -> str:
    return f"?{_name(term)}" if isinstance(term, Variable) else term.n3()


def _name(variable: Variable) -> str:
    return (variable.name + variable.index).replace("'", "_")


def _instance(atom: TripleAtom, row: dict[str, Node]) -> Triple:
    parts: Sequence[Node] = [
        row[_name(term)] if isinstance(term, Variable) else term for term in atom.terms
    ]
    return parts[0], parts[1], parts[2]
