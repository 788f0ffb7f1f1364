//! Codes of this program, for problems that it finds before, between and after its calls of TikTok.
//!
//! `timeout`, `network_error` and `unreadable_answer` are for calls that cannot have changed anything. If the
//! response to a call that writes was lost, the code is `outcome_unknown`.

mod ads;
mod connection;
mod outcome;
mod posting;
mod request;

pub use ads::*;
pub use connection::*;
pub use outcome::*;
pub use posting::*;
pub use request::*;

use self::{
    ads::ROWS as ADS, connection::ROWS as CONNECTION, outcome::ROWS as OUTCOME, posting::ROWS as POSTING,
    request::ROWS as REQUEST,
};
use super::Row;

/// Tables in the order in which a request can meet their codes.
pub(super) const TABLES: [&[&Row]; 5] = [REQUEST, POSTING, ADS, CONNECTION, OUTCOME];
