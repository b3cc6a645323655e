"""SHACL rules as rules: sh:TripleRule with terms and one-step paths, sh:SPARQLRule with CONSTRUCT.

Specification: SHACL Advanced Features 1.1 (https://www.w3.org/TR/shacl-af/) sections 8.1 to 8.6; of
node expressions sh:this, terms and paths of one property. Rules run until nothing is new, in which
sh:order makes no difference.
"""

from collections.abc import Iterator

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from eakg.reason.rulebooks.constructs import construct_rule
from eakg.reason.rulebooks.origin import NodeRule, RuleRefusalError, local_name
from eakg.reason.rules import Rule, RuleTerm, TripleAtom, Variable
from eakg.sparql import QueryError

_FOCUS = Variable("this")
_RULE, _TRIPLE_RULE, _SPARQL_RULE = SH.rule, SH.TripleRule, SH.SPARQLRule
_CONDITION, _DEACTIVATED, _CONSTRUCT = SH.condition, SH.deactivated, SH.construct
_IGNORED = {RDF.type, RDFS.label, RDFS.comment, SH.order, _DEACTIVATED, SH.name, SH.description}
_POSITIONS = {"subject": SH.subject, "predicate": SH.predicate, "object": SH.object}
_TRUE = Literal(True)


def shape_rules(graph: Graph) -> Iterator[NodeRule]:
    """The rules of the shapes of a graph, one for each target of a shape.

    Raises: RuleRefusalError for a rule, a target or a node expression of another kind.
    """
    pairs = sorted(graph.subject_objects(_RULE), key=lambda pair: (str(pair[0]), str(pair[1])))
    for shape in dict.fromkeys(shape for shape, _ in pairs):
        rules = [rule for other, rule in pairs if other == shape]
        reader = _Reader(graph, shape)
        if (shape, _DEACTIVATED, _TRUE) in graph:
            continue
        for number, rule in enumerate(sorted(rules, key=reader.order), 1):
            if (rule, _DEACTIVATED, _TRUE) not in graph:
                suffix = f"-{number}" if len(rules) > 1 else ""
                name = local_name(rule) or f"{local_name(shape) or 'shape'}{suffix}"
                yield from reader.rules(rule, name)


class _Reader:
    """Reads the rules of a shape."""

    def __init__(self, graph: Graph, shape: Node) -> None:
        self._graph = graph
        self._shape = shape

    def order(self, rule: Node) -> tuple[str, ...]:
        """What rules without names are ordered by: what they say."""
        properties = self._graph.predicate_objects(rule)
        return tuple(sorted(f"{p} {'' if isinstance(o, BNode) else o}" for p, o in properties))

    def rules(self, rule: Node, name: str) -> Iterator[NodeRule]:
        """A rule once for each target."""
        targets = list(self._targets())
        if not targets:
            raise self._refusal("has no target; give the shape a sh:targetClass, or another")
        for number, target in enumerate(targets, 1):
            suffix = f"-{number}" if len(targets) > 1 else ""
            yield NodeRule(self._shape, self._rule(rule, name + suffix, target))

    def _rule(self, rule: Node, name: str, target: TripleAtom | Node) -> Rule:
        graph = self._graph
        if (rule, _CONDITION, None) in graph:
            raise self._refusal("has a sh:condition, which a rule here cannot have")
        premises = (target,) if isinstance(target, TripleAtom) else ()
        is_construct = (rule, _CONSTRUCT, None) in graph
        kinds = (
            {_SPARQL_RULE, SH.prefixes, _CONSTRUCT} if is_construct else set(_POSITIONS.values())
        )
        for predicate in graph.predicates(rule):
            if predicate not in kinds | _IGNORED:
                raise self._refusal(f"says <{predicate}>, which is not read")
        read_rule = self._construct if is_construct else self._triple_rule
        result = read_rule(rule, name, premises)
        return result if isinstance(target, TripleAtom) else _about(result, target)

    def _construct(self, rule: Node, name: str, premises: tuple[TripleAtom, ...]) -> Rule:
        text = str(self._graph.value(rule, _CONSTRUCT))
        prologue = "".join(f"PREFIX {p}: <{iri}> " for p, iri in self._prefixes(rule))
        try:
            return construct_rule(name, prologue + text, premises=premises)
        except QueryError as error:
            raise self._refusal(f"has a sh:construct that is not read: {error}") from error

    def _prefixes(self, rule: Node) -> Iterator[tuple[str, str]]:
        graph = self._graph
        for document in graph.objects(rule, SH.prefixes):
            for declaration in graph.objects(document, SH.declare):
                prefix, namespace = (
                    graph.value(declaration, property_) for property_ in (SH.prefix, SH.namespace)
                )
                yield str(prefix), str(namespace)

    def _triple_rule(self, rule: Node, name: str, premises: tuple[TripleAtom, ...]) -> Rule:
        terms: list[RuleTerm] = []
        body = list(premises)
        for word, property_ in _POSITIONS.items():
            expressions = list(self._graph.objects(rule, property_))
            if len(expressions) != 1:
                raise self._refusal(f"has {len(expressions)} values of sh:{word}, and needs one")
            terms.append(self._term(expressions[0], word, body))
        return Rule(name, 0, tuple(body), (TripleAtom(terms[0], terms[1], terms[2]),))

    def _term(self, expression: Node, word: str, body: list[TripleAtom]) -> RuleTerm:
        if expression == SH.this:
            return _FOCUS
        if isinstance(expression, URIRef | Literal):
            return expression
        properties = list(self._graph.predicate_objects(expression))
        if (
            len(properties) == 1
            and properties[0][0] == SH.path
            and isinstance(properties[0][1], URIRef)
        ):
            variable = Variable(word)
            body.append(TripleAtom(_FOCUS, properties[0][1], variable))
            return variable
        raise self._refusal(
            f"has a sh:{word} that is neither sh:this, a term, nor a sh:path of one property"
        )

    def _targets(self) -> Iterator[TripleAtom | Node]:
        graph, shape = self._graph, self._shape
        classes = self._values(SH.targetClass)
        if isinstance(shape, URIRef) and (shape, RDF.type, RDFS.Class) in graph:
            classes.append(shape)
        for class_ in classes:
            yield TripleAtom(_FOCUS, RDF.type, self._name(class_))
        for property_ in self._values(SH.targetSubjectsOf):
            yield TripleAtom(_FOCUS, self._name(property_), Variable("target"))
        for property_ in self._values(SH.targetObjectsOf):
            yield TripleAtom(Variable("target"), self._name(property_), _FOCUS)
        yield from self._values(SH.targetNode)
        if (shape, SH.target, None) in graph:
            raise self._refusal("has a sh:target, which is not read")

    def _values(self, property_: Node) -> list[Node]:
        return sorted(self._graph.objects(self._shape, property_), key=str)

    def _name(self, node: Node) -> URIRef:
        if isinstance(node, URIRef):
            return node
        raise self._refusal("has a target without a name")

    def _refusal(self, complaint: str) -> RuleRefusalError:
        return RuleRefusalError(self._shape, f"a sh:rule {complaint}")


def _about(rule: Rule, node: Node) -> Rule:
    """A rule with a node in place of ?this."""

    def term(value: RuleTerm) -> RuleTerm:
        return node if value == _FOCUS and isinstance(node, URIRef | Literal) else value

    def atoms(values: tuple[TripleAtom, ...]) -> tuple[TripleAtom, ...]:
        triples = [[term(value) for value in atom.terms] for atom in values]
        return tuple(TripleAtom(s, p, o) for s, p, o in triples)

    return Rule(rule.name, 0, atoms(rule.atoms), atoms(rule.conclusions))
