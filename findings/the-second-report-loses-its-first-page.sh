#!/usr/bin/env bash
# tiktok-business-api 1.9, from PyPI, with requests 2.34.2; observed on 2026-11-30 with Python 3.11 and 3.13.
#
# The client pages through a report by itself, and writes the page number into the dictionary that the caller passed. When
# the caller asks for the next range with the same dictionary, the first request is for the last page of the report before:
# the first page is never asked for, and the last one is counted twice. There is no error, and `page_info` is removed from
# the result. With a new dictionary for each range the report is complete. Observed output, with three pages per month whose
# rows have spent 1000, 100 and 10:
#
#   2026-09, same dictionary: pages 1, 2, 3, spend 1110
#   2026-10, same dictionary: pages 3, 2, 3, spend 120
#   2026-10, new dictionary: pages 1, 2, 3, spend 1110
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-business-api==1.9 requests==2.34.2
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import http.server, json, threading, urllib.parse

from tiktok.business.client import TikTokBusinessClient

SPENT = [1000, 100, 10]
asked = []


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        page = int(query.get("page", 1))
        asked.append(page)
        dimensions = {"stat_time_day": f"{query['start_date']} 00:00:00"}
        row = {"dimensions": dimensions, "metrics": {"spend": str(SPENT[page - 1])}}
        page_info = {"page": page, "page_size": 1000, "total_number": 2001, "total_page": len(SPENT)}
        answer = {"code": 0, "message": "OK", "request_id": "1", "data": {"list": [row], "page_info": page_info}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
TikTokBusinessClient.BUISNESS_URL = f"http://127.0.0.1:{server.server_port}/open_api"
client = TikTokBusinessClient("x", "1")
basic = {"report_type": "BASIC", "data_level": "AUCTION_AD", "dimensions": ["ad_id", "stat_time_day"], "metrics": ["spend"]}


def report(month, days, params, which):
    asked.clear()
    params.update(start_date=f"{month}-01", end_date=f"{month}-{days}")
    rows = client.reports.get_synchronous_report(params)["data"]["list"]
    spend = sum(int(row["metrics"]["spend"]) for row in rows)
    print(f"{month}, {which} dictionary: pages {', '.join(map(str, asked))}, spend {spend}")


same = dict(basic)
report("2026-09", 30, same, "same")
report("2026-10", 30, same, "same")
report("2026-10", 30, dict(basic), "new")
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
2026-09, same dictionary: pages 1, 2, 3, spend 1110
2026-10, same dictionary: pages 3, 2, 3, spend 120
2026-10, new dictionary: pages 1, 2, 3, spend 1110
SEEN
