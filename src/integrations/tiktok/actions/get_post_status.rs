//! `POST /v2/post/publish/status/fetch/`; scope video.publish or video.upload
//! (docs/tiktok-open-api.md#status).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{self, Origin, open_api},
    integrations::{
        Action, Failure,
        tiktok::{
            context::Context,
            permissions,
            post::{inputs::WAIT_MAX_SECONDS, username},
        },
    },
    model::{ByteCount, PostId, PublishId},
    open_api::{PostStatus, PublishStatus},
    posting::{self, Age, Followed, IdState, Outcome},
    secret::OpenTokenKind,
};

/// Reads the status of a post.
pub(in crate::integrations::tiktok) struct GetPostStatus;

/// The post to check.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {
    /// The publish_id that the posting action returned
    publish_id: PublishId,
    /// Maximum time to wait for the post to be published, to reach the inbox or to fail, in seconds
    #[serde(default)]
    #[schemars(range(max = WAIT_MAX_SECONDS))]
    wait_seconds: u32,
}

/// Status of the post.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Output {
    /// The publish_id of the post
    publish_id: PublishId,
    /// TikTok's status of the post: PROCESSING_UPLOAD, PROCESSING_DOWNLOAD, SEND_TO_USER_INBOX, PUBLISH_COMPLETE or
    /// FAILED
    status: String,
    outcome: Outcome,
    id_state: IdState,
    /// IDs of the published posts, as strings of their exact digits, under TikTok's misspelled name
    publicaly_available_post_id: Vec<PostId>,
    /// The same IDs under the correctly spelled name
    publicly_available_post_id: Vec<PostId>,
    /// URL of the first published post, if its ID and the account's handle are known
    #[serde(skip_serializing_if = "Option::is_none")]
    post_url: Option<String>,
    /// TikTok's code for the reason that the post failed
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<String>,
    /// Meaning of the reason
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_explanation: Option<String>,
    /// How to resolve the failure
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// Bytes of the upload that TikTok has received
    #[serde(skip_serializing_if = "Option::is_none")]
    uploaded_bytes: Option<u64>,
    /// Bytes that TikTok has downloaded
    #[serde(skip_serializing_if = "Option::is_none")]
    downloaded_bytes: Option<u64>,
    /// Notes on a successful result
    warnings: Vec<String>,
}

/// Whether the text is an access token or a URL, which a result must not repeat.
fn is_secret(text: &str) -> bool {
    let is_token = OpenTokenKind::of(text).is_some();
    let is_hex = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token || is_hex || text.contains("://")
}

fn no_publish_id() -> Failure {
    let failure = Failure::of_field(
        &open_api::INVALID_PUBLISH_ID,
        "publish_id",
        "a token or a URL",
        "the publish_id of an earlier result, such as v_pub_file~v2-1.7601447475851021458",
        "map the publish_id of the step that posted to this input",
    );
    Failure {
        retryable: Some(false),
        ..failure
    }
}

impl Action for GetPostStatus {
    const NAME: &'static str = "get_post_status";
    const DISPLAY_NAME: &'static str = "Get Post Status";
    const DESCRIPTION: &'static str = "Check the status of a post or draft: published, in the inbox, still processing, \
        or failed and why. Can wait for the final status.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::VIDEO_PUBLISH, permissions::VIDEO_UPLOAD];
    const ENOUGH: &'static [&'static [&'static str]] =
        &[&[permissions::VIDEO_PUBLISH], &[permissions::VIDEO_UPLOAD]];

    type Context = Context;
    type Input = Input;
    type Output = Output;

    async fn run(context: Context, input: Input) -> Result<Output, Failure> {
        if is_secret(input.publish_id.as_str()) {
            return Err(no_publish_id());
        }
        let api = &context.api;
        let wait = context.wait(input.wait_seconds);
        let Followed { status, trouble } = posting::follow(api, wait, &input.publish_id, Age::Earlier)
            .await
            .map_err(|error| Failure::from(error).of_upload(&input.publish_id))?;
        let username = username::of_post(api, &status).await;
        let warnings = trouble
            .map(|error| format!("the status could not be read again ({error}); this is the last known one"));
        let mut output = output(&input.publish_id, &status, username.as_deref());
        output.warnings.extend(warnings);
        Ok(output)
    }
}

fn output(publish_id: &PublishId, status: &PostStatus, username: Option<&str>) -> Output {
    let reason = status.fail_reason();
    let row = reason.and_then(|reason| catalogue::find(Origin::FailReason, reason));
    Output {
        publish_id: publish_id.clone(),
        status: status.status.as_str().to_owned(),
        outcome: Outcome::of_status(&status.status),
        id_state: IdState::of(status, None),
        publicaly_available_post_id: status.post_ids().to_vec(),
        publicly_available_post_id: status.post_ids().to_vec(),
        post_url: posting::post_url(publish_id, status.post_ids(), username),
        fail_reason: reason.map(str::to_owned),
        fail_explanation: row.map(|row| row.meaning.to_owned()),
        remedy: row.map(|row| row.remedy.to_owned()),
        uploaded_bytes: status.uploaded_bytes.map(|ByteCount(bytes)| bytes),
        downloaded_bytes: status.downloaded_bytes.map(|ByteCount(bytes)| bytes),
        warnings: may_be_incomplete(status).into_iter().collect(),
    }
}

/// Warning about a stage that complete and interrupted uploads share.
fn may_be_incomplete(status: &PostStatus) -> Option<String> {
    (status.status == PublishStatus::ProcessingUpload).then(|| {
        "if the request that posted returned `processing`, TikTok has the whole video: wait; if that request was \
         interrupted or failed, TikTok may be waiting for bytes that will never arrive"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: &str) -> Output {
        let publish_id = PublishId::parse("v_pub_file~v2-1.7".into()).unwrap();
        output(&publish_id, &serde_json::from_str(status).unwrap(), Some("ana"))
    }

    #[test]
    fn ids_come_under_both_spellings_and_make_an_address() {
        let output =
            read(r#"{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7601447475849021453]}"#);
        let json = serde_json::to_value(&output).unwrap();
        assert_eq!(
            json["publicaly_available_post_id"],
            json["publicly_available_post_id"]
        );
        assert_eq!(json["publicly_available_post_id"][0], "7601447475849021453");
        assert_eq!(
            output.post_url.as_deref(),
            Some("https://www.tiktok.com/@ana/video/7601447475849021453")
        );
    }

    #[test]
    fn an_upload_may_have_been_cut_off_or_be_whole() {
        let lacks = read(r#"{"status":"PROCESSING_UPLOAD","uploaded_bytes":5}"#);
        assert!(
            lacks
                .warnings
                .iter()
                .any(|warning| warning.contains("never arrive")),
            "{:?}",
            lacks.warnings
        );
        assert_eq!(
            read(r#"{"status":"PROCESSING_DOWNLOAD"}"#).warnings,
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_fail_reason_is_explained() {
        let output = read(r#"{"status":"FAILED","fail_reason":"frame_rate_check_failed"}"#);
        assert_eq!(output.outcome, Outcome::Failed);
        assert!(output.fail_explanation.is_some() && output.remedy.is_some());
        assert!(
            read(r#"{"status":"PROCESSING_UPLOAD","fail_reason":""}"#)
                .fail_reason
                .is_none()
        );
    }
}
