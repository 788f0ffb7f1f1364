//! Synchronous reports (docs/tiktok-marketing-api.md#reports).

use serde_json::{Value, json};

use super::{
    listing::Page,
    refusal::{AdsAnswer, AdsData},
    report_query::ReportQuery,
    report_rows, report_shown,
    request::AdsRequest,
    world::AdsWorld,
};

/// `GET /report/integrated/get/`
pub(super) fn integrated(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let query = ReportQuery::read(world, request, false)?;
    let page = Page::of(request, 10, 1_000)?;
    let result = report_rows::run(world, &query);
    let count = result.rows.len();
    let rows = if request.text("query_mode") == "CHUNK" {
        result.rows.as_slice()
    } else {
        page.cut(&result.rows)
    };
    let list = report_shown::shown(world, &query, rows).into_iter();
    let list = list.map(|(dimensions, metrics)| json!({"dimensions": dimensions, "metrics": metrics}));
    let mut data = AdsData::from(json!({"list": list.collect::<Vec<_>>(), "page_info": page.info(count)}));
    if query.has_totals {
        data = data.with(
            "total_metrics",
            report_shown::totals(world, &query, &result.total),
        );
    }
    let mut extra = serde_json::Map::new();
    if result.is_cut {
        extra.insert("search_ads_throttle".to_owned(), Value::Bool(true));
        data.header = Some((CUT_HEADER, CUT.to_owned()));
    }
    let lacks_users = query.metrics.iter().any(|(_, kind)| kind.is_unique());
    if lacks_users && world.switches.report_without_reach() {
        extra.insert("uv_invalid".to_owned(), Value::Bool(true));
    }
    if !extra.is_empty() {
        data = data.with("extra_info", Value::Object(extra));
    }
    Ok(data)
}

/// Header of reports that lack objects.
const CUT_HEADER: &str = "x-tt-ads-throttle";
const CUT: &str = "Number of ad ids is equal or more than 20k, only return the top 20k id's results, sorting by create time desc order.";
