//! Format and size of a picture for ads, read from its content.

use std::io;

use super::{Dimensions, Image, ImageFormat, JpegScanner, NotAPhoto, Source, identify_image, source::BLOCK};

/// Format that TikTok takes for images of ads (docs/tiktok-marketing-api.md#images).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl PictureFormat {
    /// `Content-Type` of the upload.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// Usual extension of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// Picture in a format for ads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdPicture {
    /// Format.
    pub format: PictureFormat,
    /// Size as stored, before rotation; `None` if the file does not contain it.
    pub pixels: Option<Dimensions>,
}

/// First bytes of every PNG, up to the size in its first chunk.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Identifies the picture in `source`. The inner error has the format of another file. Errors: the content cannot be read.
pub fn identify_picture(source: &Source) -> io::Result<Result<AdPicture, String>> {
    let head = source.head()?;
    if head.starts_with(PNG) {
        return Ok(Ok(AdPicture {
            format: PictureFormat::Png,
            pixels: png_size(&head),
        }));
    }
    let image = match identify_image(&head) {
        // A thumbnail or a color profile can precede the size.
        Ok(Image {
            format: ImageFormat::Jpeg,
            pixels: None,
            ..
        }) => scanned(source)?,
        found => found,
    };
    Ok(match image {
        Ok(Image {
            format: ImageFormat::Jpeg,
            pixels,
            ..
        }) => Ok(AdPicture {
            format: PictureFormat::Jpeg,
            pixels,
        }),
        Ok(Image {
            format: ImageFormat::WebP,
            ..
        }) => Err("a WebP picture".to_owned()),
        Err(other) => Err(other.to_string()),
    })
}

/// Searches a whole JPEG for its size.
fn scanned(source: &Source) -> io::Result<Result<Image, NotAPhoto>> {
    let (mut scanner, mut at) = (JpegScanner::default(), 0);
    let unknown = Image {
        format: ImageFormat::Jpeg,
        pixels: None,
        oddity: None,
    };
    loop {
        let piece = source.read(at, BLOCK)?;
        at += BLOCK;
        if piece.is_empty() || scanner.take(&piece).is_break() {
            return Ok(scanner.image().unwrap_or(Ok(unknown)));
        }
    }
}

/// Width and height in the first chunk (<https://www.w3.org/TR/png-3/#11IHDR>).
fn png_size(head: &[u8]) -> Option<Dimensions> {
    let number = |at: usize| head.get(at..)?.first_chunk().copied().map(u32::from_be_bytes);
    Dimensions::new(number(16)?, number(20)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identified(bytes: &[u8]) -> Result<AdPicture, String> {
        identify_picture(&Source::in_memory(bytes.to_vec())).unwrap()
    }

    /// A JPEG whose size comes after `before` bytes of metadata.
    fn jpeg(before: usize) -> Vec<u8> {
        let mut bytes = b"\xff\xd8".to_vec();
        for piece in vec![0_u8; before].chunks(60_000) {
            bytes.extend(b"\xff\xe1");
            bytes.extend(u16::try_from(piece.len() + 2).unwrap().to_be_bytes());
            bytes.extend(piece);
        }
        bytes.extend(b"\xff\xc0\0\x11\x08\x07\x80\x04\x38\x03");
        bytes
    }

    #[test]
    fn the_size_is_found_wherever_it_stands() {
        let size = Dimensions {
            width: 1_080,
            height: 1_920,
        };
        for before in [0, 10, 100_000, 400_000] {
            let picture = identified(&jpeg(before)).unwrap();
            assert_eq!(
                (picture.format, picture.pixels),
                (PictureFormat::Jpeg, Some(size)),
                "{before}"
            );
        }
        let png = [PNG, b"\0\0\0\rIHDR\0\0\x04\x38\0\0\x07\x80\x08\x02\0\0\0"].concat();
        let picture = identified(&png).unwrap();
        assert_eq!((picture.format, picture.pixels), (PictureFormat::Png, Some(size)));
        assert_eq!(identified(&png[..18]).unwrap().pixels, None);
        assert_eq!(identified(b"\xff\xd8\xff\xe1").unwrap().pixels, None);
    }

    #[test]
    fn other_files_are_named() {
        for (bytes, name) in [
            (&b"RIFF\0\0\0\0WEBPVP8 "[..], "a WebP picture"),
            (b"GIF89a", "a GIF"),
            (b"\0\0\0\x20ftypisom\0\0\0\0isommp42mdat", "a video (MP4)"),
            (b"hello", "text"),
        ] {
            let found = identified(bytes).unwrap_err();
            assert!(found.starts_with(name), "{found}");
        }
    }
}
