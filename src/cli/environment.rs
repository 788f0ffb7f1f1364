//! Environment variables that set options.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use crate::{doctor::ProxyVariables, tls::CertificatePaths};

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

/// Places of root certificates that the variables name.
pub(super) fn certificate_paths() -> CertificatePaths {
    let folders = variable("SSL_CERT_DIR").unwrap_or_default();
    CertificatePaths {
        file: variable("SSL_CERT_FILE").map(PathBuf::from),
        folders: env::split_paths(&folders)
            .filter(|folder| !folder.as_os_str().is_empty())
            .collect(),
    }
}

/// Folder below which state is kept: `XDG_STATE_HOME`, else `.local/state` of `HOME`.
///
/// A folder that is not absolute counts as not set, as the XDG Base Directory Specification asks.
pub(super) fn state_home() -> Option<PathBuf> {
    let folder = |name| variable(name).map(PathBuf::from);
    state_home_of(folder("XDG_STATE_HOME"), folder("HOME"))
}

fn state_home_of(xdg_state_home: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |folder: Option<PathBuf>| folder.filter(|folder| folder.is_absolute());
    absolute(xdg_state_home).or_else(|| absolute(home).map(|home| home.join(".local/state")))
}

/// Folder of temporary files: `TMPDIR`, or the system's.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
pub(super) fn temporary_folder() -> PathBuf {
    let folder = env::temp_dir();
    if folder.to_str().is_some_and(|folder| folder.trim().is_empty()) {
        PathBuf::from("/tmp")
    } else {
        folder
    }
}

/// Whether the terminal cannot move its cursor.
pub(super) fn has_dumb_terminal() -> bool {
    variable("TERM").is_none_or(|term| term == "dumb")
}

/// Value of a variable; `None` if it is blank.
#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !is_blank_text(value))
}

#[expect(clippy::disallowed_methods, reason = "only this module reads the environment")]
fn is_blank(name: &OsStr) -> bool {
    env::var_os(name).is_some_and(|value| is_blank_text(&value))
}

fn is_blank_text(value: &OsStr) -> bool {
    value.to_str().is_some_and(|value| value.trim().is_empty())
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
    fn state_is_kept_below_the_first_absolute_folder() {
        let below = |xdg: &str, home: &str| state_home_of(Some(xdg.into()), Some(home.into()));
        assert_eq!(below("/x", "/home/u"), Some("/x".into()));
        for xdg in ["", "relative"] {
            assert_eq!(below(xdg, "/home/u"), Some("/home/u/.local/state".into()));
        }
        assert_eq!(below("", "relative"), None);
        assert_eq!(state_home_of(None, None), None);
    }

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
