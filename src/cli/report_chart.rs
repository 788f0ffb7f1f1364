//! Charts of reports of the action `get_analytics`: sparklines of days, bars of objects.

use serde_json::{Map, Value};

use super::chart::{ChartBar, ChartLine, ChartStyle, bars, grouped, shortened, sparklines};
use crate::{
    advertising::{AccountDay, Currency, DayRange, MetricChoice, MetricNature, MetricUnit},
    model::Decimal,
};

/// Lines of the chart of a result; none if the result has no rows that can be drawn: those by hour, for example.
pub(super) fn report_chart(data: &Value, style: ChartStyle) -> Vec<String> {
    let Some(report) = ChartedReport::of(data) else {
        return Vec::new();
    };
    let drawn = match report.text("granularity") {
        "day" => report.days(style).or_else(|| report.objects_by_day(style)),
        "total" => report.objects(style),
        _ => None,
    };
    let Some((what, lines)) = drawn else {
        return Vec::new();
    };
    std::iter::once(report.heading(&what)).chain(lines).collect()
}

/// A result in which every amount, count and rate of a metric is a text with the decimals of its unit, as in the chart; `None`
/// for a result that is no report.
pub(super) fn with_figures(data: &Value) -> Option<Value> {
    let report = ChartedReport::of(data)?;
    let mut shown = data.clone();
    for path in [
        "/summary/totals",
        "/summary/comparison/totals",
        "/summary/comparison/differences",
    ] {
        report.format(shown.pointer_mut(path));
    }
    for row in shown
        .get_mut("rows")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        report.format(row.get_mut("metrics"));
    }
    let changes = shown.pointer_mut("/summary/comparison/percent_changes");
    for change in changes.and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(percent) = decimal(change.1) {
            *change.1 = format!("{}%", grouped(percent, 2)).into();
        }
    }
    Some(shown)
}

/// Parts of a result.
struct ChartedReport<'a> {
    summary: &'a Value,
    totals: &'a Map<String, Value>,
    rows: &'a [Value],
    metrics: Vec<ChartedMetric>,
    range: DayRange,
}

/// Metric that is drawn.
#[derive(Debug)]
struct ChartedMetric {
    name: String,
    unit: MetricUnit,
    /// Whether its total is the sum of its values.
    is_sum: bool,
    /// Decimals of its values.
    places: u32,
}

/// Most days that are drawn: those of a request by day.
const DAYS_MAX: u32 = 1_096;

impl<'a> ChartedReport<'a> {
    fn of(data: &'a Value) -> Option<Self> {
        let summary = data.get("summary")?;
        let totals = summary.get("totals")?.as_object()?;
        let date = |name: &str| AccountDay::parse(summary.get(name)?.as_str()?);
        let range = DayRange::new(date("start_date")?, date("end_date")?)?;
        let rows = data.get("rows")?.as_array()?.as_slice();
        let code = summary
            .get("currency")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let currency_places = Currency::find(code).map_or(2, |currency| currency.decimals);
        let names: Vec<String> = totals.keys().cloned().collect();
        let choice = MetricChoice::of(&names);
        let metrics = choice
            .shown()
            .iter()
            .filter(|metric| !metric.nature.is_description());
        let metrics = metrics.map(|metric| ChartedMetric {
            name: metric.shown.clone(),
            unit: metric.unit(),
            is_sum: metric.nature == MetricNature::Sum,
            places: match metric.unit() {
                MetricUnit::Count => 0,
                MetricUnit::Amount => currency_places,
                MetricUnit::Percent | MetricUnit::Other => 2,
            },
        });
        Some(Self {
            summary,
            totals,
            rows,
            metrics: metrics.collect(),
            range,
        })
    }

    fn text(&self, name: &str) -> &str {
        self.summary.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Heading with the days, the form of the chart, time zone and currency.
    fn heading(&self, what: &str) -> String {
        let days = format!("{} to {}", self.range.first(), self.range.last());
        let parts = [days.as_str(), what, self.text("time_zone"), self.text("currency")];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        clean(&parts.join(", "))
    }

    /// Writes the values of metrics as figures.
    fn format(&self, metrics: Option<&mut Value>) {
        let members = metrics.and_then(Value::as_object_mut);
        for (name, value) in members.into_iter().flatten() {
            let metric = self.metrics.iter().find(|metric| metric.name == *name);
            let known = metric.filter(|metric| metric.unit != MetricUnit::Other);
            if let (Some(metric), Some(number)) = (known, decimal(value)) {
                *value = metric.figure(Some(number)).into();
            }
        }
    }

    /// Whether all days of the range can be drawn.
    fn has_all_days(&self) -> bool {
        self.range.days() <= DAYS_MAX && self.summary.get("is_truncated") != Some(&Value::Bool(true))
    }

    /// First metric of which a row has a value.
    fn first_metric(&self) -> Option<&ChartedMetric> {
        let has_value = |metric: &&ChartedMetric| self.rows.iter().any(|row| metric.of_row(row).is_some());
        self.metrics.iter().find(has_value)
    }

    /// A sparkline of the first metric for each object.
    fn objects_by_day(&self, style: ChartStyle) -> Option<(String, Vec<String>)> {
        let metric = self.first_metric().filter(|_| self.has_all_days())?;
        // Names need not be unique.
        let mut objects: Vec<(Vec<&str>, String, Vec<&Value>)> = Vec::new();
        for row in self.rows {
            let ids = ids_of(row);
            match objects.iter_mut().find(|(known, ..)| *known == ids) {
                Some((.., rows)) => rows.push(row),
                None => objects.push((ids, name_of(row), vec![row])),
            }
        }
        let drawn = objects.iter().take(BARS_MAX);
        let lines: Vec<ChartLine> = drawn
            .map(|(_, name, rows)| self.line_of(metric, name, rows, style))
            .collect();
        let of = match objects.len() {
            all if all > BARS_MAX => format!(" of the first {BARS_MAX} of {all} objects"),
            _ => String::new(),
        };
        Some((
            format!("{} by day{of}", metric.label()),
            sparklines(&lines, style),
        ))
    }

    /// Line of one object by day.
    fn line_of(&self, metric: &ChartedMetric, name: &str, rows: &[&Value], style: ChartStyle) -> ChartLine {
        let mut values = vec![None; usize::try_from(self.range.days()).unwrap_or_default()];
        for row in rows {
            let day = row
                .get("date")
                .and_then(Value::as_str)
                .and_then(AccountDay::parse);
            let place = day.and_then(|day| usize::try_from(day.since(self.range.first())).ok());
            if let Some(value) = place.and_then(|place| values.get_mut(place)) {
                *value = metric.of_row(row);
            }
        }
        let known = values.iter().flatten().copied();
        let total = known.clone().reduce(Decimal::plus).filter(|_| metric.is_sum);
        let figures = [known.clone().min(), known.max(), total].map(|number| metric.figure(number));
        ChartLine {
            label: shortened(name, LABEL_MAX, style),
            values,
            figures,
        }
    }

    /// A sparkline for each metric, if each day has at most one row.
    fn days(&self, style: ChartStyle) -> Option<(String, Vec<String>)> {
        if !self.has_all_days() {
            return None;
        }
        let days = (0..self.range.days()).map(|day| self.range.first().plus(day).to_string());
        let of_day = |day: String| {
            let mut rows = self
                .rows
                .iter()
                .filter(|row| row.get("date").and_then(Value::as_str) == Some(&day));
            (rows.next(), rows.next())
        };
        let days: Vec<_> = days.map(of_day).collect();
        if days.iter().any(|(_, second)| second.is_some()) {
            return None;
        }
        let rows: Vec<Option<&Value>> = days.into_iter().map(|(row, _)| row).collect();
        let lines: Vec<ChartLine> = self
            .metrics
            .iter()
            .map(|metric| self.line(metric, &rows))
            .collect();
        Some(("by day".to_owned(), sparklines(&lines, style)))
    }

    fn line(&self, metric: &ChartedMetric, rows: &[Option<&Value>]) -> ChartLine {
        let values: Vec<_> = rows
            .iter()
            .map(|row| row.and_then(|row| metric.of_row(row)))
            .collect();
        let known = values.iter().flatten().copied();
        let figures = [known.clone().min(), known.max(), self.total(metric)];
        ChartLine {
            label: metric.label(),
            values,
            figures: figures.map(|number| metric.figure(number)),
        }
    }

    fn total(&self, metric: &ChartedMetric) -> Option<Decimal> {
        self.totals.get(&metric.name).and_then(decimal)
    }

    /// A bar of the first metric for each object.
    fn objects(&self, style: ChartStyle) -> Option<(String, Vec<String>)> {
        let metric = self.first_metric()?;
        let drawn = self.rows.iter().take(BARS_MAX).map(|row| ChartBar {
            label: name_of(row),
            value: metric.of_row(row),
            figure: metric.figure(metric.of_row(row)),
        });
        let drawn: Vec<ChartBar> = drawn.collect();
        Some(("whole range".to_owned(), bars(&metric.label(), &drawn, style)))
    }
}

/// Most bars of a chart.
const BARS_MAX: usize = 20;

/// Widest name of an object before its sparkline, in characters.
const LABEL_MAX: usize = 24;

impl ChartedMetric {
    fn label(&self) -> String {
        clean(&self.name.replace('_', " "))
    }

    fn of_row(&self, row: &Value) -> Option<Decimal> {
        row.get("metrics")?.get(&self.name).and_then(decimal)
    }

    /// A value with its decimals and percent sign.
    fn figure(&self, value: Option<Decimal>) -> String {
        let sign = if self.unit == MetricUnit::Percent { "%" } else { "" };
        value.map_or_else(
            || "-".to_owned(),
            |value| format!("{}{sign}", grouped(value, self.places)),
        )
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    Decimal::parse(&value.as_number()?.to_string())
}

/// Members with the names and ids of a row's object and its parents.
const LEVELS: [(&str, &str); 4] = [
    ("advertiser_name", "advertiser_id"),
    ("campaign_name", "campaign_id"),
    ("adgroup_name", "adgroup_id"),
    ("ad_name", "ad_id"),
];

/// Identity of a row's object: ids and names of it and its parents.
fn ids_of(row: &Value) -> Vec<&str> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let levels = LEVELS.iter().flat_map(|(name, id)| [text(id), text(name)]);
    levels.flatten().collect()
}

/// Names of a row's object and its parents, from the campaign on; an id where there is no name.
fn name_of(row: &Value) -> String {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let names = LEVELS
        .iter()
        .filter_map(|(name, id)| text(name).or_else(|| text(id)));
    clean(&names.collect::<Vec<_>>().join(" / "))
}

/// A text without characters that control the terminal.
fn clean(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn by_day() -> Value {
        let row = |date: &str, spend: Value, views: u32, rate: Value| {
            json!({
                "date": date, "advertiser_id": "7310000000000000011",
                "metrics": { "spend": spend, "video_views": views, "click_through_rate": rate },
            })
        };
        json!({
            "summary": {
                "granularity": "day", "start_date": "2026-02-27", "end_date": "2026-03-02", "currency": "USD",
                "time_zone": "Etc/GMT", "is_truncated": false,
                // No sums of the rows: a total is shown as it is.
                "totals": { "spend": 12_345.5, "video_views": 1_000_000, "click_through_rate": null },
            },
            "rows": [
                row("2026-02-27", json!(50), 0, json!(1.25)),
                row("2026-03-01", json!(100.5), 1_234, Value::Null),
                row("2026-03-02", json!(0), 617, json!(0.5)),
            ],
        })
    }

    #[test]
    fn days_are_sparklines_with_gaps_and_the_totals_of_the_summary() {
        assert_eq!(
            report_chart(&by_day(), ChartStyle::Blocks),
            [
                "2026-02-27 to 2026-03-02, by day, Etc/GMT, USD",
                "                            min     max      total",
                "spend               ▄ █▁   0.00  100.50  12,345.50",
                "video views         ▁ █▅      0   1,234  1,000,000",
                "click through rate  █  ▄  0.50%   1.25%          -",
            ]
        );
        let ascii = report_chart(&by_day(), ChartStyle::Ascii);
        assert!(ascii.iter().all(|line| line.is_ascii()), "{ascii:?}");
    }

    #[test]
    fn a_currency_without_decimals_has_none() {
        let mut data = by_day();
        data["summary"]["currency"] = json!("JPY");
        let lines = report_chart(&data, ChartStyle::Ascii);
        assert!(lines[2].ends_with("      0    101     12,346"), "{}", lines[2]);
    }

    #[test]
    fn objects_are_bars_with_their_names() {
        let row = |name: Value, spend: f64| {
            json!({
                "campaign_id": "1", "campaign_name": "Spring\u{1b}[2J", "adgroup_id": "2", "adgroup_name": "Germany",
                "ad_id": "3", "ad_name": name, "metrics": { "spend": spend },
            })
        };
        let data = json!({
            "summary": {
                "granularity": "total", "start_date": "2026-02-01", "end_date": "2026-02-28",
                "totals": { "spend": 4_000 },
            },
            "rows": [row(json!("Runners"), 3_000.0), row(Value::Null, 1_000.0)],
        });
        assert_eq!(
            report_chart(&data, ChartStyle::Ascii),
            [
                "2026-02-01 to 2026-02-28, whole range",
                "   spend",
                "3,000.00  ####################  Spring [2J / Germany / Runners",
                "1,000.00  #######               Spring [2J / Germany / 3",
            ]
        );
    }

    #[test]
    fn several_objects_by_day_are_a_sparkline_each() {
        let row = |name: &str, date: &str, spend: f64| json!({ "date": date, "campaign_id": "1", "campaign_name": name, "metrics": { "ctr": null, "spend": spend } });
        let mut data = by_day();
        data["summary"]["totals"] = json!({ "ctr": null, "spend": 37.5 });
        data["rows"] = json!([
            row("Spring", "2026-02-27", 10.0),
            row("Autumn", "2026-02-27", 5.0),
            row("Spring", "2026-03-02", 20.0),
            row("Autumn", "2026-03-01", 2.5),
        ]);
        assert_eq!(
            report_chart(&data, ChartStyle::Blocks),
            [
                "2026-02-27 to 2026-03-02, spend by day, Etc/GMT, USD",
                "                min    max  total",
                "Spring  ▅  █  10.00  20.00  30.00",
                "Autumn  █ ▅    2.50   5.00   7.50",
            ]
        );
    }

    #[test]
    fn numbers_of_a_report_are_figures_of_their_units() {
        let mut data = by_day();
        data["summary"]["comparison"] = json!({
            "totals": { "spend": 10 }, "differences": { "spend": -1.5 }, "percent_changes": { "spend": 6.5, "video_views": null },
        });
        let shown = with_figures(&data).unwrap();
        assert_eq!(
            (
                &shown["summary"]["totals"]["spend"],
                &shown["rows"][1]["metrics"]["video_views"]
            ),
            (&json!("12,345.50"), &json!("1,234"))
        );
        assert_eq!(
            shown["summary"]["comparison"],
            json!({
                "totals": { "spend": "10.00" }, "differences": { "spend": "-1.50" },
                "percent_changes": { "spend": "6.50%", "video_views": null },
            })
        );
        assert_eq!(with_figures(&json!({ "campaigns": [] })), None);
    }

    #[test]
    fn a_result_that_cannot_be_drawn_has_no_chart() {
        let mut truncated = by_day();
        truncated["summary"]["is_truncated"] = json!(true);
        let mut hours = by_day();
        hours["summary"]["granularity"] = json!("hour");
        for data in [json!(null), json!({}), truncated, hours] {
            assert_eq!(report_chart(&data, ChartStyle::Blocks), Vec::<String>::new());
        }
    }
}
