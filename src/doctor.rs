//! Checks of an installation: this machine, TikTok's addresses, the state, and the credentials of a person.
//!
//! Each area has a file. A check reads and never posts, has a time limit of its own, and runs beside the others. A check that
//! needs another one, which failed, says so. Facts are collected by functions with effects and judged by pure ones.

mod accounts;
mod api;
mod certificates;
mod files;
mod finding;
mod login;
mod network;
mod proxy;
mod scopes;
mod skew;
mod spool;
mod store;
mod token;

use futures_util::future::join_all;

use self::files::open_files;
pub use self::{
    api::ApiSubject,
    files::FileLimit,
    finding::{CheckStatus, Finding},
    login::{ApiLogin, LoginPlace},
    proxy::ProxyVariables,
    spool::SpoolSettings,
    store::StateSubject,
};
use crate::{accounts::Accounts, clock::Clock};

/// Everything that is checked.
#[derive(Debug)]
pub struct Installation {
    /// Source of time.
    pub clock: Clock,
    /// Version and features of the program, for people.
    pub program: String,
    /// False if nothing may be sent.
    pub is_online: bool,
    /// Integrations that are checked.
    pub apis: Vec<ApiSubject>,
    /// Proxies in the environment.
    pub proxies: ProxyVariables,
    /// State.
    pub state: StateSubject,
    /// Signed-in accounts; the error is the reason that there is no place for them.
    pub accounts: Result<Accounts, String>,
    /// Temporary storage.
    pub spool: SpoolSettings,
    /// Limit on open files.
    pub files: FileLimit,
}

/// Runs all checks. The findings about the machine come first, then those of each integration.
pub async fn examine(installation: &Installation) -> Vec<Finding> {
    let Installation {
        clock,
        program,
        is_online,
        apis,
        proxies,
        state,
        accounts,
        spool,
        files,
    } = installation;
    let machine = async {
        let (state, accounts, spool, certificates) = tokio::join!(
            store::check(state),
            accounts::check(accounts),
            spool::check(spool),
            certificates::check(apis)
        );
        let mut findings = vec![Finding::ok("version", program)];
        findings.extend(state);
        findings.push(accounts);
        findings.push(spool);
        findings.push(open_files(files));
        findings.push(proxies.check());
        findings.push(certificates);
        findings
    };
    let apis = apis
        .iter()
        .map(|subject| api::check(subject, proxies, clock, *is_online));
    let (machine, apis) = tokio::join!(machine, join_all(apis));
    machine.into_iter().chain(apis.into_iter().flatten()).collect()
}
