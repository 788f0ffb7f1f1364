//! Media as TikTok judges it after the upload, by its documented limits
//! (<https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>).
//!
//! The file is read as it passes, in pieces of any size; of a video of 4 GB at most 8 MiB are kept at a time.
//! Whatever bytes come, there is a verdict.

mod mp4;
mod photo;
mod times;
mod walk;
mod webm;

use self::{mp4::Mp4, walk::Walk, webm::Webm};
use super::post::FailReason;

pub(super) use photo::judge as photo;

/// A video that comes in.
#[derive(Debug, Clone)]
pub(super) struct Judge(ContainerReader);

#[derive(Debug, Clone)]
enum ContainerReader {
    /// Fewer than four bytes.
    Undecided(Vec<u8>),
    Mp4(Walk<Mp4>),
    Webm(Walk<Webm>),
}

/// The facts by which a video is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
struct VideoProperties {
    /// Whether the codec is one that TikTok takes, and there are frames.
    is_taken: bool,
    picture: PictureSize,
    seconds: f64,
    /// Frames a second, where there are enough frames to say.
    rate: Option<f64>,
}

/// A size as shown, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct PictureSize {
    width: f64,
    height: f64,
}

impl Judge {
    pub(super) fn new() -> Self {
        Self(ContainerReader::Undecided(Vec::new()))
    }

    /// Takes the next bytes of the file.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            ContainerReader::Mp4(walk) => walk.feed(bytes),
            ContainerReader::Webm(walk) => walk.feed(bytes),
            ContainerReader::Undecided(begin) => {
                let (head, rest) = bytes.split_at(bytes.len().min(4 - begin.len().min(4)));
                begin.extend(head);
                if begin.len() == 4 {
                    let begin = std::mem::take(begin);
                    self.0 = ContainerReader::of(&begin);
                    self.feed(&begin);
                    self.feed(rest);
                }
            }
        }
    }

    /// TikTok's reason to reject the file, for a creator who may post at most `most_seconds`; `None` where it
    /// accepts it.
    pub(super) fn verdict(&self, most_seconds: u32) -> Option<FailReason> {
        let seen = match &self.0 {
            ContainerReader::Undecided(_) => None,
            ContainerReader::Mp4(walk) => walk.grammar.seen().filter(|_| walk.is_whole()),
            ContainerReader::Webm(walk) => walk.grammar.seen().filter(|_| walk.is_whole()),
        };
        seen.map_or(Some(FailReason::FileFormatCheckFailed), |seen| {
            seen.verdict(most_seconds)
        })
    }
}

/// TikTok's reason to reject a complete video; `None` where it accepts it.
pub(super) fn video(file: &[u8], most_seconds: u32) -> Option<FailReason> {
    let mut judge = Judge::new();
    judge.feed(file);
    judge.verdict(most_seconds)
}

impl ContainerReader {
    fn of(begin: &[u8]) -> Self {
        if begin == [0x1A, 0x45, 0xDF, 0xA3] {
            Self::Webm(Walk::new(Webm::default()))
        } else {
            Self::Mp4(Walk::new(Mp4::default()))
        }
    }
}

impl VideoProperties {
    fn verdict(self, most_seconds: u32) -> Option<FailReason> {
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

/// Exact below 2^53, and near enough above.
#[expect(
    clippy::cast_precision_loss,
    reason = "a verdict does not hang on the last digit of such a number"
)]
fn float(number: u64) -> f64 {
    number as f64
}

/// Pixels of each side: 360 to 4096.
const SIDES: std::ops::RangeInclusive<f64> = 360.0..=4096.0;
/// Frames a second: 23 to 60, and what the rounding of time stamps adds.
const RATES: std::ops::RangeInclusive<f64> = 22.95..=60.1;
/// The longest video that can be sent: ten minutes.
const MOST_SECONDS: u32 = 600;

#[cfg(test)]
mod tests;
