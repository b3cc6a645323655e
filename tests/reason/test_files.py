"""Files in, closure out: N-Triples by the column, what is wrong with them, and the commands."""

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic, to_isomorphic
from rdflib.namespace import OWL, PROV, RDF, XSD

from eakg.problems import ProblemsError
from eakg.rdf.notation import (
    TermSyntaxError,
    canonicalize_term,
    read_term,
    resolve_term,
    write_term,
)
from eakg.rdf.parsing import parse_rdf
from eakg.reason.closure import closure_of_facts, materialize
from eakg.reason.engine.terms import NodeTerms
from eakg.reason.files.reading import read
from helpers.proof_checker import check
from helpers.small_dataset import Small
from helpers.tries import tries

pytestmark = pytest.mark.slow

DATA = """\
<http://x/p> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <http://x/q> .
<http://x/a> <http://x/p> <http://x/b> .
<http://x/a> <http://x/p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://x/a> <http://x/p> "colour"@en-GB .
_:b0 <http://x/p> "a \\"b\\" \\\\ c \\n d" .
<http://x/a> <http://x/p> <http://x/b> .
"""


def closure_of(*paths: Path) -> Graph:
    return closure_of_facts(*read(paths)).inferred


def test_terms_come_back_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "in.nt").write_text(DATA, "utf-8")
    terms, facts = read([tmp_path / "in.nt"])
    inferred = closure_of_facts(terms, facts).inferred
    values = {write_term(o) for o in inferred.objects(None, URIRef("http://x/q"))}
    assert values == {
        "<http://x/b>",
        '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"colour"@en-GB',
        '"a \\"b\\" \\\\ c \\n d"',
    }
    assert (BNode("b0"), URIRef("http://x/q"), Literal('a "b" \\ c \n d')) in inferred


@pytest.mark.parametrize(
    "text",
    [
        re.sub("(?<=[>01]) (?=[.<])", "\t", DATA),
        re.sub("(?<=[>01]) (?=[.<])", "  ", DATA),
        DATA.replace(" .\n", ".\n"),
        DATA.replace("\n", "\r\n"),
        "# a comment\n\n" + DATA.replace(" .\n", " . # said by x\n"),
        "\ufeff" + DATA,
        DATA.rstrip("\n"),
        DATA.replace("http://x/a", "http://x/\\u0061"),
        DATA.replace("colour", "\\u0063olour"),
    ],
)
def test_other_ways_to_write_the_same(tmp_path: Path, text: str) -> None:
    (tmp_path / "plain.nt").write_text(DATA, "utf-8", newline="")
    (tmp_path / "in.nt").write_text(text, "utf-8", newline="")
    expected = closure_of_facts(*read([tmp_path / "plain.nt"]))
    found = closure_of_facts(*read([tmp_path / "in.nt"]))
    assert isomorphic(found.asserted, expected.asserted)
    assert isomorphic(found.inferred, expected.inferred)


@pytest.mark.parametrize(
    "line", ['<http://x/a> <http://x/p> "v"  .\n', '<http://x/a> <http://x/p> "\\u0076"\t.\n']
)
def test_a_line_that_is_written_oddly_is_the_same_each_time(tmp_path: Path, line: str) -> None:
    for name in ("one.nt", "two.nt"):
        (tmp_path / name).write_text(line, "utf-8")
    closure = closure_of_facts(*read([tmp_path / "one.nt", tmp_path / "two.nt"]))
    assert set(closure.asserted) == {(URIRef("http://x/a"), URIRef("http://x/p"), Literal("v"))}


def test_a_line_that_is_wrong_is_wrong_each_time(tmp_path: Path) -> None:
    for name in ("one.nt", "two.nt"):
        (tmp_path / name).write_text('<http://x/a> <http://x/p> "\\x" .\n', "utf-8")
    with pytest.raises(ProblemsError) as caught:
        read([tmp_path / "one.nt", tmp_path / "two.nt"])
    assert [problem.line for problem in caught.value.problems] == [1, 1]


def test_a_string_is_a_string_with_and_without_its_datatype(tmp_path: Path) -> None:
    line = '<http://x/a> <http://x/p> "v"'
    (tmp_path / "in.nt").write_text(f"{line} .\n{line}^^<{XSD.string}> .\n", "utf-8")
    _, facts = read([tmp_path / "in.nt"])
    assert sum(map(len, facts.values())) == 1


@pytest.mark.parametrize("name", ["in.ttl", "in.nt.gz", "in.rdf", "in.jsonld", "in.nq", "in.trig"])
def test_every_syntax(tmp_path: Path, name: str) -> None:
    data = "".join(line for line in DATA.splitlines(keepends=True) if '"01"' not in line)
    (tmp_path / "in.nt").write_text(data, "utf-8")
    graph = parse_rdf(tmp_path / "in.nt")
    formats = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nq": "nquads", "trig": "trig"}
    suffix = name.rpartition(".")[2]
    if suffix == "gz":
        (tmp_path / name).write_bytes(gzip.compress(data.encode()))
    elif suffix in ("nq", "trig"):
        (tmp_path / name).write_text(graph.serialize(format="nt"), "utf-8")
    else:
        graph.serialize(tmp_path / name, format=formats[suffix])
    assert isomorphic(closure_of(tmp_path / name), closure_of(tmp_path / "in.nt"))


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    for name in ("one.nt", "two.nt"):
        (tmp_path / name).write_text(f'_:x <http://x/in> "{name}" .\n', "utf-8")
    terms, facts = read([tmp_path / "one.nt", tmp_path / "two.nt"])
    assert len(set(closure_of_facts(terms, facts).asserted.subjects())) == 2


@pytest.mark.parametrize(
    ("lines", "number", "words"),
    [
        ("<http://x/a> <http://x/p> .", 2, "N-Triples"),
        ("<http://x/a> <http://x/p> <http://x/b>", 2, "N-Triples"),
        ('<http://x/a> "p" <http://x/b> .', 2, "N-Triples"),
        ('"a" <http://x/p> <http://x/b> .', 2, "N-Triples"),
        ("<http://x/a> _:p <http://x/b> .", 2, "N-Triples"),
        ("<a> <http://x/p> <http://x/b> .", 2, "N-Triples"),
        ('<http://x/a> <http://x/p> "b .', 2, "N-Triples"),
        ('<http://x/a> <http://x/p> "b"@ .', 2, "N-Triples"),
        ("<http://x/a> <http://x/p> <http://x/b> <http://x/g> .", 2, "N-Triples"),
        ("nonsense", 2, "N-Triples"),
    ],
)
def test_a_file_that_cannot_be_parsed(tmp_path: Path, lines: str, number: int, words: str) -> None:
    good = "<http://x/a> <http://x/p> <http://x/b> ."
    (tmp_path / "in.nt").write_text(f"{good}\n{lines}\n{good}\n", "utf-8")
    with pytest.raises(ProblemsError) as caught:
        read([tmp_path / "in.nt"])
    (problem,) = caught.value.problems
    assert problem.line == number
    assert words in problem.message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.nt").write_bytes(b'<http://x/a> <http://x/p> "\xe9" .\n')
    (tmp_path / "cut.nt.gz").write_bytes(gzip.compress(DATA.encode() * 100)[:-30])
    paths = [tmp_path / name for name in ("latin.nt", "cut.nt.gz", "none.nt", "x.doc")]
    with pytest.raises(ProblemsError) as caught:
        read([*paths, tmp_path])
    assert len(caught.value.problems) == 5


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NODES = st.from_regex(r"[a-z]+[0-9]{1,3}", fullmatch=True).map(BNode) | st.from_regex(
    r"http://x/[a-z\u00e9\u4e1c]{0,5}", fullmatch=True
).map(URIRef)
TERMS = (
    TEXT.map(Literal)
    | st.builds(lambda text: Literal(text, datatype=XSD.token, normalize=False), TEXT)
    | st.builds(lambda text: Literal(text, lang="zh-Hant"), TEXT)
    | NODES
)


@given(TERMS)
def test_spelling_and_parsing(node: Literal) -> None:
    text = write_term(node)
    assert read_term(text) == node
    assert canonicalize_term(text) == text
    assert "\n" not in text


@settings(max_examples=tries(40), deadline=None)
@given(st.lists(st.tuples(NODES, TERMS), max_size=8))
def test_files_and_graphs_have_one_closure(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[BNode, Literal]]
) -> None:
    graph = Graph().parse(data=DATA, format="nt")
    for subject, object_ in pairs:
        graph.add((subject, URIRef("http://x/p"), object_))
    path = tmp_path_factory.mktemp("files") / "in.nt"
    path.write_text("".join(" ".join(map(write_term, t)) + " .\n" for t in graph), "utf-8")
    found = closure_of_facts(*read([path])).inferred
    assert set(found) == set(materialize(graph).inferred)


SPELLED = [
    [Literal(text, datatype=type_, normalize=False) for text, type_ in pairs]
    for pairs in (
        [
            ("5", XSD.integer),
            ("05", XSD.integer),
            ("+5", XSD.byte),
            ("5", XSD.nonNegativeInteger),
            ("5.0", XSD.decimal),
        ],
        [("1", XSD.integer), ("1", XSD.nonNegativeInteger), ("1.", XSD.decimal)],
        [("5", XSD.double), ("5.0E0", XSD.double), ("500e-2", XSD.double)],
        [("5", XSD.float), ("0.5e1", XSD.float)],
        [("5", None), ("5", XSD.string), ("5", XSD.token), ("5", XSD.NMTOKEN)],
        [("true", XSD.boolean), ("1", XSD.boolean)],
        # One moment under two zones is equal and not identical: two values, two keys (OWL 2
        # Structural Specification sections 4.7 and 9.5).
        [("2020-07-20T00:00:00Z", XSD.dateTime), ("2020-07-19T24:00:00+00:00", XSD.dateTimeStamp)],
        [("2020-07-20T09:00:00+09:00", XSD.dateTime)],
        [("0F", XSD.hexBinary), ("0f", XSD.hexBinary)],
        [("5", URIRef("http://x/metre"))],
    )
]
"""Literals in groups of one value: that of those that are identical."""
SPELLED[4].append(Literal("5@", datatype=RDF.PlainLiteral, normalize=False))
SPELLED.append([Literal("5", lang="en"), Literal("5@EN", datatype=RDF.PlainLiteral)])
KEYED = f"""\
<http://x/C> <{OWL.hasKey}> _:k .
_:k <{RDF.first}> <http://x/key> .
_:k <{RDF.rest}> <{RDF.nil}> .
"""
GROUPED = [(number, literal) for number, group in enumerate(SPELLED) for literal in group]


@settings(max_examples=tries(60), deadline=None)
@given(st.lists(st.sampled_from(GROUPED), min_size=2, max_size=8), st.integers(0, 8))
def test_keys_are_compared_by_value(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[int, Literal]], half: int
) -> None:
    holders = [URIRef(f"http://x/{place}") for place in range(len(values))]
    data = [
        triple
        for holder, (_, value) in zip(holders, values, strict=True)
        for triple in (
            (holder, RDF.type, URIRef("http://x/C")),
            (holder, URIRef("http://x/key"), value),
        )
    ]
    expected = {
        (left, OWL.sameAs, right)
        for left, (group, _) in zip(holders, values, strict=True)
        for right, (other, _) in zip(holders, values, strict=True)
        if left != right and group == other
    }
    axioms = Graph().parse(data=KEYED, format="nt")
    path = tmp_path_factory.mktemp("files") / "in.nt"
    path.write_text(KEYED + "".join(" ".join(map(write_term, t)) + " .\n" for t in data), "utf-8")
    partly = path.with_name("part.nt")
    partly.write_text(
        KEYED + "".join(" ".join(map(write_term, t)) + " .\n" for t in data[: 2 * half]), "utf-8"
    )
    whole = axioms + Graph()
    for triple in data:
        whole.add(triple)
    for closure in (
        materialize(whole),
        closure_of_facts(*read([path])),
        closure_of_facts(*read([partly])).update(data[2 * half :]),
        closure_of_facts(*read([partly]))
        .update(data[2 * half :])
        .update(removed=data[:2])
        .update(data[:2]),
    ):
        assert closure.inconsistencies == []
        assert set(closure.inferred.triples((None, OWL.sameAs, None))) == expected


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("<http://x/a>", URIRef("http://x/a")),
        ("http://x/a", URIRef("http://x/a")),
        ("x:a", URIRef("http://x/a")),
        ("a", RDF.type),
        ('"v"@en', Literal("v", lang="en")),
        ("_:b", BNode("b")),
    ],
)
def test_terms_as_people_write_them(text: str, node: URIRef) -> None:
    assert resolve_term(text, {"x": "http://x/"}) == node


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "<a b>", '"v', "x:a> <b"),
        # N-Triples, IRIREF: an escape is for no character that may not stand there itself.
        *(r"<http://x/\u003e>", r"http://x/\u0020", r'"v"^^<http://x/\u003e>'),
        *(r'"\ud800"', r'"\U00110000"', r"<http://x/\U00110000>", r"<http://x/\UFFFFFFFF>"),
    ],
)
def test_what_is_no_term(text: str) -> None:
    with pytest.raises(TermSyntaxError):
        resolve_term(text, {"x": "http://x/"})


def test_numbers_of_terms_start_with_the_vocabulary() -> None:
    terms = NodeTerms()
    assert terms.node(0) == OWL.sameAs
    assert terms.number(RDF.type) == 1


# Commands


def test_reason_counts(small: Small) -> None:
    Path("in.nt").write_text(DATA, "utf-8")
    result = small.run("reason", "in.nt", "-o", "out.nt", "--json", "--stats")
    report = json.loads(result.stdout)
    assert (report["asserted"], report["inferred"], report["rules"]["prp-spo1"]) == (5, 4, 4)
    assert set(report["seconds"]) == {"read", "reason", "check", "write"}
    assert report["peak_memory"] > 1e6
    assert "prp-spo1" in result.stderr


def test_reason_by_owlrl_says_the_same(small: Small) -> None:
    Path("in.nt").write_text(DATA, "utf-8")
    rules = small.run("reason", "in.nt").stdout
    assert small.run("reason", "in.nt", "--engine", "owlrl").stdout == rules


@pytest.mark.parametrize(
    ("axiom", "words"),
    [
        (":r owl:propertyChainAxiom :l . :l rdf:first :p ; rdf:rest :l .", "cyclic"),
        (":r owl:propertyChainAxiom :l . :l rdf:first :p .", "does not end in rdf:nil"),
        (":C rdfs:subClassOf [ owl:unionOf ( :D :E ) ] .", "unionOf"),
    ],
)
def test_what_the_rules_cannot_see_is_named(small: Small, axiom: str, words: str) -> None:
    prefixes = (
        "@prefix : <http://x/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    )
    Path("in.ttl").write_text(f"{prefixes} {axiom} :C a owl:Class . :a :p :b .", "utf-8")
    result = small.run("reason", "in.ttl")
    assert result.exit_code == 0
    assert "(warning)" in result.stderr
    assert words in result.stderr


def test_explain_reaches_the_text(small: Small) -> None:
    words = ("id:a026", "eakg:recipient", "id:china")
    result = small.run("explain", *words)
    assert result.exit_code == 0
    assert "[asserted]" in result.stdout
    assert '"' in result.stdout


def test_explain_in_every_form(small: Small) -> None:
    words = ("id:mongolia", "eakg:entitledToAttend", "id:arf-som-2020-07-21")
    proof = json.loads(small.run("explain", *words, "--format", "json").stdout)
    assert proof["by"] == "prp-spo2"
    leaves, conclusions = [proof], set()
    while any(leaf["by"] != "asserted" for leaf in leaves):
        conclusions |= {str(leaf["triple"]) for leaf in leaves if leaf["by"] != "asserted"}
        leaves = [p for leaf in leaves for p in leaf.get("premises", [leaf])]
    assert all(leaf["graph"] and leaf["evidence"] for leaf in leaves)
    turtle = Graph().parse(data=small.run("explain", *words, "--format", "turtle").stdout)
    assert (None, RDF.type, PROV.Activity) in turtle
    assert len(set(turtle.subjects(PROV.wasGeneratedBy))) == len(conclusions) > 1


def test_explain_from_other_files(small: Small) -> None:
    Path("in.nt").write_text(DATA, "utf-8")
    words = ("<http://x/a>", "<http://x/q>", "<http://x/b>")
    result = small.run("explain", *words, "--data", "in.nt")
    assert re.search(r"\[prp-spo1\]\n.*subPropertyOf.*\[asserted\]\n\s+in in.nt", result.stdout)
    wrong = small.run("explain", "<http://x/b>", *words[1:], "--data", "in.nt")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert small.run("explain", "nonsense", *words[1:], "--data", "in.nt").exit_code == 2


def test_proofs_from_files_are_checked_like_others(tmp_path: Path) -> None:
    (tmp_path / "in.nt").write_text(DATA, "utf-8")
    closure = closure_of_facts(*read([tmp_path / "in.nt"]))
    for triple in closure.inferred:
        check(closure.explain(triple), closure.asserted)
    assert to_isomorphic(closure.asserted)
