"""Parameters of a saved query: their types, and the RDF term that a text stands for."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rdflib import Literal, URIRef
from rdflib.namespace import XSD

from eakg.reason.literals import DATATYPES, is_well_formed
from eakg.sparql import ParameterError, Term

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(rf"(?:{_DECIMAL.pattern})(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_FORMS = {
    "integer": (_INTEGER, XSD.integer, "a whole number"),
    "decimal": (_DECIMAL, XSD.decimal, "a decimal number such as 5.6"),
    "double": (_DOUBLE, XSD.double, "a number such as 5.6 or 1e-3"),
    "boolean": (re.compile("true|false"), XSD.boolean, "true or false"),
    "date": (_DATE, XSD.date, "a date such as 2020-07-20"),
    "dateTime": (_DATE_TIME, XSD.dateTime, "a time such as 2020-07-20T09:30:00Z"),
}
_ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_GREGORIAN = {
    XSD.gYear: re.compile(f"-?[0-9]{{4,}}{_ZONE}"),
    XSD.gYearMonth: re.compile(f"-?[0-9]{{4,}}-(?:0[1-9]|1[0-2]){_ZONE}"),
    XSD.gMonth: re.compile(f"--(?:0[1-9]|1[0-2]){_ZONE}"),
    XSD.gDay: re.compile(f"---(?:0[1-9]|[12][0-9]|3[01]){_ZONE}"),
}
TYPES = ("iri", "string", "literal", *_FORMS, "number")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query.

    `variables` are the names of the variables that it takes the place of. `type` is one of TYPES;
    a literal has a `datatype` or a `language`. `values` are the only ones it may have, by their
    labels. Without a default, one must be given where it is `required`; else the variable stays.
    `in_query` says that the default stands in the query, which stays as it is without a value.
    """

    name: str
    variables: tuple[str, ...]
    type: str = "string"
    datatype: URIRef | None = None
    language: str | None = None
    description: str = ""
    default: str | None = None
    required: bool = True
    values: tuple[tuple[str, str], ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    in_query: bool = False

    def term(self, text: str, prefixes: Mapping[str, str]) -> Term:
        """The term that a text stands for.

        Arguments: the text; namespaces by prefix, for IRIs. Raises: ParameterError when it is no
        value of this parameter, and says what would be one.
        """
        try:
            term = self._term(text, prefixes)
        except ParameterError as error:
            raise ParameterError(f"{self.name}: {text!r} is no {error}") from None
        if self.values and term not in {self._term(value, prefixes) for _, value in self.values}:
            choices = ", ".join(value for _, value in self.values)
            raise ParameterError(f"{self.name}: {text!r} is not one of {choices}")
        self._check(text, term, prefixes)
        return term

    def _term(self, text: str, prefixes: Mapping[str, str]) -> Term:
        if self.type == "iri":
            return iri(text, prefixes)
        if self.type == "number":
            return self._number(text)
        if self.type in _FORMS:
            form, datatype, words = _FORMS[self.type]
            if not form.fullmatch(text) or not _is_real(self.type, text):
                raise ParameterError(f"{self.type}; write {words}")
            return Literal(text, datatype=datatype, normalize=False)
        if any("\ud800" <= character <= "\udfff" for character in text) or "\x00" in text:
            raise ParameterError("text of Unicode characters")
        if self.datatype is not None:
            if not _is_lexical(text, self.datatype):
                raise ParameterError(f"value of the datatype <{self.datatype}>")
            return Literal(text, datatype=self.datatype, normalize=False)
        return Literal(text, lang=self.language)

    def _number(self, text: str) -> Literal:
        for kind in ("integer", "decimal", "double"):
            form, datatype, _ = _FORMS[kind]
            if form.fullmatch(text):
                return Literal(text, datatype=datatype, normalize=False)
        raise ParameterError("number; write one such as 5, 5.6 or 1e-3")

    def _check(self, text: str, term: Term, prefixes: Mapping[str, str]) -> None:
        if self.pattern is not None and not re.fullmatch(self.pattern, str(term)):
            raise ParameterError(f"{self.name}: {text!r} does not match {self.pattern}")
        value = _comparable(term)
        if self.minimum is not None and value < _comparable(self._term(self.minimum, prefixes)):
            raise ParameterError(f"{self.name}: {text} is less than {self.minimum}")
        if self.maximum is not None and value > _comparable(self._term(self.maximum, prefixes)):
            raise ParameterError(f"{self.name}: {text} is more than {self.maximum}")


def assignments(lines: Iterable[str]) -> dict[str, str]:
    """Values by parameter, of lines `NAME=VALUE`. Raises: ValueError for one that is none."""
    values = {}
    for line in lines:
        name, sign, value = line.partition("=")
        if not sign or not name:
            raise ValueError(f"{line!r} is not NAME=VALUE")
        values[name] = value
    return values


def iri(text: str, prefixes: Mapping[str, str]) -> URIRef:
    """The IRI of a text: absolute, in angle brackets or not, or a prefixed name.

    Raises: ParameterError on anything else. Specification: SPARQL 1.1 Query, rule IRIREF.
    """
    prefix, colon, local = text.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        absolute = prefixes[prefix] + local
    else:
        absolute = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if not _ABSOLUTE.fullmatch(absolute):
        raise ParameterError("IRI; write an absolute one, or a prefixed name such as skos:Concept")
    return URIRef(absolute)


@contextmanager
def _silence() -> Iterator[None]:
    """rdflib logs each literal that is not well formed, with a traceback."""
    log = logging.getLogger("rdflib.term")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


def _is_lexical(text: str, datatype: URIRef) -> bool:
    """Whether a text is in the lexical space of a datatype, as far as the datatype is known."""
    form = _GREGORIAN.get(datatype)
    if form is not None:
        return form.fullmatch(text) is not None
    if datatype not in DATATYPES:
        return True
    with _silence():
        return is_well_formed(Literal(text, datatype=datatype, normalize=False))


def _is_real(type_: str, text: str) -> bool:
    """Whether a date of the right form is in the calendar."""
    try:
        if type_ == "date":
            date.fromisoformat(text[:10])
        elif type_ == "dateTime":
            datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _comparable(term: Term) -> Any:
    text = str(term)
    datatype = term.datatype if isinstance(term, Literal) else None
    if datatype in (XSD.integer, XSD.decimal):
        return Decimal(text)
    if datatype == XSD.double:
        return float(text.replace("INF", "inf"))
    return text
