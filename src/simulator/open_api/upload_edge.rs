//! Open questions about the upload server, which a setup decides (#upload-answers).

use serde::{Deserialize, Serialize};

/// Behaviour of the upload server on which documents and observations disagree (#upload-answers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UploadEdge {
    /// Meaning of the figure in `Content-Range: bytes 0-{figure}/{total}` of a response.
    pub figure: Figure,
    /// Meaning of `uploaded_bytes` of a status ("1-indexed", #status); `null` omits the member.
    pub status_figure: Option<Figure>,
    /// Response to an unknown upload id.
    pub unknown_id: UnknownId,
}

impl Default for UploadEdge {
    fn default() -> Self {
        let (figure, unknown_id) = (Figure::default(), UnknownId::default());
        Self {
            figure,
            status_figure: Some(Figure::Count),
            unknown_id,
        }
    }
}

/// The two readings of the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The number of accepted bytes.
    #[default]
    Count,
    /// The index of the last accepted byte; 0 if there is no such byte.
    LastIndex,
}

impl Figure {
    /// The figure for this number of accepted bytes.
    pub(super) fn of(self, bytes: u64) -> u64 {
        match self {
            Self::Count => bytes,
            Self::LastIndex => bytes.saturating_sub(1),
        }
    }
}

/// The two responses to an unknown upload id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownId {
    /// 404, as documented.
    #[default]
    NotFound,
    /// 405, as seen in the field.
    MethodNotAllowed,
}
