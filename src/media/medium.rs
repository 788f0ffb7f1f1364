//! Types of media that inputs take.

use super::probe::sniff;

/// Type of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A video in a container that TikTok accepts.
    Video,
    /// A picture in any format.
    Image,
}

impl Medium {
    /// The noun: `video`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Image => "image",
        }
    }

    /// The noun with its article: `a video`.
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Video => "a video",
            Self::Image => "an image",
        }
    }

    /// Returns true if content with the first bytes `head` can be of this type, and then of no other.
    pub fn accepts(self, head: &[u8]) -> bool {
        match (self, sniff(head)) {
            (Self::Video, found) => found.is_ok(),
            (Self::Image, Err(foreign)) => foreign.is_picture(),
            (Self::Image, Ok(_container)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_of_one_type_at_most() {
        let heads: [(&[u8], Option<Medium>); 5] = [
            (b"\0\0\0\x20ftypisom\0\0\0\0isommp42mdat", Some(Medium::Video)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(Medium::Image)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", Some(Medium::Image)),
            (b"plain text", None),
            (b"", None),
        ];
        for (head, expected) in heads {
            let of = |medium: Medium| medium.accepts(head).then_some(medium);
            let found: Vec<Medium> = [Medium::Video, Medium::Image]
                .into_iter()
                .filter_map(of)
                .collect();
            assert_eq!(found, Vec::from_iter(expected), "{head:?}");
        }
    }
}
