"""A headless Chromium, driven over the pipe of its DevTools protocol with the standard library alone."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 30.0


class Page:
    """One page of the browser."""

    def __init__(self, process: subprocess.Popen[bytes], writer: int, reader: int) -> None:
        self.process, self.writer, self.reader = process, writer, reader
        self.buffer, self.number, self.session = b"", 0, None
        target = self.call("Target.createTarget", {"url": "about:blank"}, None)["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True}, None)
        self.session = attached["sessionId"]
        for domain in ("Page", "DOM", "Network"):
            self.call(f"{domain}.enable")
        self.messages: list[str] = []
        self.call("Log.enable")

    def call(self, method: str, parameters: dict | None = None, session: str | None = "own") -> dict:
        """Sends a command and returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters or {}}
        if session == "own":
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("method") == "Log.entryAdded":
                self.messages.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def read(self) -> dict:
        while b"\0" not in self.buffer:
            piece = os.read(self.reader, 65536)
            if not piece:
                raise RuntimeError("Chromium has ended")
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def open(self, url: str) -> None:
        """Opens an address as if it were typed."""
        self.call("Page.navigate", {"url": url})

    def node(self, selector: str) -> int:
        root = self.call("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
        return self.call("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]

    def html(self) -> str:
        root = self.call("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
        return self.call("DOM.getOuterHTML", {"nodeId": root})["outerHTML"]

    def wait(self, words: str) -> str:
        """Waits until the page contains these words, and returns its HTML."""
        end = time.monotonic() + PATIENCE
        html = ""
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                html = self.html()
            if words in html:
                return html
            time.sleep(0.05)
        raise AssertionError(f"the page should contain {words!r}: {html[:2000]}")

    def click(self, selector: str) -> None:
        """Clicks in the middle of an element, with the mouse."""
        box = self.call("DOM.getBoxModel", {"nodeId": self.node(selector)})["model"]["content"]
        place = {"x": (box[0] + box[4]) / 2, "y": (box[1] + box[5]) / 2, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {"type": kind, **place})

    def url(self) -> str:
        """Address in the address bar; empty while the page changes."""
        try:
            history = self.call("Page.getNavigationHistory")
        except RuntimeError:
            return ""
        return history["entries"][history["currentIndex"]]["url"]

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def page(*, dark: bool = False) -> Iterator[Page]:
    """A page of a new browser with a new profile."""
    to_browser, write = os.pipe()
    read, from_browser = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            "sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "sh",
            "chromium", "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--window-size=900,600",
            f"--user-data-dir={profile}", *(["--force-dark-mode"] if dark else []),
        ]  # fmt: skip
        process = subprocess.Popen(
            command, pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_browser)
        os.close(from_browser)
        try:
            yield Page(process, write, read)
        finally:
            process.kill()
            process.wait()
            os.close(write)
            os.close(read)
