//! Domain types: a value that exists is valid.

mod advertising;
mod advice;
mod causes;
mod client_key;
mod decimal;
mod digest;
mod field_error;
mod hex;
mod identifiers;
mod outcome;
mod privacy;
mod public_url;
mod quantity;
mod rate;
mod reach;
mod scope;
mod shell_word;
mod text;
mod unfilled;
mod utc;

pub use advertising::{
    AdGroupId, AdId, AdvertiserId, Amount, AppId, CampaignId, Flag, NumericId, PageId, PixelId, Whole, Word,
};
pub use advice::Advice;
pub use causes::with_causes;
pub use client_key::ClientKey;
pub use decimal::Decimal;
pub use digest::{AccountHash, Fingerprint, JournalAccount, JournalKey, JournalPlace, Namespace};
pub use field_error::FieldError;
pub use hex::{Hex, from_hex};
pub use identifiers::{LogId, PostId, PublishId, PublishIdFault, VideoId, VideoIdFault};
pub use outcome::Outcome;
pub use privacy::PrivacyLevel;
pub use public_url::{PublicUrl, PublicUrlFault};
pub use quantity::{ByteCount, Grouped};
pub use rate::{RateBucket, RateCounter, RateRefusal, RateWindow, SharedRates};
pub use reach::{MediaHost, MediaHostFault, Reach, Standing};
pub use scope::Scope;
pub use shell_word::shell_word;
pub use text::{Text, TextFault, check_text};
pub use unfilled::looks_unfilled;
pub use utc::UtcTime;

use serde_json::{Value, json};

/// Builds the schema of a newtype over a string.
///
/// Written by hand for each of them because schemars sees only the `String` behind a `try_from` (it would
/// silently drop every rule).
fn string_schema(rules: &Value) -> schemars::Schema {
    let mut schema = json!({ "type": "string" });
    if let (Some(schema), Some(rules)) = (schema.as_object_mut(), rules.as_object()) {
        schema.extend(rules.clone());
    }
    schemars::Schema::try_from(schema).unwrap_or_default()
}
