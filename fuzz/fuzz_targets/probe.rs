//! Identification of a file: a video with possible figures, a picture, or the reason for neither.

#![no_main]

use autohive_tiktok::media::{self, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let container = media::sniff(data);
    if let Err(foreign) = container {
        assert!(!foreign.to_string().is_empty());
    }
    match media::probe(&Source::in_memory(data.to_vec())) {
        Ok(facts) => {
            assert_eq!(
                container.ok(),
                Some(facts.container),
                "the head tells the container"
            );
            let place = facts.choice.place;
            assert!(
                (1..=facts.choice.tracks).contains(&place),
                "the picture is one of the video tracks"
            );
            assert!(
                facts
                    .frame
                    .is_none_or(|frame| frame.width > 0 && frame.height > 0)
            );
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
    let image = media::identify_image(data);
    if let Err(what) = image {
        assert!(!what.to_string().is_empty() && !what.fix().is_empty());
    }
    if data.starts_with(b"\xff\xd8\xff") {
        // The result for pieces equals that for the whole, for any split.
        let mut skim = media::JpegScanner::default();
        let _ended = data
            .chunks(usize::from(data.len().is_multiple_of(7)) * 6 + 1)
            .any(|piece| skim.take(piece).is_break());
        let pixels = image.ok().and_then(|image| image.pixels);
        assert_eq!(
            skim.image().and_then(Result::ok).and_then(|image| image.pixels),
            pixels
        );
    }
});
