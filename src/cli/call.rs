//! `call`: one action, for a person at a terminal.

mod again;
mod ask;
mod examples;
mod fault;
mod field;
mod files;
mod inputs;
mod lost;
mod person;
mod print;
mod progress;
mod show;
mod table;
mod tree;

use std::{ffi::OsString, sync::Arc, time::Duration};

use clap::{ArgMatches, Command, FromArgMatches as _};
use serde_json::{Map, Value};

use self::{
    again::{CommandKey, needs_key, with_key},
    field::InputField,
    print::CallOutput,
    progress::ProgressDisplay,
    tree::FoundAction,
};
pub(super) use self::{
    fault::{CallFault, exit_of_error},
    print::{fault_lines, print, print_errors, print_json, show_style},
    show::{account, error as error_lines},
    tree::whole,
};
use super::{
    Exit,
    args::{CallArgs, Level},
    block_on,
    credentials::{self, FoundAuth},
    environment,
    hosting::{counting_host, spool, state_keys},
    logging, refused,
    signals::stop_signal,
    terminal,
    token_origin::TokenOrigin,
};
use crate::{
    clock::Clock,
    front::call::{self as front, CallRequest, CallTask},
    host::{Host, Reply},
    integrations::{Contents, Integration},
    schema,
    secret::repeatable,
    state::StateLocation,
};

/// Longest duration of a call, if none is given: the life of an upload address.
const USUAL_TIME: Duration = Duration::from_hours(1);

/// Largest size of files whose digest nobody has to wait for, in bytes.
const READ_AT_ONCE: u64 = 64 * 1024 * 1024;

/// Input that holds the audience of a post.
const PRIVACY: &str = "privacy_level";

/// Runs the action that `words` name.
pub(super) fn call(words: Vec<OsString>) -> Exit {
    let words = named_as_known(action_first(words));
    if let Some(fault) = unknown_action(&words) {
        print_errors(&fault_lines(&fault));
        return fault.exit;
    }
    let found = words.first().and_then(|word| tree::find(&word.to_string_lossy()));
    let command =
        environment::without_blank_variables(root(tree::with_options_of(found.map(|(_, action)| action))));
    let line = [OsString::from("autohive-tiktok"), "call".into()];
    let parsed = command.try_get_matches_from(line.iter().chain(&words));
    let whole_line: Vec<OsString> = std::iter::once("call".into()).chain(words).collect();
    let matches = match parsed {
        Ok(matches) => matches,
        Err(error) => {
            return refused(
                &error,
                root(tree::with_options_of(found.map(|(_, action)| action))),
                &whole_line,
            );
        }
    };
    let below = matches.subcommand().and_then(|(_, matches)| matches.subcommand());
    let (Some(found), Some((_, matches))) = (found, below) else {
        return Exit::Usage;
    };
    match CallArgs::from_arg_matches(matches) {
        Ok(args) => {
            logging::begin(args.logging, Level::Off);
            run(found, matches, &args)
        }
        Err(error) => refused(&error, root(tree::with_options_of(Some(found.1))), &whole_line),
    }
}

/// Writes the name of the action as the options know it.
fn named_as_known(mut words: Vec<OsString>) -> Vec<OsString> {
    if let Some(word) = words.first_mut()
        && let Some((_, action)) = tree::find(&word.to_string_lossy())
    {
        *word = field::kebab(action.name).into();
    }
    words
}

/// Fault of a first word that is no action.
fn unknown_action(words: &[OsString]) -> Option<CallFault> {
    let word = words.first()?.to_string_lossy();
    if word.starts_with('-') || tree::find(&word).is_some() {
        return None;
    }
    let names: Vec<&str> = tree::actions().map(|(_, action)| action.name).collect();
    let near = match schema::suggest(schema::ACTIONS, &word.replace('-', "_"), &names) {
        Some(schema::Suggestion::Name(name, note)) => {
            format!("did you mean {}? {note}", field::kebab(name))
                .trim_end()
                .to_owned()
                + " "
        }
        Some(schema::Suggestion::None(says)) => format!("{says} "),
        None => String::new(),
    };
    let names: Vec<String> = names.into_iter().map(field::kebab).collect();
    Some(CallFault::usage(format!(
        "there is no action {}; {near}allowed: {}",
        repeatable(&word),
        names.join(", ")
    )))
}

/// The program with no command but `call`.
fn root(call: Command) -> Command {
    Command::new("autohive-tiktok")
        .bin_name("autohive-tiktok")
        .subcommand(call)
}

/// Puts the action before options that precede it.
fn action_first(mut words: Vec<OsString>) -> Vec<OsString> {
    let is_option = |word: &OsString| word.to_string_lossy().starts_with('-');
    if words.first().is_some_and(is_option)
        && let Some(place) = words
            .iter()
            .position(|word| tree::find(&word.to_string_lossy()).is_some())
    {
        let action = words.remove(place);
        words.insert(0, action);
    }
    words
}

/// Runs an action and prints its result.
fn run(found: FoundAction, matches: &ArgMatches, args: &CallArgs) -> Exit {
    let output = CallOutput {
        action: found.1,
        is_json: args.json,
    };
    let outcome = PreparedCall::new(found, matches, args).and_then(|call| match block_on(call.run()) {
        Ok(done) => done,
        Err(error) => Err(CallFault::machine(format!(
            "the event loop cannot be started: {error}"
        ))),
    });
    match outcome {
        Ok(CallDone { reply, key, origin }) => output.reply(reply, &key, &origin),
        Err(fault) => output.fault(&fault),
    }
}

/// A call before its request.
struct PreparedCall {
    found: FoundAction,
    fields: Vec<InputField>,
    host: Arc<Host>,
    inputs: Map<String, Value>,
    contents: Contents,
    login: FoundAuth,
    progress: ProgressDisplay,
    time: Duration,
    is_again: bool,
    has_state: bool,
}

/// Result of a call, and the key that it had.
struct CallDone {
    reply: Reply,
    key: CommandKey,
    origin: TokenOrigin,
}

impl PreparedCall {
    /// Reads inputs, credentials and files.
    fn new(found: FoundAction, matches: &ArgMatches, args: &CallArgs) -> Result<Self, CallFault> {
        let (integration, action) = found;
        let fields = field::fields(action);
        let given = inputs::inputs(&fields, matches, args.inputs.as_deref())?;
        let login = login(integration, args)?;
        let keys = state_keys().map_err(CallFault::usage)?;
        let has_state = args.host.state != Some(StateLocation::Off);
        let area = spool(&args.host, 1);
        let (inputs, contents) = files::placed(given, action, &area)?;
        let has_log = args.logging.log.is_some_and(|level| level != Level::Off);
        let progress = ProgressDisplay::new(args.quiet, has_log);
        let host = counting_host(&args.host, keys, Clock::system())
            .spooling_in(area)
            .reporting_to(progress.listener());
        host.open_clients()
            .map_err(|error| CallFault::machine(error.to_string()))?;
        if !has_state && needs_key(&fields, &inputs) && !args.quiet {
            report_note("the state is off, so the same command would do it again");
        }
        Ok(Self {
            found,
            fields,
            host: Arc::new(host),
            inputs,
            contents,
            login,
            progress,
            time: args
                .deadline
                .map_or(USUAL_TIME, |seconds| Duration::from_secs(seconds.into())),
            is_again: args.again,
            has_state,
        })
    }

    /// Makes the request. A signal to stop ends it with what is known of its effect.
    async fn run(mut self) -> Result<CallDone, CallFault> {
        if self.asks_for_privacy() {
            match self.ask_for_privacy().await? {
                Asked::Chosen(level) => drop(self.inputs.insert(PRIVACY.to_owned(), level.into())),
                Asked::Failed(reply) => {
                    return Ok(self.done(reply, CommandKey::None));
                }
            }
        }
        let key = self.key().await?;
        let task = CallTask::Action {
            action: self.found.1,
            inputs: std::mem::take(&mut self.inputs),
        };
        let reply = self.ask(task).await;
        Ok(self.done(reply, key))
    }

    fn done(self, reply: Reply, key: CommandKey) -> CallDone {
        CallDone {
            reply,
            key,
            origin: self.login.origin,
        }
    }

    /// Gives the command its idempotency key, if it needs one.
    async fn key(&mut self) -> Result<CommandKey, CallFault> {
        if self.inputs.contains_key("idempotency_key") {
            return Ok(CommandKey::Given);
        }
        if !self.has_state || !needs_key(&self.fields, &self.inputs) {
            return Ok(CommandKey::None);
        }
        if self.contents.local_size() > READ_AT_ONCE {
            self.progress.step("Reading the file");
        }
        let work = with_key(self.found.1, &mut self.inputs, &self.contents, self.is_again);
        let key = tokio::select! {
            biased;
            key = work => Some(key),
            () = stop_signal() => None,
        };
        self.progress.finish();
        match key {
            Some(Some(key)) => {
                if let CommandKey::Fresh(key) = &key {
                    // Whatever ends the command, only this key finds its effect.
                    report_note(&format!(
                        "the idempotency key is {key}; after an interruption, give it with --idempotency-key in place of \
                         --again"
                    ));
                }
                Ok(key)
            }
            Some(None) => Err(unreadable(&self.contents)),
            None => Err(cancelled()),
        }
    }

    /// Sends a request and waits for its reply.
    async fn ask(&self, task: CallTask) -> Reply {
        let request = CallRequest {
            integration: self.found.0,
            task,
            auth: self.login.auth.clone(),
            contents: self.contents.clone(),
            time: self.time,
        };
        let (running, work) = match front::begin(&self.host, request) {
            Ok(begun) => begun,
            Err(reply) => return *reply,
        };
        let reply = tokio::select! {
            biased;
            reply = work => Some(reply),
            () = stop_signal() => None,
        };
        self.progress.finish();
        reply.unwrap_or_else(|| running.interrupted())
    }

    /// Whether the audience of a post is missing and a person can be asked for it.
    fn asks_for_privacy(&self) -> bool {
        let takes = self.fields.iter().any(|field| field.name == PRIVACY);
        let is_draft = self.inputs.get("post_mode").and_then(Value::as_str) == Some("MEDIA_UPLOAD");
        takes && !is_draft && !self.inputs.contains_key(PRIVACY) && terminal::has_person()
    }

    /// Asks for the audience of a post, with the account's options.
    async fn ask_for_privacy(&self) -> Result<Asked, CallFault> {
        let Some(action) = self.found.0.action("get_creator_info") else {
            return Err(CallFault::machine(
                "the account's options cannot be read".to_owned(),
            ));
        };
        let inputs = Map::new();
        let reply = self.ask(CallTask::Action { action, inputs }).await;
        let Some(creator) = reply.data().cloned() else {
            return Ok(Asked::Failed(reply));
        };
        let answer = tokio::task::spawn_blocking(move || ask::privacy_level(&creator));
        tokio::select! {
            biased;
            level = answer => level.ok().flatten().map(Asked::Chosen).ok_or_else(cancelled),
            () = stop_signal() => Err(cancelled()),
        }
    }
}

/// Answer to the question for the audience.
enum Asked {
    /// The level.
    Chosen(String),
    /// The account's options could not be read.
    Failed(Reply),
}

fn login(integration: &Integration, args: &CallArgs) -> Result<FoundAuth, CallFault> {
    let account = credentials::AccountChoice::of(&args.account, &args.host.api);
    credentials::auth(integration, account, "call").map_err(CallFault::from)
}

impl From<credentials::CredentialsFault> for CallFault {
    fn from(fault: credentials::CredentialsFault) -> Self {
        match fault {
            credentials::CredentialsFault::Missing(texts) => {
                let or_login = "or run `autohive-tiktok auth login`";
                Self::access("missing_token", format!("{}, {or_login}", texts.join("; ")))
            }
            credentials::CredentialsFault::Wrong(texts) => Self::access("malformed_token", texts.join("; ")),
        }
    }
}

fn unreadable(contents: &Contents) -> CallFault {
    if contents.has_changed() {
        let message = "the file was changed while it was read; nothing was sent. Run the command again when the file is \
                       complete";
        CallFault::input("file_changed", message.to_owned())
    } else {
        CallFault::input("file_unreadable", "the file cannot be read".to_owned())
    }
}

fn cancelled() -> CallFault {
    CallFault {
        exit: Exit::Failed,
        code: "interrupted",
        message: "cancelled; nothing was sent".to_owned(),
    }
}

/// Prints a note for a person to standard error.
fn report_note(text: &str) {
    super::stderr::write(format!("note: {text}\n").as_bytes());
}
