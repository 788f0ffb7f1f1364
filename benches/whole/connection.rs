//! Minimal HTTP/1.1 client over one loopback connection.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use reqwest::Url;
use serde_json::Value;

use super::Result;

/// A connection to one address.
#[derive(Debug)]
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    target: String,
}

impl Connection {
    pub(super) fn open(url: &str) -> Result<Self> {
        let url: Url = url.parse()?;
        let address = url
            .socket_addrs(|| None)?
            .first()
            .copied()
            .ok_or("the address has no host")?;
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let target = url.query().map_or_else(
            || url.path().to_owned(),
            |query| format!("{}?{query}", url.path()),
        );
        Ok(Self {
            stream: BufReader::new(stream),
            target,
        })
    }

    /// Sends the head of a request; each of `headers` ends with a line break.
    pub(super) fn begin(&mut self, method: &str, headers: &str) -> Result<()> {
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n",
            self.target
        );
        self.write(head.as_bytes())
    }

    /// Sends bytes of the body.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.get_mut().write_all(bytes)?)
    }

    /// Status and body of the response.
    pub(super) fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let mut status = String::new();
        self.stream.read_line(&mut status)?;
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.stream.read_line(&mut header)?;
            let Some((name, value)) = header.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status.split(' ').nth(1).unwrap_or_default().parse()?, body))
    }
}

/// Sends one request with a JSON response.
pub(super) fn ask(method: &str, url: &str, headers: &str, body: &str) -> Result<Value> {
    let mut connection = Connection::open(url)?;
    connection.begin(method, &format!("{headers}Content-Length: {}\r\n", body.len()))?;
    connection.write(body.as_bytes())?;
    match connection.answer()? {
        (200, body) => Ok(serde_json::from_slice(&body)?),
        (status, body) => Err(format!("{url} answered {status}: {}", String::from_utf8_lossy(&body)).into()),
    }
}
