"""Ontologies in which one triple follows by as many steps as wanted: each step uses the last."""

from rdflib import BNode, Graph, Namespace
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS

from eakg.rdf.terms import Triple

EX = Namespace("http://ex.org/")


def chain(steps: int) -> tuple[Graph, Triple]:
    """`place o within -> place`, and a row of places within each other (prp-spo2)."""
    graph = Graph()
    head = Collection(graph, BNode(), [EX.place, EX.within]).uri
    graph.add((EX.place, OWL.propertyChainAxiom, head))
    graph.add((EX.x, EX.place, EX.y0))
    for i in range(steps):
        graph.add((EX[f"y{i}"], EX.within, EX[f"y{i + 1}"]))
    return graph, (EX.x, EX.place, EX[f"y{steps}"])


def linked_list(steps: int) -> tuple[Graph, Triple]:
    """Whatever has a next of a class is of the class, along a linked list (cls-svf1)."""
    graph = Graph()
    restriction = BNode()
    graph.add((restriction, OWL.onProperty, EX.next))
    graph.add((restriction, OWL.someValuesFrom, EX.Finite))
    graph.add((restriction, RDFS.subClassOf, EX.Finite))
    graph.add((EX[f"x{steps}"], RDF.type, EX.Finite))
    for i in range(steps):
        graph.add((EX[f"x{i}"], EX.next, EX[f"x{i + 1}"]))
    return graph, (EX.x0, RDF.type, EX.Finite)


def equal_successors(steps: int) -> tuple[Graph, Triple]:
    """Two rows by a functional property, with equal beginnings and so equal ends (prp-fp)."""
    graph = Graph()
    graph.add((EX.next, RDF.type, OWL.FunctionalProperty))
    graph.add((EX.a0, OWL.sameAs, EX.b0))
    for i in range(steps):
        for row in "ab":
            graph.add((EX[f"{row}{i}"], EX.next, EX[f"{row}{i + 1}"]))
    return graph, (EX[f"a{steps}"], OWL.sameAs, EX[f"b{steps}"])
