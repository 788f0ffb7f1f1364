//! Part of a text whose symbols are packed.

use std::ops;

/// Part of a text whose symbols are packed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Packed {
    /// Its bytes.
    pub(super) bytes: usize,
    /// Its bytes less its characters.
    pub(super) excess: usize,
    pub(super) symbols: usize,
}

impl ops::AddAssign for Packed {
    fn add_assign(&mut self, next: Self) {
        self.bytes += next.bytes;
        self.excess += next.excess;
        self.symbols += next.symbols;
    }
}
