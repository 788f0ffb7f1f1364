//! Sign-in, accounts of a token, and what ads name.

use serde_json::{Value, json};

use super::bench::{ADVERTISER, AdsAnswered, AdsBench, read};

const APP: &str = "7300000000000000007";
const SECRET: &str = "sim-secret-0123456789abcdef";

/// Lets the advertiser agree, and returns the parameters of the redirect.
async fn consent(bench: &AdsBench) -> Vec<(String, String)> {
    let url = format!(
        "{}/portal/auth?app_id={APP}&state=s%201&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback",
        bench.sim.url()
    );
    let answer = bench.http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    let location = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    location.query_pairs().into_owned().collect()
}

async fn sign_in(bench: &AdsBench, path: &str, more: Value) -> AdsAnswered {
    let body = crate::support::merged(json!({"app_id": APP, "secret": SECRET}), more);
    let url = format!("{}/open_api{path}", bench.sim.url());
    read(bench.http.post(url).json(&body)).await
}

async fn code(bench: &AdsBench) -> String {
    let pairs = consent(bench).await;
    assert_eq!(pairs[1], ("state".to_owned(), "s 1".to_owned()));
    assert_eq!((pairs[0].0.as_str(), pairs.len()), ("auth_code", 2));
    pairs[0].1.clone()
}

#[tokio::test]
async fn a_code_gives_a_long_term_token_once_within_an_hour() {
    let bench = AdsBench::new().await;
    let auth_code = code(&bench).await;
    let wrong = json!({"auth_code": auth_code, "secret": "x"});
    sign_in(&bench, "/v1.3/oauth2/access_token/", wrong)
        .await
        .is(40_101);
    let issued = sign_in(
        &bench,
        "/v1.3/oauth2/access_token/",
        json!({"auth_code": auth_code}),
    )
    .await;
    let data = issued.is(0).clone();
    assert!(data.get("expires_in").is_none());
    assert_eq!(data["advertiser_ids"][0], ADVERTISER);
    assert!(
        data["scope"]
            .as_array()
            .unwrap()
            .contains(&json!(7_043_626_160_646_946_818_u64))
    );
    sign_in(
        &bench,
        "/v1.3/oauth2/access_token/",
        json!({"auth_code": auth_code}),
    )
    .await
    .is(40_110);
    let late = code(&bench).await;
    bench.wait(3_600);
    sign_in(&bench, "/v1.3/oauth2/access_token/", json!({"auth_code": late}))
        .await
        .is(40_110);

    let token = data["access_token"].as_str().unwrap();
    let url = format!(
        "{}/open_api/v1.3/oauth2/advertiser/get/?app_id={APP}&secret={SECRET}",
        bench.sim.url()
    );
    let accounts = read(bench.http.get(&url).header("Access-Token", token)).await;
    assert_eq!(accounts.is(0)["list"].as_array().unwrap().len(), 8);
    let revoked = sign_in(
        &bench,
        "/v1.3/oauth2/revoke_token/",
        json!({"access_token": token}),
    )
    .await;
    assert_eq!(revoked.is(0)["app_id"], APP);
    // docs/tiktok-marketing-api.md#return-codes: a revoked token is invalid, and not missing.
    read(bench.http.get(&url).header("Access-Token", token))
        .await
        .is(40_105);
    read(bench.http.get(&url)).await.is(40_104);
    sign_in(
        &bench,
        "/v1.3/oauth2/revoke_token/",
        json!({"access_token": token}),
    )
    .await
    .is(40_105);
    let journal = serde_json::to_string(&bench.sim.journal()).unwrap();
    for secret in [SECRET, token, auth_code.as_str()] {
        assert!(!journal.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn version_two_gives_both_kinds_of_token() {
    let bench = AdsBench::new().await;
    let long = json!({"auth_code": code(&bench).await, "is_long_term": true});
    let long = sign_in(&bench, "/v2.0/oauth2/access_token/", long).await;
    assert!(long.is(0).get("refresh_token").is_none());
    let short =
        json!({"auth_code": code(&bench).await, "is_long_term": false, "return_advertiser_ids": false});
    let short = sign_in(&bench, "/v2.0/oauth2/access_token/", short).await;
    let data = short.is(0);
    assert_eq!(
        (&data["expires_in"], data.get("advertiser_ids")),
        (&json!(86_400), None)
    );
    let call = |data: &Value| {
        let token = data["access_token"].as_str().unwrap().to_owned();
        let url = format!("{}/open_api/v1.3/user/info/", bench.sim.url());
        read(bench.http.get(url).header("Access-Token", token))
    };
    call(data).await.is(0);
    bench.wait(86_400);
    call(data).await.is(40_102);
    call(long.is(0)).await.is(0);
    let refresh = json!({"refresh_token": data["refresh_token"]});
    let renewed = sign_in(&bench, "/v2.0/oauth2/refresh_token/", refresh.clone()).await;
    call(renewed.is(0)).await.is(0);
    sign_in(&bench, "/v2.0/oauth2/refresh_token/", refresh)
        .await
        .is(40_107);
    // Which kind an omitted is_long_term gives is unconfirmed.
    let omitted = json!({"auth_code": code(&bench).await});
    assert!(sign_in(&bench, "/v2.0/oauth2/access_token/", omitted).await.is(0)["expires_in"].is_u64());
    bench.switch(json!({"omitted_is_long_term": true, "code_twin": true}));
    let pairs = consent(&bench).await;
    assert_eq!((pairs[1].0.as_str(), &pairs[0].1), ("code", &pairs[1].1));
    let omitted = json!({"auth_code": pairs[0].1});
    assert!(
        sign_in(&bench, "/v2.0/oauth2/access_token/", omitted)
            .await
            .is(0)
            .get("expires_in")
            .is_none()
    );
}

#[tokio::test]
async fn redirects_go_to_registered_addresses() {
    let bench = AdsBench::new().await;
    let open = async |query: &str| {
        let url = format!("{}/portal/auth?{query}", bench.sim.url());
        bench.http.get(url).send().await.unwrap().status().as_u16()
    };
    assert_eq!(
        open(&format!("app_id={APP}&redirect_uri=http://127.0.0.1:8080/cb")).await,
        302
    );
    assert_eq!(
        open(&format!("app_id={APP}&redirect_uri=http://app.example/cb")).await,
        400
    );
    assert_eq!(open("app_id=1&redirect_uri=https://app.example/cb").await, 400);
    let app = json!({"app_id": APP, "redirect_uris": ["https://app.example/cb"]});
    bench.apply(json!({"ads": {"apps": [app]}}));
    assert_eq!(
        open(&format!("app_id={APP}&redirect_uri=https://app.example/cb")).await,
        302
    );
    assert_eq!(
        open(&format!("app_id={APP}&redirect_uri=https://app.example/other")).await,
        400
    );
}

#[tokio::test]
async fn what_ads_name_is_listed() {
    let bench = AdsBench::new().await;
    let get = |path: &'static str, more: Value| {
        bench.get(
            path,
            crate::support::merged(json!({"advertiser_id": ADVERTISER}), more),
        )
    };
    let identities = get("/identity/get/", json!({"identity_type": "TT_USER"})).await;
    assert_eq!(identities.is(0)["identity_list"][0]["can_push_video"], true);
    get("/identity/get/", json!({"identity_type": "BC_AUTH_TT"}))
        .await
        .refuses(40_002, "identity_authorized_bc_id");
    let pixels = get("/pixel/list/", json!({})).await;
    assert_eq!(
        pixels.is(0)["pixels"][0]["events"][4]["optimization_event"],
        "SHOPPING"
    );
    let apps = get("/app/list/", json!({})).await;
    assert_eq!(apps.is(0)["apps"][0]["platform"], "ANDROID");
    let pages = get(
        "/page/get/",
        json!({"business_type": "LEAD_GEN", "status": "PUBLISHED"}),
    )
    .await;
    assert_eq!(pages.is(0)["page_info"]["total_number"], 2);
    for (path, list) in [
        ("/search/region/", "region_list"),
        ("/tool/interest_category/", "interest_categories"),
        ("/tool/language/", "languages"),
        ("/tool/device_model/", "device_models"),
        ("/tool/carrier/", "countries"),
    ] {
        let found = get(path, json!({})).await;
        assert!(found.is(0)[list].as_array().unwrap().len() > 2, "{path}");
    }
    let placement =
        json!({"placements": ["PLACEMENT_TIKTOK"], "objective_type": "TRAFFIC", "level_range": "TO_COUNTRY"});
    let regions = get("/tool/region/", placement).await;
    assert_eq!(regions.is(0)["region_info"][0]["level"], "COUNTRY");
    let keywords = get("/tool/interest_keyword/recommend/", json!({"keywords": ["run"]})).await;
    assert_eq!(keywords.is(0)["recommended_keywords"][0]["input_keyword"], "run");
    let body = json!({"advertiser_id": ADVERTISER, "objective_type": "TRAFFIC", "placements": ["PLACEMENT_TIKTOK"],
                      "search_type": "FUZZY_SEARCH", "keywords": ["a0a"]});
    let found = bench.post("/tool/targeting/search/", body).await;
    assert_eq!(
        found.is(0)["targeting_tag_list"][0]["geo"]["geo_id"],
        "8124000000533"
    );
    assert_eq!(found.is(0)["parent_tags"][0]["name"], "Canada");
}
