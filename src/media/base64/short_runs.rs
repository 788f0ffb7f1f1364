//! Symbols of runs too short to be decoded one by one, with their positions in the text.

/// Consecutive symbols, without the white space between them.
#[derive(Debug, Default)]
pub(super) struct ShortRuns {
    symbols: Vec<u8>,
    /// Start of each run among the symbols and in the text, in ascending order of both.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    first: usize,
    place: usize,
}

/// Symbols decoded at once; a multiple of four.
const SYMBOLS: usize = 32 * 1024;

/// Maximum runs, so that text with much white space cannot grow their list beyond the symbols themselves.
const RUNS: usize = 2 * 1024;

impl ShortRuns {
    /// Adds as much of `run`, which is at `place` in the text, as fits. Returns the number of
    /// symbols added.
    pub(super) fn add(&mut self, run: &[u8], place: usize) -> usize {
        let taken = run.get(..SYMBOLS - self.symbols.len()).unwrap_or(run);
        self.runs.push(Run {
            first: self.symbols.len(),
            place,
        });
        self.symbols.extend_from_slice(taken);
        taken.len()
    }

    /// True if the symbols must be decoded before more can be added.
    pub(super) fn is_full(&self) -> bool {
        self.symbols.len() == SYMBOLS || self.runs.len() >= RUNS
    }

    pub(super) fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// Number of symbols that are left over from whole groups of four.
    pub(super) fn odd(&self) -> usize {
        self.symbols.len() % 4
    }

    /// Removes all symbols.
    pub(super) fn clear(&mut self) {
        self.symbols.clear();
        self.runs.clear();
    }

    /// Position in the text of the symbol at `offset`.
    pub(super) fn place(&self, offset: usize) -> usize {
        let begun = self.runs.partition_point(|run| run.first <= offset);
        let run = begun.checked_sub(1).and_then(|last| self.runs.get(last));
        run.map_or(0, |run| run.place + (offset - run.first))
    }

    /// Keeps only the symbols left over from whole groups of four.
    pub(super) fn keep_odd(&mut self) {
        let whole = self.symbols.len() - self.odd();
        let odd: Vec<(u8, usize)> = (whole..)
            .zip(self.symbols.get(whole..).unwrap_or_default())
            .map(|(offset, symbol)| (*symbol, self.place(offset)))
            .collect();
        self.clear();
        for (symbol, place) in odd {
            self.add(&[symbol], place);
        }
    }
}
