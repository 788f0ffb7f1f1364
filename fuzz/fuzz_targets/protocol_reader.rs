//! Standard input, cut anywhere, into requests: the first byte chooses the cuts, the rest is the input.

#![no_main]

use autohive_tiktok_fuzz::{ItemReport, pieces, reports};
use libfuzzer_sys::fuzz_target;

/// A good request that follows all else on a line of its own.
const LAST: &str = r#"{"id":"the-last","action":"get_user_info","auth":{"access_token":"act.fuzz-token"}}"#;

/// A deeper document is refused, and what it took in is not looked through.
const DEPTH_MAX: usize = 64;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, input)) = data.split_first() else {
        return;
    };
    let whole = reports([input]);
    assert_eq!(reports(pieces(choice, input)), whole, "cut into pieces");
    in_order(&whole);
    the_next_request_is_answered(input);
});

/// Documents are reported in the order of the input, none of them twice, and each is part of it.
fn in_order(reports: &[ItemReport]) {
    let began: Vec<_> = reports.iter().filter_map(|report| report.began).collect();
    assert!(
        began.is_sorted_by(|a, b| a < b),
        "documents begin one after another: {reports:#?}"
    );
    assert!(
        reports
            .iter()
            .all(|report| !report.runs || report.began.is_some()),
        "what is broken is not run: {reports:#?}"
    );
}

/// Whatever came before, a good request on the next line is answered, and once.
fn the_next_request_is_answered(input: &[u8]) {
    let brackets = input.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    let has_name = input.windows(8).any(|window| window == b"the-last") || input.contains(&b'\\');
    if brackets + 3 > DEPTH_MAX || has_name {
        return;
    }
    let all = [input, b"\n", LAST.as_bytes()].concat();
    let reports = reports([all.as_slice()]);
    let answers: Vec<&ItemReport> = reports
        .iter()
        .filter(|report| report.id == "\"the-last\"")
        .collect();
    assert_eq!(
        answers.len(),
        1,
        "the next request is answered once: {reports:#?}"
    );
    assert!(
        !answers[0].runs || answers[0].text == LAST.as_bytes(),
        "it is run as it is: {reports:#?}"
    );
}
