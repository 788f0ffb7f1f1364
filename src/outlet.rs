//! Destination of the results. No post begins once its result could not be read.

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Destination of the results, seen from the actions. Clones share its state.
#[derive(Clone, Default)]
pub struct Outlet(Arc<OutletState>);

#[derive(Default)]
struct OutletState {
    is_closed: AtomicBool,
    probe: Option<Box<Probe>>,
}

/// Check whether the destination accepts more results; the error is the reason that it does not.
pub type Probe = dyn Fn() -> io::Result<()> + Send + Sync;

impl Outlet {
    /// An outlet that is open until `probe` fails.
    pub fn probed_by(probe: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(OutletState {
            is_closed: AtomicBool::new(false),
            probe: Some(Box::new(probe)),
        }))
    }

    /// Closes it for good.
    pub fn close(&self) {
        self.0.is_closed.store(true, Ordering::SeqCst);
    }

    /// Checks whether more can be written. The error is the reason that it cannot.
    pub fn check(&self) -> io::Result<()> {
        if self.0.is_closed.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.0.probe.as_ref().map_or(Ok(()), |probe| probe())
    }

    /// True if [`Self::check`] finds nothing against it.
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
