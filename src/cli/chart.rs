//! Charts of text: sparklines, bars, and tables of them.

use crate::model::Decimal;

/// Characters of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChartStyle {
    /// Block characters of Unicode.
    Blocks,
    /// ASCII, for other encodings and for files.
    Ascii,
}

/// Width of a chart in characters: that of a terminal, less an indentation.
const CHART_WIDTH: usize = 78;

/// Characters of sparklines from the lowest to the highest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

/// Ends of bars, in eighths of a character.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// Place of a value that is missing.
const GAP: char = ' ';

/// A metric over a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChartLine {
    /// Name of the metric.
    pub(super) label: String,
    /// Values in the order of time; `None` for a time without one.
    pub(super) values: Vec<Option<Decimal>>,
    /// Formatted smallest and largest values, and total.
    pub(super) figures: [String; 3],
}

/// An object with its share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChartBar {
    /// Name of the object.
    pub(super) label: String,
    /// Value that the bar shows.
    pub(super) value: Option<Decimal>,
    /// The same, formatted.
    pub(super) figure: String,
}

/// Sparkline of at most `width` cells on a scale from zero to the largest value. Several values that share a cell are
/// shown by their largest.
pub(super) fn sparkline(values: &[Option<Decimal>], width: usize, style: ChartStyle) -> String {
    let values = binned(values, width);
    let largest = values.iter().flatten().max().copied();
    let cell = |value: Option<Decimal>| match (value, largest) {
        (Some(value), Some(largest)) => block(level(value, largest), style),
        (None, _) | (_, None) => GAP,
    };
    values.into_iter().map(cell).collect()
}

/// At most `width` values, each the largest of its part of the series.
fn binned(values: &[Option<Decimal>], width: usize) -> Vec<Option<Decimal>> {
    let cells = values.len().min(width);
    let edge = |cell: usize| cell * values.len() / cells.max(1);
    let part = |cell: usize| values.get(edge(cell)..edge(cell + 1)).unwrap_or_default();
    (0..cells)
        .map(|cell| part(cell).iter().copied().max().flatten())
        .collect()
}

/// Level of a value, from 0 to 7.
fn level(value: Decimal, largest: Decimal) -> usize {
    let top = u32::try_from(BLOCKS.len() - 1).unwrap_or_default();
    rounded_share(value, largest, top)
}

/// `parts` times the quotient of `value` and `largest`, rounded, from 0 to `parts`.
fn rounded_share(value: Decimal, largest: Decimal, parts: u32) -> usize {
    let value = value.clamp(Decimal::from(0), largest.max(Decimal::from(0)));
    let share = value.times(parts).divided_by(largest, 0, 0);
    let share = share.and_then(|share| share.to_string().parse().ok());
    share.unwrap_or_default()
}

fn block(level: usize, style: ChartStyle) -> char {
    let blocks = match style {
        ChartStyle::Blocks => BLOCKS,
        ChartStyle::Ascii => ASCII,
    };
    blocks.get(level).copied().unwrap_or(GAP)
}

/// Bar of at most `width` characters for a part of `largest`. A value above zero is visible.
pub(super) fn bar(value: Decimal, largest: Decimal, width: usize, style: ChartStyle) -> String {
    let steps = match style {
        ChartStyle::Blocks => EIGHTHS.len(),
        ChartStyle::Ascii => 1,
    };
    let parts = u32::try_from(width.saturating_mul(steps)).unwrap_or(u32::MAX);
    let is_visible = value > Decimal::from(0);
    let parts = rounded_share(value, largest, parts).max(usize::from(is_visible));
    match style {
        ChartStyle::Blocks => {
            let end = EIGHTHS.get(parts % steps).copied().unwrap_or_default();
            format!("{}{end}", "█".repeat(parts / steps))
        }
        ChartStyle::Ascii => "#".repeat(parts),
    }
}

/// A line for each metric: label, sparkline, smallest and largest value, and total, below a heading.
pub(super) fn sparklines(lines: &[ChartLine], style: ChartStyle) -> Vec<String> {
    let label = width_of(lines.iter().map(|line| line.label.as_str()));
    let headings = ["min", "max", "total"].map(str::to_owned);
    let figures: Vec<&[String]> = std::iter::once(headings.as_slice())
        .chain(lines.iter().map(|line| line.figures.as_slice()))
        .collect();
    let figures = aligned(&figures);
    let taken = label + COLUMN.len() + figures.first().map_or(0, |line| line.chars().count());
    let cells = lines
        .iter()
        .map(|line| line.values.len())
        .max()
        .unwrap_or_default();
    let cells = cells.min(CHART_WIDTH.saturating_sub(taken));
    let sparks = lines.iter().map(|line| sparkline(&line.values, cells, style));
    let labels = lines.iter().map(|line| line.label.as_str());
    let rows = std::iter::once(("", String::new())).chain(labels.zip(sparks));
    rows.zip(figures)
        .map(|((name, spark), figures)| format!("{name:<label$}{COLUMN}{spark:<cells$}{figures}"))
        .collect()
}

/// A line for each object: figure, bar and label, below a heading of the figures.
pub(super) fn bars(heading: &str, bars: &[ChartBar], style: ChartStyle) -> Vec<String> {
    let largest = bars.iter().filter_map(|bar| bar.value).max();
    let figures = std::iter::once(heading).chain(bars.iter().map(|bar| bar.figure.as_str()));
    let width = width_of(figures.clone());
    let left = CHART_WIDTH.saturating_sub(width + BAR + 2 * COLUMN.len());
    let drawn = bars.iter().map(|one| match (one.value, largest) {
        (Some(value), Some(largest)) => bar(value, largest, BAR, style),
        (None, _) | (_, None) => String::new(),
    });
    let labels = bars.iter().map(|bar| shortened(&bar.label, left, style));
    let rows = std::iter::once((String::new(), String::new())).chain(drawn.zip(labels));
    rows.zip(figures)
        .map(|((bar, label), figure)| {
            let line = format!("{figure:>width$}{COLUMN}{bar:<BAR$}{COLUMN}{label}");
            line.trim_end().to_owned()
        })
        .collect()
}

/// Width of bars.
const BAR: usize = 20;

/// Space between columns.
const COLUMN: &str = "  ";

/// Rows of figures with columns of one width, each after a space.
fn aligned(rows: &[&[String]]) -> Vec<String> {
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| width_of(rows.iter().filter_map(|row| row.get(column)).map(String::as_str)))
        .collect();
    let line = |row: &&[String]| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(text, width)| format!("{COLUMN}{text:>width$}"));
        cells.collect::<Vec<_>>().concat()
    };
    rows.iter().map(line).collect()
}

fn width_of(texts: impl Iterator<Item: AsRef<str>>) -> usize {
    texts
        .map(|text| text.as_ref().chars().count())
        .max()
        .unwrap_or_default()
}

/// A label of at most `width` characters.
pub(super) fn shortened(label: &str, width: usize, style: ChartStyle) -> String {
    if label.chars().count() <= width {
        return label.to_owned();
    }
    let end = match style {
        ChartStyle::Blocks => "…",
        ChartStyle::Ascii => "...",
    };
    let kept = width.saturating_sub(end.chars().count());
    label.chars().take(kept).chain(end.chars()).collect()
}

/// A number with a fixed number of decimals, and its thousands in groups.
pub(super) fn grouped(number: Decimal, places: u32) -> String {
    let text = number
        .divided_by(Decimal::from(1), 0, places)
        .unwrap_or(number)
        .to_string();
    let (sign, text) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.chars().count();
    let mut grouped = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let places = usize::try_from(places).unwrap_or_default();
    match places {
        0 => grouped,
        _ => format!("{grouped}.{fraction:0<places$}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(texts: &str) -> Vec<Option<Decimal>> {
        texts.split(' ').map(Decimal::parse).collect()
    }

    fn drawn(texts: &str) -> [String; 2] {
        let values = numbers(texts);
        [ChartStyle::Blocks, ChartStyle::Ascii].map(|style| sparkline(&values, 80, style))
    }

    #[test]
    fn a_sparkline_is_drawn_from_zero_and_has_gaps() {
        assert_eq!(drawn("0 1 2 3 4 5 6 7"), ["▁▂▃▄▅▆▇█", "_.:-=+*#"]);
        assert_eq!(drawn("0 - 100 50.5"), ["▁ █▅", "_ #="]);
        assert_eq!(drawn("3 3 3"), ["███", "###"]);
        assert_eq!(drawn("0 0"), ["▁▁", "__"]);
        assert_eq!(drawn("- -"), ["  ", "  "]);
        assert_eq!(drawn("-5 5"), ["▁█", "_#"]);
        assert_eq!(drawn("-5 -3"), ["▁▁", "__"]);
        assert_eq!(sparkline(&[], 80, ChartStyle::Blocks), "");
    }

    #[test]
    fn a_long_series_keeps_its_peaks() {
        let values = numbers("0 7 0 0 - 0 - - 1");
        assert_eq!(sparkline(&values, 3, ChartStyle::Ascii), "#_.");
        assert_eq!(sparkline(&values, 0, ChartStyle::Ascii), "");
    }

    #[test]
    fn a_bar_is_the_share_of_the_largest_and_small_ones_are_visible() {
        let bar = |value: &str, style| {
            bar(
                Decimal::parse(value).unwrap(),
                Decimal::parse("100").unwrap(),
                8,
                style,
            )
        };
        assert_eq!(bar("100", ChartStyle::Blocks), "████████");
        assert_eq!(bar("50", ChartStyle::Blocks), "████");
        assert_eq!(bar("51", ChartStyle::Blocks), "████▏");
        assert_eq!(bar("0.01", ChartStyle::Blocks), "▏");
        assert_eq!(bar("0", ChartStyle::Blocks), "");
        assert_eq!(bar("-7", ChartStyle::Blocks), "");
        assert_eq!(bar("50", ChartStyle::Ascii), "####");
        assert_eq!(bar("0.01", ChartStyle::Ascii), "#");
    }

    #[test]
    fn numbers_have_decimals_and_groups() {
        for (number, places, text) in [
            ("0", 2, "0.00"),
            ("7.5", 2, "7.50"),
            ("999.994", 2, "999.99"),
            ("999.995", 2, "1,000.00"),
            ("1234567", 0, "1,234,567"),
            ("-1234.5", 2, "-1,234.50"),
            ("-100", 0, "-100"),
            ("123456789012345678", 0, "123,456,789,012,345,678"),
        ] {
            assert_eq!(grouped(Decimal::parse(number).unwrap(), places), text);
        }
    }

    #[test]
    fn columns_are_aligned() {
        let line = |label: &str, values: &str, figures: [&str; 3]| ChartLine {
            label: label.to_owned(),
            values: numbers(values),
            figures: figures.map(str::to_owned),
        };
        let lines = [
            line("spend", "1 2 3", ["1.00", "3.00", "6.00"]),
            line("video views", "- - 8", ["8", "8", "1,008"]),
        ];
        assert_eq!(
            sparklines(&lines, ChartStyle::Ascii),
            [
                "                   min   max  total",
                "spend        :+#  1.00  3.00   6.00",
                "video views    #     8     8  1,008",
            ]
        );
        let bar = |label: &str, value: &str| ChartBar {
            label: label.to_owned(),
            value: Decimal::parse(value),
            figure: value.to_owned(),
        };
        assert_eq!(
            bars(
                "spend",
                &[bar("One", "100"), bar("Two", "25"), bar("Three", "-")],
                ChartStyle::Ascii
            ),
            [
                "spend",
                "  100  ####################  One",
                "   25  #####                 Two",
                "    -                        Three",
            ]
        );
    }

    fn series() -> impl Strategy<Value = Vec<Option<Decimal>>> {
        let number = (any::<bool>(), 0_u64..1_000_000_000, 0_u32..6);
        let value = number.prop_map(|(is_known, digits, power)| {
            Decimal::parse(&format!("{digits}e-{power}")).filter(|_| is_known)
        });
        prop::collection::vec(value, 0..200)
    }

    proptest! {
        #[test]
        fn a_sparkline_has_a_cell_for_each_value_and_the_largest_is_the_tallest(values in series(), width in 0_usize..250) {
            for (style, tallest, lowest) in [(ChartStyle::Blocks, '█', '▁'), (ChartStyle::Ascii, '#', '_')] {
                let cells: Vec<char> = sparkline(&values, width, style).chars().collect();
                prop_assert_eq!(cells.len(), values.len().min(width));
                let largest = values.iter().flatten().max().copied();
                if width > 0 && largest.is_some_and(|largest| largest > Decimal::from(0)) {
                    prop_assert!(cells.contains(&tallest));
                }
                if width >= values.len() {
                    for (value, cell) in values.iter().zip(cells) {
                        prop_assert_eq!(value.is_none(), cell == GAP);
                        if *value == Some(Decimal::from(0)) {
                            prop_assert_eq!(cell, lowest);
                        } else if *value == largest && value.is_some() {
                            prop_assert_eq!(cell, tallest);
                        }
                    }
                }
            }
        }

        #[test]
        fn levels_keep_the_order_of_values(one in 0_u32..1_000_000, other in 0_u32..1_000_000) {
            let largest = Decimal::from(one.max(other));
            let (one, other) = (Decimal::from(one), Decimal::from(other));
            prop_assert_eq!(
                level(one, largest).cmp(&level(other, largest)).is_gt() && one <= other,
                false
            );
        }

        #[test]
        fn tables_fit_the_width(values in series(), label in "[a-zé]{0,100}") {
            let figures = ["1,234.56", "123,456.78", "12,345,678"].map(str::to_owned);
            let line = ChartLine { label: "click through rate".to_owned(), values, figures };
            for line in sparklines(&[line], ChartStyle::Blocks) {
                prop_assert!(line.chars().count() <= CHART_WIDTH);
            }
            let bar = ChartBar { label, value: Some(Decimal::from(1)), figure: "1,234.56".to_owned() };
            for line in bars("spend", &[bar], ChartStyle::Blocks) {
                prop_assert!(line.chars().count() <= CHART_WIDTH, "{}", line);
            }
        }
    }
}
