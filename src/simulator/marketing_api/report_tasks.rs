//! Asynchronous reports: create, check, cancel, download
//! (docs/tiktok-marketing-api.md#asynchronous-reports).

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    refusal::{AdsAnswer, AdsData, AdsRefusal, NOT_ALLOWLISTED, NOT_FOUND, TASK_FAILED, TASK_NOT_READY},
    report_query::ReportQuery,
    report_rows, report_shown,
    request::AdsRequest,
    task_store::{ReportTask, TaskFormat},
    world::AdsWorld,
};
use crate::simulator::media;

/// `POST /report/task/create/`
pub(super) fn create(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    if !world.switches.async_reports() {
        let what = "The app is not on the allowlist of asynchronous reports.";
        return Err(AdsRefusal::new(NOT_ALLOWLISTED, what));
    }
    let query = ReportQuery::read(world, request, true)?;
    let format = match request.text("output_format") {
        "CSV_DOWNLOAD" => TaskFormat::CsvDownload,
        "XLSX_DOWNLOAD" => {
            let what = "XLSX_DOWNLOAD is not simulated; use CSV_DOWNLOAD.";
            return Err(AdsRefusal::at("output_format", what));
        }
        _ => TaskFormat::CsvString,
    };
    let file_name = request.text("file_name").to_owned();
    check_name(&file_name)?;
    let translates = request.flag("enable_report_title_translation") != Some(false);
    let csv = csv(world, &query, translates);
    let id = world.next_id().to_string();
    let advertiser_id = query
        .accounts
        .first()
        .map(|account| account.advertiser_id.clone());
    let wait = Duration::from_millis(world.switches.report_ms());
    let task = ReportTask {
        token: token(request),
        advertiser_id: advertiser_id.unwrap_or_default(),
        format,
        file_name: if file_name.is_empty() {
            id.clone()
        } else {
            file_name
        },
        created: request.now,
        ready: request.now.saturating_add(wait),
        is_cancelled: false,
        fails: world.switches.report_fails(),
        csv,
    };
    world.reports.0.insert(id.clone(), task);
    Ok(json!({ "task_id": id }).into())
}

fn check_name(name: &str) -> Result<(), AdsRefusal> {
    if name.chars().count() > MOST_NAME {
        return Err(AdsRefusal::at(
            "file_name",
            format!("Longer than maximum length {MOST_NAME}."),
        ));
    }
    match name.chars().find(|letter| FORBIDDEN.contains(*letter)) {
        Some(letter) => Err(AdsRefusal::at("file_name", format!("{letter:?} is not allowed."))),
        None => Ok(()),
    }
}

fn token(request: &AdsRequest<'_>) -> String {
    let token = request.token.as_ref();
    token.map(|token| token.token.clone()).unwrap_or_default()
}

fn csv(world: &AdsWorld, query: &ReportQuery, translates: bool) -> String {
    let result = report_rows::run(world, query);
    let metrics = query.metrics.iter().map(|(name, _)| name);
    let names = query.dimensions.iter().chain(metrics);
    let title = |name: &String| {
        if translates {
            translated(name)
        } else {
            name.clone()
        }
    };
    let mut lines = vec![
        names
            .map(|name| quoted(&title(name)))
            .collect::<Vec<_>>()
            .join(","),
    ];
    for (dimensions, metrics) in report_shown::shown(world, query, &result.rows) {
        let values = dimensions.values().chain(metrics.values());
        let values =
            values.map(|value| quoted(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        lines.push(values.collect::<Vec<_>>().join(","));
    }
    lines.push(String::new());
    lines.join("\r\n")
}

/// A field of a CSV line (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A title for people, as in `AD ID`.
fn translated(name: &str) -> String {
    match name {
        "spend" => "Cost".to_owned(),
        "stat_time_day" => "Date".to_owned(),
        _ => name.to_uppercase().replace('_', " "),
    }
}

/// The task of a request, within 30 days.
fn task<'w>(world: &'w mut AdsWorld, request: &AdsRequest<'_>) -> Result<&'w mut ReportTask, AdsRefusal> {
    let account = request.account()?;
    let (id, token) = (request.text("task_id"), token(request));
    let is_own = |task: &&mut ReportTask| {
        task.token == token
            && task.advertiser_id == account.advertiser_id
            && request.now < task.created.saturating_add(LIFE)
    };
    let task = world.reports.0.get_mut(id).filter(is_own);
    task.ok_or_else(|| AdsRefusal::new(NOT_FOUND, format!("task_id: {id} does not exist.")))
}

/// `GET /report/task/check/`
pub(super) fn check(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let now = request.now;
    let status = task(world, request)?.status(now);
    let message = if status == "FAILED" {
        "The report could not be made."
    } else {
        ""
    };
    Ok(json!({"status": status, "message": message}).into())
}

/// `POST /report/task/cancel/`
pub(super) fn cancel(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let now = request.now;
    let task = task(world, request)?;
    let status = task.status(now);
    if !matches!(status, "QUEUING" | "PROCESSING" | "CANCELED") {
        let what = format!("task_id: a task in the status {status} cannot be canceled.");
        return Err(AdsRefusal::new(TASK_FAILED, what));
    }
    task.is_cancelled = true;
    Ok(json!({"status": "CANCELED"}).into())
}

/// `GET /report/task/download/`: the text itself, or the address of a file.
pub(super) fn download(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let now = request.now;
    let task = task(world, request)?;
    match task.status(now) {
        "SUCCESS" => {}
        status @ ("QUEUING" | "PROCESSING") => {
            let what = format!("The task is not ready: {status}.");
            return Err(AdsRefusal::new(TASK_NOT_READY, what));
        }
        status => {
            return Err(AdsRefusal::new(
                TASK_FAILED,
                format!("The task has no output: {status}."),
            ));
        }
    }
    let (csv, file_name) = (task.csv.clone(), format!("{}.csv", task.file_name));
    if task.format == TaskFormat::CsvString {
        let mut data = AdsData::from(Value::Null);
        data.raw = Some(csv);
        return Ok(data);
    }
    media::keep(&world.shared, &file_name, csv.into_bytes());
    let url = url::Url::parse(&world.shared.url).ok().map(|mut url| {
        url.set_path(&format!("{}{file_name}", media::PATH));
        url.to_string()
    });
    Ok(json!({"download_url": url, "file_name": file_name, "output_format": "CSV_DOWNLOAD"}).into())
}

/// Time for which a task can be used.
const LIFE: Duration = Duration::from_hours(30 * 24);
/// Most characters of a file name.
const MOST_NAME: usize = 255;
/// Characters that a file name must not have.
const FORBIDDEN: &str = "/\t\u{8}@#$%^&*()[]";
