"""The steps of scripts/login-in-a-browser.sh."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import chromium

BINARY = sys.argv[1]
SECRETS = {"TIKTOK_CLIENT_SECRET": "secret-of-the-check", "TIKTOK_APP_SECRET": "sim-secret-0123456789abcdef"}
APPS = {
    "tiktok": ["--client-key", "sim-app"],
    "tiktok-ads": ["--integration", "tiktok-ads", "--app-id", "7300000000000000007"],
}


class Check:
    """A simulator, a home folder, and a folder for screenshots."""

    def __init__(self, folder: Path, pictures: Path | None) -> None:
        self.folder, self.pictures, self.count = folder, pictures, 0
        self.simulator = subprocess.Popen([BINARY, "simulate"], stdout=subprocess.PIPE, text=True)
        line = next(line for line in self.simulator.stdout if "http://127.0.0.1:" in line)
        self.base = re.search(r"http://127\.0\.0\.1:\d+", line).group()
        self.environment = {
            "PATH": os.environ["PATH"],
            "XDG_STATE_HOME": str(folder / "state"),
            "TIKTOK_API_BASE": self.base,
            "TIKTOK_ADS_API_BASE": self.base,
            **SECRETS,
        }

    def setup(self, setup: dict) -> None:
        request = urllib.request.Request(f"{self.base}/_simulator/setup", json.dumps(setup).encode(), method="POST")
        urllib.request.urlopen(request).close()

    def auth(self, *words: str) -> str:
        command = [BINARY, "auth", *words]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    @contextlib.contextmanager
    def login(self, *words: str, paste: bool = False) -> Iterator[Login]:
        """A login that waits, with the address of its page."""
        command = [BINARY, "auth", "login", "--no-browser", *words]
        pipe = subprocess.PIPE
        stdin = pipe if paste else subprocess.DEVNULL
        process = subprocess.Popen(
            command, env=self.environment, stdin=stdin, stdout=pipe, stderr=pipe, text=True
        )
        try:
            yield Login(process, next(line for line in process.stderr if line.startswith("http")).strip())
        finally:
            process.kill()
            process.wait()

    def picture(self, page: chromium.Page, name: str) -> None:
        self.count += 1
        if self.pictures:
            page.screenshot(self.pictures / f"{self.count:02}-{name}.png")


class Login:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def end(self, code: int, *words: str) -> str:
        """Waits for the end, and checks exit code and output."""
        told = "".join(self.process.communicate(timeout=30))
        assert self.process.returncode == code, f"exit code {self.process.returncode}: {told}"
        for word in words:
            assert word in told, f"{word!r} is missing: {told}"
        return told


def clean(page: chromium.Page, html: str, state: str) -> None:
    """The page has neither a code nor a state, loads nothing, and the browser has nothing to complain of."""
    assert state not in html and "code=" not in html, html
    complaints = [text for text in page.messages if "favicon" not in text and "400" not in text]
    assert not complaints, complaints


def state_of(url: str) -> str:
    return re.search(r"state=([0-9a-f]{64})", url).group(1)


def agrees(check: Check) -> None:
    with chromium.page() as page, check.login(*APPS["tiktok"], "--scopes", "all", "--port", "0") as login:
        page.open(login.url)
        page.wait("id=\"agree\"")
        check.picture(page, "consent")
        page.click("li:nth-child(5) a")
        page.wait("☐ video.upload")
        check.picture(page, "unticked")
        page.click("#agree")
        html = page.wait("Signed in")
        time.sleep(0.3)
        check.picture(page, "signed-in")
        assert "Not granted: video.upload" in html, html
        clean(page, html, state_of(login.url))
        login.end(0, "Signed in: tiktok account", "missing         video.upload (Content Posting API)")
    assert check.auth("token").startswith("act.sim-public!")


def declines(check: Check) -> None:
    with chromium.page(dark=True) as page, check.login(*APPS["tiktok"], "--port", "0") as login:
        page.open(login.url)
        page.wait("id=\"decline\"")
        page.click("#decline")
        html = page.wait("Not signed in")
        time.sleep(0.3)
        check.picture(page, "declined")
        clean(page, html, state_of(login.url))
        login.end(4, "access_denied", "agree on TikTok's page")


def wrong_state(check: Check) -> None:
    with chromium.page() as page, check.login(*APPS["tiktok"], "--port", "0") as login:
        port = re.search(r"127.0.0.1%3A(\d+)%2Fcallback", login.url).group(1)
        page.open(f"http://127.0.0.1:{port}/callback/?code=stranger&state={'0' * 64}")
        html = page.wait("Nothing to do here")
        check.picture(page, "wrong-state")
        assert "TikTok" not in html and "state" not in html, html
        assert login.process.poll() is None, "the login should still wait"
        page.open(f"http://127.0.0.1:{port}/favicon.ico")
        page.open(login.url)
        page.wait("id=\"agree\"")
        page.click("#agree")
        page.wait("Signed in")
        login.end(0, "note: a redirect without the state of this sign-in was refused")


def pastes(check: Check) -> None:
    """As over SSH: the browser cannot load the page, and its address is pasted."""
    address = "https://localhost:9/callback/"
    words = [*APPS["tiktok"], "--redirect-uri", address]
    with chromium.page() as page, check.login(*words, paste=True) as login:
        page.open(login.url)
        page.wait("id=\"agree\"")
        page.click("#agree")
        end = time.monotonic() + 20
        while not page.url().startswith(address) and time.monotonic() < end:
            time.sleep(0.1)
        check.picture(page, "cannot-be-loaded")
        shown = page.url()
        assert shown.startswith(address) and "code=" in shown, shown
        login.process.stdin.write(shown + "\n")
        login.process.stdin.flush()
        login.end(0, "Signed in: tiktok account")


def advertiser(check: Check) -> None:
    check.setup({"ads": {"switches": {"consent_page": True}}})
    words = [*APPS["tiktok-ads"], "--advertiser-id", "7310000000000000011", "--port", "0"]
    with chromium.page() as page, check.login(*words) as login:
        page.open(login.url)
        page.wait("id=\"agree\"")
        page.click("#agree")
        html = page.wait("Signed in")
        check.picture(page, "advertiser")
        clean(page, html, state_of(login.url))
        login.end(0, "does not expire", "7310000000000000011", "(used by commands)")


def opens_the_browser(check: Check) -> None:
    """The program itself starts Chromium, by the variable BROWSER."""
    check.setup({"consent": {"page": False}})
    seen = check.folder / "dom.html"
    script = check.folder / "browser"
    script.write_text(
        "#!/bin/sh\nexec timeout 60 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage "
        f"--user-data-dir={check.folder}/profile --virtual-time-budget=5000 --dump-dom \"$1\" >{seen} 2>/dev/null\n"
    )
    script.chmod(0o755)
    command = [BINARY, "auth", "login", *APPS["tiktok"], "--port", "0"]
    environment = {**check.environment, "BROWSER": str(script), "HOME": str(check.folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    end = time.monotonic() + 30
    while (not seen.exists() or "Signed in" not in seen.read_text()) and time.monotonic() < end:
        time.sleep(0.1)
    assert "Signed in" in seen.read_text(), seen.read_text()


def main() -> None:
    pictures = Path(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2] else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        check = Check(Path(folder), pictures)
        try:
            check.setup({"consent": {"page": True}})
            for step in (agrees, declines, wrong_state, pastes, advertiser, opens_the_browser):
                step(check)
                print(f"{step.__name__.replace('_', ' ')}: as expected")
        finally:
            check.simulator.kill()
            check.simulator.wait()


if __name__ == "__main__":
    main()
