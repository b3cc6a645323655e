"""XML literals in exclusive canonical form, so that each is XML by itself.

Specification: RDF 1.1 XML Syntax section 7.2.17; Exclusive XML Canonicalization 1.0, with comments
and without inclusive namespaces.
"""

from collections.abc import Iterator, Mapping, Sequence

from eakg.rdf.documents.faults import xml_error

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


class CanonicalXml:
    """The content of a literal, written as it comes; `size` counts its characters."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[str] = []
        self._rendered: list[Mapping[str, str]] = [{}]

    def __str__(self) -> str:
        return "".join(self._pieces)

    def start(
        self, name: str, attributes: Sequence[str], namespaces: Mapping[str, str], line: int
    ) -> None:
        """An element begins.

        Arguments: its name as written; names and values of its attributes in turn; the namespaces
        in force there by their prefixes; the line in the document.
        """
        pairs = [
            (attribute, attributes[place + 1])
            for place, attribute in enumerate(attributes)
            if not place % 2 and attribute.partition(":")[0] != "xmlns"
        ]
        prefixes = {attribute.partition(":")[0] for attribute, _ in pairs if ":" in attribute}
        prefixes.add(name.rpartition(":")[0])
        for prefix in prefixes:
            if prefix and prefix not in namespaces:
                raise xml_error(
                    line,
                    f"the prefix {prefix}: is not declared",
                    f'declare it: xmlns:{prefix}="..."',
                )
        declarations = list(self._declarations(prefixes, namespaces))
        self._rendered.append({**self._rendered[-1], **dict(declarations)})

        def place(pair: tuple[str, str]) -> tuple[str, str]:
            prefix, _, local = pair[0].rpartition(":")
            return namespaces[prefix] if prefix else "", local

        parts = [f'xmlns{":" if p else ""}{p}="{u.translate(_VALUE)}"' for p, u in declarations]
        parts += [f'{n}="{value.translate(_VALUE)}"' for n, value in sorted(pairs, key=place)]
        self._write(f"<{' '.join([name, *parts])}>")

    def _declarations(
        self, prefixes: set[str], namespaces: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        rendered = self._rendered[-1]
        for prefix in sorted(prefixes - {"xml"}):
            namespace = namespaces.get(prefix, "")
            if rendered.get(prefix, "") != namespace:
                yield prefix, namespace

    def end(self, name: str) -> None:
        """An element ends."""
        self._rendered.pop()
        self._write(f"</{name}>")

    def text(self, words: str) -> None:
        """Text stands there."""
        self._write(words.translate(_TEXT))

    def comment(self, words: str) -> None:
        """A comment stands there."""
        self._write(f"<!--{words}-->")

    def instruction(self, target: str, words: str) -> None:
        """A processing instruction stands there."""
        self._write(f"<?{target} {words}?>" if words else f"<?{target}?>")

    def _write(self, piece: str) -> None:
        self.size += len(piece)
        self._pieces.append(piece)
