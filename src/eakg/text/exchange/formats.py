"""The formats that annotated texts are exchanged in, by their names."""

from collections.abc import Callable
from dataclasses import dataclass

from eakg.text.exchange.annotated_text import AnnotatedText
from eakg.text.exchange.doccano import read_doccano, write_doccano
from eakg.text.exchange.label_studio import read_label_studio, write_label_studio
from eakg.text.exchange.losses import Conversion


@dataclass(frozen=True)
class ExchangeFormat:
    """A format: its name, what writes a text in it, and what reads one of the texts of a file, by
    its number from 1."""

    name: str
    write: Callable[[AnnotatedText], Conversion[str]]
    read: Callable[[str, int], Conversion[AnnotatedText]]


EXCHANGE_FORMATS = {
    item.name: item
    for item in (
        ExchangeFormat("label-studio", write_label_studio, read_label_studio),
        ExchangeFormat("doccano", write_doccano, read_doccano),
    )
}
"""Those that there are."""
