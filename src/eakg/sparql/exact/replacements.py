"""Regular expressions: replacements in the engine's notation, and patterns that it does not have.

XPath and XQuery Functions (section 5.6.4, fn:replace) has `$1`, of as many digits as there are
groups, `\\$` and `\\\\`; the engine takes `$1x` for a group called 1x, and keeps the backslashes.
"""

import json
import re
from collections.abc import Sequence

from eakg.sparql.cursor import inexact_at
from eakg.sparql.syntax import Expression, Operand, TermKind, lexical_form

_REFERENCE = re.compile(r"\\(.)|\$([0-9]{1,9})|[\\$]", re.DOTALL)
_GROUP = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)", re.DOTALL)
_FOREIGN = re.compile(r"\\(?:\\|([1-9ciCI])|.)", re.DOTALL)


def check_pattern(text: str, pattern: Expression) -> None:
    """Raises: InexactQueryError where a pattern has what the engine's do not have: an error in each
    solution, which a FILTER would drop."""
    for match in _FOREIGN.finditer(_content(pattern) or ""):
        if match[1]:
            raise inexact_at(
                text,
                pattern.start,
                f"the pattern has \\{match[1]}, which the regular expressions here do not have",
            )


def engine_replacement(text: str, arguments: Sequence[Expression]) -> str:
    """The replacement of REPLACE as the engine has to be told it; one that is no constant stays."""
    pattern, replacement = arguments[1], arguments[2]
    content = _content(replacement)
    if content is None or not _REFERENCE.search(content):
        return text[replacement.start : replacement.stop]
    groups = sum(match[0] == "(" for match in _GROUP.finditer(_content(pattern) or ""))

    def reference(match: re.Match[str]) -> str:
        if match[1] in {"$", "\\"}:
            return {"$": "$$", "\\": "\\"}[match[1]]
        if match[2] is None:
            raise inexact_at(
                text,
                replacement.start,
                "a replacement has \\ and $ only before a number or doubled as \\\\ and \\$"
                " (FORX0004)",
            )
        digits = match[2]
        size = len(digits)
        while size > 1 and int(digits[:size]) > groups:
            size -= 1
        return f"${{{digits[:size]}}}{digits[size:]}"

    return json.dumps(_REFERENCE.sub(reference, content), ensure_ascii=False)


def _content(expression: Expression) -> str | None:
    """The characters of a string that is written in the query."""
    if not isinstance(expression, Operand) or expression.term.kind is not TermKind.LITERAL:
        return None
    is_string = expression.term.text[-1] in "\"'"
    return lexical_form(expression.term) if is_string else None
