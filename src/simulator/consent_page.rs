//! A consent page for a browser, of no API: a list of permissions that can be unticked, and two links. Without scripts.

use url::Url;

use super::{head::RequestHead, reply::ServerReply};

/// Parameter with the answer of the person, `agree` or `decline`.
const ANSWER: &str = "simulated_answer";

/// Parameter with the permissions that the person has unticked.
const DECLINED: &str = "simulated_declined";

/// The styles of this page are the only ones that it may use.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Answer of the person on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConsentDecision {
    Agreed,
    Declined,
}

/// The answer in the address, if there is one.
pub(super) fn decision(head: &RequestHead) -> Option<ConsentDecision> {
    match head.parameter(ANSWER)? {
        "agree" => Some(ConsentDecision::Agreed),
        "decline" => Some(ConsentDecision::Declined),
        _ => None,
    }
}

/// Names that the person has unticked.
pub(super) fn declined(head: &RequestHead) -> Vec<String> {
    let names = head.parameter(DECLINED).unwrap_or_default().split(',');
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The page for a request at `path`, for `who` and these permissions.
pub(super) fn page(head: &RequestHead, path: &str, who: &str, permissions: &[String]) -> ServerReply {
    let unticked = declined(head);
    let rows = permissions.iter().map(|name| {
        let mut others: Vec<&str> = unticked
            .iter()
            .map(String::as_str)
            .filter(|other| other != name)
            .collect();
        let is_ticked = others.len() == unticked.len();
        if is_ticked {
            others.push(name);
        }
        let link = link(head, path, &others.join(","), None);
        let mark = if is_ticked { "☑" } else { "☐" };
        format!("<li><a href=\"{link}\">{mark} {}</a></li>", escaped(name))
    });
    let all = unticked.join(",");
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Simulated TikTok</title><style>body{{font:16px/1.6 \
         sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem}}ul{{list-style:none;padding:0}}a{{color:inherit}}\
         .b{{display:inline-block;padding:.5rem 1.5rem;border:1px solid;margin-right:1rem;text-decoration:none}}</style>\
         <h1>Simulated TikTok</h1><p>An app asks for access to the account of <b>{}</b>.</p><ul>{}</ul><p><a class=b \
         id=agree href=\"{}\">Continue</a><a class=b id=decline href=\"{}\">Cancel</a></p></html>",
        escaped(who),
        rows.collect::<String>(),
        link(head, path, &all, Some("agree")),
        link(head, path, &all, Some("decline")),
    );
    ServerReply::html(200, &html)
        .with_header("content-security-policy", POLICY)
        .with_header("content-type", "text/html; charset=utf-8")
}

/// The same request with another choice, as the value of an attribute.
fn link(head: &RequestHead, path: &str, declined: &str, answer: Option<&str>) -> String {
    let Ok(mut url) = Url::parse("http://localhost") else {
        return String::new();
    };
    url.set_path(path);
    let own = |name: &str| name == ANSWER || name == DECLINED;
    let rest = head.query.iter().filter(|(name, _)| !own(name));
    url.query_pairs_mut()
        .extend_pairs(rest)
        .append_pair(DECLINED, declined);
    if let Some(answer) = answer {
        url.query_pairs_mut().append_pair(ANSWER, answer);
    }
    let query = url.query().unwrap_or_default();
    escaped(&format!("{path}?{query}"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
