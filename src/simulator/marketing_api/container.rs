//! Boxes of MP4 and QuickTime files (ISO/IEC 14496-12), read as they pass: only the movie box is kept.

/// Walk over the boxes of a file that arrives in pieces.
#[derive(Debug, Clone, Default)]
pub(super) struct BoxWalk {
    /// The beginning of a box whose length is not known yet.
    header: Vec<u8>,
    /// Bytes of the current box that are still to come.
    left: u64,
    /// Whether the current box is the movie box.
    is_movie: bool,
    movie: Vec<u8>,
    has_movie: bool,
    is_broken: bool,
}

/// Picture and length by a movie box.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct MovieFacts {
    pub(super) width: u64,
    pub(super) height: u64,
    pub(super) seconds: f64,
    pub(super) fps: f64,
}

impl BoxWalk {
    /// Takes the next bytes of the file.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_broken {
            if self.left == 0 {
                let (taken, rest) = bytes.split_at(self.header_needs().min(bytes.len()));
                self.header.extend_from_slice(taken);
                bytes = rest;
                self.open();
            } else {
                let step = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                let (taken, rest) = bytes.split_at(step);
                if self.is_movie {
                    self.movie.extend_from_slice(taken);
                }
                self.left -= step as u64;
                bytes = rest;
            }
        }
    }

    fn header_needs(&self) -> usize {
        let is_long = self.header.len() >= 8 && big_endian(&self.header, 0) == Some(1);
        (if is_long { 16_usize } else { 8 }).saturating_sub(self.header.len())
    }

    /// Enters a box once its header is complete.
    fn open(&mut self) {
        if self.header.len() < 8 || self.header_needs() > 0 {
            return;
        }
        let header = std::mem::take(&mut self.header);
        let length = match big_endian(&header, 0) {
            // The box goes on to the end of the file.
            Some(0) => u64::MAX,
            Some(1) => {
                u64::from(big_endian(&header, 8).unwrap_or_default()) << 32
                    | u64::from(big_endian(&header, 12).unwrap_or_default())
            }
            Some(short) => u64::from(short),
            None => 0,
        };
        let Some(left) = length.checked_sub(header.len() as u64) else {
            self.is_broken = true;
            return;
        };
        self.left = left;
        self.is_movie = header.get(4..8) == Some(b"moov") && left <= MOST_MOVIE;
        self.has_movie |= self.is_movie;
    }

    /// Picture and length, if the file is complete and has one with a picture.
    pub(super) fn movie(&self) -> Option<MovieFacts> {
        let endless = self.left > u64::from(u32::MAX) << 16;
        let is_whole = self.header.is_empty() && (self.left == 0 || endless) && !self.is_broken;
        (is_whole && self.has_movie).then(|| movie(&self.movie)).flatten()
    }
}

fn movie(bytes: &[u8]) -> Option<MovieFacts> {
    let seconds = length(child(bytes, b"mvhd")?)?;
    let mut tracks = children(bytes).filter(|(kind, _)| kind == b"trak");
    let (width, height, fps) = tracks.find_map(|(_, track)| picture(track))?;
    Some(MovieFacts {
        width,
        height,
        seconds,
        fps,
    })
}

/// Width, height and frames in a second of a track with a picture.
fn picture(track: &[u8]) -> Option<(u64, u64, f64)> {
    let header = child(track, b"tkhd")?;
    let is_long = header.first() == Some(&1);
    let matrix = if is_long { 52 } else { 40 };
    let pixels = |at: usize| big_endian(header, at).map(|fixed| u64::from(fixed >> 16));
    let (width, height) = (pixels(matrix + 36)?, pixels(matrix + 40)?);
    if width == 0 || height == 0 {
        return None;
    }
    let is_turned = big_endian(header, matrix) == Some(0) && big_endian(header, matrix + 16) == Some(0);
    let media = child(track, b"mdia");
    let frames = media
        .and_then(|media| child(child(child(media, b"minf")?, b"stbl")?, b"stsz"))
        .and_then(|sizes| big_endian(sizes, 8));
    let seconds = media.and_then(|media| length(child(media, b"mdhd")?));
    let fps = match (frames, seconds) {
        (Some(frames), Some(seconds)) if seconds > 0.0 => f64::from(frames) / seconds,
        _ => 0.0,
    };
    // A display matrix without its diagonal turns the picture by a quarter.
    Some(
        if is_turned && header.len() > matrix + 20 && big_endian(header, matrix + 4) != Some(0) {
            (height, width, fps)
        } else {
            (width, height, fps)
        },
    )
}

/// Length in seconds by a movie or media header.
fn length(header: &[u8]) -> Option<f64> {
    let (scale, duration) = if header.first() == Some(&1) {
        let high = f64::from(big_endian(header, 24)?) * 4_294_967_296.0;
        (big_endian(header, 20)?, high + f64::from(big_endian(header, 28)?))
    } else {
        (big_endian(header, 12)?, f64::from(big_endian(header, 16)?))
    };
    (scale > 0).then(|| duration / f64::from(scale))
}

fn child<'a>(bytes: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    children(bytes)
        .find(|(kind, _)| *kind == wanted)
        .map(|(_, body)| body)
}

/// Types and bodies of the boxes in a box.
fn children(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::try_from(big_endian(bytes, 0)?).ok()?;
        let (kind, body) = (bytes.get(4..8)?, bytes.get(8..length)?);
        bytes = bytes.get(length..)?;
        Some((kind, body))
    })
}

/// Four bytes as a number.
pub(super) fn big_endian(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_be_bytes)
}

/// Most bytes of a movie box that is read.
const MOST_MOVIE: u64 = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, body].concat()
    }

    fn header(length: usize, numbers: &[(usize, u32)]) -> Vec<u8> {
        let mut body = vec![0; length];
        for (at, number) in numbers {
            body[*at..at + 4].copy_from_slice(&number.to_be_bytes());
        }
        body
    }

    fn file(matrix: &[(usize, u32)]) -> Vec<u8> {
        let mut numbers = vec![(76, 1_080 << 16), (80, 1_920 << 16)];
        numbers.extend_from_slice(matrix);
        let samples = boxed(b"stbl", &boxed(b"stsz", &header(12, &[(8, 300)])));
        let media = [
            boxed(b"mdhd", &header(24, &[(12, 600), (16, 6_000)])),
            boxed(b"minf", &samples),
        ];
        let track = [
            boxed(b"tkhd", &header(84, &numbers)),
            boxed(b"mdia", &media.concat()),
        ];
        let movie = [
            boxed(b"mvhd", &header(100, &[(12, 1_000), (16, 10_500)])),
            boxed(b"trak", &track.concat()),
        ];
        [
            boxed(b"ftyp", b"isom\0\0\0\0"),
            boxed(b"mdat", &[7; 100]),
            boxed(b"moov", &movie.concat()),
        ]
        .concat()
    }

    #[test]
    fn a_movie_behind_its_data_is_read_in_pieces_of_any_size() {
        let file = file(&[(40, 1 << 16), (56, 1 << 16)]);
        for size in [1, 5, 64, 10_000] {
            let mut walk = BoxWalk::default();
            file.chunks(size).for_each(|piece| walk.feed(piece));
            let expected = MovieFacts {
                width: 1_080,
                height: 1_920,
                seconds: 10.5,
                fps: 30.0,
            };
            assert_eq!(walk.movie(), Some(expected), "{size}");
        }
    }

    #[test]
    fn a_turned_picture_is_shown_as_it_is_seen() {
        let mut walk = BoxWalk::default();
        walk.feed(&file(&[(44, 1 << 16), (52, 0xFFFF_0000)]));
        let movie = walk.movie().unwrap();
        assert_eq!((movie.width, movie.height), (1_920, 1_080));
    }

    #[test]
    fn a_file_that_ends_early_or_has_no_movie_shows_nothing() {
        let whole = file(&[]);
        for file in [
            &whole[..whole.len() - 1],
            &whole[..124],
            &whole[..20],
            b"",
            b"\0\0\0\x04moov",
        ] {
            let mut walk = BoxWalk::default();
            walk.feed(file);
            assert_eq!(walk.movie(), None, "{}", file.len());
        }
    }
}
