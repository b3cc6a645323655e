"""The overview of who sits in which mechanism on a day."""

from collections.abc import Callable, Iterable
from datetime import date

from rdflib import Literal

from eakg.names import EAKG, ID
from eakg.rdf import Row
from eakg.serve.content import tightest
from eakg.serve.drawings import Cell, Head, Matrix, day_text, matrix
from eakg.serve.overviews.timeline import day_of

RECORD = date(2020, 7, 23)  # the day that the record tells of
DAYS = (date(1999, 12, 31), date(2005, 12, 31), date(2013, 12, 31), RECORD, date(2020, 12, 31))
_SEATED_ROLES = "id:role-negotiating-participant, id:role-signatory"


def query(day: date) -> str:
    """The query for a day."""
    return f"""PREFIX eakg: <{EAKG}>
PREFIX id: <{ID}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?body ?bodyLabel ?actor ?actorLabel ?membership ?roleLabel ?seated ?from ?to
WHERE {{
  BIND ("{day}"^^xsd:date AS ?day)
  # The bodies with the most seats, in the order that is usual where there is one.
  {{
    SELECT ?body (COUNT(?any) AS ?seats) {{
      ?any eakg:memberOfBody ?body ; eakg:role ?anyRole .
      FILTER (EXISTS {{ ?any eakg:seatIn ?anySeat }} || ?anyRole IN ({_SEATED_ROLES}))
    }}
    GROUP BY ?body ORDER BY DESC(?seats) ?body LIMIT 6
  }}
  OPTIONAL {{
    VALUES (?body ?usual) {{
      (id:asean 1) (id:asean-china-10plus1 2) (id:asean-plus-three 3)
      (id:eas 4) (id:arf 5) (id:rcep 6)
    }}
  }}
  BIND (COALESCE(?usual, 7) AS ?place)
  ?membership eakg:memberOfBody ?body ; eakg:member ?actor ; eakg:role ?role .
  ?role rdfs:label ?roleLabel .
  ?body rdfs:label ?bodyLabel .
  ?actor rdfs:label ?actorLabel .
  FILTER (LANG(?roleLabel) = "en" && LANG(?bodyLabel) = "en" && LANG(?actorLabel) = "en")
  {tightest("membership", "from", "to")}
  FILTER (!BOUND(?from) || ?from <= ?day)
  FILTER (!BOUND(?to) || ?to >= ?day)
  # A bloc beside its own members, and roles without a seat, are not counted.
  BIND ((EXISTS {{ ?membership eakg:seatIn ?seat }} && ?role != id:role-participant-bloc)
    || ?role IN ({_SEATED_ROLES}) AS ?seated)
}}
ORDER BY ?place ?body ?actorLabel ?roleLabel"""


def draw(rows: Iterable[Row], href: Callable[[str], str | None]) -> Matrix:
    """The matrix of the query's rows."""
    bodies: dict[str, Head] = {}
    actors: dict[str, Head] = {}
    cells = []
    for row in rows:
        body, actor = str(row["body"]), str(row["actor"])
        bodies.setdefault(body, Head(body, str(row["bodyLabel"]), href(body)))
        actors.setdefault(actor, Head(actor, str(row["actorLabel"]), href(actor)))
        cells.append(
            Cell(
                actor,
                body,
                row.get("seated") == Literal(True),
                href(str(row["membership"])),
                f"{row['actorLabel']}: {row['roleLabel']}, {row['bodyLabel']}{_period(row)}",
            )
        )
    return matrix(actors.values(), tuple(bodies.values()), cells)


def _period(row: Row) -> str:
    start, end = day_of(row.get("from")), day_of(row.get("to"))
    return (f", since {day_text(start)}" if start else "") + (
        f", until {day_text(end)}" if end else ""
    )
