//! Fixtures: a request, the TikTok it meets, and the result it must have, each in a JSON file.
//!
//! A fixture runs through the host protocol, against a simulator of its own or against a script of HTTP
//! exchanges, on a virtual clock that both sides share: a fixture that waits for hours takes no time, and its
//! results do not change from run to run.
//!
//! ```json
//! {
//!   "name": "a draft reaches the inbox",
//!   "simulator": { "processing_ms": 5000 },
//!   "before": [ { "action": "…", "auth": { "access_token": "act.sim-public" }, "inputs": {} } ],
//!   "request": {
//!     "action": "upload_video_draft",
//!     "auth": { "access_token": "act.sim-public" },
//!     "inputs": { "video_content_base64": { "$file": "../../media/clip.mp4" }, "wait_seconds": 60 }
//!   },
//!   "expect": { "at": { "/type": { "is": "action" }, "/result/data/outcome": { "is": "in_inbox" } } },
//!   "calls": { "inbox_init": 1, "upload": 1 },
//!   "posts": 1
//! }
//! ```
//!
//! * `simulator` is a [`Setup`]; `script` is a list of [`Exchange`]s
//!   instead. With neither, the simulator is as it starts.
//! * `raw` is a text for standard input instead of `request`; where it gives several results, they are taken
//!   as a list.
//! * `{"$file": "clip.mp4"}` is that file's content as base64, the path being relative to the fixture.
//! * `{"$setup": {…}}` in `before` changes the simulator at that point, instead of sending a request.
//! * `{"$media": {"clip.mp4": {"$file": "…"}, "page.html": "text"}}` in `before` puts files where they can be
//!   fetched:
//!   `{{base}}/_simulator/media/clip.mp4` in a request; `{{base}}` is the server's own URL.
//! * `{"$from": "/0/result/data/publish_id"}` is taken from the results of `before`.
//! * `expect` is `{"exactly": …}` or `{"at": {"/pointer": matcher}}`; the matchers are in [`Matcher`].
//! * `calls` and `posts` say how many calls of each endpoint TikTok saw and how many posts it has stored,
//!   `before` included.
//! * `live` marks a fixture that only reads, and may be run against the real TikTok; on one that could post
//!   it is refused.

mod compare;
mod play;
mod report;

pub use compare::{Expectation, Matcher, Type};
pub use play::{Played, Target, Verdict, play};
pub use report::{Format, render};

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    integrations::{Effect, INTEGRATIONS, Integration},
    secret::{Ids, without_secrets},
    simulator::{Endpoint, Exchange, Setup},
};

/// One fixture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// What it shows, as a sentence.
    pub name: String,
    /// Whether it only reads, so that it may run against the real TikTok.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// Changes to the simulator before it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulator: Option<Setup>,
    /// What TikTok answers, instead of a simulator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Vec<Exchange>>,
    /// Requests that come first, one after another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Value>,
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Value>,
    /// Standard input as it is, instead of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The result it must have.
    pub expect: Expectation,
    /// How many calls of an endpoint TikTok must have seen.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calls: BTreeMap<Endpoint, usize>,
    /// How many posts and drafts TikTok must have stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posts: Option<usize>,
}

/// A fixture and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The file.
    pub path: PathBuf,
    /// Its content.
    pub fixture: Fixture,
}

/// A fixture that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// A file or folder cannot be read.
    #[error("{} cannot be read", without_secrets(&path.to_string_lossy(), Ids::Suspect))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is not a fixture.
    #[error("{} is not a fixture: {what}", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong, with its place.
        what: String,
    },
}

impl Fixture {
    /// What in it cannot be meant.
    fn inconsistency(&self) -> Option<String> {
        let what = match (&self.script, &self.expect) {
            _ if self.request.is_some() == self.raw.is_some() => "it needs either a request or a raw text",
            _ if self.live && !self.only_reads() => {
                "it is live, and would post or cannot be seen through: only requests of reading actions, without raw text and \
                 without $setup or $media, may go to the real TikTok"
            }
            (Some(_), _) if self.simulator.is_some() => "it has both a simulator and a script",
            (Some(_), _) if !self.calls.is_empty() || self.posts.is_some() => {
                "calls and posts are counted by a simulator only"
            }
            _ if self.calls.contains_key(&Endpoint::Any) => {
                "calls are counted for each endpoint, there is no `any`"
            }
            (_, Expectation::At(places)) if places.is_empty() => "it expects nothing",
            (_, Expectation::At(places)) => {
                let wrong = places
                    .keys()
                    .find(|place| !place.is_empty() && !place.starts_with('/'))?;
                return Some(format!(
                    "{wrong:?} is no JSON pointer, it should begin with a slash"
                ));
            }
            (_, Expectation::Exactly(_)) => return None,
        };
        Some(what.to_owned())
    }

    /// Whether nothing in it can change anything at TikTok.
    fn only_reads(&self) -> bool {
        self.raw.is_none() && self.before.iter().chain(&self.request).all(is_reading)
    }
}

fn is_reading(request: &Value) -> bool {
    let word = |key| request.get(key).and_then(Value::as_str);
    let acts = |name| {
        INTEGRATIONS
            .iter()
            .find_map(|integration: &Integration| integration.action(name))
    };
    match word("action") {
        Some(name) => acts(name).is_none_or(|action| action.effect == Effect::Reads),
        None => word("type") == Some("connected_account"),
    }
}

impl Located {
    /// Reads one fixture.
    pub fn load(path: &Path) -> Result<Self, FixtureError> {
        let unreadable = |source| FixtureError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let malformed = |what: String| FixtureError::Malformed {
            path: path.to_owned(),
            what,
        };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let mut reader = serde_json::Deserializer::from_str(&text);
        let fixture: Fixture = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| malformed(format!("{}: {}", error.path(), error.inner())))?;
        fixture
            .inconsistency()
            .map_or(Ok(()), |what| Err(malformed(what)))?;
        Ok(Self {
            path: path.to_owned(),
            fixture,
        })
    }

    /// Writes its expectation back into the file; all else in the file stays as it is.
    pub fn save_expectation(&self) -> Result<(), FixtureError> {
        let unreadable = |source| FixtureError::Unreadable {
            path: self.path.clone(),
            source,
        };
        let text = fs::read_to_string(&self.path).map_err(unreadable)?;
        let mut file: Value = serde_json::from_str(&text).map_err(|error| unreadable(error.into()))?;
        let expectation =
            serde_json::to_value(&self.fixture.expect).map_err(|error| unreadable(error.into()))?;
        if let Some(place) = file.get_mut("expect") {
            *place = expectation;
        }
        fs::write(&self.path, format!("{file:#}\n")).map_err(unreadable)
    }
}

/// Finds the fixtures under `paths`, folders included, in the order of their names.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, FixtureError> {
    let mut found = Vec::new();
    for path in paths {
        collect(path, &mut found)?;
    }
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), FixtureError> {
    let unreadable = |source| FixtureError::Unreadable {
        path: path.to_owned(),
        source,
    };
    if !path.is_dir() {
        fs::metadata(path).map_err(unreadable)?;
        found.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    paths.sort();
    for inner in paths {
        if inner.is_dir() || inner.extension().is_some_and(|extension| extension == "json") {
            collect(&inner, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_post_is_not_for_the_real_tiktok() {
        let refused = |more: Value| {
            let mut fixture = json!({ "name": "n", "live": true, "expect": { "exactly": 1 } });
            fixture
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let fixture: Fixture = serde_json::from_value(fixture).unwrap();
            fixture.inconsistency().is_some_and(|what| what.contains("live"))
        };
        let reads = json!({ "action": "get_videos" });
        for good in [
            json!({ "request": reads }),
            json!({ "request": { "type": "connected_account" } }),
            json!({ "request": { "action": "no_such_action" }, "before": [reads] }),
        ] {
            assert!(!refused(good.clone()), "{good}");
        }
        for bad in [
            json!({ "request": { "action": "create_photo_post" } }),
            json!({ "request": { "action": "create_video_post", "inputs": { "dry_run": true } } }),
            json!({ "request": reads, "before": [{ "action": "upload_video_draft" }] }),
            json!({ "request": { "action": { "$from": "/0/result" } } }),
            json!({ "request": reads, "before": [{ "$setup": {} }] }),
            json!({ "raw": "{\"action\":\"get_videos\"}" }),
        ] {
            assert!(refused(bad.clone()), "{bad}");
        }
    }
}
