//! Standard input and output, as inherited from the parent process.
//!
//! Rust's runtime opens `/dev/null` in the place of a closed standard stream, and its `Stdin` and `Stdout`
//! treat a stream of the wrong direction as empty, or as one that accepts everything. Requests and results
//! would be lost silently. So the streams are checked before `main` and used as plain files.

use std::{
    fs::{File, FileType},
    io::{self, Read, Seek as _, Write},
    os::{fd::AsFd, unix::fs::FileTypeExt as _},
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{OFlags, fcntl_getfl, fstatvfs},
    io::{fcntl_getfd, write},
    process::{Resource, getrlimit},
    stdio,
};
use tokio::io::{Interest, unix::AsyncFd};

use crate::outlet::Outlet;

static INPUT_CLOSED: AtomicBool = AtomicBool::new(false);
static OUTPUT_CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before Rust's runtime, so it makes only two system calls.
#[ctor::ctor(unsafe)]
fn look() {
    INPUT_CLOSED.store(fcntl_getfd(stdio::stdin()).is_err(), Ordering::Relaxed);
    OUTPUT_CLOSED.store(fcntl_getfd(stdio::stdout()).is_err(), Ordering::Relaxed);
}

/// Minimum free space for a result in an output file, in bytes.
const ROOM_MIN: u64 = 4096;

/// Standard input and output.
#[derive(Debug)]
pub(super) struct Streams {
    /// The requests.
    pub(super) input: File,
    /// The results.
    pub(super) output: File,
    /// Second handle of the output, for checks.
    watched: File,
    /// Kind of the output: a pipe, a file or a device.
    output_kind: FileType,
}

/// Reason that a standard stream cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum StreamFault {
    /// No requests can be read.
    #[error("standard input {0}; pipe the requests in, or redirect a file to it")]
    Input(String),
    /// No results can be written.
    #[error("standard output {0}; nothing was done, because no result could be written")]
    Output(String),
}

impl Streams {
    /// Opens both streams. Errors: one of them cannot be used.
    pub(super) fn open() -> Result<Self, StreamFault> {
        let streams = Self::take()?;
        match can_be_written(&streams.watched, streams.output_kind) {
            Ok(()) => Ok(streams),
            Err(error) => Err(StreamFault::Output(format!("takes no results: {error}"))),
        }
    }

    fn take() -> Result<Self, StreamFault> {
        let input = usable(&io::stdin(), &INPUT_CLOSED, OFlags::WRONLY).map_err(StreamFault::Input)?;
        let output = usable(&io::stdout(), &OUTPUT_CLOSED, OFlags::RDONLY).map_err(StreamFault::Output)?;
        if input.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(StreamFault::Input("is a folder".to_owned()));
        }
        let failed = |error| StreamFault::Output(unusable(&error));
        let watched = output.try_clone().map_err(failed)?;
        let output_kind = watched.metadata().map_err(failed)?.file_type();
        Ok(Self {
            input,
            output,
            watched,
            output_kind,
        })
    }

    /// Output as a destination of results.
    pub(super) fn outlet(&self) -> io::Result<Outlet> {
        let watched = self.watched.try_clone()?;
        let kind = self.output_kind;
        Ok(Outlet::probed_by(move || can_be_written(&watched, kind)))
    }

    /// Completes when the reader of the output closes it; never for a file or a device.
    pub(super) async fn reader_gone(watched: File) {
        #[expect(
            deprecated,
            reason = "it is sound for what owns its descriptor, and the new one is unsafe to call"
        )]
        let watched = AsyncFd::with_interest(watched, Interest::READABLE | Interest::ERROR);
        // An output that cannot be polled has no reader.
        let Ok(watched) = watched else {
            return std::future::pending().await;
        };
        while !has_no_reader(watched.get_ref()) {
            match watched.ready(Interest::READABLE | Interest::ERROR).await {
                Ok(mut changed) if !has_no_reader(watched.get_ref()) => changed.clear_ready(),
                Ok(_gone) => return,
                Err(_shut_down) => return std::future::pending().await,
            }
        }
    }

    /// Both streams for the session, and the output once more to be watched.
    pub(super) fn into_parts(self) -> (Patient<File>, Patient<File>, File) {
        (Patient(self.input), Patient(self.output), self.watched)
    }
}

/// Checks that standard output is open for writing. Error: nothing should be done, because its result would be lost.
pub(super) fn has_output() -> Result<(), StreamFault> {
    let output = usable(&io::stdout(), &OUTPUT_CLOSED, OFlags::RDONLY);
    output.map(drop).map_err(StreamFault::Output)
}

/// Stream that blocks until it can be read or written, even if another process made it non-blocking.
#[derive(Debug)]
pub(super) struct Patient<S>(pub(super) S);

impl<S: AsFd> Patient<S> {
    fn wait(&self, ready: PollFlags) -> io::Result<()> {
        // Interrupted by a signal: retried.
        poll(&mut [PollFd::new(&self.0, ready)], None)?;
        Ok(())
    }
}

impl<S: Read + AsFd> Read for Patient<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait(PollFlags::IN)?,
                done => return done,
            }
        }
    }
}

impl<S: Write + AsFd> Write for Patient<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait(PollFlags::OUT)?,
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns the stream as a file. `wrong` is the unusable access mode.
fn usable(stream: &impl AsFd, closed: &AtomicBool, wrong: OFlags) -> Result<File, String> {
    if closed.load(Ordering::Relaxed) {
        return Err("is closed".to_owned());
    }
    let fault = |error: &io::Error| unusable(error);
    let mode = fcntl_getfl(stream).map_err(|error| fault(&error.into()))? & OFlags::RWMODE;
    match (mode == wrong, wrong == OFlags::WRONLY) {
        (true, true) => return Err("is open for writing only".to_owned()),
        (true, false) => return Err("is open for reading only".to_owned()),
        (false, _) => {}
    }
    Ok(File::from(
        stream
            .as_fd()
            .try_clone_to_owned()
            .map_err(|error| fault(&error))?,
    ))
}

fn unusable(error: &io::Error) -> String {
    format!("cannot be used: {error}")
}

/// Checks that a result can probably be written: there is a reader, and a file has space within its limits.
fn can_be_written(output: &File, kind: FileType) -> io::Result<()> {
    if has_no_reader(output) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    if kind.is_char_device() {
        // Writes nothing. A device that is always full refuses even that.
        return write(output, &[]).map(|_none| ()).map_err(io::Error::from);
    }
    if kind.is_file() {
        has_room(output, output.metadata()?.len())
    } else {
        Ok(())
    }
}

fn has_no_reader(output: &File) -> bool {
    let mut watched = [PollFd::new(output, PollFlags::empty())];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // Errors and hang-ups are reported without being asked for.
    let changed = poll(&mut watched, Some(&at_once)).is_ok_and(|changed| changed > 0);
    changed
        && watched
            .iter()
            .any(|end| end.revents().intersects(PollFlags::ERR | PollFlags::HUP))
}

fn has_room(mut file: &File, length: u64) -> io::Result<()> {
    let appends = fcntl_getfl(file)?.contains(OFlags::APPEND);
    let position = if appends { length } else { file.stream_position()? };
    let limit = getrlimit(Resource::Fsize).current;
    if limit.is_some_and(|limit| limit.saturating_sub(position) < ROOM_MIN) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let disk = fstatvfs(file)?;
    // A file system that counts no blocks does not report its free space.
    if disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM_MIN {
        return Err(io::ErrorKind::StorageFull.into());
    }
    Ok(())
}
