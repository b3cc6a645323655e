"""The overview of who did what towards whom."""

from collections.abc import Callable, Iterable

from eakg.names import EAKG
from eakg.rdf import Row
from eakg.serve.content import tightest
from eakg.serve.drawings import Edge, Network, Node, network
from eakg.serve.overviews.timeline import GROUPS

QUERY = f"""PREFIX eakg: <{EAKG}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?actor ?actorLabel ?relation ?relationLabel ?act ?actLabel ?group
WHERE {{
  VALUES ?relation {{ eakg:agent eakg:recipient eakg:addressee eakg:host }}
  ?act a eakg:Act ; rdfs:label ?actLabel ; ?relation ?actor .
  ?actor rdfs:label ?actorLabel .
  ?relation rdfs:label ?relationLabel .
  FILTER (LANG(?actLabel) IN ("en", "") && LANG(?actorLabel) IN ("en", ""))
  FILTER (LANG(?relationLabel) = "en")
  OPTIONAL {{ ?act eakg:actCode/rdfs:label ?code }}
  {tightest("act", "start", "end")}
  BIND (COALESCE(LCASE(?code), "other") AS ?group)
}}
ORDER BY ?group ?start ?act ?actor"""

_AGENT = "agent"
_DASHES = {"addressee": "dashed", "host": "dotted"}


def draw(rows: Iterable[Row], href: Callable[[str], str | None]) -> Network:
    """The network of the query's rows: who acts, the acts, towards whom."""
    nodes: dict[str, Node] = {}
    edges = []
    for row in rows:
        act, actor, group = str(row["act"]), str(row["actor"]), str(row["group"])
        relation = str(row["relation"]).removeprefix(EAKG)
        acts = relation == _AGENT
        end = f"{'from' if acts else 'to'} {actor}"
        nodes.setdefault(act, Node(act, str(row["actLabel"]), href(act), group, 1, group))
        nodes.setdefault(end, Node(end, str(row["actorLabel"]), href(actor), "", 0 if acts else 2))
        ends = (end, act) if acts else (act, end)
        edges.append(Edge(*ends, group, _DASHES.get(relation, "")))
    return network(nodes.values(), edges, GROUPS)
