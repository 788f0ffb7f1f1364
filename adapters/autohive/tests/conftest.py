"""Makes the integration importable, and simulates TikTok with the program."""

import asyncio
import contextlib
import json
import re
import sys
import urllib.request
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(FOLDER))


class Simulator:
    """A running simulator, which shows and changes the simulated TikTok."""

    def __init__(self, url: str):
        self.url = url

    def read(self, path: str):
        """Returns what `GET /_simulator/PATH` shows."""
        return self._call(urllib.request.Request(f"{self.url}/_simulator/{path}"))

    def write(self, path: str, **members):
        """Sends `POST /_simulator/PATH`."""
        body = json.dumps(members).encode()
        return self._call(urllib.request.Request(f"{self.url}/_simulator/{path}", data=body))

    def _call(self, request: urllib.request.Request):
        # The address is the simulator's, on this machine.
        with urllib.request.urlopen(request) as response:  # nosec B310
            return json.loads(response.read() or b"null")


def pytest_configure(config):
    """Registers the mark of the unit tests."""
    config.addinivalue_line("markers", "unit: tests that need no account of TikTok")


@pytest.fixture
def simulator(monkeypatch, tmp_path):
    """Returns an asynchronous context in which TikTok is simulated and the program calls it."""

    @contextlib.asynccontextmanager
    async def simulated():
        process = await asyncio.create_subprocess_exec(
            FOLDER / "autohive-tiktok", "simulate", "--processing-ms", "50", stdout=asyncio.subprocess.PIPE
        )
        try:
            line = (await process.stdout.readline()).decode()
            url = re.search(r"http://\S+", line)
            assert url, "the program has no simulator: build it with its default features"
            for name in ("TIKTOK_API_BASE", "TIKTOK_ADS_API_BASE"):
                monkeypatch.setenv(name, url[0])
            monkeypatch.setenv("AUTOHIVE_TIKTOK_STATE", f"sqlite:{tmp_path}/state.db")
            yield Simulator(url[0])
        finally:
            process.terminate()
            await process.wait()

    return simulated
