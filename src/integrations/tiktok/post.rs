//! One post, of a video or of photos: init, idempotency, search for a lost post, result.

pub(super) mod fingerprint;
pub(super) mod idempotency;
pub(super) mod init;
pub(super) mod inputs;
pub(super) mod journal;
pub(super) mod notices;
pub(super) mod quota;
pub(super) mod result;
pub(super) mod search;
pub(super) mod username;
