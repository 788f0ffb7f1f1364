//! `journal forget`: deletes records, after a person has agreed.

use serde_json::json;

use super::{
    account::{self, NamedAccount},
    record::{Record, records},
    select,
};
use crate::{
    cli::{
        Exit, args::JournalForget, codes, fault::CommandFault, print_line, report_message, stderr, terminal,
    },
    state::{Forgotten, State, StateError},
};

/// Loss of protection, said before anything is deleted.
const LOSS: &str = "A repeat of a request whose record is deleted posts or creates again.";

/// Deletes the records that are named.
pub(super) async fn forget(state: &State, options: &JournalForget) -> Result<Exit, CommandFault> {
    let records = records(state).await?;
    let account = options.account.as_deref();
    let account = account
        .map(|word| NamedAccount::of(word, &options.store))
        .transpose()?;
    let chosen = choose(&records, account.as_ref(), options)
        .map_err(|fault| CommandFault::new(&codes::RECORD_MISSING, fault))?;
    let unknown = account.as_ref().filter(|_| chosen.is_empty());
    let done = if let Some(fault) = unknown.and_then(NamedAccount::unknown) {
        Err(fault)
    } else {
        agreed(&chosen, options)?;
        delete(state, &chosen, options).await
    };
    if options.records.is_empty()
        && let Some(account) = &account
        && let Some(note) = account::note(account::without_account(&records, &account.filter(&records)))
    {
        stderr::write(format!("note: {note}\n").as_bytes());
    }
    done
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

/// Asks a person at the terminal, unless `--yes` has agreed. Errors: nobody can be asked, or the answer is no.
fn agreed(chosen: &[&Record], options: &JournalForget) -> Result<(), CommandFault> {
    if options.yes || chosen.is_empty() {
        return Ok(());
    }
    if !terminal::has_person() {
        let message = format!(
            "{LOSS} Nothing was deleted: add --yes to delete {}",
            counted(chosen.len())
        );
        return Err(CommandFault::new(&codes::CONFIRMATION_REQUIRED, message));
    }
    if terminal::is_agreed(&question(chosen)) {
        return Ok(());
    }
    Err(CommandFault::new(
        &codes::NOT_CONFIRMED,
        "not confirmed; nothing was deleted",
    ))
}

fn question(chosen: &[&Record]) -> String {
    let listed = chosen.iter().take(LISTED).map(|record| {
        let (id, state, stage) = (record.short_id(), record.state(), record.stage());
        format!("  {id}  {state}  {stage}")
    });
    let more = chosen.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| format!("  and {more} more"));
    let lines: Vec<String> = listed.chain(more).collect();
    format!(
        "{LOSS}\n{}\nDelete {}? [y/N] ",
        lines.join("\n"),
        counted(chosen.len())
    )
}

/// Most records that are listed in a question.
const LISTED: usize = 10;

fn counted(records: usize) -> String {
    match records {
        1 => "1 record".to_owned(),
        records => format!("{records} records"),
    }
}

async fn delete(state: &State, chosen: &[&Record], options: &JournalForget) -> Result<Exit, CommandFault> {
    let (mut deleted, mut running, mut failed) = (Vec::new(), Vec::new(), None);
    for record in chosen {
        match state.forget(record.row.key).await {
            Ok(Forgotten::Deleted) => deleted.push(record.id()),
            Ok(Forgotten::Absent) => {}
            Ok(Forgotten::Held { .. }) => running.push(record.id()),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    // Repeats of what is deleted post again, so it is told in every case.
    let fault = fault(&deleted, &running, failed);
    if options.json {
        let mut report = json!({ "forgotten": deleted, "running": running });
        if let (Some(fault), Some(members)) = (&fault, report.as_object_mut()) {
            members.extend(fault.to_json().as_object().cloned().unwrap_or_default());
        }
        print_line(&format!("{report:#}"));
    } else {
        print_line(&format!("{} deleted.", counted(deleted.len())));
    }
    match fault {
        None => Ok(Exit::Done),
        Some(fault) => {
            if !options.json {
                report_message(&fault.message);
            }
            Ok(fault.exit())
        }
    }
}

/// Reason that records are left.
fn fault(deleted: &[String], running: &[String], failed: Option<StateError>) -> Option<CommandFault> {
    if let Some(error) = failed {
        let fault = CommandFault::from(error);
        let message = format!(
            "{}. {} deleted before; run the command again for the others",
            fault.message.trim_end_matches('.'),
            counted(deleted.len())
        );
        return Some(CommandFault { message, ..fault });
    }
    (!running.is_empty()).then(|| {
        let message = format!(
            "{} not deleted, because a request has it now; wait until it has ended, and try again: {}",
            counted(running.len()),
            running.join(", ")
        );
        CommandFault::new(&codes::RECORD_RUNNING, message)
    })
}
