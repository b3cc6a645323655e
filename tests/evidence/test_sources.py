"""For every statement of the shipped graph, whoever tells what supports it names the same sources:
the evidence as it is written, the pages, JSON, PROV-O, `eakg explain` and the why of CI. With
EAKG_SOAK each is looked at, else some of each kind."""

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from click.testing import CliRunner
from flask import render_template
from rdflib import Graph
from rdflib.namespace import DCTERMS, PROV, RDF
from rdflib.term import Node

from eakg.cli import main
from eakg.dataset.graphs import layout_graphs
from eakg.dataset.layout import Layout
from eakg.evidence.forms import support_json, support_lines
from eakg.evidence.named_graphs import NamedGraphs
from eakg.evidence.reader import attestations_of, support_of
from eakg.evidence.support import Evidence, Passage, Support, TableRow
from eakg.names import EAKG, GRAPH, ID, OA, ONTOLOGY_GRAPH
from eakg.queries.why.file_state import FileState
from eakg.queries.why.state_files import LayoutFiles
from eakg.rdf.terms import Triple
from eakg.reason.proofs.documents import to_json
from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.prov import to_prov
from eakg.reason.proofs.step import ASSERTED
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.evidence import StoreEvidence
from eakg.serve.pages.proof.page import ProofPage, proof_page
from eakg.store.answers import SupportedProof
from eakg.store.embedded import EmbeddedStore
from helpers.patience import PATIENT
from helpers.plain_evidence import PassageSource, RowSource, Source, Sources, plain_sources
from helpers.tries import sample

Lines = Mapping[Triple, list[str]]
NUMBERS = {"one row": 80, "several rows": 130, "words": 220}
"""How many statements are looked at, by what supports them."""


@pytest.fixture(scope="module")
def written(evidence: dict[str, Graph]) -> Sources:
    """What the graphs of evidence say, read plainly."""
    everything: Sources = {}
    for graph in evidence.values():
        for triple, found in plain_sources(graph).items():
            everything.setdefault(triple, set()).update(found)
    kinds: dict[str, list[Triple]] = {}
    for triple, found in sorted(everything.items()):
        kinds.setdefault(kind_of(found), []).append(triple)
    return {
        triple: everything[triple]
        for kind, number in NUMBERS.items()
        for triple in sample(kinds[kind], number)
    }


def kind_of(found: set[Source]) -> str:
    if not all(isinstance(source, RowSource) for source in found):
        return "words"
    return "one row" if len(found) == 1 else "several rows"


@pytest.fixture(scope="module")
def graphs(layout: Layout) -> NamedGraphs:
    return NamedGraphs(*layout_graphs(layout))


@pytest.fixture(scope="module")
def supports(graphs: NamedGraphs, written: Sources) -> dict[Triple, Support]:
    """What supports each, as the command line reads it."""
    return support_of(graphs, written)


@pytest.fixture(scope="module")
def store(shipped_store: EmbeddedStore) -> EmbeddedStore:
    return shipped_store


@pytest.fixture(scope="module")
def explained(store: EmbeddedStore, written: Sources) -> SupportedProof:
    """All of them as the premises of one proof, with what the store's reasoner sends."""
    answers = {triple: store.explain(triple) for triple in written}
    assert all(answer.proof.by == ASSERTED for answer in answers.values())
    supports = {triple: answer.supports[triple] for triple, answer in answers.items()}
    return SupportedProof(proof_of(written), supports)


def proof_of(triples: Iterable[Triple]) -> Proof:
    leaves = tuple(Proof(triple, ASSERTED) for triple in triples)
    return Proof((ID.asean, ID.all, ID.asean), "prp-spo2", leaves)


def sources(evidence: Iterable[Evidence]) -> set[Source]:
    """What a model names."""
    found: set[Source] = set()
    for item in evidence:
        match item:
            case TableRow():
                found |= {RowSource(str(item.table), item.number, str(s)) for s in item.sources}
            case Passage():
                start, end = item.fragments[0][0], max(end for _, end in item.fragments)
                words = str(item.exact or ""), item.sentence
                place = str(item.document), str(item.annotation)
                found |= {
                    PassageSource(*place, start, end, *words, str(original), str(item.sha256 or ""))
                    for original in item.originals or ("",)
                }
    return found


def json_sources(items: Iterable[dict[str, Any]]) -> set[Source]:
    """What the items of JSON name."""
    return {
        RowSource(item["table"], item["row"], item["source"])
        if "table" in item
        else PassageSource(
            *(item[key] for key in ("document", "annotation", "start", "end")),
            *(item.get(key, "") for key in ("exact", "sentence", "primarySource", "sha256")),
        )
        for item in items
        if "ontology" not in item
    }


def same(left: Mapping[Triple, set[Source]], right: Sources) -> None:
    """Fails with the first few that differ."""
    differing = [one for one in right if left.get(one) != right[one]]
    shown = [(one, left.get(one, set()) ^ right[one]) for one in differing[:3]]
    assert (len(differing), shown) == (0, [])
    assert left.keys() == right.keys()


def test_rows_cite_what_stands_in_the_tables(layout: Layout, written: Sources) -> None:
    cited: dict[tuple[str, int], set[str]] = {}
    for source in (one for found in written.values() for one in found):
        if isinstance(source, RowSource):
            cited.setdefault((source.table, source.row), set()).add(source.source)
    assert sum(len(found) > 1 for found in cited.values()) > 50
    for path in layout.tables():
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            for number, row in enumerate(rows, 2):
                found = cited.get((f"{GRAPH}background/{path.stem}", number))
                if found is not None:
                    assert found == {one.strip() for one in row["source"].split("|")}


def test_graphs_as_the_command_line_reads_them(
    supports: dict[Triple, Support], written: Sources
) -> None:
    same({triple: sources(support.evidence) for triple, support in supports.items()}, written)


def test_what_a_statement_leads_to_is_described_in_its_graph(
    evidence: dict[str, Graph],
) -> None:
    """So that the graph of a statement is all that has to be read."""
    parts = (EAKG.evidence, EAKG.inSentence, PROV.wasDerivedFrom, DCTERMS.isPartOf, OA.hasSelector)
    # What a record retells is named in its graph, and may be annotated in one of its own.
    graphs = evidence.values()
    retold = {one for graph in graphs for one in graph.objects(None, PROV.hadPrimarySource)}
    homes: dict[Node, set[str]] = {}
    for name, graph in evidence.items():
        for node in set(graph.subjects()):
            homes.setdefault(node, set()).add(name)
    for name, graph in evidence.items():
        nodes = {node for part in parts for node in graph.objects(None, part)}
        assert all(name in homes[node] for node in nodes & retold & homes.keys())
        nodes -= retold
        assert [node for node in nodes if homes.get(node, {name}) != {name}] == []


def test_the_reasoner(explained: SupportedProof, written: Sources) -> None:
    found = {one: sources(support.evidence) for one, support in explained.supports.items()}
    same(found, written)


def test_the_store_as_pages_of_things_and_rows_ask_it(
    store: EmbeddedStore, graphs: NamedGraphs, written: Sources
) -> None:
    source, wanted = StoreEvidence(store), list(written)
    named = {}
    for start in range(0, len(wanted), 500):
        stated = attestations_of(source, wanted[start : start + 500])
        for triple, attestations in stated.items():
            named[triple] = sources(item for one in attestations for item in one.evidence)
    same(named, written)
    some = wanted[:200]
    homes = {one: {home.graph for home in found} for one, found in source.homes(some).items()}
    assert homes == {
        one: {home.graph for home in found} for one, found in graphs.homes(some).items()
    }


def test_json(explained: SupportedProof, supports: dict[Triple, Support], written: Sources) -> None:
    for known, expected in ((explained.supports, written), (supports, written)):
        proof = json.loads(json.dumps(to_json(proof_of(expected), known)))
        leaves = zip(expected, proof["premises"], strict=True)
        same({triple: json_sources(leaf["evidence"]) for triple, leaf in leaves}, expected)


def test_items_of_json_have_the_documented_form(supports: dict[Triple, Support]) -> None:
    passage = {"document", "annotation", "start", "end", "exact", "sentence"}
    withheld = passage - {"exact", "sentence"} | {"sha256"}
    forms = (
        passage,
        passage | {"primarySource"},
        {"table", "row", "source"},
        {"ontology"},
        withheld,
    )
    for support in supports.values():
        for item in support_json(support)["evidence"]:
            assert item.keys() in forms
            assert all(isinstance(value, int | str) for value in item.values())


def test_prov(explained: SupportedProof, written: Sources) -> None:
    graph = to_prov(explained.proof, explained.supports)
    found = plain_sources(graph)
    del found[explained.proof.triple]
    same(found, written)


def test_the_page_of_a_proof(
    store: EmbeddedStore, explained: SupportedProof, written: Sources
) -> None:
    app = create_app(Settings("", PATIENT), store)
    page = proof_page(store, explained)
    steps = zip(written, page.step.premises, strict=True)
    named = {
        triple: sources(item for place in step.places for item in place.evidence)
        for triple, step in steps
    }
    same(named, written)
    with app.test_request_context():
        told = list(_read(page))
    differing = [
        (triple, shown ^ expected)
        for (triple, named), shown in zip(written.items(), told, strict=True)
        if shown != (expected := {_seen(source) for source in named})
    ]
    assert (len(differing), differing[:3]) == (0, [])


def _seen(source: Source) -> tuple[object, ...]:
    """A source as far as the text of a page names it; the words are marked in the sentence."""
    if isinstance(source, RowSource):
        return source.table, source.row, source.source
    words = source.sentence or f"{source.whereabouts.capitalize()} of a text that is not shipped."
    return source.document, source.annotation, words, source.original


def _read(page: ProofPage) -> Iterator[set[tuple[object, ...]]]:
    """What the text of a page names for each premise."""
    text = render_template("proof.html", page=page, here="/explain")
    for part in text.split('<li><p class="claim">')[1:]:
        found: set[tuple[object, ...]] = set()
        for figure in part.split("<figure")[1:]:
            links = [html.unescape(one) for one in re.findall(r'href="([^"]*)"', figure)]
            if figure.startswith(' class="said">'):
                sentence = re.sub(r"</?mark>", "", re.findall(r"<p>(.*?)</p>", figure, re.S)[0])
                document = _iri(links[0].partition("#")[0])
                annotations = [_iri(one) for one in links if f"{document}/" in _iri(one)]
                originals = [one for one in map(_iri, links[1:]) if one not in annotations]
                found |= {
                    (document, annotation, html.unescape(sentence), original)
                    for annotation in annotations
                    for original in originals or [""]
                }
            else:
                table, _, row = links[0].partition("#row=")
                cited = re.findall(r"<li>(.*?)</li>", figure, re.S)
                for source in cited:
                    link = re.search(r'href="([^"]*)"', source)
                    assert link or not source.startswith("http"), "an address is a link"
                    address = html.unescape(link[1] if link else source)
                    found.add((f"{GRAPH}{table.removeprefix('/graph/')}", int(row), address))
        yield found


def _iri(path: str) -> str:
    return f"{ID}{path.removeprefix('/doc/')}" if path.startswith("/doc/") else path


_WITHHELD = re.compile(r"(?P<place>.+?), (?P<whereabouts>paragraph .*); the text is not shipped")
_ROW = re.compile(r"(?P<place>.+?)(?:, from (?P<sources>.+))")
_PASSAGE = re.compile(r'(?P<place>.+?): "(?P<sentence>.*?)"(?: \("(?P<words>.*)"\))?')


def _line_sources(line: str) -> set[tuple[str, ...]]:
    passage = _PASSAGE.fullmatch(line)
    if passage:
        words = passage["words"].split('", "') if passage["words"] else [""]
        return {(passage["place"], passage["sentence"], one) for one in words}
    if withheld := _WITHHELD.fullmatch(line):
        return {(withheld["place"], withheld["whereabouts"])}
    row = _ROW.fullmatch(line)
    assert row, line
    return {(row["place"], source) for source in row["sources"].split(", ")}


def _expected(source: Source, places: Mapping[object, str]) -> tuple[str, ...]:
    if isinstance(source, RowSource):
        return places[source.table, source.row], source.source
    if not source.sentence:
        return places[source.annotation], source.whereabouts
    return places[source.annotation], source.sentence, source.exact


def _same_lines(lines: Lines, written: Sources, places: Mapping[object, str]) -> None:
    for triple, found in written.items():
        named = {part for line in lines[triple] for part in _line_sources(line)}
        assert named == {_expected(source, places) for source in found}


def test_the_lines_of_explain(supports: dict[Triple, Support], written: Sources) -> None:
    places: dict[object, str] = {}
    for source in (one for found in written.values() for one in found):
        if isinstance(source, RowSource):
            places[source.table, source.row] = f"row {source.row} of {source.table}"
        else:
            places[source.annotation] = source.annotation
    lines = {
        one: [line for line in support_lines(support) if not line.startswith("in ")]
        for one, support in supports.items()
    }
    _same_lines(lines, written, places)


def test_the_why_of_ci(layout: Layout, written: Sources) -> None:
    places: dict[object, str] = {}
    for folder in layout.records():
        path = folder / f"{folder.name}.ann"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            name = line.partition("\t")[0]
            places[f"{ID}{folder.name}/{name.replace('#', 'note-')}"] = f"{path}:{number}: {name}"
    for path in layout.tables():
        lines = path.read_text("utf-8").splitlines()
        with path.open(encoding="utf-8", newline="") as file:
            records = list(csv.reader(file))
        assert len(lines) == len(records), "a cell of several lines; count them here"
        for number in range(1, len(lines) + 1):
            places[f"{GRAPH}background/{path.stem}", number] = f"{path}:{number}"
    state = FileState(lambda: LayoutFiles(layout))
    ontology = {str(path) for path in layout.ontology_files()}
    told = {triple: [x for x in state.places(triple) if x not in ontology] for triple in written}
    _same_lines(told, written, places)


def test_a_row_that_cites_two_pages(store: EmbeddedStore, written: Sources) -> None:
    triple, found = next(
        (triple, found)
        for triple, found in sorted(written.items())
        if len({one.source for one in found if isinstance(one, RowSource)}) == 2
    )
    cited = {one.source for one in found if isinstance(one, RowSource)}
    terms = dict(zip("spo", (term.n3() for term in triple), strict=True))
    client = create_app(Settings("", PATIENT), store).test_client()
    proof = client.get("/explain", query_string=terms | {"format": "json"}).get_json()
    assert {item["source"] for item in proof["evidence"]} == cited
    turtle = client.get("/explain", query_string=terms | {"format": "turtle"}).text
    page = html.unescape(client.get("/explain", query_string=terms | {"format": "html"}).text)
    result = CliRunner().invoke(main, ["explain", *terms.values()])
    assert result.exit_code == 0, result.output
    for source in cited:
        for text in (turtle, page, result.stdout):
            assert source in text


def test_what_the_ontology_states_beside_a_sentence(store: EmbeddedStore) -> None:
    goods = (ID["goods-money"], RDF.type, EAKG.Goods)
    terms = dict(zip("spo", (term.n3() for term in goods), strict=True))
    client = create_app(Settings("", PATIENT), store).test_client()
    evidence = client.get("/explain", query_string=terms).get_json()["evidence"]
    assert evidence[0] == {"ontology": str(ONTOLOGY_GRAPH)}
    assert "sentence" in evidence[1]
    page = client.get("/explain", query_string=terms | {"format": "html"}).text
    assert "It is stated in 3 places." in page
    assert re.search(r'This is stated in the ontology, <a href="/graph/ontology">', page)
    thing = client.get("/doc/goods-money", headers={"Accept": "text/html"}).text
    assert "It is stated in 3 places; see them side by side." in thing
