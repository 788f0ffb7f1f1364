//! Behaviour of the Marketing API that can be set: times, and readings of what the documents leave open.

use serde::{Deserialize, Serialize};

/// Declares the switches, their defaults and their merging.
macro_rules! switches {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $default:expr;)+) => {
        /// Switches of the Marketing API. An omitted one keeps its value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct AdsSwitches {
            $($(#[doc = $doc])+ #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<$kind>,)+
        }

        impl AdsSwitches {
            /// Takes over the switches that `new` sets.
            pub(super) fn merge(&mut self, new: &Self) {
                $(self.$name = new.$name.or(self.$name);)+
            }

            $(pub(super) fn $name(&self) -> $kind {
                self.$name.unwrap_or($default)
            })+
        }
    };
}

switches! {
    /// Whether requests are limited as documented; true.
    throttle: bool = true;
    /// Most requests per second to one endpoint for one advertiser (40133); 0, no limit, as none is published.
    advertiser_per_second: u32 = 0;
    /// Time in milliseconds until a new object is listed; 0.
    listing_lag_ms: u64 = 0;
    /// Time in milliseconds until ads are reviewed; 2,000.
    review_ms: u64 = 2_000;
    /// Time in milliseconds after a write of ads in which another one in the same ad group is a conflict (40202); 0.
    write_window_ms: u64 = 0;
    /// Extent of the end of manual creation on 2026-12-31; everything.
    manual_cutoff: ManualCutoff = ManualCutoff::Everything;
    /// Answer to a repeated `request_id` within ten seconds; the first object.
    repeated_request: RepeatedRequest = RepeatedRequest::FirstObject;
    /// Answer to a repeated `request_id` after ten seconds, while its object has the name; refused.
    late_repeat: LateRepeat = LateRepeat::Refused;
    /// Effect of settings that an update of an ad group omits; they are reset.
    adgroup_update: AdgroupUpdate = AdgroupUpdate::Replace;
    /// Whether a budget may be exactly the minimum; true.
    minimum_is_enough: bool = true;
    /// Budget modes of Smart+ campaigns; by budget optimization.
    smart_plus_budget: SmartPlusBudget = SmartPlusBudget::ByOptimization;
    /// Kind of token of v2.0 when `is_long_term` is omitted; short-term.
    omitted_is_long_term: bool = false;
    /// Whether the consent page shows a page with links, instead of an answer at once; false.
    consent_page: bool = false;
    /// Whether the advertiser declines on the consent page; false. TikTok does not document its redirect.
    consent_denied: bool = false;
    /// Whether the redirect after consent also has `code`; false.
    code_twin: bool = false;
    /// Whether ids of campaigns, ad groups, ads and advertisers are bare numbers in answers; false.
    numeric_ids: bool = false;
    /// Whether ads that run spend money; true.
    delivery: bool = true;
    /// Whether the bytes of uploaded files are judged by TikTok's types and sizes; true.
    judge_files: bool = true;
    /// Time in milliseconds until an uploaded video can be used; 3,000.
    video_ms: u64 = 3_000;
    /// Time in milliseconds until everything about an uploaded image is known; 1,000.
    image_ms: u64 = 1_000;
    /// Whether videos in processing are missing from lists, instead of being without width and the like; false.
    hide_processing: bool = false;
    /// Whether answers show `signature` and `size` of a file only once it is ready; false.
    late_content: bool = false;
    /// Whether `signature` and `size` in answers are those of TikTok's own copy of a file; false.
    own_copies: bool = false;
    /// Whether ads can name uploaded files only; false.
    known_files_only: bool = false;
    /// Length of the chunks of a chunked upload in bytes, and least length of its file; 20,971,520, which is the most.
    chunk_bytes: u64 = 20_971_520;
    /// Time in milliseconds until an asynchronous report is there; 2,000.
    report_ms: u64 = 2_000;
    /// Whether asynchronous reports fail; false.
    report_fails: bool = false;
    /// Whether the app is on the allow-list of asynchronous reports; true.
    async_reports: bool = true;
    /// Most objects in a synchronous report; 20,000.
    report_objects: u64 = 20_000;
    /// Whether every third hour is missing from reports by hour; false.
    report_gaps: bool = false;
    /// Whether reports lack the metrics of unique users; false.
    report_without_reach: bool = false;
}

/// Extent of the end of manual creation on 2026-12-31
/// (<https://business-api.tiktok.com/portal/docs?id=1853452461203458>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManualCutoff {
    /// Campaigns, ad groups and ads of every objective: the strictest reading.
    Everything,
    /// Campaigns of every objective: the letter of the notice.
    Campaigns,
    /// Campaigns, ad groups and ads of the objectives that Smart+ or other products replace.
    FourObjectives,
    /// Nothing.
    Off,
}

/// Answer to a repeated `request_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedRequest {
    /// The object of the first request, within ten seconds.
    FirstObject,
    /// 40050, within ten seconds.
    Refused,
}

/// Answer to a `request_id` after ten seconds, while its object has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateRepeat {
    /// The name exists, and the `request_id` is not another one.
    Refused,
    /// The `request_id` is forgotten, so it counts as another one.
    SecondObject,
}

/// Effect of settings that an update of an ad group omits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdgroupUpdate {
    /// They are reset to their defaults.
    Replace,
    /// They stay.
    Merge,
}

/// Budget modes of Smart+ campaigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmartPlusBudget {
    /// Dynamic or lifetime with budget optimization; infinite, daily or lifetime without.
    ByOptimization,
    /// Dynamic or lifetime only, as in the schema of the official SDK.
    Schema,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_omitted_switch_keeps_its_value() {
        let mut switches = AdsSwitches::default();
        assert!(switches.throttle());
        switches
            .merge(&serde_json::from_str(r#"{"throttle":false,"manual_cutoff":"four_objectives"}"#).unwrap());
        switches.merge(&serde_json::from_str(r#"{"review_ms":5}"#).unwrap());
        assert_eq!((switches.throttle(), switches.review_ms()), (false, 5));
        assert_eq!(switches.manual_cutoff(), ManualCutoff::FourObjectives);
    }

    #[test]
    fn an_unknown_switch_is_refused() {
        assert!(serde_json::from_str::<AdsSwitches>(r#"{"throttled":false}"#).is_err());
    }
}
