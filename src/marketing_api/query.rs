//! Query parameters: scalars as plain text, lists and objects as JSON in one value
//! (docs/tiktok-marketing-api.md#transport).

use std::fmt::Display;

use serde::Serialize;
use url::{Url, form_urlencoded};

/// Query of a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Adds a text, a number or a boolean.
    #[must_use]
    pub(super) fn plain(mut self, name: &'static str, value: impl Display) -> Self {
        self.0.push((name, value.to_string()));
        self
    }

    /// Adds a text if there is one.
    #[must_use]
    pub(super) fn optional(self, name: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.plain(name, value),
            None => self,
        }
    }

    /// Adds a list or an object.
    pub(super) fn json(mut self, name: &'static str, value: &impl Serialize) -> serde_json::Result<Self> {
        self.0.push((name, serde_json::to_string(value)?));
        Ok(self)
    }

    /// Adds a filter, unless it is empty.
    pub(super) fn filter(self, value: &impl Serialize) -> serde_json::Result<Self> {
        let filter = serde_json::to_string(value)?;
        Ok(match filter.as_str() {
            "{}" => self,
            _ => self.plain("filtering", filter),
        })
    }

    /// Sets the query of `url`. A space is `%20`: not every server reads `+` as one.
    pub(super) fn write_to(&self, url: &mut Url) {
        if self.0.is_empty() {
            return;
        }
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish();
        url.set_query(Some(&encoded.replace('+', "%20")));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_objects_are_json_in_one_value() {
        let query = Query::default()
            .plain("advertiser_id", "7")
            .plain("is_on", true)
            .plain("page", 2)
            .optional("none", None::<&str>)
            .json("fields", &["campaign_id", "budget"])
            .unwrap()
            .filter(&json!({ "campaign_name": "a b+c&d=é" }))
            .unwrap();
        let mut url = Url::parse("http://127.0.0.1/x/").unwrap();
        query.write_to(&mut url);
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1/x/?advertiser_id=7&is_on=true&page=2&fields=%5B%22campaign_id%22%2C%22budget%22%5D\
             &filtering=%7B%22campaign_name%22%3A%22a%20b%2Bc%26d%3D%C3%A9%22%7D"
        );
        let read: Vec<_> = url.query_pairs().map(|(_, value)| value.into_owned()).collect();
        assert_eq!(
            read[3..],
            [r#"["campaign_id","budget"]"#, r#"{"campaign_name":"a b+c&d=é"}"#]
        );
    }

    #[test]
    fn an_empty_filter_and_an_empty_query_are_absent() {
        let mut url = Url::parse("http://127.0.0.1/x/").unwrap();
        Query::default().filter(&json!({})).unwrap().write_to(&mut url);
        assert_eq!(url.as_str(), "http://127.0.0.1/x/");
    }
}
