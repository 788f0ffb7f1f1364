//! The time of a call, which also covers the reading of its inputs.

use std::{thread, time::Duration};

use tokio::sync::oneshot;

use crate::{
    cli::{
        block_on, codes,
        fault::CommandFault,
        signals::{self, stop_signal},
    },
    clock::{Clock, Deadline},
};

/// Longest duration of a call, if none is given: the life of an upload address.
const USUAL_TIME: Duration = Duration::from_hours(1);

/// Time of a call from its beginning on.
#[derive(Debug)]
pub(super) struct CallTime {
    clock: Clock,
    end: Deadline,
    whole: Duration,
}

impl CallTime {
    /// The time of `--deadline`, in seconds, or the usual one. It begins now.
    pub(super) fn begin(seconds: Option<u32>) -> Self {
        let whole = seconds.map_or(USUAL_TIME, |seconds| Duration::from_secs(seconds.into()));
        let clock = Clock::system();
        Self {
            end: clock.deadline_in(whole),
            clock,
            whole,
        }
    }

    /// Time that is left.
    pub(super) fn left(&self) -> Duration {
        self.clock.left_until(self.end)
    }

    /// Resolves at the end of the time.
    pub(super) async fn passes(&self) {
        self.clock.sleep(self.left()).await;
    }

    /// Fault of a call whose time passed before anything was sent. `stage` completes "passed while".
    pub(super) fn passed(&self, stage: &str) -> CommandFault {
        let message = format!(
            "the deadline of {} s passed while {stage}; nothing was sent",
            self.whole.as_secs()
        );
        CommandFault::new(&codes::TIMEOUT, message)
    }

    /// Reads with `work`, which may wait for a stream, until the time has passed or a signal to stop arrives. What still reads
    /// then ends with the program.
    pub(super) fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, CommandFault> + Send + 'static,
    ) -> Result<T, CommandFault> {
        let (tell, told) = oneshot::channel();
        let reader = thread::Builder::new().name("inputs".to_owned());
        let begun = reader.spawn(move || drop(tell.send(work())));
        begun.map_err(|error| CommandFault::machine(format!("no thread can be started: {error}")))?;
        let unread = || CommandFault::machine("the inputs could not be read");
        let read = async {
            signals::keep();
            tokio::select! {
                biased;
                done = told => done.unwrap_or_else(|_panic| Err(unread())),
                () = stop_signal() => Err(CommandFault::cancelled()),
                () = self.passes() => Err(self.passed("the inputs were read")),
            }
        };
        block_on(read).unwrap_or_else(|_no_runtime| Err(unread()))
    }
}
