"""What is wrong with query files as SARIF, which code scanning reads.

Specification: Static Analysis Results Interchange Format (SARIF) 2.1.0, OASIS, section 3.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from eakg import __version__
from eakg.names import BASE

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


class ScanResult(NamedTuple):
    """Something to say of a file: the kind of it, how grave it is, and where it stands (from 1; 0
    where that is not known)."""

    kind: str
    level: Literal["error", "warning", "info"]
    message: str
    file: str
    line: int = 0
    column: int = 0


def sarif_log(remarks: Iterable[ScanResult]) -> bytes:
    """A run of the tool with a result for each remark."""
    remarks = list(remarks)
    kinds = sorted({remark.kind for remark in remarks})
    driver = {
        "name": "eakg",
        "version": __version__,
        "informationUri": BASE,
        "rules": [{"id": kind} for kind in kinds],
    }
    results = [_result(remark, kinds.index(remark.kind)) for remark in remarks]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(log, ensure_ascii=False, indent=2) + "\n").encode()


def _result(remark: ScanResult, rule: int) -> dict[str, Any]:
    is_address = "://" in remark.file
    uri = remark.file if is_address else quote(Path(remark.file).as_posix())
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if remark.line:
        place["region"] = {"startLine": remark.line}
        if remark.column:
            place["region"]["startColumn"] = remark.column
    return {
        "ruleId": remark.kind,
        "ruleIndex": rule,
        "level": _LEVELS[remark.level],
        "message": {"text": remark.message},
        "locations": [{"physicalLocation": place}],
    }
