import asyncio
import sys

import redirect  # noqa: F401
from marqetive.platforms.tiktok.media import TikTokMediaManager

token, path = sys.argv[1:]


async def main():
    async with TikTokMediaManager(access_token=token, open_id="unused", timeout=60) as manager:
        await manager.query_creator_info()
        result = await manager.upload_media(path, title="made by ffmpeg #test", auto_add_music=True)
    print(result.publish_id)


asyncio.run(main())
