//! The lease of a key, renewed while its holder works.

use std::time::Duration;

use crate::clock::Clock;

/// Lifetime of a lease that is not renewed. If a holder stalls for longer, another request may take the key over, and
/// the first holder sends nothing more.
pub(in crate::integrations) const LEASE: Duration = Duration::from_mins(1);

/// Interval between renewals of the lease while the post is made.
pub(in crate::integrations) const BEAT: Duration = Duration::from_secs(20);

/// Runs `work` and calls `hold` at every `beat` meanwhile, so that no other request takes the key from a live holder.
///
/// Both run concurrently: a renewal takes as long as the store takes, and may need a resource that `work` holds.
pub(in crate::integrations) async fn while_held<T, H>(
    clock: &Clock,
    beat: Duration,
    hold: impl Fn() -> H + Send + Sync,
    work: impl Future<Output = T> + Send,
) -> T
where
    H: Future<Output = ()> + Send,
{
    let beats = async {
        loop {
            clock.heartbeat_sleep(beat).await;
            hold().await;
        }
    };
    tokio::pin!(work, beats);
    tokio::select! {
        biased;
        answer = work => answer,
        never = beats => never,
    }
}
