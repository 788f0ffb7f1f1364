//! Guard of an upload: permission to send each chunk.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;

/// Permission to send a chunk, requested before each one. The last chunk makes the post.
pub trait ChunkGuard: fmt::Debug + Send + Sync {
    /// Grants permission to send one chunk, whose transfer takes at most `may_take`.
    fn permit(&self, position: ChunkPosition, may_take: Duration) -> BoxFuture<'_, Result<(), ChunkDenied>>;
}

/// Position of a chunk in the video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkPosition {
    /// Other chunks follow.
    BeforeLast,
    /// No chunk follows.
    Last,
}

/// Reason that a chunk is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkDenied {
    /// Another request has taken the post over.
    #[error("another request has taken the post over")]
    TakenOver,
    /// The journal cannot record the chunk.
    #[error("the journal cannot be written")]
    Unwritable,
    /// The reader of the results is gone.
    #[error("the results are no longer read, so no further chunk was sent")]
    Unheard,
}
