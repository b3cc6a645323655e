"""Annotated text in, annotations out.

In comes the folder of one document: its text, its brat standoff and its `annotation.conf`.
Out comes a `Record` of frozen dataclasses: the document with its paragraphs and sentences, and
its annotations, with every offset in Unicode code points of the document's text. Input that is
wrong raises `eakg.problems.ProblemsError` with all of its problems, each with file and line.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
