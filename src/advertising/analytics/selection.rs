//! Metrics of a request: their names in results and in calls, and the parts from which totals are computed.

use std::fmt;

use super::{
    metric::{MetricNature, MetricRatio, known_names},
    totals::{MetricSums, MetricTotal, NullReason, RowNumber},
    value::{MetricValue, MetricValues},
};
use crate::{model::Decimal, schema::nearest_name};

/// Metrics of a request that names none.
pub const NONE_CHOSEN: [&str; 9] = [
    "spend",
    "impressions",
    "clicks",
    "conversion",
    "video_views",
    "engagement_rate",
    "click_through_rate",
    "conversion_rate",
    "cost_per_action",
];

/// Names that requests may use, and TikTok's names for them (docs/tiktok-marketing-api.md#metrics).
const ALIASES: [(&str, &str); 7] = [
    ("video_views", "video_play_actions"),
    ("click_through_rate", "ctr"),
    ("conversion_rate", "conversion_rate_v2"),
    ("cost_per_action", "cost_per_conversion"),
    ("conversions", "conversion"),
    ("cost", "spend"),
    ("cost_per_click", "cpc"),
];

/// Metrics that count each ad group's own optimization event.
const OF_GOALS: &str = "conversion cost_per_conversion conversion_rate conversion_rate_v2 real_time_conversion \
    real_time_cost_per_conversion real_time_conversion_rate real_time_conversion_rate_v2 result cost_per_result \
    result_rate real_time_result real_time_cost_per_result real_time_result_rate";

/// Metric whose name `name` misspells; `None` for a known one, and for one that resembles none.
pub fn nearest_metric(name: &str) -> Option<&'static str> {
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    let known: Vec<&str> = known_names().chain(aliases).collect();
    if known.contains(&name) || MetricNature::of(name) != MetricNature::Unlisted {
        return None;
    }
    nearest_name(name, &known)
}

/// Whether a metric of TikTok's counts each ad group's own optimization event.
pub fn is_goal_dependent(name: &str) -> bool {
    OF_GOALS.split(' ').any(|known| known == name)
}

/// Whether the text is a value of the metric with TikTok's name: a number, unless it describes an object.
pub fn is_readable(name: &str, text: &str) -> bool {
    read(MetricNature::of(name), text) != RowNumber::Unreadable
}

fn read(nature: MetricNature, text: &str) -> RowNumber {
    match (Decimal::parse(text.trim()), nature) {
        (Some(number), _) => RowNumber::Known(number),
        (None, MetricNature::Attribute | MetricNature::Setting | MetricNature::Unlisted) => {
            RowNumber::Nothing
        }
        (None, _) if says_nothing(text) => RowNumber::Nothing,
        (None, _) => RowNumber::Unreadable,
    }
}

/// Metric of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenMetric {
    /// Name in the request and in the result.
    pub shown: String,
    /// TikTok's name.
    pub name: String,
    /// Kind of the metric.
    pub nature: MetricNature,
}

/// Metrics of a request, and those that its totals need besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricChoice {
    shown: Vec<ChosenMetric>,
    /// TikTok's names, each once.
    asked: Vec<String>,
    /// Kinds of the metrics in `asked`.
    natures: Vec<MetricNature>,
    /// Places in `asked` of the parts of quotients.
    pairs: Vec<(usize, usize)>,
}

/// Facts about rows that their sums do not tell.
pub struct RowFacts<'a> {
    /// TikTok answered completely, and has no rows.
    pub is_empty: bool,
    /// TikTok's names of refused metrics.
    pub refused: &'a [String],
    /// Numbers that are not sums, or the reason for which they are not known.
    pub whole: &'a dyn Fn(&ChosenMetric) -> Result<Decimal, NullReason>,
}

impl fmt::Debug for RowFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            is_empty, refused, ..
        } = self;
        write!(f, "RowFacts({is_empty}, {refused:?})")
    }
}

impl MetricChoice {
    /// Metrics with these names, each once.
    pub fn of(names: &[String]) -> Self {
        let mut choice = Self {
            shown: Vec::new(),
            asked: Vec::new(),
            natures: Vec::new(),
            pairs: Vec::new(),
        };
        for name in names {
            choice.add(name);
        }
        choice
    }

    fn add(&mut self, shown: &str) {
        if self.shown.iter().any(|metric| metric.shown == shown) {
            return;
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == shown);
        let name = alias.map_or(shown, |(_, name)| name);
        let nature = MetricNature::of(name);
        self.ask(name);
        if let MetricNature::Ratio(MetricRatio { over, under, .. }) = nature {
            let pair = (self.ask(over), self.ask(under));
            self.pairs.push(pair);
        }
        self.shown.push(ChosenMetric {
            shown: shown.to_owned(),
            name: name.to_owned(),
            nature,
        });
    }

    /// Place of the metric, which is read from now on.
    fn ask(&mut self, name: &str) -> usize {
        self.place(name).unwrap_or_else(|| {
            self.asked.push(name.to_owned());
            self.natures.push(MetricNature::of(name));
            self.asked.len() - 1
        })
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.asked.iter().position(|asked| asked == name)
    }

    /// Metrics of the result, in the order of the request.
    pub fn shown(&self) -> &[ChosenMetric] {
        &self.shown
    }

    /// TikTok's names of the metrics that are read.
    pub fn asked(&self) -> &[String] {
        &self.asked
    }

    /// Sums of no rows.
    pub fn no_sums(&self) -> MetricSums {
        MetricSums::new(self.asked.len(), &self.pairs)
    }

    /// Numbers of the metrics that are read, in their order, from the texts of a row.
    pub fn numbers<'a>(&self, text: impl Fn(&str) -> Option<&'a str>) -> Vec<RowNumber> {
        let asked = self.asked.iter().zip(&self.natures);
        asked
            .map(|(name, nature)| text(name).map_or(RowNumber::Nothing, |text| read(*nature, text)))
            .collect()
    }

    /// Values of a row, from its texts and numbers.
    pub fn row<'a>(&self, numbers: &[RowNumber], text: impl Fn(&str) -> Option<&'a str>) -> MetricValues {
        let value = |metric: &ChosenMetric| {
            let text = text(&metric.name).filter(|text| !says_nothing(text));
            let number = self.number(numbers, &metric.name);
            let value = match (metric.nature, number, text) {
                (MetricNature::Attribute, _, Some(text)) => MetricValue::Text(text.to_owned()),
                (MetricNature::Attribute, _, None) => MetricValue::Nothing,
                (_, Some(number), _) => MetricValue::Number(number),
                (_, None, Some(text)) => MetricValue::Text(text.to_owned()),
                (_, None, None) => MetricValue::Nothing,
            };
            (metric.shown.clone(), value)
        };
        MetricValues(self.shown.iter().map(value).collect())
    }

    /// Value of the metric with TikTok's name, among those of a row.
    pub fn of_row(&self, numbers: &[RowNumber], name: &str) -> RowNumber {
        let place = self.place(name);
        let number = place.and_then(|place| numbers.get(place));
        number.copied().unwrap_or(RowNumber::Nothing)
    }

    /// Number of the metric with TikTok's name, among those of a row.
    pub fn number(&self, numbers: &[RowNumber], name: &str) -> Option<Decimal> {
        self.of_row(numbers, name).known()
    }

    /// Number by which a row is ranked: that of the metric at this place of the result. A quotient by zero has none, whatever
    /// TikTok writes in its place.
    pub fn ranked(&self, numbers: &[RowNumber], place: usize) -> Option<Decimal> {
        let metric = self.shown.get(place)?;
        let is_zero = |name: &str| self.number(numbers, name) == Some(Decimal::from(0));
        let is_by_zero = matches!(metric.nature, MetricNature::Ratio(ratio) if is_zero(ratio.under));
        self.number(numbers, &metric.name).filter(|_| !is_by_zero)
    }

    /// Values of an object whose rows were added up. Its description is that of `latest`.
    pub fn merged(&self, sums: &MetricSums, latest: &MetricValues) -> MetricValues {
        let facts = RowFacts {
            is_empty: false,
            refused: &[],
            whole: &|_| Err(NullReason::NotAdded),
        };
        let values = self.shown.iter().map(|metric| {
            let described = latest.0.iter().find(|(name, _)| *name == metric.shown);
            let value = match described.filter(|_| metric.nature.is_description()) {
                Some((_, value)) => value.clone(),
                None => self.total(metric, sums, &facts).value.into(),
            };
            (metric.shown.clone(), value)
        });
        MetricValues(values.collect())
    }

    /// Totals of all metrics that have one.
    pub fn totals(&self, sums: &MetricSums, facts: &RowFacts<'_>) -> Vec<MetricTotal> {
        let metrics = self.shown.iter();
        metrics
            .filter(|metric| !metric.nature.is_description())
            .map(|metric| self.total(metric, sums, facts))
            .collect()
    }

    fn total(&self, metric: &ChosenMetric, sums: &MetricSums, facts: &RowFacts<'_>) -> MetricTotal {
        let value = match metric.nature {
            MetricNature::Ratio(ratio) => self.quotient(ratio, sums, facts),
            _ if facts.refuses(&metric.name) => Err(NullReason::MetricRefused),
            MetricNature::Sum => self.sum(&metric.name, sums, facts),
            MetricNature::Unique
            | MetricNature::Average
            | MetricNature::Unlisted
            | MetricNature::Attribute
            | MetricNature::Setting => (facts.whole)(metric),
        };
        MetricTotal::new(&metric.shown, value)
    }

    fn sum(&self, name: &str, sums: &MetricSums, facts: &RowFacts<'_>) -> Result<Decimal, NullReason> {
        let place = self.place(name).ok_or(NullReason::NoValues)?;
        match (sums.unreadable(place), sums.get(place)) {
            (0, Some(sum)) => Ok(sum),
            (0, None) if facts.is_empty => Ok(Decimal::from(0)),
            (0, None) => Err(NullReason::NoValues),
            (rows, _) => Err(NullReason::Unreadable(rows)),
        }
    }

    /// Quotient of the sums of both parts over the rows that have both.
    fn quotient(
        &self,
        ratio: MetricRatio,
        sums: &MetricSums,
        facts: &RowFacts<'_>,
    ) -> Result<Decimal, NullReason> {
        let MetricRatio { over, under, power } = ratio;
        for part in [over, under] {
            if facts.refuses(part) {
                return Err(NullReason::PartRefused(part));
            }
            let rows = self.place(part).map_or(0, |place| sums.unreadable(place));
            if rows > 0 {
                return Err(NullReason::PartUnreadable(part, rows));
            }
        }
        let places = self.place(over).zip(self.place(under));
        let none = if facts.is_empty {
            NullReason::NoRows
        } else {
            NullReason::NoCommonRow(over, under)
        };
        let (sum, parts) = places.and_then(|places| sums.pair(places)).ok_or(none)?;
        let quotient = sum.divided_by(parts, power, PLACES);
        let quotient = quotient.ok_or(NullReason::NothingToDivideBy(under))?;
        let is_small = quotient < Decimal::from(1);
        let exact = is_small.then(|| sum.divided_by(parts, power, SMALL_PLACES));
        Ok(exact.flatten().unwrap_or(quotient))
    }
}

impl RowFacts<'_> {
    fn refuses(&self, name: &str) -> bool {
        self.refused.iter().any(|refused| refused == name)
    }
}

/// Digits after the decimal point of rates and prices in totals.
const PLACES: u32 = 4;

/// Digits after the point of quotients below 1, such as rates of rare events, so that comparisons of them are not those of
/// rounded numbers.
const SMALL_PLACES: u32 = 8;

/// Whether TikTok's text says that a metric does not apply.
fn says_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "-")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn chosen(names: &[&str]) -> MetricChoice {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        MetricChoice::of(&names)
    }

    #[test]
    fn a_misspelt_metric_has_a_suggestion_and_a_known_one_has_none() {
        for (name, near) in [
            ("spendd", Some("spend")),
            ("click", Some("clicks")),
            ("impresions", Some("impressions")),
            ("spend", None),
            ("video_views", None),
            ("total_unique_views", None),
            ("zzz", None),
        ] {
            assert_eq!(nearest_metric(name), near, "{name}");
        }
    }

    const FACTS: RowFacts<'_> = RowFacts {
        is_empty: false,
        refused: &[],
        whole: &|_| Err(NullReason::NotAdded),
    };

    type Texts = BTreeMap<&'static str, String>;

    fn add(choice: &MetricChoice, sums: &mut MetricSums, row: &Texts) {
        sums.add(&choice.numbers(|name| row.get(name).map(String::as_str)));
    }

    fn shown(totals: &[MetricTotal]) -> Vec<Option<String>> {
        let values = totals.iter().map(|total| total.value);
        values.map(|value| value.map(|value| value.to_string())).collect()
    }

    #[test]
    fn names_of_the_guide_are_tiktoks_and_rates_bring_their_parts() {
        let choice = chosen(&["video_views", "click_through_rate", "ctr", "video_views"]);
        let names: Vec<_> = choice
            .shown()
            .iter()
            .map(|metric| (&*metric.shown, &*metric.name))
            .collect();
        assert_eq!(
            names,
            [
                ("video_views", "video_play_actions"),
                ("click_through_rate", "ctr"),
                ("ctr", "ctr")
            ]
        );
        assert_eq!(
            choice.asked(),
            ["video_play_actions", "ctr", "clicks", "impressions"]
        );
        for name in NONE_CHOSEN {
            let listed = MetricNature::of(&chosen(&[name]).shown()[0].name);
            assert!(
                matches!(listed, MetricNature::Sum | MetricNature::Ratio(_)),
                "{name}"
            );
        }
    }

    #[test]
    fn a_rate_of_a_total_is_the_quotient_of_sums_and_not_a_mean() {
        let choice = chosen(&["ctr", "cost_per_action", "reach", "ad_name"]);
        let mut sums = choice.no_sums();
        for (clicks, impressions, spend, conversions) in
            [("1", "1000", "0.10", "-"), ("99", "1000", "9.90", "0")]
        {
            let row = Texts::from([
                ("clicks", clicks.to_owned()),
                ("impressions", impressions.to_owned()),
                ("spend", spend.to_owned()),
                ("conversion", conversions.to_owned()),
                ("ctr", "77".to_owned()),
            ]);
            add(&choice, &mut sums, &row);
        }
        let totals = choice.totals(&sums, &FACTS);
        assert_eq!(shown(&totals), [Some("5".to_owned()), None, None]);
        let reasons: Vec<_> = totals.iter().filter_map(|total| total.reason).collect();
        assert_eq!(
            reasons,
            [NullReason::NothingToDivideBy("conversion"), NullReason::NotAdded]
        );
    }

    /// With four digits, two rates of rare events would both be 0, and their change unknown.
    #[test]
    fn a_small_quotient_keeps_its_digits() {
        let choice = chosen(&["conversion_rate"]);
        let mut sums = choice.no_sums();
        let row = Texts::from([
            ("conversion", "1".to_owned()),
            ("impressions", "2026718".to_owned()),
        ]);
        add(&choice, &mut sums, &row);
        let totals = choice.totals(&sums, &FACTS);
        assert_eq!(shown(&totals), [Some("0.00004934".to_owned())]);
    }

    #[test]
    fn a_value_that_does_not_apply_is_null_and_ids_are_texts() {
        let choice = chosen(&["spend", "campaign_id", "reach", "new_count", "new_word", "budget"]);
        let texts = Texts::from([
            ("spend", "-".to_owned()),
            ("campaign_id", "123".to_owned()),
            ("reach", "<5".to_owned()),
            ("new_count", "7".to_owned()),
            ("new_word", "seven".to_owned()),
            ("budget", "50.00".to_owned()),
        ]);
        let text = |name: &str| texts.get(name).map(String::as_str);
        let row = choice.row(&choice.numbers(text), text);
        assert_eq!(
            serde_json::to_string(&row).unwrap(),
            r#"{"spend":null,"campaign_id":"123","reach":"<5","new_count":7,"new_word":"seven","budget":50}"#
        );
    }

    fn reasons(totals: &[MetricTotal]) -> Vec<NullReason> {
        totals.iter().filter_map(|total| total.reason).collect()
    }

    #[test]
    fn rows_to_which_a_part_does_not_apply_are_not_in_the_quotient() {
        let choice = chosen(&["cost_per_secondary_goal_result", "cpc", "spend"]);
        let mut sums = choice.no_sums();
        for (spend, results, clicks) in [("100", "10", "0"), ("900", "-", "50")] {
            let row = Texts::from([
                ("spend", spend.to_owned()),
                ("secondary_goal_result", results.to_owned()),
                ("clicks", clicks.to_owned()),
            ]);
            add(&choice, &mut sums, &row);
        }
        let totals = choice.totals(&sums, &FACTS);
        let expected = ["10", "20", "1000"].map(|text| Some(text.to_owned()));
        assert_eq!(shown(&totals), expected);
        let apart = chosen(&["cpc"]);
        let mut sums = apart.no_sums();
        add(&apart, &mut sums, &Texts::from([("spend", "1".to_owned())]));
        add(&apart, &mut sums, &Texts::from([("clicks", "1".to_owned())]));
        let totals = apart.totals(&sums, &FACTS);
        assert_eq!(reasons(&totals), [NullReason::NoCommonRow("spend", "clicks")]);
    }

    #[test]
    fn a_value_that_is_not_a_number_makes_the_total_unknown() {
        let choice = chosen(&["spend", "cpc", "clicks"]);
        let mut sums = choice.no_sums();
        for spend in ["1", "1,234.50", "<5"] {
            let row = Texts::from([("spend", spend.to_owned()), ("clicks", "1".to_owned())]);
            add(&choice, &mut sums, &row);
        }
        let totals = choice.totals(&sums, &FACTS);
        assert_eq!(shown(&totals), [None, None, Some("3".to_owned())]);
        assert_eq!(
            reasons(&totals),
            [NullReason::Unreadable(2), NullReason::PartUnreadable("spend", 2)]
        );
        assert!(!is_readable("spend", "<5") && is_readable("spend", "-") && is_readable("ad_name", "<5"));
    }

    #[test]
    fn a_quotient_by_zero_has_no_rank() {
        let choice = chosen(&["spend", "cost_per_action"]);
        let ranked = |conversions: &str| {
            let row = Texts::from([
                ("conversion", conversions.to_owned()),
                ("cost_per_conversion", "0.50".to_owned()),
            ]);
            choice.ranked(&choice.numbers(|name| row.get(name).map(String::as_str)), 1)
        };
        assert_eq!([ranked("0"), ranked("2")], [None, Decimal::parse("0.5")]);
    }

    #[test]
    fn no_rows_add_up_to_zero_and_refused_metrics_to_nothing() {
        let choice = chosen(&["spend", "clicks", "cpc", "ctr", "cpm"]);
        let refused = ["clicks".to_owned()];
        let facts = RowFacts {
            is_empty: true,
            refused: &refused,
            ..FACTS
        };
        let totals = choice.totals(&choice.no_sums(), &facts);
        assert_eq!(shown(&totals), [Some("0".to_owned()), None, None, None, None]);
        let (refused, part) = (NullReason::MetricRefused, NullReason::PartRefused("clicks"));
        assert_eq!(reasons(&totals), [refused, part, part, NullReason::NoRows]);
    }

    proptest! {
        #[test]
        fn totals_are_the_sums_of_the_rows(rows in proptest::collection::vec((0_u32..10_000_000, 0_u32..1_000_000, 0_u32..1_000), 1..60)) {
            let choice = chosen(&["spend", "impressions", "ctr"]);
            let mut sums = choice.no_sums();
            let mut whole = (0_u64, 0_u64, 0_u64);
            for (cents, impressions, clicks) in rows {
                let row = Texts::from([
                    ("spend", format!("{}.{:02}", cents / 100, cents % 100)),
                    ("impressions", impressions.to_string()),
                    ("clicks", format!("{clicks}.0")),
                ]);
                add(&choice, &mut sums, &row);
                whole = (whole.0 + u64::from(cents), whole.1 + u64::from(impressions), whole.2 + u64::from(clicks));
            }
            let totals = choice.totals(&sums, &FACTS);
            let expected = Decimal::parse(&format!("{}.{:02}", whole.0 / 100, whole.0 % 100));
            prop_assert_eq!(totals[0].value, expected);
            prop_assert_eq!(totals[1].value, Decimal::parse(&whole.1.to_string()));
            let rate = Decimal::parse(&whole.2.to_string()).unwrap();
            let whole = Decimal::parse(&whole.1.to_string()).unwrap();
            let rate = [4, 8].map(|places| rate.divided_by(whole, 2, places));
            let rate = if rate[0] < Some(Decimal::from(1)) { rate[1] } else { rate[0] };
            prop_assert_eq!(totals[2].value, rate);
        }
    }
}
