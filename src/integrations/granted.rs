//! Manifests that ask for fewer permissions, with notes on the functions that are lost.
//!
//! TikTok fails the whole consent where an app asks for one permission that it lacks (`docs/scopes.md`).

use serde_json::{Value, json};

use super::{ActionEntry, INTEGRATIONS};
use crate::model::Scope;

/// A manifest with fewer permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducedManifest {
    /// The manifest as JSON, with a line's end.
    pub manifest: String,
    /// Notes on actions that are left out or limited, a sentence each.
    pub notes: Vec<String>,
}

/// Limits of actions without an optional permission.
const LESS: [(&str, Scope, &str); 4] = [
    (
        "get_user_info",
        Scope::UserInfoProfile,
        "no handle, bio, links and badge",
    ),
    ("get_user_info", Scope::UserInfoStats, "no counts"),
    (
        "create_photo_post",
        Scope::VideoPublish,
        "drafts only (post_mode MEDIA_UPLOAD)",
    ),
    ("create_photo_post", Scope::VideoUpload, "direct posts only"),
];

/// Functions beyond single actions that need a permission.
const BESIDES: [(Scope, &str); 2] = [
    (
        Scope::UserInfoBasic,
        "without user.info.basic (Login Kit) there is no connected_account, and idempotency_key cannot be used",
    ),
    (
        Scope::VideoList,
        "without video.list (Display API) a post whose answer was lost cannot be searched for in the account's videos",
    ),
];

/// The manifest of the first integration for an app that asks for `scopes`; none where the committed one
/// cannot be read.
pub fn manifest(scopes: &[Scope]) -> Option<ReducedManifest> {
    let integration = INTEGRATIONS.first()?;
    let mut manifest: Value = serde_json::from_str(integration.manifest).ok()?;
    let asked: Vec<&str> = Scope::ALL
        .into_iter()
        .filter(|scope| scopes.contains(scope))
        .map(Scope::as_str)
        .collect();
    *manifest.pointer_mut("/auth/scopes")? = json!(asked);
    if !scopes.contains(&Scope::UserInfoBasic) {
        *manifest.get_mut("supports_connected_account")? = json!(false);
    }
    let works = |name: &str| {
        integration
            .action(name)
            .is_some_and(|action| action.works_with(scopes))
    };
    manifest
        .get_mut("actions")?
        .as_object_mut()?
        .retain(|name, _| works(name));
    let of_actions = integration
        .actions
        .iter()
        .flat_map(|action| notes(action, scopes));
    let besides = BESIDES
        .iter()
        .filter(|(scope, _)| !scopes.contains(scope))
        .map(|(_, note)| (*note).to_owned());
    Some(ReducedManifest {
        manifest: format!("{manifest:#}\n"),
        notes: of_actions.chain(besides).collect(),
    })
}

fn notes(action: &ActionEntry, scopes: &[Scope]) -> Vec<String> {
    let name = action.name;
    if !action.works_with(scopes) {
        let needed: Vec<String> = action.enough.iter().map(|set| named(set)).collect();
        return vec![format!("{name} is left out: it needs {}", needed.join(", or "))];
    }
    let lost = LESS
        .iter()
        .filter(|(of, scope, _)| *of == name && !scopes.contains(scope));
    lost.map(|(_, scope, less)| format!("{name} is limited without {}: {less}", named(&[*scope])))
        .collect()
}

/// Permissions with the products of TikTok's developer portal behind them.
fn named(scopes: &[Scope]) -> String {
    scopes
        .iter()
        .map(|scope| format!("{scope} ({})", scope.product()))
        .collect::<Vec<_>>()
        .join(" and ")
}

impl ActionEntry {
    /// Whether it works, if with less, for a token that has these permissions.
    pub fn works_with(&self, scopes: &[Scope]) -> bool {
        self.enough
            .iter()
            .any(|set| set.iter().all(|scope| scopes.contains(scope)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduced(scopes: &[Scope]) -> (Value, String) {
        let ReducedManifest { manifest, notes } = manifest(scopes).unwrap();
        (serde_json::from_str(&manifest).unwrap(), notes.join("\n"))
    }

    #[test]
    fn with_every_permission_it_is_the_committed_manifest() {
        let (reduced, notes) = reduced(&Scope::ALL);
        let committed: Value = serde_json::from_str(INTEGRATIONS[0].manifest).unwrap();
        assert_eq!(reduced["actions"], committed["actions"]);
        assert_eq!(notes, "");
    }

    #[test]
    fn posting_needs_three_permissions() {
        let (manifest, notes) = reduced(&[Scope::UserInfoBasic, Scope::VideoPublish, Scope::VideoUpload]);
        assert_eq!(
            manifest["auth"]["scopes"],
            json!(["user.info.basic", "video.upload", "video.publish"])
        );
        let actions: Vec<&String> = manifest["actions"].as_object().unwrap().keys().collect();
        assert_eq!(actions.len(), 6, "{actions:?}");
        assert!(
            notes.contains("get_videos is left out: it needs video.list (Display API)"),
            "{notes}"
        );
        assert!(
            notes.contains("no counts") && notes.contains("cannot be searched for"),
            "{notes}"
        );
    }

    #[test]
    fn drafts_alone_leave_direct_posts_out() {
        let (manifest, notes) = reduced(&[Scope::VideoUpload]);
        let actions: Vec<&String> = manifest["actions"].as_object().unwrap().keys().collect();
        assert_eq!(
            actions,
            ["upload_video_draft", "get_post_status", "create_photo_post"]
        );
        assert_eq!(manifest["supports_connected_account"], json!(false));
        assert!(
            notes.contains("drafts only") && notes.contains("idempotency_key cannot be used"),
            "{notes}"
        );
    }
}
