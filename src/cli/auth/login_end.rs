//! The page at the end of a sign-in.

use super::granted::GrantedPermissions;
use crate::{
    accounts::{ArrivedRedirect, BegunCall, Listener, ResultPage, StoredAccount},
    cli::fault::CommandFault,
};

/// Browser that waits for a page, and the listener that sends it.
#[derive(Debug)]
pub(super) struct LoginEnd {
    pub(super) browser: Option<ArrivedRedirect>,
    pub(super) listener: Option<Listener>,
    /// The exchange of the code: a signal takes effect once its tokens are stored and the page is sent.
    pub(super) _call: BegunCall,
}

impl LoginEnd {
    async fn show(self, page: &ResultPage<'_>) {
        if let Some(browser) = self.browser {
            browser.show(page);
        }
        close(self.listener).await;
    }

    pub(super) async fn failed(self, failure: &CommandFault) {
        let text = [
            failure.message.clone(),
            "The terminal says more. You can close this page.".to_owned(),
        ];
        self.show(&ResultPage {
            is_success: false,
            title: "Not signed in",
            text: &text,
        })
        .await;
    }
}

pub(super) async fn close(listener: Option<Listener>) {
    if let Some(listener) = listener {
        listener.close().await;
    }
}

pub(super) async fn show_success(end: LoginEnd, account: &StoredAccount, permissions: &GrantedPermissions) {
    let mut text = vec![format!("The {} is signed in on this machine.", account.key)];
    if !permissions.missing.is_empty() {
        let names: Vec<&str> = permissions
            .missing
            .iter()
            .map(|permission| permission.name)
            .collect();
        text.push(format!("Not granted: {}.", names.join(", ")));
    }
    text.push("You can close this page and return to the terminal.".to_owned());
    end.show(&ResultPage {
        is_success: true,
        title: "Signed in",
        text: &text,
    })
    .await;
}
