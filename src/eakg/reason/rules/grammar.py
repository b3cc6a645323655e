"""Rules as data, in the notation that `owl2rl.rules` explains."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from rdflib import Literal, Namespace, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD

CONDITIONS = {
    "ANNOTATION-PROPERTY": 1,
    "DATATYPE": 1,
    "ILL-FORMED": 1,
    "VALUE-IN": 2,
    "VALUE-NOT-IN": 2,
    "SAME-VALUE": 2,
    "DIFFERENT-VALUE": 2,
}
"""Conditions on values that a premise may state, with the number of their arguments."""


@dataclass(frozen=True)
class Variable:
    """A variable, or one member of a sequence of variables.

    `index` is empty, a number from 1, or one of `i`, `j`, `i+1`, `n+1`, counted along the list of
    the rule.
    """

    name: str
    index: str = ""

    def __str__(self) -> str:
        return f"?{self.name}[{self.index}]" if self.index else f"?{self.name}"


RuleTerm = Variable | URIRef | Literal


@dataclass(frozen=True)
class TripleAtom:
    """`T(subject predicate object)`; with `each`, the conjunction over all i."""

    subject: RuleTerm
    predicate: RuleTerm
    object: RuleTerm
    each: bool = False

    @property
    def terms(self) -> tuple[RuleTerm, RuleTerm, RuleTerm]:
        return self.subject, self.predicate, self.object


@dataclass(frozen=True)
class ListAtom:
    """`LIST(head members)`: the collection that starts at `head` has the members `members[i]`."""

    head: Variable
    members: str


@dataclass(frozen=True)
class Condition:
    """A condition on values, one of `CONDITIONS`."""

    name: str
    arguments: tuple[Variable, ...]


Premise = TripleAtom | ListAtom | Condition


@dataclass(frozen=True)
class Rule:
    """One rule: when all premises hold, all conclusions do; without any, the premises contradict
    each other. `table` is the number of the table in the specification, 0 where there is none."""

    name: str
    table: int
    premises: tuple[Premise, ...]
    conclusions: tuple[TripleAtom, ...]

    @property
    def atoms(self) -> tuple[TripleAtom, ...]:
        """The premises that are triples."""
        return tuple(premise for premise in self.premises if isinstance(premise, TripleAtom))

    @property
    def list(self) -> ListAtom | None:
        """The premise that is a list; no rule has two."""
        return next((item for item in self.premises if isinstance(item, ListAtom)), None)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The premises that are conditions on values."""
        return tuple(premise for premise in self.premises if isinstance(premise, Condition))


class RuleSyntaxError(ValueError):
    """A text is no rule; says which line, and why."""


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Read rules in the notation of `owl2rl.rules`.

    Raises: RuleSyntaxError, with the line, when a rule has a wrong form, an unknown prefix or
    condition, a variable in a conclusion that no premise binds, or an index without a list.
    """
    return tuple(_rule(number, table, line) for number, table, line in _logical_lines(text))


def rules_text(rule: Rule) -> str:
    """A rule in one line of the notation."""
    body = ", ".join(_premise_text(premise) for premise in rule.premises)
    head = ", ".join(_premise_text(atom) for atom in rule.conclusions) or "false"
    return f"{rule.name}: {body} -> {head}" if body else f"{rule.name}: -> {head}"


_PREFIXES: dict[str, Namespace] = {
    "owl": Namespace(str(OWL)),
    "rdf": Namespace(str(RDF)),
    "rdfs": Namespace(str(RDFS)),
    "xsd": Namespace(str(XSD)),
}
_TABLE = re.compile(r"#\s*Table (\d+)\.")
_HEADER = re.compile(r"([A-Za-z0-9-]+):\s*(.*?)\s*->\s*(.*)")
_ITEM = re.compile(r"(EACH\s+)?([A-Z-]+)\(([^()]*)\)\s*(?:,\s*|$)")
_VARIABLE = re.compile(r"\?([A-Za-z][A-Za-z0-9]*'?)(?:\[(i|j|i\+1|n\+1|1)\])?")
_LITERAL = re.compile(r'"([^"\\]*)"\^\^([a-z]+):(\w+)')
_CURIE = re.compile(r"([a-z]+):(\w+)")


def _logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    table, start, current = 0, 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if current and line.startswith(" "):
            current += " " + line.strip()
            continue
        if current:
            yield start, table, current
            current = ""
        heading = _TABLE.match(line)
        if heading:
            table = int(heading.group(1))
        elif line.strip() and not line.startswith("#"):
            start, current = number, line.strip()
    if current:
        yield start, table, current


def _rule(number: int, table: int, line: str) -> Rule:
    header = _HEADER.fullmatch(line)
    if header is None:
        raise RuleSyntaxError(f"line {number}: not of the form `name: premises -> conclusions`")
    name, body, head = header.groups()
    premises = tuple(_items(number, body))
    conclusions = () if head == "false" else tuple(_items(number, head))
    triples = tuple(item for item in conclusions if isinstance(item, TripleAtom))
    if len(triples) != len(conclusions):
        raise RuleSyntaxError(f"line {number}: a conclusion is a triple or `false`")
    rule = Rule(name, table, premises, triples)
    _check_variables(number, rule)
    return rule


def _items(number: int, text: str) -> Iterator[Premise]:
    position = 0
    while position < len(text):
        item = _ITEM.match(text, position)
        if item is None:
            raise RuleSyntaxError(f"line {number}: cannot read {text[position:]!r}")
        position = item.end()
        each, kind, arguments = item.groups()
        terms = tuple(_term(number, word) for word in arguments.split())
        variables = tuple(term for term in terms if isinstance(term, Variable))
        if kind == "T" and len(terms) == 3:
            yield TripleAtom(terms[0], terms[1], terms[2], each=bool(each))
        elif kind == "LIST" and len(variables) == len(terms) == 2 and not each:
            yield ListAtom(variables[0], variables[1].name)
        elif CONDITIONS.get(kind) == len(variables) == len(terms) and not each:
            yield Condition(kind, variables)
        else:
            raise RuleSyntaxError(f"line {number}: unknown premise {item.group().strip(', ')}")


def _term(number: int, word: str) -> RuleTerm:
    if variable := _VARIABLE.fullmatch(word):
        return Variable(variable.group(1), variable.group(2) or "")
    if literal := _LITERAL.fullmatch(word):
        lexical, prefix, local = literal.groups()
        return Literal(lexical, datatype=_iri(number, prefix, local), normalize=False)
    if curie := _CURIE.fullmatch(word):
        return _iri(number, *curie.groups())
    raise RuleSyntaxError(f"line {number}: {word!r} is no variable, name or literal")


def _iri(number: int, prefix: str, local: str) -> URIRef:
    if prefix not in _PREFIXES:
        raise RuleSyntaxError(f"line {number}: unknown prefix {prefix}:")
    return _PREFIXES[prefix][local]


def _variables(item: Premise) -> Iterator[Variable]:
    for field in fields(item):
        value = getattr(item, field.name)
        for term in value if isinstance(value, tuple) else (value,):
            if isinstance(term, Variable):
                yield term


def _check_variables(number: int, rule: Rule) -> None:
    bound = {variable.name for premise in rule.premises for variable in _variables(premise)}
    if rule.list is not None:
        bound.add(rule.list.members)
    for atom in (*rule.premises, *rule.conclusions):
        for variable in _variables(atom):
            if variable.name not in bound:
                raise RuleSyntaxError(f"line {number}: {variable} is in no premise")
            if variable.index and rule.list is None:
                raise RuleSyntaxError(f"line {number}: {variable} has an index, but no list")


def _premise_text(premise: Premise) -> str:
    match premise:
        case TripleAtom(each=each):
            words = " ".join(_term_text(term) for term in premise.terms)
            return f"{'EACH ' if each else ''}T({words})"
        case ListAtom(head, members):
            return f"LIST({head} ?{members})"
        case Condition(name, arguments):
            return f"{name}({' '.join(map(str, arguments))})"


def _term_text(term: RuleTerm) -> str:
    if isinstance(term, Variable):
        return str(term)
    if isinstance(term, Literal):
        return f'"{term}"^^{_term_text(URIRef(str(term.datatype)))}'
    for prefix, namespace in _PREFIXES.items():
        if term.startswith(namespace):
            return f"{prefix}:{term.removeprefix(namespace)}"
    return f"<{term}>"
