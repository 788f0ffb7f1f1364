import asyncio
import json
import os
import sys

os.environ["TIKTOK_MCP_MODE"] = "publish"

import redirect  # noqa: E402, F401
from tiktok_mcp.client import TikTok  # noqa: E402
from tiktok_mcp.server import build_app  # noqa: E402

token, path = sys.argv[1:]


class Store:
    """Keeps nothing but what it was given: it signs in by the refresh token of the account."""

    def __init__(self):
        self.values = {"client_key": "sim-app", "client_secret": "secret", "refresh_token": "rft." + token[len("act.") :]}

    def get(self, name):
        return self.values.get(name)

    def set(self, name, value):
        self.values[name] = value


async def main():
    app = build_app(TikTok(store=Store()))
    answer = await app.call_tool("post_video", {"file_path": path, "caption": "made by ffmpeg #test"})
    content = answer[0] if isinstance(answer, tuple) else answer
    print(json.loads(content[0].text)["publish_id"])


asyncio.run(main())
