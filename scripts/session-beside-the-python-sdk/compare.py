"""Measures the processor time of `get_user_info` in one process of the program and in one of Autohive's SDK.

usage: compare.py BINARY ACTIONS FOLDER     (at least 2 actions)

The time of an action is that of a process with all actions above that of a process with one, divided by the
number of actions above one. The programs take turns. Every request must be answered with a result, once.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import urllib.request
from pathlib import Path

BINARY, ACTIONS, FOLDER = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
HERE = Path(__file__).parent
ROUNDS = 5

# TikTok allows 600 calls a minute with one token, and the program keeps to it.
ACTIONS_PER_TOKEN = 500

OURS = "the program, run --jobs 8"
EACH = "the SDK, a context for each action"
SHARED = "the SDK, a context for each token"
TARGET = 15


def start_simulator():
    process = subprocess.Popen([BINARY, "simulate"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return process, found[0]
    sys.exit("the simulator does not start")


def add_accounts(base):
    accounts = [
        {"token": f"act.bench-{number}", "rate_limit": 1_000_000} for number in range(-(-ACTIONS // ACTIONS_PER_TOKEN))
    ]
    body = json.dumps({"accounts": accounts}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{base}/_simulator/setup", data=body, method="POST")).read()


def write_requests(count):
    path = FOLDER / f"{count}.jsonl"
    with path.open("w") as file:
        for number in range(count):
            credentials = {"access_token": f"act.bench-{number // ACTIONS_PER_TOKEN}"}
            auth = {"auth_type": "PlatformOauth2", "credentials": credentials}
            print(json.dumps({"id": number, "action": "get_user_info", "inputs": {}, "auth": auth}), file=file)
    return path


def processor_time(command, base, count):
    """Returns the seconds that a process takes for all its requests."""
    answers = FOLDER / "answers.jsonl"
    environment = {"HOME": str(FOLDER), "TIKTOK_API_BASE": base}
    with write_requests(count).open() as requests, answers.open("w") as output:
        process = subprocess.Popen(command, stdin=requests, stdout=output, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    results = [json.loads(line) for line in answers.read_text().splitlines()]
    ids = sorted(result["id"] for result in results if result["type"] == "action")
    if process.returncode or ids != list(range(count)):
        sys.exit(f"{command[0]} ended with {process.returncode}; {len(ids)} of {count} requests succeeded")
    return usage.ru_utime + usage.ru_stime


def main():
    if ACTIONS < 2:
        sys.exit(f"{ACTIONS} actions: at least 2 are needed, since one is measured beside them")
    simulator, base = start_simulator()
    try:
        measure(base)
    finally:
        simulator.kill()
        simulator.wait()


def measure(base):
    add_accounts(base)
    manifest = HERE.parent.parent / "config.json"
    sdk = [sys.executable, str(HERE / "integration.py"), str(manifest)]
    commands = {OURS: [BINARY, "run", "--jobs", "8"], EACH: [*sdk, "each"], SHARED: [*sdk, "shared"]}
    times = {name: [] for name in commands}
    for number in range(ROUNDS):
        for name in list(commands)[:: -1 if number % 2 else 1]:
            one, all_ = (processor_time(commands[name], base, count) for count in (1, ACTIONS))
            times[name].append((all_ - one) / (ACTIONS - 1) * 1e6)
    print(f"| Processor time of an action, {ACTIONS} in one process | µs | ÷ the program |\n|---|---|---|")
    ours = statistics.median(times[OURS])
    for name, all_ in times.items():
        middle = statistics.median(all_)
        print(f"| {name} | {min(all_):.0f} · **{middle:.0f}** · {max(all_):.0f} | {middle / ours:.1f} |")
    ratio = min(statistics.median(times[name]) for name in (EACH, SHARED)) / ours
    print(f"\nThe faster one of the SDK ÷ the program: {ratio:.1f}; must be at least {TARGET}.")


main()
