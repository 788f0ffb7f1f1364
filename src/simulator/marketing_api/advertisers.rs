//! Information on ad accounts and on the user
//! (<https://business-api.tiktok.com/portal/docs?id=1739593083610113>).

use serde_json::{Map, Value, json};

use super::{
    account::SimulatedAdvertiser,
    delivery,
    refusal::{ADVERTISER_UNKNOWN, AdsAnswer, AdsRefusal, NO_PERMISSION},
    request::AdsRequest,
    tables, view,
    world::AdsWorld,
};

/// `GET /advertiser/info/`
pub(super) fn info(world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let fields = request.texts("fields");
    let names = view::selected(tables::answer("advertiser"), &fields)?;
    let ids = request.texts("advertiser_ids");
    let list = ids.iter().map(|id| {
        let is_granted = request
            .token
            .as_ref()
            .is_some_and(|token| token.advertiser_ids.contains(id));
        let account = world.advertisers.get(id);
        match account {
            Some(account) if is_granted => Ok(shown(world, account, &names)),
            Some(_) => Err(AdsRefusal::new(
                NO_PERMISSION,
                format!("No permission to operate advertiser {id}."),
            )),
            None => Err(AdsRefusal::new(
                ADVERTISER_UNKNOWN,
                format!("Advertiser {id} does not exist or has been deleted."),
            )),
        }
    });
    let list: Vec<Value> = list.collect::<Result<_, _>>()?;
    Ok(json!({ "list": list }).into())
}

fn shown(world: &AdsWorld, account: &SimulatedAdvertiser, names: &[&str]) -> Value {
    let members = names
        .iter()
        .map(|name| ((*name).to_owned(), member(world, account, name)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn member(world: &AdsWorld, account: &SimulatedAdvertiser, name: &str) -> Value {
    match name {
        "advertiser_id" => json!(account.advertiser_id),
        "name" => json!(account.name),
        "currency" => json!(account.currency),
        "timezone" | "display_timezone" => json!(account.timezone),
        "country" => json!(account.country),
        "status" => json!(account.status),
        "balance" => json!(delivery::balance(world, account)),
        "company" => json!(format!("{} Ltd", account.name)),
        "role" => json!("ROLE_CHILD_ADVERTISER"),
        "advertiser_account_type" => json!("AUCTION"),
        "industry" => json!("291905"),
        "language" => json!("en"),
        "create_time" => json!(CREATED),
        "owner_bc_id" => json!("7320000000000000009"),
        "description" | "rejection_reason" | "license_no" | "license_url" => json!(""),
        "promotion_area" => json!("0"),
        _ => Value::Null,
    }
}

/// `GET /user/info/`
#[expect(clippy::unnecessary_wraps, reason = "handlers have one signature")]
pub(super) fn user_info(_world: &mut AdsWorld, request: &mut AdsRequest<'_>) -> AdsAnswer {
    let name = request
        .token
        .as_ref()
        .map(|token| token.name.clone())
        .unwrap_or_default();
    Ok(json!({
        "core_user_id": "7330000000000000003",
        "display_name": name,
        "email": "s***@example.com",
        "create_time": CREATED,
        "avatar_url": "https://p16-sign.example.com/avatar/business.jpeg",
    })
    .into())
}

/// Time in seconds at which accounts and users were made.
const CREATED: u64 = 1_700_000_000;
