//! Fragments (`moof`): frames that `moov` does not list.

use super::{
    super::{ProbeError, window::Window},
    Movie,
    boxes::Part,
    track::MovieTrack,
};

/// Adds the frames of a fragment to their tracks.
pub(super) fn add(window: &mut Window<'_>, moof: &Part, movie: &mut Movie) -> Result<(), ProbeError> {
    let mut inside = moof.inside();
    while let Some(part) = inside.next(window)? {
        if &part.name == b"traf" {
            add_run(window, &part, movie)?;
        }
    }
    Ok(())
}

fn add_run(window: &mut Window<'_>, traf: &Part, movie: &mut Movie) -> Result<(), ProbeError> {
    let Movie {
        tracks,
        fragment_defaults,
        ..
    } = movie;
    let mut current: Option<(&mut MovieTrack, u32)> = None;
    let mut inside = traf.inside();
    while let Some(part) = inside.next(window)? {
        match &part.name {
            b"tfhd" => {
                let id = part.u32(window, 4)?;
                let usual = fragment_defaults
                    .iter()
                    .find(|(track, _)| *track == id)
                    .map_or(0, |(_, ticks)| *ticks);
                let ticks = own_default(window, &part)?.unwrap_or(usual);
                current = tracks
                    .iter_mut()
                    .find(|track| track.id == id)
                    .map(|track| (track, ticks));
            }
            b"tfdt" => {
                let wide = part.version(window)? == 1;
                let begin = part.number(window, 4, wide)?;
                if let Some((track, _)) = &mut current {
                    track.timing.seek(begin);
                }
            }
            b"trun" => {
                if let Some((track, usual)) = &mut current {
                    add_frames(window, &part, track, *usual)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Duration of each frame of this fragment, if it is the same for all.
fn own_default(window: &mut Window<'_>, tfhd: &Part) -> Result<Option<u32>, ProbeError> {
    let flags = tfhd.flags(window)?;
    if flags & 0x8 == 0 {
        return Ok(None);
    }
    let offset = if flags & 0x1 == 0 { 0 } else { 8 } + if flags & 0x2 == 0 { 0 } else { 4 };
    tfhd.u32(window, 8 + offset).map(Some)
}

fn add_frames(
    window: &mut Window<'_>,
    trun: &Part,
    track: &mut MovieTrack,
    usual: u32,
) -> Result<(), ProbeError> {
    let flags = trun.flags(window)?;
    let count = trun.u32(window, 4)?;
    let words = |mask: u32| 4 * u64::from((flags & mask).count_ones());
    let (first, row) = (8 + words(0x005), words(0xf00));
    let (has_length, has_offset) = (flags & 0x100 != 0, flags & 0x800 != 0);
    let rows = trun.rows(first, count, row)?;
    if count > 0 && track.delay.is_none() {
        // The last field of a row.
        track.delay = Some(if has_offset {
            trun.u32(window, first + row - 4)?
        } else {
            0
        });
    }
    if !has_length {
        track.timing.add(count.into(), usual.into());
        return Ok(());
    }
    for at in rows {
        let ticks = trun.u32(window, at)?;
        track.timing.add(1, ticks.into());
    }
    Ok(())
}
