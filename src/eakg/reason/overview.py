"""What a closure is at a glance, for notebooks."""

from collections.abc import Mapping, Sequence

from eakg.reason.contradictions import Inconsistency
from eakg.reason.markup import beginning, frame, items, paragraph, table
from eakg.reason.rules import WORDS, RuleSet

_MOST_CONTRADICTIONS = 10
_MOST_RULES = 100


def closure_html(
    rules: RuleSet,
    sizes: Mapping[str, int],
    counts: Mapping[str, int],
    inconsistencies: Sequence[Inconsistency],
) -> str:
    """A closure as HTML: how large it is, its contradictions in a sentence each, and what each rule
    found.

    Arguments: the rules that were run; numbers by what they count; new facts by rule; the
    contradictions.
    """
    numbers = ", ".join(f"{number:,} {noun}" for noun, number in sizes.items())
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(rule, WORDS.get(rule, ""), count) for rule, count in order[:_MOST_RULES]]
    messages = (beginning(one.message) for one in inconsistencies[:_MOST_CONTRADICTIONS])
    parts = [paragraph(f"Closure by {rules.name}: {numbers}.")]
    if inconsistencies:
        parts += [paragraph("It contradicts itself:"), items(messages, len(inconsistencies))]
    if rows:
        parts.append(table(("rule", "what it says", "new facts"), rows))
    if len(order) > len(rows):
        parts.append(paragraph(f"{len(order) - len(rows):,} more rules found facts."))
    return frame(*parts)
