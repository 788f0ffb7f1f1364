//! `doctor`: checks of the installation, as a table or as JSON.

use serde_json::json;
use url::Url;

use super::{
    Exit, args::DoctorArgs, block_on, credentials::AccountChoice, environment, hosting, limits,
    logins::login, print_line, report_error, signed_in, table, terminal,
};
use crate::{
    clock::Clock,
    doctor::{
        ApiLogin, ApiSubject, CheckStatus, Finding, Installation, SpoolSettings, StateSubject, examine,
    },
    integrations::{INTEGRATIONS, Integration},
    marketing_api,
    media::AD_VIDEO_MAX,
    open_api,
    state::{State, StateLocation},
};

/// Runs the checks and prints them; fails if any of them found a fault.
pub(super) fn doctor(options: &DoctorArgs) -> Exit {
    let installation = installation(options);
    match block_on(examine(&installation)) {
        Ok(findings) => {
            if options.json {
                print_line(&as_json(&findings));
            } else {
                print(&installation, &findings);
            }
            if count(&findings, CheckStatus::Fault) == 0 {
                Exit::Done
            } else {
                Exit::Failed
            }
        }
        Err(error) => {
            report_error(&error);
            Exit::Failed
        }
    }
}

fn installation(options: &DoctorArgs) -> Installation {
    let clock = Clock::system();
    Installation {
        program: program(),
        is_online: !options.offline,
        apis: subjects(options),
        proxies: environment::proxies(),
        state: state(options.state.state.as_ref(), &clock),
        accounts: signed_in::accounts(&options.account.store, &clock).map_err(|fault| fault.message),
        spool: SpoolSettings {
            folder: environment::temporary_folder(),
            most: options
                .spool_max
                .unwrap_or_else(|| hosting::usual_spool_max(options.jobs)),
            largest: AD_VIDEO_MAX,
        },
        files: limits::file_limit(options.jobs.into()),
        clock,
    }
}

fn program() -> String {
    let features = [
        ("keyring", cfg!(feature = "keyring")),
        ("redis", cfg!(feature = "redis")),
        ("simulator", cfg!(feature = "simulator")),
    ];
    let built: Vec<&str> = features
        .iter()
        .filter(|(_, is_built)| *is_built)
        .map(|(name, _)| *name)
        .collect();
    let features = if built.is_empty() {
        "without optional features".to_owned()
    } else {
        format!("with {}", built.join(" and "))
    };
    format!("autohive-tiktok {}, {features}", env!("CARGO_PKG_VERSION"))
}

/// Integrations to check: the chosen one, those with a token, or all.
fn subjects(options: &DoctorArgs) -> Vec<ApiSubject> {
    let chosen = options.integration;
    let mut subjects: Vec<ApiSubject> = INTEGRATIONS
        .iter()
        .filter(|integration| chosen.is_none_or(|chosen| chosen.name == integration.name))
        .filter_map(|integration| subject(integration, options))
        .collect();
    let has_token = |subject: &ApiSubject| !matches!(subject.login, ApiLogin::Missing(_));
    if subjects.iter().any(has_token) {
        subjects.retain(has_token);
    }
    subjects
}

fn subject(integration: &'static Integration, options: &DoctorArgs) -> Option<ApiSubject> {
    let login = login(
        integration,
        AccountChoice {
            is_check: true,
            ..AccountChoice::of(&options.account, &options.api)
        },
    );
    let own = match &login {
        ApiLogin::Given(auth, _) => (integration.credentials)(Some(auth)).ok(),
        ApiLogin::Missing(_) | ApiLogin::Wrong(..) => None,
    };
    let usual = match (&own, integration.name) {
        (Some(credentials), _) => (integration.api_base)(credentials),
        (None, "tiktok-ads") => marketing_api::API_BASE,
        (None, _) => open_api::API_BASE,
    };
    let usual = Url::parse(usual).ok()?;
    let mut bases = options.api.bases();
    let base = bases
        .find(|(name, _)| *name == integration.name)
        .map_or_else(|| usual.clone(), |(_, base)| base);
    Some(ApiSubject {
        integration,
        is_other_base: base != usual,
        base,
        login,
    })
}

fn state(location: Option<&StateLocation>, clock: &Clock) -> StateSubject {
    let keys = hosting::state_keys();
    let has_key = keys.as_ref().map(Option::is_some).map_err(Clone::clone);
    let is_set = location.is_some();
    let location = location.cloned().unwrap_or_else(hosting::usual_state);
    StateSubject {
        state: State::sealed_by(location.clone(), clock.clone(), keys.ok().flatten()),
        location,
        is_set,
        has_key,
    }
}

fn count(findings: &[Finding], status: CheckStatus) -> usize {
    findings.iter().filter(|finding| finding.status == status).count()
}

fn as_json(findings: &[Finding]) -> String {
    let report = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "faults": count(findings, CheckStatus::Fault),
        "warnings": count(findings, CheckStatus::Warning),
        "checks": findings,
    });
    format!("{report:#}")
}

/// Width from which remedies have a column of their own.
const WIDE: usize = 140;

/// Prints a table for the machine and one for each integration, and the sum.
fn print(installation: &Installation, findings: &[Finding]) {
    let width = terminal::output_width();
    section("This machine", findings, None, width);
    for subject in &installation.apis {
        let name = subject.integration.name;
        section(name, findings, Some(name), width);
    }
    let (faults, warnings) = (
        count(findings, CheckStatus::Fault),
        count(findings, CheckStatus::Warning),
    );
    print_line(&sum(faults, warnings));
}

fn sum(faults: usize, warnings: usize) -> String {
    let counted = |count: usize, noun: &str| match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    format!(
        "Found {} and {}.",
        counted(faults, "fault"),
        counted(warnings, "warning")
    )
}

fn section(title: &str, findings: &[Finding], integration: Option<&str>, width: Option<usize>) {
    let is_wide = width.is_none_or(|width| width >= WIDE);
    let has_signs = environment::is_utf8();
    let rows: Vec<Vec<String>> = findings
        .iter()
        .filter(|finding| finding.integration == integration)
        .map(|finding| row(finding, is_wide, has_signs))
        .collect();
    let header: &[&str] = if is_wide {
        &["", "Check", "Found", "What to do"]
    } else {
        &["", "Check", "Found"]
    };
    print_line(&format!("{BOLD}{title}{PLAIN}"));
    for line in table::lines(width, Some(header), rows) {
        print_line(&coloured(&line));
    }
    print_line("");
}

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Status, in the order of the table: word, sign, colour.
const LOOKS: [(CheckStatus, &str, &str); 4] = [
    (CheckStatus::Ok, "✓", "\x1b[32m"),
    (CheckStatus::Warning, "!", "\x1b[33m"),
    (CheckStatus::Fault, "✗", "\x1b[31m"),
    (CheckStatus::Skipped, "·", "\x1b[2m"),
];

fn row(finding: &Finding, is_wide: bool, has_signs: bool) -> Vec<String> {
    let found = terminal::printable(&finding.found);
    let remedy = finding.remedy.as_deref().map(terminal::printable);
    let sign = LOOKS
        .iter()
        .find(|(status, ..)| *status == finding.status)
        .map_or("", |(_, sign, _)| sign);
    let status = if has_signs {
        format!("{sign} {}", finding.status.word())
    } else {
        finding.status.word().to_owned()
    };
    // The permission itself is in what was found.
    let check = finding
        .check
        .split('.')
        .next()
        .unwrap_or_default()
        .replace('_', " ");
    if is_wide {
        return vec![status, check, found, remedy.unwrap_or_default()];
    }
    let arrow = if has_signs { "→" } else { "->" };
    let cell = remedy.map_or_else(|| found.clone(), |remedy| format!("{found}\n{arrow} {remedy}"));
    vec![status, check, cell]
}

/// Colours the status at the beginning of a line. Colours are left out where standard output takes none.
fn coloured(line: &str) -> String {
    let look = LOOKS.iter().find(|(status, sign, _)| {
        line.starts_with(&format!("{sign} {}", status.word())) || line.starts_with(status.word())
    });
    let Some((status, _, colour)) = look else {
        return line.to_owned();
    };
    let end = line.find(status.word()).map_or(0, |at| at + status.word().len());
    let (status, rest) = line.split_at_checked(end).unwrap_or(("", line));
    format!("{colour}{status}{PLAIN}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_has_its_own_column_only_in_a_wide_terminal() {
        let finding = Finding::fault("open_files", "too few", "raise it");
        assert_eq!(
            row(&finding, true, true),
            ["✗ fault", "open files", "too few", "raise it"]
        );
        assert_eq!(
            row(&finding, false, false),
            ["fault", "open files", "too few\n-> raise it"]
        );
    }

    #[test]
    fn only_the_status_is_coloured() {
        assert_eq!(coloured("✓ ok       dns"), "\x1b[32m✓ ok\x1b[0m       dns");
        assert_eq!(coloured("           rest of a cell"), "           rest of a cell");
    }

    #[test]
    fn faults_and_warnings_are_counted() {
        assert_eq!(sum(0, 0), "Found no faults and no warnings.");
        assert_eq!(sum(1, 2), "Found 1 fault and 2 warnings.");
    }
}
