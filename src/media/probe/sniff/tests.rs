//! Beginnings of files, and what they are.

use super::*;

#[track_caller]
fn is(head: &[u8], name: &str) {
    assert_eq!(
        sniff(head)
            .map(Container::name)
            .map_err(|foreign| foreign.to_string()),
        Err(name.to_owned()),
        "{head:x?}"
    );
}

/// Packets that begin with `first`.
fn packets(before: usize, length: usize, first: u8) -> Vec<u8> {
    let mut packet = vec![0x55; length];
    packet[before] = first;
    packet.repeat(4)
}

#[test]
fn videos_that_tiktok_takes_are_named() {
    let video = |head: &[u8]| sniff(head).map(Container::name);
    assert_eq!(video(b"\0\0\0\x20ftypisom"), Ok("MP4"));
    assert_eq!(video(b"\0\0\0\x14ftypqt  "), Ok("MOV"));
    assert_eq!(video(b"\0\0\0\x08wide\0\0\0\0mdat"), Ok("MOV"));
    assert_eq!(video(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x20"), Ok("MOV"));
    assert_eq!(
        video(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"),
        Ok("WebM")
    );
}

#[test]
fn other_videos_are_named() {
    for (head, name) in [
        (&packets(0, 188, 0x47)[..], "an MPEG transport stream (TS)"),
        (&packets(0, 204, 0x47), "an MPEG transport stream (TS)"),
        (
            &packets(4, 192, 0x47),
            "an MPEG transport stream of a camera or disc (M2TS, MTS)",
        ),
        (
            b"\0\0\0\x01\x67\x64\0\x1e",
            "a raw H.264 stream without a container",
        ),
        (
            b"\0\0\x01\x09\xf0\0\0\x01\x67",
            "a raw H.264 stream without a container",
        ),
        (
            b"\0\0\0\x01\x06\x05\xff",
            "a raw H.264 stream without a container",
        ),
        (
            b"\0\0\0\x01\x40\x01\x0c",
            "a raw H.265 stream without a container",
        ),
        (b"\0\0\x01\xb3\x16\x01", "a raw MPEG-1 or MPEG-2 stream"),
        (b"\0\0\x01\xba\x44", "an MPEG program stream (MPG, VOB)"),
        (b"DKIF\0\0\x20\0VP80", "raw frames in IVF"),
        (
            b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02\x04\0",
            "an MXF video",
        ),
        (b"nut/multimedia container\0", "a NUT video"),
        (b"YUV4MPEG2 W360 H640", "uncompressed video (Y4M)"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "a Matroska (MKV) video"),
        (b"RIFF\0\0\0\0AVI LIST", "an AVI video"),
        (b"FLV\x01\x05", "a Flash video (FLV)"),
        (
            b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9",
            "a Windows Media file (WMV)",
        ),
        (b".RMF\0\0\0\x12", "a RealMedia video"),
        (
            b"OggS\0\x02\0\0\0\0\0\0\0\0....\0\0\0\0....\x01\x2a\x80theora",
            "an Ogg video (OGV)",
        ),
        (
            b"OggS\0\x02\0\0\0\0\0\0\0\0....\0\0\0\0....\x01\x13OpusHead",
            "an Ogg recording",
        ),
    ] {
        is(head, name);
    }
}

#[test]
fn sounds_are_named() {
    // 128 kbit/s at 44.1 kHz: 417 bytes; AAC of 16 bytes.
    let mp3 = [&b"\xff\xfb\x90\xc4"[..], &[0; 413]].concat().repeat(3);
    let adts = b"\xff\xf1\x50\x80\x02\x1f\xfc\xde\0\0\0\0\0\0\0\0".repeat(3);
    for (head, name) in [
        (&mp3[..], "an MP3 recording"),
        (&adts, "an AAC recording (ADTS)"),
        (b"ID3\x04\0", "an MP3 recording"),
        (b"fLaC\0\0\0\x22", "a FLAC recording"),
        (b"FORM\0\0\0\0AIFFCOMM", "an AIFF recording"),
        (b"FORM\0\0\0\0AIFCFVER", "an AIFF recording"),
        (b"caff\0\x01\0\0", "a CAF recording"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a WAV recording"),
        (b"#!AMR\n", "an AMR recording"),
        (b"\0\0\0\x1cftypM4A ", "an audio recording"),
    ] {
        is(head, name);
    }
}

#[test]
fn pictures_are_named() {
    for (head, name) in [
        (b"\xff\xd8\xff\xe0".as_slice(), "a JPEG picture"),
        (b"\xff\xd8\xff\xf7\0\x0b", "a JPEG-LS picture"),
        (b"\xff\x0a\xfa\x1f", "a JPEG XL picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
        (b"\xff\x4f\xff\x51\0", "a JPEG 2000 picture"),
        (b"II*\0\x08\0\0\0", "a TIFF picture or a camera's raw picture"),
        (b"MM\0*\0\0\0\x08", "a TIFF picture or a camera's raw picture"),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0", "a BMP picture"),
        (b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0", "an icon (ICO)"),
        (b"II\xbc\x01", "a JPEG XR picture"),
        (b"qoif\0\0", "a QOI picture"),
        (b"\x76\x2f\x31\x01\x02", "an OpenEXR picture"),
        (b"#?RADIANCE\n", "a Radiance HDR picture"),
        (b"8BPS\0\x01", "a Photoshop file (PSD)"),
        (b"P6\n640 360\n255\n", "a Netpbm picture (PNM)"),
        (b"\0\0\0\x18ftypheic", "a HEIC or AVIF picture"),
        (b"\0\0\0\x18ftyphevc", "a HEIC or AVIF picture"),
        (b"\0\0\0\x18ftypcrx ", "a camera's raw picture (CR3)"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", "an SVG picture"),
        (
            b"<?xml version=\"1.0\"?>\n<!-- made by hand -->\n<svg>",
            "an SVG picture",
        ),
    ] {
        is(head, name);
    }
}

#[test]
fn pages_are_pages_however_they_begin() {
    for page in [
        b"<!DOCTYPE html>".as_slice(),
        b"  <!doctype html>",
        b"<!Doctype HTML PUBLIC",
        b"<HTML>",
        b"<html lang=en>",
        b"\xef\xbb\xbf<!DOCTYPE html>",
        b"\xef\xbb\xbf\r\n<html>",
        b"<!-- c --><html>",
        b"<!-- c -->\n<!-- d -->\n<!doctype html>",
        b"<head><title>x",
        b"<Body>",
        b"<script>location=1</script>",
        b"<meta charset=utf-8>",
        b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0\"",
        b"<html><title>Caf\xe9</title>",
        b"\xff\xfe<\0h\0t\0m\0l\0>\0",
        b"<\0h\0t\0m\0l\0>\0",
    ] {
        is(page, WEB_PAGE);
        assert!(sniff(page).unwrap_err().is_page());
    }
}

#[test]
fn texts_are_named_by_what_they_say() {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let mp4 = [&b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"[..], &[0; 60]].concat();
    let twice = BASE64_STANDARD.encode(&mp4);
    let hex: Vec<String> = mp4.iter().map(|byte| format!("{byte:02x}")).collect();
    let hex = hex.concat();
    for (text, name) in [
        (
            b"#EXTM3U\n#EXT-X-VERSION:3\n".as_slice(),
            "an HLS playlist (M3U8)",
        ),
        (b"#EXTM3U", "an HLS playlist (M3U8)"),
        (
            b"<?xml version=\"1.0\"?><MPD xmlns=\"urn\">",
            "a DASH manifest (MPD)",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "a Git LFS pointer",
        ),
        (b"{\"error\":{\"code\":401}}", "an error message as JSON text"),
        (
            b"{\"type\":\"Buffer\",\"data\":[0,0,0,32]}",
            "a Node.js Buffer as JSON",
        ),
        (b"[{\"id\":1}]", "JSON text"),
        (
            b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
            "an error message as XML text",
        ),
        (b"<?xml version=\"1.0\"?><note>x</note>", "XML text"),
        (twice.as_bytes(), "a video in base64, so it was encoded twice"),
        (hex.as_bytes(), "a file in hexadecimal notation"),
        (b"data:video/mp4;base64,AAAA", "a data: URL as text"),
        (b"https://example.com/a.mp4", "a URL as text"),
        (b"/home/ana/a.mp4\n", "the path of a file as text"),
        (b"C:\\Users\\ana\\a.mp4", "the path of a file as text"),
        (b"[object Object]", "a value that was not filled in, as text"),
        (b"undefined", "a value that was not filled in, as text"),
        (b"{{ $json.video }}", "a value that was not filled in, as text"),
        (b"b'\\x00\\x00\\x00 ftypisom'", "the printed form of Python bytes"),
        (b"<Buffer 00 00 00 20 66>", "the printed form of a Node.js Buffer"),
        (
            b"------WebKitFormBoundary\r\nContent-Disposition: form-data; name=\"file\"",
            "a form (multipart) around a file",
        ),
        (b"HTTP/1.1 200 OK\r\n", "a raw HTTP answer"),
        (
            b"[InternetShortcut]\r\nURL=https://example.com",
            "an internet shortcut (URL)",
        ),
        (
            b"<?xml?><!DOCTYPE plist><plist><dict><key>URL</key>",
            "an internet shortcut of macOS (webloc)",
        ),
        (
            b"<plist><dict><key>adjustmentData</key>",
            "a photo's edits of iOS (AAE)",
        ),
        (b"1\r\n00:00:00,000 --> 00:00:01,000\r\nHello", "subtitles (SRT)"),
        (b"WEBVTT\n\n", "subtitles (WebVTT)"),
        (b"{\"canvas_config\":{}}", "a CapCut project"),
        (b"<xmeml version=\"5\">", "an editor's project"),
        (b"hello", "text"),
        (b"\xff\xfeh\0e\0l\0l\0o\0", "text in UTF-16"),
        ("grüße".as_bytes(), "text"),
    ] {
        is(text, name);
    }
}

#[test]
fn what_else_lies_about_is_named() {
    for (head, name) in [
        (
            b"\0\x05\x16\x07\0\x02\0\0Mac OS X".as_slice(),
            "a companion file of macOS (\"._\", AppleDouble)",
        ),
        (b"L\0\0\0\x01\x14\x02\0\0\0", "a Windows shortcut (LNK)"),
        (
            b"PK\x03\x04\x14\0\x06\0..................[Content_Types].xml",
            "an office document",
        ),
        (b"PK\x03\x04\x14\0\0\0....................a.mp4", "a ZIP archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (
            b"\x1f\x8b\x08\0",
            "a gzip archive (Premiere projects are one too)",
        ),
        (&[0; 64], "a run of zero bytes"),
        (b"\x00\xff\xfe\x01", "data of an unknown kind"),
        (b"", "a run of zero bytes"),
        (
            b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
            "binary data that was read as text on its way, which destroys it",
        ),
        (
            b"\xc2\x89PNG\r\n",
            "a PNG picture that was read as text on its way, which destroys it",
        ),
        (
            b"\r\n\0\0\0\x20ftypisom",
            "a video with other bytes in front of it",
        ),
        (
            b"\xef\xbb\xbf\0\0\0\x20ftypisom",
            "a video with other bytes in front of it",
        ),
    ] {
        is(head, name);
    }
}

/// Each sort has a way out, and it fits what was wanted.
#[test]
fn every_name_comes_with_a_way_out() {
    for (head, fix, photo_fix) in [
        (&packets(0, 188, 0x47)[..], "-c copy", "create_video_post"),
        (b"GIF89a", "create_photo_post", "JPEG or WebP"),
        (b"<html>", "the file itself", "the photo itself"),
        (
            b"version https://git-lfs.github.com",
            "git lfs pull",
            "git lfs pull",
        ),
        (b"hello", "the previous step outputs", "the content of that URL"),
    ] {
        let foreign = sniff(head).unwrap_err();
        assert!(
            foreign.fix().contains(fix) && foreign.photo_fix().contains(photo_fix),
            "{foreign}: {}",
            foreign.fix()
        );
    }
}

#[test]
fn a_video_that_was_read_as_text_is_not_called_damaged() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    assert!(!is_mangled(&bytes));
    assert!(is_mangled(String::from_utf8_lossy(&bytes).as_bytes()));
    let latin1: String = bytes.iter().copied().map(char::from).collect();
    assert!(is_mangled(latin1.as_bytes()));
    assert!(is_mangled(&latin1.as_bytes()[..4001]));
    assert!(!is_mangled(b"plain"));
}
