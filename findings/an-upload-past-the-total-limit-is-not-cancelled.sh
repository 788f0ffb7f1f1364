#!/usr/bin/env bash
# @modelcontextprotocol/sdk 1.32.2 and @modelcontextprotocol/client 2.4.0, from npm, and mcp 2.3.0, from PyPI; observed on
# 2026-11-30 with Node 20.20 and Python 3.11 and 3.13.
#
# A call of an MCP tool, such as an upload, that takes longer than the client's limit (in JavaScript 60 seconds if none is
# given) is given up, and the server gets notifications/cancelled. In JavaScript, progress extends the limit only with
# `resetTimeoutOnProgress` and `onprogress` together: the former alone does not ask the server for progress. With both,
# `maxTotalTimeout` is the limit that remains, and past it the server gets no cancellation: the caller is told that the call
# failed, the upload goes on, and the video is posted. In Python, progress never extends the limit. Observed output, for an
# upload of 4 seconds with progress each half second, and limits of 2 and in total 3 seconds:
#
#   sdk, timeout: no progress asked for; the caller: timed out; the server: cancelled
#   sdk, timeout, reset: no progress asked for; the caller: timed out; the server: cancelled
#   sdk, timeout, onprogress: progress asked for; the caller: timed out; the server: cancelled
#   sdk, timeout, reset, onprogress: progress asked for; the caller: posted; the server: posted
#   sdk, timeout, reset, onprogress, total: progress asked for; the caller: timed out; the server: posted
#
# and the same five lines for client, then
#
#   mcp, timeout, progress: progress asked for; the caller: timed out; the server: cancelled
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 >log
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -q --disable-pip-version-check mcp==2.3.0
cat >server.mjs <<'JAVASCRIPT'
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const say = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
let cancelled = false;

async function upload(id, progressToken) {
  const asked = progressToken === undefined ? "no progress" : "progress";
  for (let progress = 1; progress <= 8 && !cancelled; progress++) {
    await new Promise((done) => setTimeout(done, 500));
    const params = { progressToken, progress, total: 8 };
    if (progressToken !== undefined) say({ method: "notifications/progress", params });
  }
  writeFileSync(process.argv[2], `${asked} asked for ${cancelled ? "cancelled" : "posted"}`);
  say({ id, result: { content: [{ type: "text", text: "posted" }] } });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "notifications/cancelled") cancelled = true;
  if (method === "tools/call") upload(id, params._meta?.progressToken);
  else if (method === "initialize") {
    const serverInfo = { name: "uploads", version: "1" };
    say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  } else if (method === "tools/list") say({ id, result: { tools: [{ name: "post", inputSchema: { type: "object" } }] } });
  else if (id !== undefined) say({ id, error: { code: -32601, message: "unknown" } });
});
JAVASCRIPT
cat >clients.mjs <<'JAVASCRIPT'
import { existsSync, readFileSync } from "node:fs";

const [name, client, stdio] = process.argv.slice(2);
const { Client } = await import(client);
const { StdioClientTransport } = await import(stdio);
const values = { timeout: 2000, reset: true, onprogress() {}, total: 3000 };
const options = { timeout: "timeout", reset: "resetTimeoutOnProgress", onprogress: "onprogress", total: "maxTotalTimeout" };

async function call(names) {
  const ended = names.replaceAll(", ", "-") + name;
  const mcp = new Client({ name: "a", version: "1" });
  await mcp.connect(new StdioClientTransport({ command: "node", args: ["server.mjs", ended] }));
  const given = Object.fromEntries(names.split(", ").map((each) => [options[each], values[each]]));
  const post = { name: "post", arguments: {} };
  const calling = name === "sdk" ? mcp.callTool(post, undefined, given) : mcp.callTool(post, given);
  const caller = await calling.then((result) => result.content[0].text, (error) =>
    /timed? ?out/i.test(error.message) ? "timed out" : error.message);
  while (!existsSync(ended)) await new Promise((done) => setTimeout(done, 100));
  await mcp.close();
  const [, asked, server] = /(.*) (\w+)$/.exec(readFileSync(ended, "utf8"));
  return `${name}, ${names}: ${asked}; the caller: ${caller}; the server: ${server}`;
}

const cases = ["", ", reset", ", onprogress", ", reset, onprogress", ", reset, onprogress, total"];
console.log((await Promise.all(cases.map((more) => call(`timeout${more}`)))).join("\n"));
JAVASCRIPT
cat >clients.py <<'PYTHON'
import asyncio, pathlib

import mcp


async def progressed(*_):
    pass


async def main():
    name = "mcp, timeout, progress"
    async with mcp.Client(mcp.StdioServerParameters(command="node", args=["server.mjs", name])) as client:
        try:
            answer = await client.call_tool("post", {}, read_timeout_seconds=2, progress_callback=progressed)
            caller = answer.content[0].text
        except mcp.MCPError as error:
            caller = "timed out" if "timed out" in str(error) else str(error)
        while not (file := pathlib.Path(name)).exists():
            await asyncio.sleep(0.1)
    asked, server = file.read_text().rsplit(" ", 1)
    print(f"{name}: {asked}; the caller: {caller}; the server: {server}")


asyncio.run(main())
PYTHON
{
  node clients.mjs sdk @modelcontextprotocol/sdk/client/index.js @modelcontextprotocol/sdk/client/stdio.js
  node clients.mjs client @modelcontextprotocol/client @modelcontextprotocol/client/stdio
  venv/bin/python clients.py 2>log || { cat log; exit 1; }
} >seen
cat seen
five() {
  cat <<SEEN
$1, timeout: no progress asked for; the caller: timed out; the server: cancelled
$1, timeout, reset: no progress asked for; the caller: timed out; the server: cancelled
$1, timeout, onprogress: progress asked for; the caller: timed out; the server: cancelled
$1, timeout, reset, onprogress: progress asked for; the caller: posted; the server: posted
$1, timeout, reset, onprogress, total: progress asked for; the caller: timed out; the server: posted
SEEN
}
{
  five sdk
  five client
  echo 'mcp, timeout, progress: progress asked for; the caller: timed out; the server: cancelled'
} | diff - seen
