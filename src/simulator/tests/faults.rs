//! Faults, as a client sees them.

use super::*;

/// A direct post through a fault: what was answered, if anything, and how many posts there are.
async fn init_through(kind: Value) -> (Result<(u16, Result<String, ()>), ()>, usize, Entry) {
    let bench = Bench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "video_init", "nth": 1, "kind": kind}]}));
    let url = format!("{}{VIDEO_INIT}", bench.sim.url());
    let request = bench.http.post(url).bearer_auth("act.sim-public").json(&direct(upload(9, 9, 1)));
    let answered = match request.send().await {
        Ok(answer) => Ok((answer.status().as_u16(), answer.text().await.map_err(drop))),
        Err(_) => Err(()),
    };
    let (posts, journal) = (bench.sim.posts().len(), bench.sim.journal());
    bench.init("public", 9, 9, 1).await.is(200, "ok");
    (answered, posts, journal.entries[0].clone())
}

/// Answers in place of the endpoint's own: the request has no effect.
#[tokio::test]
async fn replaced_answers_have_no_effect() {
    for (kind, status, part) in [
        (json!({"status": 503}), 503, ""),
        (json!("html_502"), 502, "<TITLE>502 Bad Gateway</TITLE>"),
        (json!({"error": {"http": 400, "code": "app_version_check_failed"}}), 400, "app_version_check_failed"),
        (json!({"retry_after": "120"}), 429, "rate_limit_exceeded"),
        (json!({"redirect": "https://example.com/"}), 307, ""),
    ] {
        let (answered, posts, entry) = init_through(kind.clone()).await;
        let (seen, body) = answered.unwrap();
        assert_eq!((seen, posts, entry.status), (status, 0, Some(status)), "{kind}");
        assert!(body.unwrap().contains(part), "{kind}");
    }
}

/// Answers that are lost or spoilt: the request has taken effect.
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

/// Cut connections: there is no answer, with or without the effect.
#[tokio::test]
async fn cut_connections_have_no_answer() {
    for (kind, posts) in [(json!("cut_before"), 0), (json!("cut_after"), 1), (json!({"cut_at_byte": 10}), 0)] {
        let (answered, made, entry) = init_through(kind.clone()).await;
        assert_eq!((answered, made, entry.outcome), (Err(()), posts, Outcome::Cut), "{kind}");
    }
    let (_, _, entry) = init_through(json!("cut_after")).await;
    assert_eq!((entry.status, entry.notes), (None, vec!["the answer was lost: 200 ok".to_owned()]));
}

/// `effect` turns a fault's own rule round.
#[tokio::test]
async fn a_gateway_page_may_hide_a_post_that_was_made() {
    let bench = Bench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "any", "times": 1, "effect": true, "kind": "html_502"}]}));
    assert_eq!(bench.init("public", 9, 9, 1).await.status, 502);
    assert_eq!(bench.sim.posts().len(), 1);
}

/// Slow is slow by the client's own clock, and the effect comes first.
#[tokio::test]
async fn a_slow_answer_outlasts_the_clients_patience() {
    let bench = Bench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "video_init", "account": "sim-public", "kind": {"slow_ms": 5_000}}]}));
    let url = format!("{}{VIDEO_INIT}", bench.sim.url());
    let request = bench.http.post(&url).bearer_auth("act.sim-public").json(&direct(upload(9, 9, 1)));
    assert!(request.timeout(Duration::from_millis(100)).send().await.unwrap_err().is_timeout());
    assert_eq!(bench.sim.posts().len(), 1);
    bench.init("interactions-off", 9, 9, 1).await.is(200, "ok");
    bench.apply(json!({"clear_faults": true}));
    bench.init("public", 9, 9, 1).await.is(200, "ok");
}

/// A 429 of a gateway carries its header.
#[tokio::test]
async fn retry_after_is_a_header() {
    let bench = Bench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "status_fetch", "kind": {"retry_after": "120"}}]}));
    let url = format!("{}{STATUS}", bench.sim.url());
    let answer =
        bench.http.post(url).bearer_auth("act.sim-public").json(&json!({"publish_id": "x"})).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &reqwest::header::HeaderValue::from_static("120"))
    );
}

/// Dropping the simulator closes its port.
#[tokio::test]
async fn a_dropped_simulator_stops_listening() {
    let Bench { sim, http } = Bench::new().await;
    let address = sim.url().replace("http://", "");
    assert!(http.get(sim.url()).send().await.is_ok());
    drop(sim);
    tokio::task::yield_now().await;
    eventually(|| std::net::TcpStream::connect(&address).is_err()).await;
}

/// Files that are fetched from the simulator are struck and journaled like calls; putting them there is not.
#[tokio::test]
async fn a_fault_strikes_a_file_that_is_fetched() {
    let bench = Bench::new().await;
    bench.apply(json!({"faults": [{"endpoint": "media", "nth": 2, "kind": {"status": 503}}]}));
    let url = format!("{}/_simulator/media/a", bench.sim.url());
    assert_eq!(bench.http.put(&url).body("abc").send().await.unwrap().status(), 204);
    for status in [200, 503, 200] {
        assert_eq!(bench.http.get(&url).send().await.unwrap().status(), status);
    }
    let journal = bench.sim.journal();
    let struck: Vec<bool> = journal.of(Endpoint::Media).map(|entry| entry.fault.is_some()).collect();
    assert_eq!((struck, journal.entries.len()), (vec![false, true, false], 3));
}
