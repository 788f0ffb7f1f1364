//! The upload server.

use super::*;

/// A post of 16,000,000 bytes in three chunks of 5,300,000, the last with the remainder.
async fn three_chunks(bench: &TestBench) -> (Value, Value, Vec<u8>) {
    let init = bench.init("public", 16_000_000, 5_300_000, 3).await;
    let data = init.is(200, "ok").data();
    (
        data["publish_id"].clone(),
        data["upload_url"].clone(),
        bytes(16_000_000),
    )
}

/// #upload-answers: 206 for each chunk but the last, 201 for the last; every byte arrives.
#[tokio::test]
async fn chunks_in_order_arrive_byte_for_byte() {
    let bench = TestBench::new().await;
    let (id, url, video) = three_chunks(&bench).await;
    let cuts = [
        (0, 5_300_000, 206),
        (5_300_000, 10_600_000, 206),
        (10_600_000, 16_000_000, 201),
    ];
    for (first, end, status) in cuts {
        let answer = bench
            .put(&url, video[first..end].to_vec(), first, 16_000_000)
            .await;
        assert_eq!(answer, (status, Some(format!("bytes 0-{end}/16000000"))));
        assert_eq!(bench.status("public", &id).await.data()["uploaded_bytes"], end);
    }
    assert_eq!(
        bench.status("public", &id).await.data()["status"],
        "PROCESSING_UPLOAD"
    );
    bench.wait(1);
    assert_eq!(
        bench.status("public", &id).await.data()["status"],
        "PUBLISH_COMPLETE"
    );
    let post = &bench.sim.posts()[0];
    assert_eq!(
        (post.bytes, post.sha256.as_str()),
        (16_000_000, wire::sha256_hex(&video).as_str())
    );
    assert_eq!(
        post.chunks[1].sha256,
        wire::sha256_hex(&video[5_300_000..10_600_000])
    );
    let journal = bench.sim.journal();
    let puts: Vec<_> = journal.of(EndpointName::UPLOAD).collect();
    assert_eq!(
        (puts.len(), puts[2].bytes, puts[2].status),
        (3, 5_400_000, Some(201))
    );
    assert_eq!(
        (
            puts[0].account.as_deref(),
            puts[0].query.contains_key("upload_token")
        ),
        (Some("sim-public"), false)
    );
}

/// #upload-answers: a chunk out of order or sent twice gets 416 with the received bytes.
#[tokio::test]
async fn a_chunk_that_does_not_fit_the_progress_is_416() {
    let bench = TestBench::new().await;
    let (_, url, video) = three_chunks(&bench).await;
    let second = video[5_300_000..10_600_000].to_vec();
    assert_eq!(
        bench.put(&url, second.clone(), 5_300_000, 16_000_000).await,
        (416, Some("bytes 0-0/16000000".to_owned()))
    );
    assert_eq!(
        bench
            .put(&url, video[..5_300_000].to_vec(), 0, 16_000_000)
            .await
            .0,
        206
    );
    let again = bench.put(&url, video[..5_300_000].to_vec(), 0, 16_000_000).await;
    assert_eq!(again, (416, Some("bytes 0-5300000/16000000".to_owned())));
    bench.apply(json!({"upload": {"figure": "last_index"}}));
    let again = bench.put(&url, video[..5_300_000].to_vec(), 0, 16_000_000).await;
    assert_eq!(again, (416, Some("bytes 0-5299999/16000000".to_owned())));
    assert_eq!(bench.put(&url, second, 5_300_000, 16_000_000).await.0, 206);
}

/// #upload-requests: bounds as planned, and consistent headers.
#[tokio::test]
async fn chunks_with_wrong_headers_or_bounds_are_400() {
    let bench = TestBench::new().await;
    let (_, url, video) = three_chunks(&bench).await;
    assert_eq!(
        bench
            .put(&url, video[..6_000_000].to_vec(), 0, 16_000_000)
            .await
            .0,
        400
    );
    assert_eq!(
        bench
            .put(&url, video[..5_300_000].to_vec(), 0, 15_999_999)
            .await
            .0,
        400
    );
    let put = || {
        bench
            .http
            .put(url.as_str().unwrap())
            .body(video[..5_300_000].to_vec())
    };
    let ranged = || put().header("content-range", "bytes 0-5299999/16000000");
    let stream = futures_util::stream::iter([Ok::<_, io::Error>(video[..5_300_000].to_vec())]);
    let mp4 = "video/mp4";
    for (request, note) in [
        (ranged(), "Content-Type"),
        (
            ranged().header("content-type", "application/octet-stream"),
            "Content-Type",
        ),
        (put().header("content-type", mp4), "Content-Range"),
        (
            put()
                .header("content-type", mp4)
                .header("content-range", "bytes 0-9/16000000"),
            "does not fit",
        ),
        (
            ranged()
                .header("content-type", mp4)
                .body(reqwest::Body::wrap_stream(stream)),
            "chunked",
        ),
        (
            ranged().header("content-type", mp4).bearer_auth("act.sim-public"),
            "Authorization",
        ),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 400, "{note}");
        let notes = bench.sim.journal().entries.last().unwrap().notes.clone();
        assert!(notes[0].contains(note), "{notes:?}");
    }
    assert_eq!(
        (bench.sim.posts()[0].bytes, bench.sim.journal().leaks().count()),
        (0, 1)
    );
}

/// #upload-answers: expired and changed URLs, unknown uploads.
#[tokio::test]
async fn expired_changed_and_unknown_urls_are_distinguished() {
    let bench = TestBench::new().await;
    let url = bench.init("public", 9, 9, 1).await.data()["upload_url"].clone();
    let changed = json!(format!("{}0", url.as_str().unwrap()));
    assert_eq!(bench.put(&changed, bytes(9), 0, 9).await.0, 403);
    let unknown = json!(format!("{}/video/?upload_id=1&upload_token=x", bench.sim.url()));
    assert_eq!(bench.put(&unknown, bytes(9), 0, 9).await.0, 404);
    bench.apply(json!({"upload": {"unknown_id": "method_not_allowed"}}));
    assert_eq!(bench.put(&unknown, bytes(9), 0, 9).await.0, 405);
    bench.wait(3_599);
    assert_eq!(bench.put(&changed, bytes(9), 0, 9).await.0, 403);
    bench.wait(1);
    assert_eq!(bench.put(&url, bytes(9), 0, 9).await, (403, None));
}

/// #upload-answers: no byte of an interrupted chunk counts.
#[tokio::test]
async fn a_chunk_cut_midway_counts_nothing() {
    let bench = TestBench::new().await;
    let (id, url, video) = three_chunks(&bench).await;
    bench.apply(json!({"faults": [{"endpoint": "upload", "nth": 1, "kind": {"cut_at_byte": 1_000_000}}]}));
    let put = bench
        .http
        .put(url.as_str().unwrap())
        .header("content-type", "video/mp4");
    let put = put
        .header("content-range", "bytes 0-5299999/16000000")
        .body(video[..5_300_000].to_vec());
    assert!(put.send().await.is_err());
    assert_eq!(bench.status("public", &id).await.data()["uploaded_bytes"], 0);
    let entry = bench
        .sim
        .journal()
        .of(EndpointName::UPLOAD)
        .next()
        .unwrap()
        .clone();
    assert_eq!(
        (entry.bytes, entry.outcome, entry.status),
        (1_000_000, RequestOutcome::Cut, None)
    );
    assert_eq!(
        bench
            .put(&url, video[..5_300_000].to_vec(), 0, 16_000_000)
            .await
            .0,
        206
    );
}

/// A client that disconnects in the middle of a chunk leaves a journal entry and no bytes.
#[tokio::test]
async fn a_client_that_goes_away_is_journaled() {
    use tokio::io::AsyncWriteExt as _;
    let bench = TestBench::new().await;
    let url = bench.init("public", 9, 9, 1).await.data()["upload_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut socket = begin(&bench, &url, "bytes 0-8/9", 9).await;
    socket.write_all(b"1234").await.unwrap();
    drop(socket);
    eventually(|| {
        bench
            .sim
            .journal()
            .of(EndpointName::UPLOAD)
            .any(|entry| entry.bytes > 0)
    })
    .await;
    let entry = bench
        .sim
        .journal()
        .of(EndpointName::UPLOAD)
        .next()
        .unwrap()
        .clone();
    assert_eq!(
        (entry.bytes, entry.outcome, entry.status),
        (4, RequestOutcome::Unanswered, None)
    );
    assert_eq!(bench.sim.posts()[0].bytes, 0);
}

/// Benchmarks can switch off hashing.
#[tokio::test]
async fn without_hashing_only_lengths_are_kept() {
    let clock = Clock::virtual_at(START);
    let options = SimulatorOptions {
        clock,
        digest: Digesting::Off,
        ..SimulatorOptions::default()
    };
    let bench = TestBench {
        sim: Simulator::start(options).await.unwrap(),
        http: client(),
    };
    let url = bench.init("public", 9, 9, 1).await.data()["upload_url"].clone();
    assert_eq!(bench.put(&url, bytes(9), 0, 9).await.0, 201);
    let post = &bench.sim.posts()[0];
    assert_eq!((post.bytes, post.sha256.as_str()), (9, ""));
}

/// #chunk-rules: strictly in order, so a chunk that begins while another is under way does not count.
#[tokio::test]
async fn chunks_side_by_side_are_416() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let bench = TestBench::new().await;
    let (_, url, video) = three_chunks(&bench).await;
    let mut second = begin(
        &bench,
        url.as_str().unwrap(),
        "bytes 5300000-10599999/16000000",
        5_300_000,
    )
    .await;
    second.write_all(b"x").await.unwrap();
    eventually(|| bench.sim.journal().count(EndpointName::UPLOAD) == 1).await;
    assert_eq!(
        bench
            .put(&url, video[..5_300_000].to_vec(), 0, 16_000_000)
            .await
            .0,
        206
    );
    second.write_all(&video[5_300_001..10_600_000]).await.unwrap();
    let mut answer = [0; 12];
    second.read_exact(&mut answer).await.unwrap();
    assert_eq!(
        (&answer, bench.sim.posts()[0].bytes),
        (b"HTTP/1.1 416", 5_300_000)
    );
}

/// Sends the head of an upload over a new connection.
async fn begin(bench: &TestBench, url: &str, range: &str, length: usize) -> tokio::net::TcpStream {
    use tokio::io::AsyncWriteExt as _;
    let (address, path) = (
        bench.sim.url().replace("http://", ""),
        url.replace(&bench.sim.url(), ""),
    );
    let mut socket = tokio::net::TcpStream::connect(&address).await.unwrap();
    let headers =
        format!("content-type: video/mp4\r\ncontent-length: {length}\r\ncontent-range: {range}\r\n");
    let head = format!("PUT {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}
