//! A browser without a window: it opens addresses and follows redirects.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use url::Url;

/// Answer that the browser got.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Shown {
    #[track_caller]
    pub(crate) fn location(&self) -> String {
        let line = self.head.lines().find_map(|line| line.strip_prefix("location: "));
        line.unwrap_or_else(|| panic!("no redirect: {}", self.head))
            .to_owned()
    }
}

/// Opens an address.
#[track_caller]
pub(crate) fn get(url: &Url) -> Shown {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    send(
        &host,
        &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n"),
    )
}

/// Sends bytes to a host and reads all that it answers.
#[track_caller]
pub(crate) fn send(host: &str, request: &str) -> Shown {
    let mut stream = TcpStream::connect(host).unwrap();
    // The simulator keeps connections open.
    let request = request.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Shown {
        status: head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// Opens an address and follows redirects.
#[track_caller]
pub(crate) fn follow(url: &Url) -> Shown {
    let shown = get(url);
    if shown.status == 302 {
        return follow(&Url::parse(&shown.location()).unwrap());
    }
    shown
}
