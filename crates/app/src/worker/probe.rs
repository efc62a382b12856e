//! Whether the services of a sync can be reached: one small read each, through the one transport.

use std::sync::Arc;

use foxbridge_connectors::{Aimfox, CallError, HighLevel};
use foxbridge_model::Service;
use foxbridge_store::SyncRow;

use crate::commands::sync_settings;
use crate::permissions::{Caller, Switches, used_by};
use crate::{App, secrets, transport};

/// Whether both services answer. Any answer will do: what is wrong with it, a run says better.
pub(super) async fn reachable(app: &App, sync: &SyncRow) -> bool {
    for id in [&sync.highlevel, &sync.aimfox] {
        if !answers(app, sync, id).await {
            return false;
        }
    }
    true
}

async fn answers(app: &App, sync: &SyncRow, connection: &str) -> bool {
    let (Ok(Some(row)), Ok(settings)) = (
        app.store().connections().get(connection),
        sync_settings(sync),
    ) else {
        return true;
    };
    let Ok((base_url, secret)) = secrets::access(app, &row).await else {
        return true;
    };
    let gate = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: used_by(&settings),
        caller: Caller::Run,
    };
    let parts = transport::outside_runs(app, Arc::new(gate));
    let Ok(transport) = transport::open(&row, base_url, secret, parts) else {
        return true;
    };
    let asked = match row.service {
        Service::HighLevel => HighLevel::new(transport).tags().await.map(drop),
        Service::Aimfox => Aimfox::new(transport).labels().await.map(drop),
    };
    !matches!(
        asked,
        Err(CallError::Offline { .. } | CallError::TimedOut { .. })
    )
}
