"""The commentary itself, annotated over its own words, which are not here: its annotations and our
record of it agree, and no sentence of it is in the repository.

Where its text is in the folder of the dossier, quotes are compared with it.
"""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from eakg.dataset.layout import Layout
from eakg.lift.mapping import read_mapping
from eakg.lift.meta import read_meta
from eakg.lift.record import lift_record
from eakg.names import EAKG, ID, OA
from eakg.text.withheld import TextFolder
from helpers.record import RECORD, Rows
from helpers.tries import SOAK

TWIN = "source-article-2020-07-23"
SHA256 = URIRef("https://schema.org/sha256")
SEQUENCES = Path(__file__).with_name("withheld_sequences.txt")
"""The digests of sequences of eight words of the commentary: those that follow each other in each
sentence, and its last eight; and the first three digits of the digests of their first words."""
LENGTH = 8

OURS_ALONE = {
    (ID["a036"], EAKG.underMechanism, ID["asean-china-10plus1"]),
    (ID["a062"], EAKG.beneficiary, ID["asean"]),
}
"""What the record says by its own sentence, and the commentary does not in that place: the seminars
within 10+1 cooperation, and ASEAN as those who gain from the Belt and Road."""
IN_WORDS = {RDFS.label, EAKG.dateText, EAKG.principle, EAKG.purpose}
"""What is told in words: names, which the record gives, and those of the commentary."""

ALIKE = {
    "to cambodia laos the philippines myanmar and malaysia",
    "is now the largest trading partner of china",
}
"""What the record and the commentary put alike, as there is one way to put it: a row of names, and
a fact. That they are found shows that others would be."""


def test_the_annotations_say_nothing_that_the_record_does_not(asserted: dict[str, Graph]) -> None:
    assert not set(asserted[TWIN]) - set(asserted[RECORD])


def test_what_the_record_says_the_annotations_say(asserted: dict[str, Graph]) -> None:
    missing = {
        triple
        for triple in set(asserted[RECORD]) - set(asserted[TWIN])
        if triple[1] not in IN_WORDS
    }
    of_mentions = {one for one in missing if one[1] == RDF.type}
    assert missing - of_mentions == OURS_ALONE
    # Those are of topics, and of what only the record names.
    events = set(asserted[RECORD].subjects(DCTERMS.identifier))
    assert not {thing for thing, _, _ in of_mentions} & events


def _paragraph(evidence: Graph, sentence: Node) -> int:
    paragraph = evidence.value(sentence, DCTERMS.isPartOf)
    return int(str(evidence.value(paragraph, EAKG.number)))


def test_each_row_rests_on_a_span_in_its_paragraph(
    acts: Rows, evidence: dict[str, Graph], asserted: dict[str, Graph]
) -> None:
    graph = evidence[TWIN]
    identifiers = set(asserted[TWIN].subject_objects(DCTERMS.identifier))
    assert identifiers == {(ID[row["slug"]], Literal(row["id"])) for row in acts}
    assert len(identifiers) == 70
    for row in acts:
        (statement,) = set(graph.subjects(RDF.subject, ID[row["slug"]])) & set(
            graph.subjects(RDF.object, Literal(row["id"]))
        )
        assert set(graph.objects(statement, EAKG.evidence))
        sentences = set(graph.objects(statement, EAKG.inSentence))
        assert {_paragraph(graph, one) for one in sentences} == {int(row["paragraph"])}, row["id"]


def test_the_paragraphs_are_those_that_the_record_retells(evidence: dict[str, Graph]) -> None:
    retold = {
        part for part in evidence[RECORD].objects(None, PROV.hadPrimarySource) if "/p" in part
    }
    paragraphs = set(evidence[TWIN].subjects(RDF.type, EAKG.Paragraph))
    assert paragraphs == retold
    assert len(paragraphs) == 12
    sentences = set(evidence[TWIN].subjects(RDF.type, EAKG.Sentence))
    assert {evidence[TWIN].value(one, DCTERMS.isPartOf) for one in sentences} == paragraphs


def test_its_words_are_nowhere_in_the_evidence(evidence: dict[str, Graph]) -> None:
    graph = evidence[TWIN]
    assert not set(graph.subjects(RDF.type, OA.TextQuoteSelector))
    for kind in (EAKG.TextSpan, EAKG.Sentence):
        parts = set(graph.subjects(RDF.type, kind))
        assert parts
        for part in parts:
            assert graph.value(part, RDF.value) is None
            assert re.fullmatch(r"[0-9a-f]{64}", str(graph.value(part, SHA256)))


def _digest(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def _sequences(text: str, starts: set[str], known: dict[str, bool]) -> Iterator[list[str]]:
    """The sequences of words of a text that begin as one of those may."""
    words = re.findall(r"[^\W_]+", text.casefold())
    known |= {word: _digest([word])[:3] in starts for word in {*words} - known.keys()}
    for place, word in enumerate(words[: len(words) - LENGTH + 1]):
        if known[word]:
            yield words[place : place + LENGTH]


def test_no_sentence_of_it_is_in_the_repository(repository: Path) -> None:
    """But for the evidence of tables, which has no words of its own, in all files; there too with
    EAKG_SOAK."""
    starts, digests = (set(line.split()) for line in SEQUENCES.read_text().splitlines())
    assert len(digests) > 100
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("no repository")
    known: dict[str, bool] = {}
    found = {
        (name, _digest(words))
        for name in listing.stdout.split("\0")
        if SOAK or not name.startswith("graph/evidence/") or RECORD in name or TWIN in name
        if (path := repository / name).is_file() and not path.is_symlink()
        for words in _sequences(path.read_text("utf-8", "replace"), starts, known)
        if _digest(words) in digests
    }
    assert {sequence for _, sequence in found} == {_digest(words.split()) for words in ALIKE}
    assert all(RECORD in name or name.endswith(Path(__file__).name) for name, _ in found)


def test_quotes_are_the_text(layout: Layout, evidence: dict[str, Graph], dossier: Path) -> None:
    folder = layout.sources / TWIN
    if not (dossier.parent / "source").is_dir():
        pytest.skip("its text is not here")
    texts = TextFolder(dossier.parent / "source")
    reference = read_meta(folder / "meta.toml", None).text
    assert reference is not None
    text = texts.find(reference.withheld)
    assert text is not None
    assert hashlib.sha256(text.encode()).hexdigest() == reference.withheld.sha256
    mapping = read_mapping(layout.mapping)
    result = lift_record(folder, mapping, texts=texts)
    graph = Graph()
    for triple in result.context:
        graph.add(triple)
    quotes = set(graph.subjects(RDF.type, OA.TextQuoteSelector))
    assert len(quotes) == len(set(graph.subjects(RDF.type, EAKG.TextSpan)))
    for quote in quotes:
        position = URIRef(str(quote).replace("/quote-", "/position-"))
        start, end = (int(str(graph.value(position, p))) for p in (OA.start, OA.end))
        assert str(graph.value(quote, OA.exact)) == text[start:end]
    for sentence in graph.subjects(RDF.type, EAKG.Sentence):
        words = str(graph.value(sentence, RDF.value))
        assert words in text
        assert _digest([words]) == str(evidence[TWIN].value(sentence, SHA256))
    starts, digests = (set(line.split()) for line in SEQUENCES.read_text().splitlines())
    assert digests == {_digest(words) for words in _sequences(text, starts, {})} & digests
