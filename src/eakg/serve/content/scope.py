"""Which things and classes of the data a project speaks of, as filters of a query."""

from collections.abc import Iterable

from rdflib import OWL, RDF, RDFS, Literal

from eakg.names import INFERRED_GRAPH, REIFIERS_GRAPH
from eakg.rdf import sparql_term
from eakg.serve.content.project import SKOLEM, Project
from eakg.store import Closure
from eakg.store.graphs import MERGE

_OF_EVERYTHING = (RDFS.Resource, OWL.Thing, OWL.NamedIndividual, RDF.Statement)
"""Classes that tell nobody anything of a thing."""
_BLANK = f'CONTAINS(STR(?thing), "{SKOLEM}")'


def graph_filter(closure: Closure, variable: str = "?g") -> str:
    """What holds of a graph of a request with `any_graph`: it is one of the data, of a closure.
    That of reifiers is there for those who name it, which this does not: it would be made."""
    condition = f'!STRSTARTS(STR({variable}), "{MERGE}")'
    condition += f' && STR({variable}) != "{REIFIERS_GRAPH}"'
    if closure == "full":
        return condition
    return f"{condition} && {variable} != {sparql_term(INFERRED_GRAPH)}"


def thing_filter(project: Project) -> str:
    """What holds of ?thing where it is one that is listed and found: it has a base of the project,
    or where there are none, a name."""
    scope = _begins("?thing", project.base) if project.base else "isIRI(?thing)"
    return f"{scope} && !{_BLANK}"


def class_filter(project: Project) -> str:
    """What holds of ?class where things are listed by it."""
    if project.kind:
        return _begins("?class", project.kind)
    names = ", ".join(map(sparql_term, _OF_EVERYTHING))
    return f'isIRI(?class) && ?class NOT IN ({names}) && !CONTAINS(STR(?class), "{SKOLEM}")'


def term_filter(project: Project) -> str:
    """What holds of ?thing where it is a thing, or a term of the project's own vocabulary."""
    things = thing_filter(project)
    return f"({things}) || {_begins('?thing', project.kind)}" if project.kind else things


def named_filter(project: Project) -> str:
    """What holds of ?thing where it is found by a name: it is a thing, a term, or a blank node,
    which is not listed."""
    return f"({term_filter(project)}) || {_BLANK}"


def _begins(variable: str, beginnings: Iterable[str]) -> str:
    conditions = (f"STRSTARTS(STR({variable}), {sparql_term(Literal(one))})" for one in beginnings)
    return f"({' || '.join(conditions)})"
