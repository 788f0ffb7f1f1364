//! Tables for a terminal, whose last column is wrapped at the terminal's width: pure.

/// Space between two columns.
const GAP: usize = 2;

/// Least width of the last column; a narrower terminal wraps lines itself.
const LAST_LEAST: usize = 16;

/// Lines of a table. `width` is that of the terminal; `None` wraps nothing.
pub(super) fn lines<const N: usize>(
    heads: [&str; N],
    rows: &[[String; N]],
    width: Option<usize>,
) -> Vec<String> {
    let heads = heads.map(str::to_owned);
    let all: Vec<&[String; N]> = std::iter::once(&heads).chain(rows).collect();
    let columns: Vec<usize> = (0..N)
        .map(|column| {
            let cells = all.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let before: usize = columns
        .iter()
        .take(N.saturating_sub(1))
        .map(|width| width + GAP)
        .sum();
    let last = width.map(|width| width.saturating_sub(before).max(LAST_LEAST));
    all.iter()
        .flat_map(|row| wrapped(row.as_slice(), &columns, before, last))
        .collect()
}

fn wrapped(row: &[String], columns: &[usize], before: usize, last: Option<usize>) -> Vec<String> {
    let Some((last_cell, cells)) = row.split_last() else {
        return Vec::new();
    };
    let padded = cells.iter().zip(columns);
    let padded: Vec<String> = padded
        .map(|(cell, width)| format!("{cell:<width$}{:GAP$}", ""))
        .collect();
    let start = padded.concat();
    let pieces = pieces(last_cell, last.unwrap_or(usize::MAX));
    pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| {
            let start = if at == 0 {
                start.clone()
            } else {
                " ".repeat(before)
            };
            format!("{start}{piece}").trim_end().to_owned()
        })
        .collect()
}

/// `text` in pieces of at most `width` characters, cut between words.
pub(super) fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in text.split(' ') {
        let Some(piece) = pieces.last_mut() else { break };
        let length = piece.chars().count() + 1 + word.chars().count();
        if piece.is_empty() {
            piece.push_str(word);
        } else if length <= width {
            piece.push(' ');
            piece.push_str(word);
        } else {
            pieces.push(word.to_owned());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_is_wrapped_between_words() {
        let rows = [
            ["a".to_owned(), "one two three four five six".to_owned()],
            ["longer".to_owned(), "x".to_owned()],
        ];
        assert_eq!(
            lines(["NAME", "WORDS"], &rows, Some(25)),
            [
                "NAME    WORDS",
                "a       one two three",
                "        four five six",
                "longer  x"
            ]
        );
        assert_eq!(lines(["NAME", "WORDS"], &rows, None).len(), 3);
    }
}
