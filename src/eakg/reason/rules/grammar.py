"""Rules as data, in the notation that `owl2rl.rules` explains."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import cast

from rdflib import Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, XSD

from eakg.rdf import read_term, write_term

CONDITIONS = {
    "ANNOTATION-PROPERTY": 1,
    "DATATYPE": 1,
    "MEMBERSHIP": 1,
    "ILL-FORMED": 1,
    "VALUE-IN": 2,
    "VALUE-NOT-IN": 2,
    "SAME-VALUE": 2,
    "DIFFERENT-VALUE": 2,
}
"""Conditions on terms and values that a premise may state, with the number of their arguments.
MEMBERSHIP says that a property is rdf:_1, rdf:_2, ... (RDF Schema 1.1 section 5.1.5)."""


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
    """A text is no rule. Arguments: why; the line, from 1, where it is known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class RuleLine:
    """A rule and the line, from 1, where it begins."""

    rule: Rule
    line: int


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Read rules in the notation of `owl2rl.rules`. Raises: as `rule_lines`."""
    return tuple(item.rule for item in rule_lines(text))


def rule_lines(text: str) -> Iterator[RuleLine]:
    """The rules of a text in the notation of `owl2rl.rules`, with their lines. A line `PREFIX name:
    <IRI>` gives a prefix to those behind it.

    Raises: RuleSyntaxError, with the line, when a rule has a wrong form, an unknown prefix or
    condition, a variable in a conclusion that no premise binds, or an index without a list.
    """
    prefixes = dict(_PREFIXES)
    for number, table, line in _logical_lines(text):
        if declaration := _DECLARATION.fullmatch(line):
            prefixes[declaration.group(1)] = declaration.group(2)
        else:
            yield RuleLine(_Reader(number, prefixes).rule(table, line), number)


def rules_text(rule: Rule) -> str:
    """A rule in one line of the notation."""
    body = ", ".join(_premise_text(premise) for premise in rule.premises)
    head = ", ".join(_premise_text(atom) for atom in rule.conclusions) or "false"
    return f"{rule.name}: {body} -> {head}" if body else f"{rule.name}: -> {head}"


_PREFIXES: dict[str, str] = {
    "owl": str(OWL),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "xsd": str(XSD),
}
_DECLARATION = re.compile(r"(?i:PREFIX)\s+([\w-]*):\s*<([^<>\s]*)>")
_TABLE = re.compile(r"#\s*Table (\d+)\.")
_HEADER = re.compile(r"([A-Za-z0-9-]+):\s*(.*?)\s*->\s*(.*)")
_WORD = r'"(?:[^"\\]|\\.)*"[^\s()"<>]*(?:<[^<>\s]*>)?|<[^<>\s]*>|[^\s()"<>]+'
_ITEM = re.compile(rf"(EACH\s+)?([A-Z-]+)\(((?:{_WORD}|\s+)*)\)\s*(?:,\s*|$)")
_WORDS = re.compile(_WORD)
_VARIABLE = re.compile(r"\?(\w+'?)(?:\[(i|j|i\+1|n\+1|1)\])?")
_LITERAL = re.compile(r'("(?:[^"\\]|\\.)*")(@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(.+))?')
_CURIE = re.compile(r"([\w-]*):([\w.-]*)")


def _logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    table, start, rule = 0, 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if rule and line.startswith(" "):
            rule += " " + line.strip()
            continue
        if rule:
            yield start, table, rule
            rule = ""
        heading = _TABLE.match(line)
        if heading:
            table = int(heading.group(1))
        elif line.strip() and not line.startswith("#"):
            start, rule = number, line.strip()
    if rule:
        yield start, table, rule


class _Reader:
    """Reads the rule of a line."""

    def __init__(self, number: int, prefixes: Mapping[str, str]) -> None:
        self._number = number
        self._prefixes = prefixes

    def rule(self, table: int, line: str) -> Rule:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise self._error("not of the form `name: premises -> conclusions`")
        name, body, head = header.groups()
        premises = tuple(self._items(body))
        conclusions = () if head == "false" else tuple(self._items(head))
        triples = tuple(item for item in conclusions if isinstance(item, TripleAtom))
        if len(triples) != len(conclusions):
            raise self._error("a conclusion is a triple or `false`")
        rule = Rule(name, table, premises, triples)
        self._check_variables(rule)
        return rule

    def _error(self, reason: str) -> RuleSyntaxError:
        return RuleSyntaxError(reason, self._number)

    def _items(self, text: str) -> Iterator[Premise]:
        position = 0
        while position < len(text):
            item = _ITEM.match(text, position)
            if item is None:
                raise self._error(f"cannot read {text[position:]!r}")
            position = item.end()
            each, kind, arguments = item.groups()
            terms = tuple(map(self._term, _WORDS.findall(arguments)))
            variables = tuple(term for term in terms if isinstance(term, Variable))
            if kind == "T" and len(terms) == 3:
                yield TripleAtom(terms[0], terms[1], terms[2], each=bool(each))
            elif kind == "LIST" and len(variables) == len(terms) == 2 and not each:
                yield ListAtom(variables[0], variables[1].name)
            elif CONDITIONS.get(kind) == len(variables) == len(terms) and not each:
                yield Condition(kind, variables)
            else:
                raise self._error(f"unknown premise {item.group().strip(', ')}")

    def _term(self, word: str) -> RuleTerm:
        if variable := _VARIABLE.fullmatch(word):
            return Variable(variable.group(1), variable.group(2) or "")
        if literal := _LITERAL.fullmatch(word):
            quotation, kind, datatype = literal.groups()
            suffix = f"^^<{self._iri(datatype)}>" if datatype else kind or ""
            return cast(Literal, read_term(quotation + suffix))
        if iri := self._iri(word):
            return iri
        raise self._error(f"{word!r} is no variable, name or literal")

    def _iri(self, word: str) -> URIRef | None:
        if word.startswith("<") and word.endswith(">"):
            return cast(URIRef, read_term(word))
        curie = _CURIE.fullmatch(word)
        if curie is None:
            return None
        prefix, local = curie.groups()
        if prefix not in self._prefixes:
            raise self._error(f"unknown prefix {prefix}:")
        return URIRef(self._prefixes[prefix] + local)

    def _check_variables(self, rule: Rule) -> None:
        names = {variable.name for premise in rule.premises for variable in _variables(premise)}
        if rule.list is not None:
            names.add(rule.list.members)
        for atom in (*rule.premises, *rule.conclusions):
            for variable in _variables(atom):
                if variable.name not in names:
                    raise self._error(f"{variable} is in no premise")
                if variable.index and rule.list is None:
                    raise self._error(f"{variable} has an index, but no list")


def _variables(item: Premise) -> Iterator[Variable]:
    for field in fields(item):
        value = getattr(item, field.name)
        for term in value if isinstance(value, tuple) else (value,):
            if isinstance(term, Variable):
                yield term


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
    if isinstance(term, Literal) and term.datatype and str(term.datatype).startswith(str(XSD)):
        quotation = write_term(Literal(str(term)))
        return f"{quotation}^^{_term_text(term.datatype)}"
    for prefix, namespace in _PREFIXES.items():
        local = term.removeprefix(namespace)
        if isinstance(term, URIRef) and local != term and re.fullmatch(r"\w+", local):
            return f"{prefix}:{local}"
    return write_term(term)
