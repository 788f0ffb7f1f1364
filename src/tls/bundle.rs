//! Certificates of a PEM file.

use base64::{
    Engine as _,
    engine::{GeneralPurposeConfig, Simd},
};
use memchr::memmem;
use rustls::pki_types::CertificateDer;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// Certificates in the text of a PEM file. Blocks that are not base64 are left out.
///
/// A file of 144 certificates takes a tenth of the instructions that the parser of `rustls-pki-types` takes, whose base64
/// decoder runs in constant time for the sake of private keys.
pub(super) fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    let engine = Simd::standard(GeneralPurposeConfig::new());
    let mut text = Vec::new();
    let blocks = memmem::find_iter(pem, BEGIN).filter_map(|start| {
        let body = pem.get(start + BEGIN.len()..)?;
        let body = body.get(..memmem::find(body, END)?)?;
        text.clear();
        let mut rest = body;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            text.extend_from_slice(rest.get(..end)?.trim_ascii());
            rest = rest.get(end + 1..)?;
        }
        text.extend_from_slice(rest.trim_ascii());
        Some(engine.decode(&text).ok()?.into())
    });
    blocks.collect()
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn pem(der: &[u8], width: usize, newline: &str) -> String {
        let text = BASE64_STANDARD.encode(der);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(width)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        format!(
            "# A comment{newline}-----BEGIN CERTIFICATE-----{newline}{}{newline}-----END CERTIFICATE-----{newline}",
            lines.join(newline)
        )
    }

    #[test]
    fn a_broken_block_costs_no_other() {
        let text = [
            pem(b"one", 64, "\n"),
            "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n".to_owned(),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(),
            pem(b"two", 64, "\r\n"),
            "-----BEGIN CERTIFICATE-----\nAAAA".to_owned(),
        ]
        .concat();
        let found = certificates(text.as_bytes());
        assert_eq!(
            found,
            [
                CertificateDer::from_slice(b"one"),
                CertificateDer::from_slice(b"two")
            ]
        );
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            all in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..400), 0..5),
            width in 1_usize..100,
            newline in prop::sample::select(vec!["\n", "\r\n"]),
        ) {
            let text: String = all.iter().map(|der| pem(der, width, newline)).collect();
            let found = certificates(text.as_bytes());
            prop_assert_eq!(found.iter().map(AsRef::as_ref).collect::<Vec<&[u8]>>(), all);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut text = BEGIN.to_vec();
            text.extend(&bytes);
            let _found = certificates(&text);
        }
    }
}
