#!/usr/bin/env python3
"""Opens HTML pages in headless Chromium, at 1280 and 400 pixels, light and dark, and looks for what must not be.

    tests/pages/check.py page.html [more.html …] [--shots FOLDER]

Fails where a page scrolls sideways, says anything on the console, or asks anybody for anything but itself. With
--shots it leaves pictures of each page and width. Chromium is driven through its own debugging pipe: nothing but
Python's standard library is needed (and Chromium: apt-get install chromium).
"""

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTHS = [1280, 400]
SCHEMES = ["light", "dark"]
PIECE = 1_400  # pixels of height of one picture
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--hide-scrollbars", "--remote-debugging-pipe"]

# What sticks out to the right, unless it stands in something that scrolls or cuts.
OVERFLOW = """(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return "";
  const inside = (node) => { for (let up = node.parentElement; up; up = up.parentElement)
    if (["auto", "scroll", "hidden"].includes(getComputedStyle(up).overflowX) && up !== document.body
        && up !== document.documentElement) return true; return false; };
  const out = [...document.body.querySelectorAll("*")].filter((node) =>
    node.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !inside(node));
  return `${wide} px too wide: ` + out.slice(0, 3).map((node) => node.outerHTML.slice(0, 80)).join(" … ");
})()"""
# A click on the first heading of the first sortable table must leave it sorted and complete.
SORTED = """(() => {
  const table = document.querySelector("table.sortable");
  if (!table) return "";
  const before = table.tBodies[0].rows.length;
  const button = table.querySelector("th.num button");
  if (!button) return "no button to sort by";
  button.click();
  const at = button.parentElement.cellIndex;
  const values = [...table.tBodies[0].rows].map((row) => Number(row.cells[at].dataset.value ?? row.cells[at].textContent));
  const sorted = values.every((value, i) => i === 0 || values[i - 1] >= value);
  return sorted && values.length === before ? "" : "the table is not sorted after a click";
})()"""


class Browser:
    """A Chromium at the other end of two pipes."""

    def __init__(self, profile):
        binary = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        if binary is None:
            sys.exit("no Chromium found: apt-get install chromium")
        to_child, self.write = os.pipe()
        self.read, from_child = os.pipe()

        def ends():
            # Chromium reads commands from 3 and writes answers to 4.
            os.dup2(to_child, 100)
            os.dup2(from_child, 101)
            os.dup2(100, 3)
            os.dup2(101, 4)

        self.process = subprocess.Popen([binary, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
                                        preexec_fn=ends, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self.buffer = b""
        self.events = []
        self.number = 0

    def message(self):
        while b"\0" not in self.buffer:
            part = os.read(self.read, 1 << 20)
            if not part:
                sys.exit("Chromium ended unexpectedly")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **params):
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        if session:
            command["sessionId"] = session
        os.write(self.write, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def until(self, method):
        for at, event in enumerate(self.events):
            if event.get("method") == method:
                return self.events.pop(at)
        while True:
            event = self.message()
            if event.get("method") == method:
                return event
            self.events.append(event)

    def close(self):
        self.call("Browser.close")
        self.process.wait(timeout=30)


def look(browser, page, width, scheme, shots):
    """What is wrong with a page at a width."""
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ["Page", "Runtime", "Log", "Network"]:
        browser.call(f"{domain}.enable", session)
    browser.call("Emulation.setDeviceMetricsOverride", session, width=width, height=900, deviceScaleFactor=1,
                 mobile=width < 600)
    browser.call("Emulation.setEmulatedMedia", session,
                 features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.events.clear()
    url = page.resolve().as_uri()
    browser.call("Page.navigate", session, url=url)
    browser.until("Page.loadEventFired")

    def evaluate(text):
        return browser.call("Runtime.evaluate", session, expression=text, returnByValue=True)["result"].get("value")

    found = [said for said in [evaluate(OVERFLOW)] if said]
    if shots:
        height = evaluate("document.documentElement.scrollHeight")
        for piece, top in enumerate(range(0, min(height, 20 * PIECE), PIECE)):
            clip = {"x": 0, "y": top, "width": width, "height": min(PIECE, height - top), "scale": 1}
            data = browser.call("Page.captureScreenshot", session, clip=clip, captureBeyondViewport=True)["data"]
            (shots / f"{page.stem}-{width}-{scheme}-{piece + 1}.png").write_bytes(base64.b64decode(data))
    if said := evaluate(SORTED):
        found.append(said)
    for event in browser.events:
        params = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                found.append("exception: " + json.dumps(params["exceptionDetails"])[:300])
            case "Runtime.consoleAPICalled":
                found.append("console: " + json.dumps(params["args"])[:300])
            case "Log.entryAdded":
                found.append(f"log: {params['entry']['text']}")
            case "Network.requestWillBeSent":
                # What is part of the page asks nobody.
                if params["request"]["url"] != url and not params["request"]["url"].startswith("data:"):
                    found.append(f"asks for {params['request']['url']}")
    browser.call("Target.closeTarget", targetId=target)
    browser.events.clear()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--shots", type=Path)
    arguments = parser.parse_args()
    if arguments.shots:
        arguments.shots.mkdir(parents=True, exist_ok=True)
    bad = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        for page in arguments.pages:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    found = look(browser, page, width, scheme, arguments.shots)
                    bad += len(found)
                    print(f"{page.name} at {width} px, {scheme}: {'fine' if not found else ''}")
                    for what in found:
                        print(f"  {what}")
        browser.close()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
