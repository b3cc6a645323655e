"""Outcomes for machines and for pages: JUnit XML, TAP, GitHub's annotations, Markdown."""

import json
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eakg.problems import ExitStatus
from eakg.queries.contract import Severity
from eakg.queries.scanning import ScanResult
from eakg.queries.verdict.outcome import STATUS, Outcome, Verdict, describe, fails, tally

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not have (section 2.2)."""


def failures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that are not well."""
    return [outcome for outcome in outcomes if STATUS[outcome.verdict] is not ExitStatus.DONE]


def junit(outcomes: Sequence[Outcome], gravity: Severity = "error") -> bytes:
    """The outcomes as JUnit XML, one test case for each query; what is wrong and less grave stands
    in the output of its case."""
    failing = [outcome for outcome in outcomes if fails(outcome, gravity)]
    mismatches = [one for one in failing if STATUS[one.verdict] is ExitStatus.CHECK_FAILED]
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
            classname=_clean(outcome.query.folder),
            time=f"{outcome.seconds:.3f}",
        )
        if outcome.verdict is Verdict.NOT_ASKED:
            SubElement(case, "skipped", message=outcome.verdict.value)
        if outcome in failing:
            kind = "failure" if outcome in mismatches else "error"
            node = SubElement(case, kind, message=outcome.verdict.value, type=outcome.verdict.value)
            node.text = _clean("\n".join(describe(outcome)))
        elif outcome.severity:
            lines = [f"{outcome.severity}: {outcome.verdict}", *describe(outcome)]
            SubElement(case, "system-out").text = _clean("\n".join(lines))
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
        level = {"warning": "warning", "info": "notice"}.get(outcome.severity or "", "error")
        file, line = _property(outcome.query.place), outcome.query.header.line("expect")
        title = _property(f"{outcome.query.name}: {outcome.verdict}")
        message = _data("\n".join(describe(outcome)))
        lines.append(f"::{level} file={file},line={line},title={title}::{message}")
    return lines


def scan_results(outcomes: Sequence[Outcome]) -> list[ScanResult]:
    """What is to be said of each query that is not well, at what it expects."""
    return [
        ScanResult(
            outcome.verdict.value.replace(" ", "-"),
            outcome.severity or "error",
            "\n".join([f"{outcome.query.name}: {outcome.verdict}", *describe(outcome)]),
            outcome.query.place,
            outcome.query.header.line("expect"),
        )
        for outcome in failures(outcomes)
    ]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def tap(outcomes: Sequence[Outcome], gravity: Severity = "error") -> str:
    """The outcomes by the Test Anything Protocol, version 14 (https://testanything.org); what is
    wrong and less grave is something to do."""
    lines = ["TAP version 14", f"1..{len(outcomes)}"]
    for number, outcome in enumerate(outcomes, 1):
        words = " ".join(f"{outcome.query.folder} {outcome.query.name}".split())
        name = re.sub(r"([\\#])", r"\\\1", words)
        sign = "ok" if outcome.severity is None else "not ok"
        remark = ""
        if outcome.verdict is Verdict.NOT_ASKED:
            remark = " # SKIP not asked"
        elif outcome.severity and not fails(outcome, gravity):
            # By TAP a directive: a point that may fail.
            remark = f" # TODO {outcome.severity}"
        lines.append(f"{sign} {number} - {name}{remark}")
        if outcome.severity:
            message = json.dumps("\n".join(describe(outcome)), ensure_ascii=False)
            details = ("---", f"verdict: {outcome.verdict}", f"message: {message}", "...")
            lines += [f"  {one}" for one in details]
    return "\n".join(lines) + "\n"


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
