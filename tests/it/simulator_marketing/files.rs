//! Videos and images: upload, lists, names, deletion.

use md5::{Digest as _, Md5};
use reqwest::Method;
use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsAnswered, AdsBench, read};

/// Another account of the same token.
const OTHER: &str = "7310000000000000023";

/// Lowercase hex MD5.
pub(super) fn md5_of(bytes: &[u8]) -> String {
    let number = u128::from_be_bytes(Md5::digest(bytes).into());
    format!("{number:032x}")
}

/// An MP4 file of this size in pixels, ten seconds long, with `filler` bytes of data before its movie box.
pub(super) fn video(width: u32, height: u32, filler: usize) -> Vec<u8> {
    let boxed = |kind: &[u8], body: &[u8]| {
        let length = u32::try_from(body.len() + 8).unwrap();
        [&length.to_be_bytes()[..], kind, body].concat()
    };
    let mut header = vec![0; 84];
    header[76..80].copy_from_slice(&(width << 16).to_be_bytes());
    header[80..84].copy_from_slice(&(height << 16).to_be_bytes());
    let mut movie = vec![0; 100];
    movie[12..16].copy_from_slice(&1_000_u32.to_be_bytes());
    movie[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
    let movie = [boxed(b"mvhd", &movie), boxed(b"trak", &boxed(b"tkhd", &header))].concat();
    [
        boxed(b"ftyp", b"isom\0\0\0\0"),
        boxed(b"mdat", &vec![7; filler]),
        boxed(b"moov", &movie),
    ]
    .concat()
}

/// A PNG file of this size in pixels, as far as its header goes.
fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [&b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..], &size, b"\x08\x02\0\0\0"].concat()
}

/// Body of a form with fields and one file.
pub(super) fn form(fields: &Value, file: Option<(&str, &str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields.as_object().unwrap() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let part = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    if let Some((part, name, bytes)) = file {
        let head = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    body
}

impl AdsBench {
    pub(super) async fn send_form(
        &self,
        path: &str,
        fields: Value,
        file: Option<(&str, &str, &[u8])>,
    ) -> AdsAnswered {
        let request = self.request(Method::POST, path);
        let request = request.header("Content-Type", "multipart/form-data; boundary=XX");
        read(request.body(form(&fields, file))).await
    }

    /// Uploads a video as TikTok's page shows it.
    pub(super) async fn upload(&self, name: &str, bytes: &[u8], changes: Value) -> AdsAnswered {
        let fields = json!({
            "advertiser_id": ADVERTISER,
            "upload_type": "UPLOAD_BY_FILE",
            "video_signature": md5_of(bytes),
        });
        let fields = super::bench::merged(fields, changes);
        self.send_form(
            "/file/video/ad/upload/",
            fields,
            Some(("video_file", name, bytes)),
        )
        .await
    }

    async fn upload_image(&self, name: &str, bytes: &[u8]) -> AdsAnswered {
        let fields = json!({"advertiser_id": ADVERTISER, "image_signature": md5_of(bytes)});
        self.send_form(
            "/file/image/ad/upload/",
            fields,
            Some(("image_file", name, bytes)),
        )
        .await
    }

    async fn infos(&self, ids: Value) -> Value {
        let query = json!({"advertiser_id": ADVERTISER, "video_ids": ids});
        self.get("/file/video/ad/info/", query).await.is(0)["list"].clone()
    }

    async fn searched(&self, kind: &str, filtering: Value) -> Vec<Value> {
        let path = format!("/file/{kind}/ad/search/");
        let query = json!({"advertiser_id": ADVERTISER, "filtering": filtering});
        self.get(&path, query).await.is(0)["list"]
            .as_array()
            .unwrap()
            .clone()
    }
}

#[tokio::test]
async fn a_video_by_file_is_complete_after_some_seconds() {
    let bench = AdsBench::new().await;
    let bytes = video(1_080, 1_920, 5_000);
    let answered = bench
        .upload("spring.mp4", &bytes, json!({"flaw_detect": "True"}))
        .await;
    let id = answered.is(0)[0]["video_id"].clone();
    assert_eq!(
        answered.is(0),
        &json!([{ "video_id": id }]),
        "a list of one object, with the id alone"
    );
    let early = bench.infos(json!([id])).await;
    assert_eq!(early[0]["file_name"], "spring.mp4");
    assert_eq!(
        (early[0].get("width"), &early[0]["displayable"]),
        (None, &json!(false))
    );
    bench.wait(3);
    let late = bench.infos(json!([id, "v10033g50000unknown"])).await;
    assert_eq!(late.as_array().unwrap().len(), 1, "unknown ids are left out");
    let late = &late[0];
    assert_eq!(
        (&late["width"], &late["height"], &late["duration"]),
        (&json!(1_080), &json!(1_920), &json!(10.0))
    );
    assert_eq!(
        (&late["size"], &late["signature"]),
        (&json!(bytes.len()), &json!(md5_of(&bytes)))
    );
    assert_eq!(
        (&late["format"], &late["displayable"]),
        (&json!("mp4"), &json!(true))
    );
    assert!(late["create_time"].as_str().unwrap().ends_with('Z'));
    assert!(late["preview_url_expire_time"].as_str().unwrap().contains(' '));
    let journal = bench.sim.journal();
    let entry = &journal.entries[0];
    assert_eq!(entry.body.as_ref().unwrap()["video_file"]["size"], bytes.len());
    assert!(entry.sha256.is_some());
}

#[tokio::test]
async fn videos_that_break_a_rule_are_refused() {
    let bench = AdsBench::new().await;
    let good = video(1_080, 1_920, 10);
    let upload = async |name: &str, bytes: &[u8], changes: Value| bench.upload(name, bytes, changes).await;
    upload("a.mp4", &good, json!({"video_signature": md5_of(b"other")}))
        .await
        .refuses(40_900, "MD5");
    let capitals = md5_of(&good).to_uppercase();
    upload("a.mp4", &good, json!({"video_signature": capitals}))
        .await
        .is(40_900);
    upload("a.mp4", &good, json!({"video_signature": null}))
        .await
        .refuses(40_002, "video_signature: Missing");
    upload("a.mp4", b"", json!({})).await.is(40_906);
    upload("a.txt", b"hello", json!({})).await.is(40_908);
    upload("a.mp4", &png(100, 100), json!({})).await.is(40_908);
    upload("a.mp4", &good[..good.len() - 1], json!({}))
        .await
        .is(40_914);
    upload("a.mp4", &good, json!({"file_name": ""}))
        .await
        .refuses(40_002, "file_name: Length");
    upload("a.mp4", &good, json!({"file_name": "x".repeat(101)}))
        .await
        .is(40_002);
    upload("a.mp4", &good, json!({"upload_type": "UPLOAD_BY_MAIL"}))
        .await
        .refuses(40_002, "upload_type: Must be one of");
    upload("a.mp4", &good, json!({"advertiser_id": "7310000000000000053"}))
        .await
        .refuses(40_001, "punish");
    let without = json!({"advertiser_id": ADVERTISER, "video_signature": "x"});
    bench
        .send_form("/file/video/ad/upload/", without.clone(), None)
        .await
        .refuses(40_002, "video_file: Missing");
    let path = "/file/video/ad/upload/";
    bench
        .post(path, without)
        .await
        .refuses(40_002, "video_file: Missing");
    let broken = bench
        .request(Method::POST, path)
        .header("Content-Type", "multipart/form-data; boundary=YY");
    read(broken.body(form(&json!({"advertiser_id": ADVERTISER}), None)))
        .await
        .refuses(40_002, "body: Not a valid multipart");
    assert_eq!(
        bench.sim.listing("files").unwrap(),
        json!([]),
        "nothing was stored"
    );
}

#[tokio::test]
async fn names_are_unique_in_an_account_and_kind() {
    let bench = AdsBench::new().await;
    let bytes = video(720, 1_280, 1);
    bench.upload("a.mp4", &bytes, json!({})).await.is(0);
    bench.upload("a.mp4", &bytes, json!({})).await.is(40_911);
    bench
        .upload("b.mp4", &bytes, json!({"file_name": "a.mp4"}))
        .await
        .refuses(40_911, "a.mp4");
    bench
        .upload("a.mp4", &bytes, json!({"advertiser_id": OTHER}))
        .await
        .is(0);
    let long = format!("{}.mp4", "n".repeat(120));
    let id = bench.upload(&long, &bytes, json!({})).await.is(0)[0]["video_id"].clone();
    assert_eq!(bench.infos(json!([id])).await[0]["file_name"], "n".repeat(100));
}

#[tokio::test]
async fn a_rename_cuts_long_names_and_stamps_taken_ones() {
    let bench = AdsBench::new().await;
    let bytes = video(720, 1_280, 1);
    bench.upload("taken.mp4", &bytes, json!({})).await.is(0);
    let id = bench.upload("b.mp4", &bytes, json!({})).await.is(0)[0]["video_id"].clone();
    let rename = async |name: &str| {
        let body = json!({"advertiser_id": ADVERTISER, "video_id": id, "file_name": name});
        let answered = bench.post("/file/video/ad/update/", body).await;
        assert_eq!(answered.is(0), &json!({}));
        bench.infos(json!([id])).await[0]["file_name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(rename("c.mp4").await, "c.mp4");
    assert_eq!(rename(&"x".repeat(150)).await, "x".repeat(100));
    let stamped = rename("taken.mp4").await;
    assert!(
        stamped.starts_with("taken.mp4_17936") && stamped.len() == 23,
        "{stamped}"
    );
    let body = json!({"advertiser_id": ADVERTISER, "video_id": "v1", "file_name": "a"});
    bench.post("/file/video/ad/update/", body).await.is(40_053);
}

#[tokio::test]
async fn search_returns_one_id_of_each_video_unless_ids_are_named() {
    let bench = AdsBench::new().await;
    let (one, other) = (video(720, 1_280, 1), video(1_280, 720, 2));
    let mut ids = Vec::new();
    for (name, bytes) in [("a.mp4", &one), ("b.mp4", &one), ("Other.mp4", &other)] {
        ids.push(bench.upload(name, bytes, json!({})).await.is(0)[0]["video_id"].clone());
        bench.wait(1);
    }
    let found = bench.searched("video", json!({})).await;
    let found: Vec<_> = found.iter().map(|video| &video["video_id"]).collect();
    assert_eq!(found, [&ids[2], &ids[1]], "the newest first, one of equal videos");
    assert_eq!(bench.searched("video", json!({"video_ids": ids})).await.len(), 3);
    assert_eq!(
        bench.searched("video", json!({"video_name": "oth"})).await.len(),
        1
    );
    let sources = json!({"video_material_sources": ["CREATIVE_CHALLENGE"]});
    assert_eq!(bench.searched("video", sources).await.len(), 0);
    let many: Vec<String> = (0..61).map(|at| format!("v{at}")).collect();
    let query = json!({"advertiser_id": ADVERTISER, "video_ids": many});
    bench.get("/file/video/ad/info/", query).await.is(40_011);
    let query = json!({"advertiser_id": ADVERTISER, "page_size": 101});
    bench
        .get("/file/video/ad/search/", query)
        .await
        .refuses(40_002, "page_size");
    bench.wait(3);
    bench.switch(json!({"hide_processing": true}));
    bench
        .upload("new.mp4", &video(720, 1_280, 9), json!({}))
        .await
        .is(0);
    assert_eq!(bench.searched("video", json!({})).await.len(), 2);
}

#[tokio::test]
async fn flaws_are_refused_or_fixed_on_demand() {
    let bench = AdsBench::new().await;
    let small = video(320, 400, 1);
    bench.upload("a.mp4", &small, json!({})).await.is(0);
    let detect = json!({"flaw_detect": true});
    let answered = bench.upload("b.mp4", &small, detect).await;
    answered.refuses(40_915, "LOW_RESOLUTION, ILLEGAL_VIDEO_SIZE");
    let fix = json!({"flaw_detect": true, "auto_fix_enabled": true, "auto_bind_enabled": true});
    let fixed = bench.upload("b.mp4", &small, fix).await.is(0)[0].clone();
    assert_eq!(
        fixed["flaw_types"],
        json!(["LOW_RESOLUTION", "ILLEGAL_VIDEO_SIZE"])
    );
    assert!(fixed["fix_task_id"].is_string() && fixed.get("video_id").is_none());
    bench.wait(5);
    let found = bench.searched("video", json!({"video_name": "b.mp4"})).await;
    assert_eq!(
        (&found[0]["width"], &found[0]["height"]),
        (&json!(720), &json!(1_280))
    );
    let good = video(1_080, 1_080, 1);
    bench
        .upload("c.mp4", &good, json!({"flaw_detect": true}))
        .await
        .is(0);
}

#[tokio::test]
async fn videos_by_address_come_from_the_simulators_own_files_or_unseen() {
    let bench = AdsBench::new().await;
    let upload = async |url: &str, kind: &str| {
        let body =
            json!({"advertiser_id": ADVERTISER, "upload_type": "UPLOAD_BY_URL", format!("{kind}_url"): url});
        bench.post(&format!("/file/{kind}/ad/upload/"), body).await
    };
    let own = |name: &str| format!("{}/_simulator/media/{name}", bench.sim.url());
    let bytes = video(720, 1_280, 3);
    let put = bench.http.put(own("own.mp4")).body(bytes.clone());
    assert_eq!(put.send().await.unwrap().status(), 201);
    let id = upload(&own("own.mp4"), "video").await.is(0)[0]["video_id"].clone();
    bench.wait(3);
    let info = bench.infos(json!([id])).await[0].clone();
    assert_eq!(
        (&info["file_name"], &info["signature"]),
        (&json!("own.mp4"), &json!(md5_of(&bytes)))
    );
    upload(&own("own.mp4"), "video").await.is(40_911);
    upload(&own("missing.mp4"), "video").await.is(40_902);
    upload(&own("missing.png"), "image").await.is(40_903);
    upload(&own("own.mp4"), "image").await.is(40_904);
    upload("not a url", "video")
        .await
        .refuses(40_002, "video_url: Not a valid URL");
    upload("ftp://example.com/a.mp4", "video").await.is(40_002);
    upload("http://127.0.0.1:9/secret", "video").await.is(40_902);
    upload("https://cdn.example.com/clips/a.mp4?x=1", "video")
        .await
        .is(0);
    let fields = json!({"advertiser_id": ADVERTISER, "upload_type": "UPLOAD_BY_URL",
                        "video_url": "https://cdn.example.com/b.mp4", "flaw_detect": "False"});
    bench
        .send_form("/file/video/ad/upload/", fields, None)
        .await
        .is(0);
}

#[tokio::test]
async fn a_video_id_binds_a_video_to_another_account() {
    let bench = AdsBench::new().await;
    let id = bench
        .upload("a.mp4", &video(720, 1_280, 1), json!({}))
        .await
        .is(0)[0]["video_id"]
        .clone();
    let bind = async |id: &Value| {
        let body = json!({"advertiser_id": OTHER, "upload_type": "UPLOAD_BY_VIDEO_ID", "video_id": id});
        bench.post("/file/video/ad/upload/", body).await
    };
    assert_eq!(bind(&id).await.is(0)[0]["video_id"], id);
    bind(&json!("v10033g50000unknown")).await.is(40_053);
    let query = json!({"advertiser_id": OTHER, "video_ids": [id]});
    assert_eq!(
        bench.get("/file/video/ad/info/", query).await.is(0)["list"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn an_image_is_an_object_and_complete_a_little_later() {
    let bench = AdsBench::new().await;
    let answered = bench.upload_image("cover.png", &png(1_080, 1_920)).await;
    let image = answered.is(0).clone();
    let id = image["image_id"].as_str().unwrap();
    assert!(id.starts_with("ad-site-i18n") && id.contains('/'), "{id}");
    assert_eq!(
        (&image["width"], &image["height"], &image["format"]),
        (&json!(1_080), &json!(1_920), &json!("png"))
    );
    assert!(image.get("is_carousel_usable").is_none() && image.get("create_time").is_none());
    bench.wait(1);
    let query = json!({"advertiser_id": ADVERTISER, "image_ids": [id]});
    let info = bench.get("/file/image/ad/info/", query).await.is(0)["list"][0].clone();
    assert_eq!(info["is_carousel_usable"], true);
    bench
        .upload_image("cover.png", &png(1_080, 1_920))
        .await
        .is(40_911);
    bench.upload_image("big.png", &png(2_000, 2_000)).await.is(40_915);
    bench.upload_image("a.gif", b"GIF89a..").await.is(40_904);
    bench.upload_image("a.png", b"").await.is(40_906);
    assert_eq!(bench.searched("image", json!({"ratio": [0.6]})).await.len(), 1);
    assert_eq!(bench.searched("image", json!({"ratio": [1.0]})).await.len(), 0);
    assert_eq!(
        bench
            .searched("image", json!({"width": 1_080, "height": 1_920}))
            .await
            .len(),
        1
    );
    let body = json!({"advertiser_id": ADVERTISER, "image_id": id, "file_name": "new.png"});
    bench.post("/file/image/ad/update/", body).await.is(0);
    assert_eq!(
        bench.searched("image", json!({"image_ids": [id]})).await[0]["file_name"],
        "new.png"
    );
}

#[tokio::test]
async fn deletion_has_code_0_whatever_failed() {
    let bench = AdsBench::new().await;
    let id = bench
        .upload("a.mp4", &video(720, 1_280, 1), json!({}))
        .await
        .is(0)[0]["video_id"]
        .clone();
    let delete = async |body: Value| {
        let body = super::bench::merged(json!({"advertiser_id": ADVERTISER}), body);
        bench.post("/creative/asset/delete/", body).await
    };
    let data = delete(json!({"video_ids": [id, "v2"], "image_ids": ["i/1"]}))
        .await
        .is(0)
        .clone();
    assert_eq!(
        data,
        json!({"failed_video_ids": ["v2"], "failed_image_ids": ["i/1"]})
    );
    assert_eq!(bench.infos(json!([id])).await, json!([]));
    delete(json!({})).await.refuses(40_002, "video_ids: Missing");
    let many: Vec<String> = (0..51).map(|at| at.to_string()).collect();
    delete(json!({ "video_ids": many })).await.is(40_011);
    bench
        .upload("a.mp4", &video(720, 1_280, 1), json!({}))
        .await
        .is(0);
}

#[tokio::test]
async fn ads_cannot_use_videos_in_transcoding_or_deleted_ones() {
    let bench = AdsBench::new().await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    let id = bench
        .upload("a.mp4", &video(720, 1_280, 1), json!({}))
        .await
        .is(0)[0]["video_id"]
        .clone();
    let ad = async || bench.ad(&adgroup_id, json!({ "video_id": id })).await;
    ad().await.refuses(40_901, "creatives[0].video_id");
    bench.wait(3);
    ad().await.is(0);
    let body = json!({"advertiser_id": ADVERTISER, "video_ids": [id]});
    bench.post("/creative/asset/delete/", body).await.is(0);
    ad().await.is(40_053);
    bench.ad(&adgroup_id, json!({})).await.is(0);
    bench.switch(json!({"known_files_only": true}));
    bench.ad(&adgroup_id, json!({})).await.is(40_053);
}

#[tokio::test]
async fn covers_of_a_video_that_is_ready_are_images_for_ads() {
    let bench = AdsBench::new().await;
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    let bytes = video(720, 1_280, 4);
    let id = bench.upload("a.mp4", &bytes, json!({})).await.is(0)[0]["video_id"].clone();
    let ask = async |more: Value| {
        let mut query = json!({ "advertiser_id": ADVERTISER, "video_id": id });
        query
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bench.get("/file/video/suggestcover/", query).await
    };
    ask(json!({}))
        .await
        .refuses(40_001, "Insufficient permissions for some videos");
    bench.wait(3);
    let list = ask(json!({})).await.is(0)["list"].clone();
    let covers = list.as_array().unwrap();
    assert_eq!(covers.len(), 10, "{list}");
    for cover in covers {
        let mut members: Vec<&String> = cover.as_object().unwrap().keys().collect();
        members.sort_unstable();
        assert_eq!(members, ["height", "id", "url", "width"]);
        assert_eq!((&cover["width"], &cover["height"]), (&json!(720), &json!(1_280)));
    }
    assert_eq!(
        ask(json!({ "poster_number": 2 })).await.is(0)["list"]
            .as_array()
            .unwrap()[..],
        covers[..2]
    );
    for number in [0, 11] {
        ask(json!({ "poster_number": number }))
            .await
            .refuses(40_002, "poster_number");
    }
    ask(json!({ "video_id": "v0" })).await.is(40_053);
    bench.switch(json!({ "known_files_only": true }));
    let ad = async |image: &Value| {
        bench
            .ad(&adgroup_id, json!({ "video_id": id, "image_ids": [image] }))
            .await
    };
    ad(&covers[3]["id"]).await.is(0);
    ad(&json!("tos-alisg-p-0051-sg/other")).await.is(40_905);
}

#[tokio::test]
async fn files_need_permission_6_and_the_sandbox_has_uploads_only() {
    let mut bench = AdsBench::new().await;
    bench.token = "ads.sim-read-only";
    bench
        .upload("a.mp4", &video(720, 1_280, 1), json!({}))
        .await
        .refuses(40_001, "/file/video/ad/upload/:POST");
    bench.token = "ads.sim-sandbox";
    let sandbox = "7310000000000000097";
    bench
        .upload("a.mp4", &video(720, 1_280, 1), json!({"advertiser_id": sandbox}))
        .await
        .is(0);
    let query = json!({"advertiser_id": sandbox, "video_ids": ["v1"]});
    bench.get("/file/video/ad/info/", query).await.is(40_008);
}
