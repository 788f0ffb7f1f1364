//! Random texts of a sign-in: `state` and the verifier of PKCE.

use getrandom::Error;

use crate::model::Hex;

/// 64 random hexadecimal digits (256 bits), which are also a valid verifier.
pub fn nonce() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Hex(&bytes).to_string())
}
