//! Many requests in one pipe.

use std::{
    io::{self, BufWriter, Write as _},
    process::{ChildStdin, Command},
    thread,
};

use super::{
    Result,
    conversation::{Conversation, succeeded},
    measured::Run,
    stage::user_info,
};

/// Writes `count` requests without waiting for answers, and checks that each gets exactly one.
pub(super) fn flood(command: &mut Command, count: usize) -> Result<Run> {
    let mut program = Conversation::start(command)?;
    let mut input = BufWriter::new(program.take_input()?);
    let writer = thread::spawn(move || -> io::Result<ChildStdin> {
        for number in 0..count {
            input.write_all(user_info(number).as_bytes())?;
        }
        Ok(input.into_inner()?)
    });
    let mut answered = Answered::none_of(count);
    for _ in 0..count {
        answered.add(&program.answer()?)?;
    }
    let input = writer.join().map_err(|_panic| "the writer panicked")??;
    program.end(Some(input))
}

/// Requests that have been answered, by number.
#[derive(Debug)]
pub(super) struct Answered(Vec<bool>);

impl Answered {
    /// No answer yet to any of `count` requests.
    pub(super) fn none_of(count: usize) -> Self {
        Self(vec![false; count])
    }

    /// Adds a result, which must be the first answer to its request.
    pub(super) fn add(&mut self, answer: &str) -> Result<()> {
        succeeded(answer)?;
        let slot = self.0.get_mut(number_of(answer)?);
        match slot.ok_or("an answer to no request")? {
            seen @ false => {
                *seen = true;
                Ok(())
            }
            true => Err(format!("answered twice: {answer}").into()),
        }
    }
}

/// Number of the request that `answer` belongs to.
pub(super) fn number_of(answer: &str) -> Result<usize> {
    let rest = answer.strip_prefix("{\"id\":");
    let digits = rest.and_then(|rest| rest.split(',').next());
    Ok(digits
        .ok_or_else(|| format!("an answer without an id: {answer}"))?
        .parse()?)
}
