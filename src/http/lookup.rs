//! DNS lookups that return permitted addresses only, so that no connection can reach any other.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs as _},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use tokio::{sync::Semaphore, task::spawn_blocking};
use tracing::{info, warn};

use super::guard::judge;
use crate::model::{Reach, Standing};

/// Future of the addresses of a name.
pub(super) type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Source of the addresses of a name.
pub(super) trait Lookup: Send + Sync {
    /// Looks up all addresses of `host`, permitted or not.
    fn addresses(&self, host: &str) -> Found;
}

/// Maximum number of concurrent system lookups, including abandoned ones. The system's lookup cannot be
/// cancelled: without a limit, names that are never answered would occupy all threads.
const LOOKUPS_MAX: usize = 32;

/// Lookup by the operating system.
#[derive(Debug)]
pub(super) struct SystemLookup(Arc<Semaphore>);

impl Default for SystemLookup {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LOOKUPS_MAX)))
    }
}

impl Lookup for SystemLookup {
    fn addresses(&self, host: &str) -> Found {
        let (host, threads) = (host.to_owned(), Arc::clone(&self.0));
        Box::pin(async move {
            let thread = threads.acquire_owned().await.map_err(io::Error::other)?;
            let look = move || {
                let found = (host.as_str(), 0).to_socket_addrs();
                drop(thread);
                found
            };
            let found = spawn_blocking(look).await.map_err(io::Error::other)??;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Addresses of a host by the operating system's lookup, for a check of the installation.
pub async fn addresses(host: &str) -> io::Result<Vec<IpAddr>> {
    SystemLookup::default().addresses(host).await
}

/// Lookup that drops forbidden addresses from every answer.
pub(super) struct Guarded {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) reach: Reach,
    pub(super) standing: Standing,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, reach, standing) = (
            self.lookup.addresses(name.as_str()),
            self.reach.clone(),
            self.standing,
        );
        Box::pin(async move {
            let host = name.as_str();
            let found = found.await.unwrap_or_else(|error| {
                info!(host, %error, "a media host could not be resolved");
                Vec::new()
            });
            let permitted = permitted(&found, |address| judge(&reach, standing, address));
            permitted.map_err(|kind| {
                // The error is the same in both cases, else a caller could probe for names of an internal network.
                if let Some(kind) = kind {
                    warn!(host, %kind, "a media host was not contacted because of its address");
                }
                NotResolved::NotPermitted.into()
            })
        })
    }
}

/// Lookup for the API: `localhost` must be this machine, even if a hosts file maps it elsewhere, because the
/// token is sent there unencrypted.
pub(super) struct LoopbackLocalhost(pub(super) Arc<dyn Lookup>);

impl Resolve for LoopbackLocalhost {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.0.addresses(name.as_str());
        Box::pin(async move {
            let found = found.await?;
            let is_localhost = name.as_str().eq_ignore_ascii_case("localhost");
            let judge = |address: IpAddr| {
                if is_localhost && !address.is_loopback() {
                    Err(())
                } else {
                    Ok(())
                }
            };
            Ok(permitted(&found, judge).map_err(|_forbidden| NotResolved::NotThisMachine)?)
        })
    }
}

/// Addresses that `judge` permits; if it permits none, its error for the first, or `None` without an address.
fn permitted<E>(found: &[IpAddr], judge: impl Fn(IpAddr) -> Result<(), E>) -> Result<Addrs, Option<E>> {
    let fine: Vec<SocketAddr> = found
        .iter()
        .filter(|address| judge(**address).is_ok())
        .map(|address| SocketAddr::new(*address, 0))
        .collect();
    if fine.is_empty() {
        Err(found.iter().find_map(|address| judge(*address).err()))
    } else {
        Ok(Box::new(fine.into_iter()))
    }
}

/// Error: a name without an address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotResolved {
    /// No address, or no permitted address.
    NotPermitted,
    /// `localhost` with addresses of other machines.
    NotThisMachine,
}

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPermitted => "the name has no address that may be connected to",
            Self::NotThisMachine => "localhost does not resolve to this machine",
        })
    }
}

impl Error for NotResolved {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::guard::AddressKind;

    #[track_caller]
    fn check(found: &[&str], expected: Result<&[&str], Option<AddressKind>>) {
        let found: Vec<IpAddr> = found.iter().map(|text| text.parse().unwrap()).collect();
        let kept = permitted(&found, |address| {
            judge(&Reach::internet(), Standing::Public, address)
        });
        let kept = kept.map(|kept| kept.map(|it| it.ip().to_string()).collect::<Vec<_>>());
        assert_eq!(
            kept,
            expected.map(|kept| kept.iter().map(ToString::to_string).collect()),
            "{found:?}"
        );
    }

    #[test]
    fn only_permitted_addresses_are_left() {
        check(&["8.8.8.8", "2606:2800::1"], Ok(&["8.8.8.8", "2606:2800::1"]));
        check(&["10.0.0.1", "8.8.8.8", "fd00:ec2::254"], Ok(&["8.8.8.8"]));
        check(&["169.254.169.254", "10.0.0.1"], Err(Some(AddressKind::Metadata)));
        check(&[], Err(None));
    }

    /// Lookup with a fixed answer.
    struct Always(&'static [&'static str]);

    impl Lookup for Always {
        fn addresses(&self, _: &str) -> Found {
            let found: Vec<IpAddr> = self.0.iter().map(|text| text.parse().unwrap()).collect();
            let answer = if found.is_empty() {
                Err(io::Error::other("no such name"))
            } else {
                Ok(found)
            };
            Box::pin(async move { answer })
        }
    }

    /// Log in memory.
    #[derive(Clone, Default)]
    struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The error is the same in all cases; only the log distinguishes them.
    #[tokio::test]
    async fn the_kind_is_for_the_log() {
        for (found, logged) in [
            (&[][..], "no such name"),
            (&["10.0.0.1"], "a private address"),
            (&["::1"], "a loopback address"),
        ] {
            let log = Log::default();
            let kept = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_writer(move || kept.clone())
                .finish();
            let guarded = Guarded {
                lookup: Arc::new(Always(found)),
                reach: Reach::internet(),
                standing: Standing::Public,
            };
            let guard = tracing::subscriber::set_default(subscriber);
            let error = guarded
                .resolve("cdn.example.com".parse().unwrap())
                .await
                .err()
                .unwrap();
            drop(guard);
            assert_eq!(
                error.to_string(),
                NotResolved::NotPermitted.to_string(),
                "{found:?}"
            );
            let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
            assert!(log.contains(logged) && log.contains("cdn.example.com"), "{log}");
        }
    }

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let found = SystemLookup::default().addresses("localhost").await.unwrap();
        assert!(
            !found.is_empty() && found.iter().all(IpAddr::is_loopback),
            "{found:?}"
        );
        assert!(
            SystemLookup::default()
                .addresses("nowhere.invalid")
                .await
                .is_err()
        );
    }
}
