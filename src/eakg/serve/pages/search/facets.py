"""What is found, chosen further: by kind, by year and by what it stands under."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from rdflib import URIRef
from rdflib.term import Node

from eakg.rdf import sparql_term
from eakg.serve.content import Presentation
from eakg.serve.overviews import Facet, FacetValue
from eakg.serve.pages.search.index import SearchMatch
from eakg.serve.words import naming_of
from eakg.store import QueryRequest, QueryService, select

KIND, YEAR, UNDER = "kind", "year", "under"
CHOICES = (KIND, YEAR, UNDER)
"""The parameters by which things that are found are chosen."""
_TITLES = {KIND: "Kind", YEAR: "Year", UNDER: "Under"}
_MOST = 8  # values of a facet
_UNDER = "mechanism"


@dataclass(frozen=True)
class FacetedMatch:
    """A thing that was found, with its values by the name of the choice, and their names."""

    match: SearchMatch
    values: Mapping[str, Mapping[str, str]]

    def has(self, choices: Mapping[str, str]) -> bool:
        """Whether it has each of some values."""
        return all(value in self.values[name] for name, value in choices.items())


def faceted(
    store: QueryService, matches: Sequence[SearchMatch], presentation: Presentation
) -> tuple[FacetedMatch, ...]:
    """Things with their kinds, the years in which they began or ended, and what they stand under
    (`page:tells page:mechanism`). Raises: StoreError and its kinds."""
    time, above = presentation.time, presentation.telling(_UNDER)
    things = " ".join(sparql_term(URIRef(match.entry.iri)) for match in matches)
    properties = ", ".join(sorted(map(sparql_term, {*time.bounds, *above})))
    rows = (
        select(
            store,
            QueryRequest(
                f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?s {{ {things} }} ?s ?p ?o"
                f" FILTER(?p IN ({properties})) }}"
            ),
        )
        if things and properties
        else []
    )
    naming = naming_of(store, {row["o"] for row in rows if row["p"] in above}, presentation)
    years: dict[str, dict[str, str]] = {}
    under: dict[str, dict[str, str]] = {}
    for row in rows:
        thing = str(row["s"])
        if row["p"] in above:
            under.setdefault(thing, {})[str(row["o"])] = naming.of(row["o"]).label
        elif (year := _year(row["o"])) is not None:
            years.setdefault(thing, {})[year] = year
    return tuple(
        FacetedMatch(
            match,
            {
                KIND: {match.entry.kind: match.entry.kind},
                YEAR: years.get(match.entry.iri, {}),
                UNDER: under.get(match.entry.iri, {}),
            },
        )
        for match in matches
    )


def facets_of(
    matches: Iterable[FacetedMatch], choices: Mapping[str, str], words: str
) -> tuple[Facet, ...]:
    """The facets of what was found for some words; a value that all have, or that nothing has, is
    no choice."""
    matches = tuple(matches)
    facets = []
    for name in CHOICES:
        rest = {key: value for key, value in choices.items() if key != name}
        members = [match for match in matches if match.has(rest)]
        names = {value: label for match in members for value, label in match.values[name].items()}
        counts = Counter(value for match in members for value in match.values[name])
        common = sorted(counts, key=lambda value: (-counts[value], names[value]))[:_MOST]
        values = tuple(
            FacetValue(
                names[value],
                counts[value],
                _query({"q": words, **rest, name: value}),
                choices.get(name) == value,
            )
            for value in (sorted(common) if name == YEAR else common)
        )
        is_choice = len(values) > 1 or any(value.count < len(members) for value in values)
        if is_choice or name in choices:
            facets.append(Facet(_TITLES[name], values, _query({"q": words, **rest})))
    return tuple(facets)


def _year(term: Node) -> str | None:
    year = str(term)[:4]
    return year if year.isascii() and year.isdigit() else None


def _query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}"
