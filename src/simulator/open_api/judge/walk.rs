//! Boxes and elements of a file that passes in pieces of any size: a header is read, and its content is entered, kept
//! or skipped. Only the parts that the grammar requests are kept.

/// Grammar of a kind of file.
pub(super) trait Grammar {
    /// Reads the header of a part from its first bytes.
    fn header(bytes: &[u8]) -> Read;
    /// Decides what to do with a part's content.
    fn meet(&mut self, header: UnitHeader) -> WalkStep;
    /// Takes the beginning of a part, up to the requested length.
    fn take(&mut self, id: u32, kept: &[u8]);
}

/// Result of reading a header.
pub(super) enum Read {
    Header(UnitHeader),
    NeedsMore,
    Malformed,
}

/// Name and length of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnitHeader {
    pub(super) id: u32,
    /// Bytes of content; absent if it extends to the end of the file.
    pub(super) length: Option<u64>,
}

/// Action after a header.
pub(super) enum WalkStep {
    /// The content is parts again.
    Enter,
    /// The first bytes of the content are kept, the rest is skipped.
    Keep(usize),
    /// Not a file of this kind.
    Stop,
}

/// Walk through a file.
#[derive(Debug, Clone)]
pub(super) struct Walk<G> {
    pub(super) grammar: G,
    header: Vec<u8>,
    part: Option<PendingUnit>,
    is_broken: bool,
}

/// A part that is not entered.
#[derive(Debug, Clone)]
struct PendingUnit {
    id: u32,
    kept: Vec<u8>,
    keep: usize,
    /// Bytes to come; absent if it extends to the end of the file.
    left: Option<u64>,
}

impl<G: Grammar> Walk<G> {
    pub(super) fn new(grammar: G) -> Self {
        Self {
            grammar,
            header: Vec::new(),
            part: None,
            is_broken: false,
        }
    }

    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_broken {
            bytes = match &mut self.part {
                Some(part) => part.feed(bytes),
                None => self.feed_header(bytes),
            };
            if let Some(part) = self.part.take_if(|part| part.left == Some(0)) {
                self.grammar.take(part.id, &part.kept);
            }
        }
    }

    /// Checks whether the file ended at the end of a part.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_broken && self.header.is_empty() && self.part.as_ref().is_none_or(|part| part.left.is_none())
    }

    fn feed_header<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some((first, rest)) = bytes.split_first() else {
            return bytes;
        };
        self.header.push(*first);
        match G::header(&self.header) {
            Read::NeedsMore => {}
            Read::Malformed => self.is_broken = true,
            Read::Header(header) => {
                self.header.clear();
                match self.grammar.meet(header) {
                    WalkStep::Enter => {}
                    WalkStep::Stop => self.is_broken = true,
                    WalkStep::Keep(keep) => {
                        self.part = Some(PendingUnit {
                            id: header.id,
                            kept: Vec::new(),
                            keep,
                            left: header.length,
                        });
                    }
                }
            }
        }
        rest
    }
}

impl PendingUnit {
    fn feed<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let left = self
            .left
            .map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let (mine, rest) = bytes.split_at(left.min(bytes.len()));
        let room = self.keep.saturating_sub(self.kept.len());
        self.kept.extend(mine.iter().take(room));
        self.left = self.left.map(|left| left.saturating_sub(mine.len() as u64));
        rest
    }
}
