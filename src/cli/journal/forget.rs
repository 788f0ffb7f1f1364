//! `journal forget`: deletes records, after a person has agreed.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use serde_json::json;

use super::{
    account::{self, NamedAccount},
    record::{Record, records},
    select,
};
use crate::{
    cli::{Exit, args::JournalForget, print_line, report_message, stderr, terminal},
    state::{Forgotten, State, StateError},
};

/// Loss of protection, said before anything is deleted.
const LOSS: &str = "A repeat of a request whose record is deleted posts or creates again.";

/// Deletes the records that are named.
pub(super) async fn forget(state: &State, options: &JournalForget) -> Result<Exit, StateError> {
    let records = records(state).await?;
    let account = options.account.as_deref();
    let account = account.map(|word| NamedAccount::of(word, &options.store));
    let chosen = match choose(&records, account.as_ref(), options) {
        Ok(chosen) => chosen,
        Err(fault) => {
            report_message(&fault);
            return Ok(Exit::Failed);
        }
    };
    if !chosen.is_empty() && !agreed(&chosen, options) {
        return Ok(Exit::Failed);
    }
    let exit = delete(state, &chosen, options).await?;
    if options.records.is_empty()
        && let Some(account) = &account
        && let Some(note) = account::note(account::without_account(&records, &account.filter(&records)))
    {
        stderr::write(format!("note: {note}\n").as_bytes());
    }
    Ok(exit)
}

fn choose<'a>(
    records: &'a [Record],
    account: Option<&NamedAccount>,
    options: &JournalForget,
) -> Result<Vec<&'a Record>, String> {
    match (options.records.as_slice(), account) {
        ([], Some(account)) => {
            let filter = account.filter(records);
            Ok(records.iter().filter(|record| filter.fits(record)).collect())
        }
        // The arguments require --all.
        ([], None) => Ok(records.iter().collect()),
        (named, account) => {
            let ids = account.map(NamedAccount::ids).unwrap_or_default();
            let found = named.iter().map(|named| select::find(records, named, ids));
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
