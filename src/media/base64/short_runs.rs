//! Symbols from runs that are too short to be worth decoding one by one, with where each stands in the text.

/// Symbols in a row, without what stood between them.
#[derive(Debug, Default)]
pub(super) struct ShortRuns {
    symbols: Vec<u8>,
    /// Where each run begins: among the symbols, and in the text. In the order of both.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy)]
struct Run {
    first: usize,
    place: usize,
}

/// So many symbols are decoded at once; a number of whole groups of four.
const SYMBOLS: usize = 32 * 1024;

/// Text with white space at each turn must not grow the list of runs beyond the symbols themselves.
const RUNS: usize = 2 * 1024;

impl ShortRuns {
    /// Adds as much of `run`, which stands at `place` of the text, as there is room for, and says how much
    /// that is.
    pub(super) fn add(&mut self, run: &[u8], place: usize) -> usize {
        let taken = run.get(..SYMBOLS - self.symbols.len()).unwrap_or(run);
        self.runs.push(Run {
            first: self.symbols.len(),
            place,
        });
        self.symbols.extend_from_slice(taken);
        taken.len()
    }

    /// Whether it must be decoded before more can be added.
    pub(super) fn is_full(&self) -> bool {
        self.symbols.len() == SYMBOLS || self.runs.len() >= RUNS
    }

    pub(super) fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// How many symbols are left over from whole groups of four.
    pub(super) fn odd(&self) -> usize {
        self.symbols.len() % 4
    }

    /// Where in the text the symbol at `offset` stands.
    pub(super) fn place(&self, offset: usize) -> usize {
        let begun = self.runs.partition_point(|run| run.first <= offset);
        let run = begun.checked_sub(1).and_then(|last| self.runs.get(last));
        run.map_or(0, |run| run.place + (offset - run.first))
    }

    /// Keeps the odd ones only.
    pub(super) fn keep_odd(&mut self) {
        let whole = self.symbols.len() - self.odd();
        let odd: Vec<(u8, usize)> = (whole..)
            .zip(self.symbols.get(whole..).unwrap_or_default())
            .map(|(offset, symbol)| (*symbol, self.place(offset)))
            .collect();
        self.symbols.clear();
        self.runs.clear();
        for (symbol, place) in odd {
            self.add(&[symbol], place);
        }
    }
}
