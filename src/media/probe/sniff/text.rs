//! Classification of text in place of a file. Messages never repeat it, because it may contain a secret.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Foreign, PAGE, START, Sort, contains, foreign, sniff};

/// Lowercase prefixes, after white space, comments and the XML declaration.
const BEGINNINGS: [(&str, Foreign); 67] = [
    ("<!doctype html", PAGE),
    ("<!doctype svg", SVG),
    ("<!doctype plist", PLIST),
    ("<!doctype fcpxml", PROJECT),
    ("<!doctype xmeml", PROJECT),
    ("<!doctype", PAGE),
    ("<html", PAGE),
    ("<head", PAGE),
    ("<body", PAGE),
    ("<script", PAGE),
    ("<meta", PAGE),
    ("<title", PAGE),
    ("<style", PAGE),
    ("<link", PAGE),
    ("<base ", PAGE),
    ("<noscript", PAGE),
    ("<div", PAGE),
    ("<span", PAGE),
    ("<iframe", PAGE),
    ("<table", PAGE),
    ("<center", PAGE),
    ("<form", PAGE),
    ("<img", PAGE),
    ("<h1", PAGE),
    ("<p>", PAGE),
    ("<a ", PAGE),
    ("<svg", SVG),
    ("<mpd", foreign("a DASH manifest (MPD)", Sort::Playlist)),
    (
        "<smoothstreamingmedia",
        foreign("a Smooth Streaming manifest", Sort::Playlist),
    ),
    ("<playlist", foreign("a playlist (XSPF)", Sort::Playlist)),
    ("<asx", foreign("a playlist (ASX)", Sort::Playlist)),
    ("<smil", foreign("a playlist (SMIL)", Sort::Playlist)),
    (
        "<vast",
        foreign("an advertisement's description (VAST)", Sort::Playlist),
    ),
    ("<fcpxml", PROJECT),
    ("<xmeml", PROJECT),
    ("<premieredata", PROJECT),
    ("<mlt", PROJECT),
    ("<project", PROJECT),
    ("<ges ", PROJECT),
    ("<plist", PLIST),
    ("<tt", foreign("subtitles (TTML)", Sort::Subtitles)),
    ("<error", foreign("an error message as XML text", Sort::Failure)),
    ("<rss", foreign("a feed (RSS)", Sort::Document)),
    ("<feed", foreign("a feed (Atom)", Sort::Document)),
    (
        "<listbucketresult",
        foreign("a list of files as XML", Sort::Document),
    ),
    ("<x:xmpmeta", foreign("a photo's settings (XMP)", Sort::Companion)),
    (
        "<_io.",
        foreign(
            "the name of a Python object in place of its content",
            Sort::Unfilled,
        ),
    ),
    (
        "<buffer ",
        foreign("the printed form of a Node.js Buffer", Sort::Encoded),
    ),
    ("webvtt", foreign("subtitles (WebVTT)", Sort::Subtitles)),
    ("[script info]", foreign("subtitles (ASS)", Sort::Subtitles)),
    ("[playlist]", foreign("a playlist (PLS)", Sort::Playlist)),
    (
        "ffconcat version",
        foreign("a list of files for ffmpeg", Sort::Playlist),
    ),
    (
        "[internetshortcut]",
        foreign("an internet shortcut (URL)", Sort::Shortcut),
    ),
    (
        "[desktop entry]",
        foreign("a Linux shortcut (desktop entry)", Sort::Shortcut),
    ),
    ("magnet:", foreign("a magnet link", Sort::Shortcut)),
    (
        "version https://git-lfs",
        foreign("a Git LFS pointer", Sort::Pointer),
    ),
    ("data:", foreign("a data: URL as text", Sort::Encoded)),
    (
        "blob:",
        foreign(
            "an address of a browser (blob:), which no one else can open",
            Sort::Address,
        ),
    ),
    ("http://", ADDRESS),
    ("https://", ADDRESS),
    ("s3://", ADDRESS),
    ("gs://", ADDRESS),
    ("file:", PATH),
    ("http/1.", foreign("a raw HTTP answer", Sort::Wrapped)),
    ("mime-version:", foreign("an e-mail", Sort::Wrapped)),
    ("received:", foreign("an e-mail", Sort::Wrapped)),
    (
        "content-type:",
        foreign("a part of a form or an e-mail", Sort::Wrapped),
    ),
];

const SVG: Foreign = foreign("an SVG picture", Sort::Picture);
const PLIST: Foreign = foreign("an Apple property list (such as AAE or webloc)", Sort::Companion);
const PROJECT: Foreign = foreign("an editor's project", Sort::Project);
const ADDRESS: Foreign = foreign("a URL as text", Sort::Address);
const PATH: Foreign = foreign("the path of a file as text", Sort::Address);

/// Texts that workflow steps write in place of a missing value.
const UNFILLED: [&str; 14] = [
    "undefined",
    "null",
    "none",
    "nil",
    "nan",
    "true",
    "false",
    "{}",
    "[]",
    "\"\"",
    "[object object]",
    "[object blob]",
    "[object file]",
    "[object arraybuffer]",
];

/// Classifies a text; `None` if the bytes are not text.
pub(super) fn name(head: &[u8]) -> Option<Foreign> {
    let (text, is_utf16) = decoded(head)?;
    let body = body(&text);
    let start: String = body.chars().take(START).collect::<String>().to_lowercase();
    let known = BEGINNINGS
        .iter()
        .find(|(begin, _)| start.starts_with(begin))
        .map(|(_, foreign)| *foreign);
    let known = known.map(|found| if found == PLIST { plist(body) } else { found });
    let known = known
        .or_else(|| line(body, &start))
        .or_else(|| structured(body, &start));
    let plain = if is_utf16 { "text in UTF-16" } else { "text" };
    Some(
        known
            .or_else(|| notation(body))
            .unwrap_or_else(|| foreign(plain, Sort::Other)),
    )
}

/// Decodes the head as text; true if it is UTF-16.
fn decoded(head: &[u8]) -> Option<(String, bool)> {
    let wide = |bytes: &[u8], number: fn([u8; 2]) -> u16| {
        let numbers: Vec<u16> = bytes.as_chunks().0.iter().copied().map(number).collect();
        Some((String::from_utf16_lossy(&numbers), true))
    };
    match head {
        [0xff, 0xfe, rest @ ..] if is_text(&[rest]) || rest.get(1) == Some(&0) => {
            return wide(rest, u16::from_le_bytes);
        }
        [0xfe, 0xff, rest @ ..] if rest.first() == Some(&0) => return wide(rest, u16::from_be_bytes),
        [b'<' | b'{' | b'[', 0, _, 0, ..] => return wide(head, u16::from_le_bytes),
        [0, b'<' | b'{' | b'[', 0, _, ..] => return wide(head, u16::from_be_bytes),
        _ => {}
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // Latin-1 and other encodings of a byte are text too, and all that is compared is ASCII.
    let start = head.get(..START).unwrap_or(head);
    is_text(&[start]).then(|| (String::from_utf8_lossy(head).into_owned(), false))
}

/// True if the text has no control characters other than white space.
fn is_text(pieces: &[&[u8]]) -> bool {
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    !pieces
        .iter()
        .flat_map(|piece| piece.iter())
        .any(|byte| is_control(*byte) || *byte == 0x7f)
}

/// Skips white space, byte order marks, comments and the XML declaration.
fn body(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest =
            rest.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
        let end = if rest.starts_with("<!--") {
            rest.split_once("-->")
        } else if rest.starts_with("<?") {
            rest.split_once("?>")
        } else {
            None
        };
        match end {
            Some((_, behind)) => rest = behind,
            None => return rest,
        }
    }
}

fn plist(body: &str) -> Foreign {
    if body.contains("<key>URL</key>") {
        return foreign("an internet shortcut of macOS (webloc)", Sort::Shortcut);
    }
    if body.contains("adjustment") {
        foreign("a photo's edits of iOS (AAE)", Sort::Companion)
    } else {
        PLIST
    }
}

/// Detects JSON, XML, playlists and forms.
fn structured(body: &str, start: &str) -> Option<Foreign> {
    let has = |words: &[&str]| words.iter().any(|word| body.contains(word));
    if start.starts_with("#extm3u") {
        let is_hls = has(&["#EXT-X-", "#EXTINF"]) || body.len() < 16;
        let name = if is_hls {
            "an HLS playlist (M3U8)"
        } else {
            "a playlist (M3U)"
        };
        return Some(foreign(name, Sort::Playlist));
    }
    if start.starts_with("--") && start.contains("content-disposition") {
        return Some(foreign("a form (multipart) around a file", Sort::Wrapped));
    }
    if let Some(inside) = start.strip_prefix(['{', '[']) {
        let is_json = |next: char| matches!(next, '"' | '{' | '[' | '}' | ']' | '-' | '0'..='9');
        let is_empty = body.trim().len() <= 2;
        return (!is_empty && inside.trim_start().starts_with(is_json)).then(|| json(body));
    }
    match start.strip_prefix('<')?.chars().next()? {
        'a'..='z' | '?' | '!' => Some(foreign("XML text", Sort::Document)),
        _ => None,
    }
}

fn json(body: &str) -> Foreign {
    let has = |words: &[&str]| words.iter().any(|word| body.contains(word));
    if has(&["\"type\":\"Buffer\"", "\"type\": \"Buffer\""]) {
        return foreign("a Node.js Buffer as JSON", Sort::Encoded);
    }
    if has(&["\"canvas_config\"", "\"draft_", "\"materials\""]) {
        return foreign("a CapCut project", Sort::Project);
    }
    if has(&["\"layers\""]) && has(&["\"fr\""]) {
        return foreign("a Lottie animation", Sort::Video);
    }
    if has(&[
        "\"error",
        "\"message\"",
        "\"detail\"",
        "\"fault",
        "\"code\"",
        "\"statusCode\"",
    ]) {
        return foreign("an error message as JSON text", Sort::Failure);
    }
    foreign("JSON text", Sort::Document)
}

/// Classifies a text of one line.
fn line(body: &str, start: &str) -> Option<Foreign> {
    let whole = start.trim();
    let is_template = (whole.starts_with("{{") && whole.ends_with("}}"))
        || (whole.starts_with("${") && whole.ends_with('}'));
    if body.trim().len() <= START && (whole.is_empty() || UNFILLED.contains(&whole) || is_template) {
        return Some(foreign("a value that was not filled in, as text", Sort::Unfilled));
    }
    if ["b'", "b\""].iter().any(|begin| whole.starts_with(begin)) && whole.contains("\\x") {
        return Some(foreign("the printed form of Python bytes", Sort::Encoded));
    }
    let mut lines = body.lines().filter(|line| !line.trim().is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    if first.trim().bytes().all(|byte| byte.is_ascii_digit())
        && second.is_some_and(|line| line.contains(" --> "))
    {
        return Some(foreign("subtitles (SRT)", Sort::Subtitles));
    }
    let is_drive = matches!(
        first.as_bytes(),
        [b'A'..=b'Z' | b'a'..=b'z', b':', b'\\' | b'/', ..]
    );
    let is_path = is_drive
        || ["/", "~/", "./", "\\\\"]
            .iter()
            .any(|begin| first.starts_with(begin));
    let has_extension = first
        .trim_end()
        .rsplit_once('.')
        .is_some_and(|(_, end)| (2..=5).contains(&end.len()));
    (is_path && has_extension && second.is_none()).then_some(PATH)
}

/// Minimum number of characters of encoded bytes; fewer may be a word.
const NOTATION_MIN: usize = 24;

/// Detects bytes encoded as text, such as base64; the decoded bytes confirm it.
fn notation(body: &str) -> Option<Foreign> {
    let mut characters: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_one_word = !body.trim().contains(' ');
    if characters.len() < NOTATION_MIN || !is_one_word {
        return None;
    }
    if let Some(bytes) = hexadecimal(&characters) {
        return known(&bytes).then_some(foreign("a file in hexadecimal notation", Sort::Encoded));
    }
    characters.truncate(characters.len() / 4 * 4);
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engines = [
        GeneralPurpose::new(&STANDARD, config),
        GeneralPurpose::new(&URL_SAFE, config),
    ];
    let bytes = engines
        .iter()
        .find_map(|engine| engine.decode(&characters).ok())?;
    match sniff(&bytes) {
        Ok(_) => Some(foreign(
            "a video in base64, so it was encoded twice",
            Sort::Encoded,
        )),
        Err(_) if known(&bytes) => Some(foreign(
            "a file in base64, so it was encoded twice",
            Sort::Encoded,
        )),
        Err(_) if characters.len() >= 128 => Some(foreign("base64 text", Sort::Encoded)),
        Err(_) => None,
    }
}

/// True if the bytes are the start of a known file format.
fn known(bytes: &[u8]) -> bool {
    match sniff(bytes) {
        Ok(_) => true,
        Err(foreign) => {
            !matches!(foreign.sort, Sort::Other | Sort::Unfilled | Sort::Zeros)
                && !contains(bytes, b"\xef\xbf")
        }
    }
}

fn hexadecimal(characters: &[u8]) -> Option<Vec<u8>> {
    let characters = characters.strip_prefix(b"0x").unwrap_or(characters);
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    characters
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect()
}
