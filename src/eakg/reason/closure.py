"""The closure of a graph: what follows from it, and where it contradicts itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Literal as Choice

import numpy as np
from rdflib import BNode, Dataset, Graph

from eakg.rdf import Triple
from eakg.reason.contradictions import ContradictionFinder, Inconsistency
from eakg.reason.engine import (
    Block,
    ClosureState,
    Expansion,
    Facts,
    NodeTerms,
    Terms,
)
from eakg.reason.relations import (
    CLASS,
    EMPTY,
    UNLIMITED,
    Allowance,
    distinct,
    first,
    second,
    without,
)
from eakg.reason.rules import TYPE, RuleSet, rule_set, vocabulary_of

if TYPE_CHECKING:
    from eakg.reason.justifications import Justifications, Repairs
    from eakg.reason.proofs import Explainer, Proof

Equality = Choice["expanded", "representatives"]
Engine = Choice["auto", "memory", "owlrl"]


@dataclass(frozen=True, repr=False)
class Closure:
    """What follows from a graph.

    Arguments: a complete state; the namespaces of the graph, by prefix; whether reflexive and
    axiomatic triples are wanted; whether what is said of a thing is said under all its names;
    whether a value is told in each form that a literal of it has
    (`eakg.reason.engine.literal_forms`).
    """

    state: ClosureState
    prefixes: dict[str, str]
    trivial: bool = False
    equality: Equality = "expanded"
    restated: bool = True

    def __repr__(self) -> str:
        return f"<Closure of {self.asserted_count:,} triples by {self.rules.name}>"

    def _repr_html_(self) -> str:
        """Its sizes, its contradictions and what each rule found, for notebooks."""
        from eakg.reason.overview import closure_html

        counts, clashes = self.counts_by_rule, self.inconsistencies
        sizes = {
            "asserted triples": self.asserted_count,
            "terms": len(self.state.facts.terms),
            "new facts of representatives": sum(counts.values()),
            "contradictions": len(clashes),
        }
        return closure_html(self.rules, sizes, counts, clashes)

    @property
    def rules(self) -> RuleSet:
        """The rules by which it follows."""
        return self.state.facts.rules

    @cached_property
    def expansion(self) -> Expansion:
        """The facts of the closure as numbers, block by block."""
        return Expansion(self.state, compact=self.equality == "representatives")

    @cached_property
    def inferred(self) -> Graph:
        """The triples that the rules add, none of the graph's own."""
        return self._graph(self.inferred_facts())

    def inferred_facts(self) -> Iterator[Block]:
        """They as numbers, block by block."""
        return self.expansion.inferred(trivial=self.trivial, restated=self.restated)

    @cached_property
    def explainer(self) -> "Explainer":
        """What finds proofs in the closure."""
        # A closure that is only written does without it, and without `apply_change`.
        from eakg.reason.proofs import Explainer

        return Explainer(self.state)

    def explain(self, triple: Triple, allowance: Allowance = UNLIMITED) -> "Proof":
        """Why a triple of the closure holds: a tree of rules down to asserted triples.

        The tree is acyclic, of whatever depth, and as small as was found with little effort.
        Arguments: the triple; how many triples may be looked at for it, and until when. Raises:
        NotInClosureError when the triple does not follow; ProofNotFoundError when it does, and no
        proof of it was found; ReasoningLimitError.
        """
        return self.explainer.explain(triple, allowance)

    def explain_all(
        self, triple: Triple, most: int | None = None, allowance: Allowance = UNLIMITED
    ) -> "Justifications":
        """The justifications of a triple: the smallest sets of asserted triples from which it
        follows, each with a proof (`eakg.reason.justifications`).

        Arguments: the triple; how many are wanted, None for all; until when they may be looked for.
        Result: they, and whether they are all, or there are more, or the search was given up.
        Raises: NotInClosureError when the triple does not follow; ProofNotFoundError.
        """
        from eakg.reason.justifications import justifications_of

        self.explain(triple, allowance)
        return justifications_of(self.state, triple, most, allowance=allowance)

    def repairs(
        self,
        inconsistency: Inconsistency,
        most: int | None = None,
        allowance: Allowance = UNLIMITED,
    ) -> "Repairs":
        """What would have to go for a contradiction to end: the smallest sets of asserted triples
        without which it does, axioms and data alike.

        Arguments: a contradiction of the closure; how many sets are wanted, None for all; until
        when they may be looked for. Result: they, and whether they are all.
        """
        from eakg.reason.justifications import repairs_of

        total = len(self.inconsistencies)
        return repairs_of(self.state, inconsistency, most, total=total, allowance=allowance)

    def update(
        self,
        added: Iterable[Triple] = (),
        removed: Iterable[Triple] = (),
        allowance: Allowance = UNLIMITED,
    ) -> "Closure":
        """The closure of the changed graph; this one stays as it is.

        Arguments: triples to add and to remove, of which those in both stay; how much there may be
        of it, beyond which it raises ReasoningLimitError. The result is that of
        `materialize` for the changed graph. It is far cheaper, but for the changes that
        `docs/reasoning.md` names, for which everything is done anew.
        """
        from eakg.reason.updates import apply_change

        terms = self.state.facts.terms
        state = apply_change(self.state, terms.encode(added), terms.encode(removed), allowance)
        closure = replace(self, state=state)
        if "axioms" in vars(self) and closure._has_axioms_of(self):
            vars(closure)["axioms"] = self.axioms
        return closure

    def difference(
        self, predecessor: "Closure", allowance: Allowance = UNLIMITED
    ) -> tuple[Graph, Graph]:
        """The inferred triples that were not there before, and those that are there no more.

        Arguments: a closure that this one is an update of, however many steps ago; how many there
        may be of the first. Raises: ReasoningLimitError.
        """
        new_facts, old_facts = (
            _unions(allowance.watch(closure.inferred_facts())) for closure in (self, predecessor)
        )
        added = [
            (key, without(facts, old_facts.get(key, EMPTY))) for key, facts in new_facts.items()
        ]
        removed = [
            (key, without(facts, new_facts.get(key, EMPTY))) for key, facts in old_facts.items()
        ]
        allowance.check(sum(len(facts) for _, facts in added))
        return self._graph(added, allowance), self._graph(removed, allowance)

    def is_asserted(self, triple: Triple) -> bool:
        """Whether a triple is one of the graph itself."""
        return self.explainer.is_asserted(triple)

    @property
    def asserted(self) -> Graph:
        """The triples of the graph itself."""
        return self._graph(self.state.facts.asserted.items())

    @property
    def asserted_count(self) -> int:
        """How many triples the graph itself has."""
        return sum(map(len, self.state.facts.asserted.values()))

    @property
    def counts_by_rule(self) -> dict[str, int]:
        """How many new facts each rule found, of representatives."""
        return {name: count for name, count in self.state.facts.counts.items() if name and count}

    @cached_property
    def axioms(self) -> Graph:
        """The asserted triples whose predicate or class the rules speak of: the axioms, and beside
        them what is said of things in the same words, as by owl:sameAs (`eakg.evidence.is_axiom`
        tells these apart)."""
        return self._graph(self._axiom_facts().items())

    @property
    def axiom_count(self) -> int:
        """How many axioms there are."""
        return sum(map(len, self._axiom_facts().values()))

    def _axiom_facts(self) -> Facts:
        builtin = self.state.facts.terms.builtin
        return {
            key: facts
            for key, facts in self.state.facts.asserted.items()
            if builtin[key - CLASS if key >= CLASS else key]
        }

    def _has_axioms_of(self, predecessor: "Closure") -> bool:
        """Whether its axioms are those of a closure that it is an update of: facts that an update
        does not touch stay the same object."""
        facts, former_facts = self._axiom_facts(), predecessor._axiom_facts()
        return facts.keys() == former_facts.keys() and all(
            former_facts[key] is values for key, values in facts.items()
        )

    @cached_property
    def inconsistencies(self) -> list[Inconsistency]:
        """The contradictions in a stable order; empty means consistent."""
        finder = self._finder(self.state, self.expansion)
        if self.state.is_changed and finder.depends_on_order:
            state = self.state.anew(self.state.facts.asserted)
            finder = self._finder(state, Expansion(state, compact=self.expansion.compact))
        return finder.all()

    def _finder(self, state: ClosureState, expansion: Expansion) -> ContradictionFinder:
        return ContradictionFinder(state, expansion, lambda: self.axioms)

    def _graph(self, blocks: Iterable[Block], allowance: Allowance = UNLIMITED) -> Graph:
        graph = Graph()
        for prefix, namespace in self.prefixes.items():
            graph.bind(prefix, namespace, override=True, replace=True)
        node = self.state.facts.terms.node
        type_ = node(TYPE)
        for key, facts in blocks:
            if key >= CLASS:
                class_ = node(key - CLASS)
                for number in allowance.watch(facts.tolist()):
                    graph.add((node(number), type_, class_))
                continue
            predicate = node(key)
            subjects, objects = first(facts).tolist(), second(facts).tolist()
            for subject, object_ in allowance.watch(zip(subjects, objects, strict=True)):
                graph.add((node(subject), predicate, node(object_)))
        return graph


def _unions(blocks: Iterable[Block]) -> Facts:
    unions: Facts = {}
    for key, facts in blocks:
        unions[key] = distinct(np.concatenate([unions[key], facts])) if key in unions else facts
    return unions


def materialize(
    graph: Graph,
    *,
    rules: RuleSet | None = None,
    trivial: bool = False,
    equality: Equality = "expanded",
    engine: Engine = "auto",
    allowance: Allowance = UNLIMITED,
) -> Closure:
    """Apply rules to a graph until nothing new follows.

    Arguments: the graph, ontology and data together, which is not changed, and of which the merge
    of all graphs is taken where it is an rdflib.Dataset; the rules, those of OWL
    2 RL/RDF where none are given; `trivial` says whether reflexive and axiomatic triples are wanted
    (`eakg.reason.trivial` lists them). No other inference and no contradiction depends on that
    choice. With `equality="representatives"` the closure speaks of one name of each thing, and
    owl:sameAs joins the others to it; with "expanded" it says everything under every name.
    `engine` is what runs the rules; "auto" takes the fastest that can, now always "memory".
    "owlrl" is slow and there for comparison, and `docs/reasoning.md` lists what it does otherwise.
    `allowance` is how much there may be of it. Raises: ValueError when owlrl is asked for other
    rules than those of OWL 2 RL; ReasoningLimitError.

    Terms come back as they went in: literals keep their lexical form and language tag, blank nodes
    their label. An inferred triple may speak of an anonymous class expression of the graph
    (`x rdf:type _:restriction`), for it follows by the rules like any other and joins with the
    graph; outside of that graph it says nothing, so keep it out of other files with
    `without_blank_nodes`. What is no RDF triple (a literal as subject, a blank node as predicate)
    serves the rules and never comes out.

    A contradiction does not stop the reasoning and does not add "everything" to the closure.

    See https://www.w3.org/TR/owl2-profiles/ section 4.3, tables 4 to 9.
    """
    terms = NodeTerms(vocabulary_of(rules or rule_set()))
    prefixes = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
    return closure_of_facts(
        terms,
        terms.encode(_merged_triples(graph)),
        prefixes=prefixes,
        rules=rules,
        trivial=trivial,
        equality=equality,
        engine=engine,
        allowance=allowance,
    )


def _merged_triples(graph: Graph) -> Iterable[Triple]:
    """The triples of a graph, and those of all graphs of an rdflib.Dataset, which is a Graph for
    rdflib, but one of quads."""
    if isinstance(graph, Dataset):
        return dict.fromkeys((s, p, o) for s, p, o, _ in graph.quads())
    return graph


def closure_of(
    triples: Iterable[Triple],
    *,
    rules: RuleSet | None = None,
    trivial: bool = False,
    restated: bool = True,
) -> Closure:
    """The closure of triples that are in no graph, as `materialize` makes it.

    Arguments: they; the rules; whether reflexive and axiomatic triples are wanted; whether a value
    is told in each form that a literal of it has.
    """
    terms = NodeTerms(vocabulary_of(rules or rule_set()))
    facts = terms.encode(triples)
    return closure_of_facts(terms, facts, rules=rules, trivial=trivial, restated=restated)


def closure_of_facts(
    terms: Terms,
    facts: Facts,
    *,
    prefixes: dict[str, str] | None = None,
    rules: RuleSet | None = None,
    trivial: bool = False,
    equality: Equality = "expanded",
    engine: Engine = "auto",
    restated: bool = True,
    allowance: Allowance = UNLIMITED,
) -> Closure:
    """The closure of facts; the options are those of `materialize` and `closure_of`. The
    terms begin with those that the rules speak of (`eakg.reason.rules.vocabulary_of`)."""
    state = ClosureState.of(terms, facts, rules or rule_set(), trivial=trivial)
    closure = Closure(state, prefixes or {}, trivial, equality, restated)
    if engine == "owlrl":
        # It is a slow import, and seldom wanted.
        from eakg.reason.owlrl_engine import saturate

        state.facts.load(terms.encode(saturate(closure.asserted, closure.rules)))
    else:
        state.allow(allowance)
        state.run()
        state.allow(UNLIMITED)
    return closure


def without_blank_nodes(graph: Graph) -> Graph:
    """The triples of a graph that name all they speak of.

    A blank node's label has no meaning outside of its file, so a file of inferred triples that
    mentioned the restrictions and lists of the ontology would be broken.
    """
    result = Graph()
    for prefix, namespace in graph.namespaces():
        result.bind(prefix, namespace, override=True, replace=True)
    for triple in graph:
        if not any(isinstance(term, BNode) for term in triple):
            result.add(triple)
    return result
