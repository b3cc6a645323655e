"""The overview of what happened when."""

from collections.abc import Callable, Iterable
from datetime import date

from rdflib import Literal
from rdflib.term import Node

from eakg.names import EAKG
from eakg.rdf import Row
from eakg.serve.content import tightest
from eakg.serve.drawings import Span, Timeline, timeline

QUERY = f"""PREFIX eakg: <{EAKG}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?act ?actLabel (GROUP_CONCAT(DISTINCT ?kindLabel; separator=", ") AS ?kind)
       (MIN(?category) AS ?group) ?from ?to
       (SAMPLE(?text) AS ?when)
WHERE {{
  ?act a eakg:Happening ; rdfs:label ?actLabel .
  FILTER (LANG(?actLabel) IN ("en", ""))
  OPTIONAL {{
    ?act a ?class .
    FILTER (STRSTARTS(STR(?class), STR(eakg:)))
    FILTER NOT EXISTS {{ ?act a ?narrower . ?narrower rdfs:subClassOf ?class
      FILTER (?narrower != ?class) }}
    ?class rdfs:label ?kindLabel . FILTER (LANG(?kindLabel) = "en")
  }}
  OPTIONAL {{ ?act eakg:actCode/rdfs:label ?code }}
  OPTIONAL {{ ?act a eakg:Meeting . BIND ("meeting" AS ?met) }}
  BIND (COALESCE(LCASE(?code), ?met, "other") AS ?category)
  {tightest("act", "from", "to")}
  OPTIONAL {{ ?act eakg:dateText ?text }}
}}
GROUP BY ?act ?actLabel ?from ?to
ORDER BY ?from ?to ?act"""


GROUPS = ("aid", "meeting", "cooperate", "agree", "consult", "support")  # as they are coloured


def draw(rows: Iterable[Row], href: Callable[[str], str | None]) -> Timeline:
    """The timeline of the query's rows."""
    return timeline(
        (
            Span(
                str(row["actLabel"]),
                href(str(row["act"])),
                day_of(row.get("from")),
                day_of(row.get("to")),
                str(row.get("group", "")),
                str(row.get("kind", "")),
            )
            for row in rows
            if "act" in row
        ),
        GROUPS,
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
