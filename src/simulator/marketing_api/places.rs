//! Locations for targeting. Ids of countries, provinces and cities are those of GeoNames, as TikTok's are.

use super::refusal::{AdsRefusal, TOO_YOUNG};

/// A location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceRow {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// `COUNTRY`, `PROVINCE`, `CITY` or `ZIP_CODE`.
    pub(super) level: &'static str,
    /// Id of the location around it; `0` for a country.
    pub(super) parent: &'static str,
    pub(super) country: &'static str,
}

const fn place(
    id: &'static str,
    name: &'static str,
    level: &'static str,
    parent: &'static str,
    country: &'static str,
) -> PlaceRow {
    PlaceRow {
        id,
        name,
        level,
        parent,
        country,
    }
}

/// The locations.
pub(super) const PLACES: [PlaceRow; 25] = [
    place("6252001", "United States", "COUNTRY", "0", "US"),
    place("5332921", "California", "PROVINCE", "6252001", "US"),
    place("5128638", "New York", "PROVINCE", "6252001", "US"),
    place("4736286", "Texas", "PROVINCE", "6252001", "US"),
    place("5368361", "Los Angeles", "CITY", "5332921", "US"),
    place("5391959", "San Francisco", "CITY", "5332921", "US"),
    place("5128581", "New York City", "CITY", "5128638", "US"),
    place("8124000010001", "10001", "ZIP_CODE", "5128638", "US"),
    place("6251999", "Canada", "COUNTRY", "0", "CA"),
    place("6093943", "Ontario", "PROVINCE", "6251999", "CA"),
    place(
        "6354959",
        "Newfoundland and Labrador",
        "PROVINCE",
        "6251999",
        "CA",
    ),
    place("8124000000533", "A0A", "ZIP_CODE", "6354959", "CA"),
    place("2635167", "United Kingdom", "COUNTRY", "0", "GB"),
    place("6269131", "England", "PROVINCE", "2635167", "GB"),
    place("2643743", "London", "CITY", "6269131", "GB"),
    place("2921044", "Germany", "COUNTRY", "0", "DE"),
    place("2951839", "Bavaria", "PROVINCE", "2921044", "DE"),
    place("2950157", "Berlin", "PROVINCE", "2921044", "DE"),
    place("3017382", "France", "COUNTRY", "0", "FR"),
    place("3012874", "Île-de-France", "PROVINCE", "3017382", "FR"),
    place("1861060", "Japan", "COUNTRY", "0", "JP"),
    place("1850144", "Tokyo", "PROVINCE", "1861060", "JP"),
    place("2077456", "Australia", "COUNTRY", "0", "AU"),
    place("3469034", "Brazil", "COUNTRY", "0", "BR"),
    place("3996063", "Mexico", "COUNTRY", "0", "MX"),
];

/// The location with this id.
pub(super) fn find(id: &str) -> Option<&'static PlaceRow> {
    PLACES.iter().find(|place| place.id == id)
}

/// Locations around one, the nearest first.
pub(super) fn around(place: &'static PlaceRow) -> impl Iterator<Item = &'static PlaceRow> {
    std::iter::successors(find(place.parent), |above| find(above.parent))
}

/// Checks that locations exist, are at most 3,000, and that none lies within another.
pub(super) fn check(ids: &[String]) -> Result<(), AdsRefusal> {
    let field = "location_ids";
    if ids.len() > 3_000 {
        return Err(AdsRefusal::at(field, "Longer than maximum length 3000."));
    }
    for id in ids {
        let place =
            find(id).ok_or_else(|| AdsRefusal::at(field, format!("The location {id} is not available.")))?;
        if let Some(outer) = around(place).find(|outer| ids.iter().any(|id| id == outer.id)) {
            return Err(AdsRefusal::at(
                field,
                format!("{} lies within {}.", place.name, outer.name),
            ));
        }
    }
    Ok(())
}

/// Ages 13 to 17 cannot be targeted in the United States (40065).
pub(super) fn check_ages(ids: &[String], ages: &[String]) -> Result<(), AdsRefusal> {
    let is_young = ages.iter().any(|age| age == "AGE_13_17");
    let in_us = |id: &String| find(id).is_some_and(|place| place.country == "US");
    if is_young && ids.iter().any(in_us) {
        let what = "age_groups: AGE_13_17 cannot be targeted in the United States.";
        return Err(AdsRefusal::new(TOO_YOUNG, what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_lies_in_one_that_exists() {
        for place in &PLACES {
            assert!(
                place.parent == "0" || find(place.parent).is_some(),
                "{}",
                place.name
            );
        }
    }

    #[test]
    fn overlapping_and_unknown_locations_are_refused() {
        let check = |ids: &[&str]| check(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        assert!(check(&["6252001", "6251999"]).is_ok());
        let overlap = check(&["5368361", "6252001"]).unwrap_err().message;
        assert_eq!(overlap, "location_ids: Los Angeles lies within United States.");
        assert!(check(&["1"]).unwrap_err().message.contains("not available"));
    }
}
