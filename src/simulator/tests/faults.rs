//! Faults from the client's perspective.

use super::*;

/// A direct post with a fault: response, if any, and number of posts.
async fn init_through(kind: Value) -> (Result<(u16, Result<String, ()>), ()>, usize, RecordedRequest) {
    let bench = TestBench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "video_init", "nth": 1, "kind": kind}]}));
    let url = format!("{}{VIDEO_INIT}", bench.sim.url());
    let request = bench
        .http
        .post(url)
        .bearer_auth("act.sim-public")
        .json(&direct(upload(9, 9, 1)));
    let answered = match request.send().await {
        Ok(answer) => Ok((answer.status().as_u16(), answer.text().await.map_err(drop))),
        Err(_) => Err(()),
    };
    let (posts, journal) = (bench.sim.posts().len(), bench.sim.journal());
    bench.init("public", 9, 9, 1).await.is(200, "ok");
    (answered, posts, journal.entries[0].clone())
}

/// Responses in place of the endpoint's own: the request has no effect.
#[tokio::test]
async fn replaced_answers_have_no_effect() {
    for (kind, status, part) in [
        (json!({"status": 503}), 503, ""),
        (json!("html_502"), 502, "<TITLE>502 Bad Gateway</TITLE>"),
        (
            json!({"error": {"http": 400, "code": "app_version_check_failed"}}),
            400,
            "app_version_check_failed",
        ),
        (json!({"retry_after": "120"}), 429, "rate_limit_exceeded"),
        (json!({"redirect": "https://example.com/"}), 307, ""),
    ] {
        let (answered, posts, entry) = init_through(kind.clone()).await;
        let (seen, body) = answered.unwrap();
        assert_eq!((seen, posts, entry.status), (status, 0, Some(status)), "{kind}");
        assert!(body.unwrap().contains(part), "{kind}");
    }
}

/// Lost or damaged responses: the request has taken effect.
#[tokio::test]
async fn spoilt_answers_come_after_the_effect() {
    let (answered, posts, _) = init_through(json!("empty_200")).await;
    assert_eq!((answered, posts), (Ok((200, Ok(String::new()))), 1));
    let (answered, posts, _) = init_through(json!("not_json")).await;
    assert!(serde_json::from_str::<Value>(&answered.unwrap().1.unwrap()).is_err());
    assert_eq!(posts, 1);
    let (answered, posts, _) = init_through(json!({"truncate": 20})).await;
    assert_eq!((answered, posts), (Ok((200, Err(()))), 1));
    let (answered, posts, _) = init_through(json!({"slow_body_ms": 30})).await;
    assert!(answered.unwrap().1.unwrap().contains("publish_id"));
    assert_eq!(posts, 1);
}

/// Closed connections: there is no response, with or without the effect.
#[tokio::test]
async fn cut_connections_have_no_answer() {
    for (kind, posts) in [
        (json!("cut_before"), 0),
        (json!("cut_after"), 1),
        (json!({"cut_at_byte": 10}), 0),
    ] {
        let (answered, made, entry) = init_through(kind.clone()).await;
        assert_eq!(
            (answered, made, entry.outcome),
            (Err(()), posts, RequestOutcome::Cut),
            "{kind}"
        );
    }
    let (_, _, entry) = init_through(json!("cut_after")).await;
    assert_eq!(
        (entry.status, entry.notes),
        (None, vec!["the answer was lost: 200 ok".to_owned()])
    );
}

/// `effect` overrides the default of a fault.
#[tokio::test]
async fn a_gateway_page_may_hide_a_post() {
    let bench = TestBench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "any", "times": 1, "effect": true, "kind": "html_502"}]}));
    assert_eq!(bench.init("public", 9, 9, 1).await.status, 502);
    assert_eq!(bench.sim.posts().len(), 1);
}

/// A delay is real by the client's clock, and the effect precedes it.
#[tokio::test]
async fn a_slow_answer_outlasts_the_clients_patience() {
    let bench = TestBench::new().await;
    bench.apply(
        json!({"faults": [{"endpoint": "video_init", "account": "sim-public", "kind": {"slow_ms": 5_000}}]}),
    );
    let url = format!("{}{VIDEO_INIT}", bench.sim.url());
    let request = bench
        .http
        .post(&url)
        .bearer_auth("act.sim-public")
        .json(&direct(upload(9, 9, 1)));
    assert!(
        request
            .timeout(Duration::from_millis(100))
            .send()
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert_eq!(bench.sim.posts().len(), 1);
    bench.init("interactions-off", 9, 9, 1).await.is(200, "ok");
    bench.apply(json!({"clear_faults": true}));
    bench.init("public", 9, 9, 1).await.is(200, "ok");
}

/// A 429 of a gateway has its header.
#[tokio::test]
async fn retry_after_is_a_header() {
    let bench = TestBench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "status_fetch", "kind": {"retry_after": "120"}}]}));
    let url = format!("{}{STATUS}", bench.sim.url());
    let answer = bench
        .http
        .post(url)
        .bearer_auth("act.sim-public")
        .json(&json!({"publish_id": "x"}))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &reqwest::header::HeaderValue::from_static("120"))
    );
}

/// Dropping the simulator closes its port.
#[tokio::test]
async fn a_dropped_simulator_stops_listening() {
    let TestBench { sim, http } = TestBench::new().await;
    let address = sim.url().replace("http://", "");
    assert!(http.get(sim.url()).send().await.is_ok());
    drop(sim);
    tokio::task::yield_now().await;
    eventually(|| std::net::TcpStream::connect(&address).is_err()).await;
}

/// Downloads of the simulator's files are subject to faults and journaled like calls; storing the files is not.
#[tokio::test]
async fn a_fault_strikes_a_file_that_is_fetched() {
    let bench = TestBench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "media", "nth": 2, "kind": {"status": 503}}]}));
    let url = format!("{}/_simulator/media/a", bench.sim.url());
    assert_eq!(
        bench.http.put(&url).body("abc").send().await.unwrap().status(),
        201
    );
    for status in [200, 503, 200] {
        assert_eq!(bench.http.get(&url).send().await.unwrap().status(), status);
    }
    let journal = bench.sim.journal();
    let struck: Vec<bool> = journal
        .of(EndpointName::MEDIA)
        .map(|entry| entry.fault.is_some())
        .collect();
    assert_eq!((struck, journal.entries.len()), (vec![false, true, false], 3));
}

/// URL of an upload of three chunks of 5,242,880 bytes.
async fn three_chunks(bench: &TestBench) -> Value {
    let size = 3 * CHUNK as u64;
    bench
        .init("public", size, CHUNK as u64, 3)
        .await
        .is(200, "ok")
        .data()["upload_url"]
        .clone()
}

const CHUNK: usize = 5_242_880;

/// Any status with any header, with or without the effect, for a chunk by position.
#[tokio::test]
async fn an_answer_of_any_kind_meets_the_chunk_at_its_place() {
    for (place, effect, expected) in [
        ("first", false, [307, 416, 416]),
        ("first", true, [307, 206, 201]),
        ("middle", true, [206, 307, 201]),
        ("last", true, [206, 206, 307]),
        ("only", true, [206, 206, 201]),
    ] {
        let bench = TestBench::new().await;
        let answer = json!({"status": 307, "headers": {"location": "https://example.com/", "retry-after": "7",
            "content-range": "bytes 0-0/1"}, "body": "elsewhere"});
        bench.apply(json!({"faults": [
            {"endpoint": "upload", "chunk": place, "effect": effect, "kind": {"answer": answer}}]}));
        let url = three_chunks(&bench).await;
        let mut seen = [0; 3];
        for (index, status) in seen.iter_mut().enumerate() {
            let (answered, range) = bench.put(&url, vec![7; CHUNK], index * CHUNK, 3 * CHUNK).await;
            *status = answered;
            assert!(
                answered != 307 || range.as_deref() == Some("bytes 0-0/1"),
                "{range:?}"
            );
        }
        assert_eq!(seen, expected, "{place}, effect {effect}");
    }
}

/// The headers and the body of the fault reach the client.
#[tokio::test]
async fn an_answer_has_its_headers_and_its_body() {
    let bench = TestBench::new().await;
    let answer = json!({"status": 451, "headers": {"retry-after": "7"}, "body": "not here"});
    bench.apply(json!({"faults": [{"endpoint": "user_info", "kind": {"answer": answer}}]}));
    let seen = bench
        .http
        .get(format!("{}{USER}", bench.sim.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            seen.status().as_u16(),
            seen.headers()["retry-after"].to_str().unwrap()
        ),
        (451, "7")
    );
    assert_eq!(seen.text().await.unwrap(), "not here");
}

/// A response that does not wait for the body leaves the rest unread.
#[tokio::test]
async fn an_early_answer_has_no_effect() {
    let bench = TestBench::new().await;
    bench.apply(
        json!({"faults": [{"endpoint": "video_init", "nth": 1, "early": true, "kind": {"status": 413}}]}),
    );
    assert_eq!(bench.init("public", 9, 9, 1).await.status, 413);
    assert!(bench.sim.posts().is_empty());
    bench.init("public", 9, 9, 1).await.is(200, "ok");
}

/// A pause in the body: without an end the client has to give up, with an end the chunk is accepted.
#[tokio::test]
async fn a_line_may_stall_within_a_body() {
    for (stall, survives) in [
        (json!({"at_byte": 3}), false),
        (json!({"at_byte": 3, "ms": 20}), true),
    ] {
        let bench = TestBench::new().await;
        bench.apply(json!({"faults": [{"endpoint": "upload", "kind": {"stall": stall}}]}));
        let url = bench.init("public", 9, 9, 1).await.data()["upload_url"].clone();
        let request = bench
            .http
            .put(url.as_str().unwrap())
            .header("content-type", "video/mp4");
        let request = request
            .header("content-range", "bytes 0-8/9")
            .timeout(Duration::from_millis(400));
        assert_eq!(request.body(vec![0; 9]).send().await.is_ok(), survives, "{stall}");
        assert_eq!(bench.sim.posts()[0].bytes, if survives { 9 } else { 0 });
    }
}

/// A pause within the response: its first bytes arrive.
#[tokio::test]
async fn an_answer_may_stall_within_its_body() {
    let bench = TestBench::new().await;
    let kind = json!({"stall_answer": {"at_byte": 2}});
    bench.apply(json!({"faults": [{"endpoint": "media", "kind": kind}]}));
    bench.sim.keep_media("a", b"abcdef".to_vec());
    let url = format!("{}/_simulator/media/a", bench.sim.url());
    let mut answer = bench
        .http
        .get(url)
        .timeout(Duration::from_millis(300))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.chunk().await.unwrap().unwrap(), "ab");
    assert!(answer.chunk().await.unwrap_err().is_timeout());
}

/// A slow connection, by the simulated clock, in both directions, combined with another fault.
#[tokio::test]
async fn a_line_has_its_speed_beside_other_faults() {
    let bench = TestBench::new().await;
    bench.apply(json!({"faults": [
        {"endpoint": "upload", "kind": {"bytes_per_second": 100_000}},
        {"endpoint": "upload", "effect": true, "kind": {"status": 503}},
        {"endpoint": "media", "kind": {"bytes_per_second": 10}}]}));
    let size = 1_000_000;
    let url = bench.init("public", size, size, 1).await.data()["upload_url"].clone();
    let before = bench.sim.journal().entries[0].at_ms;
    let size = usize::try_from(size).unwrap();
    assert_eq!(bench.put(&url, vec![7; size], 0, size).await.0, 503);
    bench.sim.keep_media("a", b"abcdef".to_vec());
    let file = bench
        .http
        .get(format!("{}/_simulator/media/a", bench.sim.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(file.bytes().await.unwrap(), "abcdef");
    bench
        .get("public", "/v2/user/info/?fields=open_id")
        .await
        .is(200, "ok");
    let after = bench.sim.journal().entries.last().unwrap().at_ms;
    assert_eq!(after - before, 10_000 + 600);
}

/// Impossible faults are refused with their setup.
#[tokio::test]
async fn faults_that_cannot_be_are_refused() {
    let bench = TestBench::new().await;
    for (part, fault) in [
        (
            "content-length",
            json!({"answer": {"status": 200, "headers": {"content-length": "9"}}}),
        ),
        ("a b", json!({"answer": {"status": 200, "headers": {"a b": "9"}}})),
        ("199", json!({"answer": {"status": 199}})),
        ("stall", json!({"bytes_per_second": 0})),
    ] {
        let setup = json!({"faults": [{"endpoint": "upload", "kind": fault}]});
        let error = bench
            .sim
            .apply(serde_json::from_value(setup).unwrap())
            .unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
    let early =
        json!({"faults": [{"endpoint": "upload", "early": true, "effect": true, "kind": "html_502"}]});
    assert_eq!(
        bench.sim.apply(serde_json::from_value(early).unwrap()),
        Err(SetupError::EarlyEffect)
    );
}
