//! Measurements in turns.

use super::{Result, stage::Build};

/// Measurements of one subject, or the reason why there are none.
pub(super) type Series<T> = std::result::Result<Vec<T>, String>;

/// Measures each subject once in every round; the order is reversed with each round.
///
/// A failure of this tree's build ends the benchmark. Another build may lack what is measured, and is left
/// out.
pub(super) fn in_turns<S: Copy, T>(
    subjects: &[(&Build, S)],
    rounds: usize,
    measure: impl FnMut(&Build, S) -> Result<T>,
) -> Result<Vec<Series<T>>> {
    let prepared: Vec<Series<()>> = subjects.iter().map(|_| Ok(Vec::new())).collect();
    in_turns_after(&prepared, subjects, rounds, measure)
}

/// Like `in_turns`, after a preparation of each subject. One whose preparation failed keeps its place, with
/// that failure.
pub(super) fn in_turns_after<S: Copy, P, T>(
    prepared: &[Series<P>],
    subjects: &[(&Build, S)],
    rounds: usize,
    mut measure: impl FnMut(&Build, S) -> Result<T>,
) -> Result<Vec<Series<T>>> {
    let begun = |prepared: &Series<P>| prepared.as_ref().map(|_| Vec::new()).map_err(Clone::clone);
    let mut all: Vec<Series<T>> = prepared.iter().map(begun).collect();
    for round in 0..rounds {
        let mut turns: Vec<_> = subjects.iter().zip(&mut all).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for ((build, subject), series) in turns {
            let Ok(figures) = series else { continue };
            match measure(build, *subject) {
                Ok(figure) => figures.push(figure),
                Err(error) if build.slug == "ours" => return Err(error),
                Err(error) => *series = Err(error.to_string()),
            }
        }
    }
    Ok(all)
}
