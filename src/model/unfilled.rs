//! Detection of placeholders that an earlier step of a workflow did not fill in.

/// Whole texts, in lower case, that languages and workflow editors write for a missing value.
const WORDS: [&str; 22] = [
    "null",
    "undefined",
    "none",
    "nil",
    "nan",
    "(null)",
    "(none)",
    "(undefined)",
    "<null>",
    "<nil>",
    "<none>",
    "<undefined>",
    "[undefined]",
    "[null]",
    "[]",
    "{}",
    "\"\"",
    "''",
    "#n/a",
    "#ref!",
    "#value!",
    "#name?",
];

/// Parts that appear only in texts made from something other than a text.
const PARTS: [&str; 3] = ["[object object]", "[object undefined]", "[object null]"];

/// Beginnings and ends of placeholders in template languages: n8n, Make, Zapier, Jinja, Handlebars;
/// JavaScript and shells; Power Automate; Ruby; ERB and Java Server Pages; mail merge.
const BRACKETS: [(&str, &str); 9] = [
    ("{{", "}}"),
    ("{%", "%}"),
    ("${", "}"),
    ("@{", "}"),
    ("#{", "}"),
    ("%{", "}"),
    ("<%", "%>"),
    ("<<", ">>"),
    ("«", "»"),
];

/// The same, if they are the whole text: a placeholder within a caption may be intentional.
const AROUND: [(char, char); 4] = [('<', '>'), ('[', ']'), ('{', '}'), ('%', '%')];

/// The longest name within such brackets.
const NAME_MAX: usize = 60;

/// Beginnings of expressions that a workflow editor evaluates.
const EXPRESSIONS: [&str; 6] = ["$json.", "$json[", "$node[", "$input.", "$('", "={{"];

/// Beginnings of texts that ask to be replaced, in upper case.
const ASKS: [&str; 5] = ["YOUR_", "INSERT_", "REPLACE_", "ENTER_", "TODO:"];

/// Whether `text` looks like a value that was not filled in: `null`, `undefined`, `[object Object]`, `{{
/// $json.caption }}`, `${title}`, `<title>`. It may be intentional, so it is a warning and not an error.
pub fn looks_unfilled(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_lowercase();
    WORDS.contains(&lower.as_str())
        || PARTS.iter().any(|part| lower.contains(part))
        || BRACKETS.iter().any(|(open, close)| holds_pair(text, open, close))
        || AROUND
            .iter()
            .any(|(open, close)| is_name_within(text, *open, *close))
        || EXPRESSIONS.iter().any(|start| text.starts_with(start))
        || ASKS
            .iter()
            .any(|start| text.starts_with(start) && !text.contains(' '))
}

fn holds_pair(text: &str, open: &str, close: &str) -> bool {
    let after = text.split_once(open).map(|(_, after)| after);
    after
        .and_then(|after| after.split_once(close))
        .is_some_and(|(within, _)| !within.trim().is_empty())
}

/// `<title>`, `[your caption here]`, `{title}`, `%title%`: one name between brackets, and nothing else.
fn is_name_within(text: &str, open: char, close: char) -> bool {
    let within = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let is_of_a_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ' ');
    within.is_some_and(|name| {
        let starts = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
        starts && name.chars().count() <= NAME_MAX && name.chars().all(is_of_a_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_were_not_filled_in_are_known() {
        for text in [
            "null",
            " Undefined ",
            "None",
            "NaN",
            "[object Object]",
            "Hello [object Object]!",
            "{{ $json.caption }}",
            "{{1.caption}}",
            "Look: {{title}} #new",
            "{% block title %}",
            "${title}",
            "Hello ${user.name}",
            "@{triggerBody()?['title']}",
            "#{title}",
            "<%= title %>",
            "<title>",
            "<your caption here>",
            "[caption]",
            "{title}",
            "%title%",
            "<<Title>>",
            "«Title»",
            "$json.caption",
            "={{ $json.caption }}",
            "YOUR_CAPTION_HERE",
            "#REF!",
            "{}",
        ] {
            assert!(looks_unfilled(text), "{text}");
        }
    }

    #[test]
    fn what_people_write_is_no_such_value() {
        for text in [
            "",
            "nullify it",
            "None of us knew",
            "undefined behaviour explained",
            "5 < 6 > 4",
            "I <3 you",
            "[Part 1] The beginning",
            "50% off, 20% more",
            "#null #javascript",
            "$100 {giveaway}",
            "use {{}} in Go",
            "Nan's kitchen",
            "<3",
            "{ }",
        ] {
            assert!(!looks_unfilled(text), "{text}");
        }
    }
}
