//! Commercial disclosure of a post: its label and the declaration of consent
//! (docs/tiktok-open-api.md#content-sharing-guidelines, points 5 and 7).

/// Commercial relations that a post discloses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclosure {
    /// Paid partnership with a third party.
    pub branded_content: bool,
    /// Promotion of the creator's own business.
    pub own_brand: bool,
}

impl Disclosure {
    /// Label that TikTok shows on the post; `None` without a disclosure.
    pub const fn label(self) -> Option<&'static str> {
        match (self.branded_content, self.own_brand) {
            (true, _) => Some("Paid partnership"),
            (false, true) => Some("Promotional content"),
            (false, false) => None,
        }
    }

    /// Declaration that the user must see before the post.
    pub const fn consent(self) -> &'static str {
        if self.branded_content {
            "By posting, you agree to TikTok's Branded Content Policy \
             (https://www.tiktok.com/legal/page/global/bc-policy/en) and Music Usage Confirmation \
             (https://www.tiktok.com/legal/page/global/music-usage-confirmation/en)."
        } else {
            "By posting, you agree to TikTok's Music Usage Confirmation \
             (https://www.tiktok.com/legal/page/global/music-usage-confirmation/en)."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partnership_outweighs_an_own_brand() {
        let of = |branded_content, own_brand| Disclosure {
            branded_content,
            own_brand,
        };
        assert_eq!(of(true, true).label(), Some("Paid partnership"));
        assert_eq!(of(false, true).label(), Some("Promotional content"));
        assert_eq!(of(false, false).label(), None);
        assert!(
            of(true, false).consent().contains("bc-policy")
                && !of(false, true).consent().contains("bc-policy")
        );
    }
}
