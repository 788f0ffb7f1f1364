//! The consent page and tokens.

use super::*;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
const BASE64_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "http://127.0.0.1:8080/callback/";

async fn consent(bench: &TestBench, challenge: &str) -> BTreeMap<String, String> {
    let query = [
        ("client_key", "sim-app"),
        ("response_type", "code"),
        ("scope", "user.info.basic,video.upload,research.all"),
        ("redirect_uri", CALLBACK),
        ("state", "s t"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ];
    let answer = bench
        .http
        .get(format!("{}/v2/auth/authorize/", bench.sim.url()))
        .query(&query)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 302);
    let location = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    assert!(location.as_str().starts_with(CALLBACK));
    location.query_pairs().into_owned().collect()
}

async fn token(bench: &TestBench, form: &[(&str, &str)]) -> Value {
    let client = [("client_key", "sim-app"), ("client_secret", "hush")];
    let pairs = [&client, form].concat();
    let body: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let request = bench.http.post(format!("{}/v2/oauth/token/", bench.sim.url()));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    read(request.body(body.join("&"))).await.body
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect::<Vec<_>>()
        .concat()
}

/// #sign-in, #pkce, #tokens: consent, code, tokens; a code works once.
#[tokio::test]
async fn a_code_with_its_verifier_becomes_tokens_once() {
    let bench = TestBench::new().await;
    bench.apply(json!({"signed_in": "sim-private"}));
    let callback = consent(&bench, CHALLENGE).await;
    assert_eq!(
        (callback["scopes"].as_str(), callback["state"].as_str()),
        ("user.info.basic,video.upload", "s t")
    );
    let form = [
        ("grant_type", "authorization_code"),
        ("code", callback["code"].as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = token(&bench, &form).await;
    assert_eq!(
        (&tokens["expires_in"], &tokens["scope"]),
        (&json!(7_200), &json!("user.info.basic,video.upload"))
    );
    let info = bench
        .http
        .get(format!("{}{USER}?fields=display_name", bench.sim.url()));
    let info = read(info.bearer_auth(tokens["access_token"].as_str().unwrap())).await;
    assert_eq!(info.is(200, "ok").data()["user"]["display_name"], "sim-private");
    assert_eq!(token(&bench, &form).await["error"], "invalid_grant");
    let journal = serde_json::to_string(&bench.sim.journal()).unwrap();
    assert!(
        !journal.contains(VERIFIER) && !journal.contains("hush"),
        "{journal}"
    );
}

/// #pkce: the consent page accepts a base64url challenge, the exchange does not.
#[tokio::test]
async fn a_base64url_challenge_fails_at_the_exchange() {
    let bench = TestBench::new().await;
    let code = consent(&bench, BASE64_CHALLENGE).await["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let answer = token(&bench, &form).await;
    assert_eq!(
        answer["error_description"],
        "Code verifier or code challenge is invalid."
    );
    let late = consent(&bench, CHALLENGE).await["code"].clone();
    bench.wait(120);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &late),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(
        token(&bench, &form).await["error_description"],
        "Authorization code is expired."
    );
}

/// #tokens: refreshing replaces the refresh token; an expired access token can be refreshed.
#[tokio::test]
async fn a_refresh_token_works_once() {
    let bench = TestBench::new().await;
    let refresh = |token: &str| {
        [
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", token.to_owned()),
        ]
    };
    let send = async |form: [(&str, String); 2]| {
        let [(a, b), (c, d)] = &form;
        token(&bench, &[(*a, b.as_str()), (*c, d.as_str())]).await
    };
    let first = send(refresh("rft.sim-expired")).await;
    let info = bench
        .http
        .get(format!("{}{USER}?fields=display_name", bench.sim.url()));
    read(info.bearer_auth(first["access_token"].as_str().unwrap()))
        .await
        .is(200, "ok");
    assert_eq!(send(refresh("rft.sim-expired")).await["error"], "invalid_grant");
    let second = send(refresh(first["refresh_token"].as_str().unwrap())).await;
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(send(refresh("rft.nobody")).await["error"], "invalid_grant");
}

/// #tokens, #revoke, #oauth-errors: JSON is refused, the secret is required, revoking invalidates the token; errors
/// have HTTP 200.
#[tokio::test]
async fn bad_token_requests_have_the_flat_error_shape() {
    let bench = TestBench::new().await;
    let url = |name: &str| format!("{}/v2/oauth/{name}/", bench.sim.url());
    let json = read(
        bench
            .http
            .post(url("token"))
            .json(&json!({"grant_type": "client_credentials"})),
    )
    .await;
    assert_eq!(
        (json.status, &json.body["error"]),
        (200, &json!("invalid_request"))
    );
    let form = |body: &'static str| {
        bench
            .http
            .post(url("token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    };
    let no_secret = read(form("client_key=sim-app&grant_type=client_credentials")).await;
    assert_eq!(
        no_secret.body["error_description"],
        "Client secret is missed in request."
    );
    let stranger = read(form("client_key=x&client_secret=y&grant_type=client_credentials")).await;
    assert_eq!(stranger.body["error"], "invalid_client");
    let revoke = bench
        .http
        .post(url("revoke"))
        .header("content-type", "application/x-www-form-urlencoded");
    let revoked = read(revoke.body("client_key=sim-app&client_secret=y&token=act.sim-public")).await;
    assert_eq!((revoked.status, revoked.body), (200, json!("")));
    bench
        .get("public", "/v2/user/info/?fields=open_id")
        .await
        .is(401, "access_token_invalid");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "rft.sim-public"),
    ];
    assert_eq!(token(&bench, &form).await["error"], "invalid_grant");
}

/// Tokens expire after two hours and after 180 days.
#[tokio::test]
async fn tokens_end_when_they_say() {
    let bench = TestBench::new().await;
    let refresh = |token: String| {
        [
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", token),
        ]
    };
    let renew = async |token: &str| {
        let form = refresh(token.to_owned());
        self::token(
            &bench,
            &form.each_ref().map(|(name, value)| (*name, value.as_str())),
        )
        .await
    };
    let tokens = renew("rft.sim-public").await;
    assert_eq!(
        (&tokens["expires_in"], &tokens["refresh_expires_in"]),
        (&json!(7_200), &json!(15_552_000))
    );
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    let url = format!("{}{USER}?fields=open_id", bench.sim.url());
    bench.wait(7_199);
    read(bench.http.get(&url).bearer_auth(access)).await.is(200, "ok");
    bench.wait(1);
    read(bench.http.get(&url).bearer_auth(access))
        .await
        .is(401, "access_token_invalid");
    let next = renew(refresh).await;
    let next_access = next["access_token"].as_str().unwrap();
    read(bench.http.get(&url).bearer_auth(next_access))
        .await
        .is(200, "ok");
    assert_eq!(renew(refresh).await["error"], "invalid_grant");
    bench.wait(15_552_000);
    assert_eq!(
        renew(next["refresh_token"].as_str().unwrap()).await["error"],
        "invalid_grant"
    );
}
