//! Bytes on their way to TikTok: their MD5, and the part of the form that holds them. Memory holds one block of them.

use std::{io, sync::Arc};

use futures_util::StreamExt as _;
use md5::{Digest as _, Md5};

use super::check::unreadable;
use crate::{
    http::FilePart,
    integrations::{Failure, tiktok_ads::context::AdsContext},
    marketing_api::{MediaType, OffsetRange},
    media::Source,
    model::{ByteCount, Hex},
};

/// Bytes that are read at once.
const BLOCK: u64 = 256 * 1024;

/// MD5 of a range, as 32 lower-case hexadecimal digits.
pub(super) async fn md5_of(
    media_type: MediaType,
    source: &Source,
    range: OffsetRange,
) -> Result<String, Failure> {
    let source = source.clone();
    let digest = tokio::task::spawn_blocking(move || digest(&source, range)).await;
    digest
        .unwrap_or_else(|_panic| Err(io::ErrorKind::Other.into()))
        .map_err(|error| unreadable(media_type, "file", error.kind()))
}

fn digest(source: &Source, range: OffsetRange) -> io::Result<String> {
    let (mut md5, mut at) = (Md5::new(), range.start);
    while at < range.end {
        let block = source.read(at, BLOCK.min(range.end - at))?;
        if block.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        md5.update(&block);
        at += ByteCount::of(&block).0;
    }
    Ok(Hex(&md5.finalize()).to_string())
}

/// Digest of a text, in the same form.
pub(super) fn md5_of_text(text: &str) -> String {
    Hex(&Md5::digest(text)).to_string()
}

/// All bytes.
pub(super) fn whole(source: &Source) -> OffsetRange {
    OffsetRange {
        start: 0,
        end: source.size().0,
    }
}

/// A range as a part of a form.
pub(super) fn part<'a>(
    context: &AdsContext,
    source: &Source,
    range: OffsetRange,
    (file_name, content_type): (&'a str, &'a str),
) -> FilePart<'a> {
    let (source, length) = (source.clone(), range.end.saturating_sub(range.start));
    FilePart {
        name: "",
        file_name,
        content_type,
        length,
        open: Arc::new(move || source.stream(range.start, length).boxed()),
        stall: context.stall,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_digest_is_of_its_range() {
        let source = Source::in_memory(b"xabcx".to_vec());
        let of = async |start, end| md5_of(MediaType::Video, &source, OffsetRange { start, end }).await;
        assert_eq!(of(1, 4).await.unwrap(), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of(0, 0).await.unwrap(), md5_of_text(""));
        assert!(of(0, 6).await.is_err());
        let lost = OffsetRange { start: 0, end: 100 };
        let failure = md5_of(MediaType::Image, &Source::in_lost_file(), lost).await;
        let message = failure.unwrap_err().message;
        assert!(
            message.contains("image") && !message.contains("video"),
            "{message}"
        );
    }
}
