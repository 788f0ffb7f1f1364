//! The host protocol over two streams: requests in, one line of result for each out.
//!
//! Requests run concurrently and are answered as they finish or, on request, in order. To limit memory,
//! reading pauses while no job is free, while the running requests take too much memory, or while too many
//! results wait to be written. Downloading requests release their jobs, so reading never waits for them.
//! After a signal to stop, the program reads no further requests, gives running ones a grace period, and
//! answers every request that was read.

mod reader;
mod writer;

use std::{
    collections::BTreeMap,
    fmt,
    future::pending,
    io::{self, Cursor, Read, Write},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::task::{self, JoinError, JoinSet};
use tracing::info;

use self::{
    reader::{Incoming, Reader},
    writer::Writer,
};
use crate::{
    host::{Host, Item, Reply, Running},
    http::{JobSlot, Jobs},
};

/// Settings of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Requests that run at the same time, those that download not counted.
    pub jobs: usize,
    /// Order of the results.
    pub order: Order,
    /// Time that running requests get after a signal to stop.
    pub grace: Duration,
}

/// Order of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they finish.
    Finished,
    /// As the requests came in.
    Requested,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: 8,
            order: Order::Finished,
            grace: Duration::from_millis(1500),
        }
    }
}

/// Counts of the results of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Results of actions that succeeded.
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
    #[error("the results could not be written: {0}")]
    Write(Unwritten),
    /// The threads that read and write could not be started. Nothing was done.
    #[error(
        "no thread could be started, and nothing was done; raise the limit on processes (ulimit -u, or pids.max of the container)"
    )]
    Thread(#[source] io::Error),
}

/// Error of the output, with the posts that the lost results would have reported.
#[derive(Debug)]
pub struct Unwritten {
    error: io::Error,
    posts: Vec<String>,
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self {
            error,
            posts: Vec::new(),
        }
    }
}

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        if !self.posts.is_empty() {
            write!(f, "; results that were lost: {}", self.posts.join("; "))?;
        }
        Ok(())
    }
}

/// The reason to stop before the input ends.
#[derive(Debug)]
pub enum Stop {
    /// A signal. Requests that were read are answered.
    Signal,
    /// The reader of the results is gone. No further request begins.
    NobodyReads,
}

/// Serves requests from `input` until it ends or `stop` completes; every request read is answered on
/// `output`.
pub async fn serve(
    host: Arc<Host>,
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    stop: impl Future<Output = Stop>,
    options: Options,
) -> Result<Summary, StreamError> {
    let reader = Reader::start(input, host.ingest()).map_err(StreamError::Thread)?;
    let writer = Writer::start(output, options.order).map_err(StreamError::Thread)?;
    let jobs = Arc::new(Jobs::new(options.jobs));
    let mut session = Session {
        host,
        writer,
        options,
        jobs,
        running: JoinSet::new(),
        live: BTreeMap::new(),
        next: 0,
    };
    tokio::pin!(stop);
    let end = session.until_end(reader, stop.as_mut()).await;
    session.finish(end.grace).await;
    // After a signal to stop, the wait for the reader of the last results is limited.
    let must_stop = async {
        if end.grace.is_none() {
            stop.await;
        }
    };
    let summary = session
        .writer
        .close(must_stop, LAST_WORDS)
        .await
        .map_err(StreamError::Write)?;
    end.error.map_or(Ok(summary), Err)
}

/// Longest wait for the reader of the next result after a signal to stop.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Sends `text` through the host protocol within this process and returns the results, in the order of the
/// requests.
pub async fn ask(host: &Arc<Host>, text: String) -> Result<Vec<Value>, StreamError> {
    let output = OutputBuffer::default();
    let options = Options {
        order: Order::Requested,
        ..Options::default()
    };
    serve(
        Arc::clone(host),
        Cursor::new(text.into_bytes()),
        output.clone(),
        pending(),
        options,
    )
    .await?;
    let bytes = output.0.lock().unwrap_or_else(PoisonError::into_inner);
    let results = serde_json::Deserializer::from_slice(&bytes)
        .into_iter()
        .collect::<Result<_, _>>();
    results.map_err(|error| StreamError::Write(io::Error::from(error).into()))
}

/// In-memory output.
#[derive(Clone, Default)]
struct OutputBuffer(Arc<Mutex<Vec<u8>>>);

impl Write for OutputBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// End of the reading of requests.
struct End {
    /// Time that running requests get; `None` without a limit.
    grace: Option<Duration>,
    error: Option<StreamError>,
}

/// State of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Open,
    Ended,
}

struct Session {
    host: Arc<Host>,
    writer: Writer,
    options: Options,
    jobs: Arc<Jobs>,
    /// Tasks of the running requests.
    running: JoinSet<(u64, Reply)>,
    /// Requests that are not answered yet, by number.
    live: BTreeMap<u64, LiveRequest>,
    next: u64,
}

/// Unanswered request.
struct LiveRequest {
    /// Task that runs it, by which a [`JoinError`] identifies it.
    task: task::Id,
    running: Running,
}

impl Session {
    /// Serves until the input has ended and all is answered, or until `stop` completes, or until results cannot
    /// be written.
    async fn until_end(&mut self, mut reader: Reader, mut stop: Pin<&mut impl Future<Output = Stop>>) -> End {
        let mut reading = Reading::Open;
        let mut error = None;
        while reading == Reading::Open || !self.running.is_empty() {
            let may_begin = reading == Reading::Open && self.jobs.has_room();
            tokio::select! {
                biased;
                stop = &mut stop => return match stop {
                    Stop::Signal => {
                        info!("stop requested; accepting no more requests");
                        let error = self.decline_rest(reader).await.map(StreamError::Read);
                        End { grace: Some(self.options.grace), error }
                    }
                    Stop::NobodyReads => self.unheard(io::ErrorKind::BrokenPipe.into()),
                },
                // The writer reports the error itself.
                () = self.writer.failed() => return End { error: None, ..self.unheard(io::ErrorKind::BrokenPipe.into()) },
                Some(finished) = self.running.join_next(), if !self.running.is_empty() => self.answer_all(finished),
                // Seen anew at the top of the loop.
                () = self.jobs.given_back(), if reading == Reading::Open && !may_begin => {}
                next = self.writer.has_room().then(|()| reader.next()), if may_begin => match next {
                    Some(Incoming::Item(item)) => match self.host.outlet().check() {
                        Ok(()) => self.take(item),
                        Err(error) => return self.unheard(error),
                    },
                    Some(Incoming::Error(fault)) => {
                        error = Some(StreamError::Read(fault));
                        reading = Reading::Ended;
                    }
                    None => reading = Reading::Ended,
                },
            }
        }
        End { grace: None, error }
    }

    /// Results can no longer be written: running requests may finish, but no post begins.
    fn unheard(&self, error: io::Error) -> End {
        self.host.outlet().close();
        End {
            grace: Some(self.options.grace),
            error: Some(StreamError::Write(error.into())),
        }
    }

    /// Begins a request, or replies that it cannot be read.
    fn take(&mut self, item: Item) {
        let number = self.number();
        match self.host.read(item) {
            Err(reply) => self.writer.write(number, reply),
            Ok(request) => {
                let job = JobSlot::among(&self.jobs, request.memory());
                let (running, work) = self.host.begin(request, job);
                let task = self.running.spawn(async move { (number, work.await) }).id();
                self.live.insert(number, LiveRequest { task, running });
            }
        }
    }

    fn number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    /// Answers a request whose work has ended, and all others that have ended by now: the writer is woken once.
    fn answer_all(&mut self, ended: Result<(u64, Reply), JoinError>) {
        self.answer(ended);
        while let Some(ended) = self.running.try_join_next() {
            self.answer(ended);
        }
        self.writer.send();
    }

    /// Answers a request whose work has ended, with the next [`Writer::send`].
    fn answer(&mut self, ended: Result<(u64, Reply), JoinError>) {
        match ended {
            Ok((number, reply)) => {
                if self.live.remove(&number).is_some() {
                    self.writer.add(number, reply);
                }
            }
            Err(error) => self.answer_lost(&error),
        }
    }

    /// Answers a request whose work ended without a reply.
    fn answer_lost(&mut self, error: &JoinError) {
        let lost = self.live.iter().find(|(_, request)| request.task == error.id());
        let Some((number, running)) = lost.map(|(number, request)| (*number, request.running.clone())) else {
            return;
        };
        self.live.remove(&number);
        let reply = if error.is_panic() {
            running.panicked()
        } else {
            running.interrupted()
        };
        self.writer.add(number, reply);
    }

    /// Answers requests that were read but not started.
    async fn decline_rest(&mut self, mut reader: Reader) -> Option<io::Error> {
        reader.stop();
        let error = loop {
            let item = match reader.next_at_once().await {
                Some(Incoming::Item(item)) => item,
                Some(Incoming::Error(error)) => break Some(error),
                None => break None,
            };
            let number = self.number();
            let request = self.host.read(item);
            let reply = request.map_or_else(|reply| reply, |request| self.host.decline(request));
            self.writer.add(number, reply);
        };
        self.writer.send();
        error
    }

    /// Waits up to `grace` for running requests to finish, and answers the others as interrupted.
    async fn finish(&mut self, grace: Option<Duration>) {
        match grace {
            None => self.finish_all().await,
            // Unfinished requests are answered below.
            Some(grace) => drop(tokio::time::timeout(grace, self.finish_all()).await),
        }
        self.running.abort_all();
        for (number, request) in std::mem::take(&mut self.live) {
            self.writer.add(number, request.running.interrupted());
        }
        self.writer.send();
    }

    async fn finish_all(&mut self) {
        while let Some(finished) = self.running.join_next().await {
            self.answer_all(finished);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use serde_json::json;

    use super::*;
    use crate::clock::Clock;

    fn session(output: OutputBuffer) -> Session {
        let options = Options::default();
        Session {
            host: Arc::new(Host::new(Clock::system())),
            writer: Writer::start(output, options.order).unwrap(),
            options,
            jobs: Arc::new(Jobs::new(options.jobs)),
            running: JoinSet::new(),
            live: BTreeMap::new(),
            next: 0,
        }
    }

    /// Reads one request of the session.
    async fn take_one(session: &mut Session) {
        let request = json!({
            "id": "a", "action": "get_videos", "auth": { "access_token": "act.0123456789" },
        });
        let mut reader = Reader::start(Cursor::new(request.to_string()), session.host.ingest()).unwrap();
        match reader.next().await {
            Some(Incoming::Item(item)) => session.take(item),
            _ => panic!("one request was written"),
        }
    }

    /// Ends the session, and returns its only result.
    async fn only_result(session: Session, output: &OutputBuffer) -> Value {
        let summary = session.writer.close(ready(()), LAST_WORDS).await.unwrap();
        assert_eq!(
            summary,
            Summary {
                succeeded: 0,
                failed: 1
            }
        );
        serde_json::from_slice(&output.0.lock().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn work_that_is_aborted_is_answered_once() {
        let output = OutputBuffer::default();
        let mut session = session(output.clone());
        take_one(&mut session).await;
        session.running.abort_all();
        session.finish(None).await;
        let result = only_result(session, &output).await;
        assert_eq!(
            (&result["id"], &result["result"]["code"]),
            (&json!("a"), &json!("interrupted"))
        );
    }

    #[tokio::test]
    async fn work_that_panics_outside_of_its_action_is_answered_once() {
        let output = OutputBuffer::default();
        let mut session = session(output.clone());
        take_one(&mut session).await;
        session.running.shutdown().await;
        let task = session
            .running
            .spawn(async { panic!("a bug beyond the action") })
            .id();
        for request in session.live.values_mut() {
            request.task = task;
        }
        session.finish(None).await;
        let result = only_result(session, &output).await;
        assert_eq!(
            (&result["id"], &result["result"]["code"]),
            (&json!("a"), &json!("internal_error"))
        );
    }
}
