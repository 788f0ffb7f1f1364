//! `journal`: what the state records about requests with an `idempotency_key`.

mod forget;
mod select;
mod show;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Exit,
    args::{JournalList, JournalMode, StateArgs},
    block_on, print_line, report_error, report_message, run, table,
};
use crate::{
    clock::Clock,
    integrations::{EntryView, entry_view, owned_by},
    model::{JournalKey, UtcTime},
    state::{JournalRow, RowStanding, State, StateError},
};

/// Runs a subcommand.
pub(super) fn journal(mode: &JournalMode) -> Exit {
    let (JournalMode::List(JournalList { state, .. })
    | JournalMode::Show(super::args::JournalShow { state, .. })
    | JournalMode::Forget(super::args::JournalForget { state, .. })) = mode;
    let clock = Clock::system();
    let state = match open(state, &clock) {
        Ok(state) => state,
        Err(fault) => {
            report_message(&fault);
            return Exit::Usage;
        }
    };
    let done = block_on(async {
        match mode {
            JournalMode::List(options) => list(&state, &clock, options).await,
            JournalMode::Show(options) => show::show(&state, options).await,
            JournalMode::Forget(options) => forget::forget(&state, options).await,
        }
    });
    match done {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            report_message(&error.in_full());
            Exit::Failed
        }
        Err(error) => {
            report_error(&error);
            Exit::Failed
        }
    }
}

fn open(args: &StateArgs, clock: &Clock) -> Result<State, String> {
    let keys = run::state_keys()?;
    let location = args.state.clone().unwrap_or_else(run::usual_state);
    Ok(State::sealed_by(location, clock.clone(), keys))
}

/// Row with its entry as a person reads it.
#[derive(Debug)]
struct Record {
    row: JournalRow,
    entry: Option<EntryView>,
    /// Record of the key whose request created the object, for the record of an object.
    owner: Option<JournalKey>,
}

impl From<JournalRow> for Record {
    fn from(row: JournalRow) -> Self {
        let text = row
            .content
            .as_ref()
            .ok()
            .and_then(|content| content.entry.as_deref());
        let entry = text.and_then(entry_view);
        Self {
            row,
            entry,
            owner: None,
        }
    }
}

/// Digits of an ID that tell most records apart.
const SHORT: usize = 12;

impl Record {
    /// ID of the record: the digest of account and key.
    fn id(&self) -> String {
        self.row.key.to_string()
    }

    fn short_id(&self) -> String {
        short(&self.id())
    }

    /// Action, the record of the key for the record of an object, or the integration.
    fn action(&self) -> String {
        match (&self.owner, &self.entry) {
            (Some(owner), _) => format!("object of {}", short(&owner.to_string())),
            (None, Some(entry)) => entry.action.unwrap_or(entry.integration).to_owned(),
            (None, None) => String::new(),
        }
    }

    /// True if the end of the request is not recorded.
    fn is_unfinished(&self) -> bool {
        self.row
            .content
            .as_ref()
            .is_ok_and(|content| !content.is_finished)
            && !self.row.is_expired
    }

    /// State of the record in a word.
    fn state(&self) -> &'static str {
        match (&self.row.content, self.row.standing) {
            _ if self.row.is_expired => "expired",
            (Err(_), _) => "refused",
            (Ok(content), _) if content.is_finished => "finished",
            (Ok(_), RowStanding::Held { .. }) => "running",
            (Ok(_), RowStanding::Free | RowStanding::Ended) => "unfinished",
        }
    }

    fn stage(&self) -> String {
        match (&self.row.content, &self.entry) {
            (Err(reason), _) => (*reason).to_owned(),
            (Ok(_), Some(entry)) => entry.outcome.unwrap_or(entry.stage).to_owned(),
            (Ok(content), None) if content.entry.is_none() => "begun".to_owned(),
            (Ok(_), None) => {
                "of another form: a newer version of this program may have written it".to_owned()
            }
        }
    }

    fn first_claim(&self) -> Option<String> {
        self.row.claimed_at.map(|at| UtcTime::after_epoch(at).rfc3339())
    }

    fn as_json(&self) -> Value {
        let (content, entry) = (&self.row.content, &self.entry);
        let lease = match self.row.standing {
            RowStanding::Held { lease_left } => Some(lease_left.as_secs()),
            RowStanding::Free | RowStanding::Ended => None,
        };
        json!({
            "id": self.id(),
            "state": self.state(),
            "integration": entry.as_ref().map(|entry| entry.integration),
            "action": entry.as_ref().and_then(|entry| entry.action),
            "object_of": self.owner.map(|owner| owner.to_string()),
            "stage": entry.as_ref().map(|entry| entry.stage),
            "outcome": entry.as_ref().and_then(|entry| entry.outcome),
            "publish_id": entry.as_ref().and_then(|entry| entry.publish_id.as_deref()),
            "object_ids": entry.as_ref().map_or(&[][..], |entry| &entry.object_ids),
            "post_url": entry.as_ref().and_then(|entry| entry.post_url.as_deref()),
            "first_claim": self.first_claim(),
            "last_step": entry.as_ref().and_then(|entry| entry.at).map(utc),
            "lease_seconds_left": lease,
            "authenticated": self.row.is_sealed && content.is_ok(),
            "refused_because": content.as_ref().err(),
        })
    }
}

fn short(id: &str) -> String {
    id.chars().take(SHORT).collect()
}

fn utc(seconds: u64) -> String {
    UtcTime::after_epoch(std::time::Duration::from_secs(seconds)).rfc3339()
}

/// All records, oldest first.
async fn records(state: &State) -> Result<Vec<Record>, StateError> {
    let rows = state.rows().await?;
    let owners: BTreeMap<[u8; 32], JournalKey> = rows
        .iter()
        .map(|row| (*owned_by(row.key).as_bytes(), row.key))
        .collect();
    let records = rows.into_iter().map(|row| {
        let content = row.content.as_ref().ok();
        let owner = content.and_then(|content| owners.get(content.fingerprint.as_bytes()).copied());
        Record {
            owner,
            ..Record::from(row)
        }
    });
    Ok(records.collect())
}

async fn list(state: &State, clock: &Clock, options: &JournalList) -> Result<Exit, StateError> {
    if let Some(account) = options
        .account
        .as_deref()
        .filter(|account| !account.starts_with('@'))
    {
        report_message(&select::no_such_filter(account));
        return Ok(Exit::Usage);
    }
    let records = records(state).await?;
    let all = records.len();
    let chosen: Vec<&Record> = records
        .iter()
        .filter(|record| select::fits(record, options, clock))
        .collect();
    if options.json {
        let rows: Vec<Value> = chosen.iter().map(|record| record.as_json()).collect();
        print_line(&format!("{:#}", json!({ "records": rows, "total": all })));
        return Ok(Exit::Done);
    }
    print(&chosen, all);
    Ok(Exit::Done)
}

const HEADER: [&str; 6] = [
    "ID",
    "State",
    "First claim (UTC)",
    "Action",
    "Stage",
    "Post or object",
];

fn print(records: &[&Record], all: usize) {
    if !records.is_empty() {
        let rows = records.iter().map(|record| cells(record)).collect();
        for line in table::lines(table::output_width(), Some(&HEADER), rows) {
            print_line(&line);
        }
        print_line("");
    }
    let shown = records.len();
    print_line(&match (shown, all) {
        (_, 0) => "The journal has no records.".to_owned(),
        (shown, all) if shown == all => format!("{all} records."),
        (shown, all) => format!("{shown} of {all} records."),
    });
}

fn cells(record: &Record) -> Vec<String> {
    let entry = record.entry.as_ref();
    let object = entry.and_then(|entry| {
        let id = entry.object_ids.first().cloned();
        id.or_else(|| entry.publish_id.clone())
    });
    let time = record.first_claim().unwrap_or_default();
    vec![
        record.short_id(),
        record.state().to_owned(),
        time.replace('T', " ").trim_end_matches('Z').to_owned(),
        record.action(),
        record.stage(),
        object.unwrap_or_default(),
    ]
}
