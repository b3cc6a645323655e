"""A remark: what is said of a place in the text of a query, before it is a finding of a file."""

from dataclasses import dataclass

from eakg.queries.lint.finding import FindingKind


@dataclass(frozen=True)
class Remark:
    """What is suspicious at an offset in a text, and of which kind it is."""

    offset: int
    message: str
    kind: FindingKind
