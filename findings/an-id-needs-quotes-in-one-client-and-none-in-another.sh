#!/usr/bin/env bash
# @modelcontextprotocol/inspector 2.12.0, from npm, and fastmcp 4.1.6, from PyPI; observed on 2026-11-30 with Node 20.20 and
# Python 3.11.
#
# Both call MCP tools from a command line with `name=value`, here a tool whose schema has a string. The Inspector does not
# read the schema: 19 digits become a Number and are rounded, so the server gets another id, which it accepts unless it
# refuses numbers. Digits in quotes are exact. `fastmcp call` reads the schema: digits are exact, and quotes become a part of
# the id. A command that is right for one is wrong for the other. Observed output:
#
#   inspector 7310000000000000011: received 7310000000000000000
#   inspector "7310000000000000011": received "7310000000000000011"
#   fastmcp 7310000000000000011: received "7310000000000000011"
#   fastmcp "7310000000000000011": received "\"7310000000000000011\""
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @modelcontextprotocol/inspector@2.12.0 >log 2>&1 &
inspector=$!
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -q --disable-pip-version-check fastmcp==4.1.6
wait "$inspector" || { cat log; exit 1; }
cat >server.py <<'PYTHON'
import json, re, sys

SCHEMA = {"type": "object", "properties": {"campaign_id": {"type": "string"}}, "required": ["campaign_id"]}
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    answer = {"jsonrpc": "2.0", "id": message["id"]}
    if message["method"] == "initialize":
        version = message["params"]["protocolVersion"]
        server = {"name": "ads", "version": "1"}
        answer["result"] = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}
    elif message["method"] == "tools/list":
        answer["result"] = {"tools": [{"name": "pause", "inputSchema": SCHEMA}]}
    elif message["method"] == "tools/call":
        # The bytes as they were received.
        received = re.search(r'"campaign_id": ?("(?:[^"\\]|\\.)*"|[^,}]*)', line)[1]
        with open("received", "w") as file:
            file.write(received)
        answer["result"] = {"content": [{"type": "text", "text": "paused"}]}
    else:
        answer["error"] = {"code": -32601, "message": "unknown"}
    print(json.dumps(answer), flush=True)
PYTHON
echo '{"mcpServers": {"ads": {"command": "python3", "args": ["server.py"]}}}' >servers.json
export HOME=$work
for client in inspector fastmcp; do
  for id in 7310000000000000011 '"7310000000000000011"'; do
    if [[ $client == inspector ]]; then
      node_modules/.bin/mcp-inspector --cli -q python3 server.py --method tools/call --tool-name pause \
        --tool-arg "campaign_id=$id"
    else
      venv/bin/fastmcp call servers.json pause "campaign_id=$id"
    fi >log 2>&1 || { cat log; exit 1; }
    echo "$client $id: received $(cat received)"
    rm received
  done
done >seen || { cat seen; exit 1; }
cat seen
diff - seen <<'SEEN'
inspector 7310000000000000011: received 7310000000000000000
inspector "7310000000000000011": received "7310000000000000011"
fastmcp 7310000000000000011: received "7310000000000000011"
fastmcp "7310000000000000011": received "\"7310000000000000011\""
SEEN
