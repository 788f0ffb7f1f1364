//! PKCE in TikTok's way: the challenge is the SHA-256 of the verifier in lowercase hexadecimal, not in base64url
//! (docs/tiktok-open-api.md#pkce).

use sha2::{Digest as _, Sha256};

use crate::{
    model::Hex,
    secret::{CodeVerifier, TokenFault},
};

/// Verifier and challenge of one sign-in.
#[derive(Debug, Clone)]
pub struct Pkce {
    /// Secret half, sent with the code.
    pub verifier: CodeVerifier,
    /// Public half, part of the consent page's address.
    pub challenge: String,
}

impl Pkce {
    /// Takes a verifier of 43 to 128 letters, digits and `-._~`.
    pub fn of(verifier: String) -> Result<Self, TokenFault> {
        let challenge = Hex(&Sha256::digest(&verifier)).to_string();
        let verifier = CodeVerifier::parse(verifier)?;
        Ok(Self { verifier, challenge })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test vector of docs/tiktok-open-api.md#pkce.
    #[test]
    fn the_challenge_is_lowercase_hexadecimal() {
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned()).unwrap();
        assert_eq!(
            pkce.challenge,
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"
        );
        assert!(!format!("{pkce:?}").contains("dBjft"));
    }
}
