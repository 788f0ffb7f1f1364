//! Decides by the first bytes of a content whether it is stored: content that the input does not accept is discarded.

use std::io;

use sha2::{Digest as _, Sha256};

use super::{
    Medium, ProbeError, Source, Spool, SpoolArea, SpoolError,
    probe::sniff,
    source::{BLOCK, HEAD},
    write_behind::WriteBehind,
};
use crate::model::ByteCount;

/// Content that is stored or discarded.
#[derive(Debug)]
pub struct Sieve {
    route: Route,
    /// First bytes of the content; `None` once they have decided.
    head: Option<Vec<u8>>,
    /// Types that are stored.
    media: Vec<Medium>,
}

#[derive(Debug)]
enum Route {
    Kept(WriteBehind),
    Dropped(Sum),
}

/// Complete content.
#[derive(Debug, Clone)]
pub enum Passed {
    /// Stored.
    Kept(Source),
    /// Discarded.
    Dropped(Dropped),
}

impl Passed {
    /// Returns the size in bytes, also of discarded content.
    pub fn size(&self) -> ByteCount {
        match self {
            Self::Kept(source) => source.size(),
            Self::Dropped(dropped) => dropped.size,
        }
    }
}

/// Facts about discarded content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The size in bytes.
    pub size: ByteCount,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Reason that it is not a video; `None` if no further content was needed.
    pub fault: Option<ProbeError>,
}

impl Dropped {
    /// Returns the facts about stored content that is not a video. Errors: it cannot be read back.
    pub fn of(source: &Source, fault: ProbeError) -> io::Result<Self> {
        let (mut sum, size) = (Sum::new(Some(fault)), source.size().0);
        while sum.size < size {
            let block = source.read(sum.size, BLOCK)?;
            if block.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            sum.add(&block);
        }
        Ok(sum.finish())
    }
}

/// Size and digest of discarded bytes.
#[derive(Debug)]
struct Sum {
    size: u64,
    sha: Sha256,
    fault: Option<ProbeError>,
}

impl Sum {
    fn new(fault: Option<ProbeError>) -> Self {
        Self {
            size: 0,
            sha: Sha256::new(),
            fault,
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(ByteCount::of(bytes).0);
        self.sha.update(bytes);
    }

    fn finish(self) -> Dropped {
        Dropped {
            size: ByteCount(self.size),
            sha256: self.sha.finalize().into(),
            fault: self.fault,
        }
    }
}

impl Sieve {
    /// Stores a content in `area` if its first bytes are those of one of `media`.
    pub fn of_media(media: Vec<Medium>, area: &SpoolArea) -> Self {
        Self {
            head: Some(Vec::new()),
            media,
            ..Self::of_all(area)
        }
    }

    /// Stores any content in `area`.
    pub fn of_all(area: &SpoolArea) -> Self {
        Self {
            route: Route::Kept(WriteBehind::new(Spool::new(area))),
            head: None,
            media: Vec::new(),
        }
    }

    /// Stores nothing.
    pub fn of_nothing() -> Self {
        Self {
            route: Route::Dropped(Sum::new(None)),
            head: None,
            media: Vec::new(),
        }
    }

    /// Number of bytes so far.
    pub fn size(&self) -> ByteCount {
        let routed = match &self.route {
            Route::Kept(spool) => spool.size(),
            Route::Dropped(sum) => ByteCount(sum.size),
        };
        let waiting = self.head.as_ref().map_or(0, |head| ByteCount::of(head).0);
        ByteCount(routed.0.saturating_add(waiting))
    }

    /// Appends bytes.
    pub fn pass(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        let Some(mut head) = self.head.take() else {
            return self.route(bytes);
        };
        if head.is_empty() && bytes.len() >= HEAD {
            self.decide(bytes);
            return self.route(bytes);
        }
        head.extend_from_slice(bytes);
        if head.len() < HEAD {
            self.head = Some(head);
            return Ok(());
        }
        self.decide(&head);
        self.route(&head)
    }

    /// Ends the content.
    pub fn finish(mut self) -> Result<Passed, SpoolError> {
        if let Some(head) = self.head.take().filter(|head| !head.is_empty()) {
            self.decide(&head);
            self.route(&head)?;
        }
        Ok(match self.route {
            Route::Kept(spool) => Passed::Kept(spool.finish()?),
            Route::Dropped(sum) => Passed::Dropped(sum.finish()),
        })
    }

    /// Discards the content if `first`, its first 4,096 bytes at most, are of no type that is stored.
    fn decide(&mut self, first: &[u8]) {
        let head = first.get(..HEAD).unwrap_or(first);
        if !self.media.iter().any(|medium| medium.accepts(head)) {
            let fault = sniff(head).err().map(ProbeError::Foreign);
            self.route = Route::Dropped(Sum::new(fault));
        }
    }

    fn route(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        match &mut self.route {
            Route::Kept(spool) => spool.write(bytes)?,
            Route::Dropped(sum) => sum.add(bytes),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::media::probe;

    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\0\0isommp42mdat";

    /// Nothing is kept outside memory, since there is no such folder.
    fn area() -> SpoolArea {
        SpoolArea::new(Path::new("/nowhere"))
    }

    fn passed(mut sieve: Sieve, pieces: &[&[u8]]) -> Passed {
        pieces.iter().try_for_each(|piece| sieve.pass(piece)).unwrap();
        sieve.finish().unwrap()
    }

    #[track_caller]
    fn dropped(passed: Passed) -> Dropped {
        match passed {
            Passed::Dropped(dropped) => dropped,
            Passed::Kept(source) => panic!("{source:?} is kept"),
        }
    }

    #[test]
    fn the_first_bytes_decide() {
        let large = vec![b'x'; 5_000_000];
        let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &large].concat();
        let told = dropped(passed(
            Sieve::of_media(vec![Medium::Video], &area()),
            &[&picture, &large],
        ));
        assert_eq!(
            told.size.0, 10_000_008,
            "it is larger than memory takes, and goes nowhere"
        );
        assert_eq!(told.fault.unwrap().to_string(), "a PNG picture");
        assert!(
            matches!(passed(Sieve::of_media(vec![Medium::Video], &area()), &[MP4, &large[..1_000]]), Passed::Kept(source) if source.size().0 == 1_028)
        );
        assert!(
            matches!(passed(Sieve::of_media(vec![Medium::Video], &area()), &[]), Passed::Kept(source) if source.size().0 == 0)
        );
        let told = dropped(passed(Sieve::of_nothing(), &[MP4, &large]));
        assert_eq!((told.size.0, told.fault), (5_000_028, None));
    }

    proptest! {
        /// The verdict on a content is the same whether it was dropped as it passed, was kept and dropped
        /// later, or is kept and looked at.
        #[test]
        fn what_was_dropped_is_told_as_if_it_had_been_kept(
            rest in proptest::collection::vec(any::<u8>(), 0..9_000), start in 0_usize..5, step in 1_usize..5_000,
        ) {
            let starts: [&[u8]; 5] = [MP4, b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"<!-- c --><HTML>", b"\0"];
            let bytes = [starts[start], &rest].concat();
            let pieces: Vec<&[u8]> = bytes.chunks(step).collect();
            let Passed::Kept(kept) = passed(Sieve::of_all(&area()), &[&bytes]) else { unreachable!() };
            match passed(Sieve::of_media(vec![Medium::Video], &area()), &pieces) {
                Passed::Kept(source) => prop_assert_eq!(source.read(0, 10_000).unwrap(), bytes),
                Passed::Dropped(told) => {
                    prop_assert_eq!(&told.fault, &probe(&kept).err());
                    prop_assert_eq!(&told, &Dropped::of(&kept, told.fault.clone().unwrap()).unwrap());
                    let digest: [u8; 32] = Sha256::digest(&bytes).into();
                    prop_assert_eq!(told.sha256, digest);
                }
            }
        }
    }
}
