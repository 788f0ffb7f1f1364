//! Answers that come late, in part, slowly or not at all.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::{Response, body::Frame};

use super::super::{
    pace::{Stall, Throttle, really_sleep},
    reply::ServerReply,
    wire::{Body, full, response},
};

/// Manner of sending an answer.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulator) enum Sending {
    /// At once and whole.
    AtOnce,
    /// Whole, after this number of milliseconds.
    After(u64),
    /// In two parts.
    InTwo(Second),
    /// The connection is closed instead.
    Never,
}

/// Fate of the second part of a body.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulator) enum Second {
    /// Comes after this number of milliseconds; the parts are halves.
    After(u64),
    /// Never comes: the connection is closed after `first` bytes.
    Never { first: u64 },
    /// Comes after a pause, or never.
    Stalled(Stall),
}

/// Builds an answer that announces its whole body and sends it at this speed.
pub(in crate::simulator) fn paced(reply: ServerReply, pace: Throttle) -> Response<Body> {
    let headers = [
        reply.headers,
        vec![("content-length".to_owned(), reply.body.len().to_string())],
    ]
    .concat();
    let parts = stream::unfold((Bytes::from(reply.body), pace), |(mut left, pace)| async move {
        let now = left.split_to(pace.step().min(left.len()));
        if now.is_empty() {
            return None;
        }
        pace.pass(now.len()).await;
        Some((Ok(Frame::data(now)), (left, pace)))
    });
    response(reply.status, &headers, StreamBody::new(parts).boxed_unsync())
}

/// Builds an answer that announces its whole body and sends it in two parts.
pub(in crate::simulator) fn in_two(reply: ServerReply, second: Second) -> Response<Body> {
    let length = reply.body.len();
    let at = match second {
        Second::After(_) => length / 2,
        Second::Never { first } | Second::Stalled(Stall { at_byte: first, .. }) => {
            usize::try_from(first).unwrap_or(usize::MAX).min(length)
        }
    };
    let mut tail = Bytes::from(reply.body);
    let head = tail.split_to(at);
    let parts = stream::unfold(Some((head, Some(tail))), move |state| async move {
        let (now, later) = state?;
        if later.is_none() {
            match second {
                Second::After(ms) => really_sleep(ms).await,
                Second::Stalled(stall) => {
                    if stall.is_over().await.is_err() {
                        return Some((Err(io::Error::other("the answer stalled")), None));
                    }
                }
                // Without the pause hyper would drop what it has not sent yet.
                Second::Never { .. } => {
                    tokio::task::yield_now().await;
                    return Some((Err(io::Error::other("the answer is cut here")), None));
                }
            }
        }
        Some((Ok(Frame::data(now)), later.map(|tail| (tail, None))))
    });
    let headers = [
        reply.headers,
        vec![("content-length".to_owned(), length.to_string())],
    ]
    .concat();
    // hyper takes an announced empty body as sent, so there is nothing to cut.
    let body = if length == 0 {
        full(Bytes::new())
    } else {
        StreamBody::new(parts).boxed_unsync()
    };
    response(reply.status, &headers, body)
}
