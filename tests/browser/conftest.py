"""A service of the shipped graph, and a browser that looks at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from eakg.names import EAKG, ID
from helpers.patience import BROWSER_MILLISECONDS
from helpers.processes import eventually
from helpers.serving import send
from helpers.windows import USUAL, WINDOWS

PROOF = {"s": ID["malaysia"], "p": EAKG.entitledToAttend, "o": ID["apt-som-2020-07-20"]}
"""A triple that follows."""
CHROMIUM = shutil.which("chromium")
# What the query editor does itself is listed in docs/workbench.md.
_NOT_OURS = (".yasgui .tabsList", ".yasgui .CodeMirror")


@pytest.fixture(scope="session")
def site(shipped_service: str) -> str:
    """The address of the service, without the slash at its end. It has closed the graph, which a
    busy machine takes longer for than a page waits."""
    path = "/explain?" + urlencode({name: f"<{iri}>" for name, iri in PROOF.items()})
    assert eventually(lambda: send(shipped_service, "GET", path).status == 200)
    return shipped_service


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on the path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        expect.set_options(timeout=BROWSER_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture(params=map(WINDOWS.get, USUAL), ids=USUAL)
def page(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    """A page that may say nothing on the console and ask nobody but the service."""
    scheme, width = request.param
    context = chromium.new_context(
        base_url=site, color_scheme=scheme, viewport={"width": width, "height": 900}, locale="en"
    )
    context.set_default_timeout(BROWSER_MILLISECONDS)
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: said.append(
            f"{message.type}: {message.text} ({message.location.get('url', '')})"
        ),
    )
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((f"{site}/", "data:")) else said.append(asked.url)
        ),
    )
    yield page
    context.close()
    # The console says so itself where a query that is wrong was sent on purpose.
    assert [one for one in said if "status of 400" not in one] == []


@pytest.fixture(scope="session")
def look() -> Callable[[Page], None]:
    """Looks at a page: no violation of axe, and nothing wider than the window."""

    def looked_at(page: Page) -> None:
        context = {"exclude": [[one] for one in _NOT_OURS]}
        found = Axe().run(page, context=context).response["violations"]
        told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
        assert told == [], page.url
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, page.url

    return looked_at
