"""How the literals of a store are written where they came from.

The engine keeps many literals by their value: `"01"^^xsd:integer` as 1, `"5"^^xsd:int` as an
xsd:integer, a language tag in lower case. So triples have two forms: that of their *source*, and
the *stored* one, which the engine compares and answers with. `Spellings` notes the objects of
triples whose source has another form; a store whose literals are all kept has none. Several
triples of a source may be one in the store; each of them is noted.

In memory and in the files of a store a language tag with capitals is coded, see `eakg.rdf.tags`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyoxigraph
from rdflib import Literal
from rdflib.namespace import XSD
from rdflib.term import Node

from eakg.problems import Problem
from eakg.rdf import engine_literal, is_coded, mapped_term, with_tag, written_tag

_XSD = str(XSD)
_SCRATCH_NODE = pyoxigraph.NamedNode("urn:x-eakg:any")
_BY_VALUE = frozenset(
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
_USUAL = {
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
_SAMPLES = ("1", "-1", "2020-01-01T00:00:00Z")
"""A value of each datatype that the engine has as another."""
Forms = frozenset[Any]
"""The objects of a triple in the forms of its source."""


def is_kept(literal: Literal) -> bool:
    """Whether the engine keeps a literal as it is written, or by its value only.

    Of one that is not kept, filters that look at the text, as those by STR, DATATYPE and LANG, see
    another.
    """
    return not changed_kind(engine_literal(literal))


def kept_datatype(iri: str) -> str:
    """The datatype that literals of a datatype have once the engine keeps them."""
    if iri not in _BY_VALUE:
        return iri
    datatype = pyoxigraph.NamedNode(iri)
    twins = (_engine_form(pyoxigraph.Literal(value, datatype=datatype)) for value in _SAMPLES)
    return next((twin.datatype.value for twin in twins if twin.datatype != datatype), iri)


def changed_kind(literal: pyoxigraph.Literal) -> str:
    """What kind of literal it is that the engine does not keep: its datatype, or that it has a
    language; empty for one that it keeps."""
    if stored_term(literal) is literal:
        return ""
    if literal.language:
        return "language tag"
    return f"xsd:{literal.datatype.value.removeprefix(_XSD)}"


def stored_node(node: Node) -> Any:
    """What is the same for terms that the engine has as one."""
    return stored_term(engine_literal(node)) if isinstance(node, Literal) else node


def may_be_changed(term: Any) -> bool:
    """Whether the engine may have written a stored term so, and its source otherwise."""
    if isinstance(term, pyoxigraph.Literal):
        return bool(term.language) or term.datatype.value in _BY_VALUE
    return isinstance(term, pyoxigraph.Triple) and may_be_changed(term.object)


def stored_term(term: Any) -> Any:
    """The term as the engine has it in a store; itself where that is no other."""
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            if not is_coded(term.language):
                return term
            return with_tag(term, written_tag(term.language).lower())
        datatype = term.datatype.value
        if datatype not in _BY_VALUE:
            return term
        usual = _USUAL.get(datatype)
        if usual and usual.fullmatch(term.value):
            return term
        twin = _engine_form(term)
        return term if twin == term else twin
    if isinstance(term, pyoxigraph.Triple):
        twin = mapped_term(term, stored_term)
        return term if twin == term else twin
    return term


@lru_cache(1 << 17)
def _engine_form(literal: pyoxigraph.Literal) -> Any:
    scratch = pyoxigraph.Store()
    scratch.add(pyoxigraph.Quad(_SCRATCH_NODE, _SCRATCH_NODE, literal))
    (quad,) = scratch
    return quad.object


def stored_quad(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    """The quad as the engine has it in a store; itself where that is no other."""
    object_ = quad.object  # another object of Python each time
    twin = stored_term(object_)
    return quad if twin is object_ else _with_object(quad, twin)


def _with_object(quad: pyoxigraph.Quad, object_: Any) -> pyoxigraph.Quad:
    return pyoxigraph.Quad(quad.subject, quad.predicate, object_, quad.graph_name)


class Spellings:
    """The objects of stored quads in the forms of their source, where these are not just the
    stored one."""

    def __init__(self) -> None:
        self._forms: dict[pyoxigraph.Triple, dict[Any, Forms]] = {}
        self._unique: dict[Any, Any] = {}

    def __bool__(self) -> bool:
        return bool(self._forms)

    def of(self, quad: pyoxigraph.Quad) -> Forms:
        """The forms of the object of a stored quad, which is there."""
        forms = self._forms.get(quad.triple) if self._forms else None
        return (forms and forms.get(quad.graph_name)) or frozenset({quad.object})

    def sources(self, quads: Iterable[pyoxigraph.Quad]) -> Iterable[pyoxigraph.Quad]:
        """Stored quads, which are there, as their sources have them."""
        if not self._forms:
            return quads
        return (_with_object(quad, form) for quad in quads for form in self.of(quad))

    def add(
        self,
        store: pyoxigraph.Store,
        quads: Iterable[pyoxigraph.Quad],
        counts: "KindCount | None" = None,
    ) -> None:
        """Add quads to a store as their source has them, and count what the engine does not keep.
        The quads are read once, as they come."""
        remainder: list[tuple[pyoxigraph.Quad, Any]] = []
        store.extend(self._plain(quads, remainder))
        sources: dict[pyoxigraph.Quad, set[Any]] = {}
        for quad, object_ in remainder:
            sources.setdefault(_with_object(quad, object_), set()).add(quad.object)
            if counts is not None:
                counts.count(quad.object)
        for twin, forms in sources.items():
            old_forms = self.of(twin) if twin in store else frozenset()
            self._note(twin, old_forms | forms)
        store.extend(sources)

    def _plain(
        self, quads: Iterable[pyoxigraph.Quad], remainder: list[tuple[pyoxigraph.Quad, Any]]
    ) -> Iterator[pyoxigraph.Quad]:
        """The quads that are kept; the others are put aside, with the stored object."""
        for quad in quads:
            object_ = quad.object
            twin = stored_term(object_)
            if twin is not object_:
                remainder.append((quad, twin))
                continue
            if self._forms and quad.triple in self._forms:
                forms = self._forms[quad.triple].get(quad.graph_name)
                if forms:
                    self._note(quad, forms | {object_})
            yield quad

    def remove(self, store: pyoxigraph.Store, quads: Iterable[pyoxigraph.Quad]) -> None:
        """Remove quads that are there, as their source has them, from a store."""
        for quad in quads:
            twin = stored_quad(quad)
            forms = self.of(twin) - {quad.object}
            if not forms:
                store.remove(twin)
            self._note(twin, forms)

    def _note(self, twin: pyoxigraph.Quad, forms: Forms) -> None:
        if not self._forms and forms <= {twin.object}:
            return
        self._unique.clear()
        graphs = self._forms.setdefault(twin.triple, {})
        if forms - {twin.object}:
            graphs[twin.graph_name] = forms
        else:
            graphs.pop(twin.graph_name, None)
        if not graphs:
            del self._forms[twin.triple]

    def of_triple(
        self, store: pyoxigraph.Store, triple: pyoxigraph.Triple, graphs: Iterable[Any]
    ) -> list[Forms]:
        """The forms of the object of a stored triple in each of some graphs that has it."""
        graph_forms = self._forms.get(triple)
        if not graph_forms:
            return [frozenset({triple.object})]
        forms = []
        for graph in graphs:
            quad = pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, graph)
            if graph in graph_forms:
                forms.append(graph_forms[graph])
            elif quad in store:
                forms.append(frozenset({triple.object}))
        return forms

    def graphs_of(self, triple: pyoxigraph.Triple) -> Iterable[Any]:
        """The graphs in which a stored triple has other forms."""
        return self._forms.get(triple, {})

    def unique(
        self, store: pyoxigraph.Store, term: Any, ignored: Callable[[Any], bool] = lambda _: False
    ) -> Any:
        """The one form that all triples of a store with this object have; the stored term where
        there are several. Arguments: also which graphs do not count."""
        if not isinstance(term, pyoxigraph.Literal) or not self._forms:
            return term
        if not self._unique:
            self._unique = self._noted_objects()
        if term not in self._unique:
            return term
        form = self._unique[term]
        if isinstance(form, set):
            form = self._unique[term] = self._only(store, term, form, ignored)
        return form

    def _noted_objects(self) -> dict[Any, Any]:
        objects: dict[Any, Any] = {}
        for triple, graphs in self._forms.items():
            for forms in graphs.values():
                objects.setdefault(triple.object, set()).update(forms)
        return objects

    def _only(
        self, store: pyoxigraph.Store, term: Any, forms: set[Any], ignored: Callable[[Any], bool]
    ) -> Any:
        if len(forms) > 1:
            return term
        for quad in store.quads_for_pattern(None, None, term, None):
            graph = quad.graph_name
            if not ignored(graph) and graph not in self._forms.get(quad.triple, {}):
                return term
        return next(iter(forms))


class KindCount:
    """Counts the literals that the engine does not keep, by their kind."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, term: Any) -> None:
        """Count the literals of the object of a triple."""
        if isinstance(term, pyoxigraph.Literal | pyoxigraph.Triple):
            mapped_term(term, self._note)

    def _note(self, term: Any) -> Any:
        if isinstance(term, pyoxigraph.Literal) and (kind := changed_kind(term)):
            self._counts[kind] += 1
        return term

    def __bool__(self) -> bool:
        return bool(self._counts)

    @property
    def kinds(self) -> dict[str, int]:
        """How many there are of each kind, the most first."""
        return dict(sorted(self._counts.items(), key=lambda item: (-item[1], item[0])))

    def notice(self, file: str) -> Problem:
        """What is to be told of a file."""
        total = self._counts.total()
        literals = "1 literal is" if total == 1 else f"{total} literals are"
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.kinds.items())
        message = (
            f"{literals} compared by value, not as written ({kinds}): filters by STR, DATATYPE and"
            " LANG see the value, and rows have it where it is written in several ways; see"
            " docs/limits.md"
        )
        return Problem(file, 0, message)
