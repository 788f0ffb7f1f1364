#!/usr/bin/env bash
# tiktok-mcp 0.2.4, from PyPI, with httpx 0.28.1; observed on 2026-11-28 with Python 3.11 and 3.13.
#
# TikTok's table of return codes (https://business-api.tiktok.com/portal/docs?id=1737172488964097) has 40100 for too
# many requests from this app and 40102 for an expired token, both with HTTP 200. The client swaps the two: the rate
# limit is treated as a broken account that must log in again, and is not retried; the expired token, and 40133, the
# rate limit of one advertiser, are generic errors. Its own code for "rate limit exceeded", 40004, is not in that table.
# Observed output:
#
#   40100 throttled: AccountBrokenError, new login wanted: True, requests: 1
#   40102 expired: BusinessApiError, new login wanted: False, requests: 1
#   40133 throttled: BusinessApiError, new login wanted: False, requests: 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-mcp==0.2.4 httpx==0.28.1
XDG_DATA_HOME=$work "$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import asyncio, http.server, json, threading

from tiktok_mcp.api.business import BusinessAPIClient
from tiktok_mcp.types.accounts import Account, AccountStatus, AccountTokens, ApiType
from tiktok_mcp.types.app_credentials import AppCredentials

requests = []


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        requests.append(self.path)
        body = json.dumps({"code": code, "message": "", "request_id": "1", "data": {}}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def ask():
    marketing = {"api_type": ApiType.MARKETING, "sandbox": False}
    account = Account(alias="own", tiktok_id="1", scopes=[], status=AccountStatus.OK, **marketing)
    app = AppCredentials(client_id="1", client_secret="x", **marketing)
    async with BusinessAPIClient(account, app, AccountTokens(access_token="x")) as client:
        client.base_url = f"http://127.0.0.1:{server.server_port}"
        await client.get("/open_api/v1.3/campaign/get/", params={"advertiser_id": "1"})


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
for code, meaning in [(40100, "throttled"), (40102, "expired"), (40133, "throttled")]:
    requests.clear()
    try:
        asyncio.run(ask())
    except Exception as error:
        login = error.context.get("re_auth_required", False)
        print(f"{code} {meaning}: {type(error).__name__}, new login wanted: {login}, requests: {len(requests)}")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
40100 throttled: AccountBrokenError, new login wanted: True, requests: 1
40102 expired: BusinessApiError, new login wanted: False, requests: 1
40133 throttled: BusinessApiError, new login wanted: False, requests: 1
SEEN
