//! Rules for campaigns, ad groups and ads: pure, without a clock. A time is a parameter, since the Unix epoch.
//!
//! A check returns all violations at once. Where the documents do not settle a rule, the check passes and TikTok decides.
//! Facts: docs/tiktok-marketing-api.md; each module cites its heading.

mod ad;
mod ad_group;
mod analytics;
mod budget;
mod campaign;
mod candidate;
mod creation;
mod currency;
mod difference;
mod manual_end;
mod names;
mod rule;
mod schedule;
mod spending;
mod view;
mod violation;

pub use ad::{check_ad, check_ad_changes, complete_ad, disclaimer_warning, makes_post};
pub use ad_group::{
    PresentAdGroup, ad_group_needs_currency, check_ad_group, check_ad_group_changes, complete_ad_group,
    ignored_after, schedule_in_utc,
};
pub use analytics::{
    AccountDay, AccountHour, ChosenMetric, CoveredTimes, DayRange, EventSource, Granularity, MetricChoice,
    MetricNature, MetricRatio, MetricSums, MetricTotal, MetricUnit, MetricValue, MetricValues, MissingTimes,
    NONE_CHOSEN, NullReason, PeriodChange, RowFacts, RowNumber, TopOrder, TopRows, ZoneOffset, event_source,
    is_goal_dependent, is_readable, nearest_metric, row_time,
};
pub use budget::{BudgetLevel, BudgetLimits, DYNAMIC, INFINITE, TOTAL, is_distributed};
pub use campaign::{campaign_needs_currency, check_campaign, check_campaign_changes, complete_campaign};
pub use candidate::{CreationCandidate, ListedObject, SoughtObject, candidates, has_name};
pub use creation::{
    AT_ONCE_MAX, ATTEMPTS_MAX, AfterAbsence, AfterSearch, CreationStage, KNOWN_MAX, RepeatSigns,
    SAME_REQUEST, SAME_REQUEST_END, SETTLED, SentCreation, is_id,
};
pub use currency::Currency;
pub use difference::ListedSettings;
pub use manual_end::{
    ManualCreate, SMART_PLUS_OBJECTIVES, is_manual_end, is_smart_plus_missing, manual_end_warning,
};
pub use names::{check_ad_text, check_required_name};
pub use rule::instead_of;
pub use schedule::{FROM_NOW, START_END, Schedule};
pub use spending::{
    BudgetHolder, NewBudget, PayingBudget, SpendingPolicy, SpendingRequest, SpendingState, check_confirmation,
};
pub use violation::AdViolation;
