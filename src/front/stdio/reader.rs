//! Reads and splits the input on a separate thread, so that a slow or blocked stream delays nothing else.

use std::{
    io::{self, Read},
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
    vec,
};

use tokio::{sync::mpsc, task::consume_budget};

use crate::host::{Ingest, Item};

/// Bytes of the first read, enough for a request without a video. A larger block costs time and memory even if it stays
/// empty, because it is cleared when it is freed.
const BLOCK_MIN: usize = 8 * 1024;
/// Maximum number of bytes read at once.
const BLOCK_MAX: usize = 256 * 1024;
/// Factor by which the block grows after a read that filled it.
const BLOCK_GROWTH: usize = 4;

/// Maximum number of items that the thread hands over at once: waking the session for each would cost more than
/// the rest of a small request.
const BATCH_MAX: usize = 64;

/// Longest wait for an item that the thread is about to send.
const HAND_OVER: Duration = Duration::from_millis(50);

/// Input of the session.
pub(super) enum Incoming {
    /// A document, or malformed input.
    Item(Item),
    /// The stream failed; no item follows.
    Error(io::Error),
}

/// Items that are handed over together. After an error, none follow.
type HandedOver = io::Result<Vec<Item>>;

/// The reading thread, seen from the session.
pub(super) struct Reader {
    incoming: mpsc::Receiver<HandedOver>,
    /// Items that were handed over, and not yet returned.
    waiting: vec::IntoIter<Item>,
    state: Arc<ReaderState>,
}

/// State that the thread shares with the session.
#[derive(Default)]
struct ReaderState {
    stopping: AtomicBool,
    /// True while a block is being split, so that more items may follow.
    cutting: AtomicBool,
}

impl Reader {
    /// Starts the thread. Errors: the system allows no more threads.
    pub(super) fn start(input: impl Read + Send + 'static, ingest: Ingest) -> io::Result<Self> {
        let (sender, incoming) = mpsc::channel(1);
        let state = Arc::new(ReaderState::default());
        let shared = Arc::clone(&state);
        // The process exits even if this thread is blocked in a read.
        let read = move || read_all(input, ingest, &sender, &shared);
        drop(thread::Builder::new().name("input".to_owned()).spawn(read)?);
        Ok(Self {
            incoming,
            waiting: Vec::new().into_iter(),
            state,
        })
    }

    /// Stops reading after the current block.
    pub(super) fn stop(&self) {
        self.state.stopping.store(true, Ordering::SeqCst);
    }

    /// Returns the next item; `None` at the end of the stream.
    pub(super) async fn next(&mut self) -> Option<Incoming> {
        // Lets other tasks run after many items, as each `recv` does.
        consume_budget().await;
        loop {
            if let Some(item) = self.waiting.next() {
                return Some(Incoming::Item(item));
            }
            match self.incoming.recv().await? {
                Ok(items) => self.waiting = items.into_iter(),
                Err(error) => return Some(Incoming::Error(error)),
            }
        }
    }

    /// Returns the next item that has already been read.
    pub(super) async fn next_at_once(&mut self) -> Option<Incoming> {
        loop {
            match tokio::time::timeout(HAND_OVER, self.next()).await {
                Ok(incoming) => return incoming,
                // A block is finite, so this ends.
                Err(_late) if self.state.cutting.load(Ordering::SeqCst) => {}
                Err(_late) => return None,
            }
        }
    }
}

/// Items for the session. Those of one block are handed over together, before the next read, which may block.
struct Batch<'a> {
    items: Vec<Item>,
    sender: &'a mpsc::Sender<HandedOver>,
}

impl Batch<'_> {
    fn push(&mut self, item: Item) {
        self.items.push(item);
        if self.items.len() == BATCH_MAX {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        if !self.items.is_empty() {
            let items = mem::take(&mut self.items);
            self.send(Ok(items));
        }
    }

    fn send(&self, batch: HandedOver) {
        // Without a receiver, nothing can be reported.
        drop(self.sender.blocking_send(batch));
    }
}

fn read_all(
    mut input: impl Read,
    mut ingest: Ingest,
    sender: &mpsc::Sender<HandedOver>,
    state: &ReaderState,
) {
    let mut block = vec![0; BLOCK_MIN];
    // Bytes at the beginning of the block that may be part of a request.
    let mut used = 0;
    let mut batch = Batch {
        items: Vec::new(),
        sender,
    };
    while !state.stopping.load(Ordering::SeqCst) {
        state.cutting.store(false, Ordering::SeqCst);
        let read = input.read(&mut block);
        state.cutting.store(true, Ordering::SeqCst);
        match read {
            Ok(0) => {
                ingest.finish(&mut |item| batch.push(item));
                return batch.hand_over();
            }
            Ok(length) => {
                ingest.feed(block.get(..length).unwrap_or_default(), &mut |item| {
                    batch.push(item);
                });
                batch.hand_over();
                used = used.max(length);
                // A request that is not complete is in memory anyway, and the next bytes of a video overwrite
                // it here.
                if ingest.is_between_documents() {
                    block.get_mut(..used).unwrap_or_default().fill(0);
                    used = 0;
                }
                if let Some(larger) = larger(block.len(), length) {
                    block = vec![0; larger];
                    used = 0;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                ingest.finish(&mut |item| batch.push(item));
                batch.hand_over();
                return batch.send(Err(error));
            }
        }
    }
}

/// Length of the next block, if the last read filled the block and it may grow.
fn larger(block: usize, read: usize) -> Option<usize> {
    (read == block && block < BLOCK_MAX).then(|| BLOCK_MAX.min(block * BLOCK_GROWTH))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::{clock::Clock, host::Host};

    /// A stream that fails after its text.
    struct Failing(Cursor<Vec<u8>>);

    impl Read for Failing {
        fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
            match self.0.read(block)? {
                0 => Err(io::ErrorKind::ConnectionReset.into()),
                length => Ok(length),
            }
        }
    }

    fn reader(documents: usize) -> Reader {
        let text = "{}\n".repeat(documents).into_bytes();
        Reader::start(Failing(Cursor::new(text)), Host::new(Clock::system()).ingest()).unwrap()
    }

    #[tokio::test]
    async fn items_of_several_batches_come_before_the_error_of_the_stream() {
        for documents in [0, 2, BATCH_MAX, 2 * BATCH_MAX + 1] {
            let mut reader = reader(documents);
            for _ in 0..documents {
                assert!(matches!(reader.next().await, Some(Incoming::Item(_))));
            }
            assert!(
                matches!(reader.next().await, Some(Incoming::Error(_))),
                "after {documents}"
            );
            assert!(reader.next().await.is_none());
        }
    }

    #[tokio::test]
    async fn what_was_handed_over_is_returned_at_once() {
        let mut reader = reader(3);
        assert!(matches!(reader.next().await, Some(Incoming::Item(_))));
        reader.stop();
        for _ in 0..2 {
            assert!(matches!(reader.next_at_once().await, Some(Incoming::Item(_))));
        }
    }

    #[test]
    fn a_block_grows_while_reads_fill_it() {
        assert_eq!(larger(BLOCK_MIN, BLOCK_MIN - 1), None);
        assert_eq!(larger(BLOCK_MIN, BLOCK_MIN), Some(4 * BLOCK_MIN));
        assert_eq!(larger(4 * BLOCK_MIN, 4 * BLOCK_MIN), Some(16 * BLOCK_MIN));
        assert_eq!(larger(16 * BLOCK_MIN, 16 * BLOCK_MIN), Some(BLOCK_MAX));
        assert_eq!(larger(BLOCK_MAX, BLOCK_MAX), None);
    }
}
