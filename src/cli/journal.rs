//! `journal`: what the state records about requests with an `idempotency_key`.

mod account;
mod forget;
mod record;
mod select;
mod show;

use serde_json::{Value, json};

use self::{
    account::NamedAccount,
    record::{Record, SHORT, records},
};

use super::{
    Exit,
    args::{JournalList, JournalMode, StateArgs},
    block_on, call, codes,
    fault::CommandFault,
    hosting, print_line, report_error, table, terminal,
};
use crate::{
    clock::Clock,
    state::{State, StateError},
};

/// Runs a subcommand.
pub(super) fn journal(mode: &JournalMode) -> Exit {
    let (JournalMode::List(JournalList { state, json, .. })
    | JournalMode::Show(super::args::JournalShow { state, json, .. })
    | JournalMode::Forget(super::args::JournalForget { state, json, .. })) = mode;
    let is_json = *json;
    let clock = Clock::system();
    let state = match open(state, &clock) {
        Ok(state) => state,
        Err(fault) => return call::print_fault(&CommandFault::usage(fault), is_json),
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
        Ok(Err(fault)) => call::print_fault(&fault, is_json),
        Err(error) => {
            report_error(&error);
            Exit::Failed
        }
    }
}

impl From<StateError> for CommandFault {
    fn from(error: StateError) -> Self {
        Self::new(&codes::STATE_UNAVAILABLE, error.in_full())
    }
}

fn open(args: &StateArgs, clock: &Clock) -> Result<State, String> {
    let keys = hosting::state_keys()?;
    let location = args.state.clone().unwrap_or_else(hosting::usual_state);
    Ok(State::sealed_by(location, clock.clone(), keys))
}

async fn list(state: &State, clock: &Clock, options: &JournalList) -> Result<Exit, CommandFault> {
    let records = records(state).await?;
    let all = records.len();
    let account = options.account.as_deref();
    let account = account.map(|word| NamedAccount::of(word, &options.store));
    let account = account.transpose()?.map(|account| account.filter(&records));
    let chosen: Vec<&Record> = records
        .iter()
        .filter(|record| select::fits(record, options, account.as_ref(), clock))
        .collect();
    let without_account = account.map(|account| account::without_account(&records, &account));
    if options.json {
        let rows: Vec<Value> = chosen.iter().map(|record| record.as_json()).collect();
        let mut report = json!({ "records": rows, "total": all });
        if let (Some(without), Some(report)) = (without_account, report.as_object_mut()) {
            report.insert("without_account".to_owned(), json!(without));
        }
        print_line(&format!("{report:#}"));
        return Ok(Exit::Done);
    }
    print(&chosen, all);
    if let Some(note) = without_account.and_then(account::note) {
        print_line(&note);
    }
    Ok(Exit::Done)
}

/// Width from which the ids of posts and objects have a column.
const WIDE: usize = 110;

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
        let width = terminal::output_width();
        let is_wide = width.is_none_or(|width| width >= WIDE);
        let columns = if is_wide { HEADER.len() } else { HEADER.len() - 1 };
        let header = HEADER.get(..columns);
        let rows = records
            .iter()
            .map(|record| cells(record, is_wide).into_iter().take(columns).collect())
            .collect();
        for line in table::lines(width, header, rows) {
            print_line(&line);
        }
        if !is_wide {
            print_line(&format!(
                "Posts and objects are shown from {WIDE} columns on, by `journal show ID`, and with --json."
            ));
        }
        print_line("");
    }
    let shown = records.len();
    print_line(&match (shown, all) {
        (_, 0) => "The journal has no records.".to_owned(),
        (1, 1) => "1 record.".to_owned(),
        (shown, all) if shown == all => format!("{all} records."),
        (shown, all) => format!("{shown} of {all} records."),
    });
}

fn cells(record: &Record, is_wide: bool) -> Vec<String> {
    let entry = record.entry.as_ref();
    let object = entry.and_then(|entry| {
        let id = entry.object_ids.first().cloned();
        id.or_else(|| entry.publish_id.clone())
    });
    let time = record.first_claim().unwrap_or_default();
    vec![
        record
            .short_id()
            .chars()
            .take(if is_wide { SHORT } else { select::DIGITS })
            .collect(),
        record.state().to_owned(),
        time.replace('T', " ").trim_end_matches('Z').to_owned(),
        record.action(),
        record.stage(),
        object.unwrap_or_default(),
    ]
}
