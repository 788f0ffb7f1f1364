//! Results and end of the program.

use std::fmt::Debug;

use serde_json::Value;

/// The program after its end.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let (stdout, stderr) = (self.text(), &self.stderr);
        assert_eq!(
            self.exit,
            Some(code),
            "the exit code; stdout: {stdout}\nstderr: {stderr}"
        );
        self
    }

    /// All results in the order of the output; standard output must contain nothing else.
    #[track_caller]
    pub(crate) fn answers(&self) -> Vec<Answer> {
        assert!(
            self.stdout.is_empty() || self.stdout.ends_with(b"\n"),
            "the last line has no end: {}",
            self.text()
        );
        self.stdout
            .split_inclusive(|byte| *byte == b'\n')
            .map(Answer::read)
            .collect()
    }

    /// The only result.
    #[track_caller]
    pub(crate) fn only(&self) -> Answer {
        match <[Answer; 1]>::try_from(self.answers()) {
            Ok([answer]) => answer,
            Err(answers) => panic!(
                "one result was expected, {} came: {}\n{}",
                answers.len(),
                self.text(),
                self.stderr
            ),
        }
    }

    /// The result with this id.
    #[track_caller]
    pub(crate) fn answer(&self, id: &str) -> Answer {
        let mut found = self.answers().into_iter().filter(|answer| answer.0["id"] == id);
        let answer = found
            .next()
            .unwrap_or_else(|| panic!("request {id:?} was not answered: {}", self.text()));
        assert!(
            found.next().is_none(),
            "request {id:?} was answered twice: {}",
            self.text()
        );
        answer
    }

    /// Standard output as text.
    pub(crate) fn whole_text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// The first 4,000 characters of standard output.
    pub(crate) fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.stdout);
        text.chars().take(4000).collect()
    }
}

/// One result.
#[derive(Debug, Clone)]
pub(crate) struct Answer(pub(crate) Value);

impl Answer {
    /// Parses a line, which must be a complete envelope.
    #[track_caller]
    pub(crate) fn read(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let value: Value = serde_json::from_slice(line).unwrap_or_else(|error| {
            panic!("standard output holds a line that is no JSON ({error}): {text:?}");
        });
        let keys: Vec<&str> = value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(
            keys,
            ["id", "version", "type", "result"],
            "the envelope's keys: {text}"
        );
        assert_eq!(value["version"], "2.0.0", "the envelope's version: {text}");
        Self(value)
    }

    /// Checks the type.
    #[track_caller]
    pub(crate) fn is(self, kind: &str) -> Self {
        assert_eq!(self.0["type"], kind, "the result's type: {}", self.0);
        self
    }

    /// Checks the value at this JSON pointer of the result.
    #[track_caller]
    pub(crate) fn has(self, pointer: &str, expected: impl Into<Value> + Debug) -> Self {
        let expected = expected.into();
        let got = self.at(pointer);
        assert_eq!(
            *got, expected,
            "result{pointer} should be {expected}, in {}",
            self.0
        );
        self
    }

    /// Checks that the result has a value at this JSON pointer.
    #[track_caller]
    pub(crate) fn holds(self, pointer: &str) -> Self {
        assert!(
            !self.at(pointer).is_null(),
            "result{pointer} should be there, in {}",
            self.0
        );
        self
    }

    /// Value at this JSON pointer of the result; null if absent.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.0["result"].pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Checks that the message contains this text.
    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        let message = self.at("/message").as_str().unwrap_or_default();
        assert!(
            message.contains(part),
            "the message should say {part:?}, in {}",
            self.0
        );
        self
    }

    /// Checks that the action succeeded.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn did(self) -> Self {
        self.is("action").has("/cost_usd", Value::Null).holds("/data")
    }

    /// Checks for an expected failure with this code.
    #[cfg(feature = "simulator")]
    #[track_caller]
    pub(crate) fn failed(self, code: &str) -> Self {
        self.is("action_error").has("/code", code)
    }

    /// Checks that the request was refused as malformed, with this code.
    #[track_caller]
    pub(crate) fn misunderstood(self, code: &str) -> Self {
        self.is("error").has("/code", code)
    }

    /// Checks that an input violated this rule at this location.
    #[track_caller]
    pub(crate) fn invalid(self, path: &str, rule: &str) -> Self {
        let answer = self.is("validation_error").has("/source", "input");
        let errors = answer.at("/errors").as_array().cloned().unwrap_or_default();
        let found = errors
            .iter()
            .any(|error| error["path"] == path && error["rule"] == rule);
        assert!(found, "{path} should break {rule:?}, in {}", answer.0);
        answer
    }
}
