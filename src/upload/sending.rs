//! Transfer of one chunk, watched for stalls.

use std::{future::ready, io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_RANGE};
use tracing::warn;

use super::{
    Upload,
    plan::ChunkRange,
    put::{AttemptEnd, ChunkAttempt, Interruption},
};
use crate::{
    clock::Deadline,
    http::{BodyMeter, BodySpan, HttpRequest, HttpResponse, RequestBody, StallLimit, time_for},
    model::ByteCount,
    progress::{Measure, Phase},
};

/// Largest response to a chunk that is read, in bytes.
const RESPONSE_MAX: usize = 512 * 1024;

/// Assumed speed for leases if none is known, in bytes per second.
const USUAL_SPEED: u64 = 250_000;

impl Upload<'_> {
    /// Sends the chunk `range` once, until it is answered, has arrived without an answer, or is aborted.
    pub(super) async fn put(
        &self,
        index: u64,
        range: ChunkRange,
        attempt: u32,
        end: Deadline,
    ) -> ChunkAttempt {
        let meter = BodyMeter::default();
        let request = self.request(index, range, meter.clone());
        let began = self.clock.elapsed();
        let response = self.send_chunk(&request, range, attempt, &meter, end).await;
        let whole = meter.close() >= range.length();
        let took = self.clock.elapsed().saturating_sub(began);
        if let Err(Interruption::Cut(cut)) = &response {
            warn!(?cut, bytes = meter.taken(), of = range.length(), "chunk aborted");
        }
        let put = ChunkAttempt {
            range,
            last: self.bytes_after(range) == 0,
            end: AttemptEnd::of(&response),
            whole,
            took,
        };
        self.learn(&put, &meter);
        put
    }

    fn request(&self, index: u64, range: ChunkRange, meter: BodyMeter) -> HttpRequest<'_> {
        let total = self.plan.size().0;
        let content_range = HeaderValue::try_from(format!("bytes {}-{}/{total}", range.first, range.last));
        let mut headers = HeaderMap::new();
        headers.extend(content_range.ok().map(|value| (CONTENT_RANGE, value)));
        HttpRequest {
            endpoint: "upload",
            method: Method::PUT,
            url: self.url.expose().clone(),
            auth: None,
            headers,
            body: self.body(index, range, meter),
            timeout: Duration::MAX,
            response_max: RESPONSE_MAX,
        }
    }

    /// Sends the request until the first of: a response, the chunk's arrival by the status, an abort by the meter.
    async fn send_chunk(
        &self,
        request: &HttpRequest<'_>,
        range: ChunkRange,
        attempt: u32,
        meter: &BodyMeter,
        end: Deadline,
    ) -> Result<HttpResponse, Interruption> {
        let chunk = BodySpan {
            length: range.length(),
            after: self.bytes_after(range),
        };
        let stall = StallLimit {
            idle: self.stall.idle.max(self.timeout),
            ..self.stall
        };
        tokio::select! {
            biased;
            answer = self.transport.attempt(request, attempt, end) => answer.map_err(Interruption::Lost),
            () = self.arrived_unanswered(meter, range, stall.idle) => Err(Interruption::Arrived),
            cut = meter.watch(self.clock, chunk, stall, end) => Err(Interruption::Cut(cut)),
        }
    }

    /// Bytes of the video after `range`.
    fn bytes_after(&self, range: ChunkRange) -> u64 {
        self.plan.size().0 - range.end()
    }

    /// Waits until the status shows a chunk whose response is overdue.
    ///
    /// The time in which the buffers of this machine empty is unknown, so a response may be late.
    async fn arrived_unanswered(&self, meter: &BodyMeter, range: ChunkRange, idle: Duration) {
        meter.overdue(self.clock, range.length(), idle).await;
        while self.has(range.end()).await != Some(true) {
            self.clock.sleep_wall(idle).await;
        }
    }

    /// Updates the measured speed from an accepted chunk, or from the measured part of another.
    fn learn(&self, put: &ChunkAttempt, meter: &BodyMeter) {
        match (&put.end, meter.speed()) {
            (
                AttemptEnd::Answered {
                    status: 200..=299, ..
                },
                _,
            ) => self.line.learn(put.range.length(), put.took),
            (_, Some(speed)) => self.line.learn_speed(speed),
            (_, None) => {}
        }
    }

    /// Expected duration of a chunk, for which the lease is extended. It is renewed while the chunk is sent.
    pub(super) fn lease(&self, range: ChunkRange, end: Deadline) -> Duration {
        let speed = self.line.bytes_per_second().unwrap_or(USUAL_SPEED);
        let sending = self
            .stall
            .idle
            .max(self.timeout)
            .saturating_add(time_for(range.length(), speed));
        sending.min(self.clock.left_until(end))
    }

    /// Bytes of `range`, read while they are sent and counted when they are handed to the connection.
    fn body(&self, index: u64, range: ChunkRange, meter: BodyMeter) -> RequestBody {
        let (source, reporter) = (self.source.clone(), self.reporter.clone());
        let (total, chunks) = (self.plan.size().0, self.plan.count());
        let open = move || {
            let (reporter, meter) = (reporter.clone(), meter.clone());
            let count = move |piece: Bytes| {
                let taken = meter
                    .add(ByteCount::of(&piece).0)
                    .ok_or(io::ErrorKind::ConnectionAborted);
                let bytes = taken.map(|taken| Some(range.first.saturating_add(taken)));
                let (chunk, chunks) = (Some(index + 1), Some(chunks));
                ready(bytes.map_err(io::Error::from).map(|bytes| {
                    reporter.tell(
                        Phase::Uploading,
                        Measure {
                            bytes,
                            total: Some(total),
                            chunk,
                            chunks,
                        },
                    );
                    piece
                }))
            };
            source.stream(range.first, range.length()).and_then(count).boxed()
        };
        RequestBody::Stream {
            content_type: HeaderValue::from_static(self.container.mime()),
            length: range.length(),
            open: Arc::new(open),
            // Watched here, because the status may show that the chunk has arrived.
            stall: None,
        }
    }
}
