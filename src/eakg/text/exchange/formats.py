"""The formats that annotated texts are exchanged in, by their names."""

from collections.abc import Callable
from dataclasses import dataclass

from eakg.text.exchange.annotated_text import AnnotatedText
from eakg.text.exchange.conll import write_conll
from eakg.text.exchange.doccano import read_doccano, write_doccano
from eakg.text.exchange.label_studio import read_label_studio, write_label_studio
from eakg.text.exchange.losses import Conversion, ExchangeError
from eakg.text.exchange.spacy_docs import write_docbin
from eakg.text.exchange.tei import write_tei
from eakg.text.exchange.uima_cas import (
    read_uima_json,
    read_uima_xmi,
    write_uima_json,
    write_uima_xmi,
)
from eakg.text.exchange.web_annotation import write_web_annotations
from eakg.text.exchange.webanno_tsv import read_webanno_tsv

Writer = Callable[[AnnotatedText], Conversion[bytes]]
"""Writes a text; raises ExchangeError for one that the format cannot hold."""
Reader = Callable[[bytes, int], Conversion[AnnotatedText]]
"""Reads one of the texts of a file, by its number from 1; raises ExchangeError for what is none."""


@dataclass(frozen=True)
class ExchangeFormat:
    """A format: its name, what writes a text in it where it is written, and what reads one where it
    is read. Its files are in UTF-8 where they are text."""

    name: str
    write: Writer | None = None
    read: Reader | None = None


def _in_utf8(write: Callable[[AnnotatedText], Conversion[str]]) -> Writer:
    def encoded(source: AnnotatedText) -> Conversion[bytes]:
        conversion = write(source)
        return Conversion(conversion.content.encode(), conversion.losses)

    return encoded


def _of_utf8(read: Callable[[str, int], Conversion[AnnotatedText]]) -> Reader:
    def decoded(content: bytes, number: int) -> Conversion[AnnotatedText]:
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise ExchangeError(f"is no UTF-8 at byte {error.start}") from None
        return read(text, number)

    return decoded


_FORMATS = (
    ExchangeFormat("uima-json", write_uima_json, read_uima_json),
    ExchangeFormat("uima-xmi", write_uima_xmi, read_uima_xmi),
    ExchangeFormat("label-studio", _in_utf8(write_label_studio), _of_utf8(read_label_studio)),
    ExchangeFormat("doccano", _in_utf8(write_doccano), _of_utf8(read_doccano)),
    ExchangeFormat("conll", _in_utf8(write_conll)),
    ExchangeFormat("spacy", write_docbin),
    ExchangeFormat("tei", _in_utf8(write_tei)),
    ExchangeFormat("webanno-tsv", read=_of_utf8(read_webanno_tsv)),
    ExchangeFormat("web-annotation", _in_utf8(write_web_annotations)),
)
WRITERS = {item.name: item.write for item in _FORMATS if item.write is not None}
"""What writes those that are written."""
READERS = {item.name: item.read for item in _FORMATS if item.read is not None}
"""What reads those that are read."""
