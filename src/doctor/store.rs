//! The state: whether it can be used, and whether the key of the journal fits its rows.

use std::time::Duration;

use tokio::time::timeout;

use super::finding::Finding;
use crate::{
    model::shell_word,
    state::{JournalRow, State, StateError, StateLocation, StoreState},
};

/// State to check.
#[derive(Debug)]
pub struct StateSubject {
    /// State; opened by the check.
    pub state: State,
    /// Its location.
    pub location: StateLocation,
    /// True if a location is set, so that the state is not the default one.
    pub is_set: bool,
    /// Whether a key authenticates the journal; the error is a fault of the key.
    pub has_key: Result<bool, String>,
}

const CHECK: &str = "state";
const KEY_CHECK: &str = "state_key";

/// Time limit, above the state's own.
const LIMIT: Duration = Duration::from_secs(8);

/// Checks the store, then its rows.
pub(super) async fn check(subject: &StateSubject) -> Vec<Finding> {
    let found = timeout(LIMIT, subject.state.inspect()).await;
    let found = found.unwrap_or(Err(StateError::Late));
    let is_readable = matches!(
        found,
        Ok(StoreState::Usable | StoreState::ReadByOthers(_) | StoreState::ReadOnly)
    );
    let finding = judge(&subject.location, subject.is_set, found);
    let key = match &subject.has_key {
        Err(fault) => key_fault(fault),
        Ok(_) if !is_readable => Finding::skipped(
            KEY_CHECK,
            "there are no rows to compare it with, because the state was not read",
        ),
        Ok(has_key) => match timeout(LIMIT, subject.state.rows()).await {
            Ok(Ok(rows)) => judge_key(*has_key, &rows),
            Ok(Err(error)) => Finding::skipped(KEY_CHECK, error.in_full()),
            Err(_late) => Finding::skipped(KEY_CHECK, "the rows could not be read in time"),
        },
    };
    vec![finding, key]
}

fn judge(location: &StateLocation, is_set: bool, found: Result<StoreState, StateError>) -> Finding {
    let which = if is_set { "" } else { " (the default)" };
    match found {
        Ok(StoreState::Usable) => Finding::ok(CHECK, format!("{location}{which} can be read and written")),
        Ok(StoreState::ReadByOthers(files)) => {
            let words: Vec<String> = files
                .iter()
                .map(|file| shell_word(&file.display().to_string()))
                .collect();
            Finding::warning(
                CHECK,
                format!("{location}{which} can be read and written, and other users can read it"),
                format!("close it: chmod 600 {}", words.join(" ")),
            )
        }
        Ok(StoreState::Absent) => Finding::ok(
            CHECK,
            format!("{location}{which} does not exist yet, and can be created"),
        ),
        Ok(StoreState::ReadOnly) => Finding::fault(
            CHECK,
            format!("{location}{which} cannot be written by this user"),
            "let this user write the file and its folder, or name another location in AUTOHIVE_TIKTOK_STATE",
        ),
        Err(StateError::Off) => Finding::warning(
            CHECK,
            "the state is switched off: requests with an idempotency_key fail",
            "set AUTOHIVE_TIKTOK_STATE to a location such as sqlite:PATH, if idempotency keys are needed",
        ),
        Err(error @ StateError::Nowhere) => Finding::warning(
            CHECK,
            format!("{error}: requests with an idempotency_key fail"),
            "set AUTOHIVE_TIKTOK_STATE to a location such as sqlite:PATH, or set HOME",
        ),
        Err(error) => {
            let told = error.in_full();
            // The state tells its causes with their remedies.
            let parts = told.split_once("; ").or_else(|| told.split_once(": "));
            let (found, remedy) = parts.unwrap_or_else(|| (&told, error.remedy()));
            Finding::fault(CHECK, found, remedy)
        }
    }
}

fn key_fault(fault: &str) -> Finding {
    let (found, remedy) = fault
        .split_once("; ")
        .unwrap_or((fault, "set AUTOHIVE_TIKTOK_STATE_KEY again, or unset it"));
    Finding::fault(KEY_CHECK, found, remedy)
}

fn judge_key(has_key: bool, rows: &[JournalRow]) -> Finding {
    let rows: Vec<&JournalRow> = rows.iter().filter(|row| !row.is_expired).collect();
    let refused = rows.iter().filter(|row| row.content.is_err()).count();
    let sealed = rows
        .iter()
        .filter(|row| row.content.is_err() && row.is_sealed)
        .count();
    let all = rows.len();
    match (has_key, refused, sealed) {
        (false, 0, _) => Finding::ok(
            KEY_CHECK,
            format!("no key is set, and none of {all} rows needs one"),
        ),
        (true, 0, _) => Finding::ok(KEY_CHECK, format!("the key fits all {all} rows")),
        (false, _, 1..) => Finding::fault(
            KEY_CHECK,
            format!(
                "{sealed} of {all} rows are authenticated by a key, and none is set: repeats of their requests are refused"
            ),
            "set AUTOHIVE_TIKTOK_STATE_KEY to the key of the other processes that share the state",
        ),
        (true, _, 1..) => Finding::fault(
            KEY_CHECK,
            format!(
                "{sealed} of {all} rows were authenticated by another key, or changed: repeats of their requests are refused"
            ),
            "set AUTOHIVE_TIKTOK_STATE_KEY to the key of the other processes that share the state; after a change of the key, to NEW,OLD",
        ),
        (true, _, 0) => Finding::warning(
            KEY_CHECK,
            format!(
                "{refused} of {all} rows are from before the key was set: repeats of their requests are refused"
            ),
            "none is needed if no repeats are pending: the rows expire within 7 days",
        ),
        (false, _, 0) => Finding::warning(
            KEY_CHECK,
            format!("{refused} of {all} rows cannot be trusted: repeats of their requests are refused"),
            "look at them with: autohive-tiktok journal list",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Fingerprint, JournalKey},
        state::{RowContent, RowStanding},
    };

    fn row(is_trusted: bool, is_sealed: bool) -> JournalRow {
        let content = RowContent {
            entry: None,
            is_finished: false,
            fingerprint: Fingerprint::of(&["inputs"]),
        };
        JournalRow {
            key: JournalKey::of(&["k"]),
            account: None,
            content: if is_trusted { Ok(content) } else { Err("reason") },
            standing: RowStanding::Free,
            claimed_at: None,
            is_expired: false,
            is_sealed,
        }
    }

    #[test]
    fn the_key_is_judged_by_the_rows() {
        for (has_key, rows, status, words) in [
            (false, vec![], "ok", "0 rows"),
            (true, vec![row(true, true)], "ok", "all 1 rows"),
            (
                false,
                vec![row(false, true), row(true, false)],
                "fault",
                "1 of 2 rows are authenticated",
            ),
            (true, vec![row(false, true)], "fault", "another key"),
            (true, vec![row(false, false)], "warning", "before the key"),
            (false, vec![row(false, false)], "warning", "cannot be trusted"),
        ] {
            let finding = judge_key(has_key, &rows);
            assert_eq!(finding.status.word(), status, "{finding:?}");
            assert!(finding.found.contains(words), "{finding:?}");
        }
    }

    #[test]
    fn a_fault_of_the_store_keeps_its_remedy_apart() {
        let location = StateLocation::Sqlite("/state.db".into());
        let error = StateError::Unavailable {
            place: "sqlite:/state.db".into(),
            what: "it is a folder; name a file".into(),
            passes: false,
        };
        let finding = judge(&location, true, Err(error));
        assert!(finding.found.ends_with("it is a folder"), "{finding:?}");
        assert_eq!(finding.remedy.as_deref(), Some("name a file"));
        let busy = StateError::Busy {
            place: "sqlite:/state.db".into(),
        };
        assert!(
            judge(&location, true, Err(busy))
                .found
                .contains("locked by another")
        );
    }
}
