"""Where evidence is seen: the place of a passage in its document, of a row in its table."""

import re

_ROW = re.compile(r"#row=([1-9][0-9]{0,17})\Z")


def anchor_of(iri: str, document: str) -> str:
    """The anchor of a part of a document in its reading page: `T43`, or `p4.s1`."""
    path = iri.removeprefix(f"{document}/").removesuffix("/span")
    return path.replace("/", ".")


def row_anchor(number: int) -> str:
    """The fragment that names a row of a table (RFC 7111, section 2.1)."""
    return f"row={number}"


def row_number(address: str) -> int | None:
    """The row that an address names by its fragment, None where it names none (RFC 7111, section
    2.1)."""
    match = _ROW.search(address)
    return int(match[1]) if match else None
