//! Names into addresses, of which only permitted ones come out: a connection can go to nothing else.

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

/// The addresses of a name, some time later.
pub(super) type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Asks for the addresses of a name.
pub(super) trait Lookup: Send + Sync {
    /// All of them, permitted or not.
    fn addresses(&self, host: &str) -> Found;
}

/// Lookups of the system that run at the same time, those that nobody waits for any more included. The
/// system's lookup cannot be called off: without a bound, names that are never answered would take all
/// threads.
const LOOKUPS_MAX: usize = 32;

/// The operating system's.
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

/// A lookup from which forbidden addresses are taken out, each time that it is asked.
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
                info!(host, %error, "a media host was not resolved");
                Vec::new()
            });
            let permitted = permitted(&found, |address| judge(&reach, standing, address));
            permitted.map_err(|kind| {
                // A caller that could tell these two apart could find out the names of an internal network.
                if let Some(kind) = kind {
                    warn!(host, %kind, "a media host was not asked because of its address");
                }
                NotResolved::NotPermitted.into()
            })
        })
    }
}

/// A lookup for the API: `localhost` is this machine, whatever a hosts file says, since the token goes there
/// in clear.
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

/// The addresses that `judge` permits; else what is wrong with the first, where there is one.
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

/// A name without an address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotResolved {
    /// It has none, or none that may be connected to.
    NotPermitted,
    /// `localhost`, with other addresses than those of this machine.
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

    /// One answer to every question.
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

    /// A log that is kept.
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

    /// The error is the same, and the log tells them apart.
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
