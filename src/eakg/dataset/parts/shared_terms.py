"""Terms that are made once for all parts, however many hold them: otherwise they take most of the
time of reading parts, and of comparing what they hold."""

import pickle
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any, TypeVar, cast

from rdflib import Literal, URIRef

Term = TypeVar("Term", bound=URIRef | Literal)


@cache
def shared_iri(text: str) -> URIRef:
    """An IRI that is not looked at again; the same object for the same text."""
    return str.__new__(URIRef, text)


@cache
def shared_literal(text: str, language: str | None, datatype: str | None) -> Literal:
    """A literal that keeps its lexical form; the same object for the same literal."""
    return Literal(text, language, datatype and shared_iri(datatype), normalize=False)


def shared_term(term: Term) -> Term:
    """A term; the same object for the same term."""
    make, arguments = _making(term)
    return cast(Term, make(*arguments))


def forget_shared_terms() -> None:
    """Let go of the terms that are shared."""
    shared_iri.cache_clear()
    shared_literal.cache_clear()


def pickled(content: object) -> bytes:
    """An object pickled so that the terms in it are shared when it is read."""
    buffer = BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(content)
    return buffer.getvalue()


def _making(term: URIRef | Literal) -> tuple[Callable[..., object], tuple[str | None, ...]]:
    """How a term is made."""
    if isinstance(term, Literal):
        return shared_literal, (str(term), term.language, term.datatype and str(term.datatype))
    return shared_iri, (str(term),)


class _Pickler(pickle.Pickler):
    def reducer_override(self, thing: object) -> Any:
        return _making(thing) if isinstance(thing, URIRef | Literal) else NotImplemented
