#!/usr/bin/env bash
# tiktok-studio-mcp 0.1.4 and reeln-plugin-tiktok 0.4.0 (with reeln 0.0.39), from PyPI; observed on 2026-11-28 with
# Python 3.11 and 3.13.
#
# creator_info/query refuses with HTTP 200 by design: `spam_risk_too_many_posts`, "may not post now"
# (https://developers.tiktok.com/doc/content-posting-api-reference-query-creator-info). Both clients send the query
# before a post, treat the missing data as an account without options, and send the post nevertheless. Observed output:
#
#   tiktok-studio-mcp: creator_info refused, then init
#   reeln-plugin-tiktok: creator_info refused, then init
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for packages in 'tiktok-studio-mcp==0.1.4' 'reeln-plugin-tiktok==0.4.0 reeln==0.0.39'; do
  client=${packages%%=*}
  "${PYTHON:-python3}" -m venv "$work/$client"
  # shellcheck disable=SC2086 # a list of packages
  "$work/$client/bin/pip" install -q --disable-pip-version-check $packages
  "$work/$client/bin/python" - "$client" "$work/video.mp4" >>"$work/seen" 2>"$work/log" <<'PYTHON' || { cat "$work/log"; exit 1; }
import asyncio, http.server, json, os, pathlib, sys, threading

client, video = sys.argv[1], pathlib.Path(sys.argv[2])
video.write_bytes(bytes(1000))
asked = []


class TikTok(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        is_query = "creator_info" in self.path
        asked.append("creator_info refused" if is_query else "init" if "init" in self.path else self.path)
        body = json.dumps({"data": {}, "error": {"code": "spam_risk_too_many_posts", "message": "", "log_id": "1"}}).encode()
        self.send_response(200 if is_query else 403)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TikTok)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"
try:
    if client == "tiktok-studio-mcp":
        os.environ["TIKTOK_MCP_MODE"] = "publish"
        from tiktok_mcp import client as api
        from tiktok_mcp.server import build_app

        api.API = base
        tiktok = api.TikTok(store=object())
        tiktok.token = lambda: "act.x"
        asyncio.run(build_app(tiktok).call_tool("post_video", {"file_path": str(video)}))
    else:
        from reeln_tiktok_plugin import upload

        upload.BASE_URL = base
        upload.query_creator_info("act.x")
        flags = ["disable_duet", "disable_comment", "disable_stitch", "brand_content_toggle", "brand_organic_toggle"]
        upload.upload_video(
            access_token="act.x", file_path=video, caption="", direct_post=True, privacy_level="SELF_ONLY",
            video_cover_timestamp_ms=0, **dict.fromkeys(flags, False),
        )
except Exception as error:  # The init is refused, as it would be.
    print(error, file=sys.stderr)
print(f"{client}: {', then '.join(asked)}")
PYTHON
done
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
tiktok-studio-mcp: creator_info refused, then init
reeln-plugin-tiktok: creator_info refused, then init
SEEN
