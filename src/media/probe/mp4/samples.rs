//! Sample table (`stbl`): codec, and times at which frames are decoded and shown.

use super::{
    super::{Codec, PixelFormat, ProbeError, timing::Timing, window::Window},
    boxes::Part,
    shape::Shape,
};

/// Length of a video sample entry before its child boxes, in bytes (ISO/IEC 14496-12, 12.1.3).
const VIDEO_ENTRY: u64 = 78;

/// Length of the part of a codec's configuration that is read, in bytes.
const CONFIGURATION_MAX: u64 = 96;

/// The contents of `stbl`.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// Frames.
    pub(super) timing: Timing,
    /// Delay of the first frame between decoding and display, in ticks.
    pub(super) delay: Option<u32>,
    /// Codec.
    pub(super) codec: Option<Codec>,
    /// Pixel format.
    pub(super) pixel_format: Option<PixelFormat>,
    /// Dimensions of a frame.
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
    /// Reads a sample entry. Errors in its child boxes are left to decoders.
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
