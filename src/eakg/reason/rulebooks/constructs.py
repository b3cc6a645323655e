"""SPARQL CONSTRUCT queries as rules: those whose pattern is triples and nothing else.

Specification: SPARQL 1.1 Query sections 5.1 and 16.2.
"""

from collections.abc import Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD

from eakg.reason.rules import Rule, RuleTerm, TripleAtom, Variable
from eakg.sparql import read_head, syntax_error_at
from eakg.sparql.syntax import (
    Bind,
    Compound,
    End,
    Filter,
    GraphPattern,
    InversePath,
    Lateral,
    Minus,
    Optional,
    Path,
    PredicatePath,
    QueryTree,
    ServicePattern,
    SyntaxNode,
    TermKind,
    TermNode,
    Triples,
    Union,
    ValuesBlock,
    lexical_form,
    parse_query,
)

_NAMES: dict[type[SyntaxNode], str] = {
    Bind: "BIND",
    Filter: "FILTER",
    GraphPattern: "GRAPH",
    Lateral: "LATERAL",
    Minus: "MINUS",
    Optional: "OPTIONAL",
    ServicePattern: "SERVICE",
    Union: "UNION, or a group within the group,",
    ValuesBlock: "VALUES",
}


def construct_rule(
    name: str, text: str, base: str | None = None, premises: tuple[TripleAtom, ...] = ()
) -> Rule:
    """A query as a rule: the pattern makes the premises, the template the conclusions.

    Arguments: the name of the rule; the query; the IRI that relative ones are resolved against;
    premises that stand before its own. Raises:
    QuerySyntaxError for what is no query, and, with the place, for what no rule can say.
    """
    return _Reader(text, base).rule(name, premises)


class _Reader:
    def __init__(self, text: str, base: str | None) -> None:
        self._text = text
        self._base = base

    def rule(self, name: str, premises: tuple[TripleAtom, ...]) -> Rule:
        tree = parse_query(self._text, self._base)
        where = tree.where
        if tree.form != "CONSTRUCT" or where is None:
            raise self._refusal(tree, f"{tree.form} is no rule; a rule is a CONSTRUCT")
        head = read_head(self._text, self._base)
        if head.default_graphs or head.named_graphs:
            raise self._refusal_at(head.dataset[0], "a rule reads all graphs; leave FROM out")
        self._check_modifiers(tree)
        if where.subquery is not None:
            raise self._refusal(where.subquery, "a rule has no subquery")
        body: list[TripleAtom] = list(premises)
        for element in where.elements:
            if not isinstance(element, Triples):
                words = f"{_NAMES[type(element)]} cannot be said in a rule; it has triples alone"
                raise self._refusal(element, words)
            body += self._atoms(element)
        conclusions = tuple(atom for one in tree.template for atom in self._conclusions(one))
        return Rule(name, 0, tuple(dict.fromkeys(body)), tuple(dict.fromkeys(conclusions)))

    def _check_modifiers(self, tree: QueryTree) -> None:
        modifiers = tree.modifiers
        if modifiers.values is not None:
            raise self._refusal(modifiers.values, "VALUES cannot be said in a rule")
        for part in (*(key.expression for key in modifiers.group), *modifiers.having):
            raise self._refusal(part, "GROUP BY and HAVING cannot be said in a rule")
        if modifiers.order or modifiers.is_sliced:
            place = tree.where.stop if tree.where else tree.start
            raise self._refusal_at(place, "ORDER BY, LIMIT and OFFSET cannot be said in a rule")

    def _conclusions(self, triples: Triples) -> Iterator[TripleAtom]:
        for node in (triples.subject, *(item.object for item in triples.properties)):
            if not isinstance(node, TermNode) or node.kind is TermKind.BLANK_NODE:
                words = "a conclusion makes no blank node; give what it states a name"
                raise self._refusal(node, words)
        return self._atoms(triples)

    def _atoms(self, triples: Triples) -> Iterator[TripleAtom]:
        for item in triples.properties:
            if item.annotations:
                raise self._refusal(item, "a rule says nothing of triples themselves")
            yield self._atom(triples.subject, item.path, item.object)
        if not triples.properties:
            raise self._refusal(triples, "a rule has triples alone")

    def _atom(self, subject: End, path: Path, object_: End) -> TripleAtom:
        if isinstance(path, InversePath):
            return self._atom(object_, path.path, subject)
        if not isinstance(path, PredicatePath):
            words = "a path cannot be said in a rule; write triples with a variable between"
            raise self._refusal(path, words)
        return TripleAtom(self._end(subject), self._term(path.term), self._end(object_))

    def _end(self, node: End) -> RuleTerm:
        if isinstance(node, Compound):
            words = f"{node.sign} cannot be said in a rule; write a variable and its triples"
            raise self._refusal(node, words)
        return self._term(node)

    def _term(self, node: TermNode) -> RuleTerm:
        match node.kind:
            case TermKind.VARIABLE:
                return Variable(node.name)
            case TermKind.BLANK_NODE:
                return Variable(f"blank_{node.name}")
            case TermKind.IRI if node.iri is not None:
                return URIRef(node.iri)
            case TermKind.LITERAL if node.iri is not None:
                return _literal(node)
        raise self._refusal(node, f"a {node.kind} cannot be said in a rule")

    def _refusal(self, node: SyntaxNode, complaint: str) -> Exception:
        return self._refusal_at(node.start, complaint)

    def _refusal_at(self, offset: int, complaint: str) -> Exception:
        return syntax_error_at(self._text, offset, complaint)


def _literal(node: TermNode) -> Literal:
    form = lexical_form(node)
    if node.iri == str(RDF.langString):
        return Literal(form, lang=node.text.rpartition("@")[2])
    datatype = None if node.iri == str(XSD.string) else URIRef(str(node.iri))
    return Literal(form, datatype=datatype, normalize=False)
