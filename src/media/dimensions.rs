//! Size of a picture.

use std::fmt;

/// Width and height of a picture in pixels, neither of them 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Dimensions {
    /// Dimensions of these sides; `None` if one of them is 0.
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        (width > 0 && height > 0).then_some(Self { width, height })
    }

    /// Longer side in pixels.
    pub fn long(self) -> u32 {
        self.width.max(self.height)
    }

    /// Shorter side in pixels.
    pub fn short(self) -> u32 {
        self.width.min(self.height)
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{} pixels", self.width, self.height)
    }
}
