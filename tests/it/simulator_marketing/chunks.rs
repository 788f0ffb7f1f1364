//! Upload in chunks, and a video of 500 MB in little memory.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    bench::{ADVERTISER, AdsAnswered, AdsBench, merged, read},
    files::{md5_of, video},
};

async fn bench() -> AdsBench {
    AdsBench::with(json!({"throttle": false, "chunk_bytes": 1_000})).await
}

async fn start(bench: &AdsBench, changes: Value) -> AdsAnswered {
    let body = json!({"advertiser_id": ADVERTISER, "size": 2_500, "content_type": "video", "name": "a.mp4"});
    bench.post("/file/start/upload/", merged(body, changes)).await
}

async fn transfer(bench: &AdsBench, id: &Value, offset: usize, chunk: &[u8], changes: Value) -> AdsAnswered {
    let fields = json!({"advertiser_id": ADVERTISER, "upload_id": id, "start_offset": offset, "signature": md5_of(chunk)});
    let fields = merged(fields, changes);
    bench
        .send_form("/file/transfer/upload/", fields, Some(("file", "chunk", chunk)))
        .await
}

async fn finish(bench: &AdsBench, id: &Value) -> AdsAnswered {
    let body = json!({"advertiser_id": ADVERTISER, "upload_id": id});
    bench.post("/file/finish/upload/", body).await
}

async fn by_file_id(bench: &AdsBench, kind: &str, id: &Value) -> AdsAnswered {
    let body = json!({"advertiser_id": ADVERTISER, "upload_type": "UPLOAD_BY_FILE_ID", "file_id": id});
    bench.post(&format!("/file/{kind}/ad/upload/"), body).await
}

/// Uploads a file in chunks, and returns the answer of the finish.
async fn uploaded(bench: &AdsBench, bytes: &[u8]) -> Value {
    let started = start(bench, json!({"size": bytes.len()})).await.is(0).clone();
    let id = &started["upload_id"];
    let mut range = started.clone();
    while range["start_offset"] != range["end_offset"] {
        let at = |name: &str| usize::try_from(range[name].as_u64().unwrap()).unwrap();
        let (from, until) = (at("start_offset"), at("end_offset"));
        range = transfer(bench, id, from, &bytes[from..until], json!({}))
            .await
            .is(0)
            .clone();
    }
    finish(bench, id).await.is(0).clone()
}

#[tokio::test]
async fn chunks_become_a_file_that_becomes_a_video() {
    let bench = bench().await;
    let bytes = video(720, 1_280, 2_700);
    let finished = uploaded(&bench, &bytes).await;
    assert_eq!(
        (&finished["file_name"], &finished["size"]),
        (&json!("a.mp4"), &json!(bytes.len()))
    );
    assert!(finished["create_time"].as_str().unwrap().contains(' '));
    by_file_id(&bench, "image", &finished["file_id"]).await.is(40_908);
    let id = by_file_id(&bench, "video", &finished["file_id"]).await.is(0)[0]["video_id"].clone();
    bench.wait(3);
    let query = json!({"advertiser_id": ADVERTISER, "video_ids": [id]});
    let info = bench.get("/file/video/ad/info/", query).await.is(0)["list"][0].clone();
    assert_eq!(
        (&info["signature"], &info["width"]),
        (&json!(md5_of(&bytes)), &json!(720))
    );
    assert_eq!(info["file_name"], "a.mp4");
    by_file_id(&bench, "video", &json!("file-0")).await.is(40_905);
    bench.wait(24 * 3_600);
    by_file_id(&bench, "video", &finished["file_id"]).await.is(40_910);
}

#[tokio::test]
async fn the_server_dictates_the_ranges() {
    let bench = bench().await;
    let bytes = video(720, 1_280, 2_300);
    let started = start(&bench, json!({"size": bytes.len()})).await.is(0).clone();
    assert_eq!(
        (&started["start_offset"], &started["end_offset"]),
        (&json!(0), &json!(1_000))
    );
    let id = &started["upload_id"];
    transfer(&bench, id, 0, &bytes[..999], json!({}))
        .await
        .refuses(40_002, "file: The chunk has 999 bytes");
    transfer(&bench, id, 1_000, &bytes[1_000..2_000], json!({}))
        .await
        .refuses(40_002, "start_offset: Must be 0");
    transfer(&bench, id, 0, &bytes[..1_000], json!({"signature": "x"}))
        .await
        .is(40_900);
    transfer(&bench, &json!("up-0"), 0, &bytes[..1_000], json!({}))
        .await
        .is(40_007);
    let next = transfer(&bench, id, 0, &bytes[..1_000], json!({}))
        .await
        .is(0)
        .clone();
    assert_eq!(next, json!({"start_offset": 1_000, "end_offset": 2_000}));
    transfer(&bench, id, 0, &bytes[..1_000], json!({}))
        .await
        .refuses(40_002, "Must be 1000");
    finish(&bench, id).await.refuses(40_002, "Only 1000 of");
    let body = json!({"advertiser_id": "7310000000000000023", "upload_id": id});
    bench.post("/file/finish/upload/", body).await.is(40_007);
}

#[tokio::test]
async fn a_finished_upload_is_gone() {
    let bench = bench().await;
    let bytes = vec![1; 1_000];
    let started = start(&bench, json!({"size": 1_000})).await.is(0).clone();
    transfer(&bench, &started["upload_id"], 0, &bytes, json!({}))
        .await
        .is(0);
    let file = finish(&bench, &started["upload_id"]).await.is(0)["file_id"].clone();
    finish(&bench, &started["upload_id"]).await.is(40_007);
    by_file_id(&bench, "video", &file).await.is(40_908);
}

#[tokio::test]
async fn sizes_and_names_are_limited_at_the_start() {
    let bench = bench().await;
    start(&bench, json!({"size": 999}))
        .await
        .refuses(40_002, "size: Must be at least 1000");
    start(&bench, json!({"size": 0})).await.is(40_906);
    start(&bench, json!({"size": -1})).await.is(40_002);
    start(&bench, json!({"size": 500_000_001})).await.is(40_907);
    start(&bench, json!({"size": 50_000_001, "content_type": "image"}))
        .await
        .is(40_907);
    start(&bench, json!({"content_type": "text"})).await.is(40_002);
    start(&bench, json!({"name": "n".repeat(101)})).await.is(40_002);
    bench.switch(json!({"chunk_bytes": 20_971_520}));
    let started = start(&bench, json!({"size": 30_000_000})).await.is(0).clone();
    assert_eq!(started["end_offset"], 20_971_520);
}

/// A body that is made as it is sent.
fn endless(head: Vec<u8>, filler: u64, tail: Vec<u8>) -> reqwest::Body {
    const PIECE: u64 = 1 << 20;
    let pieces = (0..filler / PIECE).map(|_| vec![0_u8; 1 << 20]);
    let rest = vec![0_u8; usize::try_from(filler % PIECE).unwrap()];
    let all = std::iter::once(head).chain(pieces).chain([rest, tail]);
    let all = all.map(Ok::<_, std::io::Error>);
    reqwest::Body::wrap_stream(futures_util::stream::iter(all))
}

/// Beginning and end of a form with a video, around the bytes of the file.
fn around_video() -> (Vec<u8>, Vec<u8>) {
    let fields = super::files::form(
        &json!({"advertiser_id": ADVERTISER, "video_signature": "0"}),
        None,
    );
    let fields = &fields[..fields.len() - b"--XX--\r\n".len()];
    let head = b"--XX\r\nContent-Disposition: form-data; name=\"video_file\"; filename=\"a.mp4\"\r\n\r\n";
    ([fields, head].concat(), b"\r\n--XX--\r\n".to_vec())
}

#[tokio::test]
async fn a_video_of_500_mb_passes_and_a_larger_one_does_not() {
    let bench = AdsBench::new().await;
    for (size, code) in [(500_000_000_u64, 40_900), (500_000_001, 40_907)] {
        let (head, tail) = around_video();
        let request = bench.request(Method::POST, "/file/video/ad/upload/");
        let request = request.header("Content-Type", "multipart/form-data; boundary=XX");
        let body = endless(head, size, tail);
        read(request.body(body)).await.is(code);
    }
}

/// Most memory of the simulator for a video of 500 MB, in KiB. A debug build takes more than the released one.
const MEMORY_MAX: u64 = 100_000;

/// In a process of its own, because other tests take memory too.
#[tokio::test]
async fn a_video_of_500_mb_takes_little_memory() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_autohive-tiktok"))
        .args(["simulate", "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(simulator.stdout.take().unwrap());
    let mut lines = output.lines().map_while(Result::ok);
    let url = lines.find_map(|line| {
        let mut words = line.split(' ');
        words
            .find(|word| word.starts_with("http://127.0.0.1:"))
            .map(str::to_owned)
    });
    let url = format!(
        "{}/open_api/v1.3/file/video/ad/upload/",
        url.unwrap().trim_end_matches('/')
    );
    let (head, tail) = around_video();
    let request = reqwest::Client::builder().no_proxy().build().unwrap().post(url);
    let request = request
        .header("Access-Token", "ads.sim-main")
        .header("Content-Type", "multipart/form-data; boundary=XX");
    let body = endless(head, 500_000_000, tail);
    let answer = request.body(body).send().await.unwrap();
    let answer = answer.text().await.unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", simulator.id())).unwrap();
    simulator.kill().unwrap();
    simulator.wait().unwrap();
    let most = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    let most: u64 = most.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(answer.contains("40900"), "{answer}");
    assert!(most < MEMORY_MAX, "{most} KiB at most");
}
