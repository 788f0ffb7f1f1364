//! Keys and their rows: other inputs, `null` keys, no key, an unusable state, changed rows, and the content of a row.

use std::{fs, time::Duration};

use autohive_tiktok::clock::Clock;
use futures_util::future::join;
use serde_json::{Value, json};

use super::bench::{OnceBench, READINGS, TOKEN, Told, request};

const NAME: &str = "Spring canary";
const KEY: &str = "key-canary";

fn bench() -> OnceBench {
    OnceBench::new(READINGS[1])
}

/// Number of creates that TikTok received.
fn creates(bench: &OnceBench) -> usize {
    bench.calls("/campaign/create/").len()
}

fn with_budget(mut request: Value, budget: u32) -> Value {
    request["inputs"]["budget"] = json!(budget);
    request
}

#[test]
fn a_key_belongs_to_its_inputs_until_nothing_was_created() {
    let bench = bench();
    let asked = request(NAME, Some(KEY));
    // Below the minimum of the account's currency, so it is not sent; then TikTok refuses another one.
    let unsent = Told::of(&bench.ask(&with_budget(asked.clone(), 1)));
    assert_eq!(
        (&*unsent.outcome, unsent.code.as_deref(), creates(&bench)),
        ("failed", Some("budget_below_minimum"), 0)
    );
    let refusal = json!({ "error": { "http": 200, "code": "40002", "message": "The budget is too low" } });
    bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": refusal }));
    let refused = Told::of(&bench.ask(&with_budget(asked.clone(), 400)));
    assert_eq!(
        (&*refused.outcome, refused.code.as_deref(), creates(&bench)),
        ("failed", Some("40002"), 1)
    );
    let made = Told::of(&bench.ask(&asked));
    assert_eq!(made.outcome, "created");
    let other = Told::of(&bench.ask(&with_budget(asked.clone(), 600)));
    assert_eq!(
        (&*other.outcome, other.code.as_deref()),
        ("failed", Some("idempotency_conflict"))
    );
    assert!(!other.retryable, "{other:?}");
    let again = Told::of(&bench.ask(&asked));
    assert_eq!((&*again.outcome, again.id), ("recorded", made.id));
    assert_eq!(bench.ids(NAME).len(), 1);
}

#[test]
fn a_key_that_looks_like_a_placeholder_is_warned_about_each_time() {
    let bench = bench();
    let asked = request("null", Some("undefined"));
    for outcome in ["created", "recorded"] {
        let answer = bench.ask(&asked);
        assert_eq!(answer["result"]["data"]["outcome"], outcome, "{answer}");
        let warnings = answer["result"]["data"]["warnings"].to_string();
        for input in ["campaign_name", "idempotency_key"] {
            assert!(
                warnings.contains(&format!("{input} looks like a placeholder")),
                "{warnings}"
            );
        }
    }
}

/// The same key is another one in another ad account.
#[test]
fn a_key_belongs_to_its_ad_account() {
    let bench = bench();
    let asked = request(NAME, Some(KEY));
    let mut elsewhere = asked.clone();
    elsewhere["auth"]["advertiser_id"] = json!("7310000000000000023");
    let ids =
        [&asked, &elsewhere, &asked, &elsewhere].map(|request| Told::of(&bench.ask(request)).id.unwrap());
    assert_eq!((&ids[0], &ids[1]), (&ids[2], &ids[3]));
    assert_ne!(ids[0], ids[1]);
    assert_eq!(bench.ids(NAME).len(), 2);
}

#[test]
fn a_dry_run_and_a_repeat_have_one_request_id() {
    let bench = bench();
    let mut planned = request(NAME, Some(KEY));
    planned["inputs"]["dry_run"] = json!(true);
    let plan = |request: &Value| bench.ask(request)["result"]["data"]["call"]["body"]["request_id"].clone();
    let id = plan(&planned);
    assert!(!bench.journal().exists(), "a dry run needs no journal");
    assert_eq!(plan(&planned), id);
    bench.ask(&request(NAME, Some(KEY)));
    assert_eq!(
        bench.calls("/campaign/create/")[0].body.as_ref().unwrap()["request_id"],
        id
    );
    planned["inputs"]["idempotency_key"] = json!("another");
    assert_ne!(plan(&planned), id);
}

/// As the request itself would, but without taking the key.
#[test]
fn a_dry_run_tells_of_a_used_key() {
    let bench = bench();
    let asked = request(NAME, Some(KEY));
    let made = Told::of(&bench.ask(&asked));
    let dry = |mut request: Value| {
        request["inputs"]["dry_run"] = json!(true);
        bench.ask(&request)
    };
    let same = dry(asked.clone());
    assert_eq!(same["result"]["data"]["outcome"], "recorded", "{same}");
    assert_eq!(same["result"]["data"]["campaign_id"].as_str(), made.id.as_deref());
    assert_eq!(same["result"]["data"]["call"], Value::Null);
    let other = Told::of(&dry(with_budget(asked, 600)));
    assert_eq!(
        (&*other.outcome, other.code.as_deref()),
        ("failed", Some("idempotency_conflict"))
    );
    let unused = request(NAME, Some("another"));
    for _ in 0..2 {
        assert_eq!(dry(unused.clone())["result"]["data"]["outcome"], "planned");
    }
    assert_eq!(creates(&bench), 1);
    assert_eq!(
        Told::of(&bench.ask(&unused)).outcome,
        "created",
        "the key was not taken"
    );
}

#[test]
fn a_dry_run_tells_of_a_key_that_is_not_done_or_not_checked() {
    let warnings = |answer: Value| answer["result"]["data"]["warnings"].to_string();
    let bench = bench();
    let mut asked = request(NAME, Some(KEY));
    bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": { "slow_ms": 60_000 } }));
    let killed = bench.ask_until(&asked, |bench| bench.ids(NAME).len() == 1);
    assert_eq!(killed, None, "it should have been killed");
    asked["inputs"]["dry_run"] = json!(true);
    let found = warnings(bench.ask(&asked));
    assert!(found.contains("has begun and its end is not recorded"), "{found}");
    let bench = self::bench();
    fs::create_dir_all(bench.journal().parent().unwrap()).unwrap();
    fs::write(bench.journal(), "no database".repeat(1_000)).unwrap();
    let answer = bench.ask(&asked);
    assert_eq!(answer["result"]["data"]["outcome"], "planned", "{answer}");
    assert!(warnings(answer).contains("idempotency_key was not checked"));
}

#[test]
fn a_null_key_does_not_protect_and_says_so() {
    let bench = bench();
    let mut asked = request(NAME, None);
    asked["inputs"]["idempotency_key"] = Value::Null;
    for number in 1..=2 {
        let answer = bench.ask(&asked);
        let warnings = answer["result"]["data"]["warnings"].as_array().unwrap();
        let of_key = warnings
            .iter()
            .filter(|warning| warning.as_str().unwrap().contains("idempotency_key is null"));
        assert_eq!(of_key.count(), 1, "{answer}");
        assert_eq!(bench.ids(NAME).len(), number);
    }
    assert!(!bench.journal().exists(), "nothing is recorded");
}

#[test]
fn a_request_without_a_key_records_nothing_even_if_its_answer_is_lost() {
    for kind in ["cut_after", "cut_before"] {
        let bench = bench();
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": kind }));
        let answer = bench.ask(&request(NAME, None));
        assert!(Told::of(&answer).is_made(), "{answer}");
        assert!(!bench.journal().exists(), "nothing is recorded");
    }
}

/// A row names ids and times only.
#[test]
fn the_journal_has_neither_name_nor_key_nor_token() {
    let bench = bench();
    let older = bench.create_as_another(NAME);
    bench.advance(Duration::from_mins(1));
    bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": "cut_after" }));
    let mut short = request(NAME, Some(KEY));
    short["request_config"] = json!({ "deadline": 2 });
    assert_eq!(Told::of(&bench.ask(&short)).outcome, "unconfirmed");
    let check = |expected: &str| {
        let folder = bench.journal();
        let files = fs::read_dir(folder.parent().unwrap()).unwrap();
        let bytes: Vec<u8> = files
            .flat_map(|file| fs::read(file.unwrap().path()).unwrap())
            .collect();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(holds(expected), "the search should find {expected}");
        for secret in [NAME, "canary", KEY, TOKEN, "TRAFFIC", super::bench::ADVERTISER] {
            assert!(!holds(secret), "{secret} is in the journal");
        }
    };
    check(&older);
    bench.clear_faults();
    let made = Told::of(&bench.ask(&request(NAME, Some(KEY))));
    check(&made.id.unwrap());
}

/// Changes that no row of this program can have; `{row}` is a condition for the row of the key.
const IMPOSSIBLE: &[&str] = &[
    r#"entry = '{"stage":"made","id":"https://evil.example"}', finished = 1"#,
    r#"entry = '{"stage":"made","id":""}', finished = 1"#,
    r#"entry = '{"stage":"made","id":"١"}', finished = 1"#,
    r#"entry = '{"stage":"made","id":"123456789012345678901"}', finished = 1"#,
    r#"entry = '{"stage":"made","id":"7","evil":1}', finished = 1"#,
    r#"entry = '{"stage":"made","id":7}', finished = 1"#,
    r#"entry = '{"id":"7","stage":"made"}', finished = 1"#,
    r#"entry = '{"stage":"made","id":"7"}', finished = 0"#,
    r#"entry = '{"stage":"begun"}', finished = 1"#,
    r#"entry = '{"stage":"begun"} ', finished = 0"#,
    r#"entry = '{"stage":"claimed"}', finished = 0"#,
    r"entry = json_set(entry, '$.first', 5), finished = 0",
    r"entry = json_set(entry, '$.last', 9007199254740992), finished = 0",
    r"entry = json_set(entry, '$.last', -1), finished = 0",
    r#"entry = json_set(entry, '$.known', json('["x"]')), finished = 0"#,
    r"entry = json_set(entry, '$.evil', 1), finished = 0",
    r"entry = json_remove(entry, '$.known'), finished = 0",
    r"entry = substr(entry, 1, length(entry) - 1)",
    r"entry = printf('%.*c', 70000, 'x')",
    r"entry = ''",
    r"finished = 7",
    r"fingerprint = zeroblob(31)",
    r"created = 9223372036854775807",
];

#[test]
fn a_changed_row_never_creates_a_second_campaign() {
    for change in IMPOSSIBLE {
        let bench = bench();
        bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": "cut_after" }));
        let mut short = request(NAME, Some(KEY));
        short["request_config"] = json!({ "deadline": 2 });
        assert_eq!(Told::of(&bench.ask(&short)).outcome, "unconfirmed");
        bench.clear_faults();
        let rows = rusqlite::Connection::open(bench.journal()).unwrap();
        let changed = rows.execute(&format!("UPDATE journal SET {change}"), []).unwrap();
        assert_eq!(changed, 1, "{change}");
        let row = || -> (Option<Vec<u8>>, i64) {
            let select = "SELECT CAST(entry AS BLOB), finished FROM journal";
            rows.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap()
        };
        let before = row();
        for _ in 0..2 {
            let sent = creates(&bench);
            let answer = bench.ask(&request(NAME, Some(KEY)));
            let told = Told::of(&answer);
            assert_eq!(
                (&*told.outcome, told.code.as_deref()),
                ("unconfirmed", Some("state_untrusted")),
                "{change}"
            );
            assert!(!told.retryable && told.id.is_none(), "{change}: {answer}");
            assert!(!answer.to_string().contains("evil"), "{answer}");
            assert_eq!(creates(&bench), sent, "{change}: a create was sent");
        }
        assert_eq!(row(), before, "{change}: the row was overwritten");
        assert_eq!(bench.ids(NAME).len(), 1, "{change}");
    }
}

/// A row that says who owns a campaign, changed: the campaign is neither taken nor created again.
#[test]
fn a_changed_owner_of_a_campaign_leaves_it_unconfirmed() {
    let bench = bench();
    bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": { "slow_ms": 60_000 } }));
    let asked = request(NAME, Some(KEY));
    assert_eq!(bench.ask_until(&asked, |bench| bench.ids(NAME).len() == 1), None);
    bench.clear_faults();
    bench.advance(Duration::from_mins(1));
    let found = Told::of(&bench.ask(&asked));
    assert_eq!(found.outcome, "found");
    let rows = rusqlite::Connection::open(bench.journal()).unwrap();
    // The key's row goes back to the attempt, and the campaign's row is damaged.
    let mine = "UPDATE journal SET entry = 'x' WHERE created = (SELECT max(created) FROM journal)";
    assert_eq!(rows.execute(mine, []).unwrap(), 1);
    let first = bench.clock.since_epoch().as_secs() - 100;
    let sent = format!(
        r#"{{"stage":"sent","known":[],"knows_all":true,"tiktok_time":null,"first":{first},"last":{first},"round":0}}"#
    );
    let other = "UPDATE journal SET entry = ?1, finished = 0, created = created - 100000 WHERE entry != 'x'";
    assert_eq!(rows.execute(other, [sent]).unwrap(), 1);
    let creates_before = creates(&bench);
    let answer = bench.ask(&asked);
    let told = Told::of(&answer);
    assert_eq!(
        (&*told.outcome, told.found),
        ("unconfirmed", vec![found.id.unwrap()]),
        "{answer}"
    );
    assert_eq!(creates(&bench), creates_before);
}

/// Another request that holds the key for longer than this one waits.
#[test]
fn a_key_that_another_request_holds_is_in_progress() {
    let bench = bench();
    bench.fault(json!({ "endpoint": "campaign_create", "nth": 1, "kind": { "slow_ms": 1_500 } }));
    let asked = request(NAME, Some(KEY));
    let second = async {
        let wall = Clock::system();
        while bench.ids(NAME).is_empty() {
            wall.sleep(Duration::from_millis(1)).await;
        }
        bench.answer(&asked).await
    };
    let (first, second) = bench.runtime.block_on(join(bench.answer(&asked), second));
    let told = Told::of(&second);
    assert_eq!(
        (&*told.outcome, told.code.as_deref()),
        ("processing", Some("in_progress")),
        "{second}"
    );
    assert!(
        told.retryable && second["result"]["retry_after"].is_u64(),
        "{second}"
    );
    assert_eq!(Told::of(&first).id.as_ref(), bench.ids(NAME).first());
}

/// Without its journal, a request with a key sends nothing.
#[test]
fn a_journal_that_cannot_be_used_creates_nothing() {
    let bench = bench();
    fs::create_dir(bench.journal()).unwrap();
    let answer = bench.ask(&request(NAME, Some(KEY)));
    let told = Told::of(&answer);
    assert_eq!(
        (&*told.outcome, told.code.as_deref()),
        ("unconfirmed", Some("state_unavailable")),
        "{answer}"
    );
    assert!(
        answer["result"]["message"]
            .as_str()
            .unwrap()
            .contains("This request created nothing"),
        "{answer}"
    );
    assert_eq!(bench.calls("/").len(), 0);
    assert!(Told::of(&bench.ask(&request(NAME, None))).is_made());
}
