//! Codes of the errors that a command reports itself, before TikTok is asked; listed in docs/terminal.md#error-codes.

use super::Exit;

/// Code of an error that is not an action's.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli) struct FaultCode {
    /// Word for programs, which stays the same.
    pub(in crate::cli) word: &'static str,
    /// Exit code of the command.
    pub(in crate::cli) exit: Exit,
    /// The problem, in a few words.
    pub(in crate::cli) meaning: &'static str,
    /// Next step.
    pub(in crate::cli) remedy: &'static str,
}

/// Declares a static for each code, and `ALL`, which lists them in order.
macro_rules! codes {
    ($($name:ident: $word:literal, $exit:ident, $meaning:literal, $remedy:literal;)*) => {
        $(
            #[doc = $meaning]
            pub(in crate::cli) static $name: FaultCode = FaultCode {
                word: $word,
                exit: Exit::$exit,
                meaning: $meaning,
                remedy: $remedy,
            };
        )*

        /// Every code, in the order of the documentation.
        #[cfg(test)]
        static ALL: &[&FaultCode] = &[$(&$name),*];
    };
}

codes! {
    USAGE_ERROR: "usage_error", Usage,
        "The command line is wrong",
        "Correct the option that the message names; --help lists the allowed ones.";
    CONFIRMATION_REQUIRED: "confirmation_required", Usage,
        "A deletion or revocation needs --yes where nobody can be asked",
        "Check what the message names, then add --yes.";
    NOT_CONFIRMED: "not_confirmed", Failed,
        "The question was not answered with yes; nothing was sent",
        "Run the command again and answer y.";
    INPUTS_INVALID: "inputs_invalid", Input,
        "Inputs do not match the schema of the action; `errors` has a member for each",
        "Correct the inputs that `errors` names.";
    OUTPUT_INVALID: "output_invalid", Failed,
        "The result does not match the schema of the action; it may have taken effect",
        "Report the fault with the log id.";
    INVALID_JSON: "invalid_json", Input,
        "A value that should be JSON is not, or not of the right kind",
        "Correct the JSON at the place that the message names.";
    INPUTS_CONFLICT: "inputs_conflict", Input,
        "Two inputs exclude each other",
        "Give one of them.";
    REQUEST_TOO_LARGE: "request_too_large", Input,
        "The JSON has more than 16 MiB",
        "Give files by their paths instead of as base64.";
    FILE_UNREADABLE: "file_unreadable", Input,
        "A file or stream cannot be read",
        "Check the path and the permissions of the file.";
    FILE_CHANGED: "file_changed", Input,
        "The file was changed while it was read; nothing was sent",
        "Run the command again when the file is complete.";
    FILE_FOR_URL: "file_for_url", Input,
        "A file was given where TikTok takes a public https URL",
        "Give a URL, or the file in another way that the message names.";
    URL_FOR_FILE: "url_for_file", Input,
        "A URL was given where a file is expected",
        "Give the URL with the option that the message names.";
    STREAM_TOO_LARGE: "stream_too_large", Input,
        "A stream has more bytes than one may have",
        "Store it in a file and give its path: a file may be larger.";
    NO_ROOM: "no_room", Input,
        "A stream does not fit into the temporary storage",
        "Free space in TMPDIR, or raise --spool-max.";
    MISSING_TOKEN: "missing_token", Access,
        "No token is given, and no login is stored",
        "Run `autohive-tiktok auth login`, or set the variables that the message names.";
    MALFORMED_TOKEN: "malformed_token", Access,
        "A variable or file holds something that cannot be a token, an app or an ad account",
        "Correct the variable or file that the message names.";
    ACCOUNT_MISSING: "account_missing", Access,
        "No stored login has the name of --account",
        "`autohive-tiktok auth status` lists the names; `autohive-tiktok auth login --account NAME` adds one.";
    ACCOUNT_AMBIGUOUS: "account_ambiguous", Access,
        "Several logins are stored, and none is the default",
        "Choose one with --account NAME, or set a default with `autohive-tiktok auth default`.";
    ACCOUNT_STORE: "account_store", Access,
        "The stored logins cannot be used: their file or the keyring is damaged, locked or not readable",
        "Follow the message; `autohive-tiktok auth status` checks the store.";
    ACCOUNT_NAME_INVALID: "account_name_invalid", Usage,
        "The name of --account cannot be one",
        "`autohive-tiktok auth status` lists the names.";
    OTHER_API_BASE: "other_api_base", Access,
        "The login was made at another API base; its token is sent nowhere else",
        "Set the base that the message names, or sign in again.";
    REFRESH_TOKEN_MISSING: "refresh_token_missing", Access,
        "The login has expired and has no refresh token",
        "Sign in again with `autohive-tiktok auth login`.";
    REFRESH_TOKEN_EXPIRED: "refresh_token_expired", Access,
        "The login has expired, and so has its refresh token",
        "Sign in again with `autohive-tiktok auth login`.";
    TOKEN_NEVER_EXPIRES: "token_never_expires", Access,
        "The token of the login does not expire, so it cannot be refreshed",
        "Use the login as it is.";
    LOGIN_REFUSED: "login_refused", Access,
        "TikTok refused a token, or a call that signs in, refreshes or revokes; `tiktok_code` has its code",
        "Follow the message; usually the account has to sign in again.";
    LOGIN_LIMITED: "login_limited", Limited,
        "TikTok refused a call that signs in, refreshes or revokes, because there were too many; `tiktok_code` has its code",
        "Wait a minute, then run the same command again.";
    LOGIN_UNAVAILABLE: "login_unavailable", Remote,
        "TikTok could not sign in, refresh or revoke because of a fault of its own; `tiktok_code` has its code",
        "Wait a minute, then run the same command again.";
    SIGN_IN_DECLINED: "sign_in_declined", Access,
        "The owner of the account declined the sign-in, or TikTok did; `tiktok_code` has its code, if it gave one",
        "Start the sign-in again, and agree on TikTok's page.";
    REDIRECT_INVALID: "redirect_invalid", Input,
        "What was pasted or received is not the answer to this sign-in",
        "Paste the whole address to which TikTok redirected the browser.";
    INPUT_ENDED: "input_ended", Input,
        "Standard input ended before the address of the browser was pasted",
        "Start the sign-in again, and write the address to its standard input.";
    PORT_UNUSABLE: "port_unusable", Failed,
        "The port of the redirect address is in use or cannot be listened on",
        "End the process that uses it, or give another --port that is registered for the app.";
    ADVERTISER_UNKNOWN: "advertiser_unknown", Access,
        "The token of the login does not reach the ad account of --advertiser-id",
        "Give one of the ad accounts that `autohive-tiktok auth status --json` lists.";
    APP_MISSING: "app_missing", Access,
        "The login has expired, and its app is not known",
        "Set the variable that the message names.";
    APP_SECRET_MISSING: "app_secret_missing", Access,
        "The login has expired, and the secret of its app is not stored",
        "Set the variable that the message names.";
    NOT_IN_SANDBOX: "not_in_sandbox", Access,
        "--sandbox was given with a login of production",
        "Leave --sandbox out, or store a token of the sandbox.";
    OTHER_AD_ACCOUNT: "other_ad_account", Access,
        "The variable with the ad account names another one than the login",
        "Unset the variable, or give --advertiser-id.";
    ADVERTISER_ID_MISSING: "advertiser_id_missing", Access,
        "The login has several ad accounts, and none is chosen",
        "Choose one with `autohive-tiktok auth default --advertiser-id ID`, or give --advertiser-id.";
    TIMEOUT: "timeout", Remote,
        "The time of --deadline passed before anything was sent, or that of --timeout before the sign-in ended",
        "Give more time; the message says what was waited for.";
    RECORD_MISSING: "record_missing", Failed,
        "`journal` has no record of this ID, key or account",
        "`autohive-tiktok journal list` shows the records.";
    RECORD_RUNNING: "record_running", Failed,
        "`journal forget` left records whose requests are running",
        "Wait until the requests have ended, then run the same command again.";
    STATE_UNAVAILABLE: "state_unavailable", Failed,
        "The state cannot be read or changed",
        "`autohive-tiktok doctor` tells location and reason.";
    NETWORK_ERROR: "network_error", Remote,
        "TikTok did not answer a call that signs in, refreshes or revokes",
        "Check the connection, then run the same command again.";
    INTERRUPTED: "interrupted", Failed,
        "The command was stopped; the message says what was done before",
        "Run the same command again.";
    INTERNAL_ERROR: "internal_error", Failed,
        "This machine or this program failed",
        "Follow the message; if it names no cause, report the fault.";
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path, process::ExitCode};

    use super::*;

    #[test]
    fn the_documentation_lists_exactly_these_codes() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/terminal.md");
        let page = fs::read_to_string(page).unwrap();
        let (_, section) = page.split_once("## Error codes").expect("a section Error codes");
        let section = section.split("\n## ").next().unwrap_or_default();
        let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<String> = ALL
            .iter()
            .map(|code| format!("| `{}` | {} | {} |", code.word, number(code.exit), code.meaning))
            .collect();
        assert_eq!(
            rows,
            expected,
            "the table in docs/terminal.md should be:\n{}",
            expected.join("\n")
        );
    }

    /// The exit code as a number, from its text.
    fn number(exit: Exit) -> String {
        let shown = format!("{:?}", ExitCode::from(exit));
        shown.chars().filter(char::is_ascii_digit).collect()
    }

    #[test]
    fn the_words_are_distinct() {
        let words: BTreeSet<&str> = ALL.iter().map(|code| code.word).collect();
        assert_eq!(words.len(), ALL.len());
    }
}
