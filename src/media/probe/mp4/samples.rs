//! The sample table (`stbl`): the codec, and when each frame is decoded and shown.

use super::{
    super::{Codec, PixelFormat, ProbeError, timing::Timing, window::Window},
    boxes::Part,
    shape::Shape,
};

/// Bytes of a video sample entry before the boxes inside (ISO/IEC 14496-12, 12.1.3).
const VIDEO_ENTRY: u64 = 78;

/// Bytes of a codec's configuration that are looked at.
const CONFIGURATION_MAX: u64 = 96;

/// The contents of `stbl`.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// The frames.
    pub(super) timing: Timing,
    /// Delay between decoding and showing the first one, in ticks.
    pub(super) delay: Option<u32>,
    /// Their encoding.
    pub(super) codec: Option<Codec>,
    /// The colours of a pixel.
    pub(super) pixel_format: Option<PixelFormat>,
    /// The size of a frame.
    pub(super) entry: Shape,
}

/// Reads `stbl`.
pub(super) fn read(window: &mut Window<'_>, stbl: &Part) -> Result<Samples, ProbeError> {
    let mut samples = Samples::default();
    let mut inside = stbl.inside();
    while let Some(part) = inside.next(window)? {
        match &part.name {
            b"stsd" => {
                if let Some(entry) = part.behind(8).next(window)? {
                    samples.read_entry(window, &entry);
                }
            }
            b"stts" => samples.timing = lengths(window, &part)?,
            b"ctts" if part.u32(window, 4)? > 0 => samples.delay = Some(part.u32(window, 12)?),
            _ => {}
        }
    }
    Ok(samples)
}

impl Samples {
    /// A sample entry. Faults of what is inside it are a decoder's business.
    fn read_entry(&mut self, window: &mut Window<'_>, entry: &Part) {
        self.codec = Some(Codec::of_sample_entry(entry.name));
        // Sound has a shorter entry, and no size.
        self.entry.coded = (
            entry.u16(window, 24).unwrap_or(0),
            entry.u16(window, 26).unwrap_or(0),
        );
        let mut inside = entry.behind(VIDEO_ENTRY);
        while let Ok(Some(part)) = inside.next(window) {
            if (&entry.name, &part.name) == (b"mp4v", b"esds") {
                let named = part
                    .head(window, CONFIGURATION_MAX)
                    .ok()
                    .and_then(|bytes| Codec::of_descriptor(&bytes));
                self.codec = named.or_else(|| self.codec.take());
            }
            let read = match &part.name {
                b"avcC" => part
                    .head(window, CONFIGURATION_MAX)
                    .map(|bytes| PixelFormat::of_avcc(&bytes)),
                b"hvcC" => part
                    .head(window, CONFIGURATION_MAX)
                    .map(|bytes| PixelFormat::of_hvcc(&bytes)),
                b"vpcC" => part
                    .head(window, CONFIGURATION_MAX)
                    .map(|bytes| PixelFormat::of_vpcc(&bytes)),
                _ => self.entry.read_extension(window, &part).map(|()| None),
            };
            let Ok(found) = read else { return };
            self.pixel_format = found.or(self.pixel_format);
        }
    }
}

/// Adds up the table of frame lengths. A negative length, which some tools write, counts as one tick.
fn lengths(window: &mut Window<'_>, stts: &Part) -> Result<Timing, ProbeError> {
    let mut timing = Timing::default();
    for at in stts.rows(8, stts.u32(window, 4)?, 8)? {
        let (count, ticks) = (stts.u32(window, at)?, stts.u32(window, at + 4)?);
        timing.add(
            count.into(),
            if i32::try_from(ticks).is_ok() {
                ticks.into()
            } else {
                1
            },
        );
    }
    Ok(timing)
}
