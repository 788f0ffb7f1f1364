//! The simulated Marketing API: sign-in, ad accounts, campaigns, ad groups, ads, in production and sandbox.
//!
//! Pages such as <https://business-api.tiktok.com/portal/docs?id=1740302848100353> are TikTok's. One port serves
//! production and sandbox: a token whose accounts are those of the sandbox has the rules of the sandbox.

pub(super) mod account;
mod ad_rules;
mod adgroup_rules;
mod adgroups;
mod ads;
mod advertisers;
mod asset_routes;
mod assets;
mod audiences;
mod bidding;
mod budgets;
mod call;
mod campaign_rules;
mod campaigns;
mod chunked;
mod container;
mod creation;
mod delivery;
mod endpoint;
mod entity;
mod envelope;
mod file_covers;
mod file_library;
mod file_routes;
mod file_shown;
mod file_source;
mod file_store;
mod file_upload;
mod file_use;
mod filters;
mod grants;
pub(super) mod history;
mod listing;
mod money;
mod multipart;
mod music;
mod names;
mod oauth;
mod params;
mod past;
mod pixel_events;
mod places;
mod portfolios;
mod refusal;
mod report_attributes;
mod report_audiences;
mod report_cells;
mod report_filters;
mod report_kinds;
mod report_query;
mod report_routes;
mod report_rows;
mod report_shown;
mod report_sums;
mod report_tasks;
mod reports;
mod request;
mod route;
mod routes;
mod schedule;
mod seen;
pub(super) mod setup;
mod smart_adgroups;
mod smart_ads;
mod smart_campaigns;
mod smart_rules;
mod spark_posts;
mod status_update;
mod statuses;
pub(super) mod switches;
mod tables;
mod targeting;
mod task_store;
mod throttle;
mod utc;
mod view;
mod world;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use self::{
    call::AdsCall, entity::EntityLevel, file_store::FileKind, switches::AdsSwitches, world::AdsWorld,
};
use super::{
    api::{ApiCall, ApiRegistration, SimulatedApi},
    head::RequestHead,
    options::SimulatorOptions,
    setup::{Setup, SetupError},
    shared::Shared,
};

/// The Marketing API in the list of all.
pub(super) static REGISTRATION: ApiRegistration = ApiRegistration {
    prefixes: &["/open_api/", "/portal/"],
    endpoints: &endpoint::SPELLINGS,
    start: |shared, options| Arc::new(SimulatedMarketingApi::new(shared, options)),
};

/// The simulated Marketing API.
#[derive(Debug)]
pub(super) struct SimulatedMarketingApi {
    world: Arc<Mutex<AdsWorld>>,
}

impl SimulatedMarketingApi {
    fn new(shared: &Arc<Shared>, options: &SimulatorOptions) -> Self {
        let world = AdsWorld::new(Arc::clone(shared), options.ads.clone());
        Self {
            world: Arc::new(Mutex::new(world)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, AdsWorld> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Videos and images of all accounts, with their accounts.
    fn files(&self) -> Value {
        let world = self.lock();
        let now = world.now();
        // The files as they were uploaded, whatever answers show of them.
        let plain = AdsSwitches::default();
        let shown = world.files.stored.iter().map(|file| {
            let mut shown = match file.kind {
                FileKind::Video => file_shown::video(file, now, &plain),
                FileKind::Image | FileKind::Music => file_shown::image(file, now, &plain),
            };
            if let Some(members) = shown.as_object_mut() {
                members.insert("advertiser_id".to_owned(), json!(file.advertiser_id));
            }
            shown
        });
        shown.collect()
    }

    /// Objects of a level with what the API shows of them, and what was spent.
    fn objects(&self, level: EntityLevel) -> Value {
        let mut world = self.lock();
        delivery::settle_all(&mut world);
        let of_level = world.entities.values().filter(|entity| entity.level == level);
        let shown = of_level.map(|entity| {
            let mut object = view::whole(&world, entity);
            object.insert("spend".to_owned(), json!(delivery::spent(&world, entity)));
            Value::Object(object)
        });
        shown.collect()
    }
}

impl SimulatedApi for SimulatedMarketingApi {
    fn recognise(
        &self,
        head: &Arc<RequestHead>,
        notes: &mut Vec<String>,
    ) -> Result<Box<dyn ApiCall>, String> {
        match routes::find(&head.method, &head.path) {
            Ok(route) => Ok(Box::new(AdsCall::new(&self.world, head, route))),
            Err(remark) => {
                notes.push(remark);
                Err("404 page not found".to_owned())
            }
        }
    }

    fn check(&self, setup: &Setup) -> Result<(), SetupError> {
        let world = self.lock();
        let knows = |token: &str| world.token(token).is_some();
        let ads = setup.ads.as_ref();
        let knows_advertiser = |id: &str| world.advertisers.contains_key(id);
        ads.map_or(Ok(()), |ads| ads.check(knows, knows_advertiser))
            .map_err(SetupError::Ads)
    }

    fn apply(&self, setup: &Setup) {
        if let Some(ads) = &setup.ads {
            let mut world = self.lock();
            world.apply(ads);
            for history in &ads.history {
                past::add(&mut world, history);
            }
        }
    }

    fn knows_account(&self, account: &str) -> bool {
        self.lock().token(account).is_some()
    }

    fn adds_account(&self, setup: &Setup, account: &str) -> bool {
        setup.ads.as_ref().is_some_and(|ads| ads.adds(account))
    }

    fn listing(&self, name: &str) -> Option<Value> {
        match name {
            "advertisers" => {
                let world = self.lock();
                let accounts = world.advertisers.values();
                Some(accounts.map(|account| json!(**account)).collect())
            }
            "ads_tokens" => Some(self.lock().tokens.values().map(|token| json!(**token)).collect()),
            "ads_apps" => Some(json!(self.lock().apps.values().collect::<Vec<_>>())),
            "ads_unknown" => Some(json!(self.lock().unknown_names)),
            "campaigns" => Some(self.objects(EntityLevel::Campaign)),
            "adgroups" => Some(self.objects(EntityLevel::Adgroup)),
            "ads" => Some(self.objects(EntityLevel::Ad)),
            "files" => Some(self.files()),
            _ => None,
        }
    }

    fn stored(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for entity in self.lock().entities.values() {
            *kinds.entry(format!("{}s", entity.level.name())).or_default() += 1;
        }
        kinds
    }

    fn reset(&self) {
        self.lock().reset();
    }
}
