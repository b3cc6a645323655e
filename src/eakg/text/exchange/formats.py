"""The formats that annotated texts are exchanged in, by their names."""

from collections.abc import Callable
from dataclasses import dataclass

from eakg.text.exchange.annotated_text import AnnotatedText
from eakg.text.exchange.doccano import read_doccano, write_doccano
from eakg.text.exchange.label_studio import read_label_studio, write_label_studio
from eakg.text.exchange.losses import Conversion
from eakg.text.exchange.web_annotation import write_web_annotations


@dataclass(frozen=True)
class ExchangeFormat:
    """A format: its name, what writes a text in it, and what reads one of the texts of a file, by
    its number from 1, where such a file has texts."""

    name: str
    write: Callable[[AnnotatedText], Conversion[str]]
    read: Callable[[str, int], Conversion[AnnotatedText]] | None = None


EXCHANGE_FORMATS = {
    item.name: item
    for item in (
        ExchangeFormat("label-studio", write_label_studio, read_label_studio),
        ExchangeFormat("doccano", write_doccano, read_doccano),
        ExchangeFormat("web-annotation", write_web_annotations),
    )
}
"""Those that there are."""
READERS = {item.name: item.read for item in EXCHANGE_FORMATS.values() if item.read is not None}
"""What reads those that can be read."""
