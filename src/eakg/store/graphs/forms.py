"""Literals in the form of their source, where the engine would keep their value only.

The engine has `"01"^^xsd:integer` as 1, `"5"^^xsd:int` as an xsd:integer. Two literals are the same
term only where they are written alike (RDF 1.2 Concepts section 3.3). So those that the engine
would write otherwise are coded: their datatype has a mark before it, and is none that the engine
knows. They are terms like others for all that looks at terms; whoever looks at values asks
`VALUE_FUNCTION` for what they stand for.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import pyoxigraph

from eakg.rdf import is_coded, mapped_term, with_tag, written_tag
from eakg.sparql.exact import (
    CODES_AGGREGATE,
    DATATYPE_FUNCTION,
    DISTINCT_AGGREGATES,
    FORM_FUNCTION,
    TYPED_LITERAL_FUNCTION,
    VALUE_FUNCTION,
    LiteralCoding,
)

MARK = "urn:x-eakg-form:"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SCRATCH_NODE = pyoxigraph.NamedNode("urn:x-eakg:any")
BY_VALUE = frozenset(
    _XSD + name
    for name in (
        *("boolean", "decimal", "integer", "double", "float", "date", "time", "dateTime"),
        *("dateTimeStamp", "gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay", "duration"),
        *("yearMonthDuration", "dayTimeDuration", "byte", "short", "int", "long"),
        *("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong", "positiveInteger"),
        *("nonNegativeInteger", "negativeInteger", "nonPositiveInteger"),
    )
)
"""The datatypes whose literals the engine keeps by value."""
USUAL_FORMS = {
    f"{_XSD}{name}": re.compile(pattern, re.ASCII)
    for name, pattern in {
        "boolean": "true|false",
        "integer": r"0|-?[1-9]\d{0,17}",
        "decimal": r"-?(?:0|[1-9]\d{0,8})\.\d{0,8}[1-9]",
        "date": r"\d{4}-\d\d-\d\d",
        "dateTime": r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ?",
        "gYear": r"\d{4}",
    }.items()
}
"""Forms that are kept, so that the engine need not be asked."""


def stored_term(term: Any) -> Any:
    """The term of a source as a store has it: coded where the engine would change it, its language
    tag in lower case; itself where that is no other."""
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return case_free(term)
        datatype = term.datatype.value
        if datatype not in BY_VALUE:
            return _with_mark(term) if _is_concerned(datatype) else term
        usual = USUAL_FORMS.get(datatype)
        if (usual and usual.fullmatch(term.value)) or _engine_form(term) == term:
            return term
        return _with_mark(term)
    return _mapped(term, stored_term)


def stored_literal(lexical_form: str, datatype: str) -> pyoxigraph.Literal:
    """The literal of a lexical form and the IRI of a datatype as a store has it."""
    literal: pyoxigraph.Literal = stored_term(_literal(lexical_form, datatype))
    return literal


@lru_cache
def literal_coding(*, is_used: bool) -> LiteralCoding:
    """How queries of a store are to have literals. Argument: whether it has any in code."""

    def code(lexical_form: str, datatype: str) -> str:
        literal = stored_literal(lexical_form, datatype)
        return str(literal) if is_marked(literal) else ""

    return LiteralCoding(code, _is_concerned, is_used)


def _is_concerned(datatype: str) -> bool:
    return datatype in BY_VALUE or datatype.startswith(MARK)


def source_term(term: Any) -> Any:
    """The term that a store has, as its source has it but for the case of language tags."""
    if isinstance(term, pyoxigraph.Literal):
        datatype = term.datatype.value
        if datatype.startswith(MARK):
            return _literal(term.value, datatype.removeprefix(MARK))
        return term
    return _mapped(term, source_term)


def case_free(term: Any) -> Any:
    """The term with its language tag in lower case; itself where that is no other."""
    if isinstance(term, pyoxigraph.Literal) and is_coded(term.language or ""):
        return with_tag(term, written_tag(term.language or "").lower())
    return _mapped(term, case_free)


def may_be_changed(term: Any) -> bool:
    """Whether the engine may have changed a term that it gives from one that it was given."""
    if isinstance(term, pyoxigraph.Literal):
        return bool(term.language) or term.datatype.value in BY_VALUE
    return isinstance(term, pyoxigraph.Triple) and may_be_changed(term.object)


def is_marked(term: Any) -> bool:
    """Whether a term that a store has is coded, or has a coded one within."""
    if isinstance(term, pyoxigraph.Literal):
        return term.datatype.value.startswith(MARK)
    return isinstance(term, pyoxigraph.Triple) and is_marked(term.object)


def _mapped(term: Any, function: Callable[[Any], Any]) -> Any:
    if not isinstance(term, pyoxigraph.Triple):
        return term
    twin = mapped_term(term, function)
    return term if twin == term else twin


def _with_mark(literal: pyoxigraph.Literal) -> pyoxigraph.Literal:
    return _literal(literal.value, MARK + literal.datatype.value)


def _literal(lexical_form: str, datatype: str) -> pyoxigraph.Literal:
    return pyoxigraph.Literal(lexical_form, datatype=pyoxigraph.NamedNode(datatype))


@lru_cache(1 << 17)
def _engine_form(literal: pyoxigraph.Literal) -> Any:
    scratch = pyoxigraph.Store()
    scratch.add(pyoxigraph.Quad(_SCRATCH_NODE, _SCRATCH_NODE, literal))
    (quad,) = scratch
    return quad.object


# What queries ask of terms that may be coded


def _datatype(term: Any) -> pyoxigraph.NamedNode | None:
    """DATATYPE (SPARQL 1.1 Query section 17.4.2.6) of the literal that the term stands for."""
    source = source_term(term)
    return source.datatype if isinstance(source, pyoxigraph.Literal) else None


def _typed_literal(lexical_form: Any, datatype: Any) -> pyoxigraph.Literal | None:
    """STRDT (SPARQL 1.1 Query section 17.4.2.9), coded where the engine would change it."""
    if not isinstance(datatype, pyoxigraph.NamedNode):
        return None
    if not isinstance(lexical_form, pyoxigraph.Literal) or lexical_form.language:
        return None
    if lexical_form.datatype.value != f"{_XSD}string":
        return None
    return stored_literal(lexical_form.value, datatype.value)


def _form(value: Any, codes: Any) -> Any:
    """A value in the form that a literal of its group has."""
    forms = json.loads(codes.value)
    form = forms.get(str(value))
    return stored_literal(*form) if form else value


class _Codes:
    """An aggregate: the forms of the literals in code, by what they stand for, in JSON."""

    def __init__(self) -> None:
        self._forms: dict[str, tuple[str, str]] = {}

    def accumulate(self, term: Any) -> None:
        """Take in a term."""
        if isinstance(term, pyoxigraph.Literal) and is_marked(term):
            source = source_term(term)
            form = source.value, source.datatype.value
            key = str(_engine_form(source))
            self._forms[key] = min(form, self._forms.get(key, form))

    def finish(self) -> pyoxigraph.Literal:
        """What was taken in."""
        return pyoxigraph.Literal(json.dumps(self._forms))


class _DistinctTerms:
    """An aggregate of values over the terms of a group, each once: the engine's, of what they stand
    for."""

    def __init__(self, aggregate: str) -> None:
        self._aggregate = aggregate
        self._terms: set[Any] = set()

    def accumulate(self, term: Any) -> None:
        """Take in a term."""
        self._terms.add(source_term(term))

    def finish(self) -> Any:
        """The aggregate; nothing where the engine has none."""
        if any(isinstance(term, pyoxigraph.BlankNode) for term in self._terms):
            return None
        terms = " ".join(map(str, self._terms))
        text = f"SELECT ({self._aggregate}(?x) AS ?y) {{ VALUES ?x {{ {terms} }} }}"
        ((value,),) = pyoxigraph.Store().query(text)  # type: ignore[misc]  # of SELECT
        return value


FORM_FUNCTIONS: dict[pyoxigraph.NamedNode, Callable[..., Any]] = {
    pyoxigraph.NamedNode(VALUE_FUNCTION): source_term,
    pyoxigraph.NamedNode(DATATYPE_FUNCTION): _datatype,
    pyoxigraph.NamedNode(TYPED_LITERAL_FUNCTION): _typed_literal,
    pyoxigraph.NamedNode(FORM_FUNCTION): _form,
}
"""The functions that an engine has to be given with a query that calls them, by their names."""
FORM_AGGREGATES: dict[pyoxigraph.NamedNode, Callable[[], Any]] = {
    pyoxigraph.NamedNode(CODES_AGGREGATE): _Codes,
    **{
        pyoxigraph.NamedNode(name): partial(_DistinctTerms, aggregate)
        for aggregate, name in DISTINCT_AGGREGATES.items()
    },
}
"""The aggregates likewise."""
