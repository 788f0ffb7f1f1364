//! Routes of the reports.

use super::{
    report_tasks, reports,
    route::{AdsRoute, get, post, production},
};
use crate::simulator::endpoint::EndpointName;

/// Permission for reports.
const REPORTS: u64 = 4;

pub(super) static ROUTES: [AdsRoute; 5] = [
    get(
        "/open_api/v1.3/report/integrated/get/",
        EndpointName::REPORT_INTEGRATED_GET,
        REPORTS,
        reports::integrated,
    ),
    production(post(
        "/open_api/v1.3/report/task/create/",
        EndpointName::REPORT_TASK_CREATE,
        REPORTS,
        report_tasks::create,
    )),
    production(get(
        "/open_api/v1.3/report/task/check/",
        EndpointName::REPORT_TASK_CHECK,
        REPORTS,
        report_tasks::check,
    )),
    production(post(
        "/open_api/v1.3/report/task/cancel/",
        EndpointName::REPORT_TASK_CANCEL,
        REPORTS,
        report_tasks::cancel,
    )),
    production(get(
        "/open_api/v1.3/report/task/download/",
        EndpointName::REPORT_TASK_DOWNLOAD,
        REPORTS,
        report_tasks::download,
    )),
];
