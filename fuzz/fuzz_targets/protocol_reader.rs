//! Splitting of standard input into requests: the first byte chooses the splits, the rest is the input.

#![no_main]

use autohive_tiktok_fuzz::{ItemReport, pieces, reports};
use libfuzzer_sys::fuzz_target;

/// A valid request on the last line.
const LAST: &str = r#"{"id":"the-last","action":"get_user_info","auth":{"access_token":"act.fuzz-token"}}"#;

/// A deeper document is refused, and its inner part is not searched.
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

/// Checks that documents are reported once, in the order of the input, and that each is part of it.
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

/// Any input: a valid request on the next line is answered exactly once.
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
