import json
import sys

import redirect  # noqa: F401
import requests
from tiktok_api_client import TikTok

token, path = sys.argv[1:]
publish_ids = []
original = requests.Session.request


def remembering(self, method, url, *args, **kwargs):
    answer = original(self, method, url, *args, **kwargs)
    if "/init/" in url:
        publish_ids.append(answer.json()["data"]["publish_id"])
    return answer


requests.Session.request = remembering
client = TikTok("sim-app", "secret", "http://localhost:3455/callback/")
client.token_data = {"access_token": token}
try:
    client.create_video("FILE_UPLOAD", "POST_VIDEO_FILE", "made by ffmpeg #test", "SELF_ONLY", video_path=path)
except Exception as error:  # noqa: BLE001
    # It parses the empty response to the last chunk as JSON, and treats the error as a failure of the upload.
    if "Expecting value" not in str(error):
        raise
print(publish_ids[0])
