//! Environment variables that set options.

use std::{
    env,
    ffi::{OsStr, OsString},
};

use crate::{doctor::ProxyVariables, tls::CertificateFile};

use clap::{
    Arg, Command,
    builder::Resettable,
    error::{ContextKind, ContextValue},
};

/// Returns `command` with blank environment variables treated as unset, because forms and compose files leave
/// unused variables blank.
pub(super) fn without_blank_variables(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        if arg.get_env().is_some_and(is_blank) {
            arg.env(Resettable::Reset)
        } else {
            arg
        }
    });
    command.mut_subcommands(without_blank_variables)
}

/// Returns the value of a variable that holds a secret; `None` if it is blank. Errors: the value is not
/// UTF-8.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn secret_variable(name: &str) -> Result<Option<String>, String> {
    let Some(value) = env::var_os(name) else {
        return Ok(None);
    };
    let value = value
        .into_string()
        .map_err(|_bytes| format!("the variable {name} is not UTF-8; set it in UTF-8, or unset it"))?;
    Ok(Some(value).filter(|value| !value.trim().is_empty()))
}

/// Certificate file that the variables name, which `rustls-native-certs` reads too.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn certificate_file() -> CertificateFile {
    match (env::var_os("SSL_CERT_FILE"), env::var_os("SSL_CERT_DIR")) {
        (Some(file), _) => CertificateFile::Given(file.into()),
        (None, Some(folders)) if !folders.is_empty() => CertificateFile::None,
        (None, _) => CertificateFile::System,
    }
}

#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
fn is_blank(name: &OsStr) -> bool {
    env::var_os(name).is_some_and(|value| value.to_str().is_some_and(|value| value.trim().is_empty()))
}

/// Returns the first argument (by position) or variable of an option of `command` (by name) that is not
/// UTF-8.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn not_utf8(command: &Command) -> Option<String> {
    let is_not_utf8 = |name: &&OsStr| env::var_os(name).is_some_and(|value| value.to_str().is_none());
    if let Some(place) = env::args_os().position(|argument| argument.to_str().is_none()) {
        return Some(format!("argument {place} is not UTF-8; write it in UTF-8"));
    }
    let name = command
        .get_arguments()
        .filter_map(Arg::get_env)
        .find(is_not_utf8)?;
    Some(format!(
        "the variable {} is not UTF-8; set it in UTF-8, or unset it",
        name.display()
    ))
}

/// Variables of proxies, in the order in which the HTTP client reads them.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn proxies() -> ProxyVariables {
    let first = |names: &[&'static str]| {
        let values = names
            .iter()
            .map(|name| (*name, env::var(name).unwrap_or_default()));
        values.into_iter().find(|(_, value)| !value.is_empty())
    };
    ProxyVariables {
        of_https: first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
        of_http: first(&["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]),
        no_proxy: first(&["NO_PROXY", "no_proxy"]).map(|(_, value)| value),
    }
}

/// Whether the locale has the encoding UTF-8. The first variable that is set decides.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn is_utf8() -> bool {
    let values = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env::var_os);
    let locale = values.into_iter().find(|value| !value.is_empty());
    locale.is_some_and(|locale| names_utf8(&locale.to_string_lossy()))
}

/// Whether a locale such as `en_US.UTF-8` names the encoding UTF-8.
fn names_utf8(locale: &str) -> bool {
    let (_, encoding) = locale.split_once('.').unwrap_or(("", locale));
    let encoding = encoding.split('@').next().unwrap_or_default();
    encoding.eq_ignore_ascii_case("UTF-8") || encoding.eq_ignore_ascii_case("utf8")
}

/// Names of all variables that are text.
pub(super) fn variable_names() -> impl Iterator<Item = String> {
    env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// Arguments after the program's name.
pub(super) fn words() -> Vec<OsString> {
    env::args_os().skip(1).collect()
}

/// Returns the environment variable that set the option that `error` concerns; `None` for a command-line
/// value.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn variable_behind(command: &Command, error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let option = shown.split([' ', '=']).next()?;
    let arg = command
        .get_arguments()
        .find(|arg| arg.get_long().is_some_and(|long| option == format!("--{long}")))?;
    let is_typed = words()
        .iter()
        .any(|word| word.to_string_lossy().starts_with(option));
    let name = arg
        .get_env()
        .filter(|name| !is_typed && env::var_os(name).is_some())?;
    Some(name.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_encoding() {
        for locale in ["en_US.UTF-8", "C.utf8", "de_DE.UTF-8@euro", "UTF-8"] {
            assert!(names_utf8(locale), "{locale}");
        }
        for locale in ["C", "POSIX", "", "en_US", "de_DE.ISO-8859-15@euro", "ja_JP.eucJP"] {
            assert!(!names_utf8(locale), "{locale}");
        }
    }
}
