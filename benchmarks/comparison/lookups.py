"""Look-ups sent by wrk over several connections: `SELECT * { <thing> ?p ?o }`."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from comparison.client import ACCEPT, Address
from comparison.systems import program_path

CONNECTIONS = 8
REPEATED = 200
"""Different look-ups among the repeated ones."""
DIFFERENT, AGAIN = "all different", "the same 200"
_SCRIPT = """
local names = {{}}
for line in io.lines("{names}") do names[#names + 1] = line end
local n = {start}
function request()
  n = n + 1
  local name = names[n % {among} + 1]
  local query = "{before}" .. name .. "{after}{mark}"
  return wrk.format("GET", "{target}" .. query, {{["Accept"] = "{accept}"}})
end
"""


@dataclass(frozen=True)
class Rate:
    """Answers a second; seconds of the median, and within which 99 of a hundred were answered;
    answers that were errors, and connections that failed."""

    second: float
    median: float
    late: float
    refused: int
    failed: int


class LookUpError(RuntimeError):
    """wrk did not say what it should."""


def is_installed() -> bool:
    """Whether wrk is there."""
    return program_path("wrk") is not None


def write_names(file: Path, things: tuple[str, ...]) -> int:
    """Write IRIs, spelled as in N-Triples, as wrk is to send them. Result: how many."""
    names = [quote(thing[1:-1], safe="") for thing in things if "\\" not in thing]
    file.write_text("\n".join(names) + "\n", "utf-8")
    return len(names)


def look_up(address: Address, names: Path, count: int, case: str, start: int, seconds: int) -> Rate:
    """Send look-ups for some seconds. Arguments: the endpoint; the file of names and how many they
    are; the case; the number of the first look-up; the seconds. Raises: LookUpError."""
    is_different = case == DIFFERENT
    before, after = (quote_plus(part) for part in ("SELECT * { <", "> ?p ?o }"))
    script = names.with_suffix(".lua")
    script.write_text(
        _SCRIPT.format(
            names=names,
            start=start,
            among=count if is_different else min(count, REPEATED),
            before=before,
            after=after,
            mark='%23" .. n .. "' if is_different else "",
            target=address.target(""),
            accept=ACCEPT,
        ),
        "utf-8",
    )
    command = [program_path("wrk") or "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}"]
    done = subprocess.run(
        [*command, "--latency", "-s", str(script), f"http://127.0.0.1:{address.port}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return read_rate(done.stdout + done.stderr)


def read_rate(words: str) -> Rate:
    """What wrk says. Raises: LookUpError."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", words)
    if rate is None:
        raise LookUpError(f"wrk did not say how many requests a second:\n{words}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", words)
    failed = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", words
    )
    return Rate(
        float(rate[1]),
        _seconds(words, "50%"),
        _seconds(words, "99%"),
        int(refused[1]) if refused else 0,
        sum(map(int, failed.groups())) if failed else 0,
    )


def _seconds(words: str, share: str) -> float:
    found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s|m)\s*$", words, re.MULTILINE)
    if found is None:
        raise LookUpError(f"wrk did not say what {share} of the requests took:\n{words}")
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[found[2]]
