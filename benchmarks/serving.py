"""Measure `eakg serve` against `oxigraph serve` and rdflib-endpoint, in one run:
`python benchmarks/serving.py`.

All three serve the closure of LUBM-1, which is read from the folder that EAKG_BENCH names, or from
`../shared/bench` beside the repository. Look-ups are sent by wrk (Debian: `wrk`), eight at a time;
the fourteen queries of LUBM one after another over one connection. Results go to
`docs/serving-benchmark.md` and a chart beside it. `pip install oxigraph rdflib-endpoint uvicorn
python-multipart` first; what is not installed is left out.
"""

import gzip
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("EAKG_BENCH", ROOT.parent / "shared" / "bench"))
DOCS = ROOT / "docs"
# The queries are those whose answers the tests check.
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "conformance")]
from test_lubm import PREFIX, QUERIES  # noqa: E402 - as its path is set

EAKG = [sys.executable, "-c", "from eakg.cli import main; main()"]
SECONDS = 5
ROUNDS = 3
REPEATED = 200  # different look-ups among the repeated ones
CONNECTIONS = 8
PATIENCE = 60.0  # seconds that a query may take; one that takes longer counts as so many
ACCEPT = "application/sparql-results+json"
SCRIPT = """
local names = {{}}
for line in io.lines("{names}") do names[#names + 1] = line end
local n = {start}
function request()
  n = n + 1
  local name = names[n % {among} + 1]
  local query = "?query=SELECT+%2A+%7B+%3C" .. name .. "%3E+%3Fp+%3Fo+%7D{mark}"
  return wrk.format("GET", "{path}" .. query, {{["Accept"] = "{accept}"}})
end
"""


@dataclass
class System:
    """A server, how to start it at a port, the path of its endpoint; its process while it runs; and
    what was measured: requests a second and latencies in ms by kind of look-up, one for each round,
    and seconds by query."""

    name: str
    command: list[str]
    path: str
    pid: int = 0
    rates: dict[str, list[float]] = field(default_factory=dict)
    latencies: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def running(system: System) -> Iterator[int]:
    """The system at a port, once it answers."""
    port = free_port()
    command = [part.format(port=port) for part in system.command]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    system.pid = process.pid
    try:
        for _ in range(600):
            if asked(port, system.path, "ASK {}", 5.0) is not None:
                break
            time.sleep(0.2)
        else:
            raise SystemExit(f"{system.name} does not answer")
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def asked(port: int, path: str, query: str, patience: float) -> float | None:
    """The seconds that a query took, to the last byte; None where it failed or took too long."""
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    start = time.perf_counter()
    try:
        words = urllib.parse.urlencode({"query": query})
        connection.request("GET", f"{path}?{words}", headers={"Accept": ACCEPT})
        response = connection.getresponse()
        response.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return time.perf_counter() - start if response.status == 200 else None


def look_up(
    system: System, port: int, kind: str, names: Path, start: int, seconds: int = SECONDS
) -> float:
    """Send look-ups for some seconds, all different or the same few again and again; how many a
    second were answered."""
    different = kind == "different"
    among = len(names.read_text().splitlines()) if different else REPEATED
    script = names.with_suffix(".lua")
    mark = '%23" .. n .. "' if different else ""
    script.write_text(
        SCRIPT.format(
            names=names, start=start, among=among, mark=mark, path=system.path, accept=ACCEPT
        )
    )
    url = f"http://127.0.0.1:{port}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "--latency", "-s"]
    said = subprocess.run(
        [*command, str(script), url], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{system.name} answered with errors:\n{said}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]  # wrk says it
    system.rates.setdefault(kind, []).append(rate)
    percentiles = [milliseconds(said, share) for share in ("50%", "99%")]
    system.latencies.setdefault(kind, []).append((percentiles[0], percentiles[1]))
    return rate


def milliseconds(said: str, share: str) -> float:
    """A percentile in what wrk says."""
    found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s)$", said, re.MULTILINE)
    if found is None:
        raise SystemExit(f"wrk did not say what {share} of the requests took:\n{said}")
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def questions(number: int) -> str:
    """One of the fourteen queries of LUBM."""
    return f"{PREFIX} SELECT DISTINCT * {{ {QUERIES[number][1]} }}"


def ask_all(system: System, port: int, rounds: int) -> None:
    """The median seconds of each query; each is another text each time, so that no cache helps."""
    for number in range(len(QUERIES)):
        times = [
            asked(port, system.path, f"{questions(number)} # {number} {one}", PATIENCE) or PATIENCE
            for one in range(rounds)
        ]
        system.seconds.append(statistics.median(times))


def ask_all_patiently(system: System) -> None:
    """The seconds of each query once, of a server started anew after one that took too long."""
    number = 0
    while number < len(QUERIES):
        with running(system) as port:
            while number < len(QUERIES):
                found = asked(port, system.path, questions(number), PATIENCE)
                system.seconds.append(found or PATIENCE)
                print(system.name, number + 1, system.seconds[-1], file=sys.stderr, flush=True)
                number += 1
                if found is None:
                    break


def prepared(folder: Path) -> tuple[Path, Path]:
    """The closure of LUBM-1, and the names of its things, a line each."""
    plain, closure = folder / "lubm-1.nt", folder / "closure.nt"
    with gzip.open(DATA / "lubm-1.nt.gz") as source, plain.open("wb") as target:
        shutil.copyfileobj(source, target)
    subprocess.run(
        [*EAKG, "reason", str(plain), str(DATA / "univ-bench.nt"), "-o", str(closure)],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    with closure.open(encoding="utf-8") as lines:
        subjects = {line.split(" ", 1)[0] for line in lines}
    names = folder / "names.txt"
    things = sorted(one[1:-1] for one in subjects if one.startswith("<http://www.Department"))
    names.write_text("\n".join(things) + "\n", "utf-8")
    return closure, names


def systems(closure: Path, folder: Path) -> list[System]:
    """Ours and those of the others that are installed."""
    found = [
        System(
            "eakg",
            [*EAKG, "serve", str(closure), "--reasoning", "none", "--port", "{port}"],
            "/sparql",
        )
    ]
    scripts = Path(sys.executable).parent
    if (scripts / "oxigraph").exists():
        location = str(folder / "oxigraph")
        program = str(scripts / "oxigraph")
        load = [program, "load", "--location", location, "--file", str(closure)]
        subprocess.run(load, check=True, capture_output=True)
        serve = [program, "serve-read-only", "--location", location, "--bind", "127.0.0.1:{port}"]
        found.append(System("oxigraph serve", serve, "/query"))
    if find_spec("rdflib_endpoint") and find_spec("uvicorn"):
        program = str(scripts / "rdflib-endpoint")
        serve = [program, "serve", str(closure), "--host", "127.0.0.1", "--port", "{port}"]
        found.append(System("rdflib-endpoint", serve, "/"))
    return found


def measure(found: list[System], names: Path) -> None:
    """Fill in what the systems can do; the fast ones take turns."""
    fast = [one for one in found if one.name != "rdflib-endpoint"]
    start = 0
    for number in range(ROUNDS):
        for system in fast:
            with running(system) as port:
                for _ in range(200):
                    asked(port, system.path, "ASK {}", 5.0)
                for kind in ("different", "repeated"):
                    start += 1_000_000
                    look_up(system, port, kind, names, start)
                    print(number, system.name, kind, system.rates[kind][-1], file=sys.stderr)
                if number == ROUNDS - 1:
                    ask_all(system, port, 2 * ROUNDS - 1)
    for system in found:
        if system not in fast:
            ask_all_patiently(system)


def table(found: list[System]) -> str:
    """The results in Markdown."""
    ours = found[0]
    lines = [
        "# Benchmark of the service",
        "",
        "The closure of LUBM-1 (150,000 triples) over HTTP, all in one run of `python"
        f" benchmarks/serving.py` on a machine with {os.cpu_count()} processors, which the load"
        f" generator (wrk, {CONNECTIONS} connections) shares. Look-ups are"
        " `SELECT * { <thing> ?p ?o }`: all different, or the same"
        f" {REPEATED} again and again. Medians of {ROUNDS} rounds of {SECONDS} s.",
        "",
        "| look-ups | system | a second | of oxigraph | median ms | 99 of 100 under ms |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    fast = [one for one in found if one.rates]
    for kind in ours.rates:
        best = statistics.median(fast[-1].rates[kind])
        for system in fast:
            rate = statistics.median(system.rates[kind])
            middle, late = (
                statistics.median(values) for values in zip(*system.latencies[kind], strict=True)
            )
            lines.append(
                f"| {kind} | {system.name} | {rate:,.0f} | {rate / best:.2f}"
                f" | {middle:.1f} | {late:.1f} |"
            )
    lines += [
        "",
        "The fourteen queries of LUBM, seconds to the last byte, one after another; a query that"
        f" takes longer than {PATIENCE:.0f} s counts as {PATIENCE:.0f} s.",
        "",
        "| query | " + " | ".join(one.name for one in found) + " |",
        "| --- |" + " ---: |" * len(found),
    ]
    for number in range(len(QUERIES)):
        cells = " | ".join(f"{one.seconds[number]:.3f}" for one in found)
        lines.append(f"| {number + 1} | {cells} |")
    totals = [sum(one.seconds) for one in found]
    lines.append("| all | " + " | ".join(f"{total:.3f}" for total in totals) + " |")
    ratios = " | ".join(f"{total / totals[0]:.1f}" for total in totals)
    lines.append(f"| all, of eakg | {ratios} |")
    lines += ["", "![Look-ups a second by system](serving-benchmark.svg)", ""]
    return "\n".join(lines)


def chart(found: list[System]) -> str:
    """Bars of look-ups a second."""
    bars = [
        (f"{system.name}, {kind}", statistics.median(rates))
        for system in found
        for kind, rates in system.rates.items()
    ]
    longest = max(rate for _, rate in bars)
    rows = []
    for place, (name, rate) in enumerate(bars):
        top, width = 10 + place * 22, 320 * rate / longest
        fill = "#1f6f8b" if name.startswith("eakg") else "#b0b7bd"
        rows.append(
            f'<text x="190" y="{top + 14}" text-anchor="end">{name}</text>'
            f'<rect x="200" y="{top}" width="{width:.0f}" height="16" fill="{fill}"/>'
            f'<text x="{206 + width:.0f}" y="{top + 13}">{rate:,.0f}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{20 + len(bars) * 22}" '
        'font-family="sans-serif" font-size="12">' + "".join(rows) + "</svg>\n"
    )


def main() -> None:
    """Measure, and write the table and the chart."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk sends the look-ups; install it first")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        closure, names = prepared(folder)
        found = systems(closure, folder)
        measure(found, names)
    DOCS.joinpath("serving-benchmark.md").write_text(table(found), "utf-8")
    DOCS.joinpath("serving-benchmark.svg").write_text(chart(found), "utf-8")


if __name__ == "__main__":
    main()
