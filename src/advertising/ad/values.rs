//! Rules on lengths and forms of values, and on values that must be the same.

use crate::{
    advertising::{
        names::{check_ad_text, check_required_name, check_shown_name},
        view::View,
        violation::AdViolation,
    },
    marketing_api::{AdSettings, DeeplinkFormat, UrlParameter},
};

use super::OBJECTIVE;

/// Longest address of a custom product page.
const PRODUCT_PAGE_MAX: usize = 512;

/// Longest name of a parameter of an address.
const KEY_MAX: usize = 100;

/// Longest value of a parameter of an address.
const VALUE_MAX: usize = 600;

/// Largest number of characters of all clickable disclaimers together.
const DISCLAIMERS_MAX: usize = 40;

/// Settings that repeat one of the ad group, if that has it.
const OF_AD_GROUP: [(&str, &str, &str); 2] = [
    ("tracking_pixel_id", "adgroup.pixel_id", "pixel_id"),
    ("tracking_app_id", "adgroup.app_id", "app_id"),
];

/// Checks the values of an ad.
pub(super) fn check(settings: &AdSettings, view: &View) -> Vec<AdViolation> {
    let mut found = texts(settings);
    found.extend(shown_names(settings));
    found.extend(addresses(settings));
    found.extend(product_page(settings));
    found.extend(parameters(settings));
    found.extend(deeplink(settings));
    found.extend(disclaimers(settings));
    found.extend(tracked(view));
    found.extend(measured(view));
    found
}

fn texts(settings: &AdSettings) -> Vec<AdViolation> {
    let name = settings.ad_name.iter();
    let text = settings.ad_text.iter();
    let texts = settings.ad_texts.iter().flatten().enumerate();
    name.flat_map(|name| check_required_name("ad_name", name))
        .chain(text.flat_map(|text| check_ad_text("ad_text", text)))
        .chain(texts.flat_map(|(at, text)| check_ad_text(&format!("ad_texts[{at}]"), text)))
        .collect()
}

fn shown_names(settings: &AdSettings) -> impl Iterator<Item = AdViolation> {
    let names = [
        ("display_name", &settings.display_name),
        ("app_name", &settings.app_name),
    ];
    names
        .into_iter()
        .filter_map(|(field, name)| check_shown_name(field, name.as_deref()?))
}

/// Checks the addresses that TikTok opens or calls. Addresses within an app have other schemes.
fn addresses(settings: &AdSettings) -> impl Iterator<Item = AdViolation> {
    let addresses = [
        ("landing_page_url", &settings.landing_page_url),
        ("cpp_url", &settings.cpp_url),
        ("impression_tracking_url", &settings.impression_tracking_url),
        ("click_tracking_url", &settings.click_tracking_url),
        ("video_view_tracking_url", &settings.video_view_tracking_url),
        ("viewability_vast_url", &settings.viewability_vast_url),
        ("brand_safety_vast_url", &settings.brand_safety_vast_url),
    ];
    let addresses = addresses
        .into_iter()
        .filter_map(|(field, address)| Some((field.to_owned(), address.as_deref()?)));
    let links = settings.disclaimer_clickable_texts.iter().flatten().enumerate();
    let links = links.map(|(at, link)| {
        let field = format!("disclaimer_clickable_texts[{at}].url");
        (field, link.url.as_str())
    });
    addresses.chain(links).filter_map(|(field, address)| {
        let (got, advice) = address_fault(address)?;
        let fix = format!("{advice}, or omit {field}");
        let allowed = "an address such as https://www.example.com/page, without spaces";
        Some(AdViolation::of(&field, got, allowed, fix))
    })
}

/// Longest scheme that a message repeats.
const SCHEME_MAX: usize = 16;

/// Fault of an address that TikTok opens or calls, and its fix.
fn address_fault(address: &str) -> Option<(String, &'static str)> {
    const WHOLE: &str = "write the whole address, from https:// on";
    let is_blank = |character: char| character.is_whitespace() || character.is_control();
    if let Some(at) = address.chars().position(is_blank) {
        let got = format!("an address with a space or a line break at character {}", at + 1);
        return Some((got, "remove it, or write a space as %20"));
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return Some(("no address with a scheme".to_owned(), WHOLE));
    };
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let has_host = rest.starts_with(|first: char| first.is_alphanumeric() || first == '[' || first == '_');
    match (is_web, has_host) {
        (true, true) => None,
        (true, false) => Some(("an address without a host".to_owned(), WHOLE)),
        (false, _) if scheme.len() <= SCHEME_MAX => {
            Some((format!("an address that begins with {scheme}://"), WHOLE))
        }
        (false, _) => Some(("an address with another scheme".to_owned(), WHOLE)),
    }
}

fn product_page(settings: &AdSettings) -> Option<AdViolation> {
    too_long("cpp_url", settings.cpp_url.as_deref()?, PRODUCT_PAGE_MAX)
}

fn parameters(settings: &AdSettings) -> impl Iterator<Item = AdViolation> {
    let parameters = settings.utm_params.iter().flatten().enumerate();
    parameters.flat_map(|(at, UrlParameter { key, value })| {
        let key = too_long(&format!("utm_params[{at}].key"), key, KEY_MAX);
        let value = too_long(&format!("utm_params[{at}].value"), value, VALUE_MAX);
        key.into_iter().chain(value)
    })
}

fn too_long(field: &str, text: &str, most: usize) -> Option<AdViolation> {
    let length = text.chars().count();
    (length > most).then(|| {
        AdViolation::of(
            field,
            format!("{length} characters"),
            format!("at most {most} characters"),
            "shorten it",
        )
    })
}

/// Checks that a deeplink has its format.
fn deeplink(settings: &AdSettings) -> Option<AdViolation> {
    let (deeplink, format) = (settings.deeplink.as_deref()?, settings.deeplink_format_type?);
    let scheme = deeplink.split_once("://").map(|(scheme, _)| scheme);
    let is_web = matches!(scheme, Some("http" | "https"));
    let (is_fine, allowed) = match format {
        DeeplinkFormat::UniversalOrAppLink => (is_web, "an address that begins with https:// or http://"),
        DeeplinkFormat::Scheme => (
            scheme.is_some_and(|scheme| !scheme.is_empty()),
            "an address such as scheme://resource",
        ),
    };
    (!is_fine).then(|| {
        AdViolation::of(
            "deeplink",
            "an address of another form",
            format!("{allowed}, because deeplink_format_type is {format}"),
            "correct deeplink, or choose the other deeplink_format_type",
        )
    })
}

fn disclaimers(settings: &AdSettings) -> Option<AdViolation> {
    let links = settings.disclaimer_clickable_texts.as_deref()?;
    let length: usize = links.iter().map(|link| link.text.chars().count()).sum();
    (length > DISCLAIMERS_MAX).then(|| {
        AdViolation::of(
            "disclaimer_clickable_texts",
            format!("{length} characters in all texts"),
            format!("at most {DISCLAIMERS_MAX} characters in all texts"),
            "shorten the texts",
        )
    })
}

/// Checks that the ad tracks the pixel and the app of its ad group. Reservations track any.
fn tracked(view: &View) -> impl Iterator<Item = AdViolation> {
    let is_reservation = view.is(OBJECTIVE, "RF_REACH");
    OF_AD_GROUP
        .into_iter()
        .filter(move |(field, ..)| !(is_reservation && *field == "tracking_pixel_id"))
        .filter_map(|(field, of_ad_group, name)| {
            let (own, expected) = (view.text(field)?, view.text(of_ad_group)?);
            (own != expected).then(|| {
                let expected = view.shown(of_ad_group);
                AdViolation::of(
                    field,
                    view.shown(field),
                    format!("{expected}, because it is the ad group's {name}"),
                    format!("set {field} to {expected}, or omit it"),
                )
            })
        })
}

/// Checks that one partner that measures both has one address.
fn measured(view: &View) -> Option<AdViolation> {
    let partners = ["viewability_postbid_partner", "brand_safety_postbid_partner"];
    let viewability = view.text("viewability_vast_url")?;
    let safety = view.text("brand_safety_vast_url")?;
    let is_one_partner = partners.iter().all(|partner| view.is(partner, "IAS"));
    (is_one_partner && viewability != safety).then(|| {
        AdViolation::of(
            "brand_safety_vast_url",
            "an address that differs from viewability_vast_url",
            "the same address, because both partners are IAS",
            "set both to the address that IAS gave you",
        )
    })
}
