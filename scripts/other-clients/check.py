"""Compares what the simulator has stored of a post with the file: check.py PUBLISH_ID FILE NOTE..."""

import hashlib
import json
import os
import sys
import time
import urllib.request

publish_id, path, *expected = sys.argv[1:]
base = os.environ["TIKTOK_API_BASE"]


def control(name):
    with urllib.request.urlopen(f"{base}/_simulator/{name}") as answer:
        return json.load(answer)


for _ in range(100):
    posts = [post for post in control("posts") if post["publish_id"] == publish_id]
    if not posts or not posts[0]["status"].startswith("PROCESSING"):
        break
    time.sleep(0.1)
assert len(posts) == 1, f"there should be one post {publish_id}: {control('posts')}"
post = posts[0]
with open(path, "rb") as video:
    video = video.read()
sha256 = hashlib.sha256(video).hexdigest()
assert (post["bytes"], post["sha256"]) == (len(video), sha256), f"other bytes arrived: {post}"
assert post["status"] == "PUBLISH_COMPLETE", f"it should be published: {post}"
entries = control("journal")["entries"]
refused = [entry for entry in entries if entry["status"] >= 400]
assert not refused, f"refused: {refused}"
notes = sorted({note for entry in entries for note in entry["notes"]})
assert notes == sorted(expected), f"the notes should be {expected}: {notes}"
chunks = post["chunks"]
print(f"  published, {len(video)} bytes as {len(chunks)} × {chunks[0]['bytes']}, {len(entries)} requests")
for note in notes:
    print(f"  note: {note}")
