"""Runs actions with the program `autohive-tiktok`, which is in the same folder.

The program reads JSON requests from its standard input and writes one JSON result per request. A process runs one
action at a time and is kept for the next one. The logs of the program go to the standard error of the host.
"""

import asyncio
import contextlib
import functools
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

from autohive_integrations_sdk import (
    ActionError,
    ActionResult,
    ConnectedAccountInfo,
    ExecutionContext,
    ValidationError,
)

PROGRAM = Path(__file__).with_name("autohive-tiktok")

# Default of an input that the host did not send. It is not part of the request: a null input is not the same.
ABSENT = object()

# Processes at a time. More actions wait.
MAX_PROCESSES = 8

# Longest result line in bytes: 1,000 videos with all their texts are 25 MiB.
MAX_LINE = 32 * 1024 * 1024

# Seconds for the last result of a program that was told to stop. It takes less than two if TikTok does not respond.
STOP_SECONDS = 10

# Characters of a text that are encoded at a time, so that a video is not copied as a whole.
SLICE = 1024 * 1024

# Members of an error that its message contains already.
TOLD = {"message", "remedy", "cost_usd", "details", "errors", "property", "value", "source"}

log = logging.getLogger(__name__)


class ConnectedAccountError(Exception):
    """The account could not be read. The message has the code of the error and the remedy."""


class StartError(Exception):
    """The program could not be started."""


class Program:
    """The program, for the actions of one integration."""

    def __init__(self, integration: str):
        self._integration = integration

    async def act(
        self, action: str, context: ExecutionContext, inputs: dict[str, Any], *, only_reads: bool = False
    ) -> ActionResult | ActionError:
        """Runs an action. Raises the SDK's `ValidationError` if the program refuses the inputs or an output."""
        present = {name: value for name, value in inputs.items() if value is not ABSENT}
        answer = await self._ask({"action": action, "inputs": present}, context, only_reads)
        result = answer["result"]
        if answer["type"] == "action":
            return ActionResult(data=result["data"], cost_usd=result["cost_usd"])
        if answer["type"] == "validation_error":
            raise ValidationError(message(result), source=result["source"])
        return ActionError(message=message(result))

    async def connected_account(self, context: ExecutionContext) -> ConnectedAccountInfo:
        """Reads the account behind the credentials. Raises `ConnectedAccountError`."""
        answer = await self._ask({"type": "connected_account"}, context, only_reads=True)
        account = answer["result"]
        if answer["type"] != "connected_account":
            raise ConnectedAccountError(message(account))
        # The SDK refuses other members.
        return ConnectedAccountInfo(**{field.name: account.get(field.name) for field in fields(ConnectedAccountInfo)})

    async def _ask(self, task: dict[str, Any], context: ExecutionContext, only_reads: bool) -> dict[str, Any]:
        request = {"integration": self._integration, **task}
        for name, value in (
            ("auth", context.auth),
            ("request_config", context.config),
            ("metadata", context.metadata),
        ):
            if isinstance(value, dict) and value:
                request[name] = value
        pool = Pool.of_running_loop()
        try:
            answer = await pool.ask(request)
            if answer is None and only_reads:
                answer = await pool.ask(request)
        except StartError as error:
            return error_answer("program_not_started", str(error), START_REMEDY)
        if answer is not None:
            return answer
        if only_reads:
            return error_answer("program_ended", ENDED, READ_REMEDY)
        return error_answer("program_ended", ENDED, WRITE_REMEDY, outcome="unconfirmed")


ENDED = "The program ended before it wrote a result."
START_REMEDY = "Check that the bundle is complete and that its program was built for the system of the host."
READ_REMEDY = "The log of the host may have the cause. Run the action again."
WRITE_REMEDY = (
    "The action may have taken effect: look at the account before you run it again. "
    "With an idempotency_key, running it again is safe."
)


class Pool:
    """The processes of one event loop. Pipes of asyncio belong to the loop in which they were opened."""

    _pools: ClassVar[dict[asyncio.AbstractEventLoop, "Pool"]] = {}

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self._idle: list[Process] = []
        self._free = asyncio.Semaphore(MAX_PROCESSES)
        self._keeper = loop.create_task(self._stop_with(loop))

    @classmethod
    def of_running_loop(cls) -> "Pool":
        """Returns the pool of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in cls._pools:
            cls._abandon_closed_loops()
            cls._pools[loop] = cls(loop)
        return cls._pools[loop]

    @classmethod
    def _abandon_closed_loops(cls) -> None:
        """Ends the processes of loops that were closed without an end of their tasks."""
        for loop in [loop for loop in cls._pools if loop.is_closed()]:
            for process in cls._pools.pop(loop)._idle:
                process.abandon()

    async def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Sends a request and returns the result; `None` if the process ended without one.

        A cancelled action is interrupted: its process is stopped, and what is known of its effect is logged.
        """
        async with self._free:
            process = await self._process()
            try:
                answer = await process.ask(request)
            except BaseException:
                log_interrupted(await process.stop())
                raise
            if answer is None:
                await process.stop()
            else:
                self._idle.append(process)
            return answer

    async def _process(self) -> "Process":
        # Lets the loop notice processes that have ended.
        await asyncio.sleep(0)
        while self._idle:
            process = self._idle.pop()
            if process.runs():
                return process
            await process.stop()
        return await Process.start()

    async def _stop_with(self, loop: asyncio.AbstractEventLoop) -> None:
        """Waits until the loop cancels its tasks, which is its end, and stops the idle processes."""
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._pools.pop(loop, None)
            for process in self._idle:
                await process.stop()
            raise


class Process:
    """A running program and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process):
        self._process = process

    @classmethod
    async def start(cls) -> "Process":
        """Starts the program. Raises `StartError`."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(executable(), "run", stdin=pipe, stdout=pipe, limit=MAX_LINE)
        except OSError as error:
            raise StartError(f"The program could not be started: {error.strerror or error}.") from error
        return cls(process)

    def runs(self) -> bool:
        """Whether the process has not ended, as far as the loop knows."""
        return self._process.returncode is None

    async def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Writes a request and reads its result; `None` if the process ended without one."""
        # A process that ended takes no more bytes, but its last result can still be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces(request):
                self._process.stdin.write(piece)
                await self._process.stdin.drain()
        return await self._read()

    async def stop(self) -> dict[str, Any] | None:
        """Interrupts what runs, waits for the end of the process, and returns its last result, if there is one."""
        try:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            async with asyncio.timeout(STOP_SECONDS):
                last = await self._read()
                await self._process.wait()
                return last
        except TimeoutError:
            return None
        finally:
            if self.runs():
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            self._process.stdin.close()

    def abandon(self) -> None:
        """Ends an idle process whose loop is closed."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    async def _read(self) -> dict[str, Any] | None:
        line = await self._process.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None


@functools.cache
def executable() -> Path:
    """Returns a path under which the program can be run. Archives can lose the permission to run it."""
    if os.access(PROGRAM, os.X_OK):
        return PROGRAM
    try:
        PROGRAM.chmod(0o700)
        return PROGRAM
    except FileNotFoundError:
        raise
    except OSError:
        # A folder that cannot be changed, as in AWS Lambda.
        copy = Path(tempfile.mkdtemp(prefix="autohive-tiktok-")) / PROGRAM.name
        try:
            shutil.copyfile(PROGRAM, copy)
            copy.chmod(0o700)
        except OSError:
            shutil.rmtree(copy.parent, ignore_errors=True)
            raise
        return copy


def pieces(request: dict[str, Any]) -> Iterator[bytes]:
    """Returns the line of a request in pieces of about `SLICE` characters."""
    piece, length = [], 0
    for token in tokens(request):
        piece.append(token)
        length += len(token)
        if length >= SLICE:
            yield "".join(piece).encode()
            piece, length = [], 0
    yield ("".join(piece) + "\n").encode()


def tokens(value: Any) -> Iterator[str]:
    """Returns `value` as JSON, with long texts in slices."""
    if isinstance(value, dict):
        separator = "{"
        for name, member in value.items():
            yield f"{separator}{json.dumps(str(name))}:"
            yield from tokens(member)
            separator = ","
        yield "}" if value else "{}"
    elif isinstance(value, list):
        separator = "["
        for item in value:
            yield separator
            yield from tokens(item)
            separator = ","
        yield "]" if value else "[]"
    elif isinstance(value, str) and len(value) > SLICE:
        yield '"'
        for start in range(0, len(value), SLICE):
            yield json.dumps(value[start : start + SLICE])[1:-1]
        yield '"'
    else:
        yield json.dumps(value, default=str)


def message(error: dict[str, Any]) -> str:
    """Returns the text of an error: the message, the remedy, and in brackets its code and all other members.

    The SDK keeps nothing but this text.
    """
    sentences = [text.rstrip(".") + "." for text in (error["message"], error.get("remedy")) if text]
    facts = [f"{name}={fact(value)}" for name, value in error.items() if name not in TOLD and value is not None]
    return " ".join(sentences + [f"[{'; '.join(facts)}]"] * bool(facts))


def fact(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def error_answer(code: str, what: str, remedy: str, **others: str) -> dict[str, Any]:
    """Returns an error in the form of the program's own."""
    return {"type": "error", "result": {"message": what, "code": code, "remedy": remedy, **others}}


def log_interrupted(answer: dict[str, Any] | None) -> None:
    """Logs the effect of an action that was cancelled."""
    if answer is None:
        log.warning("The action was cancelled before the program had read it; nothing was sent to TikTok.")
    elif answer["type"] == "action":
        log.warning("The action was cancelled as it ended. Result: %s", json.dumps(answer["result"]["data"])[:1000])
    else:
        log.warning("The action was cancelled. %s", message(answer["result"]))
