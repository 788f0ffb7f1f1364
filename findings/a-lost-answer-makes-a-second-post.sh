#!/usr/bin/env bash
# autohive-integrations-sdk 2.0.1 and 1.0.2, from PyPI, with aiohttp 3.14.5; observed on 2026-11-30 with Python 3.13.
#
# `ExecutionContext.fetch` sends a request again if the connection breaks, up to three times, POST included. A server that
# carried out the first request and lost the answer carries out the second one too, and the caller sees a single success:
# with TikTok's photo init that is a second post. Each try also appends the parameters to the address of the try before, so
# the repeat of a GET is another request: TikTok's Display API reads `fields` from the query. aiohttp itself sends a GET
# twice within a try. Observed output, for either version:
#
#   POST, first answer lost: /posts?notify=1, /posts?notify=1&notify=1; made: 2; the caller sees: {'id': 2}
#   GET, first two answers lost: /posts?fields=id, /posts?fields=id, /posts?fields=id&fields=id; the caller sees: {'id': 0}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/run.py" <<'PYTHON'
import asyncio
import contextlib
import io
import json

from autohive_integrations_sdk import ExecutionContext

asked, made, to_lose = [], 0, 0


async def serve(reader, writer):
    global made, to_lose
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    method, path, _ = head.split("\r\n")[0].split(" ")
    lengths = [line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length:")]
    await reader.readexactly(int(lengths[0]) if lengths else 0)
    asked.append(path)
    made += method == "POST"
    if to_lose:
        to_lose -= 1
    else:
        body = json.dumps({"id": made}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    writer.close()


async def fetch(port, lost, method, params, **body):
    global made, to_lose
    asked.clear()
    made, to_lose = 0, lost
    auth = {"auth_type": "PlatformOauth2", "credentials": {"access_token": "x"}}
    with contextlib.redirect_stdout(io.StringIO()):
        async with ExecutionContext(auth=auth) as context:
            answer = await context.fetch(f"http://127.0.0.1:{port}/posts", method=method, params=params, **body)
    # Since 2.0 the answer is wrapped.
    return getattr(answer, "data", answer)


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    seen = await fetch(port, 1, "POST", {"notify": 1}, json={"text": "x"})
    print(f"POST, first answer lost: {', '.join(asked)}; made: {made}; the caller sees: {seen}")
    seen = await fetch(port, 2, "GET", {"fields": "id"})
    print(f"GET, first two answers lost: {', '.join(asked)}; the caller sees: {seen}")


asyncio.run(main())
PYTHON
for version in 2.0.1 1.0.2; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install -q --disable-pip-version-check "autohive-integrations-sdk==$version" aiohttp==3.14.5
  "$work/$version/bin/python" "$work/run.py" >"$work/seen" 2>"$work/log" || { cat "$work/log"; exit 1; }
  sed "s/^/$version: /" "$work/seen"
  diff - "$work/seen" <<'SEEN'
POST, first answer lost: /posts?notify=1, /posts?notify=1&notify=1; made: 2; the caller sees: {'id': 2}
GET, first two answers lost: /posts?fields=id, /posts?fields=id, /posts?fields=id&fields=id; the caller sees: {'id': 0}
SEEN
done
