//! Values of metrics in results.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::model::Decimal;

/// Value of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricValue {
    /// Not applicable, or unknown.
    Nothing,
    /// Count, amount or percentage.
    Number(Decimal),
    /// Attribute.
    Text(String),
}

impl MetricValue {
    /// The number.
    pub const fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Nothing | Self::Text(_) => None,
        }
    }
}

impl From<Option<Decimal>> for MetricValue {
    fn from(number: Option<Decimal>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }
}

/// A whole number has no decimal point.
impl Serialize for MetricValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => {
                let text = number.to_string();
                match (text.parse::<i64>(), text.parse::<f64>()) {
                    (Ok(whole), _) => serializer.serialize_i64(whole),
                    (Err(_), Ok(fraction)) => serializer.serialize_f64(fraction),
                    (Err(_), Err(_)) => serializer.serialize_none(),
                }
            }
        }
    }
}

/// Values by the names of their metrics, in the order of the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricValues(pub Vec<(String, MetricValue)>);

impl Serialize for MetricValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl JsonSchema for MetricValues {
    fn schema_name() -> Cow<'static, str> {
        "MetricValues".into()
    }

    fn inline_schema() -> bool {
        true
    }

    /// Values have no type: `null` is one of them, and schemas do not mention `null`.
    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_percentages_are_numbers_and_the_order_is_kept() {
        let number = |text| MetricValue::from(Decimal::parse(text));
        let values = MetricValues(vec![
            ("spend".into(), number("76.730")),
            ("clicks".into(), number("116.0")),
            ("ctr".into(), number("-")),
            ("big".into(), number("123456789012345678")),
            ("ad_name".into(), MetricValue::Text("x".into())),
        ]);
        assert_eq!(
            serde_json::to_string(&values).unwrap(),
            r#"{"spend":76.73,"clicks":116,"ctr":null,"big":123456789012345678,"ad_name":"x"}"#
        );
    }
}
