//! Whether results can still be written: a post whose result nobody will get is not begun.

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The place that results go to, seen from those whose work ends there. Clones share one state.
#[derive(Clone, Default)]
pub struct Outlet(Arc<Inner>);

#[derive(Default)]
struct Inner {
    is_closed: AtomicBool,
    probe: Option<Box<Probe>>,
}

/// Looks whether the place takes more; an error is the reason why not.
pub type Probe = dyn Fn() -> io::Result<()> + Send + Sync;

impl Outlet {
    /// An outlet that is open as long as `probe` says so.
    pub fn probed_by(probe: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            is_closed: AtomicBool::new(false),
            probe: Some(Box::new(probe)),
        }))
    }

    /// Closes it for good.
    pub fn close(&self) {
        self.0.is_closed.store(true, Ordering::SeqCst);
    }

    /// The reason why nothing more can be written, where there is one.
    pub fn check(&self) -> io::Result<()> {
        if self.0.is_closed.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.0.probe.as_ref().map_or(Ok(()), |probe| probe())
    }

    /// Whether more can be written, as far as can be seen.
    pub fn is_open(&self) -> bool {
        self.check().is_ok()
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outlet(open: {})", self.is_open())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_is_open_until_it_is_closed_or_its_probe_fails() {
        let outlet = Outlet::default();
        let elsewhere = outlet.clone();
        assert!(outlet.is_open());
        elsewhere.close();
        assert!(!outlet.is_open(), "clones share one state");
        let full = Outlet::probed_by(|| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(full.check().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
