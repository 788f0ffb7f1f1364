//! Dimensions of the displayed frame, after rotation, cropping and scaling.
//!
//! `tkhd` holds the size with square pixels in MP4, but often the coded size in `QuickTime`, where `tapt`
//! (its `clef` box) or `pasp` holds the shape:
//! <https://developer.apple.com/documentation/quicktime-file-format/track_aperture_mode_dimensions_atom>.

use super::{
    super::{Dimensions, ProbeError, window::Window},
    boxes::Part,
};

/// Rotation and scale of a frame: the four of the nine numbers that matter for its size, in 65536ths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
}

/// One pixel, or the factor 1.
const ONE: i32 = 1 << 16;

impl Default for Matrix {
    fn default() -> Self {
        Self {
            a: ONE,
            b: 0,
            c: 0,
            d: ONE,
        }
    }
}

impl Matrix {
    /// The matrix at `offset` in `part`.
    pub(super) fn read(window: &mut Window<'_>, part: &Part, offset: u64) -> Result<Self, ProbeError> {
        let mut at = |index: u64| part.bytes(window, offset + 4 * index).map(i32::from_be_bytes);
        Ok(Self {
            a: at(0)?,
            b: at(1)?,
            c: at(3)?,
            d: at(4)?,
        })
    }

    /// Dimensions of the bounding box of a transformed frame.
    fn applied(self, (width, height): (u32, u32)) -> Option<(u32, u32)> {
        let side = |of_width: i32, of_height: i32| {
            let (width, height) = (u128::from(width), u128::from(height));
            let side = (width * u128::from(of_width.unsigned_abs())
                + height * u128::from(of_height.unsigned_abs()))
                >> 16;
            u32::try_from(side).ok().filter(|side| *side > 0)
        };
        Some((side(self.a, self.c)?, side(self.b, self.d)?))
    }
}

/// Width and height, in 65536ths of a pixel.
pub(super) type Sides = (u32, u32);

/// Sizes in a track that determine the displayed dimensions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape {
    /// `tkhd`: rotation and scale.
    pub(super) matrix: Matrix,
    /// `tkhd`: width and height.
    pub(super) header: Sides,
    /// `tapt/clef`: width and height.
    pub(super) aperture: Option<Sides>,
    /// Sample entry: width and height, in pixels.
    pub(super) coded: (u16, u16),
    /// `clap` of the sample entry: width and height, in pixels.
    pub(super) clean: Option<(u32, u32)>,
    /// `pasp` of the sample entry: width and height of a pixel.
    pub(super) pixel: Option<(u32, u32)>,
}

impl Shape {
    /// Reads `tapt`.
    pub(super) fn read_apertures(&mut self, window: &mut Window<'_>, tapt: &Part) -> Result<(), ProbeError> {
        let mut inside = tapt.inside();
        while let Some(part) = inside.next(window)? {
            if &part.name == b"clef" {
                self.aperture =
                    Some((part.u32(window, 4)?, part.u32(window, 8)?)).filter(|sides| is_size(*sides));
            }
        }
        Ok(())
    }

    /// Reads `pasp` or `clap` of a sample entry.
    pub(super) fn read_extension(&mut self, window: &mut Window<'_>, part: &Part) -> Result<(), ProbeError> {
        match &part.name {
            b"pasp" => {
                self.pixel =
                    Some((part.u32(window, 0)?, part.u32(window, 4)?)).filter(|pixel| is_size(*pixel));
            }
            b"clap" => {
                let mut side = |at: u64| {
                    Ok(part
                        .u32(window, at)?
                        .checked_div(part.u32(window, at + 4)?)
                        .unwrap_or(0))
                };
                self.clean = Some((side(0)?, side(8)?));
            }
            _ => {}
        }
        Ok(())
    }

    /// Dimensions as displayed in a movie with the matrix `movie`.
    pub(super) fn shown(&self, movie: Matrix) -> Option<Dimensions> {
        let sides = self.upright();
        let shown = self
            .matrix
            .applied(sides)
            .and_then(|sides| movie.applied(sides))
            .unwrap_or(sides);
        Dimensions::new(pixels(shown.0), pixels(shown.1))
    }

    /// Dimensions before rotation. `tkhd` takes precedence if it is more specific than the sample entry.
    fn upright(&self) -> Sides {
        if let Some(aperture) = self.aperture {
            return aperture;
        }
        let coded = (u32::from(self.coded.0), u32::from(self.coded.1));
        let clean = self
            .clean
            .filter(|clean| is_size(*clean) && clean.0 <= coded.0 && clean.1 <= coded.1);
        let header = (pixels(self.header.0), pixels(self.header.1));
        let repeats = !is_size(header) || header == coded || Some(header) == clean;
        if repeats {
            self.stretched(clean.unwrap_or(coded))
        } else {
            self.header
        }
    }

    /// The sides stretched by `pasp`, in 65536ths of a pixel.
    fn stretched(&self, (width, height): (u32, u32)) -> Sides {
        let whole = (u64::from(width) << 16, height.saturating_mul(1 << 16));
        let (across, down) = self.pixel.unwrap_or((1, 1));
        let width = whole
            .0
            .saturating_mul(across.into())
            .checked_div(down.into())
            .unwrap_or(whole.0);
        (u32::try_from(width).unwrap_or(u32::MAX), whole.1)
    }
}

const fn is_size((width, height): (u32, u32)) -> bool {
    width > 0 && height > 0
}

/// Rounds to whole pixels.
const fn pixels(side: u32) -> u32 {
    side.saturating_add(1 << 15) >> 16
}
