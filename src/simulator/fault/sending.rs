//! Responses that are late, partial, slow or missing.

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

/// Manner of sending a response.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulator) enum Sending {
    /// At once and complete.
    AtOnce,
    /// Complete, after this number of milliseconds.
    After(u64),
    /// In two parts.
    InTwo(Second),
    /// The connection is closed instead.
    Never,
}

/// Fate of the second part of a body.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulator) enum Second {
    /// Sent after this number of milliseconds; the parts are halves.
    After(u64),
    /// Never sent: the connection is closed after `first` bytes.
    Never { first: u64 },
    /// Sent after a pause, or never.
    Stalled(Stall),
}

/// Builds a response that announces its whole body and sends it at this speed.
pub(in crate::simulator) fn paced(reply: ServerReply, throttle: Throttle) -> Response<Body> {
    let headers = announced(reply.headers, reply.body.len());
    let body = Bytes::from(reply.body);
    let parts = stream::unfold((body, throttle), |(mut left, throttle)| async move {
        let now = left.split_to(throttle.step().min(left.len()));
        if now.is_empty() {
            return None;
        }
        throttle.pass(now.len()).await;
        Some((Ok(Frame::data(now)), (left, throttle)))
    });
    response(reply.status, &headers, StreamBody::new(parts).boxed_unsync())
}

/// Builds a response that announces its whole body and sends it in two parts.
pub(in crate::simulator) fn in_two(reply: ServerReply, second: Second) -> Response<Body> {
    let length = reply.body.len();
    let headers = announced(reply.headers, length);
    let mut tail = Bytes::from(reply.body);
    let head = tail.split_to(second.begins_at(length));
    let parts = stream::unfold(Some((head, Some(tail))), move |state| async move {
        let (now, later) = state?;
        if later.is_none()
            && let Err(error) = second.wait().await
        {
            return Some((Err(error), None));
        }
        Some((Ok(Frame::data(now)), later.map(|tail| (tail, None))))
    });
    // hyper treats an announced empty body as sent, so there is nothing to cut.
    let body = if length == 0 {
        full(Bytes::new())
    } else {
        StreamBody::new(parts).boxed_unsync()
    };
    response(reply.status, &headers, body)
}

impl Second {
    fn begins_at(self, length: usize) -> usize {
        match self {
            Self::After(_) => length / 2,
            Self::Never { first } | Self::Stalled(Stall { at_byte: first, .. }) => {
                usize::try_from(first).unwrap_or(usize::MAX).min(length)
            }
        }
    }

    /// Waits until the second part may be sent. The error closes the connection instead.
    async fn wait(self) -> io::Result<()> {
        match self {
            Self::After(ms) => {
                really_sleep(ms).await;
                Ok(())
            }
            Self::Stalled(stall) => stall
                .is_over()
                .await
                .map_err(|_endless| io::Error::other("the answer stalled")),
            // Without the pause hyper would drop the bytes that it has not sent yet.
            Self::Never { .. } => {
                tokio::task::yield_now().await;
                Err(io::Error::other("the answer is cut here"))
            }
        }
    }
}

fn announced(mut headers: Vec<(String, String)>, length: usize) -> Vec<(String, String)> {
    headers.push(("content-length".to_owned(), length.to_string()));
    headers
}
