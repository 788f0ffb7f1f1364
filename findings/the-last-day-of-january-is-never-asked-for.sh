#!/usr/bin/env bash
# tap-tiktok-ads 1.2.1 (Singer), from PyPI, with singer-python 6.8.0; observed on 2026-11-28 with Python 3.11 and 3.13.
#
# A report by day covers 30 days at most, so the tap splits the range into pieces of 30 days. It adds pieces while their
# start is before `end_date`, which is midnight of the last day: a last piece of one day starts at it, not before it. So
# a range of 31 days loses its last day, a single day returns nothing, and every length in between is complete. There is
# no error. Observed output:
#
#   2026-01-01 to 2026-01-31: asked for 2026-01-01 to 2026-01-30
#   of 1 to 94 days, those that lose their last day: 1, 31, 61, 91
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tap-tiktok-ads==1.2.1
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import datetime, http.server, json, threading, types, urllib.parse

from tap_tiktok_ads.client import TikTokClient
from tap_tiktok_ads.streams import AdInsights

asked = set()


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        first, last = (datetime.date.fromisoformat(query[name]) for name in ["start_date", "end_date"])
        asked.update(first + datetime.timedelta(n) for n in range((last - first).days + 1))
        data = {"list": [], "page_info": {"page": 1, "page_size": 1000, "total_number": 0, "total_page": 0}}
        body = json.dumps({"code": 0, "message": "OK", "request_id": "1", "data": data}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = TikTokClient("x", ["1"])
client._TikTokClient__verified = True  # The check of the token has TikTok's address built in.
client._TikTokClient__base_url = f"http://127.0.0.1:{server.server_port}"
FIRST = datetime.date(2026, 1, 1)
short = []
for length in range(1, 95):
    wanted = [FIRST + datetime.timedelta(n) for n in range(length)]
    asked.clear()
    config = {"start_date": f"{FIRST}T00:00:00Z", "end_date": f"{wanted[-1]}T00:00:00Z", "accounts": ["1"], "access_token": "x"}
    AdInsights(client, config, {}).do_sync(types.SimpleNamespace(tap_stream_id="ad_insights"))
    if sorted(asked) != wanted:
        assert sorted(asked) == wanted[:-1]
        short.append(length)
    if length == 31:
        print(f"{FIRST} to {wanted[-1]}: asked for {min(asked)} to {max(asked)}")
print("of 1 to 94 days, those that lose their last day:", ", ".join(map(str, short)))
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
2026-01-01 to 2026-01-31: asked for 2026-01-01 to 2026-01-30
of 1 to 94 days, those that lose their last day: 1, 31, 61, 91
SEEN
