//! Sign-in of advertisers: the library's client against the simulator, from the consent page to the revocation.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use autohive_tiktok::{
    catalogue::{self, Origin},
    clock::Clock,
    http::{Backoff, Retries, Transport, UncountedCalls, UncountedSettings},
    marketing_api::{
        MarketingError,
        oauth::{
            AppCredentials, IssuedToken, OauthClient, RedirectError, RevocationWarning, TokenKind,
            is_code_unused, read_redirect,
        },
    },
    model::{AdvertiserId, AppId, Word},
    secret::{AccessToken, AdsToken, AppSecret, AuthCode, RefreshToken},
    simulator::{EndpointName, Simulator, SimulatorOptions},
};
use serde_json::{Value, json};
use tracing_subscriber::{Layer as _, filter::Targets, fmt::MakeWriter, layer::SubscriberExt as _};
use url::Url;

use crate::support::tiktok::scripted;

const APP: &str = "7300000000000000007";
const SECRET: &str = "sim-secret-0123456789abcdef";
const STATE: &str = "state of this sign-in & more";
/// 2026-11-02 12:00:00 UTC.
const START: Duration = Duration::from_hours(498_228);

fn app() -> AppCredentials {
    AppCredentials {
        app_id: AppId::parse(APP).unwrap(),
        secret: AppSecret::parse(SECRET.to_owned()).unwrap(),
    }
}

fn client(base: &str, clock: &Clock) -> OauthClient {
    let base = Url::parse(base).unwrap();
    let transport = Transport::new(&base, clock.clone()).unwrap();
    let settings = UncountedSettings {
        clock: clock.clone(),
        base,
        timeout: Duration::from_secs(10),
        retries: Retries {
            max: 2,
            wait_budget: Duration::from_mins(1),
            backoff: Backoff::default(),
        },
        deadline: clock.deadline_in(Duration::from_mins(5)),
    };
    OauthClient::new(UncountedCalls::new(transport, settings))
}

/// A simulator and a virtual clock that its clients share.
struct Bench {
    sim: Simulator,
    clock: Clock,
}

impl Bench {
    async fn new() -> Self {
        let clock = Clock::virtual_at(START);
        let options = SimulatorOptions {
            clock: clock.clone(),
            strict: true,
            ..SimulatorOptions::default()
        };
        let sim = Simulator::start(options).await.unwrap();
        Self { sim, clock }
    }

    fn apply(&self, setup: Value) {
        self.sim.apply(serde_json::from_value(setup).unwrap()).unwrap();
    }

    /// A client whose time begins now.
    fn client(&self) -> OauthClient {
        client(&self.sim.url(), &self.clock)
    }

    /// Opens the consent page, whose advertiser agrees at once. Returns the address that it leads to.
    async fn consent(&self, redirect_uri: &str) -> Url {
        let page = self.client().consent_page(&app().app_id, STATE, redirect_uri);
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = browser.get(page).send().await.unwrap();
        assert_eq!(answer.status(), 302, "{}", answer.text().await.unwrap());
        Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
    }

    async fn code(&self) -> AuthCode {
        let redirected = self.consent("https://app.example/callback").await;
        read_redirect(&redirected, STATE).unwrap()
    }

    async fn issued(&self, kind: TokenKind) -> IssuedToken {
        let code = self.code().await;
        self.client().exchange(&app(), &code, kind).await.unwrap()
    }
}

/// Code of a refusal, which the catalogue must know.
#[track_caller]
fn code<T>(result: Result<T, MarketingError>) -> String {
    match result.err() {
        Some(MarketingError::Refused(refusal)) => {
            let row = catalogue::find(Origin::MarketingApi, &refusal.code);
            assert!(row.is_some(), "the catalogue should have {}", refusal.code);
            refusal.code
        }
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

#[tokio::test]
async fn a_redirect_address_is_sent_exactly_as_given() {
    let bench = Bench::new().await;
    let redirect_uri = "https://app.example/a b?x=1&y=%2F#part";
    let registered = json!({ "app_id": APP, "secret": SECRET, "redirect_uris": [redirect_uri] });
    bench.apply(json!({ "ads": { "apps": [registered] } }));
    let page = bench.client().consent_page(&app().app_id, STATE, redirect_uri);
    let parameters: Vec<_> = page.query_pairs().into_owned().collect();
    let expected = [("app_id", APP), ("state", STATE), ("redirect_uri", redirect_uri)];
    assert_eq!(
        parameters,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(page.path(), "/portal/auth");
    assert!(!page.as_str().contains('+'), "{page}");
    let redirected = bench.consent(redirect_uri).await;
    assert_eq!(redirected.host_str(), Some("app.example"));
    read_redirect(&redirected, STATE).unwrap();
}

#[tokio::test]
async fn the_address_of_another_sign_in_gives_no_code() {
    let bench = Bench::new().await;
    bench.apply(json!({ "ads": { "switches": { "code_twin": true } } }));
    let redirected = bench.consent("http://127.0.0.1:8400/callback").await;
    assert!(
        redirected.query_pairs().any(|(name, _)| name == "code"),
        "{redirected}"
    );
    read_redirect(&redirected, STATE).unwrap();
    let error = read_redirect(&redirected, "another state").unwrap_err();
    assert_eq!(error, RedirectError::StateMismatch);
}

#[tokio::test]
async fn a_long_term_token_lasts_until_it_is_revoked() {
    let bench = Bench::new().await;
    let issued = bench.issued(TokenKind::LongTerm).await;
    assert!(issued.is_long_term());
    assert_eq!(issued.advertiser_ids.map(|ids| ids.len()), Some(8));
    let scopes = issued.scopes.unwrap();
    assert!(scopes.contains(&Word::from("7043626160646946818")), "{scopes:?}");
    bench.sim.advance(Duration::from_hours(24 * 400));
    let client = bench.client();
    let accounts = client.accounts(&app(), &issued.token).await.unwrap();
    assert_eq!(accounts.len(), 8);
    assert_eq!(
        accounts.first().map(|account| &account.advertiser_id),
        AdvertiserId::parse("7310000000000000011").as_ref()
    );
    assert!(accounts.iter().all(|account| account.advertiser_name.is_some()));

    let revoke = async || {
        let confirmed = RevocationWarning.confirmed();
        client.revoke(&app(), &issued.token, confirmed).await
    };
    let revoked = revoke().await.unwrap();
    assert_eq!(revoked.advertiser_ids.len(), 8);
    assert_eq!(code(client.accounts(&app(), &issued.token).await), "40105");
    assert_eq!(code(revoke().await), "40105");
}

#[tokio::test]
async fn a_short_term_token_is_refreshed_once() {
    let bench = Bench::new().await;
    let first = bench.issued(TokenKind::ShortTerm).await;
    assert!(!first.is_long_term());
    assert_eq!(first.expires_in, Some(Duration::from_hours(24)));
    bench.sim.advance(Duration::from_hours(24));
    let client = bench.client();
    assert_eq!(code(client.accounts(&app(), &first.token).await), "40102");
    let refresh_token = first.refresh_token.unwrap();
    let second = client.refresh(&app(), &refresh_token).await.unwrap();
    assert!(second.refresh_token.is_some() && second.expires_in.is_some());
    client.accounts(&app(), &second.token).await.unwrap();
    assert_eq!(code(client.refresh(&app(), &refresh_token).await), "40107");
}

#[tokio::test]
async fn a_code_works_once_and_for_an_hour() {
    let bench = Bench::new().await;
    let (used, late) = (bench.code().await, bench.code().await);
    let client = bench.client();
    client.exchange(&app(), &used, TokenKind::LongTerm).await.unwrap();
    assert_eq!(
        code(client.exchange(&app(), &used, TokenKind::LongTerm).await),
        "40110"
    );
    bench.sim.advance(Duration::from_hours(1));
    let result = bench.client().exchange(&app(), &late, TokenKind::LongTerm).await;
    assert!(!is_code_unused(result.as_ref().unwrap_err()));
    assert_eq!(code(result), "40110");
}

#[tokio::test]
async fn wrong_credentials_of_the_app_are_refused() {
    let bench = Bench::new().await;
    let auth_code = bench.code().await;
    let client = bench.client();
    let wrong_secret = AppCredentials {
        secret: AppSecret::parse("another-secret".to_owned()).unwrap(),
        ..app()
    };
    let wrong_app = AppCredentials {
        app_id: AppId::parse("1").unwrap(),
        ..app()
    };
    for (app, refused) in [(wrong_secret, "40101"), (wrong_app, "40113")] {
        let result = client.exchange(&app, &auth_code, TokenKind::LongTerm).await;
        assert_eq!(code(result), refused);
    }
    assert_eq!(
        bench.sim.journal().count(EndpointName::ADS_ACCESS_TOKEN),
        2,
        "v1.3 is not tried"
    );
}

/// A lost response may have used the code up, so it is not sent a second time.
#[tokio::test]
async fn a_code_is_not_sent_again_after_a_lost_response() {
    let bench = Bench::new().await;
    let auth_code = bench.code().await;
    bench.apply(json!({ "faults": [{ "endpoint": "ads_access_token", "nth": 1, "kind": "cut_after" }] }));
    let client = bench.client();
    let error = client
        .exchange(&app(), &auth_code, TokenKind::LongTerm)
        .await
        .unwrap_err();
    assert!(error.effect_unknown() && !is_code_unused(&error), "{error}");
    assert_eq!(bench.sim.journal().count(EndpointName::ADS_ACCESS_TOKEN), 1);
}

fn code_of_script() -> AuthCode {
    AuthCode::parse("code-0123456789".to_owned()).unwrap()
}

fn exchange_at(version: &str, more: Value, reply: &Value) -> Value {
    let body = json!({ "app_id": APP, "secret": SECRET, "auth_code": "code-0123456789" });
    let expect = json!({
        "method": "POST",
        "path": format!("/open_api/{version}/oauth2/access_token/"),
        "body": crate::support::merged(body, more),
        "headers": { "access-token": null, "authorization": null, "content-type": "application/json" },
    });
    json!({ "expect": expect, "reply": reply })
}

fn at_v2(is_long_term: bool, reply: &Value) -> Value {
    let more = json!({ "is_long_term": is_long_term, "return_advertiser_ids": true });
    exchange_at("v2.0", more, reply)
}

#[tokio::test]
async fn v1_3_is_tried_only_where_v2_0_is_missing() {
    let token =
        json!({ "json": { "code": 0, "data": { "access_token": "token-0123456789", "scope": [2] } } });
    for missing in [
        json!({ "status": 404, "text": "404 page not found" }),
        json!({ "status": 403, "json": { "code": 40006, "message": "no schema found" } }),
        json!({ "json": { "code": 40051, "message": "m" } }),
    ] {
        let server = scripted(json!([
            at_v2(true, &missing),
            exchange_at("v1.3", json!({}), &token)
        ]));
        let client = client(&server.url(), &Clock::virtual_at(START));
        let issued = client
            .exchange(&app(), &code_of_script(), TokenKind::LongTerm)
            .await;
        assert_eq!(server.mismatches(), Vec::<String>::new(), "{missing}");
        assert!(issued.unwrap().is_long_term());
        server.played();

        // v1.3 would give a token that never expires.
        let server = scripted(json!([at_v2(false, &missing)]));
        let client = self::client(&server.url(), &Clock::virtual_at(START));
        let error = client
            .exchange(&app(), &code_of_script(), TokenKind::ShortTerm)
            .await
            .unwrap_err();
        assert!(is_code_unused(&error), "{missing}");
        server.played();
    }
    for final_answer in [
        json!({ "json": { "code": 40110, "message": "m" } }),
        json!({ "json": { "code": 50000, "message": "m" } }),
        json!({ "status": 502, "text": "<html>" }),
        json!({ "status": 405, "text": "" }),
        json!({ "json": { "code": 0, "data": {} } }),
    ] {
        let server = scripted(json!([at_v2(true, &final_answer)]));
        let client = client(&server.url(), &Clock::virtual_at(START));
        let error = client
            .exchange(&app(), &code_of_script(), TokenKind::LongTerm)
            .await
            .unwrap_err();
        assert!(!is_code_unused(&error), "{final_answer}");
        server.played();
    }
}

/// A throttled call is not carried out, so the code is sent again.
#[tokio::test]
async fn a_throttled_exchange_is_sent_again() {
    let token = json!({ "json": { "code": 0, "data": { "access_token": "token-0123456789" } } });
    let throttled = json!({ "json": { "code": 40100, "message": "Too many requests" } });
    let server = scripted(json!([at_v2(true, &throttled), at_v2(true, &token)]));
    let client = client(&server.url(), &Clock::virtual_at(START));
    let issued = client
        .exchange(&app(), &code_of_script(), TokenKind::LongTerm)
        .await
        .unwrap();
    assert_eq!(issued.advertiser_ids, None);
    server.played();
}

/// Everything that is logged, kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Secrets of the app, of the code, of the access token and of the refresh token.
const CANARIES: [&str; 4] = [
    "CANARY-secret-01",
    "CANARY-code-0123",
    "CANARY-token-012",
    "CANARY-refresh-0",
];

/// Makes a call that fails, of those of a sign-in, by its place. Returns its error as text.
async fn failed(client: &OauthClient, place: usize) -> String {
    let [secret, code, token, refresh_token] = CANARIES.map(str::to_owned);
    let app = AppCredentials {
        secret: AppSecret::parse(secret).unwrap(),
        ..app()
    };
    let code = AuthCode::parse(code).unwrap();
    let token = AdsToken::new(AccessToken::parse(token).unwrap());
    let refresh_token = RefreshToken::parse(refresh_token).unwrap();
    let error = match place {
        0 => client.exchange(&app, &code, TokenKind::LongTerm).await.err(),
        1 => client.refresh(&app, &refresh_token).await.err(),
        2 => client.accounts(&app, &token).await.err(),
        _ => client
            .revoke(&app, &token, RevocationWarning.confirmed())
            .await
            .err(),
    };
    let error = error.unwrap();
    format!("{error} {error:?} {client:?} {app:?} {code:?} {token:?} {refresh_token:?}")
}

/// Secrets that each call sends.
const SENT: [&[usize]; 4] = [&[0, 1], &[0, 3], &[0, 2], &[0, 2]];

/// Errors of all calls, with answers that repeat what was sent.
async fn told() -> Vec<String> {
    let mut told = Vec::new();
    for (place, sent) in SENT.iter().enumerate() {
        let words = sent
            .iter()
            .map(|index| CANARIES[*index])
            .collect::<Vec<_>>()
            .join(" ");
        for reply in [
            json!({ "json": { "code": 40101, "message": words, "request_id": words } }),
            json!({ "json": { "code": words, "message": words } }),
            json!({ "json": { "code": 0, "data": { "access_token": words, "list": words, "advertiser_ids": words } } }),
            json!({ "status": 500, "text": words }),
            json!({ "status": 307, "headers": { "location": "{{base}}/elsewhere" }, "text": words }),
            json!({ "close": "before" }),
        ] {
            let server = scripted(json!(vec![json!({ "reply": reply }); 3]));
            told.push(failed(&client(&server.url(), &Clock::virtual_at(START)), place).await);
        }
    }
    told
}

#[tokio::test]
async fn logs_and_errors_hold_no_secret() {
    let log = Log::default();
    let ours = Targets::new().with_target("autohive_tiktok", tracing::Level::TRACE);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(log.clone())
        .with_filter(ours);
    let subscriber = tracing_subscriber::registry().with(lines);
    // With only one subscriber, tracing asks that of the thread which first meets a callsite whether anybody listens, and
    // threads of other tests have none.
    let second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    let told = told().await;
    drop((guard, second));
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("oauth_access_token"),
        "the calls should be logged: {logged}"
    );
    assert!(!logged.contains("CANARY"), "{logged}");
    for text in told {
        assert!(!text.contains("CANARY"), "{text}");
    }
}
