//! Simulated TikTok and scripted servers, each with a separate thread and runtime.

use std::{
    ops::Deref,
    sync::{Arc, mpsc::channel},
    thread,
    time::Duration,
};

use autohive_tiktok::{
    clock::Clock,
    simulator::{EndpointName, RecordedRequest, Scripted, Simulator, SimulatorOptions},
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{
    program::{Program, run},
    with,
};

/// A server on a separate thread that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Served<T> {
    server: Arc<T>,
    // The thread ends when this is dropped.
    _stop: oneshot::Sender<()>,
}

impl<T> Deref for Served<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.server
    }
}

fn serve<T, F>(start: impl FnOnce() -> F + Send + 'static) -> Served<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = std::io::Result<T>>,
{
    let (tell, told) = channel();
    let (stop, stopped) = oneshot::channel::<()>();
    drop(thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let server = Arc::new(start().await.unwrap());
            tell.send(Arc::clone(&server)).unwrap();
            drop(stopped.await);
        });
    }));
    Served {
        server: told.recv().unwrap(),
        _stop: stop,
    }
}

/// A simulated TikTok with these options.
fn simulated(options: SimulatorOptions) -> TikTok {
    serve(move || Simulator::start(options))
}

/// Simulated TikTok.
pub(crate) type TikTok = Served<Simulator>;

/// A TikTok with accounts of every kind, where posts finish at once.
pub(crate) fn tiktok() -> TikTok {
    let at_once = Duration::ZERO;
    simulated(SimulatorOptions {
        processing: at_once,
        moderation: at_once,
        strict: true,
        ..SimulatorOptions::default()
    })
}

/// A strict TikTok on this clock.
pub(crate) fn tiktok_on(clock: Clock) -> TikTok {
    simulated(SimulatorOptions {
        clock,
        strict: true,
        ..SimulatorOptions::default()
    })
}

/// As [`tiktok`], with changes; see `simulator::Setup`.
#[track_caller]
pub(crate) fn tiktok_with(setup: Value) -> TikTok {
    let tiktok = tiktok();
    tiktok.change(setup);
    tiktok
}

/// As [`tiktok`], with one fault.
#[track_caller]
pub(crate) fn tiktok_faulty(fault: Value) -> TikTok {
    tiktok_with(with(json!({}), "faults", Value::Array(vec![fault])))
}

/// A server that plays `script`.
#[track_caller]
pub(crate) fn scripted(script: Value) -> Served<Scripted> {
    let exchanges = serde_json::from_value(script).expect("the script should be one of simulator::Exchange");
    serve(move || Scripted::start(exchanges))
}

impl Served<Simulator> {
    /// Applies a `simulator::Setup`.
    #[track_caller]
    pub(crate) fn change(&self, setup: Value) {
        let setup = serde_json::from_value(setup).expect("the setup should be a simulator::Setup");
        self.apply(setup).expect("the setup should fit");
    }

    /// `run` with it as TikTok.
    pub(crate) fn run(&self) -> Program {
        run().against(&self.url())
    }

    /// Number of inits of all kinds.
    pub(crate) fn inits(&self) -> usize {
        let journal = self.journal();
        [
            EndpointName::VIDEO_INIT,
            EndpointName::INBOX_INIT,
            EndpointName::CONTENT_INIT,
        ]
        .map(|init| journal.count(init))
        .iter()
        .sum()
    }

    /// Checks that nothing was posted or begun.
    #[track_caller]
    pub(crate) fn nothing_posted(&self) {
        assert_eq!(
            self.inits(),
            0,
            "no init should have been sent: {:#?}",
            self.journal().entries
        );
        assert!(
            self.posts().is_empty(),
            "nothing should be stored: {:#?}",
            self.posts()
        );
    }

    /// Number of requests to an endpoint.
    pub(crate) fn count(&self, endpoint: EndpointName) -> usize {
        self.journal().count(endpoint)
    }

    /// The requests to an endpoint.
    pub(crate) fn entries(&self, endpoint: EndpointName) -> Vec<RecordedRequest> {
        self.journal().of(endpoint).cloned().collect()
    }

    /// Waits until this many calls with this path suffix have begun; a running call has no endpoint in the journal yet.
    #[track_caller]
    pub(crate) fn await_calls(&self, path: &str, calls: usize) {
        let begun = || {
            self.journal()
                .entries
                .iter()
                .filter(|entry| entry.path.ends_with(path))
                .count()
        };
        for _ in 0..2000 {
            if begun() >= calls {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{path} was called {} times instead of {calls}", begun());
    }
}

impl Served<Scripted> {
    /// `run` with it as TikTok.
    pub(crate) fn run(&self) -> Program {
        run().against(&self.url())
    }

    /// Checks that the whole script was played, and that no other request was made.
    #[track_caller]
    pub(crate) fn played(&self) {
        assert_eq!(
            self.mismatches(),
            Vec::<String>::new(),
            "requests that the script does not expect"
        );
        assert_eq!(self.left(), 0, "exchanges of the script that were not played");
    }
}
