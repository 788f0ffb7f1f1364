//! Edit lists (`elst`): the parts of the media that are shown, and their durations.

use std::time::Duration;

use super::{
    super::{ProbeError, timing::time, window::Window},
    boxes::Part,
};

/// The speed 1.
const ONE: u32 = 1 << 16;

/// Summary of an edit list.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edits {
    /// Duration of pauses and stills, in ticks of the movie.
    still: u64,
    /// Number of parts of the media.
    pieces: u32,
    /// Duration of the parts, in ticks of the movie.
    played: u64,
    /// Start of the last part, in ticks of the media.
    pub(super) begin: u64,
    /// Lowest speed of a part, in 65536ths; below 65536 is slow motion.
    slowest: Option<u32>,
    /// True if the last part extends to the end of the media.
    open: bool,
}

impl Edits {
    /// Reads an `elst`.
    pub(super) fn read(window: &mut Window<'_>, elst: &Part) -> Result<Self, ProbeError> {
        let wide = elst.version(window)? == 1;
        let (number, row) = if wide { (8, 20) } else { (4, 12) };
        let mut edits = Self::default();
        for at in elst.rows(8, elst.u32(window, 4)?, row)? {
            let duration = elst.number(window, at, wide)?;
            let begin = elst.number(window, at + number, wide)?;
            let is_empty = begin == if wide { u64::MAX } else { u32::MAX.into() };
            // A negative speed plays backwards.
            let speed = elst.u32(window, at + 2 * number)?.cast_signed().unsigned_abs();
            if is_empty || speed == 0 {
                edits.still = edits.still.saturating_add(duration);
            } else {
                edits.pieces = edits.pieces.saturating_add(1);
                edits.played = edits.played.saturating_add(duration);
                edits.begin = begin;
                edits.open |= duration == 0;
                edits.slowest = Some(edits.slowest.map_or(speed, |slowest| slowest.min(speed)));
            }
        }
        Ok(edits)
    }

    /// Duration for which media of duration `media` is shown; `skipped` is the media before the last part. A
    /// single part cannot be longer than the media; several can show the same media repeatedly.
    pub(super) fn applied(self, media: Duration, skipped: Duration, movie_timescale: u32) -> Duration {
        let movie = |ticks| time(ticks, movie_timescale).unwrap_or_default();
        let rest = media.saturating_sub(skipped);
        let played = match self.pieces {
            0 if self.still == 0 => media,
            0 => Duration::ZERO,
            _ if self.open => movie(self.played).saturating_add(rest),
            1 => movie(self.played).min(self.slowed(media)),
            _ => movie(self.played),
        };
        movie(self.still).saturating_add(played)
    }

    /// Duration of `media` at the lowest speed.
    fn slowed(self, media: Duration) -> Duration {
        match self.slowest {
            Some(speed @ 1..ONE) => media.saturating_mul(ONE) / speed,
            _ => media,
        }
    }
}
