"""Fills the simulator: two accounts with a past of forty days; in the first one an image, a video, and a campaign with an ad
group and two ads, of which one is deleted after some seconds.

Argument: address of the simulator.
"""

import json
import sys
import time
import urllib.request

BASE = sys.argv[1]
TOKEN, FIRST, SECOND = "ads.readers", "7310000000000000011", "7310000000000000023"


def post(path, body):
    request = urllib.request.Request(BASE + path, json.dumps(body).encode())
    request.add_header("content-type", "application/json")
    request.add_header("access-token", TOKEN)
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    if answer.get("code", 0) != 0:
        sys.exit(f"{path}: {answer}")
    return answer.get("data")


def create(path, **settings):
    return post(f"/open_api/v1.3/{path}/", {"advertiser_id": FIRST, **settings})


def listed(kind):
    with urllib.request.urlopen(f"{BASE}/_simulator/{kind}") as response:
        return json.load(response)


def setup(**ads):
    post("/_simulator/setup", {"ads": ads})


token = {"token": TOKEN, "name": "readers", "app_id": "7300000000000000007", "advertiser_ids": [FIRST, SECOND]}
setup(
    # The readers do not wait for the limit of ten requests a second.
    switches={"throttle": False, "judge_files": False, "review_ms": 0, "manual_cutoff": "off"},
    tokens=[{**token, "scopes": [1, 2, 3, 4, 6, 7, 8]}],
    history=[
        {"advertiser_id": FIRST, "campaigns": 1, "adgroups": 2, "ads": 1, "days": 40},
        {"advertiser_id": SECOND, "campaigns": 1, "adgroups": 1, "ads": 1, "days": 40},
    ],
)
create("file/image/ad/upload", upload_type="UPLOAD_BY_URL", image_url="https://example.com/i.png", file_name="i.png")
create("file/video/ad/upload", upload_type="UPLOAD_BY_URL", video_url="https://example.com/v.mp4", file_name="v.mp4")
campaign = create(
    "campaign/create",
    campaign_name="Read me",
    objective_type="TRAFFIC",
    budget_mode="BUDGET_MODE_INFINITE",
    budget_optimize_on=False,
    operation_status="ENABLE",
)
(identity,) = {ad["identity_id"] for ad in listed("ads") if ad["advertiser_id"] == FIRST}
adgroup = create(
    "adgroup/create",
    campaign_id=campaign["campaign_id"],
    adgroup_name="Read me",
    promotion_type="WEBSITE",
    placement_type="PLACEMENT_TYPE_NORMAL",
    placements=["PLACEMENT_TIKTOK"],
    location_ids=["6252001"],
    budget_mode="BUDGET_MODE_DAY",
    # Some units of the currency a second: the clock stays, for the readers ask until today by their own clock.
    budget=500_000.0,
    schedule_type="SCHEDULE_FROM_NOW",
    schedule_start_time=campaign["create_time"],
    optimization_goal="CLICK",
    billing_event="CPC",
    bid_type="BID_TYPE_NO_BID",
    pacing="PACING_MODE_SMOOTH",
    operation_status="ENABLE",
)
creative = {
    "ad_format": "SINGLE_VIDEO",
    "identity_type": "TT_USER",
    "identity_id": identity,
    "video_id": "v1",
    "image_ids": ["i1"],
    "ad_text": "Text",
    "landing_page_url": "https://example.com/",
    "operation_status": "ENABLE",
}
creatives = [{**creative, "ad_name": name} for name in ["Kept", "Deleted"]]
ads = create("ad/create", adgroup_id=adgroup["adgroup_id"], creatives=creatives)
time.sleep(5)
create("ad/status/update", ad_ids=ads["ad_ids"][1:], operation_status="DELETE")
# Nothing is spent while the readers read.
setup(switches={"delivery": False})
