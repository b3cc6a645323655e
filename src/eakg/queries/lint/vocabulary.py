"""Terms of known vocabularies: which there are, and which one was meant."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from functools import cache, partial

import rdflib.namespace
from rdflib import URIRef
from rdflib.namespace import RDF, DefinedNamespace

from eakg.dataset import Layout, shipped_layout
from eakg.names import EAKG, ID
from eakg.problems import ProblemsError
from eakg.rdf import file_subjects

_LIKENESS = 0.7
_RDF12 = frozenset({"reifies", "dirLangString"})
"""The terms that RDF 1.2 adds to those of RDF, which rdflib does not have yet."""


@cache
def known_namespaces() -> dict[str, Callable[[], frozenset[str]]]:
    """The names of the terms of each namespace that is known, read when they are needed: those that
    rdflib knows as closed, and where it comes with the package, EAKG's ontology and the things of
    its graph."""
    namespaces: dict[str, Callable[[], frozenset[str]]] = {}
    with suppress(ProblemsError):
        layout = shipped_layout()
        namespaces = {str(EAKG): partial(_ontology, layout), str(ID): partial(_things, layout)}
    for name in dir(rdflib.namespace):
        namespace = getattr(rdflib.namespace, name)
        if (
            isinstance(namespace, type)
            and issubclass(namespace, DefinedNamespace)
            and dir(namespace)
        ):
            namespaces.setdefault(str(namespace), partial(_names, namespace))
    return namespaces


def _names(namespace: type[DefinedNamespace]) -> frozenset[str]:
    names = {str(term).removeprefix(str(namespace)) for term in dir(namespace)}
    extras = _RDF12 if namespace is RDF else getattr(namespace, "_extras", ())
    return frozenset(names | set(extras))


@cache
def _ontology(layout: Layout) -> frozenset[str]:
    # It checks whole graphs, and that alone is wanted of it.
    from eakg.check import defined_terms
    from eakg.dataset import read_ontology

    terms = defined_terms(read_ontology(layout))
    return frozenset(str(term).removeprefix(str(EAKG)) for term in terms)


@cache
def _things(layout: Layout) -> frozenset[str]:
    return frozenset(
        subject.removeprefix(str(ID))
        for _, path in layout.named_graphs()
        for subject in file_subjects(path)
        if subject in ID
    )


def terms_of_namespace(namespace: str) -> frozenset[str]:
    """The names of the terms of a namespace, none where it is not known."""
    names = known_namespaces().get(namespace)
    return names() if names else frozenset()


def unknown_terms(terms: Iterable[URIRef]) -> Iterator[tuple[URIRef, str | None]]:
    """Each term that its namespace, a known one, does not have, and the one that was meant, if any
    is like it."""
    namespaces = known_namespaces()
    for term in terms:
        namespace = _namespace(term)
        if namespace not in namespaces:
            continue
        names = namespaces[namespace]()
        name = str(term).removeprefix(namespace)
        if name and name not in names and not _is_member(namespace, name):
            matches = get_close_matches(name, names, n=1, cutoff=_LIKENESS)
            yield term, namespace + matches[0] if matches else None


def _is_member(namespace: str, name: str) -> bool:
    """Whether a name is that of a member of a container: rdf:_1 and so on."""
    return namespace == str(RDF) and re.fullmatch("_[1-9][0-9]*", name) is not None


def _namespace(term: URIRef) -> str:
    """The longest known namespace of a term, or what stands before its last # or /."""
    text = str(term)
    prefixes = [one for one in known_namespaces() if text.startswith(one)]
    return max(prefixes, key=len, default="")
