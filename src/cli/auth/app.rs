//! Id and secret of the app, from options, files, variables, the store and the person.

use std::{fs::File, io::Read as _, path::Path};

use super::{prompt, tell};
use crate::{
    accounts::{SignInApi, StoredAccount, StoredApp},
    cli::{args::LoginArgs, env_file, environment::secret_variable, fault::CommandFault},
    secret::AppSecret,
    sign_in::AppNames,
};

/// Largest file with a secret, in bytes.
const SECRET_FILE_MAX: u64 = 16 * 1024;

/// Values for a sign-in that do not come from options alone.
pub(super) struct LoginSources<'a> {
    pub(super) options: &'a LoginArgs,
    pub(super) api: SignInApi,
    /// Account that has the name already.
    pub(super) known: Option<&'a StoredAccount>,
}

impl LoginSources<'_> {
    /// Value of a variable: from `--env-file`, the environment, or for tiktok-ads from `.env`.
    pub(super) fn named(&self, name: &str) -> Result<Option<String>, CommandFault> {
        if let Some(file) = &self.options.env_file
            && let Some(value) = env_file::given_if_present(file, name).map_err(CommandFault::usage)?
        {
            return Ok(Some(value));
        }
        if let Some(value) = secret_variable(name).map_err(CommandFault::usage)? {
            return Ok(Some(value.trim().to_owned()));
        }
        if self.api == SignInApi::Marketing && self.options.env_file.is_none() {
            return env_file::in_working_directory(name).map_err(CommandFault::usage);
        }
        Ok(None)
    }

    /// App with its secret. The secret is asked for on a terminal, and never an argument: process lists show arguments.
    pub(super) async fn app(&self) -> Result<(StoredApp, AppSecret), CommandFault> {
        let id = self.id()?;
        let secret = match self.secret(&id)? {
            Some(secret) => secret,
            None => self.asked_secret(&id).await?,
        };
        let app = StoredApp {
            id,
            secret: Some(secret.clone()),
        };
        Ok((app, secret))
    }

    /// Id of the app, if it is known. Errors: the file of `--env-file` or a variable cannot be read.
    pub(super) fn known_id(&self) -> Result<Option<String>, CommandFault> {
        let id = match self.id_of_options() {
            Some(id) => Some(id),
            None => self.named(AppNames::of(self.api).id_variable)?,
        };
        let stored = || self.known?.app.as_ref().map(|app| app.id.clone());
        Ok(id.or_else(stored))
    }

    fn id_of_options(&self) -> Option<String> {
        match self.api {
            SignInApi::Open => self.options.client_key.as_ref().map(ToString::to_string),
            SignInApi::Marketing => self.options.app_id.as_ref().map(ToString::to_string),
        }
    }

    /// Id of the app.
    fn id(&self) -> Result<String, CommandFault> {
        let AppNames {
            id_option,
            id_variable,
            ..
        } = AppNames::of(self.api);
        self.known_id()?.ok_or_else(|| {
            CommandFault::usage(format!(
                "the app is missing: give {id_option}, or set {id_variable}. TikTok's developer portal shows it beside the name of the \
                 app (docs/login.md)"
            ))
        })
    }

    /// Secret of the app, without asking the person. A secret of the environment may be one of another app, so it replaces
    /// the stored one only where options or the environment name the app too, as in [`crate::sign_in::Providers`].
    pub(super) fn secret(&self, id: &str) -> Result<Option<AppSecret>, CommandFault> {
        if let Some(file) = &self.options.secret_file {
            return parsed(secret_of_file(file)?, "the file of --secret-file").map(Some);
        }
        let names = AppNames::of(self.api);
        let stored = self.known.and_then(|account| account.app.as_ref());
        let stored = stored
            .filter(|app| app.id == id)
            .and_then(|app| app.secret.clone());
        let named_id = self.named(names.id_variable)?;
        if named_id.as_deref().is_some_and(|named| named != id) {
            return Ok(stored);
        }
        let is_of_store = named_id.is_none() && self.id_of_options().is_none();
        if is_of_store && stored.is_some() {
            return Ok(stored);
        }
        let given = self.named(names.secret_variable)?;
        let given = given
            .map(|text| parsed(text, names.secret_variable))
            .transpose()?;
        Ok(given.or(stored))
    }

    async fn asked_secret(&self, id: &str) -> Result<AppSecret, CommandFault> {
        let variable = AppNames::of(self.api).secret_variable;
        if !prompt::is_terminal() {
            return Err(CommandFault::usage(format!(
                "the secret of the app is missing: set {variable}, or give --secret-file or --env-file. It is never an argument, \
                 because process lists show arguments"
            )));
        }
        tell(&format!(
            "Secret of the app {id} (not shown while you type or paste it, then Enter):"
        ));
        let line = prompt::one_line(prompt::Echo::Hidden)
            .await
            .map_err(CommandFault::machine)?;
        parsed(line.unwrap_or_default(), "the secret that was typed")
    }
}

fn parsed(text: String, place: &str) -> Result<AppSecret, CommandFault> {
    AppSecret::parse(text).map_err(|fault| CommandFault::usage(format!("{place} is {fault}")))
}

fn secret_of_file(path: &Path) -> Result<String, CommandFault> {
    let failed = |what: &str| {
        CommandFault::usage(format!(
            "the file of --secret-file {what}; give a file that holds the secret and nothing else"
        ))
    };
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(SECRET_FILE_MAX).read_to_string(&mut text));
    match read {
        Ok(_) if text.trim().is_empty() => Err(failed("is empty")),
        Ok(_) => Ok(text.trim().to_owned()),
        Err(error) => Err(failed(&format!("cannot be read: {error}"))),
    }
}
