//! Lists of audiences, portfolios, music, posts and events of instant pages.

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsAnswered, AdsBench, merged};

async fn list(bench: &AdsBench, path: &str, changes: Value) -> AdsAnswered {
    bench
        .get(path, merged(json!({ "advertiser_id": ADVERTISER }), changes))
        .await
}

/// Values of a member of all entries.
fn all(answered: &AdsAnswered, key: &str, member: &str) -> Vec<String> {
    let entries = answered.is(0)[key].as_array().unwrap();
    let text = |entry: &Value| entry.pointer(member).unwrap().as_str().unwrap().to_owned();
    entries.iter().map(text).collect()
}

const AUDIENCES: &str = "/dmp/custom_audience/list/";
const PORTFOLIOS: &str = "/creative/portfolio/list/";
const MUSIC: &str = "/file/music/get/";
const POSTS: &str = "/tt_video/list/";
const INSTANT_PAGES: &str = "/pixel/instant_page/event/";

#[tokio::test]
async fn lists_have_pages_and_need_their_permission() {
    let mut bench = AdsBench::new().await;
    for (path, key, most, default) in [
        (AUDIENCES, "list", 100, 10),
        (PORTFOLIOS, "creative_portfolios", 100, 20),
        (MUSIC, "musics", 1_000, 1_000),
        (POSTS, "list", 50, 20),
    ] {
        let whole = list(&bench, path, json!({})).await;
        let info = &whole.is(0)["page_info"];
        assert_eq!(
            (&info["page_size"], &info["total_page"]),
            (&json!(default), &json!(1)),
            "{path}"
        );
        let entries = whole.is(0)[key].as_array().unwrap();
        let mut paged = Vec::new();
        for page in 1..=entries.len().div_ceil(2) {
            let part = list(&bench, path, json!({"page": page, "page_size": 2})).await;
            paged.extend(part.is(0)[key].as_array().unwrap().clone());
        }
        assert_eq!(
            (&paged, info["total_number"].as_u64()),
            (entries, Some(paged.len() as u64)),
            "{path}"
        );
        assert!(paged.len() > 2);
        let wide = json!({ "page_size": most + 1 });
        list(&bench, path, wide).await.refuses(40_002, "page_size");
        bench
            .get(path, json!({}))
            .await
            .refuses(40_002, "advertiser_id: Missing");
    }
    let range =
        json!({"pixel_ids": ["1"], "date_range": {"start_date": "2026-11-01", "end_date": "2026-11-01"}});
    for (path, scope) in [
        (AUDIENCES, 3),
        (PORTFOLIOS, 6),
        (MUSIC, 6),
        (POSTS, 6),
        (INSTANT_PAGES, 8),
        ("/pixel/event/stats/", 8),
    ] {
        let others: Vec<u64> = (1..=8).filter(|one| *one != scope).collect();
        for (token, scopes) in [("ads.with", vec![scope]), ("ads.without", others)] {
            let granted = json!({"token": token, "scopes": scopes, "advertiser_ids": [ADVERTISER]});
            bench.apply(json!({"ads": {"tokens": [granted]}}));
            bench.token = token;
            let answered = list(&bench, path, range.clone()).await;
            assert_eq!(
                answered.code == 0,
                token == "ads.with",
                "{path}: {}",
                answered.body
            );
        }
    }
}

#[tokio::test]
async fn audiences_expire() {
    let bench = AdsBench::new().await;
    let audiences = list(&bench, AUDIENCES, json!({})).await;
    let valid = |answered: &AdsAnswered| -> Vec<(bool, bool)> {
        let entries = answered.is(0)["list"].as_array().unwrap();
        let states = entries
            .iter()
            .map(|entry| (entry["is_valid"] == true, entry["is_expiring"] == true));
        states.collect()
    };
    assert_eq!(
        valid(&audiences),
        [(true, false), (true, false), (true, false), (false, false)]
    );
    let first = &audiences.is(0)["list"][0];
    assert_eq!(
        (&first["audience_type"], &first["create_time"]),
        (&json!("Customer File Audience"), &json!("2023-11-14 22:13:20"))
    );
    let named = json!({"custom_audience_ids": [first["audience_id"]]});
    assert_eq!(
        list(&bench, AUDIENCES, named).await.is(0)["page_info"]["total_number"],
        1
    );
    // Ten years after the creation, less a month.
    bench.wait((3_650 - 1_085) * 86_400);
    let late = valid(&list(&bench, AUDIENCES, json!({})).await);
    assert_eq!(late[0], (true, true), "{late:?}");
}

#[tokio::test]
async fn portfolios_are_filtered_and_those_of_calls_to_action_are_not_listed() {
    let bench = AdsBench::new().await;
    let kinds = |answered: &AdsAnswered| all(answered, "creative_portfolios", "/creative_portfolio_type");
    let whole = list(&bench, PORTFOLIOS, json!({})).await;
    assert_eq!(
        kinds(&whole),
        ["CARD", "SUPER_LIKE", "WEB_INFO_CARD", "PRODUCT_TILE"]
    );
    assert_eq!(whole.is(0)["creative_portfolios"][0]["card_type"], "IMAGE");
    let previews = all(&whole, "creative_portfolios", "/creative_portfolio_preview_url");
    assert_eq!(
        previews.iter().filter(|url| url.is_empty()).count(),
        1,
        "product tiles have none"
    );
    let filter = |filtering: Value| json!({ "filtering": filtering });
    let cards = list(
        &bench,
        PORTFOLIOS,
        filter(json!({"creative_portfolio_types": ["CARD"]})),
    )
    .await;
    assert_eq!(kinds(&cards), ["CARD"]);
    let calls = list(
        &bench,
        PORTFOLIOS,
        filter(json!({"creative_portfolio_types": ["CTA"]})),
    )
    .await;
    assert!(kinds(&calls).is_empty());
    let id = whole.is(0)["creative_portfolios"][1]["creative_portfolio_id"].clone();
    let one = list(
        &bench,
        PORTFOLIOS,
        filter(json!({ "creative_portfolio_ids": [id] })),
    )
    .await;
    assert_eq!(kinds(&one), ["SUPER_LIKE"]);
    list(
        &bench,
        PORTFOLIOS,
        filter(json!({"creative_portfolio_types": ["CARDS"]})),
    )
    .await
    .refuses(40_002, "filtering.creative_portfolio_types");
}

#[tokio::test]
async fn music_is_searched_by_scene() {
    let bench = AdsBench::new().await;
    let names = async |changes: Value| all(&list(&bench, MUSIC, changes).await, "musics", "/name");
    assert_eq!(names(json!({})).await.len(), 5);
    assert_eq!(
        names(json!({"filtering": {"sources": ["USER"]}})).await,
        ["Jingle 2023", "Jingle for carousels"]
    );
    assert_eq!(
        names(json!({"filtering": {"styles": ["Rock"]}})).await,
        ["Long way home"]
    );
    let whole = list(&bench, MUSIC, json!({})).await;
    for music in whole.is(0)["musics"].as_array().unwrap() {
        let is_own = music["sources"] == json!(["USER"]);
        assert_eq!(music.get("create_time").is_some(), is_own, "{music}");
        assert_eq!(music.get("duration").is_some(), !is_own, "{music}");
    }
    let carousel = |search: &str, filtering: Value| json!({"music_scene": "CAROUSEL_ADS", "search_type": search, "filtering": filtering});
    assert_eq!(
        names(carousel("SEARCH_BY_KEYWORD", json!({"keyword": "rain"}))).await,
        ["Rain on tiles"]
    );
    assert!(
        names(carousel("SEARCH_BY_KEYWORD", json!({"keyword": "jingle"})))
            .await
            .is_empty(),
        "not the advertiser's own"
    );
    assert_eq!(
        names(carousel("SEARCH_BY_LIKED", json!({}))).await,
        ["Rain on tiles"]
    );
    assert_eq!(
        names(carousel("SEARCH_BY_SOURCE", json!({"sources": ["USER"]}))).await,
        ["Jingle for carousels"]
    );
    assert_eq!(
        names(carousel(
            "SEARCH_BY_MUSIC_ID",
            json!({"music_ids": ["6707429901383565346"]})
        ))
        .await,
        ["Long way home"]
    );
    let images = json!({"image_urls": ["https://example.com/1", "https://example.com/2"]});
    assert_eq!(names(carousel("SEARCH_BY_RECOMMEND", images)).await.len(), 2);
    assert!(names(carousel("SEARCH_BY_HISTORY", json!({}))).await.is_empty());
    let (_, adgroup_id) = bench.adgroup_id(json!({})).await;
    let ad = json!({"ad_format": "CAROUSEL_ADS", "video_id": null, "image_ids": ["i1", "i2"], "music_id": "6707429901383565346"});
    bench.ad(&adgroup_id, ad).await.is(0);
    assert_eq!(
        names(carousel("SEARCH_BY_HISTORY", json!({}))).await,
        ["Long way home"]
    );
    for (changes, part) in [
        (json!({"search_type": "SEARCH_BY_LIKED"}), "search_type"),
        (json!({"music_scene": "CAROUSEL_ADS"}), "search_type: Missing"),
        (
            carousel("SEARCH_BY_KEYWORD", json!({})),
            "filtering.keyword: Missing",
        ),
        (
            carousel("SEARCH_BY_RECOMMEND", json!({"image_urls": ["1"]})),
            "filtering.image_urls",
        ),
        (
            carousel("SEARCH_BY_SOURCE", json!({"sources": ["SYSTEM"]})),
            "filtering.sources",
        ),
        (
            carousel("SEARCH_BY_LIKED", json!({"styles": ["Rock"]})),
            "filtering.styles",
        ),
        (
            json!({"music_scene": "CATALOG_CAROUSEL", "search_type": "SEARCH_BY_RECOMMEND"}),
            "filtering.catalog_id",
        ),
        (json!({"page": 101, "page_size": 1_000}), "page"),
        (
            merged(
                carousel("SEARCH_BY_KEYWORD", json!({"keyword": "a"})),
                json!({"page_size": 201}),
            ),
            "page_size",
        ),
    ] {
        list(&bench, MUSIC, changes).await.refuses(40_002, part);
    }
}

#[tokio::test]
async fn posts_are_those_of_the_creator_whose_code_is_bound() {
    let bench = AdsBench::new().await;
    let identities = bench
        .get(
            "/identity/get/",
            json!({"advertiser_id": ADVERTISER, "identity_type": "AUTH_CODE"}),
        )
        .await;
    let identity = &identities.is(0)["identity_list"][0];
    let posts = list(&bench, POSTS, json!({})).await;
    for post in posts.is(0)["list"].as_array().unwrap() {
        assert_eq!(post["user_info"]["identity_id"], identity["identity_id"]);
        assert_eq!(post["user_info"]["tiktok_name"], identity["display_name"]);
        let is_video = post["item_info"]["item_type"] == "VIDEO";
        assert_eq!(post["item_info"]["carousel_info"].is_null(), is_video, "{post}");
        assert_eq!(post["video_info"]["duration"].is_null(), !is_video, "{post}");
        let is_public = post["item_info"]["status"] == "HESITATE_RECOMMEND";
        assert!(
            !is_video || (post["video_info"]["preview_url"] != "") == is_public,
            "{post}"
        );
    }
    let ids = |answered: &AdsAnswered| all(answered, "list", "/item_info/item_id");
    assert_eq!(ids(&posts).len(), 3);
    let photos = list(&bench, POSTS, json!({"item_types": ["CAROUSEL"]})).await;
    assert_eq!(ids(&photos), ["7310500000000000129"]);
    for (keyword, count) in [("RAIN", 1), ("7310500000000000113", 1), ("731050000000000011", 0)] {
        assert_eq!(
            ids(&list(&bench, POSTS, json!({ "keyword": keyword })).await).len(),
            count,
            "{keyword}"
        );
    }
    let long = json!({"keyword": "a".repeat(501)});
    list(&bench, POSTS, long).await.refuses(40_002, "keyword");
}

#[tokio::test]
async fn instant_pages_have_the_event_of_a_button_for_conversions() {
    let bench = AdsBench::new().await;
    let found = async |objective: &str, goal: &str| {
        let asked = json!({"objective_type": objective, "optimization_goal": goal});
        list(&bench, INSTANT_PAGES, asked).await.is(0)["list"].clone()
    };
    let expected = json!([{"business_type": "TIKTOK_INSTANT_PAGE", "instant_page_events": {"objective_types": [
        {"objective_type": "CONVERSIONS", "optimization_goals": [{"optimization_goal": "CONVERT", "optimization_events": ["BUTTON"]}]}
    ]}}]);
    assert_eq!(
        found("WEB_CONVERSIONS", "CONVERT").await,
        expected,
        "under the older name of the objective"
    );
    assert_eq!(found("CONVERSIONS", "CONVERT").await, expected);
    assert_eq!(found("TRAFFIC", "CONVERT").await, json!([]));
    assert_eq!(found("WEB_CONVERSIONS", "CLICK").await, json!([]));
    assert_eq!(
        list(&bench, INSTANT_PAGES, json!({})).await.is(0)["list"],
        expected
    );
}
