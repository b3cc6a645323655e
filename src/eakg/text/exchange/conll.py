"""CoNLL as of 2002 and 2003 (https://aclanthology.org/W03-0419/), written: a token and a tag in a
line, an empty line behind each sentence; tags are IOB2.

A token has one tag: of mentions that overlap, the longest is told.
"""

from eakg.text.annotation import TextBound
from eakg.text.exchange.annotated_text import AnnotatedText, split_losses
from eakg.text.exchange.losses import Conversion
from eakg.text.exchange.tokens import spans_of, tokens_of


def write_conll(source: AnnotatedText) -> Conversion[str]:
    """The tokens with their tags, and what is not in them."""
    losses = list(split_losses(source.annotations, source.text))
    spans = spans_of(source.annotations)
    mentions = [one for one in source.annotations if isinstance(one, TextBound)]
    owners: dict[int, TextBound] = {}
    for mention in sorted(mentions, key=lambda item: spans[item.id][0] - spans[item.id][1]):
        places = range(*spans[mention.id])
        other = next((owners[place] for place in places if place in owners), None)
        if other is not None:
            losses.append(f"{mention.id} {mention.type}: {other.id} has its words, or some of them")
        else:
            owners |= dict.fromkeys(places, mention)
    for item in source.annotations:
        if not isinstance(item, TextBound):
            losses.append(f"{getattr(item, 'id', '*')} {item.type}: there is no place for it")
    lines: list[str] = []
    before = None
    for token in tokens_of(source):
        if token.begins_sentence and lines:
            lines.append("")
        mention_there = owners.get(token.start)
        tag = "O"
        if mention_there is not None:
            is_inside = mention_there is before and not token.begins_sentence
            tag = f"{'I' if is_inside else 'B'}-{mention_there.type}"
        before = mention_there
        lines.append(f"{source.text[token.start : token.end]} {tag}")
    return Conversion("".join(f"{line}\n" for line in [*lines, ""]), tuple(losses))
