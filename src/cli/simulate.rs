//! `simulate`: a simulated TikTok that runs until SIGTERM or SIGINT.

use std::{io, time::Duration};

use super::{Exit, args::Simulate, block_on_reporting, is_printed, print_line, signals::stop_signal};
use crate::simulator::{Account, AdsOptions, Simulator, SimulatorOptions, description};

/// Runs the simulator and prints how to use it.
pub(super) fn simulate(options: &Simulate) -> Exit {
    let simulation = SimulatorOptions {
        port: options.port,
        processing: Duration::from_millis(options.processing_ms),
        moderation: Duration::from_millis(options.moderation_ms),
        strict: options.strict,
        ..SimulatorOptions::default()
    };
    let served = block_on_reporting(async {
        let (accounts, ads) = (simulation.accounts.clone(), simulation.ads.clone());
        let (port, strict) = (simulation.port, simulation.strict);
        let simulator = Simulator::start(simulation)
            .await
            .map_err(|error| at_port(port, &error))?;
        introduce(&simulator.url(), &accounts, &ads, strict);
        // Nobody knows its port.
        if is_printed() {
            stop_signal().await;
        }
        Ok::<(), io::Error>(())
    });
    served.map_or(Exit::Failed, |()| Exit::Done)
}

const STRICT: &str = "Requests that TikTok accepts but does not document are refused.";
const LENIENT: &str = "Requests that TikTok accepts but does not document are accepted, with a note in the journal. \
    --strict refuses them.";

fn at_port(port: u16, error: &io::Error) -> io::Error {
    let fix = if port == 0 {
        ""
    } else {
        "; choose another port, or omit --port"
    };
    io::Error::new(
        error.kind(),
        format!("could not listen on port {port}: {error}{fix}"),
    )
}

fn introduce(url: &str, accounts: &[Account], ads: &AdsOptions, strict: bool) {
    print_line(&format!("TikTok is simulated at {url} (press Ctrl-C to stop)."));
    print_line("");
    print_line("Access tokens:");
    for Account { token, .. } in accounts {
        print_line(&format!("  {token:<35} {}", description(token).replace('`', "")));
    }
    print_line("");
    introduce_ads(url, ads);
    print_line("");
    print_line("In another terminal:");
    print_line(r#"  echo '{"action":"get_user_info","auth":{"access_token":"act.sim-public"}}' \"#);
    print_line(&format!("    | autohive-tiktok run --api-base {url}"));
    print_line("");
    print_line(if strict { STRICT } else { LENIENT });
    print_line(&format!(
        "Requests received: {url}/_simulator/journal\nPosts stored: {url}/_simulator/posts"
    ));
    print_line("To inject faults, move its clock or serve files, see docs/simulator.md.");
}

/// The Marketing API: its tokens and advertisers.
fn introduce_ads(url: &str, ads: &AdsOptions) {
    print_line(&format!(
        "Access tokens of the Marketing API at {url}/open_api/v1.3/ (header Access-Token):"
    ));
    for (token, description) in ads.described_tokens() {
        print_line(&format!("  {token:<35} {description}"));
    }
    print_line("Advertiser ids:");
    for (id, description) in ads.described_advertisers() {
        print_line(&format!("  {id:<35} {description}"));
    }
    for app in &ads.apps {
        print_line(&format!(
            "Developer app: app_id {}, secret {}",
            app.app_id, app.secret
        ));
    }
}
