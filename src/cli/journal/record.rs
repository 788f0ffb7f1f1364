//! Records of the journal as a person reads them.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    integrations::{EntryView, entry_view, owned_by},
    model::{JournalKey, UtcTime},
    state::{JournalRow, RowStanding, State, StateError},
};

/// Row with its entry as a person reads it.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) row: JournalRow,
    pub(super) entry: Option<EntryView>,
    /// Record of the key whose request created the object, for the record of an object.
    pub(super) owner: Option<JournalKey>,
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
pub(super) const SHORT: usize = 12;

impl Record {
    /// ID of the record: the digest of account and key.
    pub(super) fn id(&self) -> String {
        self.row.key.to_string()
    }

    pub(super) fn short_id(&self) -> String {
        short(&self.id())
    }

    /// Action, the record of the key for the record of an object, or the integration.
    pub(super) fn action(&self) -> String {
        match (&self.owner, &self.entry) {
            (Some(owner), _) => format!("object of {}", short(&owner.to_string())),
            (None, Some(entry)) => entry.action.unwrap_or(entry.integration).to_owned(),
            (None, None) => String::new(),
        }
    }

    /// True if the end of the request is not recorded.
    pub(super) fn is_unfinished(&self) -> bool {
        self.row
            .content
            .as_ref()
            .is_ok_and(|content| !content.is_finished)
            && !self.row.is_expired
    }

    /// State of the record in a word.
    pub(super) fn state(&self) -> &'static str {
        match (&self.row.content, self.row.standing) {
            _ if self.row.is_expired => "expired",
            (Err(_), _) => "refused",
            (Ok(content), _) if content.is_finished => "finished",
            (Ok(_), RowStanding::Held { .. }) => "running",
            (Ok(_), RowStanding::Free | RowStanding::Ended) => "unfinished",
        }
    }

    pub(super) fn stage(&self) -> String {
        match (&self.row.content, &self.entry) {
            (Err(reason), _) => (*reason).to_owned(),
            (Ok(_), Some(entry)) => entry.outcome.unwrap_or(entry.stage).to_owned(),
            (Ok(content), None) if content.entry.is_none() => "begun".to_owned(),
            (Ok(_), None) => {
                "of another form: a newer version of this program may have written it".to_owned()
            }
        }
    }

    /// True for a published post whose URL has this handle.
    pub(super) fn is_of_handle(&self, handle: &str) -> bool {
        self.entry
            .as_ref()
            .is_some_and(|entry| entry.is_of_handle(handle))
    }

    pub(super) fn first_claim(&self) -> Option<String> {
        self.row.claimed_at.map(|at| UtcTime::after_epoch(at).rfc3339())
    }

    pub(super) fn as_json(&self) -> Value {
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
            "account": self.row.account.map(|account| account.to_string()),
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

pub(super) fn utc(seconds: u64) -> String {
    UtcTime::after_epoch(Duration::from_secs(seconds)).rfc3339()
}

/// All records, oldest first.
pub(super) async fn records(state: &State) -> Result<Vec<Record>, StateError> {
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
