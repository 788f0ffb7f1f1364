//! Reads and cuts the input on a thread of its own, so that a slow or blocked stream holds up nothing else.

use std::{
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::sync::mpsc;

use crate::host::{Ingest, Item};

/// Bytes read at once.
const BLOCK: usize = 256 * 1024;

/// How long the thread may take to hand over what it has already read.
const HAND_OVER: Duration = Duration::from_millis(50);

/// What comes in.
pub(super) enum Incoming {
    /// A document, or something that is none.
    Item(Item),
    /// The stream failed; nothing follows.
    Error(io::Error),
}

/// The reading thread, seen from the session.
pub(super) struct Reader {
    incoming: mpsc::Receiver<Incoming>,
    stopping: Arc<AtomicBool>,
}

impl Reader {
    pub(super) fn start(input: impl Read + Send + 'static, folder: Arc<Path>) -> Self {
        let (sender, incoming) = mpsc::channel(1);
        let stopping = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stopping);
        // A thread that is blocked in a read is left behind when the program ends.
        drop(thread::spawn(move || read_all(input, Ingest::new(folder), &sender, &flag)));
        Self { incoming, stopping }
    }

    /// Reads no further block.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// The next thing that comes in; `None` at the end of the stream.
    pub(super) async fn next(&mut self) -> Option<Incoming> {
        self.incoming.recv().await
    }

    /// The next thing that has already come in.
    pub(super) async fn next_at_once(&mut self) -> Option<Incoming> {
        tokio::time::timeout(HAND_OVER, self.incoming.recv()).await.ok().flatten()
    }
}

fn read_all(mut input: impl Read, mut ingest: Ingest, sender: &mpsc::Sender<Incoming>, stopping: &AtomicBool) {
    let mut block = vec![0; BLOCK];
    // Where nobody listens any more there is nobody to tell.
    let mut hand_over = |item: Item| drop(sender.blocking_send(Incoming::Item(item)));
    while !stopping.load(Ordering::Relaxed) {
        match input.read(&mut block) {
            Ok(0) => return ingest.finish(&mut hand_over),
            Ok(length) => ingest.feed(block.get(..length).unwrap_or_default(), &mut hand_over),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                ingest.finish(&mut hand_over);
                return drop(sender.blocking_send(Incoming::Error(error)));
            }
        }
    }
}
