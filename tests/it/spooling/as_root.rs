//! Files without a name, counted: root alone sees those of a process that is not dumpable.

use std::{fs, os::unix::fs::MetadataExt as _, thread, time::Duration};

use super::{SIZE, send_contents_at_unknown_places, send_many_contents};
use crate::support::program::Running;

/// Bytes on disk of the files without a name that the program has open.
fn kept_on_disk(running: &Running) -> u64 {
    let open = fs::read_dir(format!("/proc/{}/fd", running.id()))
        .unwrap()
        .flatten();
    let files = open.filter_map(|entry| fs::metadata(entry.path()).ok());
    files
        .filter(|file| file.is_file() && file.nlink() == 0)
        .map(|file| file.blocks() * 512)
        .sum()
}

#[test]
#[ignore = "needs root"]
fn one_content_of_a_request_is_on_disk() {
    send_many_contents(|running, place| {
        let kept = kept_on_disk(running);
        assert!(
            (1..=SIZE as u64 + 65_536).contains(&kept),
            "{kept} bytes are kept with the video {place}"
        );
    });
}

#[test]
#[ignore = "needs root"]
fn no_content_at_an_unknown_place_is_on_disk() {
    send_contents_at_unknown_places(|running, place, sent| {
        while running.figure("io", "rchar") < sent as u64 {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(kept_on_disk(running), 0, "nothing of {place} is kept");
    });
}
