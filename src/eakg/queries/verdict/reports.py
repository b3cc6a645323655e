"""Outcomes for machines and for pages: JUnit XML, GitHub's annotations, Markdown."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eakg.problems import ExitStatus
from eakg.queries.verdict.outcome import STATUS, Outcome, Verdict, describe, tally

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not have (section 2.2)."""


def failures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that are not well."""
    return [outcome for outcome in outcomes if STATUS[outcome.verdict] is not ExitStatus.DONE]


def junit(outcomes: Sequence[Outcome]) -> bytes:
    """The outcomes as JUnit XML, one test case for each query."""
    failing = failures(outcomes)
    mismatches = [one for one in failing if one.verdict is Verdict.FAILED]
    omissions = sum(one.verdict is Verdict.NOT_ASKED for one in outcomes)
    counts = {
        "tests": str(len(outcomes)),
        "failures": str(len(mismatches)),
        "errors": str(len(failing) - len(mismatches)),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", {"name": "eakg", **counts, "skipped": str(omissions)})
    for outcome in outcomes:
        case = SubElement(
            suite,
            "testcase",
            name=_clean(outcome.query.name),
            classname=_clean(str(outcome.query.path.parent)),
            time=f"{outcome.seconds:.3f}",
        )
        if outcome.verdict is Verdict.NOT_ASKED:
            SubElement(case, "skipped", message=outcome.verdict.value)
        if outcome in failing:
            kind = "failure" if outcome in mismatches else "error"
            node = SubElement(case, kind, message=outcome.verdict.value, type=outcome.verdict.value)
            node.text = _clean("\n".join(describe(outcome)))
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def annotations(outcomes: Sequence[Outcome]) -> list[str]:
    """A workflow command of GitHub Actions for each outcome that is not well.

    Specification: "Workflow commands for GitHub Actions", setting an error message.
    """
    lines = []
    for outcome in failures(outcomes):
        file, line = _property(str(outcome.query.path)), outcome.query.header.line("expect")
        title = _property(f"{outcome.query.name}: {outcome.verdict}")
        message = _data("\n".join(describe(outcome)))
        lines.append(f"::error file={file},line={line},title={title}::{message}")
    return lines


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as a page: a table of all, and what is wrong with those that are not well."""
    lines = [
        "# Saved queries",
        "",
        tally(outcomes),
        "",
        "| query | asks | rows | verdict | ms |",
        "| --- | --- | ---: | --- | ---: |",
    ]
    for outcome in outcomes:
        query, milliseconds = outcome.query, f"{outcome.seconds * 1000:.0f}"
        cells = (_cell(query.name), _cell(query.question or query.summary), str(outcome.rows))
        lines.append(f"| {' | '.join([*cells, outcome.verdict, milliseconds])} |")
    for outcome in failures(outcomes):
        text = "\n".join(describe(outcome))
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
        title = f"## {_cell(outcome.query.name)}: {outcome.verdict}"
        lines += ["", title, "", f"{fence}diff", text, fence]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    words = " ".join(text.split())
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", words)
