"""Annotations on their way to a record: whether they are whole yet, and right, or not."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eakg.problems import Problem
from eakg.text.annotation import Identified, Span, Standoff, TextBound
from eakg.text.configuration import Configuration
from eakg.text.conformance import check
from eakg.text.document import Document
from eakg.text.offsets import Dialect, align, offset_scale
from eakg.text.standoff import parse_contents


@dataclass(frozen=True)
class Draft:
    """What a file of annotations holds, or is to hold, over a document.

    `content` is its text, and `standoff` what its lines say. `mentions` are those of it whose words
    the document has where they are said to be, with fragments in code points whatever the file
    counts, which `dialect` says. `problems` are all that is wrong, but for what is not there yet.
    """

    path: Path
    content: str
    document: Document
    configuration: Configuration | None
    standoff: Standoff
    mentions: tuple[TextBound, ...]
    dialect: Dialect
    problems: tuple[Problem, ...]

    @classmethod
    def of(
        cls, path: Path, content: str, document: Document, configuration: Configuration | None
    ) -> "Draft":
        """The draft that a text of annotations is. Arguments: its file; the text; the document; the
        configuration, if any."""
        roles = configuration.roles if configuration else None
        standoff, problems = parse_contents([(path, content)], roles)
        alignment = align(document.text, standoff.of(TextBound))
        if configuration:
            problems += check(standoff, configuration, is_whole=False)
        problems += alignment.problems
        return cls(
            path,
            content,
            document,
            configuration,
            standoff,
            alignment.mentions,
            alignment.dialect,
            tuple(problems),
        )

    def with_content(self, content: str) -> "Draft":
        """The draft that another text of the same file is."""
        return Draft.of(self.path, content, self.document, self.configuration)

    def annotation(self, identifier: str) -> Identified | None:
        """The annotation with an id, if there is one."""
        return self.standoff.by_id.get(identifier)

    def offsets(self, fragments: tuple[Span, ...]) -> tuple[Span, ...]:
        """Fragments in code points as the file counts them."""
        scale = self._scale
        return tuple((scale[start], scale[end]) for start, end in fragments)

    @cached_property
    def _scale(self) -> list[int]:
        return offset_scale(self.document.text, self.dialect)

    def faults(self, before: "Draft") -> list[str]:
        """What is wrong here and was not before, in words, wherever in the file it stood."""
        messages = {problem.message for problem in before.problems}
        return [problem.message for problem in self.problems if problem.message not in messages]
