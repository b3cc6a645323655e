"""The overview of what happened when, of a project's query or of whatever has a date."""

from collections.abc import Callable, Container, Iterable
from datetime import date
from pathlib import Path

from rdflib import Literal
from rdflib.term import Node

from eakg.queries.contract import parse_query
from eakg.rdf import Row
from eakg.serve.content import Presentation
from eakg.serve.drawings import Span, Timeline, timeline
from eakg.serve.overviews.overview import Overview, overview_of

_MOST = 300  # things


def draw(overview: Overview, rows: Iterable[Row], href: Callable[[str], str | None]) -> Timeline:
    """The timeline of rows with `thing`, `from` and `to`, and perhaps `group` and `kind`."""
    return timeline(
        (
            Span(
                str(row.get("thingLabel", row["thing"])),
                href(str(row["thing"])),
                day_of(row.get("from")),
                day_of(row.get("to")),
                str(row.get("group", "")),
                str(row.get("kind", "")),
            )
            for row in map(overview.parts, rows)
            if "thing" in row
        ),
        overview.groups,
    )


def of_any(presentation: Presentation, properties: Container[str]) -> Overview | None:
    """A timeline of whatever has a beginning or an end; None where the data have no such property.

    Arguments: which properties bound a time, and which name things; those that the data use.
    """
    time = presentation.time
    starts = sorted(str(one) for one in time.starts if str(one) in properties)
    ends = sorted(str(one) for one in time.ends if str(one) in properties)
    if not starts and not ends:
        return None
    bounds = " ".join(f"<{one}>" for one in (*starts, *ends))
    # Each aggregate has a group of its own: a row in which its variable is unbound is an error.
    text = f"""#+ summary: What was when
#+ description: Whatever has a beginning or an end, the first {_MOST} of it.
SELECT ?thing ?thingLabel ?from ?to
WHERE {{
  {{ SELECT DISTINCT ?thing {{ VALUES ?bound {{ {bounds} }} ?thing ?bound ?day }} }}
  {_best("MAX", "from", starts)}
  {_best("MIN", "to", ends)}
  {_best("SAMPLE", "thingLabel", presentation.project.label_property)}
}}
ORDER BY ?from ?to ?thing
LIMIT {_MOST}"""
    query = parse_query(Path("timeline.rq"), text)
    return overview_of(query, {"kind": "timeline", "needs": [*starts, *ends]})


def _best(function: str, name: str, properties: Iterable[str]) -> str:
    """A column of one value for each thing, of some properties."""
    terms = " ".join(f"<{iri}>" for iri in properties)
    return (
        f"OPTIONAL {{ SELECT ?thing ({function}(?value) AS ?{name})"
        f" {{ VALUES ?property {{ {terms} }} ?thing ?property ?value }} GROUP BY ?thing }}"
    )


def day_of(term: Node | None) -> date | None:
    """The day of an xsd:date or xsd:dateTime, a year or month by its first; None for others."""
    if not isinstance(term, Literal):
        return None
    text = str(term).removesuffix("Z")
    try:
        return date.fromisoformat((text + "-01-01"[len(text) - 4 :])[:10])
    except ValueError:
        return None
