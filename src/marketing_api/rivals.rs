//! Settings of ads that exclude each other, so that a change of one takes the place of another
//! (docs/tiktok-marketing-api.md#ads).

use serde_json::Value;

use super::write::Members;

/// Change, and the current settings that it takes the place of. Both together would be refused, or the current ones would
/// win.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rivals {
    /// Changed setting.
    pub(super) changed: &'static str,
    /// New values that the row is about; any if it is empty.
    pub(super) to: &'static [&'static str],
    /// Settings that go.
    pub(super) removed: &'static [&'static str],
}

/// Row for any new value.
pub(super) const fn rivals(changed: &'static str, removed: &'static [&'static str]) -> Rivals {
    Rivals {
        changed,
        to: &[],
        removed,
    }
}

impl Rivals {
    fn applies(&self, changes: &Members) -> bool {
        changes.get(self.changed).is_some_and(|value| {
            let is_about = self.to.is_empty() || value.as_str().is_some_and(|word| self.to.contains(&word));
            is_about && !is_removal(value)
        })
    }
}

/// Whether a change removes the setting, so that it takes the place of nothing.
pub(super) fn is_removal(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_str().is_some_and(str::is_empty)
}

/// Names of the `current` settings that `changes` take the place of without naming them.
pub(super) fn removed(rows: &[Rivals], current: &Members, changes: &Members) -> Vec<&'static str> {
    let rows = rows.iter().filter(|row| row.applies(changes));
    let mut names: Vec<_> = rows.flat_map(|row| row.removed).copied().collect();
    names.retain(|name| current.contains_key(*name) && !changes.contains_key(*name));
    names.sort_unstable();
    names.dedup();
    names
}
