"""Lifting of a record: spans, sentences, claims and names, whatever the file counts."""

from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD

from eakg.names import EAKG, ID, OA
from helpers.small_dataset import Small

SPAN = "note/{}/span"


def graphs(small: Small) -> tuple[Graph, Graph]:
    result = small.build()
    assert result.exit_code == 0, result.output
    return Graph().parse("graph/asserted/note.ttl"), Graph().parse("graph/evidence/note.ttl")


def quotes(evidence: Graph, mention: str) -> list[tuple[int, int, str]]:
    found = []
    span = ID[SPAN.format(mention)]
    for number in range(1, 1 + len(list(evidence.objects(span, OA.hasSelector))) // 2):
        position, quote = (URIRef(f"{span}/{kind}-{number}") for kind in ("position", "quote"))
        assert (position, RDF.type, OA.TextPositionSelector) in evidence
        assert (quote, RDF.type, OA.TextQuoteSelector) in evidence
        start, end = (int(str(evidence.value(position, p))) for p in (OA.start, OA.end))
        found.append((start, end, str(evidence.value(quote, OA.exact))))
    return found


def statement(evidence: Graph, *triple: Node) -> Node:
    (node,) = (
        node
        for node in evidence.subjects(RDF.type, RDF.Statement)
        if [evidence.value(node, p) for p in (RDF.subject, RDF.predicate, RDF.object)]
        == list(triple)
    )
    return node


def test_an_event_with_its_roles_and_names(small: Small) -> None:
    asserted, _ = graphs(small)
    assert set(asserted.predicate_objects(ID.gift)) == {
        (RDF.type, EAKG.MaterialAid),
        (RDFS.label, Literal("Masks given by Japan to Laos", lang="en")),
        (EAKG.agent, ID.japan),
        (EAKG.recipient, ID.laos),
        (EAKG.goods, ID["goods-masks"]),
        (EAKG.dateText, Literal("5 March 2020", lang="en")),
        (EAKG.notBefore, Literal("2020-03-05", datatype=XSD.date)),
        (EAKG.notAfter, Literal("2020-03-05", datatype=XSD.date)),
        (EAKG.modality, ID["modality-reported-fact"]),
        (EAKG.voice, ID["voice-article"]),
    }


def test_a_figure_keeps_its_number_as_it_is_written(small: Small) -> None:
    small.replace("note.ann", "QUANTITY:5.6_percent", "QUANTITY:5.60_percent")
    asserted, _ = graphs(small)
    quantity = asserted.value(ID.growth, EAKG.quantity)
    assert quantity == ID["note/T12/quantity"]
    text = Path("graph/asserted/note.ttl").read_text("utf-8")
    assert "eakg:numericValue 5.60 ;" in text
    assert asserted.value(quantity, EAKG.unit) == ID["unit-percent"]


def test_a_statement_leads_to_words_and_sentence(small: Small) -> None:
    _, evidence = graphs(small)
    node = statement(evidence, ID.gift, EAKG.recipient, ID.laos)
    assert set(evidence.objects(node, EAKG.evidence)) == {ID["note/T2/span"], ID["note/T4/span"]}
    (sentence,) = evidence.objects(node, EAKG.inSentence)
    assert sentence == ID["note/p1/s1"]
    words = "Japan gave masks to Laos on 5 March 2020."
    assert evidence.value(sentence, RDF.value) == Literal(words, lang="en")
    assert evidence.value(node, PROV.wasDerivedFrom) == ID["note/E1"]


def test_empty_lines_between_paragraphs_do_not_count(small: Small) -> None:
    _, evidence = graphs(small)
    assert (ID["note/T12/span"], EAKG.inSentence, ID["note/p2/s2"]) in evidence
    assert (ID["note/p3"], None, None) not in evidence


def test_a_mention_in_two_pieces_has_two_pairs_of_selectors(small: Small) -> None:
    small.replace("note.ann", "T3\tGoods 11 16\tmasks", "T3\tGoods 6 10;11 16\tgave masks")
    _, evidence = graphs(small)
    assert quotes(evidence, "T3") == [(6, 16, "gave masks")]
    small.replace("note.ann", "6 10;11 16\tgave masks", "0 5;11 16\tJapan masks")
    _, evidence = graphs(small)
    assert quotes(evidence, "T3") == [(0, 5, "Japan"), (11, 16, "masks")]


@pytest.mark.parametrize("prefix", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("unit", ["code points", "utf-16-le", "utf-8"])
def test_quotes_are_code_points_of_the_text_whatever_the_file_counts(
    small: Small, prefix: str, newline: str, unit: str
) -> None:
    text = (prefix + "日本 \U0001f1ef\U0001f1f5 Japan gave." + "\n" + "Laos said.").replace(
        "\n", newline
    )
    lines = []
    for number, words in enumerate(("Japan", "Laos"), 1):
        start = text.index(words)
        if unit != "code points":
            width = 2 if unit == "utf-16-le" else 1
            start = len(text[:start].encode(unit)) // width
        lines.append(f"T{number}\tState {start} {start + len(words)}\t{words}\n")
        lines.append(f"N{number}\tReference T{number} EAKG:{words.lower()}\t{words}\n")
    small.path("note.txt").write_bytes(text.encode())
    small.path("note.ann").write_text("".join(lines), "utf-8")
    _, evidence = graphs(small)
    for number, words in enumerate(("Japan", "Laos"), 1):
        ((start, end, exact),) = quotes(evidence, f"T{number}")
        assert text[start:end] == exact == words
    assert small.run("validate", ".").exit_code == 0


def test_a_claim_in_the_document_s_own_voice_is_the_document_s(small: Small) -> None:
    asserted, _ = graphs(small)
    assert list(asserted.objects(ID["gift-judged"], EAKG.claimant)) == [ID.note]
    assert (ID.growth, EAKG.claimant, None) not in asserted
    assert (ID.gift, EAKG.claimant, None) not in asserted


def test_a_claim_that_a_record_retells_is_the_retold_document_s(small: Small) -> None:
    small.append(
        "meta.toml",
        '[retells]\ndocument = "article"\ntitle = "An article"\ndate = 2020-03-01\n'
        'addresses = ["https://example.org/a"]\n[retells.paragraphs]\n1 = 3\n2 = 4',
    )
    asserted, evidence = graphs(small)
    assert list(asserted.objects(ID["gift-judged"], EAKG.claimant)) == [ID.article]
    assert (ID["note/p2"], PROV.hadPrimarySource, ID["article/p4"]) in evidence
    assert (ID["article/p4"], DCTERMS.isPartOf, ID.article) in evidence
    assert (ID["note/p1"], PROV.hadPrimarySource, ID["article/p4"]) not in evidence


def test_a_record_in_parts(small: Small) -> None:
    whole = small.path("note.ann")
    before = graphs(small)
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    small.path("note.a1").write_text("".join(x for x in lines if x[0] == "T"), "utf-8")
    small.path("note.a2").write_text("".join(x for x in lines if x[0] != "T"), "utf-8")
    whole.unlink()
    after = graphs(small)
    assert [set(graph) for graph in after] == [set(graph) for graph in before]


def test_an_event_without_a_slug_is_named_after_its_annotation(small: Small) -> None:
    small.replace("note.ann", "N10\tReference E1 EAKG:gift\tMasks given by Japan to Laos\n", "")
    asserted, _ = graphs(small)
    assert (ID["note/E1"], RDF.type, EAKG.MaterialAid) in asserted
    assert (ID["gift-judged"], EAKG.about, ID["note/E1"]) in asserted


def test_words_and_sentences_are_in_the_language_of_the_document(small: Small) -> None:
    text = "Japan\u9001\u7ed9Laos\u53e3\u7f69\u3002ASEAN\u611f\u8c22\u3002\n"
    lines = [
        *("T1\tState 0 5\tJapan", "T2\tMaterialAid 5 7\t\u9001\u7ed9", "T3\tState 7 11\tLaos"),
        *("T4\tGoods 11 13\t\u53e3\u7f69", "T5\tDate 19 21\t\u611f\u8c22"),
        *(
            "E1\tMaterialAid:T2 Agent:T1 Recipient:T3 Goods:T4 Time:T5",
            "A1\tModality E1 reported-fact",
        ),
        *("A2\tVoice E1 article", "N1\tReference T1 EAKG:japan\tJapan"),
        *("N2\tReference T3 EAKG:laos\tLaos", "N3\tReference T4 EAKG:goods-masks\tmasks"),
        "N4\tReference E1 EAKG:gift\t\u8d60\u9001",
    ]
    small.path("note.txt").write_text(text, "utf-8")
    small.path("note.ann").write_text("\n".join(lines) + "\n", "utf-8")
    small.replace("graph/sources/note/meta.toml", 'language = "en"', 'language = "zh"')
    asserted, evidence = graphs(small)
    said = asserted.value(ID.gift, EAKG.dateText), asserted.value(ID.gift, RDFS.label)
    assert said == (Literal("\u611f\u8c22", lang="zh"), Literal("\u8d60\u9001", lang="zh"))
    sentences = {str(one) for one in evidence.objects(None, RDF.value) if len(one) < 20}
    assert {one for one in sentences if one.endswith("\u3002")} == {
        "Japan\u9001\u7ed9Laos\u53e3\u7f69\u3002",
        "ASEAN\u611f\u8c22\u3002",
    }
