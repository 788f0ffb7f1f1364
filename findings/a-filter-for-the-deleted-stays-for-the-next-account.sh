#!/usr/bin/env bash
# tap-tiktok-ads 1.2.1 (Singer), from PyPI, with singer-python 6.8.0; observed on 2026-11-28 with Python 3.11 and 3.13.
#
# With `include_deleted` the tap sends two requests per account: for live objects, then for deleted ones. The parameters
# belong to the class, so the filter of the second request is still set when the next account is read. From the second
# account on, live campaigns are missing, and deleted ones occur twice, first as ACTIVE: the rows have no state, so the
# tap assigns the one that it requested. There is no error. Observed output, with one live and one deleted campaign
# each:
#
#   account 1: live is ACTIVE, deleted is DELETE
#   account 2: deleted is ACTIVE, deleted is DELETE
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tap-tiktok-ads==1.2.1
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import contextlib, http.server, io, json, threading, urllib.parse

from tap_tiktok_ads import discover, sync
from tap_tiktok_ads.client import TikTokClient

ACCOUNTS = ["1", "2"]


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        status = json.loads(query.get("filtering", "{}")).get("primary_status", "STATUS_NOT_DELETE")
        names = {"STATUS_NOT_DELETE": ["live"], "STATUS_DELETE": ["deleted"]}[status]
        times = dict.fromkeys(["create_time", "modify_time"], "2026-11-20 00:00:00")
        rows = [{"advertiser_id": query.get("advertiser_id"), "campaign_name": name, **times} for name in names]
        page_info = {"page": 1, "page_size": 1000, "total_number": len(rows), "total_page": 1}
        answer = {"code": 0, "message": "OK", "request_id": "1", "data": {"list": rows, "page_info": page_info}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
config = {"start_date": "2026-11-01T00:00:00Z", "accounts": ACCOUNTS, "access_token": "x", "include_deleted": "true"}
client = TikTokClient("x", ACCOUNTS, config=config)
client._TikTokClient__verified = True  # The check of the token has TikTok's address built in.
client._TikTokClient__base_url = f"http://127.0.0.1:{server.server_port}"
catalog = discover(client)
for stream in catalog.streams:
    for entry in stream.metadata:
        if not entry["breadcrumb"]:
            entry["metadata"]["selected"] = stream.tap_stream_id == "campaigns"
written = io.StringIO()
with contextlib.redirect_stdout(written):
    sync(client, config, {}, catalog)
messages = [json.loads(line) for line in written.getvalue().splitlines()]
records = [message["record"] for message in messages if message["type"] == "RECORD"]
for account in ACCOUNTS:
    own = [record for record in records if record["advertiser_id"] == account]
    print(f"account {account}:", ", ".join(f"{record['campaign_name']} is {record['current_status']}" for record in own))
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
account 1: live is ACTIVE, deleted is DELETE
account 2: deleted is ACTIVE, deleted is DELETE
SEEN
