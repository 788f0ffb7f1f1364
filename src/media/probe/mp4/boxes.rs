//! Boxes: length, type of four characters, content.

use super::super::{ProbeError, window::Window};
use crate::model::ByteCount;

/// Box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Type, four characters.
    pub(super) name: [u8; 4],
    body: u64,
    end: u64,
}

/// Sequence of boxes.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxRange {
    at: u64,
    end: u64,
}

/// Error: the parts of the file contradict each other.
pub(super) fn damaged(what: &str) -> ProbeError {
    ProbeError::Damaged(what.to_owned())
}

impl BoxRange {
    /// Boxes from `at` up to `end`.
    pub(super) const fn new(at: u64, end: u64) -> Self {
        Self { at, end }
    }

    /// Position of the next box.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// Reads the next box; `None` at the end. Fewer bytes than a header are padding, as written by
    /// `QuickTime`. After an error the position is still that of the faulty box.
    pub(super) fn next(&mut self, window: &mut Window<'_>) -> Result<Option<Part>, ProbeError> {
        let there = self.end.saturating_sub(self.at);
        if there < 8 {
            return Ok(None);
        }
        let name: [u8; 4] = window.bytes(self.at + 4)?;
        let (length, header) = match window.number::<4>(self.at)? {
            0 => (there, 8),
            1 if there < 16 => (16, 16),
            1 => (window.number::<8>(self.at + 8)?, 16),
            length => (length, 8),
        };
        if length < header {
            return Err(damaged(&format!(
                "its {} box claims {length} bytes",
                name.escape_ascii()
            )));
        }
        if length > there {
            let part = format!("{} box", name.escape_ascii());
            return Err(ProbeError::CutOff {
                part,
                claimed: ByteCount(length),
                there: ByteCount(there),
            });
        }
        let part = Part {
            name,
            body: self.at + header,
            end: self.at + length,
        };
        self.at = part.end;
        Ok(Some(part))
    }
}

impl Part {
    /// Child boxes.
    pub(super) const fn inside(&self) -> BoxRange {
        BoxRange::new(self.body, self.end)
    }

    /// Child boxes after `header` bytes of other content.
    pub(super) const fn behind(&self, header: u64) -> BoxRange {
        BoxRange::new(self.body.saturating_add(header), self.end)
    }

    /// Size of the content, in bytes.
    pub(super) const fn length(&self) -> u64 {
        self.end.saturating_sub(self.body)
    }

    /// Reads `N` bytes at `offset` in the content.
    pub(super) fn bytes<const N: usize>(
        &self,
        window: &mut Window<'_>,
        offset: u64,
    ) -> Result<[u8; N], ProbeError> {
        let (_, at) = self.place::<N>(offset)?;
        window.bytes(at)
    }

    /// Reads up to `most` bytes from the start of the content.
    pub(super) fn head(&self, window: &mut Window<'_>, most: u64) -> Result<Vec<u8>, ProbeError> {
        (0..self.length().min(most))
            .map(|offset| self.bytes(window, offset).map(|[byte]| byte))
            .collect()
    }

    /// Reads a 4-byte number at `offset` in the content.
    pub(super) fn u32(&self, window: &mut Window<'_>, offset: u64) -> Result<u32, ProbeError> {
        self.bytes(window, offset).map(u32::from_be_bytes)
    }

    /// Reads a 2-byte number at `offset` in the content.
    pub(super) fn u16(&self, window: &mut Window<'_>, offset: u64) -> Result<u16, ProbeError> {
        self.bytes(window, offset).map(u16::from_be_bytes)
    }

    /// Reads a number at `offset` in the content, of 8 bytes if `wide`, else of 4.
    pub(super) fn number(&self, window: &mut Window<'_>, offset: u64, wide: bool) -> Result<u64, ProbeError> {
        if wide {
            self.bytes(window, offset).map(u64::from_be_bytes)
        } else {
            self.u32(window, offset).map(u64::from)
        }
    }

    /// Version of a full box.
    pub(super) fn version(&self, window: &mut Window<'_>) -> Result<u8, ProbeError> {
        let [version] = self.bytes(window, 0)?;
        Ok(version)
    }

    /// Flags of a full box.
    pub(super) fn flags(&self, window: &mut Window<'_>) -> Result<u32, ProbeError> {
        Ok(self.u32(window, 0)? & 0x00ff_ffff)
    }

    /// Positions of the `count` rows of `row` bytes each, from `offset` on.
    pub(super) fn rows(
        &self,
        offset: u64,
        count: u32,
        row: u64,
    ) -> Result<impl Iterator<Item = u64> + use<>, ProbeError> {
        let count = u64::from(count);
        match count
            .checked_mul(row)
            .and_then(|length| length.checked_add(offset))
        {
            Some(end) if end <= self.length() => Ok((0..count).map(move |index| offset + index * row)),
            _ => Err(self.too_short()),
        }
    }

    fn place<const N: usize>(&self, offset: u64) -> Result<(u64, u64), ProbeError> {
        let end = offset
            .checked_add(u64::try_from(N).unwrap_or(u64::MAX))
            .filter(|end| *end <= self.length());
        end.map(|end| (end, self.body + offset))
            .ok_or_else(|| self.too_short())
    }

    fn too_short(&self) -> ProbeError {
        damaged(&format!(
            "its {} box is shorter than its content",
            self.name.escape_ascii()
        ))
    }
}
