"""Sets of rules that run together, and those that there are.

- `owl-rl`: OWL 2 RL/RDF, tables 4 to 9 of https://www.w3.org/TR/owl2-profiles/ section 4.3.
- `owl-rl-without-equality`: the same without table 4 and without dt-eq, so that owl:sameAs follows
  and nothing follows from it.
- `rdfs`: RDF 1.1 Semantics sections 8 and 9 (https://www.w3.org/TR/rdf11-mt/).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from eakg.reason.rules.grammar import Rule, parse_rules

EQUALITY = frozenset({"eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o"})
"""The rules that make owl:sameAs an equality; they are in a set together or not at all."""
_OF_EQUALS = frozenset({"eq-diff1", "eq-diff2", "eq-diff3", "dt-eq"})


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Rules that run together, compared by identity.

    Arguments: its name; its rules in their order; the address of their specification. Raises:
    ValueError when it has only some of the rules of equality, or has none of them and rules that
    need them.
    """

    name: str
    rules: tuple[Rule, ...]
    specification: str

    def __post_init__(self) -> None:
        equality = EQUALITY & self.order.keys()
        if equality and equality != EQUALITY:
            missing = ", ".join(sorted(EQUALITY - equality))
            raise ValueError(f"the rules {self.name} have equality without {missing}")
        if not equality and (idle := _OF_EQUALS & self.order.keys()):
            raise ValueError(f"the rules {self.name} have {', '.join(sorted(idle))}, no equality")

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each rule by its name."""
        return {rule.name: place for place, rule in enumerate(self.rules)}

    def __contains__(self, name: str) -> bool:
        return name in self.order

    @cached_property
    def equality(self) -> bool:
        """Whether owl:sameAs is an equality."""
        return self.order.keys() >= EQUALITY

    def without(self, name: str, rules: frozenset[str]) -> "RuleSet":
        """The set without some rules, under another name."""
        left = tuple(rule for rule in self.rules if rule.name not in rules)
        return RuleSet(name, left, self.specification)


RULE_SETS = ("owl-rl", "owl-rl-without-equality", "rdfs")
"""The names of the sets that there are."""


def rule_set(name: str = "owl-rl") -> RuleSet:
    """A set of rules by its name, always the same one. Raises: KeyError when there is none of that
    name."""
    return _read(name)


@cache
def _read(name: str) -> RuleSet:
    if name == "owl-rl-without-equality":
        return rule_set("owl-rl").without(name, EQUALITY | _OF_EQUALS)
    file, specification = {
        "owl-rl": ("owl2rl.rules", "https://www.w3.org/TR/owl2-profiles/"),
        "rdfs": ("rdfs.rules", "https://www.w3.org/TR/rdf11-mt/"),
    }[name]
    text = files("eakg.reason.rules").joinpath(file).read_text("utf-8")
    return RuleSet(name, parse_rules(text), specification)


def set_of(rule: str) -> RuleSet | None:
    """The first set that has a rule of a name; None where none has."""
    return next((known for name in RULE_SETS if rule in (known := rule_set(name))), None)
