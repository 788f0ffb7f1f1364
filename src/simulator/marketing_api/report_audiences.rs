//! Dimensions that divide an audience (docs/tiktok-marketing-api.md#reports).

use super::report_cells::CellShare;

/// Values of a dimension, with their weights. A part whose value is empty has no row.
type AudienceValues = &'static [(&'static str, u64)];

/// Values of the audience dimensions in one part, with the share.
pub(super) type AudiencePart = (Vec<&'static str>, CellShare);

/// The dimensions, in the order in which they divide.
pub(super) const AUDIENCES: [&str; 4] = ["gender", "age", "platform", "province_id"];

const GENDERS: AudienceValues = &[("FEMALE", 52), ("MALE", 44), ("NONE", 4)];
const AGES: AudienceValues = &[
    ("AGE_18_24", 34),
    ("AGE_25_34", 30),
    ("AGE_35_44", 18),
    ("AGE_45_54", 11),
    ("AGE_55_100", 7),
];
const PLATFORMS: AudienceValues = &[("ANDROID", 57), ("IOS", 43)];

/// Provinces of countries, by the ids of `places.rs`. TikTok leaves out the data of some locations.
const PROVINCES: [(&str, AudienceValues); 6] = [
    (
        "US",
        &[("5332921", 41), ("5128638", 26), ("4736286", 28), ("", 5)],
    ),
    ("CA", &[("6093943", 88), ("6354959", 7), ("", 5)]),
    ("GB", &[("6269131", 95), ("", 5)]),
    ("DE", &[("2951839", 60), ("2950157", 35), ("", 5)]),
    ("FR", &[("3012874", 95), ("", 5)]),
    ("JP", &[("1850144", 95), ("", 5)]),
];

fn values(name: &str, country: &str) -> AudienceValues {
    let provinces = || PROVINCES.iter().find(|(known, _)| *known == country);
    match name {
        "gender" => GENDERS,
        "age" => AGES,
        "platform" => PLATFORMS,
        _ => provinces().map_or(&[("", 1)], |(_, values)| *values),
    }
}

/// Parts of the audience in a country by all dimensions; one part without any.
pub(super) fn parts(names: &[&'static str], country: &str) -> Vec<AudiencePart> {
    let mut parts = vec![(Vec::new(), CellShare::WHOLE)];
    for name in names {
        let values = values(name, country);
        let all: u64 = values.iter().map(|(_, weight)| weight).sum();
        let divided = parts.iter().flat_map(|(names, share): &AudiencePart| {
            let mut from = 0;
            let values = values.iter().map(|(value, weight)| {
                let inner = CellShare {
                    from,
                    until: from + weight,
                    all,
                };
                from += weight;
                let names = names.iter().copied().chain([*value]);
                (names.collect(), share.of_share(inner))
            });
            values.collect::<Vec<_>>()
        });
        parts = divided.collect();
    }
    parts.retain(|(values, _)| values.iter().all(|value| !value.is_empty()));
    parts
}

#[cfg(test)]
mod tests {
    use super::{super::places, *};

    #[test]
    fn provinces_are_places_of_their_country() {
        for (country, values) in PROVINCES {
            for (id, weight) in values {
                let place = places::find(id);
                let is_place =
                    place.is_some_and(|place| place.level == "PROVINCE" && place.country == country);
                assert!(*weight > 0 && (is_place || id.is_empty()), "{country} {id}");
            }
        }
    }

    #[test]
    fn parts_add_up_but_for_places_that_are_left_out() {
        let weight = |names: &[&'static str], country: &str| -> (usize, f64) {
            let parts = parts(names, country);
            let weights = parts.iter().map(|(_, share)| {
                #[expect(clippy::cast_precision_loss, reason = "weights are small")]
                let weight = (share.until - share.from) as f64 / share.all as f64;
                weight
            });
            (parts.len(), weights.sum())
        };
        let is =
            |found: (usize, f64), count: usize, sum: f64| found.0 == count && (found.1 - sum).abs() < 1e-9;
        assert!(is(weight(&[], "US"), 1, 1.0));
        assert!(is(weight(&["gender", "age"], "US"), 15, 1.0));
        assert!(is(weight(&["province_id"], "US"), 3, 0.95));
        assert!(is(weight(&["platform", "province_id"], "DE"), 4, 0.95));
        assert!(is(weight(&["province_id"], "MX"), 0, 0.0));
    }
}
