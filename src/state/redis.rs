//! The state in a Redis (5 or newer, or Valkey): machines share it.
//!
//! Each step is one Lua script over one key, so it is atomic. The time is the server's, because the clocks of a fleet
//! differ. A connection that was open before may have died unnoticed: a step that fails on one is tried once more on a
//! new one, which is safe because the scripts answer a repetition by the same owner as they did the first time; but who
//! has let go owns nothing any more, so that a repeated release finds the row lost, which comes to the same.
//!
//! A step has reached the server's memory when it returns; whether it outlives the server is for the server's settings
//! to say (`appendonly yes` and `appendfsync always`; see `docs/state.md`).

mod address;
mod connection;

use std::{
    error::Error,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::redis::{ErrorKind, FromRedisValue, RedisError, RedisResult, cmd};

pub use self::address::Address;
use self::connection::{ConnectFault, Connection};
use super::{
    Place, StateError,
    store::{Bid, Change, EVENTS_KEPT, Event, Found, JOURNAL_KEPT, PATIENCE, Store, between, millis},
};
use crate::{
    clock::Clock,
    model::{AccountHash, JournalKey},
};

const CLAIM: &str = include_str!("redis/claim.lua");
const CHANGE: &str = include_str!("redis/change.lua");
const TAKE: &str = include_str!("redis/take.lua");
const COUNT: &str = include_str!("redis/count.lua");
const GIVE_BACK: &str = include_str!("redis/give_back.lua");

/// A Redis, connected at its first use.
#[derive(Debug)]
pub(super) struct Redis {
    address: Address,
    clock: Clock,
    connection: Mutex<Slot>,
}

/// The connection and its number.
#[derive(Debug, Default)]
struct Slot {
    number: u64,
    connection: Option<Connection>,
}

/// A script with its key and arguments.
#[derive(Debug)]
struct Step {
    script: &'static str,
    key: String,
    arguments: Vec<String>,
}

impl Redis {
    pub(super) fn new(address: Address, clock: Clock) -> Self {
        Self { address, clock, connection: Mutex::default() }
    }

    async fn run<T: FromRedisValue>(&self, step: Step) -> Result<T, StateError> {
        let (number, connection, is_new) = self.connection(None).await?;
        let result = step.run(&connection, &self.clock).await;
        match result {
            Err(error) if !is_new && lost_connection(&error) => {
                let (_, connection, _) = self.connection(Some(number)).await?;
                step.run(&connection, &self.clock).await.map_err(|error| self.fault(&error))
            }
            Err(error) => {
                if lost_connection(&error) {
                    self.close(number);
                }
                Err(self.fault(&error))
            }
            Ok(value) => Ok(value),
        }
    }

    /// The open connection unless it is the `broken` one, else a new one; tells its number and whether it is new.
    ///
    /// Nobody waits for another one's attempt to connect: it could fail for each of them in turn.
    async fn connection(&self, broken: Option<u64>) -> Result<(u64, Connection, bool), StateError> {
        if let Some(open) = self.open(broken) {
            return Ok(open);
        }
        let connection = connect(&self.address).await.map_err(|fault| match fault {
            ConnectFault::Redis(error) => self.fault(&error),
            ConnectFault::NoTls => self.unavailable(
                "it gave no TLS connection that this machine trusts; see whether host and port are right, whether TLS is \
                 spoken there (rediss://) or plain text (redis://), and whether the certificate is valid and trusted here",
            ),
        })?;
        let mut slot = self.slot();
        slot.number += 1;
        slot.connection = Some(connection.clone());
        Ok((slot.number, connection, true))
    }

    fn open(&self, broken: Option<u64>) -> Option<(u64, Connection, bool)> {
        let slot = self.slot();
        let connection = slot.connection.as_ref().filter(|_| broken != Some(slot.number))?;
        Some((slot.number, connection.clone(), false))
    }

    fn close(&self, number: u64) {
        let mut slot = self.slot();
        if slot.number == number {
            slot.connection = None;
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an error means, in our words: those of the server may repeat what was sent to it.
    fn fault(&self, error: &RedisError) -> StateError {
        let what = match (error.kind(), error.code()) {
            (ErrorKind::AuthenticationFailed, _) | (_, Some("WRONGPASS" | "NOAUTH")) => {
                "it does not accept the user name and password; put the right ones into AUTOHIVE_TIKTOK_STATE".to_owned()
            }
            (_, Some("NOPERM")) => "the user may not run EVAL, or not on keys autohive-tiktok:*; grant it (ACL SETUSER)".to_owned(),
            (_, Some("LOADING")) => "it is still reading its data; try again in a moment".to_owned(),
            (_, Some("OOM")) => "it has no room left; give it more (maxmemory)".to_owned(),
            (_, Some("ERR")) => {
                "it refused; see whether it wants a user name and password, and whether it has a database of this number"
                    .to_owned()
            }
            (_, Some(code)) if code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                format!("it answered {code}; its own log says more")
            }
            (ErrorKind::Io, _) if error.is_timeout() => {
                let tls = if self.address.is_over_tls() {
                    ", and whether it speaks TLS: a Redis without TLS is silent towards rediss://, write redis:// then"
                } else {
                    ", and whether it speaks TLS only: write rediss:// then"
                };
                format!("it did not answer within {} seconds; see whether it is up and can be reached{tls}", PATIENCE.as_secs())
            }
            (ErrorKind::Io, _) if is_too_large(error) => {
                "it answered with more than any Redis would; see whether host and port are right".to_owned()
            }
            (ErrorKind::Io, _) if error.is_connection_refusal() => {
                "nothing listens there; start it, or correct host and port".to_owned()
            }
            (ErrorKind::Io, _) => {
                "the connection could not be made or broke; see whether host, port and TLS (redis:// or rediss://) are right".to_owned()
            }
            _ => "it answered with something that no Redis answers; see whether host and port are right".to_owned(),
        };
        self.unavailable(&what)
    }

    fn unavailable(&self, what: &str) -> StateError {
        StateError::Unavailable { place: self.address.to_string(), what: what.to_owned() }
    }
}

impl Step {
    fn journal(script: &'static str, key: JournalKey, arguments: Vec<String>) -> Self {
        Self { script, key: format!("autohive-tiktok:journal:{key}"), arguments }
    }

    fn ledger(script: &'static str, account: AccountHash, kind: &str, arguments: Vec<String>) -> Self {
        Self { script, key: format!("autohive-tiktok:ledger:{account}:{kind}"), arguments }
    }

    async fn run<T: FromRedisValue>(&self, connection: &Connection, clock: &Clock) -> RedisResult<T> {
        let moved = millis(clock.moved());
        let mut commands = connection.commands.clone();
        cmd("EVAL")
            .arg(self.script)
            .arg(1)
            .arg(&self.key)
            .arg(&self.arguments)
            .arg(moved)
            .query_async(&mut commands)
            .await
    }
}

async fn connect(address: &Address) -> Result<Connection, ConnectFault> {
    // A second installation in one process is refused, and the first one serves.
    drop(rustls::crypto::ring::default_provider().install_default());
    Connection::open(address.info()).await
}

/// Whether another connection may do better.
fn lost_connection(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error()
}

/// Whether more came than an answer may have.
fn is_too_large(error: &RedisError) -> bool {
    let cause = error.source().and_then(<dyn Error>::downcast_ref::<io::Error>);
    cause.is_some_and(|error| error.kind() == io::ErrorKind::FileTooLarge)
}

fn text(duration: Duration) -> String {
    millis(duration).to_string()
}

/// What `claim.lua` answers: a word, an entry, an owner, milliseconds.
type Answer = (String, Option<String>, Option<String>, i64);

impl Store for Redis {
    async fn claim(&self, bid: Bid) -> Result<Found, StateError> {
        let Bid { key, fingerprint, owner, evicted, lease } = bid;
        let evicted = evicted.unwrap_or_default();
        let arguments = vec![fingerprint.to_string(), owner, evicted, text(lease), text(JOURNAL_KEPT)];
        let (word, entry, owner, lease_left): Answer = self.run(Step::journal(CLAIM, key, arguments)).await?;
        let lease_left = between(0, lease_left);
        Ok(match word.as_str() {
            "conflict" => Found::Conflict,
            "finished" => Found::Finished(entry.unwrap_or_default()),
            "held" => Found::Held { entry, owner: owner.unwrap_or_default(), lease_left },
            _ => entry.map_or(Found::Fresh, Found::Resumed),
        })
    }

    async fn change(&self, key: JournalKey, owner: String, change: Change) -> Result<bool, StateError> {
        let (word, lease, entry) = match change {
            Change::Write(entry, lease) => ("write", lease, entry),
            Change::Renew(lease) => ("renew", lease, String::new()),
            Change::Finish(entry) => ("finish", Duration::ZERO, entry),
            Change::Release => ("release", Duration::ZERO, String::new()),
            Change::Forget => ("forget", Duration::ZERO, String::new()),
        };
        let arguments = vec![word.to_owned(), owner, text(lease), entry, text(JOURNAL_KEPT)];
        let changed: i64 = self.run(Step::journal(CHANGE, key, arguments)).await?;
        Ok(changed == 1)
    }

    async fn take(&self, event: Event, limit: u32, window: Duration) -> Result<Result<i64, Duration>, StateError> {
        let arguments = vec![event.id, limit.to_string(), text(window), text(EVENTS_KEPT)];
        let wait: i64 = self.run(Step::ledger(TAKE, event.account, event.kind, arguments)).await?;
        Ok(u64::try_from(wait).map_or(Ok(0), |wait| Err(Duration::from_millis(wait))))
    }

    async fn give_back(&self, place: Place) -> Result<(), StateError> {
        let Event { account, kind, id } = place.event;
        let _removed: i64 = self.run(Step::ledger(GIVE_BACK, account, kind, vec![id])).await?;
        Ok(())
    }

    async fn count(&self, account: AccountHash, kind: &'static str, window: Duration) -> Result<u32, StateError> {
        self.run(Step::ledger(COUNT, account, kind, vec![text(window)])).await
    }
}
