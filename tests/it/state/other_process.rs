//! Another process that uses the state: the test binary, started again with a job.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use autohive_tiktok::{clock::Clock, state::Claim};

use super::{
    place::{LEASE, Place, claim, state},
    rate_counters::{account, take},
};

/// Variable with the job: its name, a space, and the place.
const VARIABLE: &str = "AUTOHIVE_TIKTOK_TEST_JOB";

/// Prefix of the other process's output, to separate it from the output of the test harness.
const MARK: &str = "other process: ";

/// Task of another process.
#[derive(Debug, Clone, Copy)]
pub(super) enum Job {
    /// Claims the key, writes an entry if possible, prints the result, and holds the row.
    Claim,
    /// Requests one of six slots four times and prints how many it got.
    Take,
}

/// A running process, which is killed with the test.
pub(super) struct OtherProcess {
    child: Child,
    told: Receiver<String>,
}

impl OtherProcess {
    pub(super) fn start(place: &Place, job: Job) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "state::other_process::does_its_job", "--nocapture"])
            .env(VARIABLE, format!("{job:?} {} {}", place.is_sealed, place.setting))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, told) = channel();
        drop(thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Output of the harness may precede it on the line.
                if let Some((_, words)) = line.split_once(MARK) {
                    drop(tell.send(words.to_owned()));
                }
            }
        }));
        Self { child, told }
    }

    /// Output of the process.
    #[track_caller]
    pub(super) fn tells(&self) -> String {
        self.told
            .recv_timeout(Duration::from_secs(40))
            .expect("the other process should tell something")
    }

    /// Kills it as `kill -9` does, and waits until it has exited without reaping it.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        let clock = Clock::system();
        // proc(5): the state follows the name in brackets; Z is a process that waits to be reaped. The first thread can
        // reach it before the others.
        let process = format!("/proc/{}", self.child.id());
        let has_ended = || {
            let threads = fs::read_dir(format!("{process}/task")).map_or(0, Iterator::count);
            fs::read_to_string(format!("{process}/stat")).map_or(true, |stat| stat.contains(") Z "))
                && threads <= 1
        };
        while !has_ended() {
            assert!(
                clock.elapsed() < Duration::from_secs(20),
                "the other process should end"
            );
            thread::yield_now();
        }
    }

    /// Reaps it.
    pub(super) fn bury(&mut self) {
        self.child.wait().unwrap();
    }
}

impl Drop for OtherProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The other process. Without a job it does nothing.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the job comes in the environment, since the arguments are the harness's"
)]
async fn does_its_job() {
    let Ok(told) = env::var(VARIABLE) else { return };
    let [job, is_sealed, setting] = told.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
    let state = state(setting, Clock::system(), is_sealed == "true");
    match job {
        "Claim" => {
            let found = claim(&state).await;
            let (word, claimed) = match found {
                Claim::Fresh(claimed) => ("fresh", Some(claimed)),
                Claim::Resumed { claimed, .. } => ("resumed", Some(claimed)),
                Claim::Held { .. } => ("held", None),
                Claim::Finished { .. } => ("finished", None),
                Claim::Conflict => ("conflict", None),
            };
            if let Some(claimed) = &claimed {
                claimed.write("begun by another process", LEASE).await.unwrap();
            }
            println!("{MARK}{word}");
            // Until it is killed.
            std::future::pending::<()>().await;
        }
        "Take" => {
            let mut taken = 0;
            for _ in 0..4 {
                let wait = take(&state, account(), "init", 6, Duration::from_hours(1))
                    .await
                    .unwrap();
                taken += u32::from(wait.is_none());
            }
            println!("{MARK}{taken}");
        }
        other => panic!("no such job: {other}"),
    }
}
