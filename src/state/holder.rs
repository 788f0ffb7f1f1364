//! Holders of leases, and whether they have ended.
//!
//! A holder is one claim of one process. Its name identifies it for other processes: boot of the machine,
//! process-id namespace, user, process, and start time of the process. Another process can check whether it has
//! ended only within the same boot and namespace, as the same user (Linux can hide the processes of others),
//! and if `/proc` can be read. In all other cases the lease decides.
//!
//! The name also has the digest of the account whose row it holds, after the random digits and a point. Versions that do not
//! know it take it for a part of these digits, so that old and new processes can share a state.
//!
//! A wrong answer, for two clones of one virtual machine that share a Redis, is harmless: a holder that was
//! taken for ended no longer holds the row and cannot write it.

use std::{
    collections::BTreeSet,
    fmt, fs,
    hash::{BuildHasher as _, RandomState},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rustix::{
    io::Errno,
    process::{Pid, geteuid, test_kill_process},
};

use crate::model::{Hex, JournalAccount, from_hex};

/// Version of a holder's name. A name of another version counts as alive.
const VERSION: &str = "1";

/// Placeholder in a name for an unknown machine.
const UNKNOWN: &str = "-";

/// Sign before the digest of the account.
const ACCOUNT: char = '.';

/// Creates the holders of one `State` and remembers which of them are alive.
#[derive(Debug, Clone)]
pub(super) struct Holders(Arc<Registry>);

#[derive(Debug)]
struct Registry {
    process: Process,
    /// 32 random digits that distinguish `State`s of one process, and processes of machines without `/proc`.
    random: String,
    claims: Mutex<Claims>,
}

#[derive(Debug, Default)]
struct Claims {
    last: u64,
    alive: BTreeSet<u64>,
}

/// Identity of a process for other processes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    /// Boot id, process-id namespace and user; `None` if processes cannot be checked.
    machine: Option<String>,
    id: u32,
    /// Start time in clock ticks since the boot.
    started: u64,
}

impl Holders {
    pub(super) fn new() -> Self {
        Self(Arc::new(Registry {
            process: Process::this(),
            random: Hex(&random()).to_string(),
            claims: Mutex::default(),
        }))
    }

    /// New holder of a row of this account, alive until it is dropped.
    pub(super) fn holder(&self, account: Option<JournalAccount>) -> Holder {
        let mut claims = self.0.claims();
        claims.last += 1;
        let number = claims.last;
        claims.alive.insert(number);
        drop(claims);
        Holder {
            holders: self.clone(),
            number,
            account,
        }
    }

    /// Name that no other `State` has.
    pub(super) fn random(&self) -> &str {
        &self.0.random
    }

    /// True if the holder of this name is known to have ended, so that it can never write again.
    pub(super) fn has_ended(&self, name: &str) -> bool {
        let Some((process, random, number)) = parse(name) else {
            return false;
        };
        if random == self.0.random {
            return !self.0.claims().alive.contains(&number);
        }
        let us = &self.0.process;
        us.machine.is_some() && us.machine == process.machine && process.is_gone()
    }
}

/// Random bytes, unique over machines.
fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // A system without random bytes gives no better ones.
        let hash = || RandomState::new().hash_one(process::id());
        bytes = ((u128::from(hash()) << 64) | u128::from(hash())).to_be_bytes();
    }
    bytes
}

impl Registry {
    fn claims(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holder of one claim. It ends when it is dropped, also by a panic.
#[derive(Debug)]
pub(super) struct Holder {
    holders: Holders,
    number: u64,
    account: Option<JournalAccount>,
}

impl Holder {
    /// Name in place of that of the holder once it has released the row: nobody's, with the account.
    pub(super) fn released(&self) -> String {
        self.account.map(suffix).unwrap_or_default()
    }
}

fn suffix(account: JournalAccount) -> String {
    format!("{ACCOUNT}{account}")
}

/// Digest of the account in the name of a holder, or in that of a released row. Earlier versions wrote none.
pub(super) fn account(name: &str) -> Option<JournalAccount> {
    let (_, digest) = name.rsplit_once(ACCOUNT)?;
    from_hex(digest.split(' ').next()?).map(JournalAccount::stored)
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.holders.0.claims().alive.remove(&self.number);
    }
}

/// Name of the holder, as it is stored in the row.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Registry {
            process: Process { machine, id, started },
            random,
            claims: _,
        } = &*self.holders.0;
        let machine = machine.as_deref().unwrap_or(UNKNOWN);
        let (account, number) = (self.released(), self.number);
        write!(f, "{VERSION} {machine} {id} {started} {random}{account} {number}")
    }
}

fn parse(name: &str) -> Option<(Process, &str, u64)> {
    let mut words = name.split(' ');
    let mut next = || words.next();
    let (version, machine, id, started, random, number) =
        (next()?, next()?, next()?, next()?, next()?, next()?);
    if version != VERSION || next().is_some() {
        return None;
    }
    let machine = (machine != UNKNOWN).then(|| machine.to_owned());
    let process = Process {
        machine,
        id: id.parse().ok()?,
        started: started.parse().ok()?,
    };
    let random = random.split(ACCOUNT).next()?;
    Some((process, random, number.parse().ok()?))
}

impl Process {
    /// This process, as precisely as `/proc` allows.
    fn this() -> Self {
        let id = process::id();
        match Stat::of(id) {
            Ok(Some(stat)) => Self {
                machine: machine(id),
                id,
                started: stat.started,
            },
            _ => Self {
                machine: None,
                id,
                started: 0,
            },
        }
    }

    /// True if the process no longer exists: its id is unused, belongs to another process, or is that of a
    /// zombie.
    fn is_gone(&self) -> bool {
        match Stat::of(self.id) {
            Ok(Some(stat)) => stat.started != self.started || stat.has_ended,
            // An unreadable entry does not prove that the process is gone.
            Ok(None) => false,
            Err(error) => error.kind() == io::ErrorKind::NotFound && is_absent(self.id),
        }
    }
}

/// True if no process has this id. A `/proc` mounted with `hidepid=2` hides processes that are not dumpable,
/// as those of this program are, even from their own user; signals still reach them.
fn is_absent(id: u32) -> bool {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    id.is_none_or(|id| test_kill_process(id) == Err(Errno::SRCH))
}

/// Scope within which a process id is unique and can be checked: boot, process-id namespace and user. `None`
/// if it is unknown.
fn machine(id: u32) -> Option<String> {
    // A `/proc` of another namespace lists other processes under the same ids.
    let own = fs::read_link("/proc/self").ok()?;
    if own != Path::new(&id.to_string()) {
        return None;
    }
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::metadata("/proc/self/ns/pid").ok()?.ino();
    // The files of a process that is not dumpable belong to root, so `/proc/self` does not identify the user.
    let user = geteuid().as_raw();
    let boot = boot.trim();
    let plain = !boot.is_empty() && boot.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| format!("{boot}/{namespace}/{user}"))
}

/// Fields of `/proc/<id>/stat`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    started: u64,
    has_ended: bool,
}

impl Stat {
    /// Reads `/proc/<id>/stat`; `None` if its format is not the one of proc(5).
    fn of(id: u32) -> io::Result<Option<Self>> {
        Ok(Self::parse(&fs::read_to_string(format!("/proc/{id}/stat"))?))
    }

    /// Parses fields 3, 20 and 22. The name of the process is in parentheses and may contain parentheses and
    /// spaces.
    fn parse(text: &str) -> Option<Self> {
        let (_, fields) = text.rsplit_once(')')?;
        let mut fields = fields.split_ascii_whitespace();
        let state = fields.next()?;
        let threads: i64 = fields.nth(16)?.parse().ok()?;
        let started = fields.nth(1)?.parse().ok()?;
        // The first thread of a process can end before the others.
        let has_ended = matches!(state, "Z" | "X" | "x") && threads <= 1;
        Some(Self { started, has_ended })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::row::HOLDER_MAX;

    #[test]
    fn a_holder_is_alive_until_it_is_dropped() {
        let holders = Holders::new();
        let (first, second) = (
            holders.holder(None),
            holders.holder(Some(JournalAccount::of(&["a"]))),
        );
        let names = [first.to_string(), second.to_string()];
        assert_ne!(names[0], names[1]);
        assert_eq!(
            names.each_ref().map(|name| holders.has_ended(name)),
            [false, false]
        );
        drop(first);
        assert_eq!(
            names.each_ref().map(|name| holders.has_ended(name)),
            [true, false]
        );
    }

    #[test]
    fn a_holder_of_another_state_of_a_living_process_counts_as_alive() {
        let (here, there) = (Holders::new(), Holders::new());
        let name = there.holder(None).to_string();
        assert!(there.has_ended(&name), "it was dropped at once");
        assert!(!here.has_ended(&name));
    }

    #[test]
    fn the_account_is_in_the_name_before_and_after_a_release() {
        let owner = JournalAccount::of(&["a"]);
        let holder = Holders::new().holder(Some(owner));
        for name in [holder.to_string(), holder.released()] {
            assert_eq!(account(&name), Some(owner), "{name}");
            assert!(name.len() <= HOLDER_MAX, "{name}");
        }
        let nobody = Holders::new().holder(None);
        assert_eq!(nobody.released(), "");
        for name in [&nobody.to_string(), "", ".", ".12", "1 a.b 1 1 a 1"] {
            assert_eq!(account(name), None, "{name}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_what_is_surely_dead_has_ended() {
        let holders = Holders::new();
        let process = holders.0.process.clone();
        let machine = process
            .machine
            .clone()
            .expect("the tests run where /proc can be read");
        // No process has an id of more than 22 bits (proc(5), pid_max).
        let absent = 1 << 23;
        let name = |machine: &str, id: u32, started: u64| format!("1 {machine} {id} {started} abc 1");
        assert!(holders.has_ended(&name(&machine, absent, 1)));
        assert!(
            holders.has_ended(&name(&machine, process.id, process.started + 1)),
            "the id was given out again"
        );
        assert!(!holders.has_ended(&name(&machine, process.id, process.started)));
        assert!(!holders.has_ended(&name("another/1/0", absent, 1)));
        assert!(!holders.has_ended(&name("-", absent, 1)));
        for unknown in ["", "1", "2 a 1 1 a 1", "1 a x 1 a 1", "1 a 1 1 a 1 1"] {
            assert!(!holders.has_ended(unknown), "{unknown:?}");
        }
    }

    /// `/proc` can hide a living process: its absence there is no proof.
    #[test]
    fn a_living_process_is_not_absent() {
        assert!(!is_absent(process::id()) && !is_absent(1));
        assert!(is_absent(1 << 23) && is_absent(u32::MAX) && is_absent(0));
    }

    #[test]
    fn a_process_may_be_named_anything() {
        let line = |state: &str, threads: u32| {
            format!(
                "77 (a ) Z (b) {state} 1 77 77 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 {threads} 0 987654 1 2 3"
            )
        };
        let stat = |has_ended| {
            Some(Stat {
                started: 987_654,
                has_ended,
            })
        };
        assert_eq!(Stat::parse(&line("S", 1)), stat(false));
        assert_eq!(Stat::parse(&line("Z", 1)), stat(true));
        assert_eq!(
            Stat::parse(&line("Z", 2)),
            stat(false),
            "other threads are still at work"
        );
        assert_eq!(Stat::parse("77 (x) S 1"), None);
    }
}
