//! Changed rows in a real Redis: its scripts, owners and leases.

use std::process::{Child, Command, Stdio};

use ::redis::{Client, Connection, cmd, pipe};

use super::*;

/// A journal in a redis-server of one test's own.
struct SharedJournal {
    runtime: Runtime,
    state: State,
    connection: Connection,
    server: Child,
    _folder: TempDir,
}

impl SharedJournal {
    fn new(is_sealed: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let mut command = Command::new("redis-server");
        command
            .args(["--port", "0", "--save", "", "--dir"])
            .arg(folder.path())
            .arg("--unixsocket")
            .arg(&socket);
        let server = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let server = server.expect("redis-server should be installed: apt-get install redis-server");
        let setting = format!("redis+unix://{}", socket.display());
        let clock = Clock::system();
        let mut connection = loop {
            match Client::open(setting.as_str()).unwrap().get_connection() {
                Ok(connection) => break connection,
                Err(error) => assert!(clock.elapsed() < Duration::from_secs(20), "{error}"),
            }
            std::thread::yield_now();
        };
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        // The server goes by its own time, which is moved to that of the rows.
        let (seconds, _micros): (i64, i64) = cmd("TIME").query(&mut connection).unwrap();
        let clock = Clock::virtual_at(Duration::ZERO);
        clock.advance(Duration::from_millis((NOW - seconds * 1000).unsigned_abs()));
        let state = State::sealed_by(StateLocation::parse(&setting).unwrap(), clock, keys(is_sealed));
        Self {
            runtime,
            state,
            connection,
            server,
            _folder: folder,
        }
    }

    fn decide(&mut self, owned: &HeldRow, key: JournalKey, case: &Case) -> Option<Resume<PostResult>> {
        let HeldRow {
            row,
            holder,
            lease_until,
        } = owned;
        let StoredRow {
            fingerprint,
            entry,
            finished,
            created,
        } = row;
        let name = format!("autohive-tiktok:journal:{key}");
        let digits = crate::model::Hex(fingerprint).to_string();
        let mut put = pipe();
        put.cmd("FLUSHALL")
            .ignore()
            .cmd("HSET")
            .arg(&name)
            .arg("fingerprint")
            .arg(digits);
        put.arg("owner")
            .arg(holder)
            .arg("lease_until")
            .arg(lease_until)
            .arg("created")
            .arg(created);
        if let Some(entry) = entry {
            put.arg("entry").arg(entry.as_slice());
        }
        if *finished != 0 {
            put.arg("finished").arg(finished);
        }
        put.ignore().query::<()>(&mut self.connection).unwrap();
        let begun = journal::entry(&Stage::<PostResult>::Claimed);
        let claimed = self
            .runtime
            .block_on(self.state.claim(key, case.fingerprint, &begun, LEASE));
        let decided = claimed.ok().and_then(|claim| decided(&claim, case));
        if decided.is_none() {
            let content = ["entry", "created"];
            let kept: (Option<Vec<u8>>, i64) = cmd("HMGET")
                .arg(&name)
                .arg(&content)
                .query(&mut self.connection)
                .unwrap();
            assert_eq!(
                kept,
                (entry.clone(), *created),
                "a row that is refused stays as it is"
            );
        }
        decided
    }
}

impl Drop for SharedJournal {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

#[test]
#[ignore = "needs redis-server"]
fn of_1_000_rows_that_were_changed_in_a_redis_none_does_harm() {
    for is_sealed in [false, true] {
        let journal = std::cell::RefCell::new(SharedJournal::new(is_sealed));
        try_rows(is_sealed, 500, &|owned, key, case| {
            journal.borrow_mut().decide(owned, key, case)
        });
    }
}
