import sys
from pathlib import Path

import redirect  # noqa: F401
from reeln_tiktok_plugin.upload import query_creator_info, upload_video

token, path = sys.argv[1], Path(sys.argv[2])
query_creator_info(token)
result = upload_video(
    access_token=token,
    file_path=path,
    caption="made by ffmpeg #test",
    direct_post=True,
    privacy_level="SELF_ONLY",
    disable_duet=False,
    disable_comment=False,
    disable_stitch=False,
    brand_content_toggle=False,
    brand_organic_toggle=False,
    video_cover_timestamp_ms=1000,
    # Its default of 10 MiB with a rounded-up count is not a plan that TikTok accepts; a single chunk is.
    chunk_size_bytes=path.stat().st_size,
    poll_interval=0.2,
)
print(result.publish_id)
