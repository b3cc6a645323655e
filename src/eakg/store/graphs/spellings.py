"""How the language tags of a store are written where they came from, and its coded literals.

Tags are compared without regard to case and stored in lower case. So triples have two forms: that
of their *source*, and the *stored* one, which the engine compares and answers with. `Spellings`
notes the objects of triples whose source has capitals in a tag; several triples of a source may be
one in the store, and each of them is noted. The form of other literals is in the stored term itself
(`eakg.store.graphs.forms`).

In memory and in the files of a store a language tag with capitals is coded, see
`eakg.rdf.codes.tags`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph
from rdflib import Literal
from rdflib.term import Node

from eakg.problems import Problem
from eakg.rdf import engine_literal, mapped_term
from eakg.store.graphs.forms import case_free, is_marked, source_term, stored_term

Forms = frozenset[Any]
"""The objects of a triple in the forms of its source."""


def stored_node(node: Node) -> Any:
    """What is the same for terms that are one in a store."""
    return stored_term(engine_literal(node)) if isinstance(node, Literal) else node


def stored_quad(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    """The quad as a store has it; itself where that is no other."""
    object_ = quad.object  # another object of Python each time
    twin = stored_term(object_)
    return quad if twin is object_ else with_object(quad, twin)


def valued_quad(quad: pyoxigraph.Quad) -> pyoxigraph.Quad:
    """The quad of a store with its object as it is to be reasoned over: in the form of its source,
    with its language tag in lower case."""
    object_ = quad.object
    source = source_term(object_)
    return quad if source is object_ else with_object(quad, source)


def with_object(quad: pyoxigraph.Quad, object_: Any) -> pyoxigraph.Quad:
    """The quad with another object."""
    return pyoxigraph.Quad(quad.subject, quad.predicate, object_, quad.graph_name)


class Spellings:
    """The objects of stored quads in the forms of their source, where the stored term does not tell
    them. `has_codes` says whether the store may have coded literals."""

    def __init__(self) -> None:
        self.has_codes = False
        self._forms: dict[pyoxigraph.Triple, dict[Any, Forms]] = {}
        self._unique: dict[Any, Any] = {}

    def __bool__(self) -> bool:
        """Whether some of what is stored is written otherwise by its source."""
        return self.has_codes or bool(self._forms)

    def of(self, quad: pyoxigraph.Quad) -> Forms:
        """The forms of the object of a stored quad, which is there."""
        forms = self._forms.get(quad.triple) if self._forms else None
        return (forms and forms.get(quad.graph_name)) or frozenset({source_term(quad.object)})

    def sources(self, quads: Iterable[pyoxigraph.Quad]) -> Iterable[pyoxigraph.Quad]:
        """Stored quads, which are there, as their sources have them."""
        if not self:
            return quads
        return (with_object(quad, form) for quad in quads for form in self.of(quad))

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
            sources.setdefault(with_object(quad, object_), set()).add(quad.object)
            if counts is not None:
                counts.count(quad.object)
        for twin, forms in sources.items():
            old_forms = self.of(twin) if twin in store else frozenset()
            self._note(twin, old_forms | forms)
        store.extend(sources)

    def _plain(
        self, quads: Iterable[pyoxigraph.Quad], remainder: list[tuple[pyoxigraph.Quad, Any]]
    ) -> Iterator[pyoxigraph.Quad]:
        """The quads whose stored form tells that of the source; the others are put aside, with the
        stored object."""
        for quad in quads:
            object_ = quad.object
            twin = stored_term(object_)
            twin_quad = quad
            if twin is not object_:
                self.has_codes = self.has_codes or is_marked(twin)
                twin_quad = with_object(quad, twin)
                if case_free(object_) is not object_:
                    remainder.append((quad, twin))
                    continue
            if self._forms and twin_quad.triple in self._forms:
                forms = self._forms[twin_quad.triple].get(quad.graph_name)
                if forms:
                    self._note(twin_quad, forms | {object_})
            yield twin_quad

    def add_values(self, store: pyoxigraph.Store, quads: Iterable[pyoxigraph.Quad]) -> None:
        """Add quads to a store whose source is none that is asked how it writes them."""
        for quad in quads:
            object_ = quad.object
            twin = stored_term(object_)
            self.has_codes = self.has_codes or (twin is not object_ and is_marked(twin))
            store.add(quad if twin is object_ else with_object(quad, twin))

    def remove(self, store: pyoxigraph.Store, quads: Iterable[pyoxigraph.Quad]) -> None:
        """Remove quads that are there, as their source has them, from a store."""
        for quad in quads:
            twin = stored_quad(quad)
            forms = self.of(twin) - {quad.object}
            if not forms:
                store.remove(twin)
            self._note(twin, forms)

    def noted_quads(self) -> Iterator[pyoxigraph.Quad]:
        """All quads, as their sources write them, of stored ones that have other forms."""
        for triple, graphs in self._forms.items():
            for graph, forms in graphs.items():
                for form in sorted(forms, key=str):
                    yield pyoxigraph.Quad(triple.subject, triple.predicate, form, graph)

    def note_quads(self, quads: Iterable[pyoxigraph.Quad]) -> None:
        """Note what `noted_quads` of another gave, whose quads are those of the store."""
        for quad in quads:
            twin = stored_quad(quad)
            forms = self._forms.get(twin.triple, {}).get(twin.graph_name, frozenset())
            self._note(twin, forms | {quad.object})

    def _note(self, twin: pyoxigraph.Quad, forms: Forms) -> None:
        default_forms = {source_term(twin.object)}
        if not self._forms and forms <= default_forms:
            return
        self._unique.clear()
        graphs = self._forms.setdefault(twin.triple, {})
        if forms - default_forms:
            graphs[twin.graph_name] = forms
        else:
            graphs.pop(twin.graph_name, None)
        if not graphs:
            del self._forms[twin.triple]

    def of_triple(
        self, store: pyoxigraph.Store, triple: pyoxigraph.Triple, graphs: Iterable[Any]
    ) -> list[Forms]:
        """The forms of the object of a stored triple in each of some graphs that has it."""
        default_forms = frozenset({source_term(triple.object)})
        graph_forms = self._forms.get(triple)
        if not graph_forms:
            return [default_forms]
        forms = []
        for graph in graphs:
            quad = pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, graph)
            if graph in graph_forms:
                forms.append(graph_forms[graph])
            elif quad in store:
                forms.append(default_forms)
        return forms

    def graphs_of(self, triple: pyoxigraph.Triple) -> Iterable[Any]:
        """The graphs in which a stored triple has other forms."""
        return self._forms.get(triple, {})

    def unique(
        self, store: pyoxigraph.Store, term: Any, ignored: Callable[[Any], bool] = lambda _: False
    ) -> Any:
        """The one form that all triples of a store with this object have; with its language tag in
        lower case where there are several. Arguments: also which graphs do not count."""
        if not isinstance(term, pyoxigraph.Literal) or not self._forms:
            return source_term(term)
        if not self._unique:
            self._unique = self._noted_objects()
        if term not in self._unique:
            return source_term(term)
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
            return source_term(term)
        for quad in store.quads_for_pattern(None, None, term, None):
            graph = quad.graph_name
            if not ignored(graph) and graph not in self._forms.get(quad.triple, {}):
                return source_term(term)
        return next(iter(forms))


class KindCount:
    """Counts what a store does not have as it is written, by its kind: language tags with
    capitals."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, term: Any) -> None:
        """Count the literals of the object of a triple."""
        if isinstance(term, pyoxigraph.Literal | pyoxigraph.Triple):
            mapped_term(term, self._note)

    def _note(self, term: Any) -> Any:
        if isinstance(term, pyoxigraph.Literal) and case_free(term) is not term:
            self._counts["language tag"] += 1
        return term

    def __bool__(self) -> bool:
        return bool(self._counts)

    @property
    def kinds(self) -> dict[str, int]:
        """How many there are of each kind, the most first."""
        return dict(sorted(self._counts.items(), key=lambda item: (-item[1], item[0])))

    def notice(self, file: str) -> Problem:
        """What is to be default_forms of a file."""
        total = self._counts.total()
        tags = "1 language tag is" if total == 1 else f"{total} language tags are"
        message = (
            f"{tags} compared without regard to case: LANG gives them in small letters, and rows"
            " too where one is written in several ways; see docs/limits.md"
        )
        return Problem(file, 0, message)
