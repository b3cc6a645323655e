"""Warnings about an ontology, each with the place of its example."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdflib.term import Node

from eakg.problems import Problem
from eakg.rdf import PrefixedNames, plain_size
from eakg.reason.closure import Closure
from eakg.reason.coherence import CoherenceCheck
from eakg.reason.scope.warnings import OntologyWarning, Scope

if TYPE_CHECKING:
    from eakg.dataset import Places

_SMALL = 1_000_000
_MOST = 12
"""Classes and properties that a warning names; of more it gives the number."""


@dataclass(frozen=True)
class PlacedWarning:
    """A warning, with the file and line of its example (0 where only the file is known), and the
    terms that it is about where they are listed."""

    warning: OntologyWarning
    file: str
    line: int
    terms: tuple[str, ...] = ()

    @property
    def problem(self) -> Problem:
        """The same as a line."""
        return Problem(self.file, self.line, str(self.warning))

    def to_json(self) -> dict[str, Any]:
        """The same for machines."""
        warning = self.warning
        listing = {"terms": list(self.terms)} if self.terms else {}
        return {
            "kind": warning.kind,
            "count": warning.count,
            "example": str(warning.subject),
            "file": self.file,
            "line": self.line,
            "meaning": warning.meaning,
            **listing,
        }


def ontology_warnings(closure: Closure, files: Sequence[Path]) -> list[PlacedWarning]:
    """What is to be said of an ontology: classes that nothing can be in, properties that nothing
    can have, and what the rules do not see, one warning for each kind.

    Arguments: the closure of some files, and these. Lines are told of files of up to a megabyte.
    """

    @cache
    def places() -> "Places":
        # Most that is closed has nothing to be warned of.
        from eakg.dataset import places_of_files

        return places_of_files(file for file in files if plain_size(file) <= _SMALL)

    def file_and_line(subject: Node) -> tuple[str, int]:
        place = places().of_subject(subject)
        return (place.file, place.line) if place else (str(files[0]), 0)

    return [
        PlacedWarning(warning, *file_and_line(warning.subject), terms)
        for warning, terms in (
            *_incoherences(closure, places),
            *((warning, ()) for warning in Scope(closure).warnings()),
        )
    ]


def _incoherences(
    closure: Closure, places: Callable[[], "Places"]
) -> Iterator[tuple[OntologyWarning, tuple[str, ...]]]:
    """A warning of classes that nothing can be in, and one of properties that nothing can have,
    each with the IRIs of all of them."""
    coherence = CoherenceCheck(closure)
    for is_property, group in groupby(coherence.terms, lambda term: term.is_property):
        from eakg.reason.coherence import heading, reason

        terms = list(group)
        name = PrefixedNames(coherence.closure.axioms)
        examples = (coherence.explain(term) for term in terms if term.above is None)
        example = next(filter(None, examples), None)
        if example is None:
            continue
        names = [name(term.term) for term in terms[:_MOST]]
        rest = f" and {len(terms) - _MOST:,} more" if len(terms) > _MOST else ""
        words = reason(example, places(), name)
        warning = OntologyWarning(
            heading(is_property),
            len(terms),
            example.term,
            f"namely {', '.join(names)}{rest}",
            f"of {name(example.term)}, {words}",
        )
        yield warning, tuple(str(term.term) for term in terms)
