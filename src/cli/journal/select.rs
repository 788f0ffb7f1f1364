//! Selection of records by filters, IDs and keys.

use super::{account::AccountFilter, record::Record};
use crate::{
    cli::{args::JournalList, since::Since},
    clock::Clock,
    integrations::rows_of_key,
    model::JournalKey,
};

/// True if the record passes all filters.
pub(super) fn fits(
    record: &Record,
    options: &JournalList,
    account: Option<&AccountFilter>,
    clock: &Clock,
) -> bool {
    let entry = record.entry.as_ref();
    let from = options.since.map(|since| match since {
        Since::Ago(span) => clock.since_epoch().saturating_sub(span),
        Since::At(time) => time,
    });
    let is_of_integration = options
        .integration
        .is_none_or(|integration| entry.is_some_and(|entry| entry.integration == integration.name));
    let is_of_account = account.is_none_or(|account| account.fits(record));
    let is_late_enough = from.is_none_or(|from| record.row.claimed_at.is_some_and(|at| at >= from));
    is_of_integration && is_of_account && is_late_enough && (!options.unfinished || record.is_unfinished())
}

/// Fewest digits of an ID that stand for it.
pub(super) const DIGITS: usize = 8;

/// Record that a person names by its ID or by a key with the possible IDs of its account. Errors: none, or several.
pub(super) fn find<'a>(
    records: &'a [Record],
    named: &str,
    accounts: &[String],
) -> Result<Vec<&'a Record>, String> {
    let digits = named.to_ascii_lowercase();
    let is_id = (DIGITS..=64).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let by_id: Vec<&Record> = records
        .iter()
        .filter(|record| is_id && record.id().starts_with(&digits))
        .collect();
    let rows: Vec<JournalKey> = accounts
        .iter()
        .flat_map(|account| rows_of_key(account, named))
        .map(|place| place.row)
        .collect();
    let by_key: Vec<&Record> = records
        .iter()
        .filter(|record| rows.contains(&record.row.key))
        .collect();
    match (by_key.as_slice(), by_id.as_slice()) {
        ([_, ..], _) => Ok(by_key),
        ([], [_]) => Ok(by_id),
        ([], []) => Err(absent(is_id, !accounts.is_empty())),
        ([], several) => Err(format!(
            "{} records begin with these digits; write more of them",
            several.len()
        )),
    }
}

fn absent(is_id: bool, has_account: bool) -> String {
    match (is_id, has_account) {
        (_, true) => "the journal has no record of this key for this account; check both, and the location of the state".to_owned(),
        (true, false) => "the journal has no record with this ID; if it is a key, name its account with --account".to_owned(),
        (false, false) => "the journal has only a digest of account and key together: name the account of the key with --account \
             (the name of a login, the open_id of tiktok, which get_user_info returns, or the ID of the ad account), or the ID \
             of the record"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Fingerprint,
        state::{JournalRow, RowContent, RowStanding},
    };

    fn record(key: JournalKey) -> Record {
        Record::from(JournalRow {
            key,
            account: None,
            content: Ok(RowContent {
                entry: Some(r#"{"stage":"claimed"}"#.to_owned()),
                is_finished: false,
                fingerprint: Fingerprint::of(&["inputs"]),
            }),
            standing: RowStanding::Free,
            claimed_at: None,
            is_expired: false,
            is_sealed: false,
        })
    }

    #[test]
    fn a_record_is_found_by_its_id_and_by_its_key() {
        let records = [
            record(JournalKey::of(&["open_id", "key"])),
            record(JournalKey::of(&["x"])),
        ];
        let id = records[0].id();
        let accounts = |account: Option<&str>| Vec::from_iter(account.map(str::to_owned));
        let digits: String = id.chars().take(DIGITS).collect();
        for (named, account) in [(&*digits, None), (&*id, None), ("key", Some("open_id"))] {
            let found = find(&records, named, &accounts(account)).unwrap();
            assert_eq!(found.len(), 1, "{named}");
            assert_eq!(found[0].id(), id);
        }
        for (named, account, words) in [
            ("key", None, "--account"),
            ("key", Some("other"), "for this account"),
            ("00000000", None, "no record with this ID"),
        ] {
            let fault = find(&records, named, &accounts(account)).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
    }
}
