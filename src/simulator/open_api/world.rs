//! State of the Open API: accounts, posts and counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    account::{Account, VIDEOS_MAX},
    chunks::Plan,
    fail_reason::FailReason,
    grants::Grants,
    judge::{self, Judge},
    limits::{self, Bucket},
    post::{InitRequest, Post, PostKind, UploadTask},
    rejection::{ApiRejection, RejectionCode},
    request::ApiRequest,
    source,
    upload_edge::UploadEdge,
};
use crate::simulator::{
    media,
    rate_window::{SlidingWindow, is_within},
    setup::{ConsentSetup, Setup, SetupError},
    shared::Shared,
    wire::sha256_hex,
};

/// State of the Open API: accounts, posts and counts.
#[derive(Debug)]
pub(super) struct World {
    pub(super) shared: Arc<Shared>,
    /// Accounts by access token.
    pub(super) accounts: BTreeMap<String, Arc<Account>>,
    /// Posts and drafts, oldest first.
    pub(super) posts: Vec<Post>,
    pub(super) edge: UploadEdge,
    pub(super) grants: Grants,
    /// Token or name of the account at the consent page.
    consent_account: String,
    /// Behaviour of the consent page.
    pub(super) consent: ConsentSetup,
    windows: BTreeMap<(String, Bucket), SlidingWindow>,
    processing: Duration,
    moderation: Duration,
    /// Whether the bytes of media must be a video or a photo within TikTok's limits.
    judge_media: bool,
    start: WorldOptions,
}

/// Settings of the Open API at its start, to which a reset returns.
#[derive(Debug, Clone)]
pub(super) struct WorldOptions {
    pub(super) accounts: Vec<Account>,
    pub(super) processing: Duration,
    pub(super) moderation: Duration,
    pub(super) judge_media: bool,
}

impl World {
    pub(super) fn new(shared: Arc<Shared>, start: WorldOptions) -> Self {
        let by_token = |account: &Account| (account.token.clone(), Arc::new(account.clone().complete()));
        Self {
            shared,
            accounts: start.accounts.iter().map(by_token).collect(),
            posts: Vec::new(),
            edge: UploadEdge::default(),
            grants: Grants::default(),
            consent_account: "act.sim-public".to_owned(),
            consent: ConsentSetup::default(),
            windows: BTreeMap::new(),
            processing: start.processing,
            moderation: start.moderation,
            judge_media: start.judge_media,
            start,
        }
    }

    /// Returns to the state after the start.
    pub(super) fn reset(&mut self) {
        *self = Self::new(Arc::clone(&self.shared), self.start.clone());
    }

    /// Simulated time since the Unix epoch.
    pub(super) fn now(&self) -> Duration {
        self.shared.now()
    }

    /// Checks accounts and drafts of a setup.
    pub(super) fn check(&self, setup: &Setup) -> Result<(), SetupError> {
        if let Some(index) = setup.accounts.iter().position(|account| account.token.is_empty()) {
            return Err(SetupError::NoToken { index });
        }
        let is_overfull = |account: &&Account| account.videos > VIDEOS_MAX;
        if let Some(account) = setup.accounts.iter().find(is_overfull) {
            return Err(SetupError::TooManyVideos {
                token: account.token.clone(),
                videos: account.videos,
                most: VIDEOS_MAX,
            });
        }
        match setup.drafts_posted.iter().find(|draft| !self.is_draft(draft)) {
            Some(draft) => Err(SetupError::NotADraft {
                publish_id: draft.clone(),
            }),
            None => Ok(()),
        }
    }

    /// Applies a checked setup.
    pub(super) fn apply(&mut self, setup: &Setup) {
        for account in setup.accounts.iter().cloned().map(Account::complete) {
            self.accounts.insert(account.token.clone(), Arc::new(account));
        }
        self.edge = setup.upload.unwrap_or(self.edge);
        self.judge_media = setup.judge_media.unwrap_or(self.judge_media);
        if let Some(account) = &setup.signed_in {
            self.consent_account.clone_from(account);
        }
        if let Some(consent) = &setup.consent {
            self.consent.clone_from(consent);
        }
        self.processing = setup.processing_ms.map_or(self.processing, Duration::from_millis);
        self.moderation = setup.moderation_ms.map_or(self.moderation, Duration::from_millis);
        let now = self.now();
        let posted = |post: &&mut Post| setup.drafts_posted.contains(&post.publish_id);
        for post in self.posts.iter_mut().filter(posted) {
            post.posted_by_user = Some(now);
        }
    }

    /// The account that agrees on the consent page.
    pub(super) fn consent_account(&self) -> Option<Arc<Account>> {
        let wanted = &self.consent_account;
        let named = |account: &&Arc<Account>| account.token == *wanted || account.name == *wanted;
        self.accounts.values().find(named).map(Arc::clone)
    }

    /// Checks whether an account has this token or name.
    pub(super) fn knows(&self, account: &str) -> bool {
        self.accounts
            .values()
            .any(|known| known.token == account || known.name == account)
    }

    fn is_draft(&self, publish_id: &str) -> bool {
        self.posts
            .iter()
            .any(|post| post.publish_id == publish_id && !post.init.kind.is_direct())
    }

    /// The account behind an `Authorization` header (`Bearer`, one space, token), with a note about any other
    /// spelling that is equivalent in HTTP.
    pub(super) fn account(&self, authorization: Option<&str>) -> Option<(Arc<Account>, Option<String>)> {
        let (scheme, token) = authorization?.split_once(' ')?;
        let is_exact = scheme == "Bearer" && !token.starts_with(' ');
        if !scheme.eq_ignore_ascii_case("Bearer") || (self.shared.is_strict() && !is_exact) {
            return None;
        }
        let note = (!is_exact)
            .then(|| "the Authorization header is not \"Bearer TOKEN\": accepted anyway".to_owned());
        self.accounts
            .get(token.trim_start())
            .map(|account| (Arc::clone(account), note))
    }

    /// Counts a request against the limit of its bucket.
    pub(super) fn count(
        &mut self,
        account: &Account,
        bucket: Bucket,
        limit: u32,
    ) -> Result<(), ApiRejection> {
        let now = self.now();
        let limit = account.rate_limit.unwrap_or(limit);
        let window = self.windows.entry((account.token.clone(), bucket)).or_default();
        if window.admits(now, limit, limits::MINUTE) {
            Ok(())
        } else {
            Err(RejectionCode::RateLimitExceeded.into())
        }
    }

    /// Checks whether the creator may post directly now (#posting-caps).
    pub(super) fn may_post(&self, account: &Account, now: Duration) -> Result<(), ApiRejection> {
        let recent = self
            .posts
            .iter()
            .filter(|post| post.open_id == account.open_id && post.is_recent_direct(now));
        let checks = [
            (account.banned, RejectionCode::UserBanned),
            (
                account.capped || recent.count() >= limits::DIRECT_POSTS_PER_DAY,
                RejectionCode::TooManyPosts,
            ),
            (
                account.active_user_cap_reached || self.app_is_full(account, now),
                RejectionCode::ActiveUserCap,
            ),
        ];
        refuse_first(checks)
    }

    /// Checks whether the creator may receive a draft now (#posting-caps).
    pub(super) fn may_draft(&self, account: &Account, now: Duration) -> Result<(), ApiRejection> {
        let pending = self
            .posts
            .iter()
            .filter(|post| post.open_id == account.open_id && post.is_pending_draft(now));
        refuse_first([
            (account.banned, RejectionCode::UserBanned),
            (
                pending.count() >= limits::PENDING_DRAFTS_PER_DAY,
                RejectionCode::TooManyPendingShare,
            ),
        ])
    }

    /// Checks whether the app is unaudited and has its five users of the day (#posting-caps).
    fn app_is_full(&self, account: &Account, now: Duration) -> bool {
        let recent = |post: &&Post| post.app == account.app && is_within(post.created, now, limits::DAY);
        let users: BTreeSet<_> = self
            .posts
            .iter()
            .filter(recent)
            .map(|post| &post.open_id)
            .collect();
        !account.app_audited
            && !users.contains(&account.open_id)
            && users.len() >= limits::USERS_PER_DAY_UNAUDITED
    }

    /// Stores a new post.
    pub(super) fn store(&mut self, request: &ApiRequest<'_>, init: InitRequest) -> &Post {
        let post = self.new_post(request, init);
        self.posts.push(post);
        #[expect(clippy::indexing_slicing, reason = "it was pushed just now")]
        &self.posts[self.posts.len() - 1]
    }

    fn new_post(&self, request: &ApiRequest<'_>, init: InitRequest) -> Post {
        let (account, now) = (&request.account, request.now);
        let number = self.shared.next_id();
        let upload = init.plan.map(|plan| self.new_upload(number, plan, now));
        let most_seconds = longest_video(account, init.kind);
        let seconds_or = |seconds: Option<u64>, other| seconds.map_or(other, Duration::from_secs);
        Post {
            publish_id: init.kind.publish_id(number),
            account: account.name.clone(),
            open_id: account.open_id.clone(),
            app: account.app.clone(),
            is_private: account.is_private,
            created: self.next_creation(now),
            arrived: upload.is_none().then_some(now),
            upload,
            processing: seconds_or(account.processing_seconds, self.processing),
            moderation: seconds_or(account.moderation_seconds, self.moderation),
            most_seconds,
            fails_with: self.failure(account, &init, most_seconds),
            cancelled: false,
            posted_by_user: None,
            // Odd and above 2^53, so that a float cannot hold it.
            public_id: i64::try_from(7_650_000_000_000_000_001 + number * 2_000_006).unwrap_or(i64::MAX),
            unknown_for: account.loses_publish_id,
            init,
        }
    }

    /// Time of a post that is created now; no two posts share it.
    fn next_creation(&self, now: Duration) -> Duration {
        let after = |post: &Post| post.created.saturating_add(Duration::from_millis(1));
        self.posts.last().map_or(now, |last| after(last).max(now))
    }

    fn new_upload(&self, number: u64, plan: Plan, now: Duration) -> UploadTask {
        UploadTask {
            id: (7_601_000_000_000_000_003 + number * 7_919).to_string(),
            token: sha256_hex(format!("upload token {number}").as_bytes()),
            expires: now.saturating_add(UPLOAD_URL_LIFE),
            plan,
            bytes: 0,
            chunks: Vec::new(),
            hasher: None,
            judge: self.judge_media.then(Judge::new),
        }
    }

    /// Reason for which a new post will fail, if it is known before the upload.
    fn failure(&self, account: &Account, init: &InitRequest, most_seconds: u32) -> Option<FailReason> {
        let pull_failure = init.kind.pull_failure().filter(|_| account.pull_fails);
        account
            .fails_with
            .or(pull_failure)
            .or_else(|| self.judge_pulled(init, most_seconds))
    }

    /// Judges media among the simulator's own files. Others are not pulled, and pass.
    fn judge_pulled(&self, init: &InitRequest, most_seconds: u32) -> Option<FailReason> {
        let missing = init.kind.pull_failure().filter(|_| self.judge_media)?;
        let names = init.addresses().filter_map(source::own_media);
        names
            .map(|name| media::file(&self.shared, &name))
            .find_map(|file| match file {
                None => Some(missing),
                Some(file) if init.kind.is_video() => judge::video(&file, most_seconds),
                Some(file) => judge::photo(&file),
            })
    }
}

/// Longest video in seconds. A draft may be cut in the app, so only the ten minutes of the API bind it.
fn longest_video(account: &Account, kind: PostKind) -> u32 {
    if kind.is_direct() {
        account.max_video_post_duration_sec
    } else {
        u32::MAX
    }
}

fn refuse_first<const N: usize>(checks: [(bool, RejectionCode); N]) -> Result<(), ApiRejection> {
    checks
        .iter()
        .find(|(broken, _)| *broken)
        .map_or(Ok(()), |(_, code)| Err((*code).into()))
}

/// An upload URL is valid for one hour, and the upload must end within it (#upload-addresses).
const UPLOAD_URL_LIFE: Duration = Duration::from_hours(1);
