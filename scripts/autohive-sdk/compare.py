"""Sends the requests of the fixtures through Autohive's SDK and to the program alone, and compares the results.

usage: compare.py BUNDLES FIXTURES

BUNDLES holds the folders tiktok and tiktok-ads of `autohive-tiktok bundle`. Both sides see a simulated TikTok in the same
state. What the program accepts, the SDK must let pass unchanged; an error of the program must reach the message. Fixtures
that need a scripted server, a virtual clock or earlier requests are counted and left out.
"""

import asyncio
import base64
import importlib.util
import json
import os
import re
import sys
import urllib.request
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from autohive_integrations_sdk import ExecutionContext

BUNDLES, FIXTURES = (Path(argument).resolve() for argument in sys.argv[1:3])

# Seconds after which a fixture is one for a virtual clock.
PATIENCE = 3

# Fixtures mostly wait, so several run at a time, each with its own simulator.
SHARDS = 6

NAMES = ("tiktok", "tiktok-ads")

# Of each integration, at least this many fixtures must have been compared.
LEAST = 100

# What differs between two runs: times, ids, signed addresses, ports.
VOLATILE = re.compile(
    r"\d+ (ms|s)\b|\d{4}-\d\d-\d\dT[\d:.]+Z?|[0-9A-Fa-f]{16,}|\d{5,}(\.\d+)?|127\.0\.0\.1:\d+|v0[0-9a-z]{10,}|[0-9a-f-]{36}"
)


class Unfit(Exception):
    """The fixture cannot be played here; the text says why."""


class Simulator:
    def __init__(self, url):
        self.url = url

    def write(self, path, body):
        urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/_simulator/{path}", data=json.dumps(body).encode(), method="POST")
        ).read()

    def prepare(self, setup):
        self.write("reset", {})
        self.write("setup", {"processing_ms": 20, "moderation_ms": 20, **setup})


def load(name):
    """Returns the integration of a bundle, as Autohive loads it."""
    folder = BUNDLES / name
    manifest = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location(f"entry_{name}", folder / manifest["entry_point"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(folder))
    # The next bundle has its own program.
    adapter = sys.modules.pop("autohive_tiktok")
    return getattr(module, Path(manifest["entry_point"]).stem), set(manifest["actions"]), adapter.Pool


def requests():
    """Yields the fixtures that have only a request and a state of TikTok: name, request, setup."""
    for path in sorted(FIXTURES.rglob("*.json")):
        fixture = json.loads(path.read_text(encoding="utf-8"))
        name = str(path.relative_to(FIXTURES))
        for case in fixture.get("cases", [{}]):
            label = f"{name}::{case['case']}" if case else name
            try:
                yield label, *fitting(filled(fixture, case), path)
            except Unfit as why:
                yield label, None, str(why)


def fitting(fixture, path):
    for member in ("script", "before", "raw", "operator"):
        if fixture.get(member):
            raise Unfit(member)
    request = content(fixture["request"], path)
    if "action" not in request or "type" in request:
        raise Unfit("no action")
    if "{{" in json.dumps(request):
        raise Unfit("server's address")
    return as_from_autohive(request), fixture.get("simulator") or {}


def as_from_autohive(request):
    """Returns a request with what Autohive can pass: all other members are those of the protocol."""
    auth = request.get("auth") or {}
    if "credentials" not in auth:
        auth = {"auth_type": "Custom" if "advertiser_id" in auth else "PlatformOauth2", "credentials": auth}
    members = {
        name: request[name] for name in ("integration", "action", "request_config", "metadata") if request.get(name)
    }
    return {**members, "auth": auth, "inputs": request.get("inputs") or {}}


def filled(value, case):
    """Returns the fixture with the variables of a case in place."""
    if isinstance(value, str):
        for name, given in case.items():
            if value == f"{{{{{name}}}}}":
                return given
            if isinstance(given, str):
                value = value.replace(f"{{{{{name}}}}}", given)
        return value
    if isinstance(value, list):
        return [filled(item, case) for item in value]
    if isinstance(value, dict):
        return {name: filled(member, case) for name, member in value.items() if name != "cases"}
    return value


def content(value, path):
    """Returns a request with the contents of its files as base64."""
    if isinstance(value, dict) and "$file" in value:
        return base64.b64encode((path.parent / value["$file"]).read_bytes()).decode()
    if isinstance(value, dict):
        if any(name.startswith("$") for name in value):
            raise Unfit("earlier result")
        return {name: content(member, path) for name, member in value.items()}
    return [content(item, path) for item in value] if isinstance(value, list) else value


async def alone(request, folder):
    """Returns the result of the program by itself."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        folder / "autohive-tiktok", "run", "--log", "off", stdin=pipe, stdout=pipe, limit=2**26
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(json.dumps(request).encode()), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Unfit("virtual clock") from None
    return json.loads(output)


async def through_sdk(integration, request):
    """Returns the type and the result of the SDK's envelope."""
    context = ExecutionContext(
        auth=request["auth"], request_config=request.get("request_config"), metadata=request.get("metadata")
    )
    envelope = await integration.execute_action(request["action"], request["inputs"], context)
    result = envelope.result if isinstance(envelope.result, dict) else vars(envelope.result)
    return envelope.type.value, result


async def end(pool):
    """Ends the processes that the adapter keeps: a process counts the posts of a minute."""
    idle = (await pool.of_running_loop())._idle
    while idle:
        await idle.pop().stop()


def plain(value):
    return VOLATILE.sub("#", value if isinstance(value, str) else json.dumps(value, sort_keys=True))


def difference(expected, kind, result):
    """Returns what the SDK's result has wrong; `None` if nothing."""
    wanted = expected["result"]
    if expected["type"] == "action":
        if kind != "action":
            return f"the program answers, the SDK has {kind}: {result['message'][:300]}"
        return None if plain(wanted["data"]) == plain(result["data"]) else f"{wanted['data']}\n  {result['data']}"
    allowed = {"action_error": ["action_error"], "error": ["action_error", "validation_error"]}
    if kind not in allowed.get(expected["type"], ["validation_error"]):
        return f"the program has {expected['type']}, the SDK {kind}"
    if kind == "validation_error" and str(result["message"]).startswith("["):
        return None  # The SDK's own check, which refused first.
    text = plain(result["message"])
    parts = [
        wanted["message"].rstrip("."),
        *(str(wanted[name]) for name in ("code", "outcome", "publish_id") if wanted.get(name)),
    ]
    missing = [part for part in parts if plain(part) not in text]
    return f"the message lacks {missing}: {result['message'][:600]}" if missing else None


async def play(shard):
    """Plays every `SHARDS`th fixture against its own simulator, and returns what was seen."""
    process = await asyncio.create_subprocess_exec(
        BUNDLES / "tiktok" / "autohive-tiktok", "simulate", stdout=asyncio.subprocess.PIPE
    )
    url = re.search(r"http://\S+", (await process.stdout.readline()).decode())[0]
    os.environ.update(TIKTOK_API_BASE=url, TIKTOK_ADS_API_BASE=url, AUTOHIVE_TIKTOK_STATE="off")
    simulator = Simulator(url)
    integrations = {name: load(name) for name in NAMES}
    compared, left_out, wrong = Counter(), Counter(), []
    for label, request, setup in islice(requests(), shard, None, SHARDS):
        if request is None:
            left_out[setup] += 1
            continue
        name = request.get("integration") or "tiktok"
        integration, actions, pool = integrations.get(name, (None, (), None))
        if request.get("action") not in actions:
            left_out["unknown action"] += 1
            continue
        simulator.prepare(setup)
        try:
            expected = await alone(request, BUNDLES / name)
        except Unfit as why:
            left_out[str(why)] += 1
            continue
        simulator.prepare(setup)
        kind, result = await through_sdk(integration, request)
        await end(pool)
        compared[name, request["action"]] += 1
        if fault := difference(expected, kind, result):
            wrong.append(f"{label}: {fault}")
    process.terminate()
    await process.wait()
    return compared, left_out, wrong


def played(shard):
    return asyncio.run(play(shard))


def main():
    compared, left_out, wrong = Counter(), Counter(), []
    with ProcessPoolExecutor(SHARDS) as executor:
        for of_shard in executor.map(played, range(SHARDS)):
            compared += of_shard[0]
            left_out += of_shard[1]
            wrong += of_shard[2]
    for name in NAMES:
        manifest = json.loads((BUNDLES / name / "config.json").read_text(encoding="utf-8"))
        wrong += [
            f"{name}: no fixture of {action} was compared"
            for action in manifest["actions"]
            if not compared[name, action]
        ]
        count = sum(number for (of, _), number in compared.items() if of == name)
        print(f"{name}: {count} results compared")
        if count < LEAST:
            wrong.append(f"{name}: {count} fixtures were compared, at least {LEAST} should be")
    print(f"left out: {dict(left_out)}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(wrong)} differences" if wrong else "no differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
