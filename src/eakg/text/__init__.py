"""Annotated text in, annotations out.

In comes the folder of one document: its text, its brat standoff and its `annotation.conf`.
Out comes a `Record` of frozen dataclasses: the document with its paragraphs and sentences, and
its annotations, with every offset in Unicode code points of the document's text. Input that is
wrong raises `eakg.problems.ProblemsError` with all of its problems, each with file and line.
"""

from eakg.text.annotation import (
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Relation,
    Span,
    Standoff,
    TextBound,
)
from eakg.text.configuration import Configuration, Definition, Role, read_configuration
from eakg.text.conformance import check
from eakg.text.document import Document, Paragraph, Passage, Sentence, read_document
from eakg.text.record import Record, read_record
from eakg.text.standoff import read_standoff

__all__ = [
    "Annotation",
    "Argument",
    "Attribute",
    "Configuration",
    "Definition",
    "Document",
    "Equivalence",
    "Event",
    "Normalization",
    "Note",
    "Paragraph",
    "Passage",
    "Record",
    "Relation",
    "Role",
    "Sentence",
    "Span",
    "Standoff",
    "TextBound",
    "check",
    "read_configuration",
    "read_document",
    "read_record",
    "read_standoff",
]
