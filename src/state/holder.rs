//! Who holds a claim, and whether it has died.
//!
//! An owner is one claim of one process. Its name says enough to be judged by others: the boot of the
//! machine, the process-id namespace, the user, the process and when it started. Whether a process has died
//! can be told only from within the same boot and namespace, as the same user (Linux can hide the processes
//! of others), and where `/proc` can be read. Where it cannot be told, the lease decides.
//!
//! Should a verdict ever be wrong (two clones of one virtual machine that share a Redis), the row is fenced
//! all the same: the owner that was taken for dead cannot write any more.

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

/// The form of an owner's name. A name of another form is nobody we could judge.
const FORM: &str = "1";

/// What stands for a thing that could not be told.
const UNKNOWN: &str = "-";

/// Makes the owners of one `State` and remembers which of them are alive.
#[derive(Debug, Clone)]
pub(super) struct Holders(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    process: Process,
    /// Tells apart several `State`s of one process, and processes of machines without `/proc`.
    random: String,
    claims: Mutex<Claims>,
}

#[derive(Debug, Default)]
struct Claims {
    last: u64,
    alive: BTreeSet<u64>,
}

/// A process as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    /// Boot id, process-id namespace and user; nothing where processes cannot be judged.
    machine: Option<String>,
    id: u32,
    /// When it started, in clock ticks since the boot.
    started: u64,
}

impl Holders {
    pub(super) fn new() -> Self {
        let random = || RandomState::new().hash_one(process::id());
        let random = format!("{:016x}{:016x}", random(), random());
        Self(Arc::new(Inner {
            process: Process::this(),
            random,
            claims: Mutex::default(),
        }))
    }

    /// A new owner; it is alive until it is dropped.
    pub(super) fn owner(&self) -> Holder {
        let mut claims = self.0.claims();
        claims.last += 1;
        let number = claims.last;
        claims.alive.insert(number);
        drop(claims);
        Holder {
            owners: self.clone(),
            number,
        }
    }

    /// A name that nobody else has.
    pub(super) fn random(&self) -> &str {
        &self.0.random
    }

    /// Whether the owner of this name can never write again.
    pub(super) fn is_dead(&self, name: &str) -> bool {
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

impl Inner {
    fn claims(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One claim's owner. Dropping it, also by a panic, is its death.
#[derive(Debug)]
pub(super) struct Holder {
    owners: Holders,
    number: u64,
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.owners.0.claims().alive.remove(&self.number);
    }
}

/// The owner's name, as it stands in the row.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            process: Process { machine, id, started },
            random,
            claims: _,
        } = &*self.owners.0;
        let machine = machine.as_deref().unwrap_or(UNKNOWN);
        write!(f, "{FORM} {machine} {id} {started} {random} {}", self.number)
    }
}

fn parse(name: &str) -> Option<(Process, &str, u64)> {
    let mut words = name.split(' ');
    let mut next = || words.next();
    let (form, machine, id, started, random, number) = (next()?, next()?, next()?, next()?, next()?, next()?);
    if form != FORM || next().is_some() {
        return None;
    }
    let machine = (machine != UNKNOWN).then(|| machine.to_owned());
    let process = Process {
        machine,
        id: id.parse().ok()?,
        started: started.parse().ok()?,
    };
    Some((process, random, number.parse().ok()?))
}

impl Process {
    /// This process, as well as it can be told.
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

    /// Whether no such process is there any more: none of this id, another one, or one that waits to be
    /// buried.
    fn is_gone(&self) -> bool {
        match Stat::of(self.id) {
            Ok(Some(stat)) => stat.started != self.started || stat.has_ended,
            // Not to be read is not the same as gone.
            Ok(None) => false,
            Err(error) => error.kind() == io::ErrorKind::NotFound && is_absent(self.id),
        }
    }
}

/// Whether no process has this id. A `/proc` that is mounted with `hidepid=2` hides processes that are not
/// dumpable, which those of this program are, even from their own user; signals reach them still.
fn is_absent(id: u32) -> bool {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    id.is_none_or(|id| test_kill_process(id) == Err(Errno::SRCH))
}

/// Names the surroundings within which a process id means something; nothing where they cannot be told.
fn machine(id: u32) -> Option<String> {
    // A `/proc` of another namespace tells of other processes under our ids.
    let own = fs::read_link("/proc/self").ok()?;
    if own != Path::new(&id.to_string()) {
        return None;
    }
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::metadata("/proc/self/ns/pid").ok()?.ino();
    // Files of a process that is not dumpable belong to root, so `/proc/self` does not tell the user.
    let user = geteuid().as_raw();
    let boot = boot.trim();
    let plain = !boot.is_empty() && boot.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| format!("{boot}/{namespace}/{user}"))
}

/// What the kernel tells of a process.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    started: u64,
    has_ended: bool,
}

impl Stat {
    /// Reads `/proc/<id>/stat`; nothing where it has another form than proc(5) says.
    fn of(id: u32) -> io::Result<Option<Self>> {
        Ok(Self::parse(&fs::read_to_string(format!("/proc/{id}/stat"))?))
    }

    /// The name stands in brackets and may itself hold brackets and spaces; the fields 3, 20 and 22 are what
    /// counts.
    fn parse(text: &str) -> Option<Self> {
        let (_, fields) = text.rsplit_once(')')?;
        let mut fields = fields.split_ascii_whitespace();
        let state = fields.next()?;
        let threads: i64 = fields.nth(16)?.parse().ok()?;
        let started = fields.nth(1)?.parse().ok()?;
        // The first thread of a process can end before the others do.
        let has_ended = matches!(state, "Z" | "X" | "x") && threads <= 1;
        Some(Self { started, has_ended })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_alive_until_it_is_dropped() {
        let owners = Holders::new();
        let (first, second) = (owners.owner(), owners.owner());
        let names = [first.to_string(), second.to_string()];
        assert_ne!(names[0], names[1]);
        assert_eq!(names.each_ref().map(|name| owners.is_dead(name)), [false, false]);
        drop(first);
        assert_eq!(names.each_ref().map(|name| owners.is_dead(name)), [true, false]);
    }

    #[test]
    fn another_state_of_a_living_process_is_alive_for_all_one_knows() {
        let (here, there) = (Holders::new(), Holders::new());
        let name = there.owner().to_string();
        assert!(there.is_dead(&name), "it was dropped at once");
        assert!(!here.is_dead(&name));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_what_is_surely_dead_is_dead() {
        let owners = Holders::new();
        let process = owners.0.process.clone();
        let machine = process
            .machine
            .clone()
            .expect("the tests run where /proc can be read");
        // No process has an id of more than 22 bits (proc(5), pid_max).
        let absent = 1 << 23;
        let name = |machine: &str, id: u32, started: u64| format!("1 {machine} {id} {started} abc 1");
        assert!(owners.is_dead(&name(&machine, absent, 1)));
        assert!(
            owners.is_dead(&name(&machine, process.id, process.started + 1)),
            "the id was given out again"
        );
        assert!(!owners.is_dead(&name(&machine, process.id, process.started)));
        assert!(!owners.is_dead(&name("another/1/0", absent, 1)));
        assert!(!owners.is_dead(&name("-", absent, 1)));
        for unknown in ["", "1", "2 a 1 1 a 1", "1 a x 1 a 1", "1 a 1 1 a 1 1"] {
            assert!(!owners.is_dead(unknown), "{unknown:?}");
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
