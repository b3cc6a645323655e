"""Saved queries over a graph with facts planted in it: what they then find, and why."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, SKOS

from eakg.dataset.layout import Layout
from eakg.names import EAKG, ID, INFERRED_GRAPH, background_graph
from eakg.queries.ask.endpoint import StoreEndpoint
from eakg.queries.contract.files import find_queries
from eakg.queries.contract.saved import read_query
from eakg.rdf.turtle import write_turtle
from eakg.reason.closure import materialize, without_blank_nodes
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.saved_query_files import values_in

Triples = list[tuple[Node, Node, Node]]
Ask = Callable[[str, Triples], list[dict[str, str]]]


@pytest.fixture
def ask(layout: Layout, ontology: Graph, said: Graph, tmp_path: Path) -> Ask:
    """Answers a saved query over the graph, planted triples, and what follows from all."""

    def answer(name: str, planted: Triples) -> list[dict[str, str]]:
        graph = ontology + said
        for triple in planted:
            graph.add(triple)
        inferred, table = tmp_path / "inferred.ttl", tmp_path / "planted.ttl"
        inferred.write_bytes(write_turtle(without_blank_nodes(materialize(graph).inferred)))
        table.write_bytes(write_turtle(planted))
        files = [
            GraphFile(graph_name, inferred if graph_name == INFERRED_GRAPH else path)
            for graph_name, path in layout.named_graphs()
        ]
        files.append(GraphFile(background_graph("planted"), table))
        endpoint = StoreEndpoint(EmbeddedStore(read_contents(files)))
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
    (key,) = ontology.objects(EAKG.State, OWL.hasKey)
    assert list(Collection(ontology, key)) == [EAKG.iso3166Alpha3]
    other = ID["lao-pdr-elsewhere"]
    rows = ask(
        "cq27",
        [(other, RDF.type, EAKG.State), (other, EAKG.iso3166Alpha3, Literal("LAO"))],
    )
    assert {(row["state"], row["act"]) for row in rows} == {
        (state, act)
        for state in ("laos", "lao-pdr-elsewhere")
        for act in ("b004", "medteam-laos-2020-03")
    }
    assert {row["stateLabel"] for row in rows} == {"Laos"}


def test_a_state_with_another_code_and_a_match_elsewhere_inherit_nothing(ask: Ask) -> None:
    other = ID["lao-pdr-elsewhere"]
    planted: Triples = [
        (other, RDF.type, EAKG.State),
        (other, EAKG.iso3166Alpha3, Literal("LAX")),
        (ID.laos, SKOS.exactMatch, other),
    ]
    assert {row["state"] for row in ask("cq27", planted)} == {"laos"}


def test_a_seat_of_russia_would_entitle_it_to_special_meetings(ask: Ask) -> None:
    seat = ID["membership/planted"]
    rows = ask(
        "cq05",
        [
            (seat, RDF.type, EAKG.Membership),
            (seat, EAKG.member, ID.russia),
            (seat, EAKG.seatIn, ID["asean-china-10plus1"]),
        ],
    )
    assert {(row["state"], row["meeting"]) for row in rows} == {
        ("russia", "special-acfmm-2020-02-20"),
        ("russia", "special-atm-2020-07-16"),
    }


def test_things_of_two_kinds_are_found(ask: Ask) -> None:
    kinds = {
        "european-union": ("State", "InternationalOrganization"),
        "hun-sen": ("Office", "Person"),
        "apt-som-2020-07-20": ("Mechanism", "Happening"),
        "rcep": ("UnsignedAgreement", "SignedAgreement"),
    }
    planted: Triples = [
        (ID[thing], RDF.type, EAKG[planted]) for thing, (planted, _) in kinds.items()
    ]
    rows = ask("cq28", planted)
    assert {(row["thing"], frozenset((row["one"], row["other"]))) for row in rows} == {
        (thing, frozenset(pair)) for thing, pair in kinds.items()
    }
    assert len(rows) == len(kinds)
