"""What the readers ask for and the simulator refuses. Each entry must still be refused: see check().

Its metrics are taken out of the readers' requests.
"""

import world

# The Singer tap asks for rf_campaign_type in its report by province. It is a setting of campaigns; no copy of TikTok's list
# of metrics has it.
METRICS = ["rf_campaign_type"]


def check():
    """Fails if the simulator has something that is listed here."""
    for metric in METRICS:
        code, _ = world.report("AUCTION_AD", ["ad_id"], [metric])
        assert code == 40002, f"{metric} is simulated now: take it off the list"
