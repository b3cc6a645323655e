"""An edit of a file that was changed in the meantime: both sides, for people to choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from eakg.serve.annotator.workspace import ConflictError, EditFunction
from eakg.text import EditError


@dataclass(frozen=True)
class LineChange:
    """A line that was taken away from a file, or came into it."""

    is_new: bool
    text: str


@dataclass(frozen=True)
class Merge:
    """What others did to a file since a page was made of it, None where it is not known what that
    was; what the edit would do to the file as it is now, or why it cannot be made any more."""

    version: str
    changes: tuple[LineChange, ...] | None
    own_changes: tuple[LineChange, ...]
    refusal: str = ""

    @classmethod
    def of(cls, conflict: ConflictError, edit: EditFunction) -> "Merge":
        """That of a conflict over an edit."""
        draft = conflict.draft
        base = conflict.base
        changes = None if base is None else line_changes(base, draft.content)
        try:
            content = edit(draft).content
            refusal = "; ".join(draft.with_content(content).faults(draft))
        except EditError as error:
            content, refusal = draft.content, str(error)
        return cls(conflict.version, changes, line_changes(draft.content, content), refusal)


def line_changes(before: str, after: str) -> tuple[LineChange, ...]:
    """The lines that two texts do not have in common, in their order."""
    lines, new_lines = _lines(before), _lines(after)
    changes: list[LineChange] = []
    matcher = SequenceMatcher(None, lines, new_lines, autojunk=False)
    for _, start, end, new_start, new_end in (
        code for code in matcher.get_opcodes() if code[0] != "equal"
    ):
        changes += [LineChange(False, line) for line in lines[start:end]]
        changes += [LineChange(True, line) for line in new_lines[new_start:new_end]]
    return tuple(changes)


def _lines(content: str) -> Sequence[str]:
    return [line.removesuffix("\r") for line in content.split("\n") if line.strip()]
