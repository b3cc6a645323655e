"""The page of the design as it looks, beside pictures of it.

Pictures are compared where Chromium and the fonts are those that they were made with.
`EAKG_LOOKS=write` makes them anew.
"""

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from helpers.patience import BROWSER_MILLISECONDS

LOOKS = Path(__file__).parent / "looks"
RECORD = LOOKS / "looks.json"
WRITES = os.environ.get("EAKG_LOOKS") == "write"
FONTS = ("system-ui", "Georgia", "ui-monospace")
APART = 24  # of 255, for a channel
MOST = 0.0001  # of all pixels

SHARE = """async ([one, other, apart]) => {
  const pixels = async (source) => {
    const image = new Image();
    image.src = `data:image/png;base64,${source}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width; canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [first, second] = [await pixels(one), await pixels(other)];
  if (first.width !== second.width || first.height !== second.height) return 1;
  let different = 0;
  for (let place = 0; place < first.data.length; place += 4)
    for (let channel = 0; channel < 3; channel++)
      if (Math.abs(first.data[place + channel] - second.data[place + channel]) > apart) {
        different++; break;
      }
  return different / (first.width * first.height);
}"""


def surroundings(browser: Browser) -> dict[str, str]:
    """The version of Chromium, and each font with its version."""
    try:
        fonts = {
            font: subprocess.run(
                ["fc-match", "--format", "%{family} %{fontversion}", font],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for font in FONTS
        }
    except FileNotFoundError:
        fonts = {}
    return {"chromium": browser.version, **fonts}


def picture(browser: Browser, site: str, scheme: str, width: int) -> bytes:
    """The page as PNG, at half its size."""
    context = browser.new_context(
        base_url=site,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
        device_scale_factor=0.5,
        reduced_motion="reduce",
        locale="en",
    )
    context.set_default_timeout(BROWSER_MILLISECONDS)
    try:
        page = context.new_page()
        page.goto("/design")
        return page.screenshot(full_page=True, animations="disabled")
    finally:
        context.close()


def evaluated(browser: Browser, script: str, argument: object) -> Any:
    """What a script gives on an empty page."""
    page = browser.new_page()
    try:
        return page.evaluate(script, argument)
    finally:
        page.close()


@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_looks_as_it_did(chromium: Browser, site: str, scheme: str, width: int) -> None:
    here = surroundings(chromium)
    path = LOOKS / f"{scheme}-{'wide' if width > 1000 else 'narrow'}.png"
    if WRITES:
        LOOKS.mkdir(exist_ok=True)
        path.write_bytes(picture(chromium, site, scheme, width))
        RECORD.write_text(json.dumps(here, indent=1) + "\n", "utf-8")
        return
    made_with = json.loads(RECORD.read_text("utf-8"))
    if here != made_with:
        others = [name for name in made_with if here.get(name) != made_with[name]]
        pytest.skip(f"the pictures were made with other versions of {', '.join(others)}")
    pictures = picture(chromium, site, scheme, width), path.read_bytes()
    seen, kept = (base64.b64encode(data).decode() for data in pictures)
    share = evaluated(chromium, SHARE, [seen, kept, APART])
    assert share <= MOST, f"{share:.3%} of the pixels are others than in {path}"
