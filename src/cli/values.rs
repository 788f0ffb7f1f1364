//! Values of options: parsers and an example for each.
//!
//! No parser repeats a value that it refuses, because it may be a secret. The text of an error is the reason, if
//! any, and the allowed values.

use std::{ffi::OsStr, fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration};

use clap::{
    Arg, Command,
    builder::{PossibleValue, TypedValueParser},
};
use url::{ParseError, Url};

use super::since::Since;
use crate::{
    accounts::AccountName,
    http::never_allowed,
    integrations::{INTEGRATIONS, Integration},
    marketing_api::RateTier,
    model::{AdvertiserId, Amount, AppId, ByteCount, ClientKey, MediaHost, UtcTime},
    open_api::API_BASE,
    schema,
    secret::is_loopback,
    state::StateLocation,
};

/// A value of each option that takes one, by the option's name.
const EXAMPLES: [(&str, &str); 33] = [
    ("account", "work"),
    ("account-store", "file"),
    ("accounts-file", "/home/me/accounts.json"),
    ("ads-api-base", "https://sandbox-ads.tiktok.com"),
    ("ads-limits", "basic"),
    ("advertiser-id", "7310000000000000011"),
    ("allow-media-host", "minio.internal:9000"),
    ("api-base", API_BASE),
    ("app-id", "7300000000000000007"),
    ("client-key", "awexample0123456"),
    ("env-file", "sandbox.env"),
    ("filter", "draft"),
    ("format", "junit"),
    ("grace-ms", "5000"),
    ("integration", "tiktok"),
    ("jobs", "16"),
    ("log", "info"),
    ("log-format", "json"),
    ("max-daily-budget", "49.99"),
    ("moderation-ms", "0"),
    ("no-enable", "true"),
    ("out", "dist"),
    ("port", "8080"),
    ("processing-ms", "500"),
    ("program", "target/release/autohive-tiktok"),
    ("redirect-uri", "https://app.example/callback/"),
    ("root", "../autohive-tiktok"),
    ("scopes", "user.info.basic,video.publish"),
    ("secret-file", "/run/secrets/tiktok"),
    ("since", "12h"),
    ("spool-max", "2GiB"),
    ("state", "sqlite:/var/lib/autohive-tiktok/state.db"),
    ("timeout", "600"),
];

/// Example of a value for the option `--name`.
pub(super) fn example(name: &str) -> Option<&'static str> {
    let row = EXAMPLES.iter().find(|(option, _)| *option == name);
    row.map(|(_, value)| *value)
}

/// Smallest allowed maximum: the part of one video that is stored in memory.
const SPOOL_LEAST: ByteCount = ByteCount(1024 * 1024);

/// Reads a size such as `2GiB`.
pub(super) fn spool_max(text: &str) -> Result<ByteCount, String> {
    let size = ByteCount::parse(text).filter(|size| *size >= SPOOL_LEAST);
    size.ok_or_else(|| {
        "allowed: 1MiB or more, as a number of bytes or with KiB, MiB, GiB, TiB, kB, MB, GB or TB".to_owned()
    })
}

/// Reads a span such as `2d`, or a time in UTC.
pub(super) fn since(text: &str) -> Result<Since, String> {
    const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let text = text.trim();
    let ago = UNITS.iter().find_map(|(unit, seconds)| {
        let number = text.strip_suffix(*unit)?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse::<u64>().ok().filter(|_| is_number)?;
        number.checked_mul(*seconds).map(Duration::from_secs)
    });
    let at = || UtcTime::parse(text).or_else(|| UtcTime::parse(&format!("{text} 00:00:00")));
    ago.map(Since::Ago)
        .or_else(|| at().map(|time| Since::At(time.since_epoch())))
        .ok_or_else(|| {
            "allowed: a span such as 30m, 12h or 2d, a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z"
                .to_owned()
        })
}

/// Parser of a level of call limits such as `basic`.
pub(super) fn ads_limits() -> OneOf<RateTier> {
    OneOf::new(RateTier::ALL.map(|(name, _)| name).into(), named_limits)
}

fn named_limits(text: &str) -> Result<RateTier, String> {
    let level = RateTier::ALL
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    level.map(|(_, tier)| tier).ok_or_else(|| {
        let names = RateTier::ALL.map(|(name, _)| name);
        format!("allowed: {}", names.join(", "))
    })
}

/// Most digits of an amount: more are not exact.
const AMOUNT_DIGITS: usize = 15;

/// Reads a positive amount of money such as `49.99`.
pub(super) fn positive_amount(text: &str) -> Result<Amount, String> {
    let text = text.trim();
    let is_decimal = text.len() <= AMOUNT_DIGITS
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // Only a second point makes such a text unreadable.
    let value = text.parse().ok().filter(|value| is_decimal && *value > 0.0);
    value.and_then(Amount::new).ok_or_else(|| {
        format!(
            "allowed: an amount above 0 in the currency of the ad account, of at most {AMOUNT_DIGITS} characters, without \
             a currency, a sign or thousands separators"
        )
    })
}

/// Reads the value of a variable that stands for an option without a value.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err("allowed: true or false (also yes and no, on and off, 1 and 0)".to_owned()),
    }
}

/// Parser of whole numbers.
pub(super) fn within<T>(
    allowed: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text| {
        let read = text.parse().ok().filter(|number| allowed.contains(number));
        read.ok_or_else(|| {
            format!(
                "allowed: a whole number from {} to {}",
                allowed.start(),
                allowed.end()
            )
        })
    }
}

/// Longest time of an option.
const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;

/// Reads a time in milliseconds.
pub(super) fn milliseconds(text: &str) -> Result<u64, String> {
    let read = within(0..=LONGEST_MS)(text);
    read.map_err(|allowed| format!("{allowed} (24 hours)"))
}

/// Longest time of a call in seconds: the life of an upload address.
const CALL_MAX: u32 = 3600;

/// Reads the time of a call in seconds.
pub(super) fn seconds(text: &str) -> Result<u32, String> {
    within(1..=CALL_MAX)(text)
}

/// Parses the base URL of the API. The token is sent there, so it must be https; http is allowed only for this
/// machine.
///
/// An empty argument is refused, so that a script with an empty variable does not send its token to an
/// unintended address. An empty environment variable counts as unset (`cli::environment`).
pub(super) fn api_base(text: &str) -> Result<Url, String> {
    const ALLOWED: &str = "allowed: an https URL without user name, password or query, or such an http URL on this machine \
                           (127.0.0.1, [::1] or localhost)";
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(_) if text.is_empty() => return Err(ALLOWED.to_owned()),
        Err(ParseError::RelativeUrlWithoutBase) => {
            return Err(format!("it does not begin with https://; {ALLOWED}"));
        }
        Err(fault) => return Err(format!("it is not a URL ({fault}); {ALLOWED}")),
    };
    let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    match url.scheme() {
        "https" if is_plain => Ok(url),
        "http" if is_plain && is_loopback(&url) => Ok(url),
        _ => Err(ALLOWED.to_owned()),
    }
}

/// Parses a host from which media may be downloaded. Metadata services of clouds hold credentials, so they
/// are never allowed.
pub(super) fn media_host(text: &str) -> Result<MediaHost, String> {
    const ALLOWED: &str = "allowed: a host name or address with an optional port, such as 10.0.0.5 or [fd00::5]:9000, \
                           without https://, path or *";
    let host = MediaHost::parse(text.trim()).map_err(|_fault| ALLOWED.to_owned())?;
    match host.address().and_then(never_allowed) {
        None => Ok(host),
        Some(kind) => Err(format!("it is {kind}, which is never allowed; {ALLOWED}")),
    }
}

/// Parses the location of the state.
pub(super) fn state_location(text: &str) -> Result<StateLocation, String> {
    StateLocation::parse(text).map_err(|fault| format!("it {fault}"))
}

/// Reads the name of an account.
pub(super) fn account_name(text: &str) -> Result<AccountName, String> {
    AccountName::parse(text).map_err(|fault| fault.to_string())
}

/// Reads the id of an ad account.
pub(super) fn advertiser_id(text: &str) -> Result<AdvertiserId, String> {
    AdvertiserId::parse(text.trim())
        .ok_or_else(|| "allowed: the id of an ad account, 1 to 19 digits".to_owned())
}

/// Reads a client key.
pub(super) fn client_key(text: &str) -> Result<ClientKey, String> {
    ClientKey::parse(text.trim()).ok_or_else(|| {
        "allowed: the client key of an app, 1 to 64 letters and digits, as the developer portal shows it"
            .to_owned()
    })
}

/// Reads the id of an app of the Marketing API.
pub(super) fn app_id(text: &str) -> Result<AppId, String> {
    AppId::parse(text.trim()).ok_or_else(|| {
        "allowed: the app id in My Apps of TikTok's developer portal, 1 to 19 digits".to_owned()
    })
}

/// Parser of one of a few words, with the reader's errors. Completions offer the words.
#[derive(Debug, Clone)]
pub(super) struct OneOf<T> {
    words: Vec<&'static str>,
    read: fn(&str) -> Result<T, String>,
}

impl<T> OneOf<T> {
    /// Parser of these words, which `read` accepts.
    pub(super) fn new(words: Vec<&'static str>, read: fn(&str) -> Result<T, String>) -> Self {
        Self { words, read }
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for OneOf<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        self.read.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.words.iter().map(PossibleValue::new)))
    }
}

/// Parser of the name of an integration.
pub(super) fn integration() -> OneOf<&'static Integration> {
    OneOf::new(integration_names(), named_integration)
}

fn integration_names() -> Vec<&'static str> {
    INTEGRATIONS.iter().map(|integration| integration.name).collect()
}

fn named_integration(text: &str) -> Result<&'static Integration, String> {
    let names = integration_names();
    let found = INTEGRATIONS.iter().find(|integration| integration.name == text);
    found.ok_or_else(|| {
        let near = schema::suggest(schema::INTEGRATIONS, text, &names);
        let near = near.map(|near| format!("{near} ")).unwrap_or_default();
        format!("{near}allowed: {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{
        args::{Args, Command, command_for},
        words::every,
    };

    /// The options that take a value, by command.
    fn options() -> Vec<(Vec<String>, String)> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), command_for(&["auth".into()]))];
        while let Some((path, command)) = open.pop() {
            let long = command
                .get_arguments()
                .filter(|arg| arg.get_action().takes_values());
            found.extend(
                long.filter_map(|arg| arg.get_long())
                    .map(|name| (path.clone(), name.to_owned())),
            );
            for below in command.get_subcommands() {
                let path: Vec<String> = path
                    .iter()
                    .cloned()
                    .chain([below.get_name().to_owned()])
                    .collect();
                open.push((path, below.clone()));
            }
        }
        found
    }

    #[test]
    fn every_option_that_takes_a_value_has_an_example_that_is_allowed() {
        for (path, name) in options() {
            let value = example(&name).unwrap_or_else(|| panic!("--{name} has no example"));
            let words = ["autohive-tiktok".to_owned()].into_iter().chain(path.clone());
            let words = words.chain([format!("--{name}"), value.to_owned()]);
            let fault = Args::try_parse_from(words).err();
            // A command that requires a subcommand is incomplete without it, and so is an option that goes with another.
            let fault = fault.filter(|fault| {
                fault.kind() != clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                    && fault.kind() != clap::error::ErrorKind::MissingSubcommand
                    && fault.kind() != clap::error::ErrorKind::MissingRequiredArgument
            });
            assert!(fault.is_none(), "{path:?} --{name}: {fault:?}");
        }
    }

    #[test]
    fn a_negative_number_is_answered_with_the_allowed_values() {
        for (option, value, allowed) in [
            ("--spool-max", "-5", "allowed: 1MiB or more"),
            ("--spool-max", "-5MiB", "allowed: 1MiB or more"),
            ("--grace-ms", "-1", "from 0 to 86400000 (24 hours)"),
        ] {
            let fault = Args::try_parse_from(["autohive-tiktok", "run", option, value]);
            let fault = fault.unwrap_err().to_string();
            assert!(fault.contains(allowed), "{option} {value}: {fault}");
        }
    }

    #[test]
    fn an_amount_is_a_positive_decimal() {
        for (text, value) in [("50", 50.0), ("49.99", 49.99), (" 0.5 ", 0.5), ("1000000", 1e6)] {
            assert_eq!(positive_amount(text).ok(), Amount::new(value), "{text}");
        }
        for wrong in [
            "",
            "0",
            "0.00",
            "-5",
            "+5",
            ".5",
            "5.",
            "1.2.3",
            "1e3",
            "1,000",
            "50 USD",
            "$50",
            "inf",
            "NaN",
            "1234567890123456",
            "５０",
        ] {
            let fault = Args::try_parse_from(["autohive-tiktok", "run", "--max-daily-budget", wrong]);
            let fault = fault.unwrap_err().to_string();
            assert!(
                fault.contains("above 0 in the currency of the ad account"),
                "{wrong}: {fault}"
            );
        }
    }

    #[test]
    fn a_switch_in_a_variable_is_true_or_false() {
        for (text, value) in [
            ("true", true),
            ("YES", true),
            ("1", true),
            ("off", false),
            ("0", false),
        ] {
            assert_eq!(switch(text), Ok(value), "{text}");
        }
        assert!(switch("ture").unwrap_err().starts_with("allowed: true or false"));
    }

    #[test]
    fn every_example_is_of_an_option() {
        let command = command_for(&["auth".into()]);
        for (name, _) in EXAMPLES.iter().filter(|_| cfg!(feature = "simulator")) {
            let is_option = every(&command)
                .into_iter()
                .flat_map(clap::Command::get_arguments)
                .any(|arg| arg.get_long() == Some(name));
            assert!(is_option, "--{name} is gone");
        }
    }

    #[test]
    fn a_token_goes_to_https_or_to_this_machine_only() {
        for good in [
            "https://open.tiktokapis.com",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://localhost:1/x",
        ] {
            assert!(api_base(good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com",
            "ftp://localhost",
            "open.tiktokapis.com",
            "https://u:p@x.example",
            "https://x.example/?q",
            "http://10.0.0.1",
            "",
            // A resolver may map these names to any machine.
            "http://localhost.:1",
            "http://foo.localhost:1",
            "http://localhost.example.com",
        ] {
            let fault = api_base(bad).unwrap_err();
            assert!(fault.contains("allowed: an https URL"), "{bad}: {fault}");
        }
    }

    #[test]
    fn media_hosts_are_exact_and_no_metadata_service() {
        let read = |text: &str| {
            let args = Args::try_parse_from(["autohive-tiktok", "run", "--allow-media-host", text]);
            args.map(|args| {
                let Command::Run(run) = args.command else {
                    panic!("another command than run");
                };
                run.host
                    .allow_media_host
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            read("minio.internal:9000, 10.0.0.5").unwrap(),
            ["minio.internal:9000", "10.0.0.5"]
        );
        for wrong in [
            "https://minio.internal",
            "minio.internal/bucket",
            "*.internal",
            "",
            "a,,b",
        ] {
            let fault = read(wrong).unwrap_err().to_string();
            assert!(fault.contains("[fd00::5]:9000"), "{wrong}: {fault}");
        }
        for never in [
            "169.254.169.254",
            "[fd00:ec2::254]:80",
            "169.254.1.1",
            "0.0.0.0",
            "[::ffff:10.0.0.1]",
            "0xA9FEA9FE",
        ] {
            let fault = read(never).unwrap_err().to_string();
            assert!(fault.contains("never allowed"), "{never}: {fault}");
        }
    }

    #[test]
    fn an_unknown_integration_has_a_list_of_the_known_ones() {
        assert_eq!(named_integration("tiktok").unwrap().name, "tiktok");
        let fault = named_integration("tiktk").unwrap_err();
        assert!(
            fault.contains("did you mean \"tiktok\"?") && fault.contains("allowed: tiktok"),
            "{fault}"
        );
        let fault = named_integration("nothing-like-it").unwrap_err();
        assert!(fault.starts_with("allowed: tiktok"), "{fault}");
    }
}
