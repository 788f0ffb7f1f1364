"""Creates, reads, updates and deletes with TikTok's own Python SDK.

Arguments: address of the simulator, start of the ad groups (YYYY-MM-DD HH:MM:SS, UTC).
"""
import sys

import business_api_client as sdk

TOKEN, ADVERTISER = "ads.sim-main", "7310000000000000011"
IDENTITY = "0f1c5c5e-6c1f-5a1e-9d4b-000000000001"
configuration = sdk.Configuration()
configuration.host = sys.argv[1]
client = sdk.ApiClient(configuration)
campaigns, adgroups, ads = sdk.CampaignCreationApi(client), sdk.AdgroupApi(client), sdk.AdApi(client)


def data(answer):
    body = answer if isinstance(answer, dict) else answer.to_dict()
    return body.get("data", body)


campaign = data(campaigns.campaign_create(TOKEN, body=sdk.CampaignCreateBody(
    advertiser_id=ADVERTISER, campaign_name="Python", objective_type="TRAFFIC", budget_mode="BUDGET_MODE_DAY",
    budget=50.0, budget_optimize_on=False, operation_status="DISABLE", request_id="1")))
campaign_id = campaign["campaign_id"]
adgroup = data(adgroups.adgroup_create(TOKEN, body=sdk.AdgroupCreateBody(
    advertiser_id=ADVERTISER, campaign_id=campaign_id, adgroup_name="Python", promotion_type="WEBSITE",
    placement_type="PLACEMENT_TYPE_NORMAL", placements=["PLACEMENT_TIKTOK"], location_ids=["6252001"],
    budget_mode="BUDGET_MODE_DAY", budget=20.0, schedule_type="SCHEDULE_FROM_NOW",
    schedule_start_time=sys.argv[2], optimization_goal="CLICK", billing_event="CPC", bid_type="BID_TYPE_NO_BID",
    pacing="PACING_MODE_SMOOTH", comment_disabled=True, operation_status="DISABLE")))
adgroup_id = adgroup["adgroup_id"]
assert adgroup["comment_disabled"] is True, adgroup
created = data(ads.ad_create(TOKEN, body=sdk.AdCreateBody(
    advertiser_id=ADVERTISER, adgroup_id=adgroup_id, creatives=[sdk.AdcreateCreatives(
        ad_name="Python", ad_format="SINGLE_VIDEO", identity_type="TT_USER", identity_id=IDENTITY, video_id="v1",
        image_ids=["i1"], ad_text="Text", landing_page_url="https://example.com/", operation_status="DISABLE")])))
ad_id = created["ad_ids"][0]

listed = data(campaigns.campaign_get(ADVERTISER, TOKEN, filtering=sdk.FilteringCampaignGet(campaign_ids=[campaign_id]),
                                     fields=["campaign_id", "operation_status"], page_size=10))
assert listed["list"] == [{"campaign_id": campaign_id, "operation_status": "DISABLE"}], listed
listed = data(adgroups.adgroup_get(ADVERTISER, TOKEN, filtering=sdk.FilteringAdgroupGet(adgroup_ids=[adgroup_id])))
assert listed["page_info"]["total_number"] == 1, listed
listed = data(ads.ad_get(ADVERTISER, TOKEN, filtering=sdk.FilteringAdGet(ad_ids=[ad_id])))
assert listed["list"][0]["ad_text"] == "Text", listed

data(campaigns.campaign_update(TOKEN, body=sdk.CampaignUpdateBody(
    advertiser_id=ADVERTISER, campaign_id=campaign_id, campaign_name="Python 2", budget=60.0)))
data(adgroups.adgroup_update(TOKEN, body=sdk.AdgroupUpdateBody(
    advertiser_id=ADVERTISER, adgroup_id=adgroup_id, pacing="PACING_MODE_SMOOTH", location_ids=["6252001"], budget=25.0)))
data(ads.ad_update(TOKEN, body=sdk.AdUpdateBody(
    advertiser_id=ADVERTISER, adgroup_id=adgroup_id, patch_update=True,
    creatives=[sdk.AdupdateCreatives(ad_id=ad_id, ad_text="Other")])))

for update, body in [
    (ads.ad_status_update, sdk.AdStatusUpdateBody(advertiser_id=ADVERTISER, ad_ids=[ad_id], operation_status="DELETE")),
    (adgroups.adgroup_status_update,
     sdk.AdgroupStatusUpdateBody(advertiser_id=ADVERTISER, adgroup_ids=[adgroup_id], operation_status="DELETE")),
    (campaigns.campaign_status_update,
     sdk.CampaignStatusUpdateBody(advertiser_id=ADVERTISER, campaign_ids=[campaign_id], operation_status="DELETE")),
]:
    assert data(update(TOKEN, body=body))["status"] == "DELETE"
listed = data(campaigns.campaign_get(ADVERTISER, TOKEN))
assert listed["page_info"]["total_number"] == 0, listed

smart = data(campaigns.smart_plus_campaign_create(TOKEN, body=sdk.SmartPlusCampaignCreateBody(
    advertiser_id=ADVERTISER, campaign_name="Python Smart+", objective_type="WEB_CONVERSIONS",
    sales_destination="WEBSITE", budget_mode="BUDGET_MODE_DYNAMIC_DAILY_BUDGET", budget=50.0, budget_optimize_on=True,
    operation_status="DISABLE", request_id="3")))
listed = data(campaigns.smart_plus_campaign_get(ADVERTISER, TOKEN))
assert listed["list"][0]["campaign_id"] == smart["campaign_id"], listed
changed = data(campaigns.smart_plus_campaign_status_update(TOKEN, body=sdk.SmartPlusCampaignStatusUpdateBody(
    advertiser_id=ADVERTISER, campaign_ids=[smart["campaign_id"]], operation_status="DELETE")))
assert changed["error_list"] == [], changed

info = data(sdk.AccountManagementApi(client).advertiser_info([ADVERTISER], TOKEN, fields=["currency"]))
assert info["list"] == [{"currency": "USD"}], info
assert data(sdk.ToolApi(client).tool_language(ADVERTISER, TOKEN))["languages"]
assert data(sdk.ToolApi(client).tool_region(ADVERTISER, ["PLACEMENT_TIKTOK"], "TRAFFIC", TOKEN))["region_info"]
assert data(sdk.IdentityApi(client).identity_get(ADVERTISER, TOKEN))["identity_list"]
assert data(sdk.MeasurementApi(client).pixel_list(ADVERTISER, TOKEN))["pixels"]
assert data(sdk.APPManagementApi(client).app_list(ADVERTISER, TOKEN))["apps"]
print("created, read, updated and deleted")
