//! Title and description of a photo post (docs/tiktok-open-api.md#photo-init).

use crate::model::{FieldError, Text};

/// Longest title, in UTF-16 units.
const TITLE_MAX: usize = 90;

/// Title and description of a photo post, each `None` if it is empty.
#[derive(Debug, Clone, Copy)]
pub(in crate::integrations::tiktok) struct PhotoTexts<'a> {
    pub(in crate::integrations::tiktok) title: Option<&'a str>,
    pub(in crate::integrations::tiktok) description: Option<&'a str>,
    /// Warning about a title that is sent as the description.
    pub(in crate::integrations::tiktok) warning: Option<&'static str>,
}

const MOVED_TITLE: &str =
    "the title is longer than TikTok's 90 UTF-16 units for photos, so it is sent as the description";

impl<'a> PhotoTexts<'a> {
    /// Returns the texts to send. A long title without a description is probably a caption, so it is sent as the
    /// description.
    pub(in crate::integrations::tiktok) fn new(
        title: Option<&'a Text<4000>>,
        description: Option<&'a Text<4000>>,
    ) -> Self {
        let description = description.and_then(Text::non_empty);
        let (title, long) = (title.and_then(Text::non_empty), title.is_some_and(is_long));
        if long && description.is_none() {
            return Self {
                title: None,
                description: title,
                warning: Some(MOVED_TITLE),
            };
        }
        Self {
            title,
            description,
            warning: None,
        }
    }

    /// Returns the text that identifies the post in a list of posts.
    pub(in crate::integrations::tiktok) fn caption(self) -> Option<&'a str> {
        self.description.or(self.title)
    }
}

/// Error about a long title beside a description.
pub(in crate::integrations::tiktok) fn title_error(
    title: Option<&Text<4000>>,
    description: Option<&Text<4000>>,
) -> Option<FieldError> {
    let title = title.filter(|title| is_long(title))?;
    description.and_then(Text::non_empty)?;
    Some(FieldError {
        field: "title".into(),
        got: format!("{} UTF-16 units", title.utf16_units()),
        allowed: format!("at most {TITLE_MAX} beside a description"),
        fix: "shorten the title".into(),
    })
}

fn is_long(title: &Text<4000>) -> bool {
    title.utf16_units() > TITLE_MAX
}
