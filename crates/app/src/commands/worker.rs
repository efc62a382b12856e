//! The background worker and the schedules it keeps.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AppError, Nothing, PauseWorker, SetQuietHours, SetSchedule, SyncId, SyncSchedule, WorkerStatus,
};

use super::syncs::find;
use crate::{App, worker};

pub(super) async fn syncs_schedule_get(
    app: &App,
    request: SyncId,
) -> Result<SyncSchedule, AppError> {
    worker::schedule(app, &find(app, &request.sync)?)
}

pub(super) async fn syncs_schedule_set(
    app: &App,
    request: SetSchedule,
) -> Result<SyncSchedule, AppError> {
    worker::set_schedule(app, &find(app, &request.sync)?, &request.schedule)
}

pub(super) async fn worker_status(app: &App, _: Nothing) -> Result<WorkerStatus, AppError> {
    worker::status(app)
}

pub(super) async fn worker_pause(
    app: &App,
    request: PauseWorker,
) -> Result<WorkerStatus, AppError> {
    worker::pause(app, request.until)
}

pub(super) async fn worker_resume(app: &App, _: Nothing) -> Result<WorkerStatus, AppError> {
    worker::resume(app)
}

pub(super) async fn worker_quiet_hours(
    app: &App,
    request: SetQuietHours,
) -> Result<WorkerStatus, AppError> {
    worker::set_quiet(app, request.quiet)
}
