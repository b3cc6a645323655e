"""Seconds until the first view of a page of the shipped graph: `python benchmarks/pages.py`.

Each page is asked for once, of a service that was started and left alone for a while, and then once
more. Then the same without that while, which is what a visitor meets who comes with the start.
"""

import argparse
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAGES = (
    *("/", "/things", "/search?q=japan", "/search?q=what+did+Japan+give", "/doc/china"),
    *("/doc/asean", "/doc/vietnam", "/doc/japan", "/doc/apt-som-2020-07-20", "/overviews/places"),
    *("/overviews/timeline", "/overviews/findings", "/doc/record-2020-07-23"),
)
_PORT = 8519
_HOST = "127.0.0.1"


@contextmanager
def service() -> Iterator[None]:
    """The service of the shipped graph, once it answers."""
    command = [sys.executable, "-c", "from eakg.cli import main; main()"]
    command += ["serve", "--port", str(_PORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise SystemExit("the service did not start")
            yield
        finally:
            process.terminate()


def seconds(path: str) -> float:
    """Until the last byte of a page."""
    connection = http.client.HTTPConnection(_HOST, _PORT, timeout=120)
    start = time.monotonic()
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    taken = time.monotonic() - start
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"{path} answers {answer.status}")
    return taken


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rest", type=float, default=180.0, help="seconds that it is left alone")
    rest = parser.parse_args().rest
    with service():
        cold = {path: seconds(path) for path in PAGES}
    with service():
        time.sleep(rest)
        first = {path: seconds(path) for path in PAGES}
        again = {path: seconds(path) for path in PAGES}
    print("| page | first view, s | second view, s | with the start, s |")
    print("| --- | ---: | ---: | ---: |")
    for path in PAGES:
        print(f"| `{path}` | {first[path]:.2f} | {again[path]:.2f} | {cold[path]:.2f} |")


if __name__ == "__main__":
    main()
