"""What a term and a triple are here: those of RDF 1.1, as rdflib has them."""

import logging
import re
from typing import TypeAlias

from rdflib import Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node, XSDToPython, bind

Triple: TypeAlias = tuple[Node, Node, Node]
"""Subject, predicate and object, as rdflib has them."""
TRIPLE_TERM = "a triple term (RDF 1.2); write it as a reified statement"
DIRECTION = "a text with a base direction (RDF 1.2); leave the direction out"
_LANGUAGE = re.compile("[a-zA-Z]+(?:-[a-zA-Z0-9]+)*")


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_NOISE = re.compile(rf"Failed to convert Literal lexical form|datatype '{XSD.boolean}' was already")


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Whether rdflib says anything but, with a traceback, that a literal has no value. That is no
    fault of RDF; whoever looks for values says so in one line."""
    return not _NOISE.match(str(record.msg))


logging.getLogger("rdflib.term").addFilter(_is_worth_telling)
# owlrl puts back what is in the table, each time that it was used.
XSDToPython[XSD.boolean] = _BOOLEANS.__getitem__


def bind_booleans() -> None:
    """Let rdflib take what is a boolean for one, and nothing else (XML Schema 1.1 part 2, section
    3.3.2.2). It would take any text for false, and warn of it with all of the text. To be done
    again after what binds them otherwise."""
    bind(XSD.boolean, bool, _BOOLEANS.__getitem__)


bind_booleans()


class NotRdf11Error(ValueError):
    """A term that RDF 1.1 does not have, or that is no term at all; the message names it."""


def literal(lexical: str, language: str | None = None, datatype: str | None = None) -> Literal:
    """A literal that keeps its lexical form. A datatype of xsd:string is left out, for it makes no
    other term (RDF 1.1 Concepts, section 3.3).

    Raises: NotRdf11Error when the language is no language tag (RFC 5646, as Turtle reads it).
    """
    if language:
        if not _LANGUAGE.fullmatch(language):
            raise NotRdf11Error(f"a text in {language!r}, which is no language tag")
        return Literal(lexical, lang=language)
    if not datatype or datatype == str(XSD.string):
        return Literal(lexical)
    return Literal(lexical, datatype=URIRef(datatype), normalize=False)
