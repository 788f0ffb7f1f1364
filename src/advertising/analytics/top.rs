//! The rows with the largest or the smallest numbers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::Decimal;

// No doc comments on the variants: they would split the schema's list of words.
/// End of the numbers at which ranked rows begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
#[expect(missing_docs, reason = "the words say it")]
pub enum TopOrder {
    #[default]
    Largest,
    Smallest,
}

impl TopOrder {
    /// Whether a row with the number `first` stays before a later one with `second`. A row without a number is behind all
    /// others.
    fn keeps(self, first: Option<Decimal>, second: Option<Decimal>) -> bool {
        match (first, second, self) {
            (_, None, _) => true,
            (None, Some(_), _) => false,
            (Some(first), Some(second), Self::Largest) => first >= second,
            (Some(first), Some(second), Self::Smallest) => first <= second,
        }
    }
}

/// Rows with the largest or the smallest numbers, at most a given number of them. Of equal ones, the earlier stays.
#[derive(Debug, Clone)]
pub struct TopRows<T> {
    order: TopOrder,
    most: usize,
    rows: Vec<(Option<Decimal>, T)>,
}

impl<T> TopRows<T> {
    /// No rows yet, and at most `most`.
    pub const fn new(order: TopOrder, most: usize) -> Self {
        Self {
            order,
            most,
            rows: Vec::new(),
        }
    }

    /// Adds the row that `row` makes if its number is among the first.
    pub fn offer(&mut self, number: Option<Decimal>, row: impl FnOnce() -> T) {
        let order = self.order;
        let place = self
            .rows
            .partition_point(|(other, _)| order.keeps(*other, number));
        if place >= self.most {
            return;
        }
        self.rows.truncate(self.most - 1);
        self.rows.insert(place, (number, row()));
    }

    /// The rows, in their order.
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
        fn the_first_rows_stay_in_order(numbers in proptest::collection::vec(proptest::option::of(0_u32..50), 0..200), most in 1_usize..20) {
            for order in [TopOrder::Largest, TopOrder::Smallest] {
                let mut top = TopRows::new(order, most);
                for (at, number) in numbers.iter().enumerate() {
                    top.offer(number.map(Decimal::from), || at);
                }
                let mut expected: Vec<usize> = (0..numbers.len()).collect();
                expected.sort_by_key(|at| {
                    let number = numbers[*at].map(i64::from);
                    number.map_or(i64::MAX, |number| if order == TopOrder::Largest { -number } else { number })
                });
                expected.truncate(most);
                prop_assert_eq!(top.into_rows().collect::<Vec<_>>(), expected);
            }
        }
    }
}
