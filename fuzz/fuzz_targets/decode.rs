//! Decoding of base64 in a JSON string: compared with a plain reference for any split of the text.
//!
//! The first byte chooses the splits. If it is odd, the rest is the text, sometimes within a longer one with many escapes;
//! otherwise, the next byte chooses the encoding of the rest, a video, which must be restored.

#![no_main]

use std::path::Path;

use autohive_tiktok::media::{Base64Decoder, ContentError, Passed, Sieve, SpoolArea, VIDEO_MAX};
use autohive_tiktok_fuzz::{FOLDER, pieces};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match *data {
        [choice, ref text @ ..] if choice & 0b10_0001 == 0b10_0001 => any_text(choice, &among_escapes(text)),
        [choice, ref text @ ..] if choice & 1 == 1 => any_text(choice, text),
        [choice, style, ref video @ ..] => any_video(choice, style, video),
        [] | [_] => {}
    }
});

/// Text with so many escapes that it is decoded in blocks, around `text`.
fn among_escapes(text: &[u8]) -> Vec<u8> {
    let escapes = br"AAA\/AA\u002bAAA\u002FAA\n".repeat(90);
    [&escapes, text, &escapes].concat()
}

/// Any text: the result is the same for every split, and equals that of the reference.
fn any_text(choice: u8, text: &[u8]) {
    let whole = decode([text]);
    assert_eq!(decode(pieces(choice, text)), whole, "cut into pieces");
    // Names such as `database` are base64 of a few bytes too.
    if whole != Err(ContentError::Reference) {
        assert_eq!(whole.as_ref().ok(), reference(text).as_ref(), "the reference");
    }
    match whole {
        Ok(_) | Err(ContentError::Reference) => {}
        Err(ContentError::InvalidCharacter { at } | ContentError::UrlSafe { at }) => {
            assert!(at <= text.len(), "{at} of {}", text.len())
        }
        Err(ContentError::Cut { length }) => assert!(0 < length && length <= text.len()),
        Err(ContentError::TooLarge | ContentError::Spool(_) | ContentError::Unused) => panic!("{whole:?}"),
    }
}

/// Any encoding of a video: decoding restores it.
fn any_video(choice: u8, style: u8, video: &[u8]) {
    const BETWEEN: [&str; 8] = ["", " ", "\n", "\r\n", "\\n", "\\r\\n", "\\u000a", "\\u000D\\t"];
    // Sometimes longer than the text decoded at once, and then in long lines and large pieces, which is fast enough.
    let is_long = style & 0b1001_1001 == 0b1001_1000 && choice >> 1 & 7 == 7;
    let video = if is_long {
        video.repeat(60_000 / video.len().max(1))
    } else {
        video.to_vec()
    };
    let mut text = BASE64_STANDARD.encode(&video);
    if style & 64 != 0 {
        text.truncate(text.trim_end_matches('=').len());
    }
    let width = 1 + usize::from(style >> 3 & 3) * 25;
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(width)
        .map(|line| str::from_utf8(line).expect("ASCII"))
        .collect();
    let mut text = lines.join(BETWEEN[usize::from(style & 7)]);
    if style & 32 != 0 {
        text = format!(
            "data:video\\/mp4;base64,{}",
            text.replace('/', "\\/").replace('+', "\\u002b")
        );
    }
    let decoded = decode(pieces(choice, text.as_bytes()));
    let is_reference = decoded == Err(ContentError::Reference) && video.len() < 10;
    assert!(
        is_reference || decoded == Ok(video),
        "what went in comes out: {text}"
    );
}

fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, ContentError> {
    let mut decoder = Base64Decoder::new(Sieve::of_all(&SpoolArea::new(Path::new(FOLDER))), VIDEO_MAX);
    pieces.into_iter().for_each(|piece| decoder.push(piece));
    let Passed::Kept(source) = decoder.finish()? else {
        panic!("all is kept")
    };
    Ok(source
        .read(0, source.size().0)
        .expect("it is kept in memory")
        .to_vec())
}

/// Reference: several passes over the whole text, with the other engine of the base64 crate.
fn reference(text: &[u8]) -> Option<Vec<u8>> {
    let text = without_prefix(unescaped(text)?);
    let symbols: Vec<u8> = text
        .into_iter()
        .filter(|byte| !b" \t\r\n".contains(byte))
        .collect();
    let length = symbols
        .iter()
        .rposition(|byte| *byte != b'=')
        .map_or(0, |last| last + 1);
    let padding = symbols.len() - length;
    if padding > 2 || (padding > 0 && length % 4 + padding != 4) {
        return None;
    }
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireNone);
    GeneralPurpose::new(&alphabet::STANDARD, config)
        .decode(&symbols[..length])
        .ok()
}

/// Strips `data:…;base64,` if it ends within the first 256 characters.
fn without_prefix(text: Vec<u8>) -> Vec<u8> {
    const END: &[u8] = b";base64,";
    let head = &text[..text.len().min(256)];
    match head.windows(END.len()).position(|window| window == END) {
        Some(at) if head.starts_with(b"data:") => text[at + END.len()..].to_vec(),
        _ => text,
    }
}

/// Resolves JSON escapes; `None` for those that are not base64.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            plain.push(byte);
            continue;
        }
        let (&kind, after) = rest.split_first()?;
        rest = after;
        match kind {
            b'/' => plain.push(b'/'),
            b'n' | b'r' | b't' => plain.push(b'\n'),
            b'u' => {
                let digits = str::from_utf8(rest.get(..4)?)
                    .ok()
                    .filter(|digits| !digits.starts_with('+'))?;
                plain.push(u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii)?);
                rest = &rest[4..];
            }
            _ => return None,
        }
    }
    Some(plain)
}
