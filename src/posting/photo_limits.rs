//! TikTok's limits on photos, checked against the beginning of a file. Source:
//! <https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>.

use crate::{
    media::{Dimensions, Image, NotAPhoto, Oddity},
    model::{ByteCount, FieldError},
};

/// 20 MB in decimal units: accepted under either reading of "MB".
const BYTES_SURE: ByteCount = ByteCount(20_000_000);

/// 20 MB in binary units: larger photos are rejected under either reading.
pub const PHOTO_BYTES_MAX: ByteCount = ByteCount(20 * 1024 * 1024);

/// 1080p. Photos that fit into this, in portrait or landscape, are accepted.
const FRAME: Dimensions = Dimensions {
    width: 1080,
    height: 1920,
};

/// Facts about a photo, from the beginning of its file and the response that carried it.
#[derive(Debug, Clone, Copy)]
pub struct PhotoFacts {
    /// Whether the file has no bytes.
    pub is_empty: bool,
    /// Whether the server declared a web page.
    pub is_page: bool,
    /// Size of the whole file, if the server stated it.
    pub total: Option<ByteCount>,
    /// Format and dimensions.
    pub image: Result<Image, NotAPhoto>,
}

/// Result of checking one photo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhotoReport {
    /// Violated limits.
    pub faults: Vec<PhotoFault>,
    /// Possible problems, as sentences without a subject other than "it".
    pub doubts: Vec<String>,
}

/// A limit that a photo violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoFault {
    /// The offending value.
    pub got: String,
    /// The permitted values.
    pub allowed: &'static str,
    /// The fix.
    pub fix: &'static str,
}

impl PhotoFault {
    /// The fault as an error of the input `field`.
    pub fn finding(self, field: &str) -> FieldError {
        FieldError {
            field: field.to_owned(),
            got: self.got,
            allowed: self.allowed.into(),
            fix: self.fix.into(),
        }
    }
}

/// Checks a photo against TikTok's limits on format, dimensions and size.
pub fn check_photo(facts: &PhotoFacts) -> PhotoReport {
    if facts.is_empty {
        return PhotoReport {
            faults: vec![PhotoFault {
                got: "0 bytes".to_owned(),
                allowed: ALLOWED,
                fix: "check the file, it is empty",
            }],
            doubts: Vec::new(),
        };
    }
    let mut report = PhotoReport::default();
    report.check_image(facts);
    report.check_size(facts.total);
    report
}

impl PhotoReport {
    fn check_image(&mut self, facts: &PhotoFacts) {
        match facts.image {
            Ok(image) => {
                self.faults.extend(image.pixels.and_then(too_large));
                self.doubts
                    .extend(image.pixels.is_none().then(|| NO_PIXELS.to_owned()));
                self.doubts.extend(image.oddity.map(odd));
            }
            Err(what) => self.faults.push(foreign(what, facts.is_page)),
        }
    }

    fn check_size(&mut self, total: Option<ByteCount>) {
        match total {
            Some(total) if total > PHOTO_BYTES_MAX => self.faults.push(PhotoFault {
                got: total.to_string(),
                allowed: "at most 20 MB",
                fix: "save it at a lower quality",
            }),
            Some(total) if total > BYTES_SURE => self.doubts.push(format!(
                "it has {total}, and TikTok's limit of 20 MB may mean {BYTES_SURE}"
            )),
            Some(_) | None => {}
        }
    }
}

const NO_PIXELS: &str =
    "its dimensions could not be read; TikTok accepts photos that fit into 1080×1920 pixels";
const ALLOWED: &str = "JPEG or WebP, within 1080×1920 pixels (in portrait or landscape), at most 20 MB";
const ALLOWED_PIXELS: &str = "photos that fit into 1080×1920 pixels, in portrait or landscape (1080p)";
const FIX_PIXELS: &str =
    "scale it down so that its longer side has at most 1920 and its shorter at most 1080 pixels";

fn too_large(pixels: Dimensions) -> Option<PhotoFault> {
    let is_too_large = pixels.long() > FRAME.long() || pixels.short() > FRAME.short();
    is_too_large.then(|| PhotoFault {
        got: pixels.to_string(),
        allowed: ALLOWED_PIXELS,
        fix: FIX_PIXELS,
    })
}

fn odd(oddity: Oddity) -> String {
    let what = oddity.name();
    match oddity {
        Oddity::Animated => {
            format!("it is {what}; TikTok's documents do not mention animation, so only a still may be shown")
        }
        Oddity::Arithmetic | Oddity::Lossless | Oddity::Hierarchical | Oddity::Deep => format!(
            "it is {what}, which many programs cannot show; save it as an ordinary JPEG (8 bits, Huffman coding)"
        ),
    }
}

fn foreign(what: NotAPhoto, is_page: bool) -> PhotoFault {
    if is_page || what.is_page() {
        return PhotoFault {
            got: "a web page".to_owned(),
            allowed: ALLOWED,
            fix: "give the URL of the photo itself, not of the page that shows it",
        };
    }
    PhotoFault {
        got: what.to_string(),
        allowed: ALLOWED,
        fix: what.fix(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ImageFormat;

    fn photo(width: u32, height: u32, total: u64) -> PhotoReport {
        check_photo(&PhotoFacts {
            is_empty: false,
            is_page: false,
            total: Some(ByteCount(total)),
            image: Ok(Image {
                format: ImageFormat::Jpeg,
                pixels: Some(Dimensions { width, height }),
                oddity: None,
            }),
        })
    }

    #[test]
    fn accepts_1080p_either_way_up_and_nothing_beyond() {
        assert_eq!(photo(1080, 1920, 1), PhotoReport::default());
        assert_eq!(photo(1920, 1080, 1), PhotoReport::default());
        assert_eq!(photo(1081, 1920, 1).faults.len(), 1);
        assert_eq!(photo(1080, 1921, 1).faults.len(), 1);
        assert_eq!(photo(1921, 1, 1).faults.len(), 1);
    }

    #[test]
    fn doubts_a_size_between_the_two_readings_of_20_mb() {
        let counts = |total| {
            let report = photo(1, 1, total);
            (report.faults.len(), report.doubts.len())
        };
        assert_eq!(counts(20_000_000), (0, 0));
        assert_eq!(counts(20_000_001), (0, 1));
        assert_eq!(counts(20_971_520), (0, 1));
        assert_eq!(counts(20_971_521), (1, 0));
    }
}
