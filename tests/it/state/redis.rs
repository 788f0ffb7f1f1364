//! The state in a Redis; each test has a separate redis-server.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use autohive_tiktok::{
    clock::Clock,
    state::{Claim, State, StateError, StateLocation},
};
use tempfile::TempDir;

use super::{
    behaviour,
    place::{FIRST, LEASE, Place, claim, finished, fresh, inputs, key},
};

/// A redis-server that ends with the test.
pub(crate) struct Server {
    child: Child,
    folder: TempDir,
    arguments: Vec<String>,
}

impl Server {
    /// Starts one that listens on a socket in a separate folder, with `arguments`.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let child = Self::spawn(&folder, &arguments);
        Self {
            child,
            folder,
            arguments,
        }
    }

    fn spawn(folder: &TempDir, arguments: &[String]) -> Child {
        let socket = folder.path().join("socket");
        drop(std::fs::remove_file(&socket));
        let mut command = Command::new("redis-server");
        command.args([
            "--port",
            "0",
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--unixsocket",
        ]);
        command
            .arg(&socket)
            .arg("--dir")
            .arg(folder.path())
            .args(arguments);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let mut child = child.expect("redis-server should be installed: apt-get install redis-server");
        let clock = Clock::system();
        while !is_ready(&socket) {
            assert_eq!(
                child.try_wait().unwrap(),
                None,
                "redis-server should run with {arguments:?}"
            );
            assert!(
                clock.elapsed() < Duration::from_secs(20),
                "redis-server should listen"
            );
            thread::yield_now();
        }
        child
    }

    /// Folder in which it stores its data.
    #[cfg(feature = "simulator")]
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Kills it as `kill -9` does.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Runs a command on it.
    pub(crate) fn command(&self, words: &[impl AsRef<str>]) {
        let client = ::redis::Client::open(self.setting()).unwrap();
        let mut connection = client.get_connection().unwrap();
        let mut command = ::redis::Cmd::new();
        for word in words {
            command.arg(word.as_ref());
        }
        command.query::<()>(&mut connection).unwrap();
    }

    fn start_again(&mut self) {
        self.child = Self::spawn(&self.folder, &self.arguments);
    }

    pub(crate) fn setting(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("socket").display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Checks whether a server responds and has loaded its data.
fn is_ready(socket: &Path) -> bool {
    let answer = UnixStream::connect(socket).and_then(|mut stream| {
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 8];
        stream.read_exact(&mut answer[..1])?;
        let read = stream.read(&mut answer[1..])?;
        Ok(answer[..=read].to_vec())
    });
    answer.is_ok_and(|answer| !answer.starts_with(b"-LOAD"))
}

fn place() -> Place {
    let server = Server::start(&[]);
    Place::new(server.setting(), server)
}

behaviour!(place(), #[ignore = "needs redis-server"]);

/// As [`place`], with a key.
mod sealed {
    use super::behaviour;

    behaviour!(super::place().sealed(), #[ignore = "needs redis-server"]);
}

fn state(setting: &str) -> State {
    State::new(StateLocation::parse(setting).unwrap(), Clock::system())
}

/// Message of a failed claim.
async fn fails(setting: &str) -> String {
    match state(setting).claim(key(), inputs("usual"), FIRST, LEASE).await {
        Err(error @ StateError::Unavailable { .. }) => error.in_full(),
        other => panic!("the claim should fail: {other:?}"),
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[tokio::test]
async fn an_unreachable_redis_is_reported() {
    let port = free_port();
    let told = fails(&format!("redis://me:canary@127.0.0.1:{port}/3")).await;
    assert!(
        told.contains(&format!("redis://127.0.0.1:{port}/3"))
            && told.contains("no server listens at this address"),
        "{told}"
    );
    assert!(!told.contains("canary") && !told.contains("me:"), "{told}");
}

/// The peer speaks another protocol, or sends nothing.
#[tokio::test]
async fn a_server_that_is_not_redis_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            drop(stream.read(&mut [0; 1024]));
            drop(stream.write_all(b"HTTP/1.1 400 canary\r\n\r\n"));
        }
    }));
    for scheme in ["redis", "rediss"] {
        let told = fails(&format!("{scheme}://:canary@127.0.0.1:{port}")).await;
        assert!(told.contains("check host") && !told.contains("canary"), "{told}");
    }
}

#[tokio::test]
async fn a_redis_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let clock = Clock::system();
    let told = fails(&format!("redis://{}", listener.local_addr().unwrap())).await;
    assert!(told.contains("did not answer within 5 seconds"), "{told}");
    assert!(clock.elapsed() < Duration::from_secs(15), "{:?}", clock.elapsed());
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_password_is_used_and_not_repeated() {
    let port = free_port().to_string();
    let _server = Server::start(&["--port", &port, "--requirepass", "can/ary?"]);
    let right = state(&format!("redis://:can%2Fary%3F@127.0.0.1:{port}/1"));
    fresh(claim(&right).await).finish("done").await.unwrap();
    for (user, database) in [(":canary@", "/1"), ("canary:canary@", ""), ("", "/1"), ("", "")] {
        let told = fails(&format!("redis://{user}127.0.0.1:{port}{database}")).await;
        assert!(
            told.contains("user name and password") && !told.contains("canary"),
            "{told}"
        );
    }
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_broken_connection_is_made_anew() {
    let mut server = Server::start(&[]);
    let state = state(&server.setting());
    let claimed = fresh(claim(&state).await);
    claimed.write("begun", LEASE).await.unwrap();
    server.kill();
    let error = claimed.renew(LEASE).await.unwrap_err();
    assert!(matches!(error, StateError::Unavailable { .. }), "{error:?}");
    server.start_again();
    // The first use finds the connection broken, or has noticed it already.
    claimed.renew(LEASE).await.unwrap();
    server.kill();
    server.start_again();
    claimed.finish("done").await.unwrap();
    finished(&claim(&state).await, "done");
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_redis_without_memory_is_reported() {
    let server = Server::start(&["--maxmemory", "1"]);
    let told = fails(&server.setting()).await;
    assert!(told.contains("is out of memory"), "{told}");
}

/// All times are those of the server's clock, however the clocks of the machines differ.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn an_owner_goes_by_the_clock_of_the_server() {
    let server = Server::start(&[]);
    let now = Clock::system().since_epoch();
    for hours in [0, 2_000] {
        let clock = Clock::virtual_at(Duration::from_hours(hours));
        let state = State::new(StateLocation::parse(&server.setting()).unwrap(), clock.clone());
        let key = autohive_tiktok::model::JournalKey::of(&["clock", &hours.to_string()]);
        let again = async || state.claim(key, inputs("usual"), FIRST, LEASE).await.unwrap();
        let claimed = fresh(again().await);
        let about = |time: Duration, expected: Duration| time.abs_diff(expected) < Duration::from_mins(2);
        assert!(about(claimed.now(), now), "{:?}", claimed.now());
        clock.advance(Duration::from_hours(1));
        assert!(
            about(claimed.now(), now + Duration::from_hours(1)),
            "{:?}",
            claimed.now()
        );
        drop(claimed);
        let Claim::Resumed { claimed, entry } = again().await else {
            panic!("the row should be resumed")
        };
        assert!(
            about(entry.claimed_at, now) && about(entry.read_at, now + Duration::from_hours(1)),
            "{entry:?}"
        );
        assert!(
            about(claimed.now(), entry.read_at) && !entry.is_authenticated,
            "{entry:?}"
        );
    }
}

/// A mark of a newer version stops each step, also of a process that was connected before; its absence, and version 1, do not.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_newer_version_is_refused() {
    let server = Server::start(&[]);
    let mark = |version: &str| server.command(&["HSET", "autohive-tiktok:state", "version", version]);
    let state = state(&server.setting());
    let lease = fresh(claim(&state).await);
    mark("1");
    lease.write("begun", LEASE).await.unwrap();
    mark("2");
    let newer = |error: StateError| {
        assert!(
            matches!(
                error,
                StateError::Newer {
                    found: 2,
                    known: 1,
                    ..
                }
            ),
            "{error:?}"
        );
    };
    newer(lease.write("more", LEASE).await.unwrap_err());
    newer(lease.finish("done").await.unwrap_err());
    newer(state.rows().await.unwrap_err());
    newer(state.inspect().await.unwrap_err());
    newer(state.forget(key()).await.unwrap_err());
    let account = autohive_tiktok::model::AccountHash::of(&["a"]);
    newer(state.note(account, "init").await.unwrap_err());
    mark("x");
    let error = state.inspect().await.unwrap_err();
    assert!(matches!(error, StateError::Newer { .. }), "{error:?}");
    mark("1");
    super::place::resumed(
        state.claim(key(), inputs("usual"), FIRST, LEASE).await.unwrap(),
        "begun",
    )
    .finish("done")
    .await
    .unwrap();
}

/// Redis expires old keys by itself.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn everything_has_an_end() {
    let server = Server::start(&[]);
    let state = state(&server.setting());
    let account = autohive_tiktok::model::AccountHash::of(&["a"]);
    fresh(claim(&state).await).finish("done").await.unwrap();
    state.note(account, "init").await.unwrap();
    let client = ::redis::Client::open(server.setting()).unwrap();
    let mut connection = client.get_connection().unwrap();
    let keys: Vec<String> = ::redis::cmd("KEYS").arg("*").query(&mut connection).unwrap();
    assert_eq!(keys.len(), 2, "{keys:?}");
    for (prefix, days) in [("autohive-tiktok:journal:", 7), ("autohive-tiktok:ledger:", 1)] {
        let name = keys.iter().find(|name| name.starts_with(prefix)).unwrap();
        let seconds: u64 = ::redis::cmd("TTL").arg(name).query(&mut connection).unwrap();
        assert!(
            seconds > days * 86_400 - 60 && seconds <= days * 86_400 + 3_600,
            "{name} lives for {seconds} s"
        );
    }
}

/// The user described in docs/state.md has all required permissions and no others.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn the_documented_user_is_enough() {
    let docs = std::fs::read_to_string(crate::support::root().join("docs/state.md")).unwrap();
    let line = docs
        .lines()
        .find(|line| line.starts_with("ACL SETUSER autohive "))
        .unwrap();
    let server = Server::start(&[]);
    let mut connection = ::redis::Client::open(server.setting())
        .unwrap()
        .get_connection()
        .unwrap();
    let mut words = line.split(' ');
    let mut command = ::redis::cmd(words.next().unwrap());
    for word in words {
        command.arg(word);
    }
    command.query::<()>(&mut connection).unwrap();
    let setting = format!("{}?user=autohive&pass=PASSWORD", server.setting());
    for is_sealed in [false, true] {
        let state = super::place::state(&setting, Clock::system(), is_sealed);
        let key = autohive_tiktok::model::JournalKey::of(&["acl", &is_sealed.to_string()]);
        let again = async || state.claim(key, inputs("usual"), FIRST, LEASE).await.unwrap();
        let claimed = fresh(again().await);
        claimed.write("begun", LEASE).await.unwrap();
        claimed.renew(LEASE).await.unwrap();
        claimed.release().await.unwrap();
        super::place::resumed(again().await, "begun")
            .forget()
            .await
            .unwrap();
        fresh(again().await).finish("done").await.unwrap();
        finished(&again().await, "done");
    }
    let state = state(&setting);
    let account = autohive_tiktok::model::AccountHash::of(&["a"]);
    let window = autohive_tiktok::model::RateWindow {
        limit: 3,
        length: LEASE,
    };
    let place = state.acquire(account, "init", &[window]).await.unwrap().unwrap();
    assert_eq!(state.count(account, "init", LEASE).await, Ok(1));
    state.give_back(place).await.unwrap();
}

/// An error about a missing permission names the command and no location, and is not retryable.
#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_redis_user_without_a_command_is_an_error() {
    let server = Server::start(&[]);
    let mut connection = ::redis::Client::open(server.setting())
        .unwrap()
        .get_connection()
        .unwrap();
    let mut command = ::redis::cmd("ACL");
    for word in [
        "SETUSER",
        "few",
        "on",
        ">x",
        "~autohive-tiktok:*",
        "+eval",
        "+time",
        "+hmget",
        "+hset",
        "+select",
    ] {
        command.arg(word);
    }
    command.query::<()>(&mut connection).unwrap();
    let setting = format!("{}?user=few&pass=x", server.setting());
    let error = state(&setting)
        .claim(key(), inputs("usual"), FIRST, LEASE)
        .await
        .unwrap_err();
    assert!(
        error.in_full().contains("docs/state.md") && !error.passes(),
        "{}",
        error.in_full()
    );
    assert!(!error.to_string().contains("socket"), "{error}");
}
