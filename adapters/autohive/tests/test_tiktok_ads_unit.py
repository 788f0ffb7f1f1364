"""Unit tests of the actions, through Autohive's SDK, with the program and a simulated TikTok."""

import asyncio
import base64
import importlib.util
import json
from pathlib import Path

import autohive_tiktok
import pytest
from autohive_integrations_sdk import ExecutionContext
from autohive_integrations_sdk.integration import ResultType

pytestmark = [pytest.mark.unit, pytest.mark.asyncio]

HERE = Path(__file__).resolve().parent
MANIFEST = json.loads((HERE.parent / "config.json").read_text(encoding="utf-8"))
ACTIONS = MANIFEST["actions"]
SPEC = importlib.util.spec_from_file_location("entry_point", HERE.parent / MANIFEST["entry_point"])
ENTRY_POINT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ENTRY_POINT)
tiktok_ads = ENTRY_POINT.tiktok_ads

ADVERTISER = "7310000000000000011"
CLIP = base64.b64encode((HERE / "clip.mp4").read_bytes()).decode()

# Actions that only read, and the list in their output.
LISTS = [
    ("get_ad_accounts", {}, "ad_accounts"),
    ("get_campaigns", {}, "campaigns"),
    ("get_ad_groups", {}, "ad_groups"),
    ("get_ads", {}, "ads"),
    ("get_creatives", {}, "creatives"),
    ("get_identities", {"identity_type": "TT_USER"}, "identities"),
    ("get_pixels", {}, "pixels"),
    ("get_apps", {}, "apps"),
    ("get_lead_forms", {}, "lead_forms"),
    ("search_targeting", {"kind": "LOCATION", "keyword": "Germany"}, "matches"),
    ("get_analytics", {"start_date": "2026-11-01", "end_date": "2026-11-07"}, "rows"),
]

CAMPAIGN = {
    "automation": "MANUAL",
    "objective_type": "TRAFFIC",
    "campaign_name": "Spring shoes",
    "budget_mode": "BUDGET_MODE_INFINITE",
}

# Actions that write, with inputs that TikTok or the program refuses, and a part of the message.
REFUSED = [
    ("create_campaign", {**CAMPAIGN, "budget": 50}, "budget"),
    ("create_ad_group", {"campaign_id": "x", "adgroup_name": "x", "optimization_goal": "CLICK"}, "campaign_id"),
    ("create_ad", {"adgroup_id": "x", "ad_name": "x"}, "adgroup_id"),
    ("update_campaign", {"campaign_id": "x", "status": "ENABLE"}, "campaign_id"),
    ("update_ad_group", {"adgroup_id": "x", "status": "ENABLE"}, "adgroup_id"),
    ("update_ad", {"ad_id": "x", "status": "ENABLE"}, "ad_id"),
    ("update_creative", {"creative_id": "1", "file_name": ""}, "/file_name"),
    ("delete_campaign", {"campaign_ids": []}, "campaign_ids"),
    ("delete_ad_group", {"adgroup_ids": ["x"]}, "/adgroup_ids/0"),
    ("delete_ad", {"ad_ids": []}, "ad_ids"),
    ("delete_creative", {}, "video_ids"),
    ("upload_creative", {"media_type": "VIDEO", "file": CLIP}, "/file"),
]

# Inputs of writing actions that pass all checks which need no answer of TikTok.
VALID = {
    "create_campaign": CAMPAIGN,
    "create_ad_group": {"campaign_id": "1", "adgroup_name": "x", "optimization_goal": "CLICK"},
    "create_ad": {"adgroup_id": "1", "ad_name": "x"},
    "update_campaign": {"campaign_id": "1", "status": "ENABLE"},
    "update_ad_group": {"adgroup_id": "1", "status": "ENABLE"},
    "update_ad": {"ad_id": "1", "status": "ENABLE"},
    "update_creative": {"media_type": "VIDEO", "creative_id": "1", "file_name": "a.mp4"},
    "delete_campaign": {"campaign_ids": ["1"]},
    "delete_ad_group": {"adgroup_ids": ["1"]},
    "delete_ad": {"ad_ids": ["1"]},
    "delete_creative": {"video_ids": ["v1"]},
    "upload_creative": {"media_type": "VIDEO", "video_content_base64": CLIP},
}


def available(rows):
    """Returns the rows whose action this bundle has: `--scopes` may have left some out."""
    return [row for row in rows if row[0] in ACTIONS]


def context(account="main"):
    """Returns what the platform hands to an action."""
    credentials = {"access_token": f"ads.sim-{account}", "advertiser_id": ADVERTISER}
    return ExecutionContext(auth={"auth_type": "Custom", "credentials": credentials})


async def run(action, inputs, account="main"):
    """Runs an action and returns the type and the result of its envelope."""
    envelope = await tiktok_ads.execute_action(action, inputs, context(account))
    return envelope.type, envelope.result


async def made(action, inputs):
    """Runs an action that succeeds, and returns its output."""
    kind, result = await run(action, inputs)
    assert kind == ResultType.ACTION, result
    return result.data


async def test_every_action_has_a_handler_and_a_test():
    assert set(tiktok_ads._action_handlers) == set(ACTIONS)
    assert set(ACTIONS) == {row[0] for row in available(LISTS + REFUSED)}


@pytest.mark.parametrize(("action", "inputs", "member"), available(LISTS))
async def test_an_action_reads(simulator, action, inputs, member):
    async with simulator():
        assert isinstance((await made(action, inputs))[member], list)


@pytest.mark.parametrize(("action", "inputs", "part"), available(REFUSED))
async def test_refused_inputs_name_their_place(simulator, action, inputs, part):
    async with simulator():
        kind, result = await run(action, inputs)
        text = result["message"] if kind == ResultType.VALIDATION_ERROR else result.message
        assert kind in (ResultType.VALIDATION_ERROR, ResultType.ACTION_ERROR), result
        assert part in text
        assert len(text) < 3000, "the message repeats the content"


@pytest.mark.skipif(len(ACTIONS) < len(LISTS + REFUSED), reason="the bundle has not all actions")
async def test_a_campaign_lives_and_ends(simulator):
    async with simulator():
        campaign = await made("create_campaign", {**CAMPAIGN, "idempotency_key": "run-1/campaign"})
        again = await made("create_campaign", {**CAMPAIGN, "idempotency_key": "run-1/campaign"})
        assert again["campaign_id"] == campaign["campaign_id"]
        places = await made("search_targeting", {"kind": "LOCATION", "keyword": "Germany"})
        group = {
            "campaign_id": campaign["campaign_id"],
            "adgroup_name": "Germany",
            "promotion_type": "WEBSITE",
            "location_ids": [places["matches"][0]["id"]],
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": 20,
            "optimization_goal": "CLICK",
        }
        group_id = (await made("create_ad_group", group))["adgroup_id"]
        video = await made("upload_creative", {"media_type": "VIDEO", "video_content_base64": CLIP})
        covers = await made("get_creatives", {"creative_ids": [video["video_id"]], "suggest_covers": 1})
        identities = await made("get_identities", {"identity_type": "TT_USER"})
        ad = {
            "adgroup_id": group_id,
            "ad_name": "Runners",
            "identity_type": "TT_USER",
            "identity_id": identities["identities"][0]["identity_id"],
            "ad_format": "SINGLE_VIDEO",
            "video_id": video["video_id"],
            "image_ids": [covers["covers"][0]["image_id"]],
            "ad_text": "Run further.",
            "landing_page_url": "https://shop.example.com/",
            "call_to_action": "SHOP_NOW",
        }
        ad_id = (await made("create_ad", ad))["ad_id"]
        assert (await made("update_ad", {"ad_id": ad_id, "status": "ENABLE"}))["outcome"] == "changed"
        assert (await made("update_ad_group", {"adgroup_id": group_id, "status": "ENABLE"}))["outcome"] == "changed"
        change = {"campaign_id": campaign["campaign_id"], "campaign_name": "Autumn shoes"}
        assert (await made("update_campaign", change))["outcome"] == "changed"
        name = {"media_type": "VIDEO", "creative_id": video["video_id"], "file_name": "runners.mp4"}
        assert (await made("update_creative", name))["outcome"] == "changed"
        for action, ids in (
            ("delete_ad", {"ad_ids": [ad_id]}),
            ("delete_ad_group", {"adgroup_ids": [group_id]}),
            ("delete_campaign", {"campaign_ids": [campaign["campaign_id"]]}),
            ("delete_creative", {"video_ids": [video["video_id"]]}),
        ):
            assert (await made(action, ids))["complete"] is True


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_expired_token_is_an_error_with_code_and_remedy(simulator, action):
    inputs = ({row[0]: row[1] for row in LISTS} | VALID)[action]
    async with simulator() as tiktok_itself:
        token = context("old").auth["credentials"]["access_token"]
        expired = {"token": token, "app_id": "1", "advertiser_ids": [ADVERTISER], "expired": True}
        tiktok_itself.write("setup", ads={"tokens": [expired]})
        kind, result = await run(action, inputs, "old")
        assert kind == ResultType.ACTION_ERROR, result
        assert "code=40105" in result.message or "code=40102" in result.message, result.message
        assert "ads.sim" not in result.message


async def test_the_connected_account_has_the_fields_of_the_sdk(simulator):
    async with simulator():
        envelope = await tiktok_ads.get_connected_account(context())
        assert envelope.type == ResultType.CONNECTED_ACCOUNT
        assert ADVERTISER in json.dumps(vars(envelope.result))
        with pytest.raises(autohive_tiktok.ConnectedAccountError, match="code="):
            await tiktok_ads.get_connected_account(context("unknown"))


async def test_credentials_that_are_not_filled_in_are_absent(simulator):
    async with simulator():
        for nothing in (None, ""):
            given = context()
            given.auth["credentials"] |= {"sandbox": nothing, "app_id": nothing}
            envelope = await tiktok_ads.execute_action("get_apps", {}, given)
            assert envelope.type == ResultType.ACTION, envelope.result


async def test_credentials_of_another_shape_are_refused_by_the_sdk(simulator):
    async with simulator():
        flat = ExecutionContext(auth={"advertiser_id": ADVERTISER})
        envelope = await tiktok_ads.execute_action("get_apps", {}, flat)
        assert envelope.type == ResultType.VALIDATION_ERROR
        assert envelope.result["source"] == "auth"


async def test_a_cancelled_creation_is_found_by_its_key(simulator, caplog):
    inputs = {**CAMPAIGN, "idempotency_key": "run-2/campaign"}
    async with simulator() as tiktok_itself:
        tiktok_itself.write("setup", faults=[{"endpoint": "campaign_create", "nth": 1, "kind": {"slow_ms": 20000}}])
        action = asyncio.create_task(run("create_campaign", inputs))
        while not tiktok_itself.read("campaigns"):
            await asyncio.sleep(0.05)
        action.cancel()
        with pytest.raises(asyncio.CancelledError):
            await action
        assert "outcome=unconfirmed" in caplog.text, caplog.text
        await made("create_campaign", inputs)
        stored = tiktok_itself.read("campaigns")
        assert len([row for row in stored if row["campaign_name"] == CAMPAIGN["campaign_name"]]) == 1
