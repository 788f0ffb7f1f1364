import sys

import redirect  # noqa: F401
from agoras.platforms.tiktok.client import TikTokAPIClient

token, path = sys.argv[1:]
client = TikTokAPIClient(token)
client.get_user_info()
with open(path, "rb") as video:
    result = client.upload_video_file(video.read(), "made by ffmpeg #test", "SELF_ONLY")
print(result["data"]["publish_id"])
