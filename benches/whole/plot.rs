//! Plot of wall time and peak memory by size of the video.

use std::path::Path;

use plotters::{
    chart::{ChartBuilder, LabelAreaPosition, SeriesLabelPosition},
    coord::Shift,
    drawing::DrawingArea,
    prelude::{Circle, IntoDrawingArea as _, LineSeries, PathElement, RGBColor, SVGBackend},
    style::{BLACK, Color as _, ShapeStyle, WHITE},
};

use super::{Case, Result, measured::Run, run::Feed, tables};

/// Its name, in the folder of the page.
pub(super) const FILE: &str = "performance.svg";

/// Colours for all kinds of colour vision (Okabe and Ito).
const OURS: RGBColor = RGBColor(0, 114, 178);
const BARE: RGBColor = RGBColor(213, 94, 0);
const LIMIT: RGBColor = RGBColor(120, 120, 120);

const MIB: f64 = 1_048_576.0;

/// Line of a plot.
struct Line {
    name: &'static str,
    colour: RGBColor,
    /// Size in MiB, and the measured value.
    points: Vec<(f64, f64)>,
}

/// Draws the runs with a pipe as input, as a host provides it.
pub(super) fn draw(cases: &[Case], path: &Path) -> Result<()> {
    let cases: Vec<&Case> = cases.iter().filter(|case| case.feed == Feed::Pipe).collect();
    let both = |figure: fn(&[Run]) -> f64| {
        let points = |series: fn(&Case) -> &[Run]| {
            cases
                .iter()
                .map(|case| (size(case), figure(series(case))))
                .collect()
        };
        let ours = Line {
            name: "autohive-tiktok",
            colour: OURS,
            points: points(|case| &case.program),
        };
        [
            ours,
            Line {
                name: "baseline",
                colour: BARE,
                points: points(|case| &case.bare),
            },
        ]
    };
    let [ours, bare] = both(|series| tables::wall(series).median);
    let limit = bare
        .points
        .iter()
        .map(|(size, seconds)| (*size, seconds * 1.5))
        .collect();
    let times = [
        ours,
        bare,
        Line {
            name: "budget: 1.5 × baseline",
            colour: LIMIT,
            points: limit,
        },
    ];
    let [ours, bare] = both(|series| tables::peak(series) / MIB);
    let limit = cases.iter().map(|case| (size(case), 24.0)).collect();
    let peaks = [
        ours,
        bare,
        Line {
            name: "budget: 24 MiB",
            colour: LIMIT,
            points: limit,
        },
    ];

    let picture = SVGBackend::new(path, (960, 380)).into_drawing_area();
    picture.fill(&WHITE)?;
    let (left, right) = picture.split_horizontally(480);
    panel(&left, "Wall time, seconds (median)", &times)?;
    panel(&right, "Peak memory, MiB (most)", &peaks)?;
    picture.present()?;
    Ok(())
}

fn panel(area: &DrawingArea<SVGBackend<'_>, Shift>, title: &str, lines: &[Line]) -> Result<()> {
    let most = |figure: fn(&(f64, f64)) -> f64| {
        lines
            .iter()
            .flat_map(|line| &line.points)
            .map(figure)
            .fold(0.0, f64::max)
    };
    let (right, top) = (most(|(size, _)| *size) * 1.05, most(|(_, figure)| *figure) * 1.4);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 17))
        .margin(12)
        .set_label_area_size(LabelAreaPosition::Left, 48)
        .set_label_area_size(LabelAreaPosition::Bottom, 44)
        .build_cartesian_2d(0.0..right, 0.0..top)?;
    chart
        .configure_mesh()
        .x_desc("Size of the video, MiB")
        .x_labels(7)
        .y_labels(7)
        .label_style(("sans-serif", 13))
        .light_line_style(WHITE)
        .draw()?;
    for Line { name, colour, points } in lines {
        let style = ShapeStyle::from(colour).stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        if *colour != LIMIT {
            chart.draw_series(points.iter().map(|point| Circle::new(*point, 4, colour.filled())))?;
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.2))
        .label_font(("sans-serif", 13))
        .draw()?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "no video comes near 2^53 MiB")]
fn size(case: &Case) -> f64 {
    case.input.mib() as f64
}
