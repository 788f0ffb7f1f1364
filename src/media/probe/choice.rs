//! The video track that is checked, where there are several.

use super::Codec;

/// The reason for which the first video track was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedOver {
    /// It has no frames.
    Empty,
    /// It is a cover picture.
    Cover,
    /// It is switched off.
    Off,
}

impl PassedOver {
    /// The reason as the end of "the first one …".
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "has no frames",
            Self::Cover => "is a cover picture",
            Self::Off => "is switched off",
        }
    }
}

/// Which of a file's video tracks was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Number of video tracks.
    pub tracks: usize,
    /// Its place among them, from 1.
    pub place: usize,
    /// The reason for which it is not the first one.
    pub passed_over: Option<PassedOver>,
}

/// A video track to choose from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Number of its frames.
    pub(super) frames: u64,
    /// Whether its codec is one of still pictures.
    pub(super) is_still: bool,
    /// Whether players show it.
    pub(super) enabled: bool,
}

impl Candidate {
    /// A track with this codec.
    pub(super) fn new(frames: u64, codec: Option<&Codec>, enabled: bool) -> Self {
        Self {
            frames,
            is_still: codec.is_some_and(Codec::is_still),
            enabled,
        }
    }

    /// Whether it is no moving picture at all.
    const fn is_cover(self) -> bool {
        self.is_still && self.frames <= 1
    }

    const fn rank(self) -> (bool, bool, bool) {
        (self.frames > 0, !self.is_still, self.enabled)
    }
}

/// The best of these tracks, and its index; of equals the first. `None` where all are cover pictures.
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
