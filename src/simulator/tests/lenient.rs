//! Undocumented requests: accepted with a note, and refused in strict mode.

use super::*;

/// A request that TikTok accepts in practice, or has no reason to refuse.
struct Odd {
    method: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: String,
    /// A part of the note.
    note: &'static str,
}

const BEARER: (&str, &str) = ("authorization", "Bearer act.sim-public");
const JSON: (&str, &str) = ("content-type", "application/json");

fn post(path: &'static str, body: &Value, note: &'static str) -> Odd {
    Odd {
        method: "POST",
        path,
        headers: &[BEARER, JSON],
        body: body.to_string(),
        note,
    }
}

fn bare() -> Value {
    json!({"privacy_level": "SELF_ONLY", "title": "x"})
}

fn pull() -> Value {
    json!({"source": "PULL_FROM_URL", "video_url": "https://example.com/a.mp4"})
}

fn photos(post_info: &Value) -> Value {
    let source = json!({"source": "PULL_FROM_URL", "photo_images": ["https://example.com/a.jpg"], "photo_cover_index": 0});
    json!({"media_type": "PHOTO", "post_mode": "DIRECT_POST", "post_info": post_info, "source_info": source})
}

fn odd_posts() -> Vec<Odd> {
    let source = upload(9, 9, 1);
    let info = |name: &str, member: Value| json!({"post_info": with(post_info(), "", name, member), "source_info": source.clone()});
    let video = |member: &str, value: Value| direct(with(pull(), "", member, value));
    vec![
        post(
            VIDEO_INIT,
            &json!({"post_info": bare(), "source_info": source}),
            "post_info.brand_content_toggle is missing",
        ),
        post(
            VIDEO_INIT,
            &info("caption", json!("x")),
            "post_info.caption is unknown",
        ),
        post(VIDEO_INIT, &info("title", json!(null)), "post_info.title is null"),
        post(
            VIDEO_INIT,
            &info("auto_add_music", json!(true)),
            "post_info.auto_add_music is unknown",
        ),
        post(
            VIDEO_INIT,
            &with(direct(source.clone()), "", "media_type", json!("VIDEO")),
            "media_type is unknown",
        ),
        post(
            VIDEO_INIT,
            &direct(with(source.clone(), "", "video_cover_timestamp_ms", json!(5))),
            "source_info.video_cover_timestamp_ms is unknown",
        ),
        post(
            VIDEO_INIT,
            &direct(with(source, "", "video_url", json!(""))),
            "source_info.video_url does not belong",
        ),
        post(
            VIDEO_INIT,
            &video("video_size", json!(0)),
            "source_info.video_size does not belong",
        ),
        post(
            VIDEO_INIT,
            &video("total_chunk_count", json!(1)),
            "source_info.total_chunk_count does not belong",
        ),
        post(
            VIDEO_INIT,
            &video("chunk_size", json!(null)),
            "source_info.chunk_size is null",
        ),
        post(
            INBOX_INIT,
            &json!({"source_info": pull(), "post_mode": "MEDIA_UPLOAD"}),
            "post_mode is unknown",
        ),
        post(
            PHOTO_INIT,
            &photos(&bare()),
            "post_info.brand_organic_toggle is missing",
        ),
        post(
            PHOTO_INIT,
            &photos(&with(bare(), "", "is_aigc", json!(true))),
            "post_info.is_aigc is unknown",
        ),
        post(
            PHOTO_INIT,
            &photos(&with(bare(), "", "description", json!(null))),
            "post_info.description is null",
        ),
    ]
}

fn odd_reads() -> Vec<Odd> {
    let get = |path, headers, note| Odd {
        method: "GET",
        path,
        headers,
        body: String::new(),
        note,
    };
    let list = |headers, body: &str, note| Odd {
        method: "POST",
        path: LIST,
        headers,
        body: body.to_owned(),
        note,
    };
    vec![
        list(&[BEARER, JSON], "", "body is empty"),
        list(&[BEARER], "{}", "Content-Type is missing"),
        list(&[BEARER], "", "body is empty"),
        list(
            &[BEARER, JSON],
            r#"{"cursor":null,"max_count":5}"#,
            "cursor is null",
        ),
        list(&[BEARER, JSON], r#"{"fields":"id"}"#, "fields is unknown"),
        get(
            "/v2/user/info/?fields=open_id,%20union_id",
            &[BEARER],
            "white space",
        ),
        get(
            "/v2/user/info/?fields=open_id&lang=en",
            &[BEARER],
            "\"lang\" is unknown",
        ),
        get(
            "/v2/user/info/?fields=open_id",
            &[("authorization", "bearer act.sim-public")],
            "not \"Bearer TOKEN\"",
        ),
        get(
            "/v2/user/info/?fields=open_id",
            &[("authorization", "BEARER  act.sim-public")],
            "not \"Bearer TOKEN\"",
        ),
        Odd {
            method: "POST",
            path: CREATOR,
            headers: &[BEARER],
            body: "{}".to_owned(),
            note: "Content-Type is missing",
        },
        post(CREATOR, &json!({"open_id": "x"}), "open_id is unknown"),
        Odd {
            method: "POST",
            path: "/v2/post/publish/creator_info/query/?access_token=x",
            headers: &[BEARER],
            body: String::new(),
            note: "\"access_token\" is unknown",
        },
    ]
}

async fn send(bench: &TestBench, odd: &Odd) -> Answered {
    let method = odd.method.parse().unwrap();
    let request = bench
        .http
        .request(method, format!("{}{}", bench.sim.url(), odd.path))
        .body(odd.body.clone());
    read(
        odd.headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value)),
    )
    .await
}

/// Each is accepted with its note, and refused in strict mode.
#[tokio::test]
async fn odd_requests_are_taken_with_a_note_and_refused_in_strict_mode() {
    for odd in odd_posts().into_iter().chain(odd_reads()) {
        let bench = TestBench::with(SimulatorOptions::default()).await;
        send(&bench, &odd).await.is(200, "ok");
        let notes = bench.sim.journal().entries[0].notes.clone();
        assert!(
            notes.iter().any(|note| note.contains(odd.note)),
            "{} {}: {notes:?}",
            odd.path,
            odd.body
        );
        bench.apply(json!({"strict": true}));
        let answered = send(&bench, &odd).await;
        assert!(
            matches!(answered.status, 400 | 401),
            "{} {}: {}",
            odd.path,
            odd.body,
            answered.body
        );
        bench.apply(json!({"strict": false}));
        send(&bench, &odd).await.is(200, "ok");
    }
}

/// TikTok's refusals apply in the lenient mode too.
#[tokio::test]
async fn lenient_is_not_careless() {
    let bench = TestBench::with(SimulatorOptions::default()).await;
    bench.apply(json!({"accounts": [{"token": "act.sim-free", "rate_limit": 1_000}]}));
    let info = |name: &str, member: Value| json!({"post_info": with(post_info(), "", name, member), "source_info": upload(9, 9, 1)});
    for body in [
        info("disable_comment", json!("true")),
        info("privacy_level", json!(null)),
        info("privacy_level", json!("PUBLIC")),
        info("title", json!(["x"])),
        info("title", json!("x".repeat(2_201))),
        direct(json!({"source": "FILE_UPLOAD", "video_size": null, "chunk_size": 9, "total_chunk_count": 1})),
        direct(json!({"source": "PULL_FROM_URL", "video_url": null})),
        json!({"post_info": null, "source_info": upload(9, 9, 1)}),
        json!([]),
        json!(null),
    ] {
        let answered = bench.post("free", VIDEO_INIT, body.clone()).await;
        assert_eq!(
            (answered.status, answered.code.as_str()),
            (400, "invalid_params"),
            "{body}"
        );
    }
    bench
        .post("free", "/v2/video/list/?fields=id,nonsense", json!({}))
        .await
        .is(400, "invalid_params");
    bench
        .post("free", "/v2/video/list/", json!({"fields": "id"}))
        .await
        .is(400, "invalid_params");
    assert_eq!(bench.sim.posts(), []);
}

/// The upload server: a token is not required there, and media types are case-insensitive.
#[tokio::test]
async fn odd_chunks_are_taken_with_a_note() {
    for (header, value, note) in [
        (
            "authorization",
            "Bearer act.sim-public",
            "Authorization header reached the upload edge",
        ),
        ("content-type", "Video/MP4", "Content-Type is not spelled"),
        (
            "content-type",
            "video/mp4; codecs=avc1",
            "Content-Type is not spelled",
        ),
    ] {
        let bench = TestBench::with(SimulatorOptions {
            judge_media: false,
            ..SimulatorOptions::default()
        })
        .await;
        for (strict, status) in [(false, 201), (true, 400)] {
            bench.apply(json!({ "strict": strict }));
            let url = bench.init("public", 9, 9, 1).await.data()["upload_url"].clone();
            let mut headers =
                BTreeMap::from([("content-type", "video/mp4"), ("content-range", "bytes 0-8/9")]);
            headers.insert(header, value);
            let request = bench.http.put(url.as_str().unwrap()).body(bytes(9));
            let request = headers
                .into_iter()
                .fold(request, |request, (name, value)| request.header(name, value));
            assert_eq!(
                request.send().await.unwrap().status().as_u16(),
                status,
                "{header}: {value}"
            );
        }
        let journal = bench.sim.journal();
        assert!(
            journal
                .entries
                .iter()
                .any(|entry| entry.notes.iter().any(|kept| kept.contains(note))),
            "{note}"
        );
    }
}

/// Uploaded bytes are judged when they are complete, independently of chunks and of repeated chunks.
#[tokio::test]
async fn an_upload_is_judged_by_its_bytes() {
    let clip = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media/clip.mp4")).unwrap();
    for (file, account, expected) in [
        (clip.clone(), "public", None),
        (vec![0; 100], "public", Some(FailReason::FileFormatCheckFailed)),
        (clip.clone(), "three", Some(FailReason::DurationCheckFailed)),
    ] {
        let bench = TestBench::with(SimulatorOptions::default()).await;
        bench.apply(json!({"accounts": [{"token": "act.sim-three", "max_video_post_duration_sec": 3}]}));
        let size = file.len();
        let url = bench
            .init(account, size as u64, size as u64, 1)
            .await
            .is(200, "ok")
            .data()["upload_url"]
            .clone();
        bench.apply(json!({"faults": [{"endpoint": "upload", "nth": 1, "kind": {"cut_at_byte": 50}}]}));
        let cut = bench
            .http
            .put(url.as_str().unwrap())
            .header("content-type", "video/mp4");
        let cut = cut.header("content-range", format!("bytes 0-{}/{size}", size - 1));
        assert!(cut.body(file.clone()).send().await.is_err());
        assert_eq!(bench.put(&url, file, 0, size).await.0, 201);
        bench.wait(10);
        assert_eq!(bench.sim.posts()[0].fail_reason, expected, "{account}");
    }
}

/// The owner may cut a draft, so the account's maximum does not apply.
#[tokio::test]
async fn a_draft_may_be_longer_than_a_post() {
    let clip = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media/clip.mp4")).unwrap();
    let bench = TestBench::with(SimulatorOptions::default()).await;
    bench.apply(json!({"accounts": [{"token": "act.sim-three", "max_video_post_duration_sec": 3}]}));
    let size = clip.len();
    let body = json!({"source_info": upload(size as u64, size as u64, 1)});
    let url = bench.post("three", INBOX_INIT, body).await.is(200, "ok").data()["upload_url"].clone();
    assert_eq!(bench.put(&url, clip, 0, size).await.0, 201);
    bench.wait(10);
    assert_eq!(bench.sim.posts()[0].status, StoredStatus::SendToUserInbox);
}

/// A file of more than one chunk is judged as a whole.
#[tokio::test]
async fn chunks_are_judged_as_one_file() {
    let mut file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/media/clip.mp4")).unwrap();
    let (size, chunk) = (11_000_000, 5_500_000);
    file.extend(u32::try_from(size - file.len()).unwrap().to_be_bytes());
    file.extend(b"free");
    file.resize(size, 7);
    let bench = TestBench::with(SimulatorOptions::default()).await;
    let url = bench
        .init("public", size as u64, chunk as u64, 2)
        .await
        .is(200, "ok")
        .data()["upload_url"]
        .clone();
    assert_eq!(bench.put(&url, file[..chunk].to_vec(), 0, size).await.0, 206);
    assert_eq!(bench.put(&url, file[chunk..].to_vec(), chunk, size).await.0, 201);
    bench.wait(10);
    assert_eq!(bench.sim.posts()[0].status, StoredStatus::PublishComplete);
}

/// The simulator's own files are pulled and judged; other URLs are not requested.
#[tokio::test]
async fn pulls_of_its_own_files_are_judged() {
    let media =
        |name: &str| std::fs::read(format!("{}/tests/media/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let bench = TestBench::with(SimulatorOptions::default()).await;
    bench.sim.keep_media("clip.mp4", media("clip.mp4"));
    bench.sim.keep_media("zeros.mp4", vec![0; 100]);
    bench.sim.keep_media("a.jpg", media("portrait.jpg"));
    bench.sim.keep_media("a.png", media("picture.png"));
    let own = |name: &str| format!("{}/_simulator/media/{name}", bench.sim.url());
    for (number, (name, expected)) in [
        ("clip.mp4", None),
        ("zeros.mp4", Some(FailReason::FileFormatCheckFailed)),
        ("absent.mp4", Some(FailReason::VideoPullFailed)),
    ]
    .into_iter()
    .enumerate()
    {
        let source = json!({"source": "PULL_FROM_URL", "video_url": own(name)});
        bench
            .post("public", VIDEO_INIT, direct(source))
            .await
            .is(200, "ok");
        bench.wait(10);
        assert_eq!(bench.sim.posts()[number].fail_reason, expected, "{name}");
    }
    for (name, expected) in [
        ("a.jpg", None),
        ("a.png", Some(FailReason::FileFormatCheckFailed)),
        ("absent.jpg", Some(FailReason::PhotoPullFailed)),
    ] {
        let images = json!(["https://example.com/elsewhere.jpg", own(name)]);
        let body = with(photos(&post_info()), "/source_info", "photo_images", images);
        bench.wait(60);
        bench.post("public", PHOTO_INIT, body).await.is(200, "ok");
        bench.wait(10);
        assert_eq!(bench.sim.posts().last().unwrap().fail_reason, expected, "{name}");
    }
}
