//! The simulated TikTok in a separate process.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use autohive_tiktok::{
    model::ByteCount,
    simulator::{Digesting, Simulator, SimulatorOptions},
    upload::ChunkPlan,
};
use serde_json::json;

use super::{Result, connection::ask, server::serve};

/// Account for the posts.
pub(super) const TOKEN: &str = "act.sim-public";

/// Whether uploads are hashed. Hashing costs more than everything else, so it is off during measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    On,
    Off,
}

/// A running TikTok; dropping it stops it.
#[derive(Debug)]
pub(super) struct Tiktok {
    pub(super) process: Child,
    pub(super) url: String,
}

impl Tiktok {
    pub(super) fn start(digest: Digest) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command
            .arg("simulator")
            .args((digest == Digest::On).then_some("--digest"));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut url)?;
        Ok(Self {
            process,
            url: url.trim().to_owned(),
        })
    }

    /// Begins an upload of `size` bytes. Returns its URL.
    pub(super) fn upload_url(&self, size: ByteCount) -> Result<String> {
        let plan = ChunkPlan::for_line(size, None)?;
        let source = json!({
            "source": "FILE_UPLOAD", "video_size": size, "chunk_size": plan.chunk_size(), "total_chunk_count": plan.count(),
        });
        let headers = format!("Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n");
        let body = json!({ "source_info": source }).to_string();
        let answer = ask(
            "POST",
            &format!("{}/v2/post/publish/inbox/video/init/", self.url),
            &headers,
            &body,
        )?;
        let url = answer.pointer("/data/upload_url").and_then(|url| url.as_str());
        Ok(url
            .ok_or_else(|| format!("no upload address in {answer}"))?
            .to_owned())
    }

    /// Received bytes of the last post.
    pub(super) fn arrived(&self) -> Result<u64> {
        Ok(self.last_post("/bytes")?.as_u64().unwrap_or_default())
    }

    /// Their SHA-256.
    pub(super) fn sha256(&self) -> Result<String> {
        Ok(self.last_post("/sha256")?.as_str().unwrap_or_default().to_owned())
    }

    fn last_post(&self, member: &str) -> Result<serde_json::Value> {
        let posts = ask("GET", &format!("{}/_simulator/posts", self.url), "", "")?;
        let post = posts.as_array().and_then(|posts| posts.last());
        Ok(post
            .and_then(|post| post.pointer(member))
            .ok_or_else(|| format!("no {member} in {posts}"))?
            .clone())
    }
}

impl Drop for Tiktok {
    fn drop(&mut self) {
        // It ends with its input, so it may have exited already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Role of the simulated TikTok, which serves until standard input ends.
pub(super) fn simulate(digest: bool) -> Result<()> {
    let digest = if digest { Digesting::On } else { Digesting::Off };
    let options = SimulatorOptions {
        digest,
        strict: true,
        processing: Duration::ZERO,
        moderation: Duration::ZERO,
        ..SimulatorOptions::default()
    };
    serve(async {
        let simulator = Simulator::start(options).await?;
        Ok((simulator.url(), simulator))
    })
}
