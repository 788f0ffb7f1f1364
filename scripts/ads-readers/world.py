"""What the simulator has, by its own lists, and how many rows and how much spend a report of it has."""

import datetime
import json
import os
import urllib.parse
import urllib.request

BASE = os.environ["TIKTOK_ADS_API_BASE"]
TOKEN = "ads.readers"
ACCOUNTS = ["7310000000000000011", "7310000000000000023"]
# Rows that an audience report has for each object and day.
PARTS = {"audience": 15, "country": 1, "platform": 2}
# The same by province, which depends on the country of the account.
PROVINCES = dict(zip(ACCOUNTS, [3, 2]))
# Least share of the spend that has a province: TikTok leaves out the data of some locations.
LISTED = 0.9
# Entries that every account has.
AUDIENCES, MUSIC, PORTFOLIOS, PIXELS, POSTS = 4, 5, 4, 2, 3


def get(path, **query):
    request = urllib.request.Request(f"{BASE}{path}?{urllib.parse.urlencode(query)}")
    request.add_header("access-token", TOKEN)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def listed(kind):
    return [entry for entry in get(f"/_simulator/{kind}") if entry.get("advertiser_id") in ACCOUNTS]


def times(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=None)


OFFSETS = {account["advertiser_id"]: account["utc_offset_hours"] for account in listed("advertisers")}
ADS = listed("ads")
# The ad that was deleted is the last that changed.
NOW = max(times(ad["modify_time"]) for ad in ADS)
START = min(times(ad["create_time"]) for ad in ADS).date() - datetime.timedelta(days=1)
END = NOW.date() + datetime.timedelta(days=1)


def report(level, dimensions, metrics):
    answer = get(
        "/open_api/v1.3/report/integrated/get/",
        advertiser_id=ACCOUNTS[0],
        report_type="BASIC",
        data_level=level,
        dimensions=json.dumps(dimensions),
        metrics=json.dumps(metrics),
        start_date=START.isoformat(),
        end_date=START.isoformat(),
    )
    return answer["code"], answer.get("data")


def is_live(entry):
    return entry["operation_status"] != "DELETE"


def count(kind, is_deleted_included=False):
    return sum(is_deleted_included or is_live(entry) for entry in listed(kind))


def files(kind):
    return sum(f"{kind}_id" in entry for entry in listed("files"))


def spend(is_deleted_included=False):
    """Hundredths of all accounts."""
    return sum(round(ad["spend"] * 100) for ad in ADS if is_deleted_included or is_live(ad))


def stretches(ad, length):
    """Days or hours of the account in which the ad has run."""
    offset = datetime.timedelta(hours=OFFSETS[ad["advertiser_id"]])
    first, last = times(ad["create_time"]) + offset, NOW + offset
    start = first.replace(minute=0, second=0)
    if length == "day":
        start = start.replace(hour=0)
    step = datetime.timedelta(**{length + "s": 1})
    while start <= last:
        yield start
        start += step


def rows(level, length=None, part=None, is_deleted_included=False):
    """Rows of a report at a level (a member of ads), by day, by hour or over all, divided into parts."""
    found = set()
    for ad in ADS:
        if is_deleted_included or level != "ad_id" or is_live(ad):
            account = ad["advertiser_id"]
            found.update((account, ad[level], stretch) for stretch in (stretches(ad, length) if length else [None]))
    return sum(PROVINCES[account] if part == "province" else PARTS.get(part, 1) for account, _, _ in found)


def spend_differences(name, seen, expected, part=None):
    """By province a little is left out, and never all."""
    if part == "province":
        return [] if LISTED * expected < seen < expected else [f"{name}: {seen}, expected a little less than {expected}"]
    return differences(name, seen, expected)


def differences(name, seen, expected):
    return [] if seen == expected else [f"{name}: {seen}, expected {expected}"]
