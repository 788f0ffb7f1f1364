"""Sends what a client says to TikTok's API to the simulator instead: $TIKTOK_API_BASE. The client's own code is not touched."""

import os
import urllib.request

TIKTOK = "https://open.tiktokapis.com"
BASE = os.environ["TIKTOK_API_BASE"]


def here(url):
    url = str(url)
    if url.startswith(TIKTOK):
        return BASE + url[len(TIKTOK) :]
    if url.startswith(BASE):
        return url
    raise RuntimeError(f"the client asks for {url}, which is neither TikTok's API nor the simulator")


def patch_urllib():
    original = urllib.request.OpenerDirector.open

    def opened(self, request, *args, **kwargs):
        if isinstance(request, str):
            request = here(request)
        else:
            request.full_url = here(request.full_url)
        return original(self, request, *args, **kwargs)

    urllib.request.OpenerDirector.open = opened


def patch_requests():
    import requests

    original = requests.Session.request

    def requested(self, method, url, *args, **kwargs):
        return original(self, method, here(url), *args, **kwargs)

    requests.Session.request = requested


def patch_httpx():
    import httpx

    original = httpx.AsyncClient.send

    async def sent(self, request, *args, **kwargs):
        request.url = httpx.URL(here(request.url))
        request.headers["host"] = request.url.netloc.decode()
        return await original(self, request, *args, **kwargs)

    httpx.AsyncClient.send = sent


patch_urllib()
for patch in (patch_requests, patch_httpx):
    try:
        patch()
    except ImportError:
        pass
