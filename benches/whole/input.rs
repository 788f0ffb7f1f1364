//! Requests with videos, written piece by piece.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write as _},
    path::{Path, PathBuf},
};

use autohive_tiktok::model::ByteCount;
use base64::{prelude::BASE64_STANDARD, write::EncoderWriter};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{Result, root, tiktok::TOKEN};

/// A request in a file.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// Size of its video.
    pub(super) size: ByteCount,
    /// Expected SHA-256 at TikTok.
    pub(super) sha256: String,
}

impl Input {
    /// Writes a request whose video has `mib` MiB.
    ///
    /// The video is the clip of the tests, followed by a `free` box of pseudorandom bytes: complete and playable.
    pub(super) fn write(folder: &Path, mib: u64) -> Result<Self> {
        let clip = fs::read(root().join("tests/media/clip.mp4"))?;
        let size = mib << 20;
        let free = u32::try_from(size - clip.len() as u64)?;
        let free = free.to_be_bytes();
        let mut video = clip
            .chain(&free[..])
            .chain(&b"free"[..])
            .chain(Noise(1))
            .take(size);
        let path = folder.join(format!("{mib}.json"));
        let mut file = BufWriter::new(File::create(&path)?);
        let auth = format!("{{\"access_token\":\"{TOKEN}\"}}");
        let inputs =
            "\"privacy_level\":\"SELF_ONLY\",\"file\":{\"name\":\"clip.mp4\",\"contentType\":\"video/mp4\"";
        write!(
            file,
            "{{\"id\":1,\"action\":\"create_video_post\",\"auth\":{auth},\"inputs\":{{{inputs},\"content\":\""
        )?;
        let mut hasher = Sha256::new();
        let mut base64 = EncoderWriter::new(&mut file, &BASE64_STANDARD);
        let mut block = vec![0; 48 * 1024];
        loop {
            let read = video.read(&mut block)?;
            let piece = block.get(..read).filter(|piece| !piece.is_empty());
            let Some(piece) = piece else { break };
            hasher.update(piece);
            base64.write_all(piece)?;
        }
        base64.finish()?;
        drop(base64);
        file.write_all(b"\"}}}\n")?;
        // Flushed now, so that no write to the disk falls into a measurement.
        file.into_inner()?.sync_all()?;
        let sha256 = format!("{:x}", Bytes::copy_from_slice(&hasher.finalize()));
        Ok(Self {
            path,
            size: ByteCount(size),
            sha256,
        })
    }

    /// Size of its video in MiB.
    pub(super) fn mib(&self) -> u64 {
        self.size.0 >> 20
    }
}

/// Pseudorandom bytes.
struct Noise(u64);

impl Read for Noise {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        for word in bytes.chunks_mut(8) {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            word.copy_from_slice(self.0.to_le_bytes().get(..word.len()).unwrap_or_default());
        }
        Ok(bytes.len())
    }
}
