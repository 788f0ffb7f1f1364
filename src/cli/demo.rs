//! `demo`: shows every action on this machine, for people.

use std::{
    fs,
    io::{self, IsTerminal as _},
    path::Path,
    time::Duration,
};

use super::{
    Exit, args::Demo, block_on_reporting, chart::ChartStyle, environment, print_line,
    report_chart::report_chart, report_error,
};
use crate::{
    front::demo::{self, CLIP, DemoEvent, DemoScript},
    media::VIDEO_MAX,
    simulator::StoredPost,
};

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// Plays the demo; fails if a step does.
pub(super) fn demo(options: &Demo) -> Exit {
    if options.is_advertising() {
        return play(DemoScript::Advertising(CLIP));
    }
    let video = match options.video.as_deref().map(read).transpose() {
        Ok(video) => video,
        Err(error) => {
            report_error(&error);
            return Exit::Failed;
        }
    };
    play(DemoScript::Posting(video.as_deref().unwrap_or(CLIP)))
}

fn play(script: DemoScript<'_>) -> Exit {
    let played = block_on_reporting(demo::play(script, &mut |event| show(&event)));
    match played {
        Some(true) => {
            let next = match script {
                DemoScript::Posting(_) => "docs/protocol.md",
                DemoScript::Advertising(_) => "docs/tiktok-ads.md",
            };
            print_line(&format!(
                "{GREEN}All steps succeeded.{PLAIN} Next: {next}, or `autohive-tiktok simulate`."
            ));
            Exit::Done
        }
        Some(false) => {
            print_line(&format!(
                "{RED}Something went wrong: the demo ends at the step marked with ✗, or the digests differ.{PLAIN}"
            ));
            Exit::Failed
        }
        None => Exit::Failed,
    }
}

/// Reads the whole video into memory. Errors do not repeat its path, which could be a token.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_file(path).map_err(|error| {
        let what = format!("the video could not be read: {error}");
        io::Error::new(error.kind(), what)
    })
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file",
        ));
    }
    if metadata.len() > VIDEO_MAX.0 {
        let what = format!(
            "it has {} bytes, and a request's video may have {VIDEO_MAX}",
            metadata.len()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    fs::read(path)
}

fn show(event: &DemoEvent<'_>) {
    match event {
        DemoEvent::Opening { url, video_bytes } => {
            let video = video_bytes.map(|bytes| format!(" the video has {bytes} bytes;"));
            print_line(&format!(
                "TikTok is simulated at {url};{} no TikTok app is needed.\n",
                video.unwrap_or_default()
            ));
        }
        DemoEvent::Later { days, today } => {
            let today = today.map(|today| format!(", it is {today}")).unwrap_or_default();
            print_line(&format!("{BOLD}{days} days later{PLAIN}{today}\n"));
        }
        DemoEvent::Part(heading) => print_line(&format!("{BOLD}{heading}{PLAIN}\n")),
        DemoEvent::Step {
            number,
            title,
            request,
            result,
            report,
            duration,
            passed,
        } => {
            let mark = if *passed {
                format!("{GREEN}✓{PLAIN}")
            } else {
                format!("{RED}✗{PLAIN}")
            };
            print_line(&format!(
                "{mark} {BOLD}{number}. {title}{PLAIN} {DIM}({}){PLAIN}",
                shown(*duration)
            ));
            print_line(&format!("  {DIM}→ {request}{PLAIN}"));
            for line in result {
                print_line(&format!("  ← {line}"));
            }
            if let Some(report) = report {
                print_line("");
                for line in report_chart(report, style()) {
                    print_line(&format!("  {line}"));
                }
            }
            print_line("");
        }
        DemoEvent::Stored { posts, sha256 } => {
            print_line(&format!("{BOLD}What TikTok's side has stored{PLAIN}"));
            print_line(&format!("  sent: SHA-256 {sha256}"));
            for post in *posts {
                print_line(&format!("  {}", stored(post, sha256)));
            }
            print_line("");
        }
    }
}

/// Block characters on a terminal that has them. Files may be read anywhere.
fn style() -> ChartStyle {
    if io::stdout().is_terminal() && environment::is_utf8() {
        ChartStyle::Blocks
    } else {
        ChartStyle::Ascii
    }
}

fn stored(post: &StoredPost, sha256: &str) -> String {
    let status = word(post.status);
    let (kind, bytes) = (word(post.kind), post.bytes);
    let content = match (bytes, post.sha256 == sha256) {
        (0, _) => "fetched by TikTok".to_owned(),
        (_, true) => format!("{bytes} bytes, {GREEN}SHA-256 matches{PLAIN}"),
        (_, false) => format!("{bytes} bytes, {RED}SHA-256 differs: {}{PLAIN}", post.sha256),
    };
    format!("{kind}: {status}, {content}")
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn shown(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
