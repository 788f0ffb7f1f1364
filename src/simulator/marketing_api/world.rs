//! State of the Marketing API: apps, accounts, tokens, campaigns, ad groups and ads.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    account::{SimulatedAdsToken, SimulatedAdvertiser, SimulatedApp},
    entity::{AdsEntity, EntityLevel},
    file_store::FileStore,
    grants::AdsGrants,
    setup::{AdsOptions, AdsSetup},
    switches::AdsSwitches,
    task_store::ReportTasks,
    throttle::Throttles,
};
use crate::simulator::shared::Shared;

/// State of the Marketing API.
#[derive(Debug)]
pub(super) struct AdsWorld {
    pub(super) shared: Arc<Shared>,
    pub(super) switches: AdsSwitches,
    /// Apps by id.
    pub(super) apps: BTreeMap<String, SimulatedApp>,
    /// Accounts by id.
    pub(super) advertisers: BTreeMap<String, Arc<SimulatedAdvertiser>>,
    /// Access tokens by value.
    pub(super) tokens: BTreeMap<String, Arc<SimulatedAdsToken>>,
    pub(super) grants: AdsGrants,
    /// Token or name of the token whose accounts the consent page grants.
    pub(super) consents: String,
    /// Campaigns, ad groups and ads by id.
    pub(super) entities: BTreeMap<u64, AdsEntity>,
    /// Ids of the ad groups of campaigns and of the ads of ad groups.
    children: BTreeMap<u64, Vec<u64>>,
    /// Object and time of each `request_id`, by account and level.
    pub(super) requests: BTreeMap<(String, EntityLevel, String), (u64, Duration)>,
    /// Time of the last write below each ad group.
    pub(super) writes: BTreeMap<u64, Duration>,
    /// Hundredths that each account has spent.
    pub(super) spent: BTreeMap<String, u64>,
    pub(super) throttles: Throttles,
    pub(super) files: FileStore,
    pub(super) reports: ReportTasks,
    /// Number of requests with each unknown parameter.
    pub(super) unknown_names: BTreeMap<String, usize>,
    start: AdsOptions,
}

impl AdsWorld {
    pub(super) fn new(shared: Arc<Shared>, start: AdsOptions) -> Self {
        let (apps, advertisers, tokens) = (
            start.apps.clone(),
            start.advertisers.clone(),
            start.tokens.clone(),
        );
        let mut world = Self {
            shared,
            switches: start.switches,
            apps: BTreeMap::new(),
            advertisers: BTreeMap::new(),
            tokens: BTreeMap::new(),
            grants: AdsGrants::default(),
            consents: "ads.sim-main".to_owned(),
            entities: BTreeMap::new(),
            children: BTreeMap::new(),
            requests: BTreeMap::new(),
            writes: BTreeMap::new(),
            spent: BTreeMap::new(),
            throttles: Throttles::default(),
            files: FileStore::default(),
            reports: ReportTasks::default(),
            unknown_names: BTreeMap::new(),
            start,
        };
        world.add(&apps, &advertisers, &tokens);
        world
    }

    /// Returns to the state after the start.
    pub(super) fn reset(&mut self) {
        *self = Self::new(Arc::clone(&self.shared), self.start.clone());
    }

    /// Applies a checked setup.
    pub(super) fn apply(&mut self, setup: &AdsSetup) {
        self.add(&setup.apps, &setup.advertisers, &setup.tokens);
        self.switches.merge(&setup.switches);
        if let Some(token) = &setup.consents {
            self.consents.clone_from(token);
        }
    }

    fn add(
        &mut self,
        apps: &[SimulatedApp],
        advertisers: &[SimulatedAdvertiser],
        tokens: &[SimulatedAdsToken],
    ) {
        for app in apps {
            self.apps.insert(app.app_id.clone(), app.clone());
        }
        for account in advertisers.iter().cloned().map(SimulatedAdvertiser::complete) {
            self.advertisers
                .insert(account.advertiser_id.clone(), Arc::new(account));
        }
        for token in tokens.iter().cloned().map(SimulatedAdsToken::complete) {
            self.tokens.insert(token.token.clone(), Arc::new(token));
        }
    }

    /// Simulated time since the Unix epoch.
    pub(super) fn now(&self) -> Duration {
        self.shared.now()
    }

    /// The token with this value or name.
    pub(super) fn token(&self, wanted: &str) -> Option<&Arc<SimulatedAdsToken>> {
        let by_name = || self.tokens.values().find(|token| token.name == wanted);
        self.tokens.get(wanted).or_else(by_name)
    }

    /// Returns a new id, odd and above 2^53, so that a float cannot hold it.
    pub(super) fn next_id(&self) -> u64 {
        7_410_000_000_000_000_001 + self.shared.next_id() * 2_000_006
    }

    /// Stores a new object.
    pub(super) fn store(&mut self, entity: AdsEntity) {
        if let Some(request_id) = entity.request_id.clone() {
            let key = (entity.advertiser_id.clone(), entity.level, request_id);
            self.requests.insert(key, (entity.id, entity.created));
        }
        self.children.entry(entity.parent).or_default().push(entity.id);
        self.entities.insert(entity.id, entity);
    }

    /// Ad groups of a campaign, ads of an ad group; the deleted ones too.
    pub(super) fn below(&self, parent: u64) -> impl Iterator<Item = &AdsEntity> {
        let ids = self.children.get(&parent).into_iter().flatten();
        ids.filter_map(|id| self.entities.get(id))
    }

    /// Object above an ad group or an ad.
    pub(super) fn above(&self, entity: &AdsEntity) -> Option<&AdsEntity> {
        self.entities.get(&entity.parent)
    }

    /// The campaign of an object.
    pub(super) fn campaign_of<'a>(&'a self, entity: &'a AdsEntity) -> Option<&'a AdsEntity> {
        match entity.level {
            EntityLevel::Campaign => Some(entity),
            EntityLevel::Adgroup => self.above(entity),
            EntityLevel::Ad => self.above(entity).and_then(|adgroup| self.above(adgroup)),
        }
    }

    /// The object of an account with this level and id.
    pub(super) fn find(&self, advertiser_id: &str, level: EntityLevel, id: &str) -> Option<&AdsEntity> {
        let entity = self.entities.get(&id.parse().ok()?)?;
        (entity.advertiser_id == advertiser_id && entity.level == level).then_some(entity)
    }
}
