//! Formats with magic bytes at a fixed offset.

use super::{Foreign, PAGE, Sort, contains, foreign};

const PICTURE: Sort = Sort::Picture;
const SOUND: Sort = Sort::Sound;
const VIDEO: Sort = Sort::Video;
const ARCHIVE: Sort = Sort::Archive;
const DOCUMENT: Sort = Sort::Document;
const OTHER: Sort = Sort::Other;

/// Offset in bytes, magic bytes, name and class of the format.
type Row = (usize, &'static [u8], &'static str, Sort);

const PICTURES: [Row; 48] = [
    (0, b"\xff\xd8\xff\xf7", "a JPEG-LS picture", PICTURE),
    (0, b"\xff\xd8\xff", "a JPEG picture", PICTURE),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture", PICTURE),
    (0, b"\x8aMNG", "an MNG animation", PICTURE),
    (0, b"\x8bJNG", "a JNG picture", PICTURE),
    (0, b"GIF8", "a GIF picture", PICTURE),
    (0, b"\xff\x0a", "a JPEG XL picture", PICTURE),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture", PICTURE),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture", PICTURE),
    (
        0,
        b"\0\0\0\x0cjP\x1a\x1a\r\n\x87\n",
        "a JPEG 2000 picture",
        PICTURE,
    ),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture", PICTURE),
    (0, b"II\xbc", "a JPEG XR picture", PICTURE),
    (8, b"CR\x02", "a camera's raw picture (CR2)", PICTURE),
    (0, b"II*\0", "a TIFF picture or a camera's raw picture", PICTURE),
    (0, b"MM\0*", "a TIFF picture or a camera's raw picture", PICTURE),
    (0, b"II+\0", "a TIFF picture", PICTURE),
    (0, b"MM\0+", "a TIFF picture", PICTURE),
    (0, b"IIU\0", "a camera's raw picture (RW2)", PICTURE),
    (0, b"IIRO", "a camera's raw picture (ORF)", PICTURE),
    (0, b"IIRS", "a camera's raw picture (ORF)", PICTURE),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw picture (RAF)", PICTURE),
    (0, b"FOVb", "a camera's raw picture (X3F)", PICTURE),
    (0, b"\0MRM", "a camera's raw picture (MRW)", PICTURE),
    (0, b"8BPS", "a Photoshop file (PSD)", PICTURE),
    (0, b"gimp xcf", "a GIMP file (XCF)", PICTURE),
    (0, b"qoif", "a QOI picture", PICTURE),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture", PICTURE),
    (0, b"#?RADIANCE", "a Radiance HDR picture", PICTURE),
    (0, b"#?RGBE", "a Radiance HDR picture", PICTURE),
    (0, b"BPG\xfb", "a BPG picture", PICTURE),
    (0, b"FLIF", "a FLIF picture", PICTURE),
    (0, b"DDS ", "a DDS texture", PICTURE),
    (0, b"\xabKTX ", "a KTX texture", PICTURE),
    (0, b"SDPX", "a DPX picture", PICTURE),
    (0, b"XPDS", "a DPX picture", PICTURE),
    (0, b"\x80\x2a\x5f\xd7", "a Cineon picture", PICTURE),
    (0, b"SIMPLE  =", "a FITS picture", PICTURE),
    (0, b"icns", "an Apple icon (ICNS)", PICTURE),
    (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile (WMF)", PICTURE),
    (0, b"\xc5\xd0\xd3\xc6", "an EPS picture", PICTURE),
    (0, b"%!PS", "a PostScript or EPS file", PICTURE),
    (0, b"farbfeld", "a farbfeld picture", PICTURE),
    (0, b"\x0a\x05\x01\x08", "a PCX picture", PICTURE),
    (0, b"AT&TFORM", "a DjVu document", DOCUMENT),
    (0, b"/* XPM */", "an XPM picture", PICTURE),
    (0, b"\x59\xa6\x6a\x95", "a Sun raster picture", PICTURE),
    (0, b"\x01\xda\x01\x01", "an SGI picture", PICTURE),
    (40, b" EMF", "a Windows metafile (EMF)", PICTURE),
];

const VIDEOS: [Row; 26] = [
    (0, b"FLV\x01", "a Flash video (FLV)", Sort::Stream),
    (
        0,
        b"\xb7\xd8\x00\x20\x37\x49\xda\x11",
        "a Windows TV recording (WTV)",
        VIDEO,
    ),
    (0, b"\x00\x00\x01\xba", "an MPEG program stream (MPG, VOB)", VIDEO),
    (0, b".RMF", "a RealMedia video", VIDEO),
    (0, b"DKIF", "raw frames in IVF", VIDEO),
    (
        0,
        b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02",
        "an MXF video",
        VIDEO,
    ),
    (0, b"nut/multimedia container\0", "a NUT video", Sort::Stream),
    (0, b"YUV4MPEG2", "uncompressed video (Y4M)", VIDEO),
    (0, b"BIKb", "a Bink video", VIDEO),
    (0, b"BIKf", "a Bink video", VIDEO),
    (0, b"BIKi", "a Bink video", VIDEO),
    (0, b"KB2", "a Bink video", VIDEO),
    (0, b"SMK2", "a Smacker video", VIDEO),
    (0, b"SMK4", "a Smacker video", VIDEO),
    (0, b"\x1f\x07\x00", "a DV video", VIDEO),
    (0, b"FWS", "a Flash animation (SWF)", VIDEO),
    (0, b"CWS", "a Flash animation (SWF)", VIDEO),
    (0, b"ZWS", "a Flash animation (SWF)", VIDEO),
    (0, b"\0\0\0\0\x01\xbc", "a GXF video", VIDEO),
    (4, b"RED1", "a RED camera video (R3D)", VIDEO),
    (4, b"RED2", "a RED camera video (R3D)", VIDEO),
    (0, b"DHAV", "a surveillance camera's video (DAV)", VIDEO),
    (0, b"IMKH", "a surveillance camera's video (Hikvision)", VIDEO),
    (
        0,
        b"INDX0200",
        "an index of an AVCHD disc (BDMV); the videos are in its STREAM folder",
        OTHER,
    ),
    (
        0,
        b"MPLS0",
        "a playlist of an AVCHD or Blu-ray disc; the videos are in its STREAM folder",
        OTHER,
    ),
    (
        0,
        b"DVDVIDEO-",
        "an index of a DVD (IFO); the videos are in the VOB files",
        OTHER,
    ),
];

const SOUNDS: [Row; 24] = [
    (0, b"ID3", "an MP3 recording", SOUND),
    (0, b"fLaC", "a FLAC recording", SOUND),
    (0, b"caff\0", "a CAF recording", SOUND),
    (0, b"RF64", "a WAV recording", SOUND),
    (0, b"BW64", "a WAV recording", SOUND),
    (0, b"riff\x2e\x91\xcf\x11", "a Wave64 recording", SOUND),
    (0, b".snd\0", "an AU recording", SOUND),
    (0, b".ra\xfd", "a RealAudio recording", SOUND),
    (0, b"#!AMR", "an AMR recording", SOUND),
    (0, b"#!SILK", "a SILK recording", SOUND),
    (0, b"\x02#!SILK", "a SILK recording (WeChat)", SOUND),
    (0, b"MAC \x96", "a Monkey's Audio recording", SOUND),
    (0, b"MAC \x8f", "a Monkey's Audio recording", SOUND),
    (0, b"wvpk", "a WavPack recording", SOUND),
    (0, b"TTA1", "a TTA recording", SOUND),
    (0, b"MPCK", "a Musepack recording", SOUND),
    (0, b"MP+", "a Musepack recording", SOUND),
    (0, b"DSD ", "a DSD recording", SOUND),
    (0, b"FRM8", "a DSD recording", SOUND),
    (0, b"MThd", "a MIDI file", SOUND),
    (0, b"\x0b\x77", "a Dolby Digital (AC-3) recording", SOUND),
    (0, b"\x7f\xfe\x80\x01", "a DTS recording", SOUND),
    (0, b"Creative Voice File", "a VOC recording", SOUND),
    (0, b"\xaa\x01\0\0", "an Audible audiobook", SOUND),
];

const OTHERS: [Row; 46] = [
    (
        0,
        b"\0\x05\x16\x07",
        "a companion file of macOS (\"._\", AppleDouble)",
        Sort::Companion,
    ),
    (
        0,
        b"\0\x05\x16\0",
        "a companion file of macOS (AppleSingle)",
        Sort::Companion,
    ),
    (
        0,
        b"\0\0\0\x01Bud1",
        "a folder's settings of macOS (.DS_Store)",
        OTHER,
    ),
    (
        0,
        b"L\0\0\0\x01\x14\x02\0",
        "a Windows shortcut (LNK)",
        Sort::Shortcut,
    ),
    (
        0,
        b"book\0\0\0\0mark\0\0\0\0",
        "an alias of macOS",
        Sort::Shortcut,
    ),
    (
        0,
        b"bplist00",
        "an Apple property list (such as AAE, webloc or an iCloud placeholder)",
        Sort::Companion,
    ),
    (0, b"%PDF-", "a PDF document", DOCUMENT),
    (0, b"{\\rtf", "an RTF document", DOCUMENT),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office document",
        DOCUMENT,
    ),
    (
        0,
        b"\x1f\x8b",
        "a gzip archive (Premiere projects are one too)",
        ARCHIVE,
    ),
    (0, b"Rar!\x1a\x07", "a RAR archive", ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", ARCHIVE),
    (0, b"\xfd7zXZ\0", "an xz archive", ARCHIVE),
    (0, b"BZh", "a bzip2 archive", ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive", ARCHIVE),
    (0, b"\x04\x22\x4d\x18", "an LZ4 archive", ARCHIVE),
    (0, b"MSCF\0\0\0\0", "a cabinet archive (CAB)", ARCHIVE),
    (0, b"!<arch>", "a Unix archive (AR)", ARCHIVE),
    (257, b"ustar", "a tar archive", ARCHIVE),
    (0, b"AEA1", "an Apple encrypted archive", ARCHIVE),
    (0, b"BLENDER", "a Blender project", Sort::Project),
    (0, b"RIFX", "an After Effects or Director project", Sort::Project),
    (0, b"SQLite format 3\0", "an SQLite database", OTHER),
    (0, b"d8:announce", "a torrent file", Sort::Shortcut),
    (0, b"d13:announce", "a torrent file", Sort::Shortcut),
    (0, b"Salted__", "a file encrypted by OpenSSL", OTHER),
    (
        0,
        b"-----BEGIN ",
        "a PEM file (a key, a certificate or an encrypted message)",
        OTHER,
    ),
    (0, b"age-encryption.org", "a file encrypted by age", OTHER),
    (0, b"\x7fELF", "a program (ELF)", OTHER),
    (0, b"MZ\x90\0", "a Windows program", OTHER),
    (0, b"\xcf\xfa\xed\xfe", "a macOS program", OTHER),
    (0, b"\xca\xfe\xba\xbe", "a macOS program or a Java class", OTHER),
    (0, b"\0asm", "a WebAssembly module", OTHER),
    (0, b"wOFF", "a font", OTHER),
    (0, b"wOF2", "a font", OTHER),
    (0, b"OTTO", "a font", OTHER),
    (0, b"\0\x01\0\0\0", "a font", OTHER),
    (0, b"PAR1", "a Parquet table", OTHER),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file", OTHER),
    (0, b"\x93NUMPY", "a NumPy array", OTHER),
    (0, b"glTF", "a 3D model (glTF)", OTHER),
    (0, b"Kaydara FBX", "a 3D model (FBX)", OTHER),
    // The beginnings of JPEG, PNG and WebM as text of Latin-1 that was written in UTF-8.
    (
        0,
        b"\xc3\xbf\xc3\x98\xc3\xbf",
        "a JPEG picture that was read as text on its way, which destroys it",
        Sort::Mangled,
    ),
    (
        0,
        b"\xc2\x89PNG",
        "a PNG picture that was read as text on its way, which destroys it",
        Sort::Mangled,
    ),
    (
        0,
        b"\x1a\x45\xc3\x9f\xc2\xa3",
        "a video that was read as text on its way, which destroys it",
        Sort::Mangled,
    ),
    (
        0,
        b"\x1a\x45\xef\xbf\xbd",
        "a video that was read as text on its way, which destroys it",
        Sort::Mangled,
    ),
];

/// Detects a format by its magic bytes, refined by further bytes.
pub(super) fn name(head: &[u8]) -> Option<Foreign> {
    if head.starts_with(b"\xef\xbf\xbd") {
        return Some(foreign(
            "binary data that was read as text on its way, which destroys it",
            Sort::Mangled,
        ));
    }
    let special = match head.get(..4)? {
        b"RIFF" => Some(riff(head)),
        b"FORM" => Some(iff(head)),
        b"OggS" => Some(ogg(head)),
        b"\x30\x26\xb2\x75" => Some(windows_media(head)),
        b"PK\x03\x04" | b"PK\x05\x06" => Some(zip(head)),
        b"<htm" | b"<HTM" => Some(PAGE),
        _ => bitmap(head),
    };
    special.or_else(|| table(head))
}

fn table(head: &[u8]) -> Option<Foreign> {
    let rows = PICTURES.iter().chain(&VIDEOS).chain(&SOUNDS).chain(&OTHERS);
    let is = |(at, bytes, ..): &&Row| head.get(*at..).is_some_and(|rest| rest.starts_with(bytes));
    let mut rows = rows.filter(is);
    rows.next().map(|(_, _, name, sort)| foreign(name, *sort))
}

fn riff(head: &[u8]) -> Foreign {
    match head.get(8..12) {
        Some(b"WEBP") => foreign("a WebP picture", Sort::Picture),
        Some(b"AVI ") => foreign("an AVI video", Sort::Video),
        Some(b"WAVE") => foreign("a WAV recording", Sort::Sound),
        Some(b"CDXA") => foreign("a Video CD's video (DAT)", Sort::Video),
        Some(b"ACON") => foreign("an animated cursor", Sort::Picture),
        Some(b"RMID") => foreign("a MIDI file", Sort::Sound),
        _ => foreign("a RIFF file", Sort::Other),
    }
}

fn iff(head: &[u8]) -> Foreign {
    match head.get(8..12) {
        Some(b"AIFF" | b"AIFC") => foreign("an AIFF recording", Sort::Sound),
        Some(b"ILBM" | b"PBM ") => foreign("an IFF picture", Sort::Picture),
        Some(b"ANIM") => foreign("an IFF animation", Sort::Video),
        _ => foreign("an IFF file", Sort::Other),
    }
}

/// Detects the codecs of an Ogg file, which its first pages name.
fn ogg(head: &[u8]) -> Foreign {
    const PICTURES: [&[u8]; 4] = [b"\x80theora", b"\x01video\0", b"BBCD\0", b"OVP80"];
    let is_video = PICTURES.iter().any(|name| contains(head, name));
    if is_video {
        foreign("an Ogg video (OGV)", Sort::Video)
    } else {
        foreign("an Ogg recording", Sort::Sound)
    }
}

/// Detects the kinds of streams of a Windows Media file (ASF specification, 10.2).
fn windows_media(head: &[u8]) -> Foreign {
    const SOUND: &[u8] = b"\x40\x9e\x69\xf8\x4d\x5b\xcf\x11";
    const PICTURE: &[u8] = b"\xc0\xef\x19\xbc\x4d\x5b\xcf\x11";
    if contains(head, SOUND) && !contains(head, PICTURE) {
        return foreign("a Windows Media recording (WMA)", Sort::Sound);
    }
    foreign("a Windows Media file (WMV)", Sort::Video)
}

/// Detects the format of a ZIP archive by its first files.
fn zip(head: &[u8]) -> Foreign {
    const INSIDE: [(&[u8], &str, Sort); 12] = [
        (b"word/", "a Word document (DOCX)", Sort::Document),
        (b"ppt/", "a PowerPoint presentation (PPTX)", Sort::Document),
        (b"xl/", "an Excel workbook (XLSX)", Sort::Document),
        (b"[Content_Types].xml", "an office document", Sort::Document),
        (b"mimetypeapplication/epub", "an e-book (EPUB)", Sort::Document),
        (
            b"mimetypeapplication/vnd.oasis.opendocument",
            "an OpenDocument file",
            Sort::Document,
        ),
        (
            b"Index/Document.iwa",
            "a Keynote, Pages or Numbers document",
            Sort::Document,
        ),
        (b"AndroidManifest.xml", "an Android app (APK)", Sort::Other),
        (b"META-INF/", "a Java archive (JAR)", Sort::Other),
        (b"draft_content.json", "a CapCut project", Sort::Project),
        (b"project.xml", "a DaVinci Resolve project", Sort::Project),
        (
            b".HEIC",
            "a Live Photo archive (LIVP) or a ZIP archive of photos",
            Sort::Archive,
        ),
    ];
    let known = INSIDE.iter().find(|(name, ..)| contains(head, name));
    known.map_or(foreign("a ZIP archive", Sort::Archive), |(_, name, sort)| {
        foreign(name, *sort)
    })
}

/// Detects pictures of Windows, whose two magic bytes alone are ambiguous.
fn bitmap(head: &[u8]) -> Option<Foreign> {
    if head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]) {
        return Some(foreign("a BMP picture", Sort::Picture));
    }
    let is_count = matches!(head.get(4..6), Some([count, 0]) if *count > 0);
    match head.get(..4)? {
        b"\0\0\x01\0" if is_count && head.get(9) == Some(&0) => Some(foreign("an icon (ICO)", Sort::Picture)),
        b"\0\0\x02\0" if is_count && head.get(9) == Some(&0) => {
            Some(foreign("a cursor (CUR)", Sort::Picture))
        }
        [b'P', b'1'..=b'7', b'\n' | b' ' | b'\r', _] => {
            Some(foreign("a Netpbm picture (PNM)", Sort::Picture))
        }
        _ => None,
    }
}
