"""A page about a run: each query with what became of it, now and in the runs before.

It is one file of HTML that fetches nothing and runs no script.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from eakg.queries.reporting.history import QueryRecord, RunRecord
from eakg.queries.verdict import Outcome, Verdict, describe, failures, tally

_RUNS = 30  # of which a query's row tells
_HEIGHT, _BAR = 60, 8  # pixels
_SIGNS = {"error": "✗", "warning": "!", "info": "i", "well": "✓", "open": "·"}
_STYLE = """
:root { color-scheme: light dark; --error: #b3261e; --warning: #8a5a00; --well: #1a6b2f; }
@media (prefers-color-scheme: dark) {
  :root { --error: #ff8a80; --warning: #ffc766; --well: #81c995; }
}
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.runs { font-family: ui-monospace, monospace; white-space: nowrap; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8886; }
.error { color: var(--error); fill: var(--error); } .info, .well { color: var(--well); }
.warning { color: var(--warning); fill: var(--warning); } .well { fill: var(--well); }
"""


def run_page(outcomes: Sequence[Outcome], runs: Sequence[RunRecord]) -> bytes:
    """The page. Arguments: the outcomes of this run; the runs, of which this one is the last."""
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        "<title>Saved queries</title>",
        f"<style>{_STYLE}</style>",
        "<h1>Saved queries</h1>",
        f"<p>{escape(tally(outcomes))} <time>{escape(runs[-1].time)}</time></p>",
        *_chart(runs),
        *_table(outcomes, runs),
    ]
    for outcome in failures(outcomes):
        severity = outcome.severity or "error"
        title = f"{outcome.query.name}: {outcome.verdict}"
        lines += [
            f'<h2 class="{severity}">{escape(title)}</h2>',
            f"<p>{escape(outcome.query.place)}</p>",
            f"<pre>{escape(chr(10).join(describe(outcome)))}</pre>",
        ]
    return ("\n".join(lines) + "\n</html>\n").encode("utf-8", "replace")


def _chart(runs: Sequence[RunRecord]) -> Iterator[str]:
    """A bar for each run: how many queries passed, above those that are not well."""
    if len(runs) < 2:
        return
    most = max(1, *(len(run.queries) for run in runs))
    width = len(runs) * _BAR
    yield (
        f'<svg width="{width}" height="{_HEIGHT}" role="img" aria-label="The last {len(runs)} runs:'
        ' queries that passed, over warnings and errors">'
    )
    for place, run in enumerate(runs):
        warnings, well = run.failures - run.errors, run.successes
        title = f"{run.time}: {well} passed, {warnings} warnings, {run.errors} errors"
        yield f"<g><title>{escape(title)}</title>"
        bottom = float(_HEIGHT)
        for name, count in (("error", run.errors), ("warning", warnings), ("well", well)):
            height = count * _HEIGHT / most
            bottom -= height
            yield (
                f'<rect class="{name}" x="{place * _BAR}" y="{bottom:.1f}" width="{_BAR - 1}"'
                f' height="{height:.1f}"/>'
            )
        yield "</g>"
    yield "</svg>"


def _table(outcomes: Sequence[Outcome], runs: Sequence[RunRecord]) -> Iterator[str]:
    earlier_records = _records(runs[:-1][-_RUNS:])
    yield "<table>"
    yield (
        "<thead><tr><th>query<th>asks<th>verdict<th>rows<th>ms<th>before, the oldest first"
        "</thead><tbody>"
    )
    for outcome in outcomes:
        query = outcome.query
        records = earlier_records[query.place, query.name]
        yield (
            f'<tr><th scope="row">{escape(query.name)}'
            f"<td>{escape(query.question or query.summary)}"
            f'<td class="{_kind(outcome.severity, outcome.verdict)}">{escape(outcome.verdict)}'
            f'<td class="number">{outcome.rows}'
            f'<td class="number">{outcome.seconds * 1000:.0f}'
            f'<td class="runs">{"".join(map(_mark, records))}'
        )
    yield "</tbody></table>"


def _records(
    runs: Sequence[RunRecord],
) -> Mapping[tuple[str, str], Sequence[tuple[str, QueryRecord]]]:
    """What became of each query in some runs, with their times."""
    records: dict[tuple[str, str], list[tuple[str, QueryRecord]]] = defaultdict(list)
    for run in runs:
        for query in run.queries:
            records[query.place, query.name].append((run.time, query))
    return records


def _mark(record: tuple[str, QueryRecord]) -> str:
    time, query = record
    words = f"{time}: {query.verdict}, {query.rows} rows, {query.milliseconds} ms"
    kind = _kind(query.severity, query.verdict)
    return f'<span class="{kind}" title="{escape(words)}">{_SIGNS[kind]}</span>'


def _kind(severity: str | None, verdict: str) -> str:
    """How a verdict looks: as grave as it is, as well, or as open, where nothing was found out."""
    return severity or ("well" if verdict == Verdict.PASSED else "open")
