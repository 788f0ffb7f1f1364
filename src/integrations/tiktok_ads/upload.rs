//! Upload of a video or an image into the creative library.
//!
//! The name of a creative is unique in its ad account, and it is the idempotency key: a file whose name is there already
//! is compared and not sent, and a lost answer is followed by a search for the name.

mod attempt;
mod check;
mod chunks;
mod file;
mod job;
mod library;
mod name;
mod outgoing;
mod plan;
mod ready;
mod send;

pub(super) use self::{
    file::{ChatUpload, CreativeInputs, UPLOAD_PLACES, UrlFetcher},
    job::{UploadOutcome, UploadRequest},
    send::{UploadedCreative, upload},
};
