//! Choice of the objects that a create may have made whose reply was lost.
//!
//! TikTok lists new objects with a delay, so an empty choice proves nothing yet
//! (docs/tiktok-marketing-api.md#create-a-campaign).

use std::time::Duration;

use crate::model::{Amount, UtcTime};

/// Largest tolerated difference between TikTok's clock and the local one.
const SKEW: Duration = Duration::from_mins(5);

/// Value of a setting that is sent and listed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SettingValue<'a> {
    /// Text, such as a word or an id.
    Text(&'a str),
    /// Amount, compared as a number.
    Amount(Amount),
}

/// Create whose reply was lost.
#[derive(Debug, Clone, Copy)]
pub struct LostCreate<'a> {
    /// Name that was sent; TikTok chooses one if it is absent or blank.
    pub name: Option<&'a str>,
    /// Id of the parent.
    pub parent: Option<&'a str>,
    /// Settings that were sent and that lists repeat.
    pub settings: &'a [(&'a str, SettingValue<'a>)],
    /// Ids of the objects that existed before the first send.
    pub known: &'a [&'a str],
    /// Time of the first send, since the Unix epoch.
    pub first_send: Duration,
    /// Time of the last send, since the Unix epoch.
    pub last_send: Duration,
}

/// Object of a list.
#[derive(Debug, Clone)]
pub struct ListedObject<'a> {
    /// Id.
    pub id: &'a str,
    /// Name.
    pub name: Option<&'a str>,
    /// Id of the parent.
    pub parent: Option<&'a str>,
    /// Settings. Those that are missing exclude nothing.
    pub settings: Vec<(&'a str, SettingValue<'a>)>,
    /// Time of creation in TikTok's form. One that cannot be read excludes nothing.
    pub create_time: Option<&'a str>,
}

impl LostCreate<'_> {
    /// Objects of `listed` that the create may have made, the oldest first, those without a time last.
    pub fn candidates<'o>(&self, listed: &'o [ListedObject<'o>]) -> Vec<&'o ListedObject<'o>> {
        let mut found: Vec<_> = listed.iter().filter(|object| self.fits(object)).collect();
        found.sort_by_key(|object| {
            let created = object.created();
            (created.is_none(), created)
        });
        found
    }

    fn fits(&self, object: &ListedObject<'_>) -> bool {
        !self.known.contains(&object.id)
            && self
                .parent
                .is_none_or(|sent| object.parent.is_none_or(|listed| sent == listed))
            && self.fits_name(object.name)
            && object.created().is_none_or(|created| self.fits_time(created))
            && object.settings.iter().all(|setting| self.fits_setting(*setting))
    }

    /// TikTok may trim a name, and changes nothing else of it.
    fn fits_name(&self, listed: Option<&str>) -> bool {
        let sent = self.name.map(str::trim).filter(|name| !name.is_empty());
        sent.is_none_or(|sent| listed.map(str::trim) == Some(sent))
    }

    fn fits_time(&self, created: UtcTime) -> bool {
        // TikTok's times are whole seconds.
        let earliest = UtcTime::after_epoch(self.first_send.saturating_sub(SKEW));
        let latest = UtcTime::after_epoch(self.last_send.saturating_add(SKEW));
        (earliest..=latest).contains(&created)
    }

    fn fits_setting(&self, (name, listed): (&str, SettingValue<'_>)) -> bool {
        let mut sent = self.settings.iter().filter(|(sent, _)| *sent == name);
        sent.all(|(_, sent)| sent.fits(listed))
    }
}

impl ListedObject<'_> {
    fn created(&self) -> Option<UtcTime> {
        self.create_time.and_then(UtcTime::parse)
    }
}

impl SettingValue<'_> {
    fn fits(self, listed: SettingValue<'_>) -> bool {
        match (self, listed) {
            (Self::Text(sent), SettingValue::Text(listed)) => newest_word(sent) == newest_word(listed),
            (Self::Amount(sent), SettingValue::Amount(listed)) => sent.exact() == listed.exact(),
            (Self::Text(_), SettingValue::Amount(_)) | (Self::Amount(_), SettingValue::Text(_)) => true,
        }
    }
}

/// Present word for one that lists may still have (docs/tiktok-marketing-api.md#objectives).
fn newest_word(word: &str) -> &str {
    match word {
        "CONVERSIONS" => "WEB_CONVERSIONS",
        "APP_INSTALL" => "APP_PROMOTION",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-12-01 00:00:00 UTC.
    const SENT: Duration = Duration::from_hours(20_788 * 24);

    fn budget(value: f64) -> SettingValue<'static> {
        SettingValue::Amount(Amount::new(value).unwrap())
    }

    fn lost<'a>(settings: &'a [(&'a str, SettingValue<'a>)]) -> LostCreate<'a> {
        LostCreate {
            name: Some("Autumn"),
            parent: Some("7"),
            settings,
            known: &["1"],
            first_send: SENT,
            last_send: SENT + Duration::from_mins(2),
        }
    }

    fn listed(id: &'static str) -> ListedObject<'static> {
        ListedObject {
            id,
            name: Some("Autumn"),
            parent: Some("7"),
            settings: Vec::new(),
            create_time: Some("2026-12-01 00:00:10"),
        }
    }

    #[track_caller]
    fn is_candidate(lost: &LostCreate<'_>, object: &ListedObject<'_>, expected: bool) {
        let found = lost.candidates(std::slice::from_ref(object)).len();
        assert_eq!(found == 1, expected, "{object:?}");
    }

    #[test]
    fn a_known_object_is_no_candidate() {
        is_candidate(&lost(&[]), &listed("2"), true);
        is_candidate(&lost(&[]), &listed("1"), false);
    }

    #[test]
    fn the_name_is_the_same_but_for_blanks_around_it() {
        for (sent, name, expected) in [
            (Some("Autumn"), Some("Autumn"), true),
            (Some(" Autumn\t"), Some("Autumn"), true),
            (Some("Autumn"), Some("autumn"), false),
            (Some("Autumn"), Some("Autumn 2"), false),
            (Some("Autumn"), None, false),
            (Some(""), Some("1790000000"), true),
            (None, Some("1790000000"), true),
        ] {
            let lost = LostCreate {
                name: sent,
                ..lost(&[])
            };
            is_candidate(&lost, &ListedObject { name, ..listed("2") }, expected);
        }
    }

    #[test]
    fn the_parent_is_the_same_where_it_is_listed() {
        for (parent, expected) in [(Some("7"), true), (None, true), (Some("8"), false)] {
            is_candidate(
                &lost(&[]),
                &ListedObject {
                    parent,
                    ..listed("2")
                },
                expected,
            );
        }
    }

    #[test]
    fn the_time_lies_within_five_minutes_of_the_sends() {
        for (create_time, expected) in [
            (Some("2026-11-30 23:55:00"), true),
            (Some("2026-11-30 23:54:59"), false),
            (Some("2026-12-01 00:07:00"), true),
            (Some("2026-12-01 00:07:01"), false),
            (Some("yesterday"), true),
            (None, true),
        ] {
            is_candidate(
                &lost(&[]),
                &ListedObject {
                    create_time,
                    ..listed("2")
                },
                expected,
            );
        }
    }

    #[test]
    fn settings_that_are_sent_and_listed_are_the_same() {
        let (objective, sent) = ("objective_type", budget(50.5));
        let settings = [
            (objective, SettingValue::Text("WEB_CONVERSIONS")),
            ("budget", sent),
        ];
        for (name, value, expected) in [
            (objective, SettingValue::Text("WEB_CONVERSIONS"), true),
            (objective, SettingValue::Text("CONVERSIONS"), true),
            (objective, SettingValue::Text("TRAFFIC"), false),
            ("budget", budget(50.50), true),
            ("budget", budget(50.05), false),
            ("budget_mode", SettingValue::Text("BUDGET_MODE_DAY"), true),
        ] {
            let object = ListedObject {
                settings: vec![(name, value)],
                ..listed("2")
            };
            is_candidate(&lost(&settings), &object, expected);
        }
        is_candidate(&lost(&settings), &listed("2"), true);
    }

    #[test]
    fn candidates_are_in_the_order_of_their_age() {
        let at = |id, create_time| ListedObject {
            create_time,
            ..listed(id)
        };
        let objects = [
            at("5", None),
            at("4", Some("2026-12-01 00:01:00")),
            at("2", Some("2026-11-30 23:59:00")),
            at("1", Some("2026-11-30 23:58:00")),
        ];
        let found = lost(&[]).candidates(&objects);
        let ids: Vec<&str> = found.iter().map(|object| object.id).collect();
        assert_eq!(ids, ["2", "4", "5"]);
    }
}
