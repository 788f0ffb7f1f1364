//! Units of metrics.

use super::{metric::MetricNature, selection::ChosenMetric};

/// Unit of a metric's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// Number of things or people.
    Count,
    /// Amount in the currency of the ad account.
    Amount,
    /// Percentage.
    Percent,
    /// Other numbers, and metrics that this program does not know.
    Other,
}

/// Amounts whose names do not say it.
const AMOUNTS: &str = "shop_gross_revenue_by_order_submission campaign_budget budget bid bid_secondary_goal";

/// Figures for each person.
const FOR_EACH: &str = "frequency average_video_play_per_user";

impl ChosenMetric {
    /// Unit of its values.
    pub fn unit(&self) -> MetricUnit {
        let name = self.name.as_str();
        let is_in = |names: &str| names.split(' ').any(|known| known == name);
        match self.nature {
            MetricNature::Ratio(ratio) if ratio.over == "spend" => MetricUnit::Amount,
            MetricNature::Ratio(_) => MetricUnit::Percent,
            MetricNature::Sum | MetricNature::Unique | MetricNature::Setting
                if is_amount(name) || is_in(AMOUNTS) =>
            {
                MetricUnit::Amount
            }
            MetricNature::Sum => MetricUnit::Count,
            MetricNature::Unique if !is_in(FOR_EACH) => MetricUnit::Count,
            MetricNature::Unique
            | MetricNature::Average
            | MetricNature::Attribute
            | MetricNature::Setting
            | MetricNature::Unlisted => MetricUnit::Other,
        }
    }
}

fn is_amount(name: &str) -> bool {
    let of_purchases = name.starts_with("total_") && name.ends_with("_value");
    name.ends_with("spend") || name.ends_with("cost") || name.starts_with("cost_per_") || of_purchases
}

#[cfg(test)]
mod tests {
    use super::{super::selection::MetricChoice, *};

    #[test]
    fn a_metric_has_a_unit() {
        for (name, unit) in [
            ("spend", MetricUnit::Amount),
            ("cost_per_action", MetricUnit::Amount),
            ("cpm", MetricUnit::Amount),
            ("billed_cost", MetricUnit::Amount),
            ("cost_per_1000_reached", MetricUnit::Amount),
            ("total_purchase_value", MetricUnit::Amount),
            ("budget", MetricUnit::Amount),
            ("click_through_rate", MetricUnit::Percent),
            ("engagement_rate", MetricUnit::Percent),
            ("video_views", MetricUnit::Count),
            ("total_purchase", MetricUnit::Count),
            ("reach", MetricUnit::Count),
            ("frequency", MetricUnit::Other),
            ("average_video_play", MetricUnit::Other),
            ("new_metric", MetricUnit::Other),
            ("campaign_name", MetricUnit::Other),
        ] {
            let choice = MetricChoice::of(&[name.to_owned()]);
            assert_eq!(
                choice.shown().first().map(ChosenMetric::unit),
                Some(unit),
                "{name}"
            );
        }
    }
}
