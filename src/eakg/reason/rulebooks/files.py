"""Files of rules: what kind a file is, its rules, and what is wrong with it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib.term import Node

from eakg.dataset import places_of_files
from eakg.files import read_utf8
from eakg.problems import Problem, ProblemsError
from eakg.rdf import parse_rdf
from eakg.rdf.inputs import has_rdf_extension
from eakg.reason.rulebooks.constructs import construct_rule
from eakg.reason.rulebooks.origin import NodeRule, RuleRefusalError
from eakg.reason.rulebooks.safety import objection
from eakg.reason.rulebooks.shapes import shape_rules
from eakg.reason.rulebooks.swrl import swrl_rules
from eakg.reason.rules import Rule, RuleLine, RuleSyntaxError, rule_lines, rules_text
from eakg.sparql import QueryError, QuerySyntaxError

_QUERIES = {".rq", ".sparql"}
_READ = (
    "rules are read from .rules (the notation of the reasoner), .rq and .sparql (a CONSTRUCT), and"
    " files of RDF (SHACL and SWRL rules)"
)


@dataclass(frozen=True)
class RuleFile:
    """The rules of a file, under names that begin with that of the file; and what in it is no rule
    that can be run, though the others can: SWRL rules with builtins."""

    rules: tuple[Rule, ...]
    notices: tuple[Problem, ...] = ()


def read_rules(path: Path) -> RuleFile:
    """The rules of a file, told by its extension.

    Raises: ProblemsError, with file and line, where it cannot be read, has no rules, has two of one
    name, or one that cannot be run: with a variable in its conclusion that no premise binds, or
    with what the rules cannot say.
    """
    if path.suffix in _QUERIES:
        return _rule_file(path, [_query_rule(path)])
    if path.suffix == ".rules":
        return _rule_file(path, _written_rules(path))
    if has_rdf_extension(path):
        return _graph_rules(path)
    raise ProblemsError([Problem(str(path), 0, f"is no file of rules: {_READ}")])


def _written_rules(path: Path) -> list[RuleLine]:
    _, text = read_utf8(path)
    try:
        lines = list(rule_lines(text))
    except RuleSyntaxError as error:
        raise ProblemsError([Problem(str(path), error.line, error.reason)]) from None
    return [
        replace(line, rule=_renamed_rule(line.rule, f"{path.name}:{line.rule.name}"))
        for line in lines
    ]


def _query_rule(path: Path) -> RuleLine:
    _, text = read_utf8(path)
    try:
        return RuleLine(construct_rule(path.name, text, path.absolute().as_uri()), 1)
    except QuerySyntaxError as error:
        line, column = error.line or 0, error.column or 0
        words = str(error).removeprefix(f"line {line}, ")
        raise ProblemsError([Problem(str(path), line, words if column else str(error))]) from None
    except QueryError as error:
        raise ProblemsError([Problem(str(path), 0, str(error))]) from None


def _graph_rules(path: Path) -> RuleFile:
    graph = parse_rdf(path)
    swrl = swrl_rules(graph)
    line_of = _line_finder(path)
    try:
        shapes = list(shape_rules(graph))
    except RuleRefusalError as error:
        raise ProblemsError([Problem(str(path), line_of(error.node), error.reason)]) from None
    notices = [Problem(str(path), line_of(one.node), one.reason) for one in swrl.refusals]
    if notices and not (swrl.rules or shapes):
        raise ProblemsError(notices)
    node_rules = sorted((*shapes, *swrl.rules), key=lambda item: rules_text(item.rule))
    lines = [RuleLine(rule, line_of(node)) for node, rule in _distinct(path.name, node_rules)]
    return replace(_rule_file(path, lines), notices=tuple(sorted(notices)))


def _line_finder(path: Path) -> Callable[[Node], int]:
    places = places_of_files([path])

    def line_of(node: Node) -> int:
        place = places.of_subject(node)
        return place.line if place else 0

    return line_of


def _distinct(file: str, rules: Iterable[NodeRule]) -> Iterator[tuple[Node, Rule]]:
    """Rules with names that differ: those without a name, or with one of another, get numbers."""
    counts: Counter[str] = Counter()
    for item in rules:
        name = item.rule.name or "rule"
        counts[name] += 1
        number = f"-{counts[name]}" if counts[name] > 1 or not item.rule.name else ""
        yield item.node, _renamed_rule(item.rule, f"{file}:{name}{number}")


def _renamed_rule(rule: Rule, name: str) -> Rule:
    return Rule(name, 0, rule.premises, rule.conclusions)


def _rule_file(path: Path, lines: Iterable[RuleLine]) -> RuleFile:
    rules: dict[str, Rule] = {}
    problems: list[Problem] = []
    for line in lines:
        complaint = objection(line.rule)
        if line.rule.name in rules:
            complaint = "there are two rules of this name"
        if complaint:
            name = line.rule.name.removeprefix(f"{path.name}:")
            problems.append(Problem(str(path), line.line, f"{name}: {complaint}"))
        rules[line.rule.name] = line.rule
    if problems:
        raise ProblemsError(problems)
    if not rules:
        raise ProblemsError([Problem(str(path), 0, f"has no rules: {_READ}")])
    return RuleFile(tuple(rules.values()))
