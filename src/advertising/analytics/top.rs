//! The rows with the largest numbers.

use crate::model::Decimal;

/// Rows with the largest numbers, at most a given number of them. Of equal ones, the earlier stays. A row without a number is
/// below all others.
#[derive(Debug, Clone)]
pub struct TopRows<T> {
    most: usize,
    rows: Vec<(Option<Decimal>, T)>,
}

impl<T> TopRows<T> {
    /// No rows yet, and at most `most`.
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            rows: Vec::new(),
        }
    }

    /// Adds the row that `row` makes if its number is among the largest.
    pub fn offer(&mut self, number: Option<Decimal>, row: impl FnOnce() -> T) {
        let place = self.rows.partition_point(|(other, _)| *other >= number);
        if place >= self.most {
            return;
        }
        self.rows.truncate(self.most - 1);
        self.rows.insert(place, (number, row()));
    }

    /// The rows, the largest first.
    pub fn into_rows(self) -> impl Iterator<Item = T> {
        self.rows.into_iter().map(|(_, row)| row)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_largest_rows_stay_in_order(numbers in proptest::collection::vec(proptest::option::of(0_u32..50), 0..200), most in 1_usize..20) {
            let mut top = TopRows::new(most);
            for (at, number) in numbers.iter().enumerate() {
                top.offer(number.map(Decimal::from), || at);
            }
            let mut expected: Vec<usize> = (0..numbers.len()).collect();
            expected.sort_by(|a, b| numbers[*b].cmp(&numbers[*a]));
            expected.truncate(most);
            prop_assert_eq!(top.into_rows().collect::<Vec<_>>(), expected);
        }
    }
}
