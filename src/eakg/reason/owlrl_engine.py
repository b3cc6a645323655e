"""The rules as owlrl runs them, fed and corrected so that its known faults do not show.

This is the one module that knows owlrl. What it changes, and why the closure stays the same:

- Contradictions are not taken from owlrl's error messages, which name no rule and skip the last
  member of owl:AllDifferent and owl:AllDisjointProperties; `eakg.reason.contradictions` finds them
  in the closure. The rules that conclude *false* add no triple, so nothing is lost.
- prp-key is written anew: owlrl skips the last key property and compares every pair of instances.
- Datatypes (dt-type1, dt-type2) are decided by `eakg.reason.literals`: owlrl knows only the
  declared datatype of a literal and those above it, takes valid floats for ill-formed, and stops
  with an exception on others that are. A literal is typed with those datatypes only that some
  axiom can see: the ones that stand in subject or object position.
- Reflexive equality (eq-ref) is left out unless owl:sameAs itself stands in subject or object
  position of some triple. Only then can `x owl:sameAs x` be a premise of anything: replacing a
  term by itself, its symmetry and its transitivity conclude nothing new, and every other rule that
  reads a triple with the predicate owl:sameAs needs an axiom about owl:sameAs.
- A triple is handed to the rules only when it can match the premise on which owlrl's loop starts a
  rule: an axiom, or an equality between two terms. The facts are found from there by look-up.
"""

from collections import defaultdict
from itertools import combinations, product

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from eakg.rdf import Triple, members
from eakg.reason.literals import DATATYPES, in_value_space
from eakg.reason.rules import RuleSet, rule_set

_AXIOM_PREDICATES = {
    RDFS.domain,
    RDFS.range,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    OWL.allValuesFrom,
    OWL.equivalentClass,
    OWL.equivalentProperty,
    OWL.hasKey,
    OWL.hasValue,
    OWL.intersectionOf,
    OWL.inverseOf,
    OWL.maxCardinality,
    OWL.maxQualifiedCardinality,
    OWL.oneOf,
    OWL.propertyChainAxiom,
    OWL.sameAs,
    OWL.someValuesFrom,
    OWL.unionOf,
}
_AXIOM_TYPES = {
    RDF.Property,
    OWL.Class,
    OWL.DatatypeProperty,
    OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
    OWL.ObjectProperty,
    OWL.SymmetricProperty,
    OWL.TransitiveProperty,
}
_CARDINALITIES = {OWL.maxCardinality, OWL.maxQualifiedCardinality}


def saturate(graph: Graph, rules: RuleSet) -> Graph:
    """The graph with everything that follows from it.

    Arguments: a graph, which is not changed; the rules. Result: a new graph with generalised
    triples (literals as subjects, blank nodes as predicates) among the others, and without
    reflexive equalities unless something can follow from them. Raises: ValueError when the rules
    are other than those of OWL 2 RL.
    """
    if rules is not rule_set("owl-rl"):
        raise ValueError(f"owlrl runs the rules owl-rl alone, not {rules.name}")
    closure = Graph(store="SimpleMemory", bind_namespaces="none")
    for triple in graph:
        closure.add(triple)
    _Rules(closure).closure()
    return closure


class _Rules(OWLRL_Semantics):  # type: ignore[misc]  # owlrl has no types
    def __init__(self, graph: Graph) -> None:
        super().__init__(graph, axioms=False, daxioms=False)
        self.mentioned = set(graph.subjects()) | set(graph.objects())
        self.reflexive = OWL.sameAs in self.mentioned

    def add_error(self, message: str) -> None:
        pass

    def store_triple(self, triple: Triple) -> None:
        subject, predicate, object_ = triple
        if predicate == OWL.sameAs and subject == object_ and not self.reflexive:
            return
        if (
            triple not in self.added_triples
            and triple not in self.graph
            and not isinstance(predicate, Literal)
        ):
            self.added_triples.add(triple)

    def rules(self, triple: Triple, cycle_num: int) -> None:
        subject, predicate, object_ = triple
        if self.reflexive:
            for term in triple:
                self.store_triple((term, OWL.sameAs, term))
        if predicate == RDF.type:
            if object_ not in _AXIOM_TYPES:
                return
        elif (
            predicate not in _AXIOM_PREDICATES
            or (predicate == OWL.sameAs and subject == object_)
            or (predicate in _CARDINALITIES and not isinstance(object_, Literal))
        ):
            return
        if predicate == OWL.hasKey:
            self._key(subject, object_)
        else:
            self._properties(triple, cycle_num)
            self._equality(triple, cycle_num)
            self._classes(triple, cycle_num)
            self._class_axioms(triple, cycle_num)
            self._schema_vocabulary(triple, cycle_num)

    def _list(self, head: Node) -> list[Node]:
        return members(self.graph, head)

    def _key(self, class_: Node, head: Node) -> None:
        properties = members(self.graph, head)
        if not properties:
            return
        holders: dict[tuple[Node, ...], list[Node]] = defaultdict(list)
        for instance in self.graph.subjects(RDF.type, class_):
            values = (self.graph.objects(instance, property_) for property_ in properties)
            for key in product(*values):
                holders[key].append(instance)
        for instances in holders.values():
            for pair in combinations(instances, 2):
                self.store_triple((pair[0], OWL.sameAs, pair[1]))

    def _one_time_rules_datatypes(self) -> None:
        for datatype in DATATYPES:
            self.store_triple((datatype, RDF.type, RDFS.Datatype))
        visible = DATATYPES if RDF.type in self.mentioned else DATATYPES & self.mentioned
        for literal in (term for term in self.mentioned if isinstance(term, Literal)):
            for datatype in visible:
                if in_value_space(literal, datatype):
                    self.store_triple((literal, RDF.type, datatype))
