//! Names into addresses, of which only permitted ones come out: a connection can go to nothing else.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::{Kind, judge};
use crate::model::Reach;

/// The addresses of a name, some time later.
pub(super) type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Asks for the addresses of a name.
pub(super) trait Lookup: Send + Sync {
    /// All of them, permitted or not.
    fn addresses(&self, host: &str) -> Found;
}

/// The operating system's.
#[derive(Debug)]
pub(super) struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, host: &str) -> Found {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A lookup from which forbidden addresses are taken out, each time that it is asked.
pub(super) struct Guarded {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) reach: Reach,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, reach) = (self.lookup.addresses(name.as_str()), self.reach);
        Box::pin(async move {
            let found = found.await.map_err(|_why| NotResolved::Unknown)?;
            Ok(permitted(reach, &found)?)
        })
    }
}

fn permitted(reach: Reach, found: &[IpAddr]) -> Result<Addrs, NotResolved> {
    let judged = || found.iter().map(|address| (judge(reach, *address), *address));
    let fine: Vec<SocketAddr> =
        judged().filter(|(judged, _)| judged.is_ok()).map(|(_, address)| SocketAddr::new(address, 0)).collect();
    match (fine.is_empty(), judged().find_map(|(judged, _)| judged.err())) {
        (false, _) => Ok(Box::new(fine.into_iter())),
        (true, Some(kind)) => Err(NotResolved::Forbidden(kind)),
        (true, None) => Err(NotResolved::Unknown),
    }
}

/// Why a name has no address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotResolved {
    /// It has none.
    Unknown,
    /// It has none but forbidden ones, of which this is the first.
    Forbidden(Kind),
}

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the name has no address"),
            Self::Forbidden(kind) => write!(f, "the name resolves to {kind}"),
        }
    }
}

impl Error for NotResolved {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &[&str], expected: Result<&[&str], NotResolved>) {
        let found: Vec<IpAddr> = found.iter().map(|text| text.parse().unwrap()).collect();
        let kept =
            permitted(Reach::Internet, &found).map(|kept| kept.map(|it| it.ip().to_string()).collect::<Vec<_>>());
        assert_eq!(kept, expected.map(|kept| kept.iter().map(ToString::to_string).collect()), "{found:?}");
    }

    #[test]
    fn only_permitted_addresses_are_left() {
        check(&["8.8.8.8", "2606:2800::1"], Ok(&["8.8.8.8", "2606:2800::1"]));
        check(&["10.0.0.1", "8.8.8.8", "fd00:ec2::254"], Ok(&["8.8.8.8"]));
        check(&["169.254.169.254", "10.0.0.1"], Err(NotResolved::Forbidden(Kind::Metadata)));
        check(&[], Err(NotResolved::Unknown));
    }
}
