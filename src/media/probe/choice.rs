//! Choice of the video track to check, if a file has several.

use super::Codec;

/// Reason for which the first video track was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedOver {
    /// No frames.
    Empty,
    /// Cover picture.
    Cover,
    /// Disabled.
    Off,
}

impl PassedOver {
    /// Predicate of a sentence about the track.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "has no frames",
            Self::Cover => "is a cover picture",
            Self::Off => "is switched off",
        }
    }
}

/// Video track that was checked, among those of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Number of video tracks.
    pub tracks: usize,
    /// Position of the track among them, from 1.
    pub place: usize,
    /// Reason for which it is not the first track.
    pub passed_over: Option<PassedOver>,
}

/// Video track to choose from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Number of its frames.
    pub(super) frames: u64,
    /// True if its codec is for still pictures.
    pub(super) is_still: bool,
    /// True if players show it.
    pub(super) enabled: bool,
}

impl Candidate {
    /// Creates a candidate with this codec.
    pub(super) fn new(frames: u64, codec: Option<&Codec>, enabled: bool) -> Self {
        Self {
            frames,
            is_still: codec.is_some_and(Codec::is_still),
            enabled,
        }
    }

    /// True if it is not a moving picture.
    const fn is_cover(self) -> bool {
        self.is_still && self.frames <= 1
    }

    const fn rank(self) -> (bool, bool, bool) {
        (self.frames > 0, !self.is_still, self.enabled)
    }
}

/// Chooses the best of these tracks, the first among equals, and returns its index too. `None` if all are
/// cover pictures.
pub(super) fn choose(candidates: &[Candidate]) -> Option<(usize, Choice)> {
    let moving = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| !candidate.is_cover());
    let best = moving.rev().max_by_key(|(_, candidate)| candidate.rank())?;
    let passed_over = candidates
        .first()
        .filter(|_| best.0 > 0)
        .map(|first| match first.rank() {
            (false, ..) => PassedOver::Empty,
            (true, false, _) => PassedOver::Cover,
            (true, true, _) => PassedOver::Off,
        });
    Some((
        best.0,
        Choice {
            tracks: candidates.len(),
            place: best.0 + 1,
            passed_over,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(tracks: &[(u64, bool, bool)]) -> Option<(usize, Option<PassedOver>)> {
        let candidate = |(frames, is_still, enabled)| Candidate {
            frames,
            is_still,
            enabled,
        };
        let candidates: Vec<Candidate> = tracks.iter().copied().map(candidate).collect();
        choose(&candidates).map(|(index, choice)| (index, choice.passed_over))
    }

    #[test]
    fn the_first_that_moves_and_is_switched_on_is_chosen() {
        for (tracks, expected) in [
            (&[(10, false, true)][..], Some((0, None))),
            (&[(10, false, true), (10, false, true)], Some((0, None))),
            (
                &[(10, false, false), (10, false, true)],
                Some((1, Some(PassedOver::Off))),
            ),
            (&[(10, false, false), (10, false, false)], Some((0, None))),
            (
                &[(0, false, true), (10, false, false)],
                Some((1, Some(PassedOver::Empty))),
            ),
            (
                &[(1, true, true), (10, false, false)],
                Some((1, Some(PassedOver::Cover))),
            ),
            (
                &[(9, true, true), (10, false, false)],
                Some((1, Some(PassedOver::Cover))),
            ),
            (&[(10, false, true), (1, true, true)], Some((0, None))),
            // A track without frames is a fault to report; a cover alone is no video.
            (&[(0, false, true)], Some((0, None))),
            (&[(1, true, true)], None),
            (&[(90, true, true)], Some((0, None))),
            (&[], None),
        ] {
            assert_eq!(chosen(tracks), expected, "{tracks:?}");
        }
    }
}
