//! Fixtures: JSON files that each hold a request, the state of TikTok's side, and the expected result.
//!
//! A fixture runs through the host protocol, against its own simulator or against a script of HTTP
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
//!     "inputs": { "video_content_base64": { "$file": "../../../media/clip.mp4" }, "wait_seconds": 60 }
//!   },
//!   "expect": { "at": { "/type": "action", "/result/data/status": { "contains": "INBOX" } } },
//!   "calls": { "inbox_init": 1, "upload": 1 },
//!   "stored": { "draft_video_upload": 1 }
//! }
//! ```
//!
//! * The integration is the one that the request names with `integration`; `tiktok` if it names none.
//! * `simulator` is a [`Setup`](crate::simulator::Setup); `script` is a list of
//!   [`Exchange`](crate::simulator::Exchange)s instead. Without either, the simulator keeps its defaults.
//! * `operator` has the limits that the host's operator sets: `{"max_daily_budget": 50, "no_enable": true}`.
//! * `raw` is a text for standard input instead of `request`; several results are compared as a list.
//! * An object whose only member begins with `$` is a directive, read when the file is loaded:
//!   * `{"$file": "clip.mp4"}`: the file's content as base64; the path is relative to the fixture.
//!   * `{"$from": "/0/result/data/publish_id"}`: a value from the results of `before`.
//!   * `{"$setup": {…}}`, a step of `before`: changes the simulator at that point.
//!   * `{"$media": {"clip.mp4": {"$file": "…"}, "page.html": "text"}}`, a step of `before`: serves files at
//!     `{{base}}/_simulator/media/clip.mp4`; `{{base}}` is the server's own URL.
//! * `expect` is `{"exactly": …}` or `{"at": {"/pointer": matcher}}`. A matcher is a plain value, which the
//!   result must equal, or an object with one member: see [`Matcher`].
//! * `calls` counts the calls of an endpoint, and `stored` the things of each kind that TikTok's side has in
//!   the end, `before` included. A kind that `stored` does not name must be absent: `{}` means nothing.
//! * `live` marks a fixture that only reads and may run against the real TikTok; it is refused on any other.
//!
//! A file with `cases` is a family of fixtures: each case gives values to the `{{variables}}` of the rest.
//!
//! ```json
//! {
//!   "name": "a post that fails with {{case}}",
//!   "cases": [ { "case": "spam_risk", "who": "user" }, { "case": "internal", "who": "tiktok" } ],
//!   "simulator": { "accounts": [ { "token": "act.fails", "fails_with": "{{case}}" } ] },
//!   "expect": { "at": { "/result/code": "{{case}}", "/result/who": "{{who}}" } },
//!   …
//! }
//! ```
//!
//! A string that is a variable and nothing else becomes its value, of any type; within a longer string the
//! value is a string or a number. `case` names the case in reports: `fails.json::spam_risk`.

mod cases;
mod compare;
mod file;
mod fixture;
mod play;
mod report;
mod template;

pub use compare::{Expectation, JsonType, Matcher};
pub use file::{FixtureCase, FixtureError, find, load};
pub use fixture::{Fixture, OperatorLimits};
pub use play::{FixtureOutcome, LiveAccess, Opponent, Played, play};
pub use report::{ReportFormat, render};
pub use template::{FixtureStep, MediaFile, Template};
