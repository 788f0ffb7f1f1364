//! Parts of idempotency that all integrations share: the lease of a key, the journal's share of a request's time, and
//! the canonical form of inputs.

mod budget;
mod derived;
mod held;
mod inputs;

pub use derived::derived_key;

pub(in crate::integrations) use budget::JournalBudget;
pub(in crate::integrations) use held::{BEAT, LEASE, while_held};
pub(in crate::integrations) use inputs::{
    KEY, canonical_without, canonical_work, digests, has_null_key, is_keyed,
};
