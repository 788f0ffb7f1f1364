//! Properties of a video, and TikTok's limits for them.

use super::super::fail_reason::FailReason;

/// Properties by which a video is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct VideoProperties {
    /// Whether TikTok accepts the codec, and there are frames.
    pub(super) is_taken: bool,
    pub(super) picture: PictureSize,
    pub(super) seconds: f64,
    /// Frames per second; absent if there are too few frames.
    pub(super) rate: Option<f64>,
}

/// A size as shown, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct PictureSize {
    pub(super) width: f64,
    pub(super) height: f64,
}

impl VideoProperties {
    /// TikTok's reason to reject the video.
    pub(super) fn verdict(self, most_seconds: u32) -> Option<FailReason> {
        let sides = [self.picture.width, self.picture.height];
        let most_seconds = f64::from(most_seconds.min(MOST_SECONDS));
        let checks = [
            (!self.is_taken, FailReason::FileFormatCheckFailed),
            (
                !sides.iter().all(|side| SIDES.contains(side)),
                FailReason::PictureSizeCheckFailed,
            ),
            (
                self.rate.is_some_and(|rate| !RATES.contains(&rate)),
                FailReason::FrameRateCheckFailed,
            ),
            // TikTok's limits are whole seconds, and sound may end a little after the picture.
            (
                self.seconds <= 0.0 || self.seconds.floor() > most_seconds,
                FailReason::DurationCheckFailed,
            ),
        ];
        checks
            .into_iter()
            .find(|(fails, _)| *fails)
            .map(|(_, reason)| reason)
    }
}

/// Converts a number; exact below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "a verdict does not hang on the last digit of such a number"
)]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

/// Pixels of each side: 360 to 4096.
const SIDES: std::ops::RangeInclusive<f64> = 360.0..=4096.0;
/// Frames a second: 23 to 60, and what the rounding of time stamps adds.
const RATES: std::ops::RangeInclusive<f64> = 22.95..=60.1;
/// The longest video that can be sent: ten minutes.
const MOST_SECONDS: u32 = 600;
