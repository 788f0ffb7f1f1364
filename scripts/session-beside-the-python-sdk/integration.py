"""Answers the requests of standard input with an integration for Autohive's SDK, eight at a time.

usage: integration.py MANIFEST each|shared

Each request gets a context of its own, as the SDK documents it, or requests with one token share a context
and so its connections. TIKTOK_API_BASE is the base address of the API.
"""

import asyncio
import json
import os
import sys
from dataclasses import asdict

from autohive_integrations_sdk import ActionHandler, ActionResult, ExecutionContext, Integration

AT_ONCE = 8
FIELDS = (
    "open_id,union_id,avatar_url,avatar_url_100,avatar_large_url,display_name,bio_description,profile_deep_link,"
    "profile_web_link,is_verified,username,follower_count,following_count,likes_count,video_count"
)

integration = Integration.load(sys.argv[1])
USER_INFO = os.environ["TIKTOK_API_BASE"] + "/v2/user/info/"


@integration.action("get_user_info")
class GetUserInfo(ActionHandler):
    async def execute(self, inputs, context):
        response = await context.fetch(USER_INFO, params={"fields": FIELDS})
        return ActionResult(data={**response.data["data"]["user"], "missing_scopes": []})


async def answer(request, context):
    result = asdict(await integration.execute_action(request["action"], request["inputs"], context))
    result["type"] = result["type"].value
    print(json.dumps({"id": request["id"], **result}))


async def serve(requests, contexts):
    for line in requests:
        request = json.loads(line)
        token = request["auth"]["credentials"]["access_token"]
        if contexts is None:
            async with ExecutionContext(auth=request["auth"]) as context:
                await answer(request, context)
        else:
            context = contexts.setdefault(token, ExecutionContext(auth=request["auth"]))
            await answer(request, context)


async def main():
    contexts = {} if sys.argv[2] == "shared" else None
    requests = iter(sys.stdin)
    # All take the next line from one iterator.
    await asyncio.gather(*(serve(requests, contexts) for _ in range(AT_ONCE)))
    for context in (contexts or {}).values():
        await context.__aexit__(None, None, None)


asyncio.run(main())
