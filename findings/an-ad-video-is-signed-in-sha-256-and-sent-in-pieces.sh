#!/usr/bin/env bash
# tiktok-mcp 0.2.4, from PyPI, with httpx 0.28.1; observed on 2026-11-28 with Python 3.11 and 3.13.
#
# `video_signature` is the file's MD5 (https://business-api.tiktok.com/portal/docs?id=1737587322856449), 32 digits. The
# client sends the SHA-256 of the whole file, 64 digits, with only the first 5 MiB: chunks like the Open API's, with
# invented fields, to an endpoint that takes a whole file. TikTok's code for that is 40900. If a server accepted it,
# each piece would become a separate video, and the client would still raise an exception: it expects video_id in an
# object, but `data` is a list. Observed output for 12 MiB:
#
#   checked by MD5: 5242880 bytes signed with 64 digits; the client says: signature
#   not checked: 5242880, 5242880, 2097152 bytes, 3 videos; the client says: the response did not include a video_id
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-mcp==0.2.4 httpx==0.28.1
head -c 12582912 /dev/zero >"$work/video.mp4"
export TIKTOK_MCP_ALLOW_WRITES=marketing TIKTOK_MCP_LIVE_ACCOUNT_SAFETY=false XDG_DATA_HOME=$work
"$work/venv/bin/python" - "$work/video.mp4" >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import asyncio, email, hashlib, http.server, json, sys, threading

from tiktok_mcp.api.business import BusinessAPIClient
from tiktok_mcp.tools import marketing_writes_creatives as creatives
from tiktok_mcp.types.accounts import Account, AccountStatus, AccountTokens, ApiType
from tiktok_mcp.types.app_credentials import AppCredentials

sizes, digits = [], set()


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        form = email.message_from_bytes(head + self.rfile.read(int(self.headers["content-length"])))
        named = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
        signature, video = (named[name].get_payload(decode=True) for name in ["video_signature", "video_file"])
        sizes.append(len(video))
        digits.add(len(signature))
        answer = {"code": 0, "message": "OK", "data": [{"video_id": f"v{len(sizes)}"}]}
        if checked and signature.decode() != hashlib.md5(video).hexdigest():
            answer = {"code": 40900, "message": "signature"}
        body = json.dumps({"request_id": "1", **answer}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def build(alias):
    marketing = {"api_type": ApiType.MARKETING, "sandbox": False}
    account = Account(alias=alias, tiktok_id="1", scopes=[], status=AccountStatus.OK, **marketing)
    app = AppCredentials(client_id="1", client_secret="x", **marketing)
    client = BusinessAPIClient(account, app, AccountTokens(access_token="x"))
    client.base_url = f"http://127.0.0.1:{server.server_port}"
    return client


def upload():
    sizes.clear()
    try:
        return asyncio.run(creatives.upload_video_asset("own", "1", sys.argv[1]))
    except Exception as error:
        return str(error).replace("TikTok video upload response", "the response")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
creatives._build_business_client = build  # In place of a keyring.
checked = True
said = upload()
print(f"checked by MD5: {', '.join(map(str, sizes))} bytes signed with {digits.pop()} digits; the client says: {said}")
checked = False
said = upload()
print(f"not checked: {', '.join(map(str, sizes))} bytes, {len(sizes)} videos; the client says: {said}")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
checked by MD5: 5242880 bytes signed with 64 digits; the client says: signature
not checked: 5242880, 5242880, 2097152 bytes, 3 videos; the client says: the response did not include a video_id
SEEN
