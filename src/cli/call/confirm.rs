//! The question before a deletion, which TikTok cannot undo.

use std::collections::BTreeSet;

use clap::ArgMatches;
use serde_json::{Map, Value, json};

use super::{
    field::kebab,
    table::{cell, label},
};
use crate::{
    cli::{codes, fault::CommandFault, terminal},
    integrations::ActionEntry,
};

/// Id and option that answer the question beforehand.
pub(super) const YES: &str = "yes";

/// Most objects that the question names.
const NAMED_MAX: usize = 20;

/// Ids that an action deletes, and the action that reads their names.
#[derive(Debug)]
pub(super) struct DeletedIds {
    /// Action that deletes.
    action: &'static str,
    /// Input with the ids.
    input: &'static str,
    /// Action that lists the objects.
    pub(super) reader: &'static str,
    /// Its input for the ids, and its further inputs.
    filter: &'static str,
    kind: Option<(&'static str, &'static str)>,
    /// Members of its output: the rows, and of a row the id and the name.
    rows: &'static str,
    id: &'static str,
    name: &'static str,
}

static DELETED: [DeletedIds; 5] = [
    DeletedIds {
        action: "delete_campaign",
        input: "campaign_ids",
        reader: "get_campaigns",
        filter: "campaign_ids",
        kind: None,
        rows: "campaigns",
        id: "campaign_id",
        name: "campaign_name",
    },
    DeletedIds {
        action: "delete_ad_group",
        input: "adgroup_ids",
        reader: "get_ad_groups",
        filter: "adgroup_ids",
        kind: None,
        rows: "ad_groups",
        id: "adgroup_id",
        name: "adgroup_name",
    },
    DeletedIds {
        action: "delete_ad",
        input: "ad_ids",
        reader: "get_ads",
        filter: "ad_ids",
        kind: None,
        rows: "ads",
        id: "ad_id",
        name: "ad_name",
    },
    DeletedIds {
        action: "delete_creative",
        input: "video_ids",
        reader: "get_creatives",
        filter: "creative_ids",
        kind: Some(("media_type", "VIDEO")),
        rows: "creatives",
        id: "video_id",
        name: "file_name",
    },
    DeletedIds {
        action: "delete_creative",
        input: "image_ids",
        reader: "get_creatives",
        filter: "creative_ids",
        kind: Some(("media_type", "IMAGE")),
        rows: "creatives",
        id: "image_id",
        name: "file_name",
    },
];

/// Whether TikTok cannot undo the effect of an action.
pub(super) fn is_final(action: &ActionEntry) -> bool {
    DELETED.iter().any(|row| row.action == action.name)
}

/// Whether a person is to be asked. Errors: nobody can be asked.
pub(super) fn is_to_ask(
    action: &ActionEntry,
    inputs: &Map<String, Value>,
    matches: &ArgMatches,
) -> Result<bool, CommandFault> {
    let is_answered = matches.try_get_one(YES).ok().flatten() == Some(&true);
    let is_dry = inputs.get("dry_run") == Some(&Value::Bool(true));
    if is_answered || is_dry || asked_of(action, inputs).next().is_none() {
        return Ok(false);
    }
    if terminal::has_person() {
        return Ok(true);
    }
    let message = format!(
        "{} deletes for good, and there is no terminal to ask at; add --yes to delete, or --dry-run to see what would be \
         deleted. Nothing was sent",
        kebab(action.name)
    );
    Err(CommandFault::new(&codes::CONFIRMATION_REQUIRED, message))
}

/// Ids of a request that deletes.
pub(super) fn asked_of(
    action: &ActionEntry,
    inputs: &Map<String, Value>,
) -> impl Iterator<Item = (&'static DeletedIds, Vec<String>)> {
    let rows = DELETED.iter().filter(|row| row.action == action.name);
    rows.filter_map(|row| {
        let ids = inputs.get(row.input)?.as_array()?;
        let mut named: BTreeSet<&str> = BTreeSet::new();
        let ids = ids.iter().filter_map(Value::as_str).filter(|id| named.insert(id));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        (!ids.is_empty()).then_some((row, ids))
    })
}

impl DeletedIds {
    /// Inputs of the action that reads the names of the first ids.
    pub(super) fn reading(&self, ids: &[String]) -> Map<String, Value> {
        let named = ids.get(..NAMED_MAX).unwrap_or(ids);
        let filter = (self.filter.to_owned(), json!(named));
        let kind = self.kind.map(|(name, word)| (name.to_owned(), word.into()));
        std::iter::once(filter).chain(kind).collect()
    }

    /// Lines of the question: the number of objects, and ids with names. `read` is the output of the reading action, if
    /// it succeeded.
    pub(super) fn lines(&self, ids: &[String], read: Option<&Value>) -> Vec<String> {
        let rows = read
            .and_then(|read| read.get(self.rows))
            .and_then(Value::as_array);
        let name_of = |id: &String| {
            let mut rows = rows?.iter();
            let row = rows.find(|row| row.get(self.id).and_then(Value::as_str) == Some(id))?;
            row.get(self.name).and_then(cell)
        };
        let noun = label(self.input.trim_end_matches("_ids"));
        let plural = if ids.len() == 1 { "" } else { "s" };
        let named = ids.iter().take(NAMED_MAX).map(|id| {
            let name = name_of(id).unwrap_or_default();
            format!("  {}  {name}", terminal::printable(id))
                .trim_end()
                .to_owned()
        });
        let more = ids.len().saturating_sub(NAMED_MAX);
        let more = (more > 0).then(|| format!("  and {more} more"));
        std::iter::once(format!("{} {noun}{plural}:", ids.len()))
            .chain(named)
            .chain(more)
            .collect()
    }
}

/// Asks whether to delete. Anything but yes is no.
pub(super) fn is_confirmed(lines: &[String]) -> bool {
    let text = format!(
        "Delete for good, which TikTok cannot undo:\n{}\nDelete? [y/N] ",
        lines.join("\n")
    );
    terminal::is_agreed(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::call::tree;

    #[test]
    fn every_action_that_deletes_is_asked_about_and_its_members_exist() {
        for (_, action) in tree::actions() {
            let is_deletion = action.description.contains("for good");
            assert_eq!(is_final(action), is_deletion, "{}", action.name);
        }
        for row in &DELETED {
            let schemas = |action| {
                let (integration, action) = tree::find(action).unwrap();
                integration.schemas(action.name).unwrap()
            };
            let (inputs, reader) = (schemas(row.action).input, schemas(row.reader));
            assert!(inputs["properties"].get(row.input).is_some(), "{row:?}");
            assert!(reader.input["properties"].get(row.filter).is_some(), "{row:?}");
            let outputs = reader.output.parse().to_string();
            for member in [row.rows, row.id, row.name] {
                assert!(outputs.contains(&format!("\"{member}\"")), "{member} of {row:?}");
            }
        }
    }

    #[test]
    fn an_id_that_is_given_twice_is_one_object() {
        let (_, action) = tree::find("delete_campaign").unwrap();
        let inputs = json!({ "campaign_ids": ["2", "1", "2"] });
        let asked: Vec<_> = asked_of(action, inputs.as_object().unwrap()).collect();
        assert_eq!(asked[0].1, ["2", "1"]);
    }

    #[test]
    fn the_question_names_each_object_and_counts_the_rest() {
        let row = &DELETED[0];
        let read = json!({ "campaigns": [{ "campaign_id": "1", "campaign_name": "Spring\u{1b}[2J" }] });
        let ids = |count: usize| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>();
        assert_eq!(
            row.lines(&ids(2), Some(&read)),
            ["2 campaigns:", "  1  Spring [2J", "  2"]
        );
        let lines = row.lines(&ids(23), None);
        assert_eq!((lines.len(), lines[21].as_str()), (22, "  and 3 more"));
    }
}
