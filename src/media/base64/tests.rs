mod model;
mod texts;

use std::env;

use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;

use self::{
    model::decoded,
    texts::{EncodedText, encoded_text},
};
use super::*;
use crate::media::SpoolArea;

const MAXIMUM: ByteCount = ByteCount(4 * 1024 * 1024);

/// Decodes `text` in pieces of `step` bytes.
#[expect(
    clippy::disallowed_methods,
    reason = "a test may ask where temporary files go"
)]
fn decode(text: &[u8], step: usize) -> Result<Vec<u8>, ContentError> {
    let mut decoder = Base64Decoder::new(Sieve::of_all(&SpoolArea::new(env::temp_dir())), MAXIMUM);
    text.chunks(step.max(1)).for_each(|piece| decoder.push(piece));
    let Passed::Kept(source) = decoder.finish()? else {
        panic!("all is kept")
    };
    Ok(source.read(0, source.size().0).unwrap().to_vec())
}

#[track_caller]
fn check(text: &str, expected: Result<&[u8], ContentError>) {
    for step in [1, 2, 3, 5, 1024] {
        assert_eq!(
            decode(text.as_bytes(), step).as_deref(),
            expected.as_deref(),
            "{text:?} in pieces of {step}"
        );
    }
}

#[test]
fn strict_base64_with_the_freedoms_that_people_use() {
    for text in [
        "aGVsbG8=",
        "aGVsbG8",
        " aGVs bG8 ",
        "data:video/mp4;base64,aGVsbG8=",
        "data:video\\/mp4;base64,aGVsbG8=",
        "aGVs\\nbG8=\\r\\n",
        "aGVs\\u0062G8\\u003d",
    ] {
        check(text, Ok(b"hello"));
    }
    check("", Ok(b""));
    check("  \\n ", Ok(b""));
    check("\\/\\/\\/\\/", Ok(b"\xff\xff\xff"));
}

#[test]
fn what_is_not_base64_is_told_with_its_place() {
    for (text, at) in [
        ("data:video/mp4;base64,aG*sbG8=", 24),
        ("data:text/plain,hello", 4),
        ("data:video/mp4;charset=utf-8,AAAA", 4),
        ("AAAA:AAAA\\u00", 4),
        ("aGVsbG8=aGVs", 8),
        ("aGVs=", 4),
        ("a===", 1),
        ("aGVsbG8==", 8),
        ("aGVsbG9=", 6),
        ("/tmp/clip.mp4", 9),
        ("aGVs\\u00e9", 4),
        ("aGVs\\\"", 4),
        ("aGVs\\b", 4),
        ("aGVs\\", 4),
        ("aGVs\\u004", 4),
    ] {
        check(text, Err(ContentError::InvalidCharacter { at }));
    }
    check("aGVs-G8=", Err(ContentError::UrlSafe { at: 4 }));
    check("aG Vs_G8=", Err(ContentError::UrlSafe { at: 5 }));
    check("aGVsb", Err(ContentError::Cut { length: 5 }));
    check("aGVsbA=", Err(ContentError::Cut { length: 7 }));
}

#[test]
fn a_reference_to_the_storage_of_n8n_is_not_base64() {
    let long = format!("filesystem-v2:workflows/{}", "a/".repeat(200));
    for text in [
        "filesystem-v2",
        "filesystem",
        "database",
        "s3",
        "s3:workflows/1/2",
        &long,
    ] {
        check(text, Err(ContentError::Reference));
    }
    check("databases===", Err(ContentError::InvalidCharacter { at: 9 }));
    assert!(decode(b"databaseAAAA", 4).is_ok() && decode(b"filesystemAA", 4).is_ok());
}

#[test]
fn a_megabyte_goes_through_a_file() {
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|n| n.to_le_bytes()[1]).collect();
    let text = BASE64_STANDARD.encode(&bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    for text in [
        text.clone(),
        format!(" {text}"),
        lines.join("\\r\\n"),
        lines.join("\n"),
    ] {
        assert!(
            decode(text.as_bytes(), 70_001).unwrap() == bytes,
            "in one way of writing it, other bytes came out"
        );
    }
}

proptest! {
    /// Whatever the bytes, the line breaks and the pieces: what went in comes out.
    #[test]
    fn what_went_in_comes_out(
        bytes in proptest::collection::vec(any::<u8>(), 0..400), width in 1_usize..90, step in 1_usize..70,
    ) {
        let text = BASE64_STANDARD.encode(&bytes);
        let lines: Vec<&str> = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        prop_assert_eq!(decode(lines.join("\r\n").as_bytes(), step), Ok(bytes.clone()));
        prop_assert_eq!(decode(lines.join("\\n").replace('/', "\\/").as_bytes(), step), Ok(bytes));
    }

    /// Whatever comes in and however it is cut into pieces, the same is told, and nothing panics.
    #[test]
    fn pieces_do_not_matter(text in r"[a-zA-Z+/= \\nu0-9:;,data]{0,60}", step in 1_usize..9) {
        prop_assert_eq!(decode(text.as_bytes(), step), decode(text.as_bytes(), 4096));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Mixed encoders, faults and pieces of any size: the result, its place included, is that of the model.
    #[test]
    fn any_encoded_text_is_decoded_as_by_the_model(text in encoded_text(), step in prop_oneof![1..3_000_usize, 3_000..200_000_usize]) {
        let EncodedText(text) = text;
        let (told, expected) = (decode(&text, step), decoded(&text));
        prop_assert!(told == expected, "{:?} instead of {:?}", told.map(|bytes| bytes.len()), expected.map(|bytes| bytes.len()));
    }
}
