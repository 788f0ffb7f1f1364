//! Fingerprint of the inputs that come with an idempotency key: the action and its inputs, videos by their
//! SHA-256.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{
    integrations::{
        Contents,
        keyed::{canonical_work, digests, is_keyed},
    },
    model::Fingerprint,
};

/// Warning about a key that is `null`: it counts as absent, but the sender may believe that the post is
/// protected.
pub(in crate::integrations::tiktok) const NULL_KEY: &str = "idempotency_key is null, so a repeat of this request would post again; give a key, or leave \
     idempotency_key out";

/// Inputs that come with an idempotency key, without those that do not change the post.
#[derive(Debug, Clone)]
pub(in crate::integrations::tiktok) struct KeyedInputs {
    canonical: String,
}

impl KeyedInputs {
    /// The keyed inputs of `inputs`; none without a key and in a dry run.
    pub(in crate::integrations::tiktok) fn of(inputs: &Value) -> Option<Self> {
        let canonical = is_keyed(inputs).then(|| canonical_work(inputs))?;
        Some(Self { canonical })
    }

    /// Computes the fingerprint of a post by `action`; none if a video cannot be read back.
    pub(in crate::integrations::tiktok) async fn fingerprint(
        &self,
        action: &str,
        contents: &Contents,
    ) -> Option<Fingerprint> {
        let mut parts = vec![action.to_owned(), self.canonical.clone()];
        let digests = digests(contents).await?;
        parts.extend(digests.iter().map(|digest| STANDARD.encode(digest)));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(Fingerprint::of(&parts))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::media::{self, Dropped, Passed, Source};

    async fn of(inputs: Value, video: &[u8]) -> Option<Fingerprint> {
        let mut contents = Contents::default();
        contents.keep(Ok(Passed::Kept(Source::in_memory(video.to_vec()))));
        fingerprint(&inputs, &contents).await
    }

    async fn fingerprint(inputs: &Value, contents: &Contents) -> Option<Fingerprint> {
        let keyed = KeyedInputs::of(inputs)?;
        keyed.fingerprint("create_video_post", contents).await
    }

    #[tokio::test]
    async fn what_is_posted_counts_and_how_it_is_waited_for_does_not() {
        let base =
            json!({ "idempotency_key": "k", "title": "a", "file": { "content": "lifted:0", "name": "x" } });
        let first = of(base, b"video").await;
        assert!(first.is_some());
        let same = json!({
            "file": { "name": "x", "content": "lifted:0" }, "wait_seconds": 60, "title": "a", "idempotency_key": "k2"
        });
        assert_eq!(
            of(same, b"video").await,
            first,
            "order, waiting and the key itself make no difference"
        );
        let renamed = json!({ "idempotency_key": "k", "title": "a", "file": { "content": "lifted:0", "name": "tmp7" } });
        assert_eq!(of(renamed, b"video").await, first, "a file's name is not posted");
        let other =
            json!({ "idempotency_key": "k", "title": "b", "file": { "content": "lifted:0", "name": "x" } });
        assert_ne!(of(other, b"video").await, first, "another title is another post");
        let base =
            json!({ "idempotency_key": "k", "title": "a", "file": { "content": "lifted:0", "name": "x" } });
        assert_ne!(of(base, b"other").await, first, "other bytes are another post");
    }

    /// Stored rows hold fingerprints for 7 days, and old and new programs share one store during an upgrade.
    #[tokio::test]
    async fn the_fingerprint_of_given_inputs_never_changes() {
        let inputs =
            json!({ "idempotency_key": "k", "title": "a", "file": { "content": "lifted:0", "name": "x" } });
        let found = of(inputs, b"video").await.map(|found| found.to_string());
        assert_eq!(
            found.as_deref(),
            Some("6609112abdbafdfe183a05f4e1e557df46cf0404fb52848d3fb311f7effde7a9")
        );
    }

    /// A key that was used before contents were dropped must still know its inputs.
    #[tokio::test]
    async fn a_content_that_was_dropped_counts_as_if_it_had_been_kept() {
        let inputs = json!({ "idempotency_key": "k", "files": [{ "content": "lifted:0" }, { "content": "lifted:1" }] });
        let source = |bytes: &[u8]| Source::in_memory(bytes.to_vec());
        let dropped = |bytes: &[u8]| {
            let fault = media::probe(&source(bytes)).unwrap_err();
            Passed::Dropped(Dropped::of(&source(bytes), fault).unwrap())
        };
        let of = async |first: Passed, second: Passed| {
            let mut contents = Contents::default();
            contents.keep(Ok(first));
            contents.keep(Ok(second));
            fingerprint(&inputs, &contents).await.unwrap()
        };
        let kept = of(Passed::Kept(source(b"other")), Passed::Kept(source(b"video"))).await;
        assert_eq!(of(dropped(b"other"), Passed::Kept(source(b"video"))).await, kept);
        assert_eq!(of(Passed::Kept(source(b"other")), dropped(b"video")).await, kept);
        assert_ne!(
            of(dropped(b"another"), Passed::Kept(source(b"video"))).await,
            kept
        );
        assert_ne!(of(dropped(b"video"), dropped(b"other")).await, kept);
    }

    #[tokio::test]
    async fn without_a_key_and_in_a_dry_run_none_is_made() {
        assert_eq!(of(json!({ "title": "a" }), b"video").await, None);
        assert_eq!(
            of(json!({ "idempotency_key": "k", "dry_run": true }), b"video").await,
            None
        );
    }
}
