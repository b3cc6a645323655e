"""Sets of rules that run together, and those that there are.

- `owl-rl`: OWL 2 RL/RDF, tables 4 to 9 of https://www.w3.org/TR/owl2-profiles/ section 4.3.
- `owl-rl-without-equality`: the same without table 4 and without dt-eq, so that owl:sameAs follows
  and nothing follows from it.
- `rdfs-plus`: of `owl-rl` the rules about what RDFS-Plus has beside RDFS (D. Allemang, J. Hendler
  and F. Gandon, *Semantic Web for the Working Ontologist*, 3rd edition, chapter 8): inverse,
  symmetric, transitive and functional properties, equivalence, owl:sameAs; and those of literals.
- `rdfs`: RDF 1.1 Semantics sections 8 and 9 (https://www.w3.org/TR/rdf11-mt/).
- `rdf`: RDF 1.1 Semantics section 8.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from eakg.reason.rules.grammar import Rule, parse_rules
from eakg.reason.rules.names import RULE_SETS

EQUALITY = frozenset({"eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o"})
"""The rules that make owl:sameAs an equality; they are in a set together or not at all."""
_RDFS_PLUS = EQUALITY | {
    "eq-diff1", "prp-dom", "prp-rng", "prp-fp", "prp-ifp", "prp-symp", "prp-trp", "prp-spo1",
    "prp-eqp1", "prp-eqp2", "prp-inv1", "prp-inv2", "cax-sco", "cax-eqc1", "cax-eqc2", "scm-cls",
    "scm-sco", "scm-eqc1", "scm-eqc2", "scm-op", "scm-dp", "scm-spo", "scm-eqp1", "scm-eqp2",
    "scm-dom1", "scm-dom2", "scm-rng1", "scm-rng2", "dt-type1", "dt-type2", "dt-eq", "dt-diff",
    "dt-not-type",
}  # fmt: skip
_RDF = frozenset({"rdf-axiomatic", "rdfD2"})
_NEEDS_EQUALITY = frozenset({"eq-diff1", "eq-diff2", "eq-diff3", "dt-eq"})


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
        if not equality and (idle := _NEEDS_EQUALITY & self.order.keys()):
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

    def without(self, name: str, rules: Set[str]) -> "RuleSet":
        """The set without some rules, under another name."""
        rest = tuple(rule for rule in self.rules if rule.name not in rules)
        return RuleSet(name, rest, self.specification)


def rule_set(name: str = "owl-rl") -> RuleSet:
    """A set of rules by its name, always the same one. Raises: KeyError when there is none of that
    name."""
    return _read(name)


@cache
def _read(name: str) -> RuleSet:
    if name == "owl-rl-without-equality":
        return rule_set("owl-rl").without(name, EQUALITY | _NEEDS_EQUALITY)
    if name == "rdfs-plus":
        return rule_set("owl-rl").without(name, rule_set("owl-rl").order.keys() - _RDFS_PLUS)
    if name == "rdf":
        return rule_set("rdfs").without(name, rule_set("rdfs").order.keys() - _RDF)
    file, specification = {
        "owl-rl": ("owl2rl.rules", "https://www.w3.org/TR/owl2-profiles/"),
        "rdfs": ("rdfs.rules", "https://www.w3.org/TR/rdf11-mt/"),
    }[name]
    text = files("eakg.reason.rules").joinpath(file).read_text("utf-8")
    return RuleSet(name, parse_rules(text), specification)


def set_of(rule: str) -> RuleSet | None:
    """The first set that has a rule of a name; None where none has."""
    return next((rules for name in RULE_SETS if rule in (rules := rule_set(name))), None)
