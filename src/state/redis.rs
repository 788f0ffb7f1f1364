//! The state in a Redis (5 or newer, or Valkey): machines share it.
//!
//! Each step is one Lua script over one key, so it is atomic. To claim a row that is there takes two: one
//! reports it, and once it is verified here, the other takes it over if it is still the same. The time is the
//! server's, because the clocks of a fleet differ. A connection that was open before may have died unnoticed:
//! a step that fails on one is tried once more on a new one, which is safe because the scripts answer a
//! repetition by the same owner as they did the first time; but who has let go owns nothing any more, so that
//! a repeated release finds the row lost, which comes to the same.
//!
//! A step has reached the server's memory when it returns; whether it outlives the server is for the server's
//! settings to say (`appendonly yes` and `appendfsync always`; see `docs/state.md`).

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
    RatePermit, StateError,
    judge::{OwnedRow, judge},
    row::{Bound, Distrust, ENTRY_MAX, LEASE_MAX, MALFORMED, OWNER_MAX, StoredRow, TOO_LARGE, unhex},
    store::{Change, ClaimRequest, ClaimResult, EVENTS_KEPT, Event, JOURNAL_KEPT, PATIENCE, Store, millis},
};
use crate::{
    clock::Clock,
    model::{AccountHash, JournalKey, RateWindow},
};

const CLAIM: &str = include_str!("redis/claim.lua");
const TAKE_OVER: &str = include_str!("redis/take_over.lua");
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
    arguments: Vec<Vec<u8>>,
}

impl Redis {
    pub(super) fn new(address: Address, clock: Clock) -> Self {
        Self {
            address,
            clock,
            connection: Mutex::default(),
        }
    }

    async fn run<T: FromRedisValue>(&self, step: Step) -> Result<T, StateError> {
        let (number, connection, is_new) = self.connection(None).await?;
        let result = step.run(&connection, &self.clock).await;
        match result {
            Err(error) if !is_new && lost_connection(&error) => {
                let (_, connection, _) = self.connection(Some(number)).await?;
                step.run(&connection, &self.clock)
                    .await
                    .map_err(|error| self.fault(&error))
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

    /// The open connection unless it is the `broken` one, else a new one; tells its number and whether it is
    /// new.
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

    /// Meaning of an error in our words, since those of the server may repeat what was sent to it.
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
        StateError::Unavailable {
            place: self.address.to_string(),
            what,
            passes,
        }
    }
}

impl Step {
    fn journal(script: &'static str, key: JournalKey, arguments: Vec<String>) -> Self {
        let arguments = arguments.into_iter().map(String::into_bytes).collect();
        Self {
            script,
            key: format!("autohive-tiktok:journal:{key}"),
            arguments,
        }
    }

    fn counter(script: &'static str, account: AccountHash, kind: &str, arguments: Vec<String>) -> Self {
        let arguments = arguments.into_iter().map(String::into_bytes).collect();
        Self {
            script,
            key: format!("autohive-tiktok:ledger:{account}:{kind}"),
            arguments,
        }
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

/// True if the user may not run a command, or not within a script. Each version of Redis has its own words
/// for that.
fn lacks_a_right(error: &RedisError) -> bool {
    let is_of_a_script = |words: &str| {
        ["ACL failure", "can't run this command", "NOPERM"]
            .iter()
            .any(|part| words.contains(part))
    };
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

/// Answer of `claim.lua`: a word, the server's time in milliseconds since the Unix epoch, and the fields of
/// the row.
type Answer = (String, i64, Fields);

/// Fingerprint, entry, finished, owner, end of the lease and first claim, as they stand in the row; each may
/// be absent.
type Fields = [Option<Vec<u8>>; 6];

/// Most attempts to take over a row that others change meanwhile.
const ATTEMPTS: u32 = 16;

impl Redis {
    /// Reports the row. Where there is none, it is made, unless a seal has to know the server's time first.
    async fn report(&self, request: &ClaimRequest) -> Result<Answer, StateError> {
        let entry = if request.seal.is_set() {
            String::new()
        } else {
            request.entry.clone()
        };
        let arguments = vec![
            ENTRY_MAX.to_string(),
            OWNER_MAX.to_string(),
            request.fingerprint.to_string(),
            entry,
            request.owner.clone(),
            text(request.lease),
            text(JOURNAL_KEPT),
        ];
        self.run(Step::journal(CLAIM, request.key, arguments)).await
    }

    /// Takes the row over if it is still as it was reported: for what is found as fresh, with a new row in
    /// its place.
    async fn take_over(
        &self,
        request: &ClaimRequest,
        reported: &Fields,
        found: &ClaimResult,
    ) -> Result<bool, StateError> {
        let mut step = Step::journal(TAKE_OVER, request.key, Vec::new());
        let field = |field: &Option<Vec<u8>>| field.as_ref().map(|value| [b"=", value.as_slice()].concat());
        step.arguments.extend(
            reported
                .iter()
                .map(|reported| field(reported).unwrap_or_default()),
        );
        step.arguments.extend([
            request.owner.clone().into_bytes(),
            text(request.lease).into_bytes(),
        ]);
        let row = if let ClaimResult::Fresh(created) = found {
            new_row(request, *created)
        } else {
            Default::default()
        };
        step.arguments.extend(row.map(String::into_bytes));
        step.arguments.push(text(JOURNAL_KEPT).into_bytes());
        let taken: i64 = self.run(step).await?;
        Ok(taken == 1)
    }
}

/// Fingerprint, entry and first claim of a new row.
fn new_row(request: &ClaimRequest, created: i64) -> [String; 3] {
    let bound = Bound {
        key: request.key,
        fingerprint: *request.fingerprint.as_bytes(),
        created,
        finished: false,
    };
    [
        request.fingerprint.to_string(),
        request.seal.close(bound, &request.entry),
        created.to_string(),
    ]
}

/// The row that was reported.
fn owned(fields: &Fields) -> Result<OwnedRow, Distrust> {
    let [
        Some(fingerprint),
        entry,
        finished,
        Some(owner),
        Some(lease_until),
        Some(created),
    ] = fields
    else {
        return Err(MALFORMED);
    };
    let fingerprint = str::from_utf8(fingerprint)
        .ok()
        .and_then(unhex)
        .ok_or(MALFORMED)?
        .to_vec();
    let finished = match finished.as_deref() {
        None => 0,
        Some(b"1") => 1,
        Some(_) => return Err(MALFORMED),
    };
    let row = StoredRow {
        fingerprint,
        entry: entry.clone(),
        finished,
        created: digits(created).ok_or(MALFORMED)?,
    };
    // A lease that is no number is over.
    let lease_until = digits(lease_until).unwrap_or_default();
    Ok(OwnedRow {
        row,
        owner: String::from_utf8_lossy(owner).into_owned(),
        lease_until,
    })
}

fn digits(field: &[u8]) -> Option<i64> {
    let text = str::from_utf8(field)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}

impl Store for Redis {
    /// A row that was there is written to after it was verified here, and only if nobody has changed it
    /// meanwhile.
    async fn claim(&self, request: ClaimRequest) -> Result<ClaimResult, StateError> {
        for _ in 0..ATTEMPTS {
            let (word, now, fields) = self.report(&request).await?;
            let found = match word.as_str() {
                "fresh" => return Ok(ClaimResult::Fresh(now)),
                "absent" => ClaimResult::Fresh(now),
                "there" => judge(owned(&fields), now, &request),
                "large" => ClaimResult::Distrusted(TOO_LARGE),
                _ => ClaimResult::Distrusted(MALFORMED),
            };
            let is_wanted = matches!(found, ClaimResult::Fresh(_) | ClaimResult::Resumed(_));
            if !is_wanted || self.take_over(&request, &fields, &found).await? {
                return Ok(found);
            }
        }
        let what =
            "others changed the row of this key again and again while it was claimed; try again".to_owned();
        Err(StateError::Unavailable {
            place: self.address.to_string(),
            what,
            passes: true,
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
        let arguments = vec![
            word.to_owned(),
            owner,
            text(lease),
            entry,
            text(JOURNAL_KEPT),
            text(LEASE_MAX),
        ];
        let changed: i64 = self.run(Step::journal(CHANGE, key, arguments)).await?;
        Ok(changed == 1)
    }

    async fn take(
        &self,
        event: Event,
        windows: Vec<RateWindow>,
    ) -> Result<Result<i64, Duration>, StateError> {
        let mut arguments = vec![event.id, text(EVENTS_KEPT)];
        for window in windows {
            arguments.extend([window.limit.to_string(), text(window.length)]);
        }
        let wait: i64 = self
            .run(Step::counter(TAKE, event.account, event.kind, arguments))
            .await?;
        Ok(u64::try_from(wait).map_or(Ok(0), |wait| Err(Duration::from_millis(wait))))
    }

    async fn give_back(&self, place: RatePermit) -> Result<(), StateError> {
        let Event { account, kind, id } = place.event;
        let _removed: i64 = self
            .run(Step::counter(GIVE_BACK, account, kind, vec![id]))
            .await?;
        Ok(())
    }

    async fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> Result<u32, StateError> {
        self.run(Step::counter(COUNT, account, kind, vec![text(window)]))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Old and new programs share one Redis during an upgrade, so the keys may never change.
    #[test]
    fn keys_keep_their_form() {
        let account = AccountHash::of(&["a"]);
        let step = Step::counter(TAKE, account, "init", Vec::new());
        assert_eq!(
            step.key,
            "autohive-tiktok:ledger:bc2c25f0bcdf7e59019b1f7667d9075b531254a709806a414cd428d7758fa5ea:init"
        );
        let step = Step::journal(CLAIM, JournalKey::of(&["a"]), Vec::new());
        assert_eq!(
            step.key,
            "autohive-tiktok:journal:96520054c04c9c975d93b6adb9377b8560acaefb763c48a2945771b6387e69ba"
        );
    }
}
