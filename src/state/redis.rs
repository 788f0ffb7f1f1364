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
    row::{Bound, Distrust, ENTRY_MAX, LEASE_MAX, MALFORMED, OWNER_MAX, StoredRow, TOO_LARGE, TrustedRow, unhex},
    store::{Bid, Change, EVENTS_KEPT, Event, Found, JOURNAL_KEPT, PATIENCE, Store, Unsealed, between, millis},
};
use crate::{
    clock::Clock,
    model::{AccountHash, JournalKey},
};

const CLAIM: &str = include_str!("redis/claim.lua");
const TIME: &str = include_str!("redis/time.lua");
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
            ConnectFault::NoTls => StateError::Unavailable {
                place: self.address.to_string(),
                what: "it gave no TLS connection that this machine trusts; see whether host and port are right, whether TLS is \
                 spoken there (rediss://) or plain text (redis://), and whether the certificate is valid and trusted here"
                    .to_owned(),
                passes: true,
            },
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
        // What the operator has to put right does not pass by itself.
        let passes = error.kind() != ErrorKind::AuthenticationFailed
            && !matches!(error.code(), Some("WRONGPASS" | "NOAUTH" | "NOPERM" | "ERR"));
        let what = match (error.kind(), error.code()) {
            (ErrorKind::AuthenticationFailed, _) | (_, Some("WRONGPASS" | "NOAUTH")) => {
                "it does not accept the user name and password; put the right ones into AUTOHIVE_TIKTOK_STATE".to_owned()
            }
            _ if lacks_a_right(error) => "the user may not run EVAL or a command of our scripts, or not on keys autohive-tiktok:*; grant what docs/state.md lists (ACL SETUSER)".to_owned(),
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
        StateError::Unavailable { place: self.address.to_string(), what, passes }
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

/// Whether the user may not run a command, or not within a script, which each version of Redis says in its own words.
fn lacks_a_right(error: &RedisError) -> bool {
    let is_of_a_script =
        |words: &str| ["ACL failure", "can't run this command", "NOPERM"].iter().any(|part| words.contains(part));
    error.code() == Some("NOPERM") || error.detail().is_some_and(is_of_a_script)
}

/// Whether more came than an answer may have.
fn is_too_large(error: &RedisError) -> bool {
    let cause = error.source().and_then(<dyn Error>::downcast_ref::<io::Error>);
    cause.is_some_and(|error| error.kind() == io::ErrorKind::FileTooLarge)
}

fn text(duration: Duration) -> String {
    millis(duration).to_string()
}

/// Answer of `claim.lua`: a word, fingerprint, entry, whether it is finished, owner, what is left of the lease, when the row was
/// first claimed, and the time; all times in milliseconds.
type Answer = (String, Field, Field, Field, Field, i64, Field, i64);

/// A field of a row, which may be absent.
type Field = Option<Vec<u8>>;

impl Redis {
    async fn ask(&self, bid: &Bid, created: Option<i64>, may_replace: bool) -> Result<Answer, StateError> {
        let bound =
            |created| Bound { key: bid.key, fingerprint: *bid.fingerprint.as_bytes(), created, finished: false };
        let arguments = vec![
            bid.fingerprint.to_string(),
            bid.owner.clone(),
            bid.evicted.clone().unwrap_or_default(),
            text(bid.lease),
            text(JOURNAL_KEPT),
            text(LEASE_MAX),
            created.map(|created| created.to_string()).unwrap_or_default(),
            bid.seal.close(bound(created.unwrap_or_default()), &bid.entry),
            u8::from(may_replace).to_string(),
            ENTRY_MAX.to_string(),
            OWNER_MAX.to_string(),
        ];
        self.run(Step::journal(CLAIM, bid.key, arguments)).await
    }
}

/// The row of an answer that has one.
fn trusted(answer: &Answer, bid: &Bid) -> Result<TrustedRow, Distrust> {
    let (_, fingerprint, entry, finished, _, _, created, now) = answer;
    let ascii = |field: &Field| field.as_deref().and_then(|field| str::from_utf8(field).ok()).map(str::to_owned);
    let fingerprint = ascii(fingerprint).and_then(|digits| unhex(&digits)).ok_or(MALFORMED)?.to_vec();
    let created = ascii(created).and_then(|digits| digits.parse().ok()).ok_or(MALFORMED)?;
    let finished = match finished.as_deref() {
        None => 0,
        Some(b"1") => 1,
        Some(_) => return Err(MALFORMED),
    };
    StoredRow { fingerprint, entry: entry.clone(), finished, created }.trusted(bid.key, &bid.seal, *now)
}

/// What an answer says.
fn found(answer: Answer, bid: &Bid) -> Found {
    let word = match answer.0.as_str() {
        "large" => return Found::Distrusted(TOO_LARGE),
        "malformed" => return Found::Distrusted(MALFORMED),
        "fresh" => {
            let created = answer.6.as_deref().and_then(|created| str::from_utf8(created).ok()?.parse().ok());
            return created.map_or(Found::Distrusted(MALFORMED), Found::Fresh);
        }
        word => word,
    };
    let TrustedRow { entry, created, .. } = match trusted(&answer, bid) {
        Ok(row) => row,
        Err(reason) => return Found::Distrusted(reason),
    };
    let unsealed = entry.map(|entry| Unsealed { entry, created });
    match (word, unsealed) {
        ("conflict", _) => Found::Conflict,
        ("held", unsealed) => {
            let owner = String::from_utf8_lossy(&answer.4.unwrap_or_default()).into_owned();
            Found::Held { unsealed, owner, lease_left: between(0, answer.5) }
        }
        ("finished", Some(unsealed)) => Found::Finished(unsealed),
        ("resumed", Some(unsealed)) => Found::Resumed(unsealed),
        _ => Found::Distrusted(MALFORMED),
    }
}

impl Store for Redis {
    async fn claim(&self, bid: Bid) -> Result<Found, StateError> {
        // A seal says when the row was first claimed, by the server's clock.
        let is_sealed = bid.seal.is_set();
        let created = if is_sealed { Some(self.run(Step::journal(TIME, bid.key, Vec::new())).await?) } else { None };
        let mut answer = self.ask(&bid, created, !is_sealed).await?;
        if answer.0 == "too_old" && trusted(&answer, &bid).is_ok() {
            answer = self.ask(&bid, created, true).await?;
        }
        Ok(found(answer, &bid))
    }

    async fn change(&self, key: JournalKey, owner: String, change: Change) -> Result<bool, StateError> {
        let (word, lease, entry) = match change {
            Change::Write(entry, lease) => ("write", lease, entry),
            Change::Renew(lease) => ("renew", lease, String::new()),
            Change::Finish(entry) => ("finish", Duration::ZERO, entry),
            Change::Release => ("release", Duration::ZERO, String::new()),
            Change::Forget => ("forget", Duration::ZERO, String::new()),
        };
        let arguments = vec![word.to_owned(), owner, text(lease), entry, text(JOURNAL_KEPT), text(LEASE_MAX)];
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
