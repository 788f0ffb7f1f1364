//! One call: its inputs, credentials and files are read, then it is made.

use std::sync::Arc;

use clap::ArgMatches;
use serde_json::{Map, Value};

use super::{
    again::{CommandKey, KEY, needs_key, with_key},
    ask, confirm,
    field::{self, InputField},
    files, inputs,
    progress::ProgressDisplay,
    time::CallTime,
    tree::FoundAction,
};
use crate::{
    catalogue::own,
    cli::{
        args::{CallArgs, Level},
        codes,
        credentials::{self, FoundAuth},
        fault::CommandFault,
        hosting::{counting_host, spool, state_keys},
        one_request,
        signals::{is_stopped, stop_signal},
        stderr, terminal,
        token_origin::TokenOrigin,
    },
    clock::Clock,
    front::call::{CallRequest, CallTask},
    host::{Host, Reply},
    integrations::{Contents, Integration},
    state::StateLocation,
};

/// Largest size of files whose digest nobody has to wait for, in bytes.
const READ_AT_ONCE: u64 = 64 * 1024 * 1024;

/// Most bytes of rows with the names of what is to be deleted.
const NAMES_MAX: u64 = 1024 * 1024;

/// Input that holds the audience of a post.
const PRIVACY: &str = "privacy_level";

/// A call before its request.
pub(super) struct PreparedCall {
    found: FoundAction,
    fields: Vec<InputField>,
    host: Arc<Host>,
    inputs: Map<String, Value>,
    contents: Contents,
    login: FoundAuth,
    progress: ProgressDisplay,
    time: CallTime,
    is_again: bool,
    is_to_confirm: bool,
    has_state: bool,
}

/// Result of a call, and the key that it had.
pub(super) struct CallDone {
    pub(super) reply: Reply,
    pub(super) key: CommandKey,
    pub(super) origin: TokenOrigin,
}

impl PreparedCall {
    /// Reads inputs, credentials and files.
    pub(super) fn new(
        found: FoundAction,
        matches: &ArgMatches,
        args: &CallArgs,
    ) -> Result<Self, CommandFault> {
        let (integration, action) = found;
        let time = CallTime::begin(args.deadline);
        let fields = field::fields(integration, action);
        let (known, words, document) = (fields.clone(), matches.clone(), args.inputs.clone());
        let given = time.read(move || inputs::inputs(&known, &words, document.as_deref()))?;
        if args.again && given.members.contains_key(KEY) {
            return Err(again_with_key());
        }
        let is_to_confirm = confirm::is_to_ask(action, &given.members, matches)?;
        let login = login(integration, args)?;
        if time.left().is_zero() {
            return Err(time.passed("the login was refreshed"));
        }
        let keys = state_keys().map_err(CommandFault::usage)?;
        let has_state = args.host.state != Some(StateLocation::Off);
        let area = spool(&args.host, 1);
        let place = area.clone();
        let (inputs, contents) = time.read(move || files::placed(given, action, &place))?;
        let has_log = args.logging.log.is_some_and(|level| level != Level::Off);
        let progress = ProgressDisplay::new(args.quiet, has_log);
        let host = counting_host(&args.host, keys, Clock::system())
            .spooling_in(area)
            .reporting_to(progress.listener());
        host.open_clients()
            .map_err(|error| CommandFault::machine(error.to_string()))?;
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
            time,
            is_again: args.again,
            is_to_confirm,
            has_state,
        })
    }

    /// Makes the request. A signal to stop ends it with what is known of its effect.
    pub(super) async fn run(mut self) -> Result<CallDone, CommandFault> {
        if self.asks_for_privacy() {
            match self.ask_for_privacy().await? {
                Asked::Chosen(level) => drop(self.inputs.insert(PRIVACY.to_owned(), level.into())),
                Asked::Failed(reply) => {
                    return Ok(self.done(reply, CommandKey::None));
                }
            }
        }
        if self.is_to_confirm {
            self.confirm().await?;
        }
        let key = self.key().await?;
        if is_stopped().await {
            return Err(CommandFault::cancelled());
        }
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
    async fn key(&mut self) -> Result<CommandKey, CommandFault> {
        if self.inputs.contains_key(KEY) {
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
            () = self.time.passes() => return Err(self.time.passed("the file was read")),
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
            None => Err(CommandFault::cancelled()),
        }
    }

    /// Sends a request and waits for its reply.
    async fn ask(&self, task: CallTask) -> Reply {
        let request = CallRequest {
            integration: self.found.0,
            task,
            auth: self.login.auth.clone(),
            contents: self.contents.clone(),
            time: self.time.left(),
        };
        let reply = one_request::reply(&self.host, request).await;
        self.progress.finish();
        reply
    }

    /// Asks whether to delete. Errors: the answer is not yes.
    async fn confirm(&self) -> Result<(), CommandFault> {
        let mut lines = Vec::new();
        self.progress.step("Reading the names");
        for (deleted, ids) in confirm::asked_of(self.found.1, &self.inputs) {
            let inputs = deleted.reading(&ids);
            let read = match self.found.0.action(deleted.reader) {
                Some(action) => {
                    let reply = self.ask(CallTask::Action { action, inputs }).await;
                    if is_interrupted(&reply) {
                        return Err(CommandFault::cancelled());
                    }
                    reply.data_with_rows(NAMES_MAX).map(|(data, _is_whole)| data)
                }
                None => None,
            };
            lines.extend(deleted.lines(&ids, read.as_ref()));
        }
        let answer = tokio::task::spawn_blocking(move || confirm::is_confirmed(&lines));
        let agreed = tokio::select! {
            biased;
            answer = answer => match answer {
                Ok(true) => Ok(()),
                _ => Err(CommandFault::new(&codes::NOT_CONFIRMED, "not confirmed; nothing was deleted")),
            },
            () = stop_signal() => Err(CommandFault::cancelled()),
            () = self.time.passes() => Err(self.time.passed("the question was open")),
        };
        agreed.inspect_err(|fault| {
            if fault.code != &codes::NOT_CONFIRMED {
                terminal::leave_question();
            }
        })
    }

    /// Whether the audience of a post is missing and a person can be asked for it.
    fn asks_for_privacy(&self) -> bool {
        let takes = self.fields.iter().any(|field| field.name == PRIVACY);
        let is_draft = self.inputs.get("post_mode").and_then(Value::as_str) == Some("MEDIA_UPLOAD");
        takes && !is_draft && !self.inputs.contains_key(PRIVACY) && terminal::has_person()
    }

    /// Asks for the audience of a post, with the account's options.
    async fn ask_for_privacy(&self) -> Result<Asked, CommandFault> {
        let Some(action) = self.found.0.action("get_creator_info") else {
            return Err(CommandFault::machine(
                "the account's options cannot be read".to_owned(),
            ));
        };
        let inputs = Map::new();
        let reply = self.ask(CallTask::Action { action, inputs }).await;
        if is_interrupted(&reply) {
            return Err(CommandFault::cancelled());
        }
        let Some(creator) = reply.data().cloned() else {
            return Ok(Asked::Failed(reply));
        };
        let options = ask::AudienceOptions::of(&creator)?;
        let answer = tokio::task::spawn_blocking(move || ask::privacy_level(&options));
        let asked = tokio::select! {
            biased;
            level = answer => level.ok().flatten().map(Asked::Chosen).ok_or_else(CommandFault::cancelled),
            () = stop_signal() => Err(CommandFault::cancelled()),
            () = self.time.passes() => Err(self.time.passed("the question was open")),
        };
        asked.inspect_err(|_unanswered| terminal::leave_question())
    }
}

/// Answer to the question for the audience.
enum Asked {
    /// The level.
    Chosen(String),
    /// The account's options could not be read.
    Failed(Reply),
}

fn login(integration: &Integration, args: &CallArgs) -> Result<FoundAuth, CommandFault> {
    let account = credentials::AccountChoice::of(&args.account, &args.host.api);
    credentials::auth(integration, account, "call").map_err(CommandFault::from)
}

/// Whether a signal to stop ended a request.
fn is_interrupted(reply: &Reply) -> bool {
    reply
        .fault()
        .is_some_and(|error| error.text("code") == own::INTERRUPTED.code)
}

fn unreadable(contents: &Contents) -> CommandFault {
    if contents.has_changed() {
        let message = "the file was changed while it was read; nothing was sent. Run the command again when the file is \
                       complete";
        CommandFault::new(&codes::FILE_CHANGED, message)
    } else {
        CommandFault::new(&codes::FILE_UNREADABLE, "the file cannot be read")
    }
}

fn again_with_key() -> CommandFault {
    CommandFault::usage(
        "--again cannot be used with --idempotency-key: --again does the same command again under a new key of the program, and \
         a key of yours says itself whether it is done again; leave --again out and give a new key, or leave the key out",
    )
}

/// Prints a note for a person to standard error.
fn report_note(text: &str) {
    stderr::write(format!("note: {text}\n").as_bytes());
}
