//! Accounts: TikTok users together with the app that they gave access to.

use serde::{Deserialize, Serialize};

use super::fail_reason::FailReason;
use crate::simulator::wire::sha256_hex;

/// A TikTok account as an app sees it through an access token.
///
/// A member that is omitted in JSON has the value of the public preset, so
/// `{"token":"act.x","is_private":true}` is a complete account. Empty names and ids are derived from the
/// token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one switch of TikTok's, and JSON fixtures name them"
)]
pub struct Account {
    /// Access token of this account; required.
    pub token: String,
    /// Name in journal and posts; the token without `act.` if empty.
    pub name: String,
    /// User id (#user-info), shared by accounts of the same creator; derived from the token if empty.
    pub open_id: String,
    /// Handle; the name if empty.
    pub username: String,
    /// Display name; the name if empty.
    pub display_name: String,
    /// The scopes that the user granted (#scopes).
    pub scopes: Vec<String>,
    /// Whether the TikTok account is private.
    pub is_private: bool,
    /// The app's client key; accounts of one app share the cap of five posting users a day (#posting-caps).
    pub app: String,
    /// Whether the app passed TikTok's audit (#unaudited-apps).
    pub app_audited: bool,
    /// Options of creator info (#privacy-levels); if empty, those documented for public and private accounts.
    pub privacy_level_options: Vec<Visibility>,
    /// Comments are switched off in the account.
    pub comment_disabled: bool,
    /// Duets are switched off in the account, as always in a private account.
    pub duet_disabled: bool,
    /// Stitches are switched off in the account, as always in a private account.
    pub stitch_disabled: bool,
    /// Longest video, in seconds (#creator-info).
    pub max_video_post_duration_sec: u32,
    /// The creator reached the daily cap of API posts: `spam_risk_too_many_posts`.
    pub capped: bool,
    /// The creator may not post: `spam_risk_user_banned_from_posting`.
    pub banned: bool,
    /// The app has no posting user left today: `reached_active_user_cap`.
    pub active_user_cap_reached: bool,
    /// The token has expired: 401 `access_token_invalid` everywhere.
    pub token_expired: bool,
    /// Number of public videos before the simulation began, at most 10,000; a private account has none.
    pub videos: u32,
    /// Pages of the video list come up to three videos short of `max_count` while more follow (#video-list).
    pub short_pages: bool,
    /// Properties verified by the app (#pull-from-url): a domain (`example.com`) or a prefix
    /// (`https://host/path/`).
    pub verified_urls: Vec<String>,
    /// Requests per minute at each endpoint, instead of TikTok's own limits (#rate-limits).
    pub rate_limit: Option<u32>,
    /// Posts of this account end as FAILED with this reason (#fail-reasons).
    pub fails_with: Option<FailReason>,
    /// Media pulled from a URL end as FAILED with `video_pull_failed` or `photo_pull_failed`; uploads succeed.
    pub pull_fails: bool,
    /// Number of initial status calls for each post that return `invalid_publish_id` (#status).
    pub loses_publish_id: u32,
    /// Time in seconds until a post leaves PROCESSING, instead of the simulator's.
    pub processing_seconds: Option<u64>,
    /// Further time in seconds until a public post has its id, instead of the simulator's.
    pub moderation_seconds: Option<u64>,
}

/// Most videos of an account before the simulation began: enough for any test of paging. Each takes part in each call
/// of the list.
pub(super) const VIDEOS_MAX: u32 = 10_000;

/// Audience of a post (#privacy-levels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "TikTok's own names")]
pub enum Visibility {
    PublicToEveryone,
    MutualFollowFriends,
    FollowerOfCreator,
    SelfOnly,
}

impl Account {
    /// Fills in the members that are derived from the token.
    pub(in crate::simulator) fn complete(mut self) -> Self {
        let name = self.token.strip_prefix("act.").unwrap_or(&self.token).to_owned();
        fill(&mut self.name, || name);
        fill(&mut self.username, || self.name.replace('-', "."));
        fill(&mut self.display_name, || self.name.clone());
        fill(&mut self.open_id, || {
            format!("-000{:.32}", sha256_hex(self.token.as_bytes()))
        });
        if self.privacy_level_options.is_empty() {
            self.privacy_level_options = default_options(self.is_private);
        }
        self
    }

    /// Checks whether the user granted `scope`.
    pub(super) fn granted(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

fn fill(text: &mut String, with: impl FnOnce() -> String) {
    if text.is_empty() {
        *text = with();
    }
}

fn default_options(is_private: bool) -> Vec<Visibility> {
    let widest = if is_private {
        Visibility::FollowerOfCreator
    } else {
        Visibility::PublicToEveryone
    };
    vec![widest, Visibility::MutualFollowFriends, Visibility::SelfOnly]
}

impl Default for Account {
    fn default() -> Self {
        Self {
            token: String::new(),
            name: String::new(),
            open_id: String::new(),
            username: String::new(),
            display_name: String::new(),
            scopes: SCOPES.map(str::to_owned).to_vec(),
            is_private: false,
            app: "sim-app".to_owned(),
            app_audited: true,
            privacy_level_options: Vec::new(),
            comment_disabled: false,
            duet_disabled: false,
            stitch_disabled: false,
            max_video_post_duration_sec: 600,
            capped: false,
            banned: false,
            active_user_cap_reached: false,
            token_expired: false,
            videos: 45,
            short_pages: false,
            verified_urls: vec![
                "example.com".to_owned(),
                "https://media.example.org/videos/".to_owned(),
            ],
            rate_limit: None,
            fails_with: None,
            pull_fails: false,
            loses_publish_id: 0,
            processing_seconds: None,
            moderation_seconds: None,
        }
    }
}

/// The preset accounts; the simulator's own page lists them.
pub fn presets() -> Vec<Account> {
    let preset = |(token, _, change): &Preset| {
        let mut account = Account {
            token: (*token).to_owned(),
            ..Account::default()
        };
        change(&mut account);
        account.complete()
    };
    PRESETS.iter().map(preset).collect()
}

/// Description of the preset account with this token; empty for other accounts.
pub fn description(token: &str) -> &'static str {
    PRESETS
        .iter()
        .find(|(preset, ..)| *preset == token)
        .map_or("", |(_, description, _)| description)
}

/// All scopes of the posting and display products (#scopes).
const SCOPES: [&str; 6] = [
    "user.info.basic",
    "user.info.profile",
    "user.info.stats",
    "video.list",
    "video.upload",
    "video.publish",
];

/// Token, description, and changes from a public account of an audited app.
type Preset = (&'static str, &'static str, fn(&mut Account));

const PRESETS: [Preset; 20] = [
    (
        "act.sim-public",
        "public account, audited app, all permissions, 45 videos",
        |_| {},
    ),
    (
        "act.sim-private",
        "private account, audited app, no public videos",
        |account| account.is_private = true,
    ),
    (
        "act.sim-unaudited-public",
        "public account, app without an audit: every direct post is refused",
        |account| {
            unaudited(account);
        },
    ),
    (
        "act.sim-unaudited-private",
        "private account, app without an audit: `SELF_ONLY` works",
        |account| {
            unaudited(account);
            account.is_private = true;
            account.privacy_level_options = vec![Visibility::MutualFollowFriends, Visibility::SelfOnly];
        },
    ),
    (
        "act.sim-capped",
        "the creator reached the daily cap: `spam_risk_too_many_posts`",
        |account| {
            account.capped = true;
        },
    ),
    (
        "act.sim-banned",
        "`spam_risk_user_banned_from_posting`",
        |account| account.banned = true,
    ),
    (
        "act.sim-active-user-cap",
        "`reached_active_user_cap`",
        |account| account.active_user_cap_reached = true,
    ),
    (
        "act.sim-expired",
        "401 `access_token_invalid`; its refresh token works",
        |account| account.token_expired = true,
    ),
    (
        "act.sim-basic-only",
        "permission `user.info.basic` only",
        |account| {
            account.scopes = vec!["user.info.basic".to_owned()];
        },
    ),
    (
        "act.sim-no-publish",
        "all permissions but `video.publish`",
        |account| withhold(account, "video.publish"),
    ),
    (
        "act.sim-no-video-list",
        "all permissions but `video.list`",
        |account| withhold(account, "video.list"),
    ),
    (
        "act.sim-no-stats",
        "all permissions but `user.info.stats`",
        |account| withhold(account, "user.info.stats"),
    ),
    (
        "act.sim-interactions-off",
        "comments, duets and stitches switched off",
        |account| {
            account.comment_disabled = true;
            account.duet_disabled = true;
            account.stitch_disabled = true;
        },
    ),
    (
        "act.sim-new",
        "no videos: the list has no `videos` member",
        |account| account.videos = 0,
    ),
    (
        "act.sim-bad-media",
        "posts end as FAILED with `file_format_check_failed`",
        |account| {
            account.fails_with = Some(FailReason::FileFormatCheckFailed);
        },
    ),
    (
        "act.sim-bad-pull",
        "pulls end as FAILED with `video_pull_failed` or `photo_pull_failed`",
        |account| {
            account.pull_fails = true;
        },
    ),
    (
        "act.sim-slow-moderation",
        "public posts have their id after six hours",
        |account| {
            account.moderation_seconds = Some(6 * 60 * 60);
        },
    ),
    (
        "act.sim-short-pages",
        "pages of the video list are short while more follow",
        |account| {
            account.short_pages = true;
        },
    ),
    (
        "act.sim-late-status",
        "the first two status calls for a post return `invalid_publish_id`",
        |account| {
            account.loses_publish_id = 2;
        },
    ),
    (
        "act.example12345Example12345Example",
        "as public; the token of TikTok's own sample requests",
        |account| {
            "CLIENT_KEY".clone_into(&mut account.app);
            account
                .verified_urls
                .extend(["example.verified.domain.com", "tiktokcdn.com"].map(str::to_owned));
        },
    ),
];

fn unaudited(account: &mut Account) {
    "sim-app-unaudited".clone_into(&mut account.app);
    account.app_audited = false;
}

fn withhold(account: &mut Account, scope: &str) {
    account.scopes.retain(|granted| granted != scope);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_in_json_starts_from_the_public_preset() {
        let account: Account = serde_json::from_str(r#"{"token":"act.x","is_private":true}"#).unwrap();
        let account = account.complete();
        assert_eq!(
            (account.name.as_str(), account.videos, account.is_private),
            ("x", 45, true)
        );
        assert_eq!(
            account.privacy_level_options.first(),
            Some(&Visibility::FollowerOfCreator)
        );
    }

    #[test]
    fn an_unknown_member_of_an_account_is_refused() {
        let error = serde_json::from_str::<Account>(r#"{"token":"act.x","private":true}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `private`"), "{error}");
    }

    #[test]
    fn preset_tokens_and_open_ids_are_unique() {
        let presets = presets();
        let tokens: std::collections::BTreeSet<_> = presets.iter().map(|account| &account.token).collect();
        let ids: std::collections::BTreeSet<_> = presets.iter().map(|account| &account.open_id).collect();
        assert_eq!((tokens.len(), ids.len()), (presets.len(), presets.len()));
    }

    /// A member that the page lacks can only be found in the code.
    #[test]
    fn the_documentation_has_every_member_of_an_account() {
        let page = include_str!("../../../docs/simulator.md");
        let (_, section) = page.split_once("\n## Accounts\n").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let account = serde_json::to_value(Account::default()).unwrap();
        for member in account.as_object().unwrap().keys() {
            assert!(section.contains(&format!("`{member}`")), "{member}");
        }
    }

    /// The module page is the reference for the tokens.
    #[test]
    fn the_module_page_lists_every_preset() {
        let page = include_str!("../../simulator.rs");
        for account in presets() {
            let row = format!("//! | `{}` | {} |\n", account.token, description(&account.token));
            assert!(page.contains(&row), "{row}");
        }
    }
}
