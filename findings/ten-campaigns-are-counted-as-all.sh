#!/usr/bin/env bash
# tiktok-gmvmax-mcp 0.2.0, from PyPI, with mcp 2.3.0 and httpx 0.28.1; observed on 2026-11-30 with Python 3.11 and 3.13.
#
# /campaign/get/ returns pages of 10 campaigns unless `page_size` asks for up to 1000, and takes ids in `filtering`
# (https://business-api.tiktok.com/portal/docs?id=1739315828649986). The tool sends no page, has no parameter for one, and
# leaves `page_info` out: its `count` is 10 for an account with 25 campaigns. Ids go into `campaign_ids`, which TikTok's
# page does not have, so a question for one campaign is answered with the first ten, and the one is not among them. The
# tool for ad groups sends a page and a filter, but leaves `page_info` out as well. Observed output:
#
#   all campaigns: sends advertiser_id; keys success, advertiser_id, count, campaigns; count 10
#   campaign 25: sends advertiser_id, campaign_ids; count 10, with campaign 25: False
#   all ad groups: sends advertiser_id, page, page_size; keys success, advertiser_id, campaign_id, count, ad_groups; count 10
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tiktok-gmvmax-mcp==0.2.0 mcp==2.3.0 httpx==0.28.1
export TIKTOK_APP_ID=1 TIKTOK_SECRET=x TIKTOK_ACCESS_TOKEN=x
"$work/venv/bin/python" - >"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import asyncio, http.server, json, threading, urllib.parse

from tiktok_ads_mcp import server
from tiktok_ads_mcp.config import TikTokConfig

sent = {}


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        sent.clear()
        sent.update(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        wanted = json.loads(sent.get("filtering", "{}")).get("campaign_ids")
        rows = [{"campaign_id": str(n), "adgroup_id": str(n)} for n in range(1, 26) if not wanted or str(n) in wanted]
        page, size = int(sent.get("page", 1)), int(sent.get("page_size", 10))
        page_info = {"page": page, "page_size": size, "total_number": len(rows), "total_page": -(-len(rows) // size)}
        data = {"list": rows[(page - 1) * size : page * size], "page_info": page_info}
        body = json.dumps({"code": 0, "message": "OK", "request_id": "1", "data": data}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def main():
    said = json.loads(await server.get_campaigns_tool("1"))
    print(f"all campaigns: sends {', '.join(sent)}; keys {', '.join(said)}; count {said['count']}")
    said = json.loads(await server.get_campaigns_tool("1", filters={"campaign_ids": ["25"]}))
    found = "25" in [campaign["campaign_id"] for campaign in said["campaigns"]]
    print(f"campaign 25: sends {', '.join(sent)}; count {said['count']}, with campaign 25: {found}")
    said = json.loads(await server.get_ad_groups_tool("1"))
    print(f"all ad groups: sends {', '.join(sent)}; keys {', '.join(said)}; count {said['count']}")


tiktok = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=tiktok.serve_forever, daemon=True).start()
TikTokConfig.BASE_URL = f"http://127.0.0.1:{tiktok.server_port}"  # TikTok's address is built into the server.
asyncio.run(main())
PYTHON
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
all campaigns: sends advertiser_id; keys success, advertiser_id, count, campaigns; count 10
campaign 25: sends advertiser_id, campaign_ids; count 10, with campaign 25: False
all ad groups: sends advertiser_id, page, page_size; keys success, advertiser_id, campaign_id, count, ad_groups; count 10
SEEN
