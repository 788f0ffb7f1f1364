//! The small action: from the start of the program to the result of one `get_videos`.

use std::{io::Write as _, process::Stdio};

use super::{
    Result,
    measured::measured,
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
        let mut sent = Ok(());
        let mut command = ours(&tiktok)?;
        let (run, line) = measured(command.stdin(Stdio::piped()), |child| {
            // Dropped after the request, which closes the input.
            sent = child
                .stdin
                .take()
                .map_or(Ok(()), |mut input| input.write_all(request.as_bytes()));
        })?;
        sent?;
        if !line.contains("\"type\":\"action\",") {
            return Err(line.into());
        }
        series.push(run);
    }
    Ok(series)
}
