//! Page that the browser shows after the redirect: self-contained, without scripts, token and code. Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

/// Page with the result of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultPage<'a> {
    /// Whether the account is signed in.
    pub is_success: bool,
    /// Heading.
    pub title: &'a str,
    /// Sentences below it.
    pub text: &'a [String],
}

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#d0d4da;--good:#0a7d4f;--bad:#b3261e}\
@media(prefers-color-scheme:dark){:root{--line:#3c4148;--good:#4cc38a;--bad:#ff8a80}}\
body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center}\
main{max-width:34rem;margin:1rem;padding:1.5rem 2rem;border:1px solid var(--line);border-radius:12px}\
h1{font-size:1.35rem;margin:0 0 .75rem}.good h1{color:var(--good)}.bad h1{color:var(--bad)}\
p{margin:.5rem 0;overflow-wrap:anywhere}footer{margin-top:1.25rem;font-size:.85rem;opacity:.7}";

impl ResultPage<'_> {
    /// Complete HTTP response.
    pub(super) fn response(&self) -> Vec<u8> {
        let status = if self.is_success {
            "200 OK"
        } else {
            "400 Bad Request"
        };
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        let html = self.html();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
             Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n{html}",
            html.len()
        )
        .into_bytes()
    }

    fn html(&self) -> String {
        let class = if self.is_success { "good" } else { "bad" };
        let text: Vec<String> = self
            .text
            .iter()
            .map(|sentence| format!("<p>{}</p>", escaped(sentence)))
            .collect();
        let title = escaped(self.title);
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head><body>\
             <main class=\"{class}\"><h1>{title}</h1>{}<footer>autohive-tiktok</footer></main></body></html>\n",
            text.concat()
        )
    }
}

/// Short plain answer to a request that is not the redirect.
pub(super) fn plain(status: u16) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} \r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n\r\n"
    )
    .into_bytes()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_nothing_is_loaded_or_run() {
        let page = ResultPage {
            is_success: false,
            title: "Not signed in",
            text: &["<script>alert(1)</script> \"a\" & 'b'".to_owned()],
        };
        let response = String::from_utf8(page.response()).unwrap();
        let (head, html) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("default-src 'none'; style-src 'sha256-"), "{head}");
        assert!(
            head.contains(&format!("Content-Length: {}\r\n", html.len())),
            "{head}"
        );
        assert!(
            html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;a&quot; &amp; &#39;b&#39;"),
            "{html}"
        );
        for loading in [
            "<script", "src=", "href=", "url(", "@import", "http://", "https://",
        ] {
            assert!(!html.contains(loading), "{loading}: {html}");
        }
    }
}
