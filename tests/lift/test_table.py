"""Lifting of a table: cells to triples, rows to evidence."""

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD

from eakg.lift.table import lift_table
from eakg.names import CSVW, EAKG, GRAPH, ID
from eakg.problems import ProblemsError
from helpers.small_dataset import Small

HEADER = "id,label,alt_labels,iso3166_alpha2,iso3166_alpha3,wikidata,source,verification,note"
OZ = 'oz,Oz,"The Emerald City|Oz, Land of",OZ,OZZ,Q1,{},verified,"a ""note""\nin two lines"'


@pytest.fixture
def states(small: Small) -> Path:
    path = small.path("states.csv")
    sources = "https://example.org/a|general knowledge"
    path.write_text(f"{HEADER}\n{OZ.format(sources)}\nix,Ix,,,,,definition,unverified,\n", "utf-8")
    return path


def test_each_cell_gives_its_triples(states: Path) -> None:
    lifted = lift_table(states)
    assert lifted.graph == GRAPH["background/states"]
    assert {s.triple for s in lifted.statements if s.triple[0] == ID.oz} == {
        (ID.oz, RDF.type, EAKG.State),
        (ID.oz, RDFS.label, Literal("Oz", lang="en")),
        (ID.oz, SKOS.altLabel, Literal("The Emerald City", lang="en")),
        (ID.oz, SKOS.altLabel, Literal("Oz, Land of", lang="en")),
        (ID.oz, EAKG.iso3166Alpha2, Literal("OZ")),
        (ID.oz, EAKG.iso3166Alpha3, Literal("OZZ")),
        (ID.oz, SKOS.exactMatch, URIRef("http://www.wikidata.org/entity/Q1")),
    }
    assert not any(s.triple[1] == OWL.sameAs for s in lifted.statements)


def test_an_empty_cell_gives_nothing(states: Path) -> None:
    triples = {s.triple for s in lift_table(states).statements if s.triple[0] == ID.ix}
    assert triples == {(ID.ix, RDF.type, EAKG.State), (ID.ix, RDFS.label, Literal("Ix", lang="en"))}


def test_a_row_is_the_evidence_and_has_its_sources(states: Path) -> None:
    lifted = lift_table(states)
    row = ID["states/row/oz"]
    context = {(p, o) for s, p, o in lifted.context if s == row}
    assert (RDF.type, EAKG.TableRow) in context
    assert (CSVW.url, URIRef(f"{GRAPH}background/states.csv#row=2")) in context
    assert {o for p, o in context if p == DCTERMS.source} == {
        URIRef("https://example.org/a"),
        Literal("general knowledge"),
    }
    assert (RDFS.comment, Literal('a "note"\nin two lines', lang="en")) in context
    assert all(s.evidence == (row,) for s in lifted.statements if s.triple[0] == ID.oz)


def test_lines_are_those_of_the_file(states: Path) -> None:
    lines = {s.triple[0]: s.line for s in lift_table(states).statements}
    assert lines == {ID.oz: 2, ID.ix: 4}


def test_the_account_counts_rows(states: Path) -> None:
    lifted = lift_table(states)
    assert (lifted.lines, lifted.lifted_lines, lifted.skipped_lines) == (2, 2, ())


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(states: Path) -> None:
    before = {s.triple for s in lift_table(states).statements}
    text = states.read_text("utf-8")
    states.write_bytes(("\ufeff" + text).replace("\n", "\r\n").encode())
    assert {s.triple for s in lift_table(states).statements} == before


def test_a_day_is_a_date(small: Small) -> None:
    triples = {s.triple for s in lift_table(small.path("memberships.csv")).statements}
    laos = ID["membership/asean/laos/member"]
    assert (laos, EAKG.notBefore, Literal("1997-07-23", datatype=XSD.date)) in triples
    assert (laos, EAKG.role, ID["role-member"]) in triples
    seats = {subject for subject, predicate, _ in triples if predicate == EAKG.seatIn}
    assert seats == {laos}


@pytest.mark.parametrize("day", ["1997", "1997-07", "23.7.1997", "1997-02-30", "1997-7-3"])
def test_what_is_no_day(small: Small, day: str) -> None:
    """gYear and gYearMonth do not compare in SPARQL engines: a day or nothing."""
    line = small.replace("memberships.csv", "1997-07-23", day)
    with pytest.raises(ProblemsError, match="is no date; write it as") as raised:
        lift_table(small.path("memberships.csv"))
    assert [problem.line for problem in raised.value.problems] == [line]


def test_every_statement_of_a_table_is_derived_from_its_row(small: Small) -> None:
    assert small.build().exit_code == 0
    evidence = Graph().parse("graph/evidence/memberships.ttl")
    for node in evidence.subjects(RDF.type, RDF.Statement):
        (origin,) = evidence.objects(node, PROV.wasDerivedFrom)
        assert (origin, RDF.type, EAKG.TableRow) in evidence
