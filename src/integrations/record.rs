//! Entries of the journal as a person reads them, and the rows of an idempotency key: pure.
//!
//! A row holds neither the key nor the account, only a digest of both. The integration shows in the form of the entry.

use serde::Serialize;
use serde_json::Value;

use super::{INTEGRATIONS, keyed::KEY};
use crate::{
    advertising::CreationStage,
    model::{Fingerprint, JournalAccount, JournalKey, JournalPlace, Namespace, PostId, PublishId},
    posting::{self, InitKind, Stage},
};

/// Content of an entry. Every text is one that this program writes or TikTok's ids; others are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Integration that wrote it.
    pub integration: &'static str,
    /// Action, if the ids tell it.
    pub action: Option<&'static str>,
    /// Stage of the request.
    pub stage: &'static str,
    /// Outcome of a finished request.
    pub outcome: Option<&'static str>,
    /// TikTok's id of the post.
    pub publish_id: Option<String>,
    /// Ids of the published posts, or of the created object.
    pub object_ids: Vec<String>,
    /// Address of the published post.
    pub post_url: Option<String>,
    /// Time of the last step, in seconds since the Unix epoch.
    pub at: Option<u64>,
    /// Effect of a repeat of the request.
    pub repeat: &'static str,
}

impl EntryView {
    const fn new(integration: &'static str, stage: &'static str, repeat: &'static str) -> Self {
        Self {
            integration,
            action: None,
            stage,
            outcome: None,
            publish_id: None,
            object_ids: Vec::new(),
            post_url: None,
            at: None,
            repeat,
        }
    }

    /// True if the published post is that of the account with this handle, with or without `@`.
    pub fn is_of_handle(&self, handle: &str) -> bool {
        let handle = handle.trim_start_matches('@');
        let rest = self.post_url.as_deref().and_then(|url| url.split_once("/@"));
        rest.and_then(|(_, rest)| rest.split('/').next())
            .is_some_and(|found| found.eq_ignore_ascii_case(handle))
    }
}

/// Reads an entry; `None` if it has no form that this program writes.
pub fn entry_view(text: &str) -> Option<EntryView> {
    let of_ads = || serde_json::from_str(text).ok().map(of_creation);
    serde_json::from_str::<Stage<Value>>(text)
        .ok()
        .map(of_post)
        .or_else(of_ads)
}

const TIKTOK: &str = "tiktok";
const ADS: &str = "tiktok-ads";

const BEGINS: &str = "begins again: nothing was sent";

fn of_post(stage: Stage<Value>) -> EntryView {
    match stage {
        Stage::Claimed => EntryView::new(TIKTOK, "begun", BEGINS),
        Stage::Init { kind, at } => {
            let repeat = match kind {
                InitKind::NeedsBytes => "begins again: an upload without bytes makes no post",
                InitKind::PostsByItself => "searches for the post, and never posts again",
            };
            EntryView {
                at: Some(at.as_secs()),
                ..EntryView::new(TIKTOK, "sent, answer not recorded", repeat)
            }
        }
        Stage::InitAcknowledged {
            kind,
            publish_id,
            last_chunk,
            at,
            ..
        } => {
            let is_open = kind == InitKind::NeedsBytes && !last_chunk;
            let (stage, repeat) = if is_open {
                (
                    "upload begun",
                    "begins again: the upload is incomplete and makes no post",
                )
            } else {
                (
                    "in processing",
                    "asks TikTok for the post, and does not post again while it may exist",
                )
            };
            EntryView {
                action: action_of(&publish_id),
                publish_id: told(&publish_id),
                at: Some(at.as_secs()),
                ..EntryView::new(TIKTOK, stage, repeat)
            }
        }
        Stage::Ended { result } => of_result(&result),
    }
}

fn of_result(result: &Value) -> EntryView {
    let text = |name: &str| result.get(name).and_then(Value::as_str);
    let publish_id = text("publish_id").and_then(|id| PublishId::parse(id.to_owned()).ok());
    let ids: Vec<PostId> = result
        .get("post_ids")
        .and_then(|ids| serde_json::from_value(ids.clone()).ok())
        .unwrap_or_default();
    let url = text("post_url").filter(|url| {
        publish_id
            .as_ref()
            .is_some_and(|publish_id| posting::is_post_url(url, publish_id, &ids))
    });
    let outcomes = ["published", "in_inbox"];
    EntryView {
        action: publish_id.as_ref().and_then(action_of),
        outcome: outcomes
            .into_iter()
            .find(|outcome| text("outcome") == Some(outcome)),
        publish_id: publish_id.as_ref().and_then(told),
        object_ids: ids
            .iter()
            .filter(|id| id.is_storable())
            .map(ToString::to_string)
            .collect(),
        post_url: url.map(str::to_owned),
        ..EntryView::new(TIKTOK, "done", "returns the recorded result")
    }
}

fn told(id: &PublishId) -> Option<String> {
    id.is_storable().then(|| id.to_string())
}

/// Action that makes publish IDs of this form (docs/tiktok-open-api.md#publish-ids).
fn action_of(id: &PublishId) -> Option<&'static str> {
    const ACTIONS: [(&str, &str); 3] = [
        ("v_pub_", "create_video_post"),
        ("v_inbox_", "upload_video_draft"),
        ("p_", "create_photo_post"),
    ];
    let id = id.to_string();
    let found = ACTIONS.iter().find(|(start, _)| id.starts_with(start));
    found.map(|(_, action)| *action)
}

fn of_creation(stage: CreationStage) -> EntryView {
    match stage {
        CreationStage::Begun => EntryView::new(ADS, "begun", BEGINS),
        CreationStage::Sent(sent) => EntryView {
            at: Some(sent.first),
            ..EntryView::new(
                ADS,
                "sent, answer not recorded",
                "searches for the object before it creates one",
            )
        },
        CreationStage::Made { id } => EntryView {
            outcome: Some("created"),
            object_ids: crate::advertising::is_id(&id).then_some(id).into_iter().collect(),
            ..EntryView::new(ADS, "done", "returns the recorded object")
        },
    }
}

/// Row of an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPlace {
    /// Integration of the request.
    pub integration: &'static str,
    /// Action of the request; `None` if the key is the same for all actions.
    pub action: Option<&'static str>,
    /// Row.
    pub row: JournalKey,
}

/// Rows that requests with this key for this account can have: one for `tiktok`, one for each action that creates and
/// each environment for `tiktok-ads`.
pub fn rows_of_key(account: &str, key: &str) -> Vec<KeyPlace> {
    let mut rows = Vec::new();
    for integration in INTEGRATIONS {
        let (name, namespace) = (integration.name, integration.namespace);
        if name != ADS {
            let row = row_of_post(namespace, account, key).key;
            rows.push(KeyPlace {
                integration: name,
                action: None,
                row,
            });
            continue;
        }
        let keyed = integration.actions.iter().filter(|action| {
            let schemas = integration.schemas(action.name);
            schemas.is_some_and(|schemas| {
                let inputs = schemas.input.get("properties");
                inputs.is_some_and(|inputs| inputs.get(KEY).is_some())
            })
        });
        for action in keyed {
            for is_sandbox in [false, true] {
                rows.push(KeyPlace {
                    integration: name,
                    action: Some(action.name),
                    row: row_of_creation(namespace, is_sandbox, account, action.name, key).key,
                });
            }
        }
    }
    rows
}

/// Row of a post. `account` is the `open_id`, which never changes.
pub(super) fn row_of_post(namespace: Namespace, account: &str, key: &str) -> JournalPlace {
    row_of_account(namespace, account, &[account, key])
}

/// Row of a creation.
pub(super) fn row_of_creation(
    namespace: Namespace,
    is_sandbox: bool,
    account: &str,
    action: &str,
    key: &str,
) -> JournalPlace {
    let place = if is_sandbox { "sandbox" } else { "production" };
    row_of_account(namespace, account, &[place, account, action, key])
}

/// Row of these parts, which belongs to the account.
pub(super) fn row_of_account(namespace: Namespace, account: &str, parts: &[&str]) -> JournalPlace {
    JournalPlace {
        key: namespace.journal_key(parts),
        account: Some(namespace.journal_account(account)),
    }
}

/// Digests of an account, one for each integration.
pub fn digests_of_account(id: &str) -> Vec<JournalAccount> {
    let namespaces = INTEGRATIONS.iter().map(|integration| integration.namespace);
    namespaces
        .map(|namespace| namespace.journal_account(id))
        .collect()
}

/// Fingerprint of the row of an object that a request with the key of `row` created. It keeps other keys from taking the object for
/// theirs.
pub fn owned_by(row: JournalKey) -> Fingerprint {
    Fingerprint::of(&[&row.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_of_both_integrations_are_read() {
        for (text, integration, stage, action) in [
            (r#"{"stage":"claimed"}"#, TIKTOK, "begun", None),
            (
                r#"{"stage":"init","kind":"posts_by_itself","at":{"secs":7,"nanos":0}}"#,
                TIKTOK,
                "sent, answer not recorded",
                None,
            ),
            (
                r#"{"stage":"named","kind":"needs_bytes","publish_id":"v_pub_file~v2-1.7","size":10,"last_chunk":false,"at":{"secs":7,"nanos":0}}"#,
                TIKTOK,
                "upload begun",
                Some("create_video_post"),
            ),
            (
                r#"{"stage":"ended","result":{"publish_id":"p_pub_url~v2.7","outcome":"published","post_ids":["9"]}}"#,
                TIKTOK,
                "done",
                Some("create_photo_post"),
            ),
            (r#"{"stage":"begun"}"#, ADS, "begun", None),
            (r#"{"stage":"made","id":"77"}"#, ADS, "done", None),
        ] {
            let view = entry_view(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (view.integration, view.stage, view.action),
                (integration, stage, action)
            );
        }
        assert_eq!(entry_view("{}"), None);
    }

    #[test]
    fn texts_that_nobody_wrote_are_left_out() {
        let view = entry_view(
            r#"{"stage":"ended","result":{"publish_id":"\u001b]0;","outcome":"\u001b[2J","post_ids":["\u001b"],"post_url":"https://evil.example/@a/video/1"}}"#,
        );
        let view = view.unwrap();
        let told = format!("{view:?}");
        assert!(!told.contains("evil") && !told.contains("u{1b}"), "{told}");
        assert_eq!(view.outcome, None);
    }

    #[test]
    fn a_key_has_one_row_for_posts_and_one_for_each_creation() {
        let rows = rows_of_key("account", "key");
        let posts = rows.iter().filter(|place| place.integration == TIKTOK).count();
        assert_eq!(posts, 1);
        let creations: Vec<&str> = rows.iter().filter_map(|place| place.action).collect();
        assert_eq!(creations.len() % 2, 0);
        assert!(
            creations.contains(&"create_campaign") && creations.contains(&"create_ad"),
            "{creations:?}"
        );
        assert_eq!(
            rows.first().map(|place| place.row),
            Some(JournalKey::of(&["account", "key"]))
        );
    }
}
