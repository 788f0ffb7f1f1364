//! Ids that look like secrets.

/// Treatment of long runs of letters and digits in a text, which are ids or tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// A long run of letters and digits may be a token.
    Suspect,
    /// A long run of letters and digits is the id of a run or a trace, unless it has the form of a token of
    /// the Marketing API.
    Expected,
    /// A long run of letters and digits is a digest, such as the 40 hexadecimal digits of a commit.
    Digests,
}
