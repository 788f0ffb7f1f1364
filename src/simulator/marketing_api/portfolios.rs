//! Creative portfolios. Every account has the same.

use serde_json::{Map, Value, json};

use super::{
    listing::Page,
    refusal::AdsAnswer,
    request::{AdsRequest, texts},
    world::AdsWorld,
};

/// Id and type of a portfolio, whether it has a preview, and the members of its type.
struct PortfolioRow(
    &'static str,
    &'static str,
    bool,
    &'static [(&'static str, &'static str)],
);

const PORTFOLIOS: [PortfolioRow; 4] = [
    PortfolioRow(
        "7390000000000000017",
        "CARD",
        true,
        &[("card_type", "IMAGE"), ("image_id", IMAGE)],
    ),
    PortfolioRow("7390000000000000023", "SUPER_LIKE", true, &[("image_id", IMAGE)]),
    PortfolioRow(
        "7390000000000000039",
        "WEB_INFO_CARD",
        true,
        &[
            ("image_id", IMAGE),
            ("title", "Shoes for rain"),
            ("content_url", ""),
        ],
    ),
    // Product tiles have no preview.
    PortfolioRow(
        "7390000000000000041",
        "PRODUCT_TILE",
        false,
        &[("thumbnail_id", IMAGE)],
    ),
];

/// `GET /creative/portfolio/list/` (<https://business-api.tiktok.com/portal/docs?id=1766324010279938>). Portfolios of calls
/// to action are not listed.
pub(super) fn list(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    request.account()?;
    let filtering = request.params.get("filtering").and_then(Value::as_object);
    let wanted = |name: &str| filtering.map_or_else(Vec::new, |filtering| texts(filtering, name));
    let (kinds, ids) = (
        wanted("creative_portfolio_types"),
        wanted("creative_portfolio_ids"),
    );
    let is_wanted = |row: &&PortfolioRow| {
        (kinds.is_empty() || kinds.iter().any(|kind| kind == row.1))
            && (ids.is_empty() || ids.iter().any(|id| id == row.0))
    };
    let found: Vec<Value> = PORTFOLIOS.iter().filter(is_wanted).map(portfolio).collect();
    let page = Page::of(request, 20, 100)?;
    Ok(json!({"creative_portfolios": page.cut(&found), "page_info": page.info(found.len())}).into())
}

fn portfolio(PortfolioRow(id, kind, has_preview, members): &PortfolioRow) -> Value {
    let preview = if *has_preview {
        format!("https://creative.example.com/portfolio/{id}")
    } else {
        String::new()
    };
    let common = [
        ("creative_portfolio_id", *id),
        ("creative_portfolio_type", kind),
        ("creative_portfolio_preview_url", &preview),
    ];
    let all = common.iter().chain(members.iter());
    Value::Object(
        all.map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect::<Map<_, _>>(),
    )
}

/// Id of the image in the portfolios.
const IMAGE: &str = "ad-site-i18n-sg/202311145d0d0000000000000000portfolio";
