//! State in a Redis (5 or newer, or Valkey) that several machines share.
//!
//! Each step is one Lua script on one key and the mark of the form, so it is atomic. The two are in different slots of a
//! cluster, which is not supported. Claiming an existing row takes two steps: the first
//! reports the row, and after it is verified here, the second takes it over if it is unchanged. The time is the
//! server's, because the clocks of the machines differ.
//!
//! A connection that was open before may have failed unnoticed, so a step that fails on one is tried once more
//! on a new one. This is safe because the scripts give the same reply if the same holder repeats a step. The exception is a repeated release: its holder no longer holds the row, so it finds the row lost,
//! which has the same effect.
//!
//! A step has reached the server's memory when it returns. Whether it outlives the server depends on the
//! server's settings (`appendonly yes` and `appendfsync always`; see `docs/state.md`).

mod address;
mod connection;
mod fault;
mod rows;
mod script;

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::redis::FromRedisValue;

pub use self::address::Address;
use self::{
    connection::Connection,
    fault::lost_connection,
    rows::{ClaimAnswer, Fields, held, new_row},
    script::{CHANGE, CLAIM, COUNT, DELETE, GIVE_BACK, ScriptCall, TAKE, TAKE_OVER, journal_key, scan, text},
};
use super::{
    RatePermit, StateError,
    judge::judge,
    row::{ENTRY_MAX, HOLDER_MAX, HeldRow, LEASE_MAX, MALFORMED, TOO_LARGE},
    store::{
        Change, ClaimRequest, ClaimResult, CountedEvent, Deletion, EVENTS_KEPT, JOURNAL_KEPT, ROWS_MAX,
        Store, StoreState, StoredRows,
    },
};
use crate::{
    clock::Clock,
    model::{AccountHash, JournalKey, RateRefusal, RateWindow},
};

/// Redis, connected at its first use.
#[derive(Debug)]
pub(super) struct Redis {
    address: Address,
    clock: Clock,
    connection: Mutex<ConnectionSlot>,
}

/// Current connection and its number.
#[derive(Debug, Default)]
struct ConnectionSlot {
    number: u64,
    connection: Option<Connection>,
}

impl Redis {
    pub(super) fn new(address: Address, clock: Clock) -> Self {
        Self {
            address,
            clock,
            connection: Mutex::default(),
        }
    }

    async fn run<T: FromRedisValue>(&self, call: ScriptCall) -> Result<T, StateError> {
        let (number, connection, is_new) = self.connection(None).await?;
        let result = call.run(&connection, &self.clock).await;
        match result {
            Err(error) if !is_new && lost_connection(&error) => {
                let (_, connection, _) = self.connection(Some(number)).await?;
                call.run(&connection, &self.clock)
                    .await
                    .map_err(|error| fault::of(&self.address, &error))
            }
            Err(error) => {
                if lost_connection(&error) {
                    self.close(number);
                }
                Err(fault::of(&self.address, &error))
            }
            Ok(value) => Ok(value),
        }
    }

    /// Open connection unless it is the `broken` one, else a new one; with its number, and true if it is new.
    ///
    /// Requests do not wait for the attempt of another request to connect: it could fail for each of them in
    /// turn.
    async fn connection(&self, broken: Option<u64>) -> Result<(u64, Connection, bool), StateError> {
        if let Some(open) = self.open(broken) {
            return Ok(open);
        }
        let connection = Connection::open(self.address.info()).await;
        let connection = connection.map_err(|error| fault::of_connect(&self.address, &error))?;
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

    fn slot(&self) -> MutexGuard<'_, ConnectionSlot> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Maximum attempts to take over a row that other requests keep changing.
const ATTEMPTS: u32 = 16;

impl Redis {
    /// Reports the row. An absent row is created with this entry, unless that is empty.
    async fn report(&self, request: &ClaimRequest, entry: String) -> Result<ClaimAnswer, StateError> {
        let arguments = vec![
            ENTRY_MAX.to_string(),
            HOLDER_MAX.to_string(),
            request.fingerprint.to_string(),
            entry,
            request.holder.clone(),
            text(request.lease),
            text(JOURNAL_KEPT),
        ];
        self.run(ScriptCall::journal(CLAIM, request.key, arguments)).await
    }

    /// Takes over the row if it is still as reported; for [`ClaimResult::Fresh`], replaces it by a new row.
    async fn take_over(
        &self,
        request: &ClaimRequest,
        reported: &Fields,
        found: &ClaimResult,
    ) -> Result<bool, StateError> {
        let mut call = ScriptCall::journal(TAKE_OVER, request.key, Vec::new());
        let field = |field: &Option<Vec<u8>>| field.as_ref().map(|value| [b"=", value.as_slice()].concat());
        call.arguments.extend(
            reported
                .iter()
                .map(|reported| field(reported).unwrap_or_default()),
        );
        call.arguments.extend([
            request.holder.clone().into_bytes(),
            text(request.lease).into_bytes(),
        ]);
        let row = if let ClaimResult::Fresh(created) = found {
            new_row(request, *created)
        } else {
            Default::default()
        };
        call.arguments.extend(row.map(String::into_bytes));
        call.arguments.push(text(JOURNAL_KEPT).into_bytes());
        let taken: i64 = self.run(call).await?;
        Ok(taken == 1)
    }
}

impl Redis {
    /// Keys of all rows of the journal, at most [`ROWS_MAX`].
    async fn keys(&self) -> Result<Vec<JournalKey>, StateError> {
        let (_, connection, _) = self.connection(None).await?;
        let (mut keys, mut cursor) = (BTreeSet::new(), 0_u64);
        loop {
            let (next, found) = scan(&connection, cursor)
                .await
                .map_err(|error| fault::of_scan(&self.address, &error))?;
            keys.extend(found.iter().filter_map(|name| journal_key(name)));
            if next == 0 || keys.len() >= ROWS_MAX {
                return Ok(keys.into_iter().collect());
            }
            cursor = next;
        }
    }
}

/// Arguments of `claim.lua` that make no row.
fn read_only(entry_max: usize, holder_max: usize) -> Vec<String> {
    let zero = || "0".to_owned();
    vec![
        entry_max.to_string(),
        holder_max.to_string(),
        String::new(),
        String::new(),
        String::new(),
        zero(),
        zero(),
    ]
}

/// Result of a claim that finds a row as reported.
fn found(word: &str, now: i64, fields: &Fields, request: &ClaimRequest) -> ClaimResult {
    match word {
        "absent" => ClaimResult::Fresh(now),
        "there" => judge(held(fields), now, request),
        "large" => ClaimResult::Distrusted(TOO_LARGE),
        _ => ClaimResult::Distrusted(MALFORMED),
    }
}

impl Store for Redis {
    /// Writes an existing row after it is verified here, and only if it is still unchanged.
    async fn claim(&self, request: ClaimRequest) -> Result<ClaimResult, StateError> {
        for _ in 0..ATTEMPTS {
            // A seal needs the server's time first.
            let entry = if request.seal.is_set() {
                String::new()
            } else {
                request.entry.clone()
            };
            let (word, now, fields) = self.report(&request, entry).await?;
            if word == "fresh" {
                return Ok(ClaimResult::Fresh(now));
            }
            let found = found(&word, now, &fields, &request);
            let is_wanted = matches!(found, ClaimResult::Fresh(_) | ClaimResult::Resumed(_));
            if !is_wanted || self.take_over(&request, &fields, &found).await? {
                return Ok(found);
            }
        }
        let what =
            "other requests kept changing the row of this key while it was claimed; try again".to_owned();
        Err(StateError::Unavailable {
            place: self.address.to_string(),
            what,
            passes: true,
        })
    }

    async fn look(&self, request: ClaimRequest) -> Result<ClaimResult, StateError> {
        let (word, now, fields) = self.report(&request, String::new()).await?;
        Ok(found(&word, now, &fields, &request))
    }

    async fn inspect(&self) -> Result<StoreState, StateError> {
        // A counter that no account has: the step needs the permissions of all others, and changes nothing.
        let account = AccountHash::of(&["inspect"]);
        self.count(account, "inspect", Duration::ZERO).await?;
        Ok(StoreState::Usable)
    }

    async fn rows(&self) -> Result<StoredRows, StateError> {
        let mut stored = StoredRows::default();
        for key in self.keys().await? {
            let arguments = read_only(ENTRY_MAX, HOLDER_MAX);
            let (word, now, fields): ClaimAnswer =
                self.run(ScriptCall::journal(CLAIM, key, arguments)).await?;
            stored.now = now;
            match word.as_str() {
                "absent" => {}
                "there" => stored.rows.push((key, held(&fields))),
                "large" => stored.rows.push((key, Err(TOO_LARGE))),
                _ => stored.rows.push((key, Err(MALFORMED))),
            }
        }
        let first_claim =
            |found: &Result<HeldRow, _>| found.as_ref().map_or(i64::MIN, |held| held.row.created);
        stored.rows.sort_by_key(|(_, found)| first_claim(found));
        Ok(stored)
    }

    async fn delete(&self, key: JournalKey, ended: Option<String>) -> Result<Deletion, StateError> {
        let arguments = vec![ended.unwrap_or_default(), HOLDER_MAX.to_string(), text(LEASE_MAX)];
        let (word, holder, left): (String, String, u64) =
            self.run(ScriptCall::journal(DELETE, key, arguments)).await?;
        Ok(match word.as_str() {
            "absent" => Deletion::Absent,
            "held" => Deletion::Held {
                holder,
                lease_left: Duration::from_millis(left),
            },
            _ => Deletion::Deleted,
        })
    }

    async fn change(&self, key: JournalKey, holder: String, change: Change) -> Result<bool, StateError> {
        let (word, lease, entry) = match change {
            Change::Write(entry, lease) => ("write", lease, entry),
            Change::Renew(lease) => ("renew", lease, String::new()),
            Change::Finish(entry) => ("finish", Duration::ZERO, entry),
            Change::Release(released) => ("release", Duration::ZERO, released),
            Change::Forget => ("forget", Duration::ZERO, String::new()),
        };
        let arguments = vec![
            word.to_owned(),
            holder,
            text(lease),
            entry,
            text(JOURNAL_KEPT),
            text(LEASE_MAX),
        ];
        let changed: i64 = self.run(ScriptCall::journal(CHANGE, key, arguments)).await?;
        Ok(changed == 1)
    }

    async fn take(
        &self,
        event: CountedEvent,
        windows: Vec<RateWindow>,
    ) -> Result<Result<i64, RateRefusal>, StateError> {
        let mut arguments = vec![event.id, text(EVENTS_KEPT)];
        for window in &windows {
            arguments.extend([window.limit.to_string(), text(window.length)]);
        }
        let (index, wait): (usize, u64) = self
            .run(ScriptCall::counter(TAKE, event.account, event.kind, arguments))
            .await?;
        // Counted from 1; 0 for an event that fits.
        let full = index.checked_sub(1).and_then(|index| windows.get(index));
        Ok(full.map_or(Ok(0), |window| {
            Err(RateRefusal {
                wait: Duration::from_millis(wait),
                window: *window,
            })
        }))
    }

    async fn give_back(&self, permit: RatePermit) -> Result<(), StateError> {
        let CountedEvent { account, kind, id } = permit.event;
        let _removed: i64 = self
            .run(ScriptCall::counter(GIVE_BACK, account, kind, vec![id]))
            .await?;
        Ok(())
    }

    async fn count(
        &self,
        account: AccountHash,
        kind: &'static str,
        window: Duration,
    ) -> Result<u32, StateError> {
        self.run(ScriptCall::counter(COUNT, account, kind, vec![text(window)]))
            .await
    }
}
