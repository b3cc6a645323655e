"""Saved queries over a graph with facts planted in it: what they then find, and why."""

from collections.abc import Callable

import pytest
from rdflib import Graph, Literal
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, SKOS

from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID, INFERRED_GRAPH, background_graph, is_evidence
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.queries.contract.files import find_queries
from eakg.queries.contract.saved import read_query
from eakg.rdf.terms import Triple
from eakg.rdf.turtle import write_turtle
from eakg.reason.closure import materialize, without_blank_nodes
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.saved_query_files import values_in

OTHER, UNLIKE, SEAT = ID["lao-pdr-elsewhere"], ID["lao-pdr-unlike"], ID["membership/planted"]
KINDS = {
    "european-union": ("State", "InternationalOrganization"),
    "hun-sen": ("Office", "Person"),
    "apt-som-2020-07-20": ("Mechanism", "Happening"),
    "rcep": ("UnsignedAgreement", "SignedAgreement"),
}
"""The kind that is planted of each, and the one that it has."""
PLANTED: list[Triple] = [
    # A second description of Laos, by its code; and one that is a match of it with another code.
    (OTHER, RDF.type, EAKG.State),
    (OTHER, EAKG.iso3166Alpha3, Literal("LAO")),
    (UNLIKE, RDF.type, EAKG.State),
    (UNLIKE, EAKG.iso3166Alpha3, Literal("LAX")),
    (ID.laos, SKOS.exactMatch, UNLIKE),
    # A seat of Russia.
    (SEAT, RDF.type, EAKG.Membership),
    (SEAT, EAKG.member, ID.russia),
    (SEAT, EAKG.seatIn, ID["asean-china-10plus1"]),
    *((ID[thing], RDF.type, EAKG[planted]) for thing, (planted, _) in KINDS.items()),
]
Ask = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="module")
def ask(
    layout: Layout, ontology: Graph, said: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Ask:
    """Answers a saved query over the graph without evidence, what is planted, and what follows."""
    folder = tmp_path_factory.mktemp("planted")
    graph = ontology + said
    for triple in PLANTED:
        graph.add(triple)
    inferred, table = folder / "inferred.nt", folder / "planted.ttl"
    without_blank_nodes(materialize(graph).inferred).serialize(inferred, "nt", encoding="utf-8")
    table.write_bytes(write_turtle(PLANTED))
    files = [
        GraphFile(name, inferred if name == INFERRED_GRAPH else path)
        for name, path in layout.named_graphs()
        if not is_evidence(name)
    ]
    files.append(GraphFile(background_graph("planted"), table))
    endpoint = StoreEndpoint(EmbeddedStore(read_contents(files)))

    def answer(name: str) -> list[dict[str, str]]:
        (path,) = (path for path in find_queries([layout.queries]) if path.stem.startswith(name))
        found = values_in(endpoint.select(read_query(path).text, "full"))
        return [
            {
                column: cell.removeprefix(str(ID)).removeprefix(str(EAKG))
                for column, cell in zip(found.columns, row, strict=True)
            }
            for row in found.rows
        ]

    return answer


def test_a_second_description_of_laos_inherits_its_acts(ask: Ask, ontology: Graph) -> None:
    """And a state with another code and a match elsewhere inherits nothing."""
    (key,) = ontology.objects(EAKG.State, OWL.hasKey)
    assert list(Collection(ontology, key)) == [EAKG.iso3166Alpha3]
    rows = ask("cq27")
    assert {(row["state"], row["act"]) for row in rows} == {
        (state, act)
        for state in ("laos", "lao-pdr-elsewhere")
        for act in ("b004", "medteam-laos-2020-03")
    }
    assert {row["stateLabel"] for row in rows} == {"Laos"}


def test_a_seat_of_russia_would_entitle_it_to_special_meetings(ask: Ask) -> None:
    assert {(row["state"], row["meeting"]) for row in ask("cq05")} == {
        ("russia", "special-acfmm-2020-02-20"),
        ("russia", "special-atm-2020-07-16"),
    }


def test_things_of_two_kinds_are_found(ask: Ask) -> None:
    rows = ask("cq28")
    assert {(row["thing"], frozenset((row["one"], row["other"]))) for row in rows} == {
        (thing, frozenset(pair)) for thing, pair in KINDS.items()
    }
    assert len(rows) == len(KINDS)
