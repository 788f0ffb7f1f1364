"""Reads lists and reports with a small wrapper, and compares the numbers of rows and the spend with the simulator."""

import sys

import redirect
import world
from tiktok.business.client import TikTokBusinessClient

REPORTS = [
    ("AUCTION_AD", "ad_id", False),
    ("AUCTION_ADGROUP", "adgroup_id", True),
    ("AUCTION_CAMPAIGN", "campaign_id", True),
    ("AUCTION_ADVERTISER", "advertiser_id", True),
]
client = {account: TikTokBusinessClient(world.TOKEN, account) for account in world.ACCOUNTS}


def rows(call):
    """Rows of all accounts, by pages of two."""
    return [row for account in world.ACCOUNTS for row in call(client[account])["data"]["list"]]


found = []
for kind, call in {
    "campaigns": lambda api: api.campaign.get_campaigns({"page_size": 2}),
    "adgroups": lambda api: api.ad_group.get_ad_groups({"page_size": 2}),
    "ads": lambda api: api.ad.get_ads({"page_size": 2}),
}.items():
    found += world.differences(kind, len(rows(call)), world.count(kind))
for level, dimension, is_deleted_included in REPORTS:
    query = {
        "report_type": "BASIC",
        "data_level": level,
        "dimensions": [dimension],
        "metrics": ["spend"],
        "start_date": str(world.START),
        "end_date": str(world.END),
        "page_size": 2,
    }
    report = rows(lambda api: api.reports.get_synchronous_report(dict(query)))
    found += world.differences(level, len(report), world.rows(dimension))
    spend = sum(round(float(row["metrics"]["spend"]) * 100) for row in report)
    found += world.differences(f"{level}, spend", spend, world.spend(is_deleted_included))
print(f"3 lists, {len(REPORTS)} reports")
sys.exit("\n".join(found) or None)
