//! Elements: id, length and content (RFC 8794).

use super::super::{ProbeError, window::Window};
use crate::model::ByteCount;

pub(super) const HEADER: u32 = 0x1A45_DFA3;
pub(super) const SEGMENT: u32 = 0x1853_8067;
pub(super) const INFO: u32 = 0x1549_A966;
pub(super) const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
pub(super) const DURATION: u32 = 0x4489;
pub(super) const TRACKS: u32 = 0x1654_AE6B;
pub(super) const TRACK_ENTRY: u32 = 0xAE;
pub(super) const TRACK_NUMBER: u32 = 0xD7;
pub(super) const TRACK_TYPE: u32 = 0x83;
pub(super) const FLAG_ENABLED: u32 = 0xB9;
pub(super) const DEFAULT_DURATION: u32 = 0x23_E383;
pub(super) const CODEC_ID: u32 = 0x86;
pub(super) const CODEC_PRIVATE: u32 = 0x63A2;
pub(super) const VIDEO: u32 = 0xE0;
pub(super) const PIXEL_WIDTH: u32 = 0xB0;
pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
pub(super) const PIXEL_CROP_BOTTOM: u32 = 0x54AA;
pub(super) const PIXEL_CROP_TOP: u32 = 0x54BB;
pub(super) const PIXEL_CROP_LEFT: u32 = 0x54CC;
pub(super) const PIXEL_CROP_RIGHT: u32 = 0x54DD;
pub(super) const DISPLAY_WIDTH: u32 = 0x54B0;
pub(super) const DISPLAY_HEIGHT: u32 = 0x54BA;
pub(super) const DISPLAY_UNIT: u32 = 0x54B2;
pub(super) const PROJECTION: u32 = 0x7670;
pub(super) const PROJECTION_ROLL: u32 = 0x7675;
pub(super) const CLUSTER: u32 = 0x1F43_B675;
pub(super) const TIMESTAMP: u32 = 0xE7;
pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
pub(super) const BLOCK_GROUP: u32 = 0xA0;
pub(super) const BLOCK: u32 = 0xA1;
pub(super) const BLOCK_DURATION: u32 = 0x9B;

/// Element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    /// Id, with the marker bits.
    pub(super) id: u32,
    /// Position of the content.
    pub(super) body: u64,
    /// Position of the end; `None` if the size is unknown, as in live recordings.
    pub(super) end: Option<u64>,
}

/// Sequence of elements.
#[derive(Debug, Clone, Copy)]
pub(super) struct ElementRange {
    at: u64,
    end: u64,
}

/// Error: the parts of the file contradict each other.
pub(super) fn damaged(what: &str) -> ProbeError {
    ProbeError::Damaged(what.to_owned())
}

/// Reads a number of variable length at `at`; returns its length in bytes too.
pub(super) fn variable(window: &mut Window<'_>, at: u64) -> Result<(u64, u64), ProbeError> {
    let [first] = window.bytes(at)?;
    let length = u64::from(first.leading_zeros()) + 1;
    let marker = 0x80_u8
        .checked_shr(first.leading_zeros())
        .ok_or_else(|| damaged("a length has no marker bit"))?;
    let number = (1..length).try_fold(u64::from(first & !marker), |number, index| {
        let [byte] = window.bytes(at + index)?;
        Ok::<_, ProbeError>((number << 8) | u64::from(byte))
    })?;
    Ok((number, length))
}

impl Element {
    /// Reads the element at `at`, which must end by `limit`.
    pub(super) fn read(window: &mut Window<'_>, at: u64, limit: u64) -> Result<Self, ProbeError> {
        let [first] = window.bytes(at)?;
        let name = match first.leading_zeros() {
            0 => window.number::<1>(at)?,
            1 => window.number::<2>(at)?,
            2 => window.number::<3>(at)?,
            3 => window.number::<4>(at)?,
            _ => return Err(damaged("there is other data where an element should begin")),
        };
        let id = u32::try_from(name).unwrap_or_default();
        let length_at = at + u64::from(first.leading_zeros()) + 1;
        let (length, bytes) = variable(window, length_at)?;
        let body = length_at + bytes;
        let is_unknown = length == (1 << (7 * bytes)) - 1;
        let there = limit.saturating_sub(body);
        if is_unknown || length <= there {
            return Ok(Self {
                id,
                body,
                end: (!is_unknown).then_some(body + length),
            });
        }
        Err(ProbeError::CutOff {
            part: label(id),
            claimed: ByteCount(length),
            there: ByteCount(there),
        })
    }

    /// Position of the end, which only segments and clusters may leave unknown.
    pub(super) fn known_end(&self) -> Result<u64, ProbeError> {
        self.end
            .ok_or_else(|| damaged(&format!("its {} has no length", label(self.id))))
    }

    /// Child elements.
    pub(super) fn inside(&self) -> Result<ElementRange, ProbeError> {
        Ok(ElementRange {
            at: self.body,
            end: self.known_end()?,
        })
    }

    /// Reads the content as an unsigned integer; empty content is 0.
    pub(super) fn number(&self, window: &mut Window<'_>) -> Result<u64, ProbeError> {
        let length = self.length()?;
        if length > 8 {
            return Err(damaged(&format!(
                "its {} is a number of {length} bytes",
                label(self.id)
            )));
        }
        (0..length).try_fold(0, |number, index| {
            let [byte] = window.bytes(self.body + index)?;
            Ok((number << 8) | u64::from(byte))
        })
    }

    /// Reads the content as a floating-point number; empty content is 0.
    pub(super) fn float(&self, window: &mut Window<'_>) -> Result<f64, ProbeError> {
        match self.length()? {
            0 => Ok(0.0),
            4 => Ok(f32::from_be_bytes(window.bytes(self.body)?).into()),
            8 => Ok(f64::from_be_bytes(window.bytes(self.body)?)),
            length => Err(damaged(&format!(
                "its {} is a number of {length} bytes",
                label(self.id)
            ))),
        }
    }

    /// Reads up to `most` bytes from the start of the content.
    pub(super) fn head(&self, window: &mut Window<'_>, most: u64) -> Result<Vec<u8>, ProbeError> {
        (0..self.length()?.min(most))
            .map(|index| window.bytes(self.body + index).map(|[byte]| byte))
            .collect()
    }

    /// Reads up to 32 bytes of text, without trailing zeros.
    pub(super) fn text(&self, window: &mut Window<'_>) -> Result<Vec<u8>, ProbeError> {
        let mut text = self.head(window, 32)?;
        text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
        Ok(text)
    }

    fn length(&self) -> Result<u64, ProbeError> {
        Ok(self.known_end()?.saturating_sub(self.body))
    }
}

impl ElementRange {
    /// Reads the next element; `None` at the end.
    pub(super) fn next(&mut self, window: &mut Window<'_>) -> Result<Option<Element>, ProbeError> {
        if self.at >= self.end {
            return Ok(None);
        }
        let element = Element::read(window, self.at, self.end)?;
        self.at = element.known_end()?;
        Ok(Some(element))
    }
}

/// Name of an element in messages.
fn label(id: u32) -> String {
    let name = match id {
        SEGMENT => "Segment",
        CLUSTER => "Cluster",
        INFO => "Info",
        TRACKS => "Tracks",
        SIMPLE_BLOCK => "SimpleBlock",
        BLOCK_GROUP => "BlockGroup",
        _ => return format!("element {id:X}"),
    };
    name.to_owned()
}
