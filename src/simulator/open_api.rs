//! The simulated Open API: posting and display products, sign-in and the upload server.
//!
//! Headings such as `#video-init` are those of docs/tiktok-open-api.md.

pub(super) mod account;
mod chunks;
mod creator;
mod dispatch;
mod endpoint;
mod envelope;
pub(super) mod fail_reason;
mod grants;
mod judge;
mod limits;
mod oauth;
mod photo_init;
pub(super) mod post;
mod rejection;
mod request;
mod routes;
mod source;
mod status;
mod upload;
pub(super) mod upload_edge;
mod user;
mod video_init;
mod videos;
mod world;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use self::{
    account::Account,
    dispatch::OpenApiCall,
    post::StoredPost,
    world::{World, WorldOptions},
};
use super::{
    api::{ApiCall, ApiRegistration, SimulatedApi},
    head::RequestHead,
    options::SimulatorOptions,
    setup::{Setup, SetupError},
    shared::Shared,
};

/// The Open API in the list of all.
pub(super) static REGISTRATION: ApiRegistration = ApiRegistration {
    prefixes: &["/v2/", "/video/"],
    endpoints: &endpoint::SPELLINGS,
    start: |shared, options| Arc::new(SimulatedOpenApi::new(shared, options)),
};

/// The simulated Open API.
#[derive(Debug)]
pub(super) struct SimulatedOpenApi {
    world: Arc<Mutex<World>>,
}

impl SimulatedOpenApi {
    fn new(shared: &Arc<Shared>, options: &SimulatorOptions) -> Self {
        let options = WorldOptions {
            accounts: options.accounts.clone(),
            processing: options.processing,
            moderation: options.moderation,
            judge_media: options.judge_media,
        };
        let world = World::new(Arc::clone(shared), options);
        Self {
            world: Arc::new(Mutex::new(world)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts and drafts, oldest first.
    pub(super) fn posts(&self) -> Vec<StoredPost> {
        let world = self.lock();
        let now = world.now();
        world.posts.iter().map(|post| post.stored(now)).collect()
    }
}

impl SimulatedApi for SimulatedOpenApi {
    fn recognise(
        &self,
        head: &Arc<RequestHead>,
        notes: &mut Vec<String>,
    ) -> Result<Box<dyn ApiCall>, String> {
        let route = routes::find(&head.method, &head.path)?;
        Ok(Box::new(OpenApiCall::new(&self.world, head, route, notes)))
    }

    fn check(&self, setup: &Setup) -> Result<(), SetupError> {
        self.lock().check(setup)
    }

    fn apply(&self, setup: &Setup) {
        self.lock().apply(setup);
    }

    fn knows_account(&self, account: &str) -> bool {
        self.lock().knows(account)
    }

    fn adds_account(&self, setup: &Setup, account: &str) -> bool {
        setup.accounts.iter().any(|added| {
            let name = added.clone().complete().name;
            added.token == account || name == account
        })
    }

    fn listing(&self, name: &str) -> Option<Value> {
        match name {
            "posts" => Some(json!(self.posts())),
            "accounts" => {
                let world = self.lock();
                let accounts: Vec<&Account> = world.accounts.values().map(|account| &**account).collect();
                Some(json!(accounts))
            }
            _ => None,
        }
    }

    fn stored(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for post in self.posts() {
            let kind = json!(post.kind).as_str().unwrap_or_default().to_owned();
            *kinds.entry(kind).or_default() += 1;
        }
        kinds
    }

    fn reset(&self) {
        self.lock().reset();
    }
}
