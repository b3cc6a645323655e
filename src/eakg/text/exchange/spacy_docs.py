"""spaCy's DocBin (https://spacy.io/api/docbin), written: a document whose span group `mentions` has
every mention with its type as label, and the thing that it stands for as `kb_id`.

Tokens are cut where mentions begin and end, so that each has its span, also within others.
"""

from eakg.problems import extra_package
from eakg.text.annotation import Normalization, TextBound
from eakg.text.exchange.annotated_text import AnnotatedText, split_losses
from eakg.text.exchange.losses import Conversion
from eakg.text.exchange.tokens import spans_of, tokens_of

GROUP = "mentions"
_DATABASE = "EAKG"


def write_docbin(source: AnnotatedText) -> Conversion[bytes]:
    """A file of one document, and what is not in it. Raises: ProblemsError without spaCy."""
    with extra_package("spaCy DocBin", "spacy"):
        from spacy.tokens import Doc, DocBin, Span
        from spacy.vocab import Vocab

    losses = list(split_losses(source.annotations, source.text))
    words: list[str] = []
    has_space: list[bool] = []
    starts: list[bool] = []
    first_of: dict[int, int] = {}
    last_of: dict[int, int] = {}
    position = 0
    for token in (*tokens_of(source), None):
        gap = source.text[position : token.start if token else None]
        if gap.startswith(" ") and words:
            has_space[-1] = True
            gap = gap[1:]
        pieces = [(gap, False)] if gap else []
        if token:
            pieces.append((source.text[token.start : token.end], token.begins_sentence))
            first_of[token.start] = len(words) + len(pieces) - 1
            last_of[token.end] = len(words) + len(pieces)
            position = token.end
        for piece, begins in pieces:
            words.append(piece)
            has_space.append(False)
            starts.append(begins)
    document = Doc(Vocab(), words=words, spaces=has_space, sent_starts=starts)
    spans = spans_of(source.annotations)
    things: dict[str, Normalization] = {}
    for item in source.annotations:
        is_first = (
            isinstance(item, Normalization)
            and item.database == _DATABASE
            and item.target in spans
            and things.setdefault(item.target, item) is item
        )
        if not is_first and not isinstance(item, TextBound):
            losses.append(f"{getattr(item, 'id', '*')} {item.type}: there is no place for it")
    document.spans[GROUP] = [
        Span(
            document,
            first_of[spans[item.id][0]],
            last_of[spans[item.id][1]],
            label=item.type,
            kb_id=things[item.id].identifier if item.id in things else "",
        )
        for item in source.annotations
        if isinstance(item, TextBound)
    ]
    return Conversion(DocBin(docs=[document]).to_bytes(), tuple(losses))
