//! The browser of the person.

use std::{
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
    thread,
};

use url::Url;

use crate::cli::environment::{secret_variable, variable_names};

/// Opens `page` in a browser. Returns false if there is none, or if it would run on another machine.
pub(super) fn open(page: &Url) -> bool {
    let Some(program) = program() else { return false };
    let mut command = Command::new(program);
    command
        .arg(page.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for this program.
        .process_group(0);
    // Secrets of the app are none of the browser's business.
    for name in variable_names().filter(|name| name.contains("TIKTOK_")) {
        command.env_remove(name);
    }
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    // Some launchers last as long as the browser. The thread only collects the exit code.
    drop(thread::Builder::new().spawn(move || drop(child.wait())));
    true
}

/// Program that opens addresses: `BROWSER`, else that of the system. Without a display `xdg-open` would start a browser in
/// this terminal, and over SSH one on the other machine.
fn program() -> Option<String> {
    let set = |name| secret_variable(name).ok().flatten();
    if let Some(browser) = set("BROWSER") {
        return browser.split(':').next().map(str::to_owned);
    }
    if set("SSH_CONNECTION").is_some() || set("SSH_TTY").is_some() {
        return None;
    }
    if cfg!(target_os = "macos") {
        return Some("open".to_owned());
    }
    let has_display =
        set("DISPLAY").is_some() || set("WAYLAND_DISPLAY").is_some() || set("WSL_DISTRO_NAME").is_some();
    has_display.then(|| "xdg-open".to_owned())
}
