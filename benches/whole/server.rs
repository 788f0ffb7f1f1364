//! Servers in processes of their own.

use std::{
    io::{self, Write as _},
    thread,
};

use tokio::sync::oneshot;

use super::Result;

/// Starts a server with `start`, prints its address, and serves until standard input ends, which is also the end of the
/// process that started this one.
pub(super) fn serve<S>(start: impl Future<Output = Result<(String, S)>>) -> Result<()> {
    let (report_end, end) = oneshot::channel::<()>();
    drop(thread::spawn(move || {
        drop(io::copy(&mut io::stdin(), &mut io::sink()));
        drop(report_end);
    }));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (address, _server) = start.await?;
        writeln!(io::stdout(), "{address}")?;
        // The sender is dropped at the end.
        drop(end.await);
        Ok(())
    })
}
