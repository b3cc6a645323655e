"""A citation of an answer: a triple, its words, what supports it, and the line that says so.

[1] China — chaired by — Wu Jianghao: "Wu Jianghao chaired ..." <https://.../explain?...> (3b9e)
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

Terms = tuple[str, str, str]
"""A triple with its terms in N-Triples."""
EXPLAIN = "/explain"
_LINE = re.compile(
    r"\s*(?:[-*]\s+)?\[(?P<number>[0-9]{1,18})\]:?\s+(?P<words>.*?)\s*(?:\|(?P<support>.*?)\|)?\s*"
    r"<(?P<address>[^<>\s]+)>\s*(?:\((?P<version>[^()\s]*)\))?\s*"
)
_QUOTE = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ROW = "#row="
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Source:
    """What supports a triple: the sentence that says so, or None for a row or an axiom; where that
    is; which sources it cites."""

    sentence: str | None
    place: str
    cites: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The sentence in quotation marks, or the place in words, on one line."""
        if self.sentence is not None:
            return quotation(self.sentence)
        name = self.place.rstrip("/").rpartition("/")[2]
        table, mark, row = name.partition(_ROW)
        return f"row {row} of {table}" if mark else name.replace("|", "/")

    @property
    def members(self) -> dict[str, Any]:
        """As JSON."""
        words = {} if self.sentence is None else {"sentence": self.sentence}
        return {**words, "place": self.place, **({"cites": list(self.cites)} if self.cites else {})}


@dataclass(frozen=True)
class Citation:
    """A triple that an answer rests on, by its number.

    `words` are those of its terms; `by` tells whether it is asserted or inferred, `sources` what
    supports it, or what supports that from which it follows; `proof` is the address of its proof.
    """

    number: int
    triple: Terms
    words: Terms
    by: str
    sources: tuple[Source, ...]
    proof: str

    def line(self, version: str) -> str:
        """The citation as a line of a text."""
        support = f" | {self.sources[0].words} |" if self.sources else ""
        end = f" ({version})" if version else ""
        return f"[{self.number}] {self.wording}{support} <{self.proof}>{end}"

    @property
    def wording(self) -> str:
        """The words of its terms on one line."""
        return " — ".join(plain(one).replace("|", "/") for one in self.words)

    def members(self, version: str) -> dict[str, Any]:
        """As JSON."""
        return {
            "number": self.number,
            "triple": dict(zip("spo", self.triple, strict=True)),
            "words": self.wording,
            "by": self.by,
            "sources": [source.members for source in self.sources],
            "proof": self.proof,
            "line": self.line(version),
        }


@dataclass(frozen=True)
class CitationLine:
    """A citation as a text has it: its number, the triple that its address names (None where it
    names none), its words, what it says supports it (a sentence in quotation marks, or a place;
    None where it says nothing), the version of the data, and its line in the file."""

    number: int
    triple: Terms | None
    words: str
    support: str | None
    version: str
    address: str
    line: int


def citation_lines(text: str) -> Iterator[CitationLine]:
    """The lines of a text that are citations."""
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        support = match["support"]
        yield CitationLine(
            int(match["number"]),
            terms_of(match["address"]),
            plain(match["words"]),
            None if support is None else _plain_support(support),
            match["version"] or "",
            match["address"],
            number,
        )


def terms_of(address: str) -> Terms | None:
    """The triple of the address of a proof, None for another address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    values = parse_qs(parts.query)
    if not parts.path.endswith(EXPLAIN) or any(len(values.get(name, ())) != 1 for name in "spo"):
        return None
    return values["s"][0], values["p"][0], values["o"][0]


def proof_address(service: str, triple: Terms) -> str:
    """The address of the proof of a triple at a service."""
    return f"{service}{EXPLAIN}?{urlencode(dict(zip('spo', triple, strict=True)))}"


def plain(words: str) -> str:
    """Words on one line, with single spaces."""
    return _SPACE.sub(" ", words).strip()


def quotation(sentence: str) -> str:
    """A sentence in quotation marks, on one line without the sign that parts a citation."""
    words = plain(sentence).replace("\\", "\\\\").replace('"', '\\"').replace("|", "/")
    return f'"{words}"'


def _plain_support(words: str) -> str:
    quote = _QUOTE.fullmatch(words)
    return plain(words) if quote is None else quotation(_ESCAPED.sub(r"\1", quote[1]))


def sources_of(items: Iterable[Mapping[str, Any]]) -> Iterator[Source]:
    """The sources that items of evidence tell, as the JSON of a proof has them; those in one place
    are one."""
    places: dict[tuple[str | None, str], list[str]] = {}
    for item in items:
        if "table" in item:
            key = (None, f"{item['table']}{_ROW}{item['row']}")
        elif "ontology" in item:
            key = (None, item["ontology"])
        else:
            key = (item.get("sentence") or item.get("exact"), item.get("document", ""))
        cited = places.setdefault(key, [])
        cited += [item[name] for name in ("source", "primarySource") if name in item]
    for (sentence, place), cited in places.items():
        yield Source(sentence, place, tuple(dict.fromkeys(cited)))
