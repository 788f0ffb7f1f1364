//! `GET /file/video/ad/search/`, `GET /file/image/ad/search/` and their `info/`; permission Creative Management
//! (docs/tiktok-marketing-api.md#videos, docs/tiktok-marketing-api.md#images).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::{
        Action, Failure, Rows,
        tiktok_ads::{
            context::AdsContext,
            covers::suggest,
            creatives::look_up,
            listing::{DEFAULT_COUNT, ListPart, MAX_COUNT, OFFSET_MAX, read},
            permissions,
        },
    },
    marketing_api::{Creative, CreativeFilter, MarketingApi, MediaType, SuggestedCover},
};

/// Lists creatives.
pub(in crate::integrations::tiktok_ads) struct GetCreatives;

/// Filter of the creatives. All conditions hold together.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Input {
    /// Type of the creatives
    #[schemars(extend("default" = "VIDEO"))]
    media_type: Option<MediaType>,
    /// Ids of the creatives: the `video_id` of videos, the `image_id` of images. Not with other conditions
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 200)))]
    creative_ids: Option<Vec<String>>,
    /// Ids of materials
    #[schemars(length(min = 1, max = MediaType::MATERIALS_MAX), inner(length(min = 1, max = 100)))]
    material_ids: Option<Vec<String>>,
    /// Number of covers that TikTok suggests for each video of `creative_ids`, which are at most 20 then. An ad with a video
    /// needs one cover in its `image_ids`
    #[schemars(range(min = 1, max = MarketingApi::COVERS_MAX))]
    suggest_covers: Option<u32>,
    /// Part of the name; for videos only, because TikTok does not search images by name
    #[schemars(length(min = 1, max = 100))]
    name: Option<String>,
    /// Maximum number of creatives; more than 100 take several calls to TikTok
    #[schemars(range(min = 1, max = MAX_COUNT), extend("default" = DEFAULT_COUNT))]
    max_count: Option<u32>,
    /// Number of creatives to leave out: `next_offset` of the previous result
    #[schemars(range(min = 0, max = OFFSET_MAX))]
    offset: Option<u32>,
}

/// The creatives.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct Output {
    /// The creatives. TikTok lists the 10,000 videos that were changed last, and one of those with the same content
    creatives: Rows<Creative>,
    /// Number of creatives that fit the filter
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
    /// The `offset` for the next part; absent at the end of the list
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u32>,
    /// The given ids of which TikTok has no creative that ads can use
    not_found: Vec<String>,
    /// Suggested covers, in the order of the videos
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covers: Vec<SuggestedCover>,
    /// Notes on a part that could not be read
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl Action for GetCreatives {
    const NAME: &'static str = "get_creatives";
    const DISPLAY_NAME: &'static str = "Get Creatives";
    const DESCRIPTION: &'static str = "List the videos or images of the ad account's creative library, with name, size, \
        length and the ids that ads use.";
    const PERMISSIONS: &'static [&'static str] = &[permissions::CREATIVES];
    const ROWS: Option<&'static str> = Some("creatives");

    type Context = AdsContext;
    type Input = Input;
    type Output = Output;

    async fn run(context: AdsContext, input: Input) -> Result<Output, Failure> {
        let media_type = input.media_type.unwrap_or(MediaType::Video);
        check(media_type, &input)?;
        match &input.creative_ids {
            Some(ids) => {
                let found = by_id(&context, media_type, ids).await?;
                Ok(match input.suggest_covers {
                    Some(count) => with_covers(&context, found, ids, count).await,
                    None => found,
                })
            }
            None => search(&context, media_type, input).await,
        }
    }
}

/// Checks that the conditions can hold together.
fn check(media_type: MediaType, input: &Input) -> Result<(), Failure> {
    let others = [
        ("name", input.name.is_some()),
        ("material_ids", input.material_ids.is_some()),
        ("offset", input.offset.is_some()),
    ];
    if let Some((name, _)) = others
        .into_iter()
        .find(|(_, is_given)| *is_given && input.creative_ids.is_some())
    {
        return Err(Failure::of_field(
            &own::INPUTS_CONFLICT,
            name,
            &format!("{name} with creative_ids"),
            "creative_ids alone, or other conditions without them",
            &format!("omit {name} or creative_ids"),
        ));
    }
    if input.name.is_some() && media_type == MediaType::Image {
        return Err(Failure::of_field(
            &own::INPUTS_CONFLICT,
            "name",
            "a name, with the media_type IMAGE",
            "a name for videos only, because TikTok does not search images by name",
            "omit name, and choose by `file_name` in the result",
        ));
    }
    check_covers(media_type, input)
}

/// Videos of one request whose covers are read.
const COVERED_MAX: usize = 20;

/// Checks that covers can be suggested.
fn check_covers(media_type: MediaType, input: &Input) -> Result<(), Failure> {
    let (got, fix) = match &input.creative_ids {
        _ if input.suggest_covers.is_none() => return Ok(()),
        _ if media_type == MediaType::Image => ("images".to_owned(), "omit it, or set media_type to VIDEO"),
        None => ("no creative_ids".to_owned(), "name the videos in creative_ids"),
        Some(ids) if ids.len() > COVERED_MAX => {
            let got = format!("{} ids", ids.len());
            (got, "send several requests")
        }
        Some(_) => return Ok(()),
    };
    let got = format!("suggest_covers with {got}");
    let allowed = "suggest_covers with creative_ids of 1 to 20 videos";
    Err(Failure::of_field(
        &own::INPUTS_CONFLICT,
        "suggest_covers",
        &got,
        allowed,
        fix,
    ))
}

/// Adds the covers of the videos that were found.
async fn with_covers(context: &AdsContext, mut found: Output, ids: &[String], count: u32) -> Output {
    let mut videos: Vec<&String> = Vec::new();
    for id in ids {
        if !videos.contains(&id) && !found.not_found.contains(id) {
            videos.push(id);
        }
    }
    for id in videos {
        match suggest(context, id, count).await {
            Ok(covers) => found.covers.extend(covers),
            Err(note) => found.warnings.push(note),
        }
    }
    found
}

async fn by_id(context: &AdsContext, media_type: MediaType, ids: &[String]) -> Result<Output, Failure> {
    let found = look_up(context, media_type, ids).await?;
    let is_found = |id: &String| found.iter().any(|creative| creative.id() == id);
    let mut not_found: Vec<String> = ids.iter().filter(|id| !is_found(id)).cloned().collect();
    not_found.sort_unstable();
    not_found.dedup();
    let mut creatives = context.rows.rows();
    creatives.extend(found)?;
    Ok(Output {
        total_count: u64::try_from(creatives.len()).ok(),
        creatives,
        next_offset: None,
        not_found,
        covers: Vec::new(),
        warnings: Vec::new(),
    })
}

async fn search(context: &AdsContext, media_type: MediaType, input: Input) -> Result<Output, Failure> {
    let part = ListPart::new(input.offset, input.max_count);
    let filter = CreativeFilter {
        video_name: input.name,
        material_ids: input.material_ids.unwrap_or_default(),
    };
    let mut creatives = context.rows.rows();
    let fetch = |page| Box::pin(context.api.creatives(media_type, &filter, page)) as _;
    let result = read(part, MarketingApi::CREATIVES_PER_PAGE, &mut creatives, fetch).await?;
    Ok(Output {
        creatives,
        total_count: result.total_count,
        next_offset: result.next_offset,
        not_found: Vec::new(),
        covers: Vec::new(),
        warnings: result.warnings,
    })
}
