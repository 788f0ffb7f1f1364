//! The wait for the answer of the consent page: from the listener, or pasted by the person.

use std::time::Duration;

use super::{prompt, prompt::InputLines, tell};
use crate::{
    accounts::{ArrivedRedirect, Listener, ResultPage},
    cli::{codes, fault::CommandFault},
    clock::Clock,
    sign_in::{Consent, ConsentAnswer, ConsentFault, Pasted, read_pasted},
};

/// Ways in which an answer can arrive.
#[derive(Debug)]
pub(super) struct Ways {
    /// Redirect to this machine.
    pub(super) listener: Option<Listener>,
    /// Text from the person, with the redirect address that completes it.
    pub(super) pasted: Option<InputLines>,
    pub(super) redirect_uri: String,
    pub(super) clock: Clock,
    pub(super) patience: Duration,
}

/// Answer, and the browser that waits for a page.
#[derive(Debug)]
pub(super) struct ReceivedAnswer {
    pub(super) answer: ConsentAnswer,
    pub(super) browser: Option<ArrivedRedirect>,
}

const STRANGER: ResultPage<'static> = ResultPage {
    is_success: false,
    title: "Nothing to do here",
    text: &[],
};

/// Waits for the answer of this sign-in. Redirects of others are refused, and the wait goes on.
pub(super) async fn answer(consent: &Consent, ways: &mut Ways) -> Result<ReceivedAnswer, CommandFault> {
    let patience = ways.patience;
    match tokio::time::timeout(patience, answer_in_time(consent, ways)).await {
        Ok(answered) => answered,
        Err(_elapsed) => Err(CommandFault::new(
            &codes::TIMEOUT,
            format!(
                "nobody finished the sign-in within {}. Start again; --timeout SECONDS gives more time",
                super::when::length(patience)
            ),
        )),
    }
}

/// Time after which the person learns what a page with an error means: TikTok redirects nobody from it.
const HINT_AFTER: Duration = Duration::from_secs(30);

const HINT: &str = "Still waiting: if the page shows an error, press Ctrl-C, and compare the app and its redirect address with \
    TikTok's developer portal (docs/login.md).";

async fn answer_in_time(consent: &Consent, ways: &mut Ways) -> Result<ReceivedAnswer, CommandFault> {
    if let Some(lines) = &ways.pasted {
        lines.ask();
    }
    let mut is_told = false;
    let clock = ways.clock.clone();
    let hint = clock.sleep_wall(HINT_AFTER.min(ways.patience / 2));
    let mut hint = std::pin::pin!(hint);
    let mut is_hinted = false;
    loop {
        tokio::select! {
            () = &mut hint, if !is_hinted => {
                is_hinted = true;
                tell(HINT);
            }
            Some(redirect) = arrived(&mut ways.listener) => {
                if let Some(answered) = of_redirect(consent, redirect, &mut is_told)? {
                    return Ok(answered);
                }
            }
            line = pasted(&mut ways.pasted) => {
                match line.map_err(CommandFault::machine)? {
                    Some(line) => match of_text(consent, &line, &ways.redirect_uri) {
                        Ok(answer) => return Ok(ReceivedAnswer { answer, browser: None }),
                        Err(failure) if failure.code == &codes::REDIRECT_INVALID => {
                            tell(&format!("{}. {}", failure.message, again()));
                            if let Some(lines) = &ways.pasted {
                                lines.ask();
                            }
                        }
                        Err(failure) => return Err(failure),
                    },
                    None if ways.listener.is_some() => {
                        tell("note: standard input ended; still waiting for the browser");
                        ways.pasted = None;
                    }
                    None => return Err(CommandFault::new(&codes::INPUT_ENDED, "standard input ended before the address of the \
                        browser was pasted")),
                }
            }
        }
    }
}

async fn arrived(listener: &mut Option<Listener>) -> Option<ArrivedRedirect> {
    match listener {
        Some(listener) => listener.next().await,
        None => std::future::pending().await,
    }
}

async fn pasted(lines: &mut Option<InputLines>) -> std::io::Result<Option<String>> {
    match lines {
        Some(lines) => lines.line().await,
        None => std::future::pending().await,
    }
}

/// The answer of a redirect; `None` if it is not that of this sign-in.
fn of_redirect(
    consent: &Consent,
    redirect: ArrivedRedirect,
    is_told: &mut bool,
) -> Result<Option<ReceivedAnswer>, CommandFault> {
    match consent.read(&redirect.address) {
        Ok(answer) => Ok(Some(ReceivedAnswer {
            answer,
            browser: Some(redirect),
        })),
        Err(ConsentFault::NotOurs(_) | ConsentFault::Declined { is_proven: false, .. }) => {
            redirect.show(&STRANGER);
            if !std::mem::replace(is_told, true) {
                tell(
                    "note: a redirect without the state of this sign-in was refused; still waiting for the right one",
                );
            }
            Ok(None)
        }
        Err(fault) => {
            let failure = failure(&fault);
            redirect.show(&ResultPage {
                is_success: false,
                title: "Not signed in",
                text: &[failure.message.clone(), "You can close this page.".to_owned()],
            });
            Err(failure)
        }
    }
}

/// Request for another line.
fn again() -> &'static str {
    if prompt::is_terminal() {
        "Paste it again:"
    } else {
        "Waiting for another line"
    }
}

fn of_text(consent: &Consent, text: &str, redirect_uri: &str) -> Result<ConsentAnswer, CommandFault> {
    match read_pasted(text, redirect_uri) {
        Err(fault) => Err(CommandFault::new(&codes::REDIRECT_INVALID, fault)),
        Ok(Pasted::Code(code)) => Ok(consent.with_code(code)),
        Ok(Pasted::Address(url)) => consent.read(&url).map_err(|fault| match fault {
            ConsentFault::NotOurs(text) | ConsentFault::Malformed(text) => {
                CommandFault::new(&codes::REDIRECT_INVALID, text)
            }
            fault @ ConsentFault::Declined { .. } => failure(&fault),
        }),
    }
}

fn failure(fault: &ConsentFault) -> CommandFault {
    match fault {
        ConsentFault::Declined { code, .. } if code.is_empty() => {
            CommandFault::new(&codes::SIGN_IN_DECLINED, fault)
        }
        ConsentFault::Declined { code, .. } => {
            CommandFault::new(&codes::SIGN_IN_DECLINED, fault).with_tiktok_code(code)
        }
        ConsentFault::NotOurs(_) | ConsentFault::Malformed(_) => {
            CommandFault::new(&codes::REDIRECT_INVALID, fault)
        }
    }
}
