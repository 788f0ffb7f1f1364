"""Sends what a client says to TikTok's Marketing API to the simulator instead: $TIKTOK_ADS_API_BASE. The client's own
code is not touched. Metrics that the simulator refuses are taken out of its requests, see gaps.py.
"""

import json
import os
import urllib.parse

import gaps
import requests.adapters

TIKTOK = "https://business-api.tiktok.com"
BASE = os.environ["TIKTOK_ADS_API_BASE"]


def without_gaps(query):
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    for at, (name, value) in enumerate(pairs):
        if name == "metrics":
            pairs[at] = (name, json.dumps([metric for metric in json.loads(value) if metric not in gaps.METRICS]))
    return urllib.parse.urlencode(pairs)


def here(url):
    if not url.startswith(TIKTOK):
        raise RuntimeError(f"the client asks for {url}, which is not TikTok's API")
    address, mark, query = (BASE + url[len(TIKTOK) :]).partition("?")
    return address + mark + without_gaps(query)


original = requests.adapters.HTTPAdapter.send


def send(self, request, *args, **kwargs):
    request.url = here(request.url)
    return original(self, request, *args, **kwargs)


requests.adapters.HTTPAdapter.send = send
