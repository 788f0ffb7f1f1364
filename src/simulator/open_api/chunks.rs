//! Chunk plans that TikTok accepts (#chunk-rules), as pure arithmetic.
//!
//! TikTok's documents leave open whether "MB" is 10^6 or 2^20 bytes, so a plan must be legal under both
//! readings (#megabytes).

/// A legal chunk plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    size: u64,
    chunk: u64,
    count: u64,
}

/// Reason for refusing a chunk plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Illegal {
    /// The file is empty or over 4 GB.
    File,
    /// `chunk_size` breaks a rule.
    Chunk,
    /// `total_chunk_count` breaks a rule.
    Count,
}

impl Plan {
    /// Judges the three figures of `source_info`, all in bytes but the count.
    pub(super) fn new(size: i64, chunk: i64, count: i64) -> Result<Self, Illegal> {
        let size = u64::try_from(size).map_or(Err(Illegal::File), Ok)?;
        let chunk = u64::try_from(chunk).map_or(Err(Illegal::Chunk), Ok)?;
        let count = u64::try_from(count).map_or(Err(Illegal::Count), Ok)?;
        let plan = Self { size, chunk, count };
        RULES
            .iter()
            .find(|rule| MEGABYTES.iter().any(|mb| (rule.broken)(plan, *mb)))
            .map_or(Ok(plan), |rule| Err(rule.refusal))
    }

    /// Bytes of the whole file.
    pub(super) fn size(self) -> u64 {
        self.size
    }

    /// First and last byte (inclusive) of the chunk that begins at `first`; `None` if no chunk begins there.
    pub(super) fn range_from(self, first: u64) -> Option<(u64, u64)> {
        let index = first.checked_div(self.chunk)?;
        let begins_here = first.is_multiple_of(self.chunk) && index < self.count;
        let is_last = index.saturating_add(1) == self.count;
        let end = if is_last {
            self.size
        } else {
            first.saturating_add(self.chunk)
        };
        begins_here.then(|| (first, end.saturating_sub(1)))
    }
}

/// Possible meanings of a megabyte, in bytes.
const MEGABYTES: [u64; 2] = [1_000_000, 1 << 20];

/// A rule, which refuses the plan if it is broken under either meaning of a megabyte.
struct Rule {
    broken: fn(Plan, u64) -> bool,
    refusal: Illegal,
}

/// Rules in the order in which they are checked.
const RULES: [Rule; 8] = [
    // 1 byte .. 4 GB.
    Rule {
        broken: |plan, mb| plan.size == 0 || plan.size > 4_000 * mb,
        refusal: Illegal::File,
    },
    // A chunk is not longer than the file.
    Rule {
        broken: |plan, _| plan.chunk == 0 || plan.chunk > plan.size,
        refusal: Illegal::Chunk,
    },
    // At most 64 MB, the last one excepted.
    Rule {
        broken: |plan, mb| plan.chunk > 64 * mb,
        refusal: Illegal::Chunk,
    },
    // At least 5 MB, a file sent whole excepted: below 5 MB it must be sent whole.
    Rule {
        broken: |plan, mb| plan.chunk < 5 * mb && plan.chunk != plan.size,
        refusal: Illegal::Chunk,
    },
    // The count is the quotient rounded down, and 1..=1000.
    Rule {
        broken: |plan, _| plan.size.checked_div(plan.chunk) != Some(plan.count),
        refusal: Illegal::Count,
    },
    Rule {
        broken: |plan, _| !(1..=1_000).contains(&plan.count),
        refusal: Illegal::Count,
    },
    // One chunk is the whole file; with the third rule, files over 64 MB need more than one.
    Rule {
        broken: |plan, _| plan.count == 1 && plan.chunk != plan.size,
        refusal: Illegal::Chunk,
    },
    // Since August 2026 files of 66..94 MB in two chunks are refused (#reported-plans).
    Rule {
        broken: |plan, mb| plan.count == 2 && (66 * mb..=94 * mb).contains(&plan.size),
        refusal: Illegal::Chunk,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(size: i64, chunk: i64, count: i64, expected: Result<(), Illegal>) {
        assert_eq!(
            Plan::new(size, chunk, count).map(drop),
            expected,
            "{size} bytes as {count} of {chunk}"
        );
    }

    /// The table in #chunk-rules, and #reported-plans.
    #[test]
    fn the_plans_of_the_documents_and_of_the_field_are_judged_as_tiktok_judges_them() {
        check(4_194_304, 4_194_304, 1, Ok(()));
        check(50_000_123, 10_000_000, 5, Ok(()));
        check(30_567_100, 30_567_100, 1, Ok(()));
        check(64_000_001, 32_000_000, 2, Ok(()));
        check(100_000_000, 64_000_000, 1, Err(Illegal::Chunk));
        check(100_000_000, 50_000_000, 2, Ok(()));
        check(158_008_374, 5_242_880, 30, Ok(()));
        check(158_008_374, 158_008_374, 1, Err(Illegal::Chunk));
        check(158_008_374, 5_242_880, 31, Err(Illegal::Count));
    }

    /// #reported-plans: one chunk of 64..67 MB, or two near-equal chunks, for files of 66..94 MB.
    #[test]
    fn files_of_66_to_94_mb_in_one_or_two_chunks_are_refused_since_august_2026() {
        check(66_500_000, 66_500_000, 1, Err(Illegal::Chunk));
        check(80_000_000, 40_000_000, 2, Err(Illegal::Chunk));
        check(94_000_000, 47_000_000, 2, Err(Illegal::Chunk));
        check(80_000_000, 10_000_000, 8, Ok(()));
        check(80_000_000, 10_485_760, 7, Ok(()));
    }

    /// #megabytes: the smallest and the largest chunk under both readings of MB.
    #[test]
    fn chunk_sizes_that_are_legal_under_only_one_reading_of_mb_are_refused() {
        check(50_000_000, 5_000_000, 10, Err(Illegal::Chunk));
        check(50_000_000, 5_242_879, 9, Err(Illegal::Chunk));
        check(50_000_000, 5_242_880, 9, Ok(()));
        check(200_000_000, 64_000_000, 3, Ok(()));
        check(200_000_000, 67_108_864, 2, Err(Illegal::Chunk));
        check(64_000_000, 64_000_000, 1, Ok(()));
        check(64_000_001, 64_000_001, 1, Err(Illegal::Chunk));
        check(67_108_864, 67_108_864, 1, Err(Illegal::Chunk));
        check(64_000_001, 64_000_000, 1, Err(Illegal::Chunk));
    }

    /// #chunk-rules rules 3 and 7: small files go whole, also between 5,000,000 and 5,242,879 bytes.
    #[test]
    fn files_under_five_megabytes_are_sent_whole() {
        for size in [1, 4_999_999, 5_000_000, 5_242_879, 5_242_880] {
            check(size, size, 1, Ok(()));
        }
        check(5_100_000, 5_000_000, 1, Err(Illegal::Chunk));
        check(4_000_000, 2_000_000, 2, Err(Illegal::Chunk));
        check(4_000_000, 5_242_880, 1, Err(Illegal::Chunk));
        check(12_000_000, 8_000_000, 1, Err(Illegal::Chunk));
    }

    /// #chunk-rules rules 1, 5, 8 and #megabytes: rounded down; 1 byte to 4 GB; nonsense is rejected.
    #[test]
    fn counts_and_sizes_out_of_range_are_refused() {
        check(50_000_123, 10_000_000, 6, Err(Illegal::Count));
        check(50_000_123, 10_000_000, 4, Err(Illegal::Count));
        check(50_000_123, 10_000_000, 0, Err(Illegal::Count));
        check(10_000_000, 10_000_000, -1, Err(Illegal::Count));
        check(0, 0, 0, Err(Illegal::File));
        check(-5, 10_000_000, 1, Err(Illegal::File));
        check(10_000_000, -1, 1, Err(Illegal::Chunk));
        check(4_000_000_000, 64_000_000, 62, Ok(()));
        check(4_000_000_001, 64_000_000, 62, Err(Illegal::File));
        check(i64::MAX, i64::MAX, 1, Err(Illegal::File));
    }

    /// #chunk-rules, byte ranges: the last chunk takes the remainder.
    #[test]
    fn chunks_begin_at_multiples_and_the_last_takes_the_remainder() {
        let plan = Plan::new(158_008_374, 5_242_880, 30).unwrap();
        assert_eq!(plan.range_from(0), Some((0, 5_242_879)));
        assert_eq!(plan.range_from(5_242_880 * 29), Some((152_043_520, 158_008_373)));
        assert_eq!(plan.range_from(5_242_880 * 30), None);
        assert_eq!(plan.range_from(1), None);
    }

    proptest::proptest! {
        /// #chunk-rules: the plan that breaks no rule and no field report is legal for every size, and its chunks tile the file.
        #[test]
        fn the_safe_plan_is_legal_for_every_size(size in 1_i64..=4_000_000_000) {
            let chunk = if size <= 64_000_000 { size } else { 10_000_000 };
            let plan = Plan::new(size, chunk, size / chunk).unwrap();
            let mut next = 0;
            while let Some((first, last)) = plan.range_from(next) {
                assert!(first == next && last >= first);
                next = last + 1;
            }
            assert_eq!(next, plan.size());
        }

        /// Any figures are either accepted or refused.
        #[test]
        fn any_figures_are_judged(size: i64, chunk: i64, count: i64) {
            if let Ok(plan) = Plan::new(size, chunk, count) {
                assert!(plan.range_from(0).is_some());
            }
        }
    }
}
