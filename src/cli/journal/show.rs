//! `journal show`: all that is recorded of one request.

use serde_json::{Value, json};

use super::{
    account::NamedAccount,
    record::{Record, records, utc},
    select,
};
use crate::{
    cli::{Exit, args::JournalShow, codes, fault::CommandFault, print_line, table, terminal},
    state::{RowStanding, State},
};

/// Prints the records that are named.
pub(super) async fn show(state: &State, options: &JournalShow) -> Result<Exit, CommandFault> {
    let records = records(state).await?;
    let account = options.account.as_deref();
    let account = account
        .map(|word| NamedAccount::of(word, &options.store))
        .transpose()?;
    let ids = account.as_ref().map(NamedAccount::ids).unwrap_or_default();
    let found = select::find(&records, &options.record, ids);
    let found = found.map_err(|fault| CommandFault::new(&codes::RECORD_MISSING, fault))?;
    if options.json {
        let rows: Vec<Value> = found.iter().map(|record| detailed(record)).collect();
        print_line(&format!("{:#}", json!({ "records": rows })));
        return Ok(Exit::Done);
    }
    for (place, record) in found.iter().enumerate() {
        if place > 0 {
            print_line("");
        }
        for line in table::lines(terminal::output_width(), None, rows(record)) {
            print_line(&line);
        }
    }
    Ok(Exit::Done)
}

fn detailed(record: &Record) -> Value {
    let mut members = record.as_json();
    if let Some(members) = members.as_object_mut() {
        members.insert("repeat".to_owned(), json!(repeat(record)));
    }
    members
}

/// Effect of a repeat of the request.
fn repeat(record: &Record) -> &'static str {
    match (&record.row.content, record.row.standing, &record.entry) {
        _ if record.row.is_expired => "counts as new: the record is older than 7 days",
        (Err(_), ..) => "is refused (state_untrusted)",
        (Ok(content), RowStanding::Held { .. }, _) if !content.is_finished => {
            "waits for the request that runs"
        }
        _ if record.owner.is_some() => "with another key does not take this object for its own",
        (_, _, Some(entry)) => entry.repeat,
        (_, _, None) => "begins again: nothing was sent",
    }
}

fn rows(record: &Record) -> Vec<Vec<String>> {
    let entry = record.entry.as_ref();
    let running = match record.row.standing {
        RowStanding::Held { lease_left } => {
            format!("a request has it for another {} s at most", lease_left.as_secs())
        }
        RowStanding::Ended => "the request that had it has ended".to_owned(),
        RowStanding::Free => "no request has it".to_owned(),
    };
    let facts: [(&str, Option<String>); 14] = [
        ("ID", Some(record.id())),
        ("State", Some(record.state().to_owned())),
        ("Integration", entry.map(|entry| entry.integration.to_owned())),
        ("Action", entry.and_then(|entry| entry.action).map(str::to_owned)),
        ("Account", record.row.account.map(|account| account.to_string())),
        ("Object of", record.owner.map(|owner| owner.to_string())),
        ("Stage", Some(record.stage())),
        ("publish_id", entry.and_then(|entry| entry.publish_id.clone())),
        (
            "Post or object",
            entry
                .map(|entry| entry.object_ids.join(", "))
                .filter(|ids| !ids.is_empty()),
        ),
        ("URL", entry.and_then(|entry| entry.post_url.clone())),
        ("First claim", record.first_claim()),
        ("Last step", entry.and_then(|entry| entry.at).map(utc)),
        ("Running", Some(running)),
        ("A repeat", Some(repeat(record).to_owned())),
    ];
    let known = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?)));
    known
        .map(|(name, fact)| vec![name.to_owned(), terminal::printable(&fact)])
        .collect()
}
