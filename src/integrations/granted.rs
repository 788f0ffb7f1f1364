//! Manifests that ask for fewer permissions, with notes on the functions that are lost.
//!
//! TikTok fails the whole consent where an app asks for one permission that it lacks (`docs/scopes.md`).

use serde_json::{Value, json};

use super::{ActionEntry, Integration, Permissions};

/// Manifest that asks for fewer permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducedManifest {
    /// JSON, with a final line break.
    pub manifest: String,
    /// Notes on actions that are left out or limited, a sentence each.
    pub notes: Vec<String>,
}

/// Returns the manifest of `integration` for an app that asks for the permissions `granted`; `None` if the
/// committed one cannot be read.
pub fn manifest(integration: &Integration, granted: &[&str]) -> Option<ReducedManifest> {
    let permissions = integration.permissions;
    let lacks = |name: &str| !granted.contains(&name);
    let mut manifest: Value = serde_json::from_str(integration.manifest).ok()?;
    let asked: Vec<&str> = permissions
        .all
        .iter()
        .map(|permission| permission.name)
        .filter(|name| granted.contains(name))
        .collect();
    // The manifest of an integration with other credentials than OAuth lists no permissions.
    if let Some(scopes) = manifest.pointer_mut("/auth/scopes") {
        *scopes = json!(asked);
    }
    if permissions.connected_account.is_some_and(lacks) {
        *manifest.get_mut("supports_connected_account")? = json!(false);
    }
    let works = |name: &str| {
        integration
            .action(name)
            .is_some_and(|action| action.works_with(granted))
    };
    manifest
        .get_mut("actions")?
        .as_object_mut()?
        .retain(|name, _| works(name));
    let of_actions = integration
        .actions
        .iter()
        .flat_map(|action| notes(action, permissions, granted));
    let general = permissions
        .notes
        .iter()
        .filter(|(name, _)| lacks(name))
        .map(|(_, note)| (*note).to_owned());
    Some(ReducedManifest {
        manifest: format!("{manifest:#}\n"),
        notes: of_actions.chain(general).collect(),
    })
}

fn notes(action: &ActionEntry, permissions: &Permissions, granted: &[&str]) -> Vec<String> {
    let name = action.name;
    if !action.works_with(granted) {
        let needed: Vec<String> = action.enough.iter().map(|set| titles(permissions, set)).collect();
        return vec![format!("{name} is left out: it needs {}", needed.join(", or "))];
    }
    let lost = permissions
        .limits
        .iter()
        .filter(|(of, permission, _)| *of == name && !granted.contains(permission));
    lost.map(|(_, permission, limit)| {
        format!(
            "{name} is limited without {}: {limit}",
            titles(permissions, &[*permission])
        )
    })
    .collect()
}

/// Permissions with the products of the developer portal that include them.
fn titles(permissions: &Permissions, names: &[&str]) -> String {
    let named = permissions
        .all
        .iter()
        .filter(|permission| names.contains(&permission.name));
    named.map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

impl ActionEntry {
    /// Returns true if the action works, perhaps within limits, for a token with the permissions `granted`.
    pub fn works_with(&self, granted: &[&str]) -> bool {
        self.enough
            .iter()
            .any(|set| set.iter().all(|permission| granted.contains(permission)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrations::INTEGRATIONS;

    fn reduced(scopes: &str) -> (Value, String) {
        let tiktok = &INTEGRATIONS[0];
        let granted = tiktok.permissions.parse(scopes).unwrap();
        let ReducedManifest { manifest, notes } = manifest(tiktok, &granted).unwrap();
        (serde_json::from_str(&manifest).unwrap(), notes.join("\n"))
    }

    #[test]
    fn with_every_permission_it_is_the_committed_manifest() {
        let (reduced, notes) = reduced("all");
        let committed: Value = serde_json::from_str(INTEGRATIONS[0].manifest).unwrap();
        assert_eq!(reduced["actions"], committed["actions"]);
        assert_eq!(notes, "");
    }

    #[test]
    fn posting_needs_three_permissions() {
        let (manifest, notes) = reduced("posting");
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
        let (manifest, notes) = reduced("video.upload");
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
