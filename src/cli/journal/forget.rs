//! `journal forget`: deletes records, after a person has agreed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use serde_json::json;

use super::{
    record::{Record, records},
    select,
};
use crate::{
    cli::{Exit, args::JournalForget, print_line, report_message, terminal},
    state::{Forgotten, State, StateError},
};

/// Loss of protection, said before anything is deleted.
const LOSS: &str = "A repeat of a request whose record is deleted posts or creates again.";

/// Deletes the records that are named.
pub(super) async fn forget(state: &State, options: &JournalForget) -> Result<Exit, StateError> {
    let records = records(state).await?;
    let chosen = match choose(&records, options) {
        Ok(chosen) => chosen,
        Err(fault) => {
            report_message(&fault);
            return Ok(Exit::Failed);
        }
    };
    if !chosen.is_empty() && !agreed(&chosen, options) {
        return Ok(Exit::Failed);
    }
    delete(state, &chosen, options).await
}

fn choose<'a>(records: &'a [Record], options: &JournalForget) -> Result<Vec<&'a Record>, String> {
    let account = options.account.as_deref();
    match (options.all, options.records.as_slice(), account) {
        (true, ..) => Ok(records.iter().collect()),
        (false, [], Some(handle)) if handle.starts_with('@') => {
            let is_of_handle = |record: &&Record| {
                record
                    .entry
                    .as_ref()
                    .is_some_and(|entry| entry.is_of_handle(handle))
            };
            Ok(records.iter().filter(is_of_handle).collect())
        }
        (false, [], account) => Err(select::no_such_filter(account.unwrap_or_default())),
        (false, named, account) => {
            let found = named.iter().map(|named| select::find(records, named, account));
            let mut found: Vec<&Record> = found.collect::<Result<Vec<_>, _>>()?.concat();
            found.sort_by_key(|record| record.row.key);
            found.dedup_by_key(|record| record.row.key);
            Ok(found)
        }
    }
}

/// True if a person agrees at the terminal, or has agreed by `--yes`.
fn agreed(chosen: &[&Record], options: &JournalForget) -> bool {
    if options.yes {
        return true;
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        report_message(&format!(
            "{LOSS} Nothing was deleted: add --yes to delete {}",
            counted(chosen.len())
        ));
        return false;
    }
    let mut terminal = io::stderr();
    let asked = writeln!(terminal, "{LOSS}").and_then(|()| {
        for record in chosen.iter().take(LISTED) {
            writeln!(
                terminal,
                "  {}  {}  {}",
                record.short_id(),
                record.state(),
                record.stage()
            )?;
        }
        write!(terminal, "Delete {}? [y/N] ", counted(chosen.len()))
    });
    let mut answer = String::new();
    let answered = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    let agrees = answered.is_ok() && terminal::agrees(&answer);
    if !agrees {
        report_message("nothing was deleted");
    }
    agrees
}

/// Most records that are listed in a question.
const LISTED: usize = 10;

fn counted(records: usize) -> String {
    match records {
        1 => "1 record".to_owned(),
        records => format!("{records} records"),
    }
}

async fn delete(state: &State, chosen: &[&Record], options: &JournalForget) -> Result<Exit, StateError> {
    let (mut deleted, mut running) = (Vec::new(), Vec::new());
    for record in chosen {
        match state.forget(record.row.key).await? {
            Forgotten::Deleted => deleted.push(record.id()),
            Forgotten::Absent => {}
            Forgotten::Held { .. } => running.push(record.id()),
        }
    }
    if options.json {
        print_line(&format!(
            "{:#}",
            json!({ "forgotten": deleted, "running": running })
        ));
    } else {
        print_line(&format!("{} deleted.", counted(deleted.len())));
    }
    if running.is_empty() {
        return Ok(Exit::Done);
    }
    report_message(&format!(
        "{} not deleted, because a request has it now; wait until it has ended, and try again: {}",
        counted(running.len()),
        running.join(", ")
    ));
    Ok(Exit::Failed)
}
