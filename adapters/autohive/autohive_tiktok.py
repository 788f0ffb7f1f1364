"""Runs actions with the program `autohive-tiktok`, which is in the same folder.

The program reads JSON requests from its standard input and writes one JSON result per request. A process runs one
action at a time and is kept for the next one. The log of the program goes to the standard error of the host.
"""

import asyncio
import contextlib
import functools
import hashlib
import json
import logging
import os
import re
import signal
import stat
import tempfile
from collections.abc import AsyncGenerator, Iterator
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

# Seconds for the last result of a program that was told to stop. It takes less than two if TikTok does not respond.
STOP_SECONDS = 10

# Characters of a text that are encoded at a time, so that a video is not copied as a whole, and bytes that are read at
# a time.
SLICE = 1024 * 1024

# Members of an error that its message contains already.
TOLD = {"message", "remedy", "cost_usd", "details", "errors", "property", "value", "source"}

# Parts of messages that are for hosts which write the lines themselves and have the pages of the source tree.
FOR_OTHER_HOSTS = re.compile(r"^line \d+(, column \d+)?: |\s*See `?docs/[^`\s]*`?\.")

log = logging.getLogger(__name__)


class ConnectedAccountError(Exception):
    """The account could not be read. The message has the code of the error and the remedy."""


class StartError(Exception):
    """The program could not be started."""

    def __init__(self, message: str, remedy: str):
        super().__init__(message)
        self.remedy = remedy


class RequestError(Exception):
    """The request is not JSON: it has a value such as NaN, or is nested too deeply."""


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
            nothing = " Nothing was sent to TikTok." * (result["source"] == "input")
            raise ValidationError(message({**result, "remedy": None}) + nothing, source=result["source"])
        if answer["type"] == "error" and not only_reads:
            # A request that the program could not read.
            result.setdefault("outcome", "failed")
            result.setdefault("retryable", False)
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
        try:
            pool = await Pool.of_running_loop()
            answer = await pool.ask(request, only_reads)
            if answer is None and only_reads:
                answer = await pool.ask(request, only_reads)
        except StartError as error:
            return error_answer("program_not_started", str(error), error.remedy)
        except RequestError as error:
            return error_answer("invalid_request", str(error), REQUEST_REMEDY)
        if answer is not None:
            return answer
        return error_answer("program_ended", ENDED, READ_REMEDY) if only_reads else ended_while_writing()


ENDED = "The program ended before it wrote a result."
START_REMEDY = "Check that the bundle is complete and that its program was built for the system of the host."
COPY_REMEDY = (
    "Let the user of the host execute the file, or set TMPDIR to a folder with room for a copy, "
    "in which programs can be executed."
)
REQUEST_REMEDY = "Send text, finite numbers, lists and objects that are nested at most 64 deep."
READ_REMEDY = "The log of the host may have the cause. Run the action again."
WRITE_REMEDY = (
    "The action may have taken effect: look at the account before you run it again. "
    "With an idempotency_key, running it again is safe."
)


class Pool:
    """The processes of one event loop. Pipes of asyncio belong to the loop in which they were opened."""

    _pools: ClassVar[dict[asyncio.AbstractEventLoop, "Pool"]] = {}

    def __init__(self):
        self._idle: list[Process] = []
        self._free = asyncio.Semaphore(MAX_PROCESSES)
        self._stopping: set[asyncio.Task] = set()
        self._end = self._until_the_end()
        self._has_ended = False

    @classmethod
    async def of_running_loop(cls) -> "Pool":
        """Returns the pool of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in cls._pools:
            cls._abandon_closed_loops()
            cls._pools[loop] = pool = cls()
            # The loop knows the generator from its first step on.
            await anext(pool._end)
        return cls._pools[loop]

    @classmethod
    def _abandon_closed_loops(cls) -> None:
        """Ends the processes of loops that were closed without `shutdown_asyncgens`."""
        for loop in [loop for loop in list(cls._pools) if loop.is_closed()]:
            # The loop of another thread may have removed it meanwhile.
            pool = cls._pools.pop(loop, None)
            for process in pool._idle if pool else []:
                process.abandon()

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        """Ends the idle processes when the loop closes its generators, as `asyncio.run` lets it do at its end."""
        try:
            yield
        finally:
            self._has_ended = True
            self._pools.pop(asyncio.get_running_loop(), None)
            for process in self._idle:
                await process.stop()

    async def ask(self, request: dict[str, Any], only_reads: bool) -> dict[str, Any] | None:
        """Sends a request and returns the result; `None` if the process ended without one.

        A cancelled action is interrupted: its process is stopped, and what is known of its effect is logged.
        """
        async with self._free:
            process = await self._process()
            try:
                answer = await process.ask(request)
            except RequestError:
                await process.stop()
                raise
            except BaseException:
                await self._interrupt(process, only_reads)
                raise
            if answer is None or self._has_ended:
                await process.stop()
            else:
                self._idle.append(process)
            return answer

    async def _interrupt(self, process: "Process", only_reads: bool) -> None:
        """Stops a process. A second cancellation does not wait for its end, which is logged nevertheless."""
        stopping = asyncio.create_task(log_last_result(process, only_reads))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)
        await asyncio.shield(stopping)

    async def _process(self) -> "Process":
        while self._idle:
            process = self._idle.pop()
            if process.runs():
                return process
            await process.stop()
        return await Process.start()


async def log_last_result(process: "Process", only_reads: bool) -> None:
    """Stops a process whose action was cancelled, and logs what it says of the action's effect."""
    try:
        answer = await process.stop()
    except asyncio.CancelledError:
        if not only_reads:
            log.warning("The action was cancelled, and its program killed. %s [outcome=unconfirmed]", WRITE_REMEDY)
        raise
    if not only_reads:
        log.warning("The action was cancelled. %s", last_words(answer))


def last_words(answer: dict[str, Any] | None) -> str:
    if answer is None:
        return "The program had not read it; nothing was sent to TikTok."
    if answer["type"] != "action":
        return message(answer["result"])
    facts = {name: value for name, value in answer["result"]["data"].items() if name == "outcome" or name[-3:] == "_id"}
    return f"It had ended. [{told(facts)}]"


class Process:
    """A running program and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process):
        self._process = process
        self._asked = 0
        # Pieces of the line that is being read. A cancelled reader leaves them to the next one.
        self._read_so_far = [b""]

    @classmethod
    async def start(cls) -> "Process":
        """Starts the program. Raises `StartError`."""
        try:
            try:
                return await cls._start()
            except FileNotFoundError:
                # A copy of the program is gone, for example to a cleaner of temporary files.
                executable.cache_clear()
                return await cls._start()
        except OSError as error:
            raise StartError(f"The program could not be started: {error.strerror or error}.", START_REMEDY) from error

    @classmethod
    async def _start(cls) -> "Process":
        pipe = asyncio.subprocess.PIPE
        program = await asyncio.to_thread(executable)
        return cls(await asyncio.create_subprocess_exec(program, "run", stdin=pipe, stdout=pipe))

    def runs(self) -> bool:
        """Whether the process has not ended. The loop may not have noticed its end."""
        if self._process.returncode is not None:
            return False
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

    async def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Writes a request and reads its result; `None` if the process ended without one."""
        self._asked += 1
        # A process that ended takes no more bytes, but its last result can still be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces({"id": self._asked, **request}):
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
                if last is None and self._process.returncode not in (0, -signal.SIGTERM):
                    return ended_while_writing()
                return last
        except TimeoutError:
            return ended_while_writing()
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
        """Returns the result of the last request; `None` if the process ends without one."""
        while True:
            line, newline, rest = self._read_so_far[-1].partition(b"\n")
            if newline:
                answer = json.loads(b"".join([*self._read_so_far[:-1], line]))
                self._read_so_far = [rest]
                # A request that could not be read has no id.
                return answer if answer["id"] in (self._asked, None) else None
            piece = await self._process.stdout.read(SLICE)
            if not piece:
                return None
            self._read_so_far.append(piece)


@functools.cache
def executable() -> Path:
    """Returns a path under which the program can be run. Archives can lose the permission to run it.

    Raises `StartError`, or `OSError` if there is no program.
    """
    mode = PROGRAM.stat().st_mode
    if os.access(PROGRAM, os.X_OK):
        return PROGRAM
    with contextlib.suppress(OSError):
        PROGRAM.chmod(mode | 0o111)
    if os.access(PROGRAM, os.X_OK):
        return PROGRAM
    try:
        copy = executable_copy()
    except OSError as error:
        what = f"{PROGRAM} cannot be executed, and no copy of it could be made in {tempfile.gettempdir()}"
        raise StartError(f"{what}: {error.strerror or error}.", COPY_REMEDY) from error
    if not os.access(copy, os.X_OK):
        raise StartError(f"Neither {PROGRAM} nor its copy {copy} can be executed.", COPY_REMEDY)
    return copy


def executable_copy() -> Path:
    """Returns the copy of the program in a folder of the user. In AWS Lambda, the folder of the bundle is read-only."""
    folder = Path(tempfile.gettempdir()) / f"autohive-tiktok-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise OSError(f"{folder} belongs to someone else")
    with PROGRAM.open("rb") as program:
        digest = hashlib.file_digest(program, "sha256").hexdigest()
    copy = folder / digest
    if not copy.exists():
        number, temporary = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(number, "wb") as file, PROGRAM.open("rb") as program:
                while piece := program.read(SLICE):
                    file.write(piece)
            os.chmod(temporary, 0o700)
            os.replace(temporary, copy)
        except OSError:
            os.unlink(temporary)
            raise
    return copy


def pieces(request: dict[str, Any]) -> Iterator[bytes]:
    """Returns the line of a request in pieces of about `SLICE` characters. Raises `RequestError`."""
    piece, length = [], 0
    try:
        for token in tokens(request):
            piece.append(token)
            length += len(token)
            if length >= SLICE:
                yield "".join(piece).encode()
                piece, length = [], 0
    except RecursionError:
        raise RequestError("The inputs are nested too deeply. Nothing was sent to TikTok.") from None
    except ValueError as error:
        raise RequestError(f"The inputs are not JSON: {error}. Nothing was sent to TikTok.") from None
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
        yield json.dumps(value, default=str, allow_nan=False)


def message(error: dict[str, Any]) -> str:
    """Returns the text of an error: the message, the remedy, and in brackets its code and all other members.

    The SDK keeps nothing but this text.
    """
    text, remedy = (FOR_OTHER_HOSTS.sub("", error.get(name) or "") for name in ("message", "remedy"))
    if remedy.rstrip(".").lower() in text.lower():
        remedy = ""
    sentences = [part if part.endswith((".", ".)")) else f"{part}." for part in (text, remedy) if part]
    facts = told({name: value for name, value in error.items() if name not in TOLD})
    return " ".join([*sentences, f"[{facts}]"] if facts else sentences)


def told(facts: dict[str, Any]) -> str:
    """Returns the members that are known as `name=value; …`."""
    known = ((name, value) for name, value in facts.items() if value is not None)
    texts = (
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for name, value in known
    )
    return "; ".join(f"{name}={text}" for name, text in texts)


def ended_while_writing() -> dict[str, Any]:
    """Returns the error of a writing action whose process ended without a result."""
    return error_answer("program_ended", ENDED, WRITE_REMEDY, outcome="unconfirmed")


def error_answer(code: str, what: str, remedy: str, **others: str) -> dict[str, Any]:
    """Returns an error in the form of the program's own."""
    return {"type": "error", "result": {"message": what, "code": code, "remedy": remedy, **others}}
