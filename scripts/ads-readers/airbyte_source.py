"""Reads every stream with Airbyte's connector, and compares the numbers of records and the spend with the simulator."""

import json
import pathlib
import subprocess
import sys

import gaps
import world

RUN = "import redirect; from source_tiktok_marketing.run import run; run()"
LEVELS = {"advertisers": "advertiser_id", "campaigns": "campaign_id", "ad_group": "adgroup_id", "ads": "ad_id"}
PARTS = ["country", "platform", "province", "audience"]
# The connector's range of dates is not JSON, see findings/pixel-statistics-are-asked-for-without-a-valid-range.sh.
REFUSED = {"pixel_events_statistics"}
# Streams that leave out what is deleted, although the connector is told to include it.
WITHOUT_DELETED = ("ads_audience_", "ads_reports_lifetime")
work = pathlib.Path(sys.argv[1])


def run(*arguments):
    done = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, cwd=work)
    (work / f"{arguments[0]}.log").write_text(done.stdout + done.stderr)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def written(name, content):
    path = work / name
    path.write_text(json.dumps(content))
    return str(path)


def read(is_deleted_included):
    config = {
        "credentials": {
            "auth_type": "oauth2.0",
            "app_id": "7300000000000000007",
            "secret": "sim-secret-0123456789abcdef",
            "access_token": world.TOKEN,
        },
        "start_date": world.START.isoformat(),
        "end_date": world.END.isoformat(),
        "include_deleted": is_deleted_included,
    }
    config = written("config.json", config)
    (catalog,) = [message["catalog"] for message in run("discover", "--config", config) if message["type"] == "CATALOG"]
    modes = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    # The connector reads one day a request by hour, so once is enough for these.
    chosen = [stream for stream in catalog["streams"] if not (is_deleted_included and "hourly" in stream["name"])]
    catalog = {"streams": [{"stream": stream, **modes} for stream in chosen]}
    records, failed = {entry["stream"]["name"]: [] for entry in catalog["streams"]}, set()
    for message in run("read", "--config", config, "--catalog", written("catalog.json", catalog)):
        if message["type"] == "RECORD":
            records[message["record"]["stream"]].append(message["record"]["data"])
        elif message["type"] == "TRACE" and message["trace"]["type"] == "STREAM_STATUS":
            status = message["trace"]["stream_status"]
            if status["status"] == "INCOMPLETE":
                failed.add(status["stream_descriptor"]["name"])
    return records, failed


def expected_report(stream, is_deleted_included):
    level = next(level for prefix, level in LEVELS.items() if stream.startswith(prefix))
    length = {"daily": "day", "hourly": "hour"}.get(stream.rpartition("_")[2])
    return world.rows(level, length, part_of(stream), is_deleted_included)


def part_of(stream):
    return next((part for part in PARTS if part in stream), None)


def expected_list(stream, is_deleted_included):
    kinds = {"campaigns": "campaigns", "ad_groups": "adgroups", "ads": "ads"}
    if stream in kinds:
        return world.count(kinds[stream], is_deleted_included)
    accounts = len(world.ACCOUNTS)
    return {
        "advertiser_ids": accounts,
        "advertisers": accounts,
        "creative_assets_images": world.files("image"),
        "creative_assets_videos": world.files("video"),
        "pixels": world.PIXELS * accounts,
        # One pair of an objective and a goal has events.
        "pixel_instant_page_events": accounts,
        "audiences": world.AUDIENCES * accounts,
        "creative_assets_music": world.MUSIC * accounts,
        "creative_assets_portfolios": world.PORTFOLIOS * accounts,
        "spark_ads": world.POSTS * accounts,
    }[stream]


def differences(records, failed, is_deleted_included):
    found = world.differences("streams with an error", sorted(failed), sorted(REFUSED))
    for stream, rows in records.items():
        if stream in failed:
            continue
        if "_reports_" not in stream:
            found += world.differences(stream, len(rows), expected_list(stream, is_deleted_included))
            continue
        is_complete = is_deleted_included and not stream.startswith(WITHOUT_DELETED)
        found += world.differences(stream, len(rows), expected_report(stream, is_complete))
        spend = sum(round(float(row["metrics"]["spend"]) * 100) for row in rows)
        # At other levels the spend of deleted ads is included anyway.
        expected = world.spend(is_complete or not stream.startswith("ads_"))
        found += world.spend_differences(f"{stream}, spend", spend, expected, part_of(stream))
        found += metric_differences(stream, [row["metrics"] for row in rows])
    return found


# Parts of metrics that add up to a whole in every row, with what may be missing for rounding.
TOTALS = [
    (("cash_spend", "voucher_spend"), "spend"),
    (("cta_conversion", "vta_conversion"), "conversion"),
]


def metric_differences(stream, rows):
    found = []
    for parts, whole in TOTALS:
        for row in rows:
            if all(name in row for name in (*parts, whole)):
                total = sum(float(row[part]) for part in parts)
                found += world.differences(f"{stream}, {parts}", round(total, 2), round(float(row[whole]), 2))
    return found


gaps.check()
found = []
for is_deleted_included in [False, True]:
    records, failed = read(is_deleted_included)
    found += [f"include_deleted {is_deleted_included}: {line}" for line in differences(records, failed, is_deleted_included)]
    rows = sum(map(len, records.values()))
    whole = len(records) - len(failed)
    print(f"include_deleted {is_deleted_included}: {whole} streams, {rows} records; refused: {len(failed)}")
sys.exit("\n".join(found) or None)
