//! The host protocol over two streams: requests in, one line of result for each out.
//!
//! Requests run concurrently and are answered as they finish, or in order where that is wanted. Reading waits while as
//! many requests run as are allowed, or too many results wait to be written, so that memory stays bounded. When the program
//! is told to stop, it takes no more, gives what runs a grace period, and answers everything that was read.

mod reader;
mod writer;

use std::{
    collections::BTreeMap,
    future::pending,
    io::{self, Cursor, Read, Write},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::task::{JoinError, JoinSet};
use tracing::{info, warn};

use self::{
    reader::{Incoming, Reader},
    writer::Writer,
};
use crate::{
    host::{self, Host, Id, Item, Rejection, Reply},
    integrations::Effect,
    posting::Evidence,
    secret::AccessToken,
};

/// How requests are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many requests run at the same time.
    pub jobs: usize,
    /// In which order results are written.
    pub order: Order,
    /// How long running requests may go on after the program was told to stop.
    pub grace: Duration,
}

/// In which order results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they finish.
    Finished,
    /// As the requests came in.
    Requested,
}

impl Default for Options {
    fn default() -> Self {
        Self { jobs: 8, order: Order::Finished, grace: Duration::from_millis(1500) }
    }
}

/// What was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Results that say that an action did what was asked.
    pub succeeded: usize,
    /// All other results.
    pub failed: usize,
}

/// A stream failed.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Requests could not be read.
    #[error("the requests could not be read")]
    Read(#[source] io::Error),
    /// Results could not be written.
    #[error("the results could not be written")]
    Write(#[source] io::Error),
}

/// Serves requests from `input` until it ends or `stop` completes; every request read is answered on `output`.
pub async fn serve(
    host: Arc<Host>,
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    stop: impl Future<Output = ()>,
    options: Options,
) -> Result<Summary, StreamError> {
    let reader = Reader::start(input, host.spool_folder());
    let writer = Writer::start(output, options.order);
    let mut session = Session { host, writer, options, running: JoinSet::new(), live: BTreeMap::new(), next: 0 };
    let end = session.until_end(reader, stop).await;
    session.finish(end.grace).await;
    // Who was told to stop does not wait for ever for somebody to read its last words.
    let patience = end.grace.map_or(Duration::MAX, |_grace| LAST_WORDS);
    let summary = session.writer.close(patience).await.map_err(StreamError::Write)?;
    end.read_error.map_or(Ok(summary), |error| Err(StreamError::Read(error)))
}

/// How long the next result may take to be read after the program was told to stop.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Sends `text` through the host protocol within this process and gives the results, in the order of the requests.
pub async fn ask(host: &Arc<Host>, text: String) -> Result<Vec<Value>, StreamError> {
    let output = Kept::default();
    let options = Options { order: Order::Requested, ..Options::default() };
    serve(Arc::clone(host), Cursor::new(text.into_bytes()), output.clone(), pending(), options).await?;
    let bytes = output.0.lock().unwrap_or_else(PoisonError::into_inner);
    let results = serde_json::Deserializer::from_slice(&bytes).into_iter().collect::<Result<_, _>>();
    results.map_err(|error| StreamError::Write(error.into()))
}

/// Output that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How the reading of requests came to its end.
struct End {
    /// How long running requests may go on; `None` for as long as they like.
    grace: Option<Duration>,
    read_error: Option<io::Error>,
}

/// Whether more requests can come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Open,
    Ended,
}

struct Session {
    host: Arc<Host>,
    writer: Writer,
    options: Options,
    running: JoinSet<(u64, Finished)>,
    live: BTreeMap<u64, Live>,
    next: u64,
}

/// A request that runs.
struct Live {
    id: Id,
    effect: Effect,
    evidence: Evidence,
    token: AccessToken,
}

/// A request that has run.
enum Finished {
    Answered(Reply),
    Panicked,
}

impl Session {
    /// Serves until the input has ended and all is answered, or until told to stop, or until results cannot be written.
    async fn until_end(&mut self, mut reader: Reader, stop: impl Future<Output = ()>) -> End {
        tokio::pin!(stop);
        let mut reading = Reading::Open;
        let mut read_error = None;
        while reading == Reading::Open || !self.running.is_empty() {
            let may_begin = reading == Reading::Open && self.running.len() < self.options.jobs;
            tokio::select! {
                biased;
                () = &mut stop => {
                    info!("told to stop, no more requests are taken");
                    let read_error = self.decline_rest(reader).await;
                    return End { grace: Some(self.options.grace), read_error };
                }
                () = self.writer.failed() => return End { grace: Some(Duration::ZERO), read_error: None },
                Some(finished) = self.running.join_next(), if !self.running.is_empty() => self.tell(finished),
                next = self.writer.has_room().then(|()| reader.next()), if may_begin => match next {
                    Some(Incoming::Item(item)) => self.take(item),
                    Some(Incoming::Error(error)) => {
                        read_error = Some(error);
                        reading = Reading::Ended;
                    }
                    None => reading = Reading::Ended,
                },
            }
        }
        End { grace: None, read_error }
    }

    /// Begins a request, or says why it cannot be begun.
    fn take(&mut self, item: Item) {
        let number = self.number();
        match self.understand(item) {
            Err(rejection) => self.reject(number, rejection),
            Ok(request) => {
                let evidence = request.task.evidence();
                let live = Live {
                    id: request.id.clone(),
                    effect: request.task.effect(),
                    evidence: evidence.clone(),
                    token: request.token.clone(),
                };
                self.live.insert(number, live);
                let host = Arc::clone(&self.host);
                self.running.spawn(async move {
                    let answer = AssertUnwindSafe(host.answer(request, evidence)).catch_unwind().await;
                    (number, answer.map_or(Finished::Panicked, Finished::Answered))
                });
            }
        }
    }

    fn understand(&self, item: Item) -> Result<host::Request, Rejection> {
        match item {
            Item::Document(document) => self.host.understand(document),
            Item::Broken(broken) => Err(Rejection::from(broken)),
        }
    }

    fn number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    fn reject(&self, number: u64, rejection: Rejection) {
        warn!(code = rejection.code, "request not understood");
        self.writer.write(number, Reply::from(rejection), None);
    }

    fn tell(&mut self, finished: Result<(u64, Finished), JoinError>) {
        let Ok((number, finished)) = finished else { return };
        let Some(live) = self.live.remove(&number) else { return };
        let reply = match finished {
            Finished::Answered(reply) => reply,
            Finished::Panicked => host::panicked(live.id, &live.evidence.trace()),
        };
        self.writer.write(number, reply, Some(&live.token));
    }

    /// Answers what was read and not begun.
    async fn decline_rest(&mut self, mut reader: Reader) -> Option<io::Error> {
        reader.stop();
        while let Some(incoming) = reader.next_at_once().await {
            let item = match incoming {
                Incoming::Item(item) => item,
                Incoming::Error(error) => return Some(error),
            };
            let number = self.number();
            match self.understand(item) {
                Ok(request) => {
                    let (effect, trace) = (request.task.effect(), request.task.evidence().trace());
                    let reply = host::interrupted(request.id, effect, trace);
                    self.writer.write(number, reply, Some(&request.token));
                }
                Err(rejection) => self.reject(number, rejection),
            }
        }
        None
    }

    /// Lets what runs come to its end, and answers for what does not within `grace`.
    async fn finish(&mut self, grace: Option<Duration>) {
        match grace {
            None => self.finish_all().await,
            // What is not done by then is answered below.
            Some(grace) => drop(tokio::time::timeout(grace, self.finish_all()).await),
        }
        self.running.abort_all();
        for (number, live) in std::mem::take(&mut self.live) {
            self.writer.write(
                number,
                host::interrupted(live.id, live.effect, live.evidence.trace()),
                Some(&live.token),
            );
        }
    }

    async fn finish_all(&mut self) {
        while let Some(finished) = self.running.join_next().await {
            self.tell(finished);
        }
    }
}
