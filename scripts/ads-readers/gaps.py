"""What the readers ask for and the simulator does not have. Each entry must still be refused: see check().

Its metrics are taken out of the readers' requests. Its paths and dimensions are left in, so streams that need them end with
an error.
"""

import world

METRICS = """
    ad_text app_promotion_type bid bid_strategy call_to_action campaign_dedicate_type cash_spend clicks_on_music_disc
    cost_per_sales_lead cost_per_total_app_event_add_to_cart cost_per_total_sales_lead cta_conversion cta_purchase
    dpa_target_audience_type gross_impressions image_mode is_smart_creative mobile_app_id onsite_shopping opt_status
    placement_type purchase_rate real_time_app_install real_time_app_install_cost real_time_cost_per_result
    real_time_result real_time_result_rate registration_rate rf_campaign_type sales_lead sales_lead_rate smart_target
    split_test total_app_event_add_to_cart total_complete_payment_rate total_onsite_shopping_value total_pageview
    total_purchase_value tt_app_id tt_app_name value_per_complete_payment voucher_spend vta_conversion vta_purchase
""".split()
DIMENSIONS = ["province_id"]
PATHS = [
    "creative/portfolio/list/",
    "dmp/custom_audience/list/",
    "file/music/get/",
    "pixel/event/stats/",
    "pixel/instant_page/event/",
    "tt_video/list/",
]


def levels(metric):
    at_account = metric in ("cash_spend", "voucher_spend")
    return ("AUCTION_ADVERTISER", "advertiser_id") if at_account else ("AUCTION_AD", "ad_id")


def check():
    """Fails if the simulator has something that is listed here."""
    for metric in METRICS:
        level, dimension = levels(metric)
        code, _ = world.report(level, [dimension], [metric])
        assert code == 40002, f"{metric} is simulated now: take it off the list"
    for dimension in DIMENSIONS:
        code, _ = world.report("AUCTION_AD", ["ad_id", dimension], ["spend"], report_type="AUDIENCE")
        assert code == 40002, f"{dimension} is simulated now: take it off the list"
    for path in PATHS:
        assert world.is_missing(path), f"{path} is simulated now: take it off the list"
