//! A second integration next to `tiktok`: separate credentials, permissions and context, served by the same host.

use std::{
    borrow::Cow,
    future::pending,
    io::{self, Cursor, Write},
    sync::{Arc, Mutex},
};

use autohive_tiktok::{
    catalogue::{Category, Row, Who, own},
    clock::Clock,
    front::stdio::{Options, Order, serve},
    host::Host,
    integrations::{
        ANY_ITEM, Action, ActionEntry, ActionError, AdvertiserCredentials, Call, Content, ContentKind,
        ContentPlace, Contents, Credentials, CredentialsError, Failure, INTEGRATIONS, Integration, NoEffect,
        Permission, Permissions, WriteState, action,
        credentials::read_token,
        granted::{self, ReducedManifest},
    },
    media::{Medium, Passed},
    model::{AdvertiserId, Advice, ByteCount, Namespace},
    posting::Outcome,
    secret::AdsToken,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::support::program::Answer;

const SHAPE: &str = "{\"access_token\":\"…\",\"advertiser_id\":\"…\"}";

static ACTIONS: [ActionEntry; 2] = [action::<GetAdvertiser>(), action::<UploadImage>()];

const ADDED: Integration = Integration {
    name: "added",
    manifest_path: "added/config.json",
    manifest: r#"{
        "supports_connected_account": false,
        "auth": { "scopes": ["12000000", "13000000"] },
        "actions": { "get_advertiser": {
            "input_schema": {
                "type": "object", "additionalProperties": false, "required": ["fields"],
                "properties": { "fields": { "type": "array", "maxItems": 2, "items": { "type": "string" } } }
            },
            "output_schema": {
                "type": "object", "additionalProperties": false, "required": ["advertiser_id", "fields", "api"],
                "properties": {
                    "advertiser_id": { "type": "string" },
                    "fields": { "type": "array", "items": { "type": "string" } },
                    "api": { "type": "string" }
                }
            }
        }, "upload_image": {
            "input_schema": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "image_content_base64": { "type": "string", "contentEncoding": "base64" },
                    "files": { "type": "array", "items": {
                        "type": "object", "additionalProperties": false, "required": ["content"],
                        "properties": { "content": { "type": "string", "contentEncoding": "base64" } }
                    } }
                }
            },
            "output_schema": {
                "type": "object", "additionalProperties": false, "required": ["sizes"],
                "properties": { "sizes": { "type": "array", "items": { "type": ["integer", "null"] } } }
            }
        } }
    }"#,
    actions: &ACTIONS,
    permissions: &Permissions {
        all: &[
            Permission {
                name: "12000000",
                product: None,
            },
            Permission {
                name: "13000000",
                product: Some("Reporting"),
            },
        ],
        ..Permissions::NONE
    },
    credentials,
    api_base: |_credentials| "http://127.0.0.1:9",
    namespace: Namespace::of("added"),
    subject: None,
    evidence: NoEffect::evidence,
    connected_account: None,
};

/// Reads a token and the requested account.
fn credentials(auth: Option<&Value>) -> Result<Credentials, CredentialsError> {
    let token = read_token(auth, SHAPE)?;
    let account = auth.and_then(|auth| auth["advertiser_id"].as_str());
    let missing = || CredentialsError::missing("auth.advertiser_id", "nothing", SHAPE);
    Ok(Credentials::Advertiser(AdvertiserCredentials {
        token: AdsToken::new(token),
        advertiser_id: account.and_then(AdvertiserId::parse).ok_or_else(missing)?,
        app_id: None,
        is_sandbox: false,
    }))
}

struct GetAdvertiser;

/// Parts of the call that the action uses.
struct Advertiser {
    id: Option<String>,
    api: String,
}

impl TryFrom<Call> for Advertiser {
    type Error = ActionError;

    fn try_from(call: Call) -> Result<Self, ActionError> {
        let Credentials::Advertiser(credentials) = call.credentials else {
            return Err(ActionError::ForeignCredentials);
        };
        Ok(Self {
            id: Some(credentials.advertiser_id.to_string()),
            api: call.api_base.to_string(),
        })
    }
}

#[derive(Deserialize, JsonSchema)]
struct Input {
    fields: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    advertiser_id: Option<String>,
    fields: Vec<String>,
    api: String,
}

/// Change that a failed request intended, in the terms of the integration.
#[derive(Debug)]
struct Change {
    request_id: &'static str,
}

impl WriteState for Change {
    fn members(&self) -> Map<String, Value> {
        Map::from_iter([("request_id".to_owned(), json!(self.request_id))])
    }

    fn advise(&self, _row: Option<&Row>, _outcome: Option<Outcome>, usual: Advice) -> Advice {
        Advice {
            remedy: Some("Look for the advertiser first.".into()),
            ..usual
        }
    }

    fn name_in<'a>(&self, message: &'a str) -> Cow<'a, str> {
        format!("{message} request_id: {}.", self.request_id).into()
    }
}

impl Action for GetAdvertiser {
    const NAME: &'static str = "get_advertiser";
    const DISPLAY_NAME: &'static str = "Get Advertiser";
    const DESCRIPTION: &'static str = "Reads an advertiser.";
    const PERMISSIONS: &'static [&'static str] = &["13000000"];

    type Context = Advertiser;
    type Input = Input;
    type Output = Output;

    async fn run(context: Advertiser, input: Input) -> Result<Output, Failure> {
        if input.fields == ["lost"] {
            return Err(Failure {
                outcome: Some(Outcome::Unconfirmed),
                write: Some(Arc::new(Change { request_id: "r-7" })),
                ..Failure::new(&own::OUTCOME_UNKNOWN, "")
            });
        }
        if input.fields == ["none"] {
            return Err(Failure::new(&own::TIMEOUT, ""));
        }
        Ok(Output {
            advertiser_id: context.id,
            fields: input.fields,
            api: context.api,
        })
    }
}

/// An image of at most 1 MiB.
const IMAGE: ContentKind = ContentKind {
    medium: Medium::Image,
    maximum: ByteCount(MIB),
    file_maximum: ByteCount(MIB),
    too_large: &IMAGE_TOO_LARGE,
    too_large_fix: "scale the image down",
};

const IMAGE_TOO_LARGE: Row = Row {
    code: "image_too_large",
    category: Category::Media,
    retryable: false,
    who: Who::Caller,
    meaning: "The image is too large.",
    remedy: "Scale the image down.",
    seen_at: &[],
};

const MIB: u64 = 1024 * 1024;

struct UploadImage;

#[derive(Deserialize, JsonSchema)]
struct Image {
    content: Content,
}

#[derive(Deserialize, JsonSchema)]
struct ImageInput {
    image_content_base64: Option<Content>,
    #[serde(default)]
    files: Vec<Image>,
}

/// Sizes of the images; `null` for content that was not stored.
#[derive(Serialize, JsonSchema)]
struct Sizes {
    sizes: Vec<Option<u64>>,
}

impl Action for UploadImage {
    const NAME: &'static str = "upload_image";
    const DISPLAY_NAME: &'static str = "Upload Image";
    const DESCRIPTION: &'static str = "Uploads an image.";
    const PERMISSIONS: &'static [&'static str] = &["12000000"];
    const CONTENTS: &'static [ContentPlace] = &[
        ContentPlace {
            path: &["image_content_base64"],
            kind: &IMAGE,
        },
        ContentPlace {
            path: &["files", ANY_ITEM, "content"],
            kind: &IMAGE,
        },
    ];

    type Context = Images;
    type Input = ImageInput;
    type Output = Sizes;

    async fn run(Images(contents): Images, input: ImageInput) -> Result<Sizes, Failure> {
        let alone = input
            .image_content_base64
            .map(|image| ("image_content_base64", image));
        let files = input.files.iter().map(|file| ("files[].content", file.content));
        let opened = alone.into_iter().chain(files).map(|(field, content)| {
            let passed = contents.open(field, content, &IMAGE)?;
            Ok(match passed {
                Passed::Kept(source) => Some(source.size().0),
                Passed::Dropped(_) => None,
            })
        });
        let sizes = opened.collect::<Result<_, Failure>>()?;
        Ok(Sizes { sizes })
    }
}

/// Contents of a call.
struct Images(Contents);

impl From<Call> for Images {
    fn from(call: Call) -> Self {
        Self(call.contents)
    }
}

/// Standard output that the test can read.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Result of a host with `tiktok` and the added integration.
#[track_caller]
fn answer(request: &Value) -> Answer {
    let both = Box::leak(Box::new([INTEGRATIONS[0], ADDED]));
    let host = Arc::new(Host::serving(both, Clock::system()));
    let written = Written::default();
    let options = Options {
        order: Order::Requested,
        ..Options::default()
    };
    let served = serve(
        host,
        Cursor::new(request.to_string()),
        written.clone(),
        pending(),
        options,
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(served).unwrap();
    let bytes = written.0.lock().unwrap().clone();
    Answer::read(&bytes)
}

fn request(auth: &Value, inputs: &Value) -> Value {
    json!({ "id": "1", "integration": "added", "action": "get_advertiser", "auth": auth, "inputs": inputs })
}

#[test]
fn its_action_runs_with_its_own_credentials_and_context() {
    let auth = json!({ "access_token": "0123456789abcdef", "advertiser_id": "700" });
    let expected = json!({ "advertiser_id": "700", "fields": ["name"], "api": "http://127.0.0.1:9/" });
    let answer = answer(&request(&auth, &json!({ "fields": ["name"] })));
    answer.is("action").has("/data", expected);
}

/// Members of its errors, none of which belongs to the other integration.
#[test]
fn its_errors_have_its_own_members() {
    let auth = json!({ "access_token": "0123456789abcdef", "advertiser_id": "700" });
    let usual = [
        "message",
        "cost_usd",
        "code",
        "category",
        "retryable",
        "retry_after",
        "retry_at",
        "who",
        "remedy",
        "http_status",
        "log_id",
        "outcome",
    ];
    let lost = answer(&request(&auth, &json!({ "fields": ["lost"] })));
    let none = answer(&request(&auth, &json!({ "fields": ["none"] })));
    let names = |answer: &Answer| -> Vec<String> {
        answer.0["result"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(names(&none), usual);
    assert_eq!(names(&lost), [&usual[..], &["request_id"]].concat());
    let message = lost.at("/message").as_str().unwrap();
    assert!(message.ends_with(" request_id: r-7."), "{message}");
    lost.is("action_error")
        .has("/request_id", "r-7")
        .has("/remedy", "Look for the advertiser first.");
}

/// Base64 of a PNG of `size` bytes.
fn png(size: u64) -> String {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(usize::try_from(size).unwrap(), b'x');
    BASE64_STANDARD.encode(bytes)
}

fn upload(inputs: &Value) -> Answer {
    let auth = json!({ "access_token": "0123456789abcdef", "advertiser_id": "700" });
    answer(
        &json!({ "id": "1", "integration": "added", "action": "upload_image", "auth": auth, "inputs": inputs }),
    )
}

/// The other integration takes videos of up to 287 MiB in `files`, and nothing in `image_content_base64`.
#[test]
fn its_images_have_a_limit_and_a_code_of_their_own() {
    for (inputs, field) in [
        (
            json!({ "image_content_base64": png(MIB + 1) }),
            "image_content_base64",
        ),
        (
            json!({ "files": [{ "content": png(MIB + 1) }] }),
            "files[].content",
        ),
    ] {
        let answer = upload(&inputs);
        let answer = answer.is("action_error").has("/code", "image_too_large");
        let message = answer.at("/message").as_str().unwrap();
        let expected = format!(
            "{field}: got more than 1 MiB (1,048,576 bytes); allowed: at most 1 MiB; scale the image down"
        );
        assert!(message.contains(&expected), "{message}");
    }
    for inputs in [
        json!({ "image_content_base64": png(MIB) }),
        json!({ "files": [{ "content": png(MIB) }] }),
    ] {
        upload(&inputs).is("action").has("/data/sizes", json!([MIB]));
    }
}

/// Of each type of media, the first file of a list is stored.
#[test]
fn its_images_and_the_videos_of_the_other_do_not_displace_each_other() {
    let video = BASE64_STANDARD.encode(b"\0\0\0\x20ftypisom\0\0\0\0isommp42mdat");
    let text = BASE64_STANDARD.encode("plain text");
    for (files, sizes) in [
        (json!([text, png(20), png(21)]), json!([null, 20, null])),
        (json!([video, png(20), video]), json!([28, 20, null])),
        (json!([png(20), video, png(21)]), json!([20, 28, null])),
    ] {
        let files: Vec<Value> = files
            .as_array()
            .unwrap()
            .iter()
            .map(|content| json!({ "content": content }))
            .collect();
        upload(&json!({ "files": files }))
            .is("action")
            .has("/data/sizes", sizes);
    }
}

#[test]
fn its_inputs_are_checked_against_its_own_manifest() {
    let auth = json!({ "access_token": "0123456789abcdef", "advertiser_id": "700" });
    answer(&request(&auth, &json!({ "fields": ["a", "b", "c"] }))).is("validation_error");
}

#[test]
fn missing_credentials_are_described_in_its_own_form() {
    for (auth, place) in [
        (json!(null), "auth: got nothing"),
        (
            json!({ "access_token": "0123456789abcdef" }),
            "auth.advertiser_id: got nothing",
        ),
    ] {
        let answer = answer(&request(&auth, &json!({ "fields": [] }))).misunderstood("missing_token");
        let message = answer
            .0
            .pointer("/result/message")
            .and_then(Value::as_str)
            .unwrap();
        assert!(
            message.starts_with(place) && message.contains(SHAPE),
            "{message:?} should begin with {place:?} and show {SHAPE}"
        );
    }
}

#[test]
fn actions_of_one_integration_are_unknown_to_the_other() {
    let auth = json!({ "access_token": "0123456789abcdef", "advertiser_id": "700" });
    for (integration, action) in [("added", "get_videos"), ("tiktok", "get_advertiser")] {
        let request =
            json!({ "id": "1", "integration": integration, "action": action, "auth": auth, "inputs": {} });
        answer(&request).misunderstood("unknown_action");
    }
}

#[test]
fn its_permissions_are_its_own_words() {
    let reduced = |granted: &str| {
        let granted = ADDED.permissions.parse(granted).unwrap();
        let ReducedManifest { manifest, notes } = granted::manifest(&ADDED, &granted).unwrap();
        (serde_json::from_str::<Value>(&manifest).unwrap(), notes)
    };
    let (manifest, notes) = reduced("all");
    assert_eq!(manifest["auth"]["scopes"], json!(["12000000", "13000000"]));
    assert_eq!(notes, Vec::<String>::new());
    let (manifest, notes) = reduced("12000000");
    assert_eq!(manifest["auth"]["scopes"], json!(["12000000"]));
    let actions: Vec<&String> = manifest["actions"].as_object().unwrap().keys().collect();
    assert_eq!(actions, ["upload_image"]);
    assert_eq!(
        notes,
        ["get_advertiser is left out: it needs 13000000 (Reporting)"]
    );
    let fault = ADDED.permissions.parse("video.list").unwrap_err();
    assert!(
        fault.ends_with("allowed: all, or names among 12000000, 13000000"),
        "{fault}"
    );
}
