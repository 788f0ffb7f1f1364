//! Text as a word of a command line.

/// A path or another text as one word of a shell's command line, quoted where a shell needs it.
pub fn shell_word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+:@,%".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_one_word() {
        for (text, word) in [
            ("/var/lib/state.db", "/var/lib/state.db"),
            ("/home/me/a b", "'/home/me/a b'"),
            ("it's", r"'it'\''s'"),
            ("$(x);*", "'$(x);*'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }
}
