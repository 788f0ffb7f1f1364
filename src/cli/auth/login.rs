//! `auth login`

use std::time::Duration;

use super::{
    Progress, advertisers, api_of,
    app::LoginSources,
    browser,
    checked::{TokenVerdict, judged},
    granted::GrantedPermissions,
    login_end::{LoginEnd, close, show_success},
    login_report::LoginReport,
    progress::AuthStage,
    prompt::{Echo, InputLines},
    redirect::{RedirectPlan, uri_on},
    tell, waiting,
    waiting::Ways,
    with_token,
};
use crate::{
    accounts::{AccountKey, Listener, SignInApi, StoredAccount, StoredApp, UnknownMembers, nonce},
    cli::{args::LoginArgs, codes, fault::CommandFault, signals::is_stopped, signed_in::SignedIn, usage},
    clock::Clock,
    marketing_api::oauth::TokenKind,
    sign_in::{Consent, ConsentTerms, GrantedTokens},
};

/// Signs an account in, in a browser or with a token from standard input.
pub(super) async fn login(options: &LoginArgs, progress: &Progress) -> Result<(), CommandFault> {
    let signed_in = progress.open(&options.account.store, &options.account.api)?;
    let api = api_of(options.account.integration.name)?;
    check(options, api)?;
    let name = options.account.account.clone().unwrap_or_default();
    let key = AccountKey { api, name };
    // A store that cannot be used is found out before the person signs in.
    let known = signed_in.accounts.usable().await?.get(&key).cloned();
    let sources = LoginSources {
        options,
        api,
        known: known.as_ref(),
    };
    let login = if options.with_token {
        let account = with_token::read(&signed_in, &sources, key).await?;
        let verdict = TokenVerdict::of(&options.account, &account).await;
        if is_stopped().await {
            return Err(progress.interrupted());
        }
        NewLogin {
            account: judged(account, &verdict)?,
            end: None,
            verdict: Some(verdict),
        }
    } else {
        in_browser(&signed_in, &sources, key).await?
    };
    store((&signed_in, progress), options, login).await
}

/// Account whose tokens are not stored yet.
struct NewLogin {
    account: StoredAccount,
    /// Browser that waits for a page.
    end: Option<LoginEnd>,
    /// TikTok's judgement of a token that was given.
    verdict: Option<TokenVerdict>,
}

/// Options that belong to the other integration.
fn check(options: &LoginArgs, api: SignInApi) -> Result<(), CommandFault> {
    let foreign = match api {
        SignInApi::Open => [
            ("--app-id", options.app_id.is_some()),
            ("--short-term", options.short_term),
            ("--advertiser-id", options.advertiser_id.is_some()),
            ("--sandbox", options.sandbox),
        ],
        SignInApi::Marketing => [
            ("--client-key", options.client_key.is_some()),
            ("--scopes", options.scopes.is_some()),
            ("--no-pkce", options.no_pkce),
            ("", false),
        ],
    };
    let other = match api {
        SignInApi::Open => SignInApi::Marketing,
        SignInApi::Marketing => SignInApi::Open,
    };
    match foreign.into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(CommandFault::usage(format!(
            "{option} is for the integration {}; add --integration {}, or leave it out",
            other.integration(),
            other.integration()
        ))),
        None => Ok(()),
    }
}

/// Permissions to ask for.
fn scopes(options: &LoginArgs, api: SignInApi) -> Result<Vec<&'static str>, CommandFault> {
    let permissions = options.account.integration.permissions;
    match (api, options.scopes.as_deref()) {
        (SignInApi::Marketing, _) => Ok(Vec::new()),
        (SignInApi::Open, None) => Ok(permissions.usual()),
        (SignInApi::Open, Some(text)) => permissions
            .parse(text)
            .map_err(|reason| CommandFault::usage(usage::refused_value("scopes", text, &reason))),
    }
}

/// Signs in with a browser. Once the code is sent, TikTok may have issued tokens, so a signal waits until they are stored.
async fn in_browser(
    signed_in: &SignedIn,
    sources: &LoginSources<'_>,
    key: AccountKey,
) -> Result<NewLogin, CommandFault> {
    let options = sources.options;
    let scopes = scopes(options, key.api)?;
    let (app, secret) = sources.app().await?;
    let plan = plan(sources)?;
    if options.no_pkce && !plan.may_omit_pkce() {
        return Err(CommandFault::usage(
            "--no-pkce is for https redirect addresses: TikTok requires PKCE for those on this machine",
        ));
    }
    let (listener, redirect_uri) = listen(&signed_in.clock, &plan).await?;
    let random = || nonce().map_err(CommandFault::machine);
    let terms = ConsentTerms {
        api: key.api,
        app_id: app.id.clone(),
        scopes,
        redirect_uri: redirect_uri.clone(),
        state: random()?,
        verifier: (!options.no_pkce).then(random).transpose()?,
        kind: if options.short_term {
            TokenKind::ShortTerm
        } else {
            TokenKind::LongTerm
        },
    };
    let consent = signed_in.providers.consent(terms)?;
    let pastes = invite(&consent, &plan, options.no_browser);
    let mut ways = Ways {
        listener,
        pasted: pastes
            .then(|| InputLines::open(Echo::Hidden))
            .transpose()
            .map_err(CommandFault::machine)?,
        redirect_uri,
        clock: signed_in.clock.clone(),
        patience: Duration::from_secs(options.timeout),
    };
    let answered = waiting::answer(&consent, &mut ways).await;
    // The terminal shows again what is typed.
    let Ways { listener, .. } = ways;
    let answered = match answered {
        Ok(answered) => answered,
        Err(failure) => {
            close(listener).await;
            return Err(failure);
        }
    };
    let end = LoginEnd {
        browser: answered.browser,
        listener,
        _call: signed_in.accounts.begin_call(),
    };
    match signed_in
        .providers
        .exchange(&consent, &secret, &answered.answer)
        .await
    {
        Ok(granted) => Ok(NewLogin {
            account: account(signed_in, key, app, granted),
            end: Some(end),
            verdict: None,
        }),
        Err(problem) => {
            let failure = CommandFault::from(problem);
            end.failed(&failure).await;
            Err(failure)
        }
    }
}

/// Redirect address of the options, the environment or the default.
fn plan(sources: &LoginSources<'_>) -> Result<RedirectPlan, CommandFault> {
    let given = match &sources.options.redirect_uri {
        Some(uri) => Some(uri.clone()),
        None => sources.named("TIKTOK_REDIRECT_URI")?,
    };
    match given {
        None => Ok(RedirectPlan::on_port(sources.options.port)),
        Some(uri) => RedirectPlan::of(&uri, sources.api).map_err(|fault| {
            CommandFault::usage(format!(
                "the redirect address (--redirect-uri) cannot be used: {fault}"
            ))
        }),
    }
}

async fn listen(clock: &Clock, plan: &RedirectPlan) -> Result<(Option<Listener>, String), CommandFault> {
    match plan {
        RedirectPlan::Web { uri } => Ok((None, uri.clone())),
        RedirectPlan::Loopback { uri, port, path } => {
            let listener = Listener::bind(clock, *port, path).await;
            let listener = listener.map_err(|error| {
                CommandFault::new(
                    &codes::PORT_UNUSABLE,
                    format!(
                        "{error}. End that process, or give another --port whose address http://127.0.0.1:PORT/callback/ is \
                         registered for the app"
                    ),
                )
            })?;
            let uri = uri.clone().unwrap_or_else(|| uri_on(listener.port()));
            Ok((Some(listener), uri))
        }
    }
}

/// Opens the browser or says how to; returns whether the person may paste.
fn invite(consent: &Consent, plan: &RedirectPlan, no_browser: bool) -> bool {
    let is_opened = !no_browser && browser::open(&consent.page);
    if is_opened {
        tell("A browser opens with TikTok's page. If it does not, open this address:");
    } else {
        tell("Open this address in a browser, on this machine or another one:");
    }
    tell("");
    tell(consent.page.as_str());
    tell("");
    match plan {
        RedirectPlan::Loopback { .. } if is_opened => {
            tell("Waiting for the sign-in in the browser. Ctrl-C gives up.");
            false
        }
        RedirectPlan::Loopback { .. } => {
            tell(
                "After you have agreed, the browser is sent to this machine. If it is on another one, it cannot load that page: \
                 copy the whole address from its address bar, paste it here (it is not shown) and press Enter:",
            );
            true
        }
        RedirectPlan::Web { .. } => {
            tell(
                "After you have agreed, copy the whole address of the page that the browser shows, paste it here (it is not \
                 shown) and press Enter. The code alone works too:",
            );
            true
        }
    }
}

fn account(signed_in: &SignedIn, key: AccountKey, app: StoredApp, granted: GrantedTokens) -> StoredAccount {
    StoredAccount {
        api_base: signed_in.providers.base(key.api, false),
        key,
        app: Some(app),
        tokens: granted.tokens,
        scopes: granted.scopes,
        open_id: granted.open_id,
        advertisers: granted.advertisers,
        advertiser_id: None,
        is_sandbox: false,
        signed_in: signed_in.clock.since_epoch(),
        refreshed: None,
        refresh_begun: None,
        unknown: UnknownMembers::default(),
        refused: None,
    }
}

/// Stores the account, shows the page, and reports.
async fn store(
    (signed_in, progress): (&SignedIn, &Progress),
    options: &LoginArgs,
    login: NewLogin,
) -> Result<(), CommandFault> {
    let NewLogin {
        mut account,
        end,
        verdict,
    } = login;
    let mut notes = Vec::new();
    let app = account.app.clone();
    if options.no_store_secret
        && let Some(app) = &mut account.app
    {
        app.secret = None;
    }
    if account.key.api == SignInApi::Marketing {
        account.advertiser_id.clone_from(&options.advertiser_id);
    }
    // Stored before anything else is asked: the code is used up.
    let (mut account, before) = match put(signed_in, account).await {
        Ok(stored) => stored,
        Err(failure) => {
            if let Some(end) = end {
                end.failed(&failure).await;
            }
            return Err(failure);
        }
    };
    progress.reached(AuthStage::SignedIn(account.key.api));
    let asked = if options.with_token {
        Vec::new()
    } else {
        scopes(options, account.key.api)?
    };
    let permissions = GrantedPermissions::of(options.account.integration, &asked, account.scopes.clone());
    if let Some(end) = end {
        show_success(end, &account, &permissions).await;
    }
    progress.go_on()?;
    if let (SignInApi::Marketing, Some(app)) = (account.key.api, app) {
        advertisers::name_advertisers(signed_in, &app, &mut account, &mut notes).await;
        account = advertisers::keep(signed_in, account).await?;
    }
    if before.is_some_and(|before| before.open_id.is_some() && before.open_id != account.open_id) {
        notes.push(format!(
            "the {} was another TikTok account before; it is replaced",
            account.key
        ));
    }
    let account = advertisers::chosen(signed_in, options, account).await?;
    let report = LoginReport {
        account: &account,
        permissions: &permissions,
        verdict: verdict.as_ref(),
        notes: &notes,
    };
    report.print(signed_in, options)
}

/// Stores the account with its usual ad account; returns it, and the one that it replaces.
async fn put(
    signed_in: &SignedIn,
    mut account: StoredAccount,
) -> Result<(StoredAccount, Option<StoredAccount>), CommandFault> {
    let stored = signed_in.accounts.change(|book| {
        let before = book.get(&account.key).cloned();
        if account.advertiser_id.is_none() {
            account.advertiser_id = advertisers::usual_advertiser(&account, before.as_ref());
        }
        book.put(account.clone());
        (account, before)
    });
    Ok(stored.await?)
}
