"""What supports a triple in the forms of the interfaces: JSON, and lines for people."""

from collections.abc import Callable, Iterator
from typing import Any

from eakg.evidence.support import Axiom, Evidence, Passage, Support, TableRow


def support_json(support: Support) -> dict[str, Any]:
    """What supports a triple in the JSON of the HTTP interface.

    The `graph` and `file` that assert it, and `evidence`: items of `document`, `annotation`,
    `start`, `end`, `exact`, `sentence`, `sha256`, `primarySource`, or of `table`, `row`, `source`,
    or of `ontology`; what is not known is left out. There is an item for each source: a row that
    cites two pages gives two items, which differ by `source` alone, and so does a passage that
    retells two paragraphs, by `primarySource`. Empty for a triple that is in no graph.
    """
    if not support.homes:
        return {}
    home = support.homes[0]
    file = {} if home.file is None else {"file": str(home.file)}
    evidence = [item for one in support.evidence for item in evidence_json(one)]
    return {"graph": str(home.graph), **file, "evidence": evidence}


def evidence_json(evidence: Evidence) -> Iterator[dict[str, Any]]:
    """A piece of evidence as items of JSON, one for each source that it names."""
    match evidence:
        case Axiom(graph, file):
            yield {"ontology": str(file or graph)}
        case TableRow():
            item: dict[str, Any] = {"table": str(evidence.table), "row": evidence.number}
            for source in evidence.sources:
                yield item | {"source": str(source)}
            if not evidence.sources:
                yield item
        case Passage():
            item = _passage_json(evidence)
            for original in evidence.originals:
                yield item | {"primarySource": str(original)}
            if not evidence.originals:
                yield item


def place_by_name(evidence: Evidence) -> str:
    """The place of evidence by the names of the graph: of its annotation, table or ontology."""
    match evidence:
        case Axiom(graph, file):
            return f"in {file or graph}"
        case TableRow():
            return f"row {evidence.number} of {evidence.table}"
        case Passage():
            return str(evidence.annotation or evidence.span)


def support_lines(support: Support, place: Callable[[Evidence], str] = place_by_name) -> list[str]:
    """What supports a triple, in lines for people: one for each axiom, annotation and row, with the
    sentence, the words in it that are annotated, and all sources that a row cites.

    Arguments: what supports it; how to name the place of a piece of evidence.
    """
    lines: dict[str, list[str]] = {}
    for evidence in support.evidence:
        words = lines.setdefault(f"{place(evidence)}{_quotation(evidence)}", [])
        if isinstance(evidence, Passage) and evidence.sentence and evidence.exact:
            words.append(f'"{evidence.exact}"')
    return [
        f"{line} ({', '.join(dict.fromkeys(words))})" if words else line
        for line, words in lines.items()
    ]


def _passage_json(passage: Passage) -> dict[str, Any]:
    item: dict[str, Any] = {
        "document": str(passage.document or ""),
        "annotation": str(passage.annotation or ""),
    }
    if passage.fragments:
        item |= {
            "start": passage.fragments[0][0],
            "end": max(end for _, end in passage.fragments),
        }
    words = {"exact": passage.exact, "sentence": passage.sentence, "sha256": passage.sha256}
    return item | {name: str(text) for name, text in words.items() if text}


def _quotation(evidence: Evidence) -> str:
    match evidence:
        case TableRow() if evidence.sources:
            return f", from {', '.join(map(str, evidence.sources))}"
        case Passage():
            if not evidence.words and evidence.whereabouts:
                return f", {evidence.whereabouts}; the text is not shipped"
            return f': "{evidence.words}"'
    return ""
