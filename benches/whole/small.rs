//! The small action: from the start of the program to the result of one `get_videos`.

use super::{
    Result,
    measured::measured_for,
    run::{Series, ours},
    tiktok::{Digest, TOKEN, Tiktok},
};

/// Starts the program `starts` times, each time for one request.
pub(super) fn measure(starts: usize) -> Result<Series> {
    let tiktok = Tiktok::start(Digest::Off)?;
    let auth = format!("{{\"access_token\":\"{TOKEN}\"}}");
    let request =
        format!("{{\"id\":1,\"action\":\"get_videos\",\"inputs\":{{\"max_count\":20}},\"auth\":{auth}}}\n");
    let mut series = Series::new();
    for _ in 0..starts {
        let (run, line) = measured_for(&mut ours(&tiktok)?, &request)?;
        if !line.contains("\"type\":\"action\",") {
            return Err(line.into());
        }
        series.push(run);
    }
    Ok(series)
}
