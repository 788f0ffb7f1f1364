//! Everything that TikTok's side knows: accounts, posts, counts, faults, journal and time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;

use super::{
    account::Account,
    call::ApiRequest,
    fault::Faults,
    journal::RecordedRequest,
    judge::{self, Judge},
    limits::{self, Bucket, SlidingWindow},
    oauth::Grants,
    post::{FailReason, InitRequest, Post, UploadTask},
    refusal::{ApiRejection, RejectionCode},
    setup::{Setup, SetupError, UploadEdge},
    source,
    wire::sha256_hex,
};
use crate::clock::Clock;

/// The state behind the server.
#[derive(Debug)]
pub(super) struct World {
    clock: Clock,
    /// What [`World::advance`] could not move on the clock itself.
    offset: Duration,
    /// By access token.
    pub(super) accounts: BTreeMap<String, Arc<Account>>,
    pub(super) posts: Vec<Post>,
    pub(super) faults: Faults,
    pub(super) journal: Vec<RecordedRequest>,
    pub(super) edge: UploadEdge,
    pub(super) manners: Manners,
    pub(super) grants: Grants,
    /// Files by name, for clients that fetch; see `media`.
    pub(super) media: BTreeMap<String, Bytes>,
    /// Token or name of the account at the consent page.
    signed_in: String,
    /// The number of the last journal entry.
    pub(super) serial: u64,
    windows: BTreeMap<(String, Bucket), SlidingWindow>,
    /// Makes ids unique.
    ids: u64,
    processing: Duration,
    moderation: Duration,
    /// Where uploads go.
    pub(super) url: String,
    start: Start,
}

/// What a reset returns to.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) clock: Clock,
    pub(super) accounts: Vec<Account>,
    pub(super) processing: Duration,
    pub(super) moderation: Duration,
    pub(super) manners: Manners,
    pub(super) url: String,
}

/// Strictness towards requests and media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manners {
    /// Whether everything that the documents do not name is refused.
    pub(super) strict: bool,
    /// Whether the bytes of media must be a video or a photo within TikTok's limits.
    pub(super) judge_media: bool,
}

impl World {
    pub(super) fn new(start: Start) -> Self {
        let by_token = |account: &Account| (account.token.clone(), Arc::new(account.clone().complete()));
        Self {
            clock: start.clock.clone(),
            offset: Duration::ZERO,
            accounts: start.accounts.iter().map(by_token).collect(),
            posts: Vec::new(),
            faults: Faults::default(),
            journal: Vec::new(),
            edge: UploadEdge::default(),
            manners: start.manners,
            grants: Grants::default(),
            media: BTreeMap::new(),
            signed_in: "act.sim-public".to_owned(),
            serial: 0,
            windows: BTreeMap::new(),
            ids: 0,
            processing: start.processing,
            moderation: start.moderation,
            url: start.url.clone(),
            start,
        }
    }

    /// Forgets everything but the number of the last journal entry, and the time.
    pub(super) fn reset(&mut self) {
        let (serial, ids, offset) = (self.serial, self.ids, self.offset);
        *self = Self {
            offset,
            serial,
            ids,
            ..Self::new(self.start.clone())
        };
    }

    /// The clock of the simulation, without the time by which it was moved ahead.
    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Simulated time since the Unix epoch.
    pub(super) fn now(&self) -> Duration {
        self.clock.since_epoch().saturating_add(self.offset)
    }

    /// Moves the time: a virtual clock itself, so that a client that shares it agrees; otherwise the
    /// simulator's own time.
    pub(super) fn advance(&mut self, by: Duration) {
        let before = self.clock.since_epoch();
        self.clock.advance(by);
        let moved = self.clock.since_epoch().saturating_sub(before);
        // A system clock moves by nanoseconds meanwhile, a virtual one by everything.
        if moved < by {
            self.offset = self.offset.saturating_add(by);
        }
    }

    /// Changes accounts, faults, settings and time; nothing at all where something is wrong with it.
    pub(super) fn apply(&mut self, setup: Setup) -> Result<(), SetupError> {
        setup.check(|account| self.knows(account), |draft| self.is_draft(draft))?;
        self.accounts.extend(setup.accounts.into_iter().map(|account| {
            let account = account.complete();
            (account.token.clone(), Arc::new(account))
        }));
        if setup.clear_faults {
            self.faults.clear();
        }
        self.faults.add(setup.faults);
        self.edge = setup.upload.unwrap_or(self.edge);
        self.manners.strict = setup.strict.unwrap_or(self.manners.strict);
        self.manners.judge_media = setup.judge_media.unwrap_or(self.manners.judge_media);
        self.signed_in = setup
            .signed_in
            .unwrap_or_else(|| std::mem::take(&mut self.signed_in));
        self.processing = setup.processing_ms.map_or(self.processing, Duration::from_millis);
        self.moderation = setup.moderation_ms.map_or(self.moderation, Duration::from_millis);
        self.advance(Duration::from_secs(setup.advance_seconds));
        let now = self.now();
        for post in self
            .posts
            .iter_mut()
            .filter(|post| setup.drafts_posted.contains(&post.publish_id))
        {
            post.posted_by_user = Some(now);
        }
        Ok(())
    }

    /// The account that agrees on the consent page.
    pub(super) fn signed_in(&self) -> Option<Arc<Account>> {
        let named =
            |account: &&Arc<Account>| account.token == self.signed_in || account.name == self.signed_in;
        self.accounts.values().find(named).map(Arc::clone)
    }

    fn knows(&self, account: &str) -> bool {
        self.accounts
            .values()
            .any(|known| known.token == account || known.name == account)
    }

    fn is_draft(&self, publish_id: &str) -> bool {
        self.posts
            .iter()
            .any(|post| post.publish_id == publish_id && !post.wanted.kind.is_direct())
    }

    /// The account behind an `Authorization` header: `Bearer`, one space, the token; with a remark on another
    /// spelling that is the same in HTTP.
    pub(super) fn account(&self, authorization: Option<&str>) -> Option<(Arc<Account>, Option<String>)> {
        let (scheme, token) = authorization?.split_once(' ')?;
        let is_exact = scheme == "Bearer" && !token.starts_with(' ');
        if !scheme.eq_ignore_ascii_case("Bearer") || (self.manners.strict && !is_exact) {
            return None;
        }
        let note = (!is_exact)
            .then(|| "the Authorization header is not \"Bearer TOKEN\": taken all the same".to_owned());
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
        if window.admits(now, limit) {
            Ok(())
        } else {
            Err(RejectionCode::RateLimitExceeded.into())
        }
    }

    /// Whether the creator may post directly now (#posting-caps).
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

    /// Whether the creator may receive a draft now (#posting-caps).
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

    /// Five users a day may post through an app that is not audited (#posting-caps).
    fn app_is_full(&self, account: &Account, now: Duration) -> bool {
        let recent =
            |post: &&Post| post.app == account.app && limits::is_within(post.created, now, limits::DAY);
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

    /// Stores a new post and gives its place.
    pub(super) fn store(&mut self, call: &ApiRequest<'_>, wanted: InitRequest) -> &Post {
        let account = &call.account;
        let number = self.next_id();
        let last = self
            .posts
            .last()
            .map(|post| post.created.saturating_add(Duration::from_millis(1)));
        let created = last.map_or(call.now, |last| last.max(call.now));
        let upload = wanted.plan.map(|plan| UploadTask {
            id: (7_601_000_000_000_000_003 + number * 7_919).to_string(),
            token: sha256_hex(format!("upload token {number}").as_bytes()),
            expires: call.now.saturating_add(UPLOAD_URL_LIFE),
            plan,
            bytes: 0,
            chunks: Vec::new(),
            hasher: None,
            judge: self.manners.judge_media.then(Judge::new),
        });
        let pull_failure = wanted.kind.pull_failure().filter(|_| account.pull_fails);
        // A draft may be cut in the app, so only the ten minutes of the API bind it.
        let most_seconds = if wanted.kind.is_direct() {
            account.max_video_post_duration_sec
        } else {
            u32::MAX
        };
        let pulled = || self.judge_pulled(&wanted, most_seconds);
        let fails_with = account.fails_with.or(pull_failure).or_else(pulled);
        self.posts.push(Post {
            publish_id: format!(
                "{}{}",
                wanted.kind.id_prefix(),
                7_601_447_475_849_021_452 + number * 1_000_003
            ),
            account: account.name.clone(),
            open_id: account.open_id.clone(),
            app: account.app.clone(),
            is_private: account.is_private,
            created,
            arrived: upload.is_none().then_some(call.now),
            upload,
            processing: account
                .processing_seconds
                .map_or(self.processing, Duration::from_secs),
            moderation: account
                .moderation_seconds
                .map_or(self.moderation, Duration::from_secs),
            most_seconds,
            fails_with,
            cancelled: false,
            posted_by_user: None,
            // Odd and above 2^53, so that a float cannot hold it.
            public_id: i64::try_from(7_650_000_000_000_000_001 + number * 2_000_006).unwrap_or(i64::MAX),
            unknown_for: account.loses_publish_id,
            wanted,
        });
        #[expect(clippy::indexing_slicing, reason = "it was pushed just now")]
        &self.posts[self.posts.len() - 1]
    }

    /// The verdict on media that come from the simulator's own files; others are not really pulled, and pass.
    fn judge_pulled(&self, wanted: &InitRequest, most_seconds: u32) -> Option<FailReason> {
        let missing = wanted.kind.pull_failure().filter(|_| self.manners.judge_media)?;
        let addresses = wanted.addresses().filter_map(source::own_media);
        addresses
            .map(|name| self.media.get(&name))
            .find_map(|file| match file {
                None => Some(missing),
                Some(file) if wanted.kind.is_video() => judge::video(file, most_seconds),
                Some(file) => judge::photo(file),
            })
    }

    /// A number that was not given before.
    pub(super) fn next_id(&mut self) -> u64 {
        self.ids = self.ids.saturating_add(1);
        self.ids
    }

    /// About 34 characters that begin with the time (#answer-envelope).
    pub(super) fn log_id(&mut self) -> String {
        let number = self.next_id();
        let digest = sha256_hex(&number.to_be_bytes()).to_uppercase();
        format!("{}{digest:.20}", timestamp(self.now()))
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

/// `yyyymmddHHMMSS` in UTC; the calendar is Howard Hinnant's `civil_from_days`.
fn timestamp(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}{month:02}{day:02}{:02}{:02}{:02}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_ids_begin_with_the_utc_time() {
        for (seconds, expected) in [
            (0, "19700101000000"),
            (951_782_399, "20000228235959"),
            (951_782_400, "20000229000000"),
            (1_789_128_000, "20260911120000"),
        ] {
            assert_eq!(timestamp(Duration::from_secs(seconds)), expected);
        }
    }
}
