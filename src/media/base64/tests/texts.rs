//! Base64 as encoders of JSON write it, in any mixture, with and without faults.

use std::fmt;

use proptest::{collection::vec, prelude::*, sample::select};

/// A text in a JSON string. Its length alone is shown.
pub(super) struct EncodedText(pub(super) Vec<u8>);

impl fmt::Debug for EncodedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        match text.get(..400) {
            Some(start) => write!(f, "{} … ({} bytes)", start.escape_ascii(), text.len()),
            None => write!(f, "{}", text.escape_ascii()),
        }
    }
}

/// Ways of writing two symbols and the breaks between lines.
#[derive(Debug, Clone, Copy)]
struct Encoder {
    plus: &'static str,
    slash: &'static str,
    line_break: &'static str,
    width: usize,
}

fn encoder() -> impl Strategy<Value = Encoder> {
    let line_break = prop_oneof![
        6 => Just(""),
        4 => select(vec!["\\n", "\\r\\n"]),
        1 => select(vec!["\\t", "\\u000a", "\n", "\r\n", " "]),
    ];
    let width = prop_oneof![select(vec![64, 76]), 1..200_usize];
    let plus = select(vec!["+", "\\u002B", "\\u002b"]);
    let slash = prop_oneof![3 => select(vec!["/", "\\/"]), 1 => select(vec!["\\u002F", "\\u002f"])];
    (plus, slash, line_break, width).prop_map(|(plus, slash, line_break, width)| Encoder {
        plus,
        slash,
        line_break,
        width,
    })
}

/// Text of one or several encoders, some with faults: an end at any byte, or characters that base64 may not have.
pub(super) fn encoded_text() -> impl Strategy<Value = EncodedText> {
    let length = prop_oneof![0..300_usize, 300..5_000_usize, 5_000..90_000_usize];
    let parts = vec((encoder(), length, 1..u64::MAX), 1..5);
    let fault = select(vec![
        "",
        "=",
        "==",
        "-",
        "_",
        "*",
        "\u{e9}",
        "\\",
        "\\\\",
        "\\\"",
        "\\b",
        "\\u",
        "\\u002",
        "\\u0000",
        "\\u00e9",
        "\\u002g",
        "\\u102b",
        "\\u012b",
        "\\u003d",
        "\\ud83d\\ude00",
        "\\]",
        "]",
        "\\n",
        "\\/",
        "\\u002B",
        " ",
        "\t\n",
    ]);
    let faults = prop_oneof![3 => vec((any::<prop::sample::Index>(), fault.clone()), 0..1), 2 => vec((any::<prop::sample::Index>(), fault), 1..3)];
    let cut = prop_oneof![2 => Just(None), 1 => any::<prop::sample::Index>().prop_map(Some)];
    let prefix = select(vec!["", "data:video\\/mp4;base64,"]);
    (prefix, parts, faults, cut).prop_map(|(prefix, parts, faults, cut)| {
        let mut text = b"AAAA".to_vec();
        for (encoder, length, seed) in parts {
            write(&mut text, encoder, length, seed);
        }
        for (at, fault) in faults {
            // Not among the first characters, which decide whether the text is a reference.
            let at = 4 + at.index(text.len() - 3);
            text.splice(at..at, fault.bytes());
        }
        if let Some(cut) = cut {
            text.truncate(4 + cut.index(text.len() - 3));
        }
        EncodedText([prefix.as_bytes(), &text].concat())
    })
}

/// Appends `length` pseudorandom symbols.
fn write(text: &mut Vec<u8>, encoder: Encoder, length: usize, seed: u64) {
    let mut state = seed;
    for count in 1..=length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        match state.to_le_bytes()[3] & 63 {
            62 => text.extend(encoder.plus.bytes()),
            63 => text.extend(encoder.slash.bytes()),
            value @ 0..26 => text.push(b'A' + value),
            value @ 26..52 => text.push(b'a' + value - 26),
            value => text.push(b'0' + value - 52),
        }
        if count.is_multiple_of(encoder.width) {
            text.extend(encoder.line_break.bytes());
        }
    }
}
