"""Which rules run: a set that is shipped, rules of one's own, or both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from eakg.problems import Problem, ProblemsError
from eakg.reason.rules import RULE_SETS

if TYPE_CHECKING:
    from eakg.reason.rules import RuleSet

NO_RULES = "none"
REASONING = "|".join((*RULE_SETS, NO_RULES, "FILE"))
"""What stands for a choice in the help of a command."""
_ENTAILMENT = "http://www.w3.org/ns/entailment/"
_SPECIFICATIONS = {
    "owl-rl": "OWL 2 RL",
    "owl-rl-without-equality": "OWL 2 RL without owl:sameAs",
    "rdfs-plus": "RDFS-Plus",
    "rdfs": "RDFS",
    "rdf": "RDF",
}
_REGIMES = {"owl-rl": "OWL-RDF-Based", "rdfs": "RDFS", "rdf": "RDF"}


@dataclass(frozen=True)
class Regime:
    """The choice of the rules that run.

    Arguments: the name of a set that is shipped, of `RULE_SETS`, or "none"; rules of one's own,
    each with its name and its text in the notation of the reasoner; whether what holds of
    everything is wanted too (`eakg.reason.trivial`).
    """

    base: str = "owl-rl"
    user_rules: tuple[tuple[str, str], ...] = ()
    trivial: bool = False

    @property
    def name(self) -> str:
        """The choice as it is made on the command line."""
        files = dict.fromkeys(name.partition(":")[0] for name, _ in self.user_rules)
        parts = [] if self.base == NO_RULES and files else [self.base]
        return "+".join([*parts, *files])

    @property
    def title(self) -> str:
        """The choice with all that was chosen."""
        return f"{self.name} with --trivial" if self.trivial else self.name

    @property
    def derives(self) -> bool:
        """Whether there are any rules."""
        return self.base != NO_RULES or bool(self.user_rules)

    @property
    def entailment(self) -> str | None:
        """The IRI of the entailment regime of SPARQL 1.1 that the rules are; None where they are
        none of these, as rules of one's own are not."""
        regime = None if self.user_rules else _REGIMES.get(self.base)
        return f"{_ENTAILMENT}{regime}" if regime else None

    @property
    def description(self) -> str:
        """In words by what rules what follows is found."""
        shipped = _SPECIFICATIONS.get(self.base, f"the rules {self.base}")
        files = dict.fromkeys(name.partition(":")[0] for name, _ in self.user_rules)
        if not files:
            return shipped
        names = f"the rules of {' and '.join(files)}"
        return names if self.base == NO_RULES else f"{shipped} and {names}"

    @property
    def rules(self) -> "RuleSet":
        """The rules. Without any it has none."""
        return _rules(self.base, self.user_rules)

    @property
    def code(self) -> str:
        """The choice as a text, from which other processes and later starts read it: of a shipped
        set its name."""
        if not self.user_rules and not self.trivial:
            return self.base
        return json.dumps(
            {"set": self.base, "user_rules": self.user_rules, "trivial": self.trivial}
        )

    @classmethod
    def of(cls, code: str) -> "Regime":
        """The choice of a code."""
        return _decoded(code)


@cache
def _decoded(code: str) -> Regime:
    if not code.startswith("{"):
        return Regime(code)
    content = json.loads(code)
    user_rules = tuple((name, text) for name, text in content["user_rules"])
    return Regime(content["set"], user_rules, content["trivial"])


@dataclass(frozen=True)
class RegimeChoice:
    """A regime, and what of the files of rules does not run."""

    regime: Regime
    notices: tuple[Problem, ...] = ()


def chosen_regime(names: Sequence[str], *, trivial: bool = False) -> RegimeChoice:
    """The regime of names of sets and of files.

    Arguments: at most one name of a set that is shipped, or "none" alone; paths of files of rules;
    several of these with commas between are as good as one each
    (`eakg.reason.rulebooks.read_rules`); whether what holds of everything is wanted. Raises:
    ProblemsError for what is neither, and for files that cannot be used.
    """
    names = [name for words in names for name in words.split(",")]
    sets = [name for name in names if name in (*RULE_SETS, NO_RULES)]
    paths = [Path(name) for name in names if name not in sets]
    if len(set(sets)) > 1 or (NO_RULES in sets and paths):
        words = f"do not go together; name one of {_words(RULE_SETS)}, and files of rules"
        raise ProblemsError([Problem(" and ".join(map(str, (*sets, *paths))), 0, words)])
    for path in paths:
        if not path.suffix and not path.exists():
            words = f"is no set of rules ({_words((*RULE_SETS, NO_RULES))}) and no file"
            raise ProblemsError([Problem(str(path), 0, words)])
    if len({path.name for path in paths}) < len(paths):
        words = "rules are known by the name of their file; give files different names"
        raise ProblemsError([Problem(str(paths[-1]), 0, words)])
    base = sets[0] if sets else NO_RULES if paths else "owl-rl"
    if not paths:
        return RegimeChoice(Regime(base, (), trivial))
    # The readers are imported where there is something to read.
    from eakg.reason.rulebooks.files import read_rules
    from eakg.reason.rules import rules_text

    files = [read_rules(path) for path in paths]
    user_rules = tuple(
        (rule.name, _body(rules_text(rule), rule.name)) for f in files for rule in f.rules
    )
    notices = tuple(notice for file in files for notice in file.notices)
    return RegimeChoice(Regime(base, user_rules, trivial), notices)


def _body(text: str, name: str) -> str:
    return text.removeprefix(f"{name}:").strip()


def _words(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


@cache
def _rules(base: str, user_rules: tuple[tuple[str, str], ...]) -> "RuleSet":
    from eakg.reason.rules import Rule, RuleSet, parse_rules, rule_set

    shipped = rule_set(base) if base != NO_RULES else RuleSet(NO_RULES, (), "")
    if not user_rules:
        return shipped
    rules = [*shipped.rules]
    for name, text in user_rules:
        (rule,) = parse_rules(f"r: {text}")
        rules.append(Rule(name, 0, rule.premises, rule.conclusions))
    return RuleSet(Regime(base, user_rules).name, tuple(rules), shipped.specification)
