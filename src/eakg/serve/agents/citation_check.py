"""Whether what a text says is supported by what it cites.

No model reads the text. A citation holds where the graph has its triple, calls its terms so, and
has what it quotes among what supports it. A sentence is supported by citations that hold where it
names one of their things at least, and no thing, day or number that neither they nor what supports
them name. Which relation it says there is between these is not looked at.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from eakg.rdf import results_of
from eakg.serve.agents.answer import Grounds
from eakg.serve.agents.citation import Citation, CitationLine, Terms, plain
from eakg.serve.agents.cited_text import CitedSentence, CitedText
from eakg.serve.agents.service import Service
from eakg.serve.content import NAME_PROPERTIES
from eakg.text import days_in, fold

Verdict = Literal["supported", "changed", "not supported"]
_LONGEST_NAME = 12  # words
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w])")
_SYLLABLE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_SYLLABLE}]|[^\W{_SYLLABLE}](?:[^\W{_SYLLABLE}]|['’+.-](?=\w))*")
"""Words, and signs of scripts that write them without spaces."""
_NAMES = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT DISTINCT ?thing ?name
WHERE {
  ?thing ?property ?name .
  FILTER (isIRI(?thing) && ?property IN ($PROPERTIES))
  FILTER NOT EXISTS {
    VALUES ?kind { rdfs:Class owl:Class owl:ObjectProperty owl:DatatypeProperty }
    ?thing a ?kind
  }
}"""


@dataclass(frozen=True)
class CitationFinding:
    """Whether a citation holds, why not, and what the graph has in its place."""

    line: CitationLine
    verdict: Verdict
    reason: str
    citation: Citation | None = None


@dataclass(frozen=True)
class SentenceFinding:
    """Whether a sentence is supported, and why not."""

    sentence: CitedSentence
    verdict: Verdict
    reason: str

    @property
    def members(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "line": self.sentence.line,
            "sentence": self.sentence.words,
            "citations": list(self.sentence.numbers),
            "verdict": self.verdict,
            **({"reason": self.reason} if self.reason else {}),
        }


@dataclass
class CitationCheck:
    """Looks citations up at a service. The methods raise ServiceRefusalError and StoreError.

    Argument: the service.
    """

    service: Service
    _findings: dict[CitationLine, CitationFinding] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """The version of the data."""
        return self.service.get("/sparql", [("query", "ASK {}"), ("format", "json")]).version

    def check(self, text: CitedText) -> list[SentenceFinding]:
        """What is to be said of each sentence of a text."""
        return [self._sentence(one, text) for one in text.sentences]

    def citation(self, line: CitationLine) -> CitationFinding:
        """Whether a citation holds."""
        if line not in self._findings:
            self._findings[line] = self._look_up(line)
        return self._findings[line]

    def _look_up(self, line: CitationLine) -> CitationFinding:
        mark = f"[{line.number}]"
        if line.triple is None:
            reason = f"{mark} has no address of a proof, which names its triple"
            return CitationFinding(line, "not supported", reason)
        is_past = line.version != self.version
        citation = self._in_graph(line.triple)
        if citation is None:
            reason = f"the graph does not have the triple of {mark}"
            return self._denied(line, reason, is_past=is_past)
        if line.words != citation.wording:
            reason = f"{mark} is in the words of the graph: {citation.wording}"
            return self._denied(line, reason, is_past=is_past)
        if line.support is not None and line.support not in {one.words for one in citation.sources}:
            reason = f"what supports {mark} is not {line.support}"
            return self._denied(line, reason, is_past=is_past)
        if is_past:
            reason = f"{mark} holds, of data that changed since {line.version or '(no version)'}"
            return CitationFinding(line, "changed", reason, citation)
        return CitationFinding(line, "supported", "", citation)

    def _denied(self, line: CitationLine, reason: str, *, is_past: bool) -> CitationFinding:
        since = f" (it is of version {line.version or '(none)'}, and the data changed since)"
        return CitationFinding(line, "not supported", reason + (since if is_past else ""))

    def _in_graph(self, triple: Terms) -> Citation | None:
        """The citation of a triple as the graph has it."""
        subject, _, object_ = triple
        grounds = Grounds(self.service)
        query = [("term", subject), ("term", object_), ("format", "json")]
        for document in grounds.get("/sparql/row", query)["triples"]:
            terms = document["triple"]
            if (terms["s"], terms["p"], terms["o"]) == triple:
                grounds.cite(document, every_source=True)
                return next(iter(grounds.citations.values()))
        return None

    def _sentence(self, sentence: CitedSentence, text: CitedText) -> SentenceFinding:
        missing = [one for one in sentence.numbers if one not in text.citations]
        doubtful = [one for one in sentence.numbers if one in text.repetitions]
        if not sentence.numbers:
            return SentenceFinding(sentence, "not supported", "it has no citation")
        if missing:
            return SentenceFinding(
                sentence, "not supported", f"there is no line for [{missing[0]}]"
            )
        if doubtful:
            reason = f"there are several lines for [{doubtful[0]}]"
            return SentenceFinding(sentence, "not supported", reason)
        findings = [self.citation(text.citations[one]) for one in sentence.numbers]
        for finding in findings:
            if finding.verdict == "not supported":
                return SentenceFinding(sentence, "not supported", finding.reason)
        citations = [one.citation for one in findings if one.citation is not None]
        if reason := "; ".join(self._surplus(sentence.words, citations)):
            return SentenceFinding(sentence, "not supported", reason)
        reasons = [finding.reason for finding in findings if finding.verdict == "changed"]
        return SentenceFinding(sentence, "changed" if reasons else "supported", "; ".join(reasons))

    def _surplus(self, words: str, citations: Iterable[Citation]) -> Iterator[str]:
        """What a sentence says that none of its citations does."""
        texts, things = [], set()
        for citation in citations:
            texts += [*citation.words, *(one for one in citation.triple if one.startswith('"'))]
            texts += [one.sentence for one in citation.sources if one.sentence]
            things |= {citation.triple[0], citation.triple[2]}
        cited_text = " ".join(map(plain, texts))
        cited_words = f" {fold(cited_text)} "
        names = {name for name, owners in self._names_in(words) if not owners & things}
        foreign = sorted(name for name in names if f" {fold(name)} " not in cited_words)
        if foreign:
            yield f"it names {', '.join(foreign)}, of which what it cites says nothing"
        if surplus := sorted(_days(words, cited_text)):
            yield f"it has the day {', '.join(surplus)}, which what it cites has not"
        days = [(one.start, one.end) for one in days_in(words)]
        if numbers := sorted(_numbers(words, days) - _numbers(cited_text)):
            yield f"it has the number {', '.join(map(str, numbers))}, which what it cites has not"
        if not foreign and not self._speaks_of(words, citations, things):
            yield "it names none of the things that it cites"

    def _speaks_of(self, words: str, citations: Iterable[Citation], things: set[str]) -> bool:
        if any(owners & things for _, owners in self._names_in(words)):
            return True
        sentence_words = f" {fold(words)} "
        ends = [end for one in citations for end in (one.words[0], one.words[2])]
        return any(fold(end) and f" {fold(end)} " in sentence_words for end in ends)

    def _names_in(self, words: str) -> list[tuple[str, set[str]]]:
        """The longest names of things in a sentence, as it writes them, and the things of each."""
        tokens = [*_TOKEN.finditer(words)]
        names, start = [], 0
        while start < len(tokens):
            for end in range(min(start + _LONGEST_NAME, len(tokens)), start, -1):
                name = words[tokens[start].start() : tokens[end - 1].end()]
                owners = self._owners.get(fold(name))
                if owners and _has_capital(name):
                    names.append((name, owners))
                    start = end
                    break
            else:
                start += 1
        return names

    @cached_property
    def _owners(self) -> Mapping[str, set[str]]:
        """The things of the data by their folded names."""
        properties_text = ", ".join(f"<{one}>" for one in NAME_PROPERTIES)
        text = _NAMES.replace("$PROPERTIES", properties_text)
        query = [("query", text), ("closure", "asserted"), ("format", "json")]
        results = results_of(self.service.get("/sparql", query).document)
        owners: dict[str, set[str]] = {}
        if not isinstance(results, bool):
            for row in results.rows:
                # What is no name by itself, as "praise", may begin a sentence.
                if not _has_capital(str(row["name"])):
                    continue
                owners.setdefault(fold(str(row["name"])), set()).add(f"<{row['thing']}>")
        return owners


def _has_capital(name: str) -> bool:
    """Whether words are written as a name: with a capital, or in a script that has none."""
    letters = [one for one in name if one.isalpha()]
    return any(one.isupper() or one.lower() == one.upper() for one in letters)


def _days(words: str, cited_text: str) -> set[str]:
    """The days of a sentence that have no day of what is cited_text in them."""
    intervals = [_interval(one.value) for one in days_in(cited_text)]
    return {
        day.words
        for day in days_in(words)
        if not any(_holds(_interval(day.value), other) for other in intervals)
    }


def _interval(value: str) -> tuple[str, str]:
    first, _, last = value.partition("/")
    return first, last or first


def _holds(outer: tuple[str, str], inner: tuple[str, str]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _numbers(words: str, passed_over: Iterable[tuple[int, int]] = ()) -> set[Decimal]:
    """The numbers of a text, but for those in some spans of it."""
    spans = tuple(passed_over)
    return {
        Decimal(match[0].replace(",", ""))
        for match in _NUMBER.finditer(words)
        if not any(start <= match.start() < end for start, end in spans)
    }
