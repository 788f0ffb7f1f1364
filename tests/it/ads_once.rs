//! One idempotency key, one campaign, ad group or ad: whatever call fails in whatever way, with every reading of what TikTok's documents
//! leave open, after kills at any point, and when many requests have one name.

#[path = "ads_once/bench.rs"]
mod bench;
#[path = "ads_once/cells.rs"]
mod cells;
#[path = "ads_once/chance.rs"]
mod chance;
#[path = "ads_once/interrupted.rs"]
mod interrupted;
#[path = "ads_once/levels.rs"]
mod levels;
#[path = "ads_once/processes.rs"]
mod processes;
#[path = "ads_once/rows.rs"]
mod rows;
#[path = "ads_once/same_name.rs"]
mod same_name;
