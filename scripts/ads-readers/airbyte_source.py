"""Reads every stream with Airbyte's connector, and compares the numbers of records and the spend with the simulator."""

import json
import pathlib
import subprocess
import sys

import gaps
import world

RUN = "import redirect; from source_tiktok_marketing.run import run; run()"
LEVELS = {"advertisers": "advertiser_id", "campaigns": "campaign_id", "ad_group": "adgroup_id", "ads": "ad_id"}
# Streams whose path or dimension the simulator does not have.
UNSIMULATED = {
    "ads_audience_reports_by_province_daily",
    "audiences",
    "creative_assets_music",
    "creative_assets_portfolios",
    "pixel_events_statistics",
    "pixel_instant_page_events",
    "spark_ads",
}
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
    part = next((part for part in ["country", "platform", "audience"] if part in stream), None)
    return world.rows(level, length, part, is_deleted_included)


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
        "pixels": 2 * accounts,
    }[stream]


def differences(records, failed, is_deleted_included):
    found = world.differences("streams with an error", sorted(failed), sorted(UNSIMULATED))
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
        found += world.differences(f"{stream}, spend", spend, expected)
    return found


gaps.check()
found = []
for is_deleted_included in [False, True]:
    records, failed = read(is_deleted_included)
    found += [f"include_deleted {is_deleted_included}: {line}" for line in differences(records, failed, is_deleted_included)]
    rows = sum(map(len, records.values()))
    simulated = len(records) - len(failed)
    print(f"include_deleted {is_deleted_included}: {simulated} streams, {rows} records; with an error: {len(failed)}")
sys.exit("\n".join(found) or None)
