//! The user's own profile (#user-info).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    account::Account,
    envelope::ResponseData,
    request::{Answer, ApiRequest, Field, pick},
    videos,
    world::World,
};

/// Source of the fields.
#[derive(Debug)]
struct Profile {
    account: Arc<Account>,
    public_videos: usize,
}

/// `GET /v2/user/info/`
pub(super) fn info(world: &mut World, call: &mut ApiRequest<'_>) -> Answer {
    let fields = call.fields(&FIELDS)?;
    let public_videos = videos::of(world, &call.account, call.now).len();
    let profile = Profile {
        account: Arc::clone(&call.account),
        public_videos,
    };
    Ok(ResponseData::Members(json!({ "user": pick(&fields, &profile) })))
}

const BASIC: &str = "user.info.basic";
const PROFILE: &str = "user.info.profile";
const STATS: &str = "user.info.stats";

static FIELDS: [Field<Profile>; 15] = [
    Field {
        name: "open_id",
        scope: BASIC,
        value: |profile| json!(profile.account.open_id),
    },
    Field {
        name: "union_id",
        scope: BASIC,
        value: |profile| json!(union_id(&profile.account)),
    },
    Field {
        name: "avatar_url",
        scope: BASIC,
        value: |profile| avatar(&profile.account, "168x168"),
    },
    Field {
        name: "avatar_url_100",
        scope: BASIC,
        value: |profile| avatar(&profile.account, "100x100"),
    },
    Field {
        name: "avatar_large_url",
        scope: BASIC,
        value: |profile| avatar(&profile.account, "720x720"),
    },
    Field {
        name: "display_name",
        scope: BASIC,
        value: |profile| json!(profile.account.display_name),
    },
    Field {
        name: "bio_description",
        scope: PROFILE,
        value: |_| json!("Lives in a box."),
    },
    Field {
        name: "profile_deep_link",
        scope: PROFILE,
        value: |profile| json!(format!("https://vm.tiktok.com/{}/", profile.account.username)),
    },
    Field {
        name: "profile_web_link",
        scope: PROFILE,
        value: |profile| json!(format!("https://www.tiktok.com/@{}", profile.account.username)),
    },
    Field {
        name: "is_verified",
        scope: PROFILE,
        value: |_| json!(false),
    },
    Field {
        name: "username",
        scope: PROFILE,
        value: |profile| json!(profile.account.username),
    },
    Field {
        name: "follower_count",
        scope: STATS,
        value: |_| json!(3_000_000_017_i64),
    },
    Field {
        name: "following_count",
        scope: STATS,
        value: |_| json!(42),
    },
    Field {
        name: "likes_count",
        scope: STATS,
        value: |_| json!(9_007_199_254_740_993_i64),
    },
    Field {
        name: "video_count",
        scope: STATS,
        value: |profile| json!(profile.public_videos),
    },
];

fn union_id(account: &Account) -> String {
    format!("union{}", account.open_id)
}

fn avatar(account: &Account, size: &str) -> Value {
    json!(format!(
        "https://p16-sign.example.com/avatar/{}~{size}.jpeg?x-signature=c2lt",
        account.username
    ))
}
