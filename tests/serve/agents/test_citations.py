"""Citations of a text: those that the tools gave hold, and none does that was altered."""

import random
import re
from dataclasses import replace

import pytest

from eakg.serve.agents.citation import Citation, Source, citation_lines, terms_of
from eakg.serve.agents.citation_check import CitationCheck, SentenceFinding
from eakg.serve.agents.cited_text import read_cited_text
from eakg.serve.agents.service import OwnService
from eakg.serve.agents.tools import describe
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from helpers.holdings import FOLDER, small_contents
from helpers.patience import PATIENT
from helpers.tries import tries

ADDRESS = "http://graph.example"
SHIPS = """
@prefix : <https://w3id.org/eakg/id/> . @prefix s: <http://ships.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:zheng-he rdfs:label "Zheng He"@en ; s:commanded :fleet-1 , :fleet-2 .
:fleet-1 rdfs:label "First Treasure Fleet"@en ; s:left "1405-07-11"^^xsd:date ; s:ships 317 ;
  s:calledAt :malacca , :calicut .
:fleet-2 rdfs:label "Second Treasure Fleet"@en ; s:ships 249 ; s:calledAt :calicut .
:malacca rdfs:label "Malacca"@en , "满剌加"@zh . :calicut rdfs:label "Calicut"@en .
s:commanded rdfs:label "commanded"@en . s:left rdfs:label "left on"@en .
s:ships rdfs:label "number of ships"@en . s:calledAt rdfs:label "called at"@en .
"""
NAMES = ("Zheng He", "First Treasure Fleet", "Second Treasure Fleet", "Malacca", "Calicut")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> OwnService:
    path = tmp_path_factory.mktemp("ships") / "ships.ttl"
    path.write_text(SHIPS, encoding="utf-8")
    files = [*small_contents().files, GraphFile("https://w3id.org/eakg/graph/source/ships", path)]
    contents = read_contents([GraphFile(file.name, file.path) for file in files])
    known = tuple((str(file.name), str(file.path)) for file in contents.files)
    assert FOLDER.is_dir()
    return OwnService(
        create_app(Settings("", PATIENT, files=known), EmbeddedStore(contents)), ADDRESS
    )


@pytest.fixture(scope="module")
def text(service: OwnService) -> str:
    """A text as somebody writes it with what the tools gave: a sentence for each citation."""
    sentences, lines = [], []
    for thing in ("Zheng He", "First Treasure Fleet", "Second Treasure Fleet"):
        answer = describe(service, {"thing": thing, "closure": "asserted"}).members
        for citation in answer["citations"]:
            number = len(lines) + 1
            subject, predicate, object_ = citation["words"].split(" — ")
            sentences.append(f"The {subject} {predicate} {object_} [{number}].")
            lines.append(re.sub(r"^\[\d+\]", f"[{number}]", citation["line"]))
    assert len(lines) >= 10
    return "# Ships\n\n" + "\n".join(sentences) + "\n\n" + "\n".join(lines) + "\n"


def findings(service: OwnService, text: str) -> list[SentenceFinding]:
    return CitationCheck(service).check(read_cited_text(text))


@pytest.mark.slow
def test_what_the_tools_gave_is_supported(service: OwnService, text: str) -> None:
    assert {(one.verdict, one.reason) for one in findings(service, text)} == {("supported", "")}


def other(chance: random.Random, *words: str) -> str:
    return chance.choice([one for one in NAMES if one not in words])


def altered(chance: random.Random, text: str) -> tuple[str, int]:
    """A text with one sentence or one citation changed, and the number of that citation."""
    number = chance.randrange(1, text.count("<http") + 1)
    lines = text.splitlines()
    (line,) = (place for place, one in enumerate(lines) if one.startswith(f"[{number}] "))
    (said,) = (place for place, one in enumerate(lines) if one.endswith(f"[{number}]."))
    names = [one for one in NAMES if one in lines[said]]
    kinds = {
        "a name in the sentence": lambda: (
            said,
            lines[said].replace(names[0], other(chance, *names), 1),
        ),
        "a further name": lambda: (
            said,
            lines[said].replace(f" [{number}]", f" and {other(chance, *names)} [{number}]"),
        ),
        "a number": lambda: (said, lines[said].replace(f" [{number}]", f" with 318 [{number}]")),
        "a day": lambda: (
            said,
            lines[said].replace(f" [{number}]", f" on 12 July 1405 [{number}]"),
        ),
        "the mark": lambda: (said, lines[said].replace(f" [{number}]", "")),
        "the number of the mark": lambda: (said, lines[said].replace(f"[{number}]", "[99]")),
        "the words of the citation": lambda: (line, lines[line].replace(" — ", " — never ", 1)),
        "the triple of the citation": lambda: (
            line,
            re.sub(r"&o=[^>]*", "&o=%3Chttps%3A%2F%2Fw3id.org%2Feakg%2Fid%2Fjapan%3E", lines[line]),
        ),
        "the address of the citation": lambda: (line, re.sub(r"/explain\?", "/doc?", lines[line])),
        "the version": lambda: (line, re.sub(r"\([0-9a-f]+\)$", "(0123456789abcdef)", lines[line])),
        "what is quoted": lambda: (line, lines[line].replace(" <http", ' | "They sank." | <http')),
        "no line": lambda: (line, ""),
    }
    place, replacement = kinds[chance.choice(sorted(kinds))]()
    assert replacement != lines[place]
    lines[place] = replacement
    return "\n".join(lines), number


@pytest.mark.slow
def test_each_altered_citation_is_told(service: OwnService, text: str) -> None:
    chance = random.Random(22)
    for _ in range(tries(100)):
        changed, number = altered(chance, text)
        verdicts = {one.sentence.numbers: one.verdict for one in findings(service, changed)}
        assert sorted(verdicts.values()).count("supported") == len(verdicts) - 1, changed
        assert verdicts.get((number,), "not supported") != "supported"


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("The First Treasure Fleet left on 11 July 1405 [1].", "supported"),
        ("The First Treasure Fleet left in July 1405. [1]", "supported"),
        ("It left in 1405, the First Treasure Fleet [1]!", "supported"),
        ("The First Treasure Fleet left on 12 July 1405 [1].", "not supported"),
        ("The First Treasure Fleet left on 11 August 1405 [1].", "not supported"),
        ("The First Treasure Fleet, with 62 junks, left in July 1405 [1].", "not supported"),
        ("Zheng He left in July 1405 [1].", "not supported"),
        ("Somebody left [1].", "not supported"),
        ("The First Treasure Fleet left Malacca on 11 July 1405 [1].", "not supported"),
        ("The First Treasure Fleet 1405-07-11, 满剌加 [1].", "not supported"),
        ("The First Treasure Fleet left in July 1405.", "not supported"),
        ("The First Treasure Fleet left in July 1405 [2].", "not supported"),
    ],
)
def test_a_sentence_says_no_more_than_what_it_cites(
    service: OwnService, text: str, sentence: str, verdict: str
) -> None:
    (line,) = (one for one in text.splitlines() if one.startswith("[") and "left on" in one)
    line = re.sub(r"^\[\d+\]", "[1]", line)
    (finding,) = findings(service, f"{sentence}\n\n{line}\n")
    assert (finding.verdict, bool(finding.reason)) == (verdict, verdict != "supported")


@pytest.mark.slow
def test_what_changed_since_is_told(service: OwnService, text: str) -> None:
    past = re.sub(r"\([0-9a-f]+\)$", "(0123456789abcdef)", text, flags=re.MULTILINE)
    assert {one.verdict for one in findings(service, past)} == {"changed"}
    gone = past.replace("Fleet-1", "fleet-9").replace("fleet-1", "fleet-9")
    reasons = [one.reason for one in findings(service, gone) if one.verdict == "not supported"]
    assert reasons
    assert all("the data changed since" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("markdown", "sentences"),
    [
        ("One. [1] Two [2][3]. Three.", [("One.", (1,)), ("Two.", (2, 3)), ("Three.", ())]),
        ("- One [1]\n- Two [2, 3]\n", [("One", (1,)), ("Two", (2, 3))]),
        ("# Title\n\nOne\nline [1].\n", [("One line.", (1,))]),
        ("```\nnot this\n```\n| a | b |\n\nOne [1].", [("One.", (1,))]),
        ("One [1].\n\n[1] s — p — o <http://e.example/explain?s=a&p=b&o=c>\n", [("One.", (1,))]),
        ("", []),
    ],
)
def test_sentences_of_a_text(markdown: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    read = read_cited_text(markdown).sentences
    assert [(one.words, one.numbers) for one in read] == sentences


@pytest.mark.parametrize(
    "sentence",
    [
        'She said "no" | and <left>.',
        "a \\ b",
        "two\nlines",
        "中国",
        "[2] in brackets (3)",
        None,
    ],
)
def test_the_line_of_a_citation_is_read_as_it_was_written(sentence: str | None) -> None:
    triple = ("<http://e.example/a b>", "<http://e.example/p>", '"x > y"@en')
    place = "https://w3id.org/eakg/graph/background/ships#row=7"
    citation = Citation(
        3,
        triple,
        ("A|B", "sails", "x > y"),
        "asserted",
        (Source(sentence, place),),
        "http://e.example/explain?s=%3Chttp%3A%2F%2Fe.example%2Fa+b%3E"
        "&p=%3Chttp%3A%2F%2Fe.example%2Fp%3E&o=%22x+%3E+y%22%40en",
    )
    (line,) = citation_lines(citation.line("12ab"))
    assert (line.number, line.triple, line.words) == (3, triple, citation.wording)
    assert line.support == citation.sources[0].words
    assert line.version == "12ab"
    (other_line,) = citation_lines(replace(citation, sources=()).line(""))
    assert (other_line.support, other_line.version) == (None, "")


@pytest.mark.parametrize(
    "address",
    [
        "http://[e/explain?s=a&p=b&o=c",
        "http://e.example/doc?s=a&p=b&o=c",
        "http://e.example/explain?s=a&p=b",
        "http://e.example/explain?s=a&s=a&p=b&o=c",
        "explain",
    ],
)
def test_an_address_that_names_no_triple(address: str) -> None:
    assert terms_of(address) is None
