//! Source files, and the paths to other modules that stand in them.

/// File of the source tree, without its tests.
pub(super) struct Source {
    /// Path from the top of the tree, for example `src/host/envelope.rs`.
    pub(super) path: String,
    /// Lines, with comments blanked out.
    pub(super) lines: Vec<String>,
}

/// Path to an item or a module, as written: `super::store::Event` has three segments.
pub(super) struct ImportPath {
    /// Line of its first segment, from 1.
    pub(super) line: usize,
    pub(super) segments: Vec<String>,
    /// Name that a `use` gives to it.
    pub(super) alias: Option<String>,
}

/// True if `path` is a file or folder at `place`, which may be written without `.rs`, or lies in it.
pub(super) fn is_at(path: &str, place: &str) -> bool {
    let place = place.trim_end_matches('/').trim_end_matches(".rs");
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs")
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let mut lines: Vec<String> = text.lines().map(without_comment).collect();
        let tests = lines
            .windows(2)
            .position(|two| two[0] == "#[cfg(test)]" && is_inline_module(&two[1]));
        lines.truncate(tests.unwrap_or(lines.len()));
        Self {
            path: path.to_owned(),
            lines,
        }
    }

    /// Module path of this file: `src/host/envelope.rs` is `host`, `envelope`.
    pub(super) fn segments(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        if matches!(path, "lib" | "main") {
            Vec::new()
        } else {
            path.split('/').collect()
        }
    }

    /// Top-level module that this file belongs to.
    pub(super) fn module(&self) -> Option<&str> {
        self.segments().first().copied()
    }

    /// Top-level modules that it names, with line numbers from 1: `crate::module`, `crate::{module, …}`,
    /// `super::…::module`.
    pub(super) fn imports(&self) -> Vec<(usize, String)> {
        let depth = self.segments().len();
        let climbs = |path: &ImportPath| {
            path.segments
                .iter()
                .take_while(|segment| *segment == "super")
                .count()
        };
        let mut found = Vec::new();
        for path in self.paths() {
            let up = climbs(&path);
            let first = if path.segments[0] == "crate" { 1 } else { up };
            if (path.segments[0] == "crate" || (up == depth && up > 0)) && path.segments.len() > first {
                found.push((path.line, path.segments[first].clone()));
            }
        }
        found
    }

    /// True if this file declares an item of this name.
    pub(super) fn declares(&self, name: &str) -> bool {
        const KEYWORDS: [&str; 9] = [
            "struct",
            "enum",
            "trait",
            "fn",
            "const",
            "static",
            "type",
            "union",
            "macro_rules!",
        ];
        let is_declared = |line: &String| {
            KEYWORDS.iter().any(|keyword| {
                let rest = line
                    .split_once(&format!("{keyword} "))
                    .map(|(_, rest)| name_at(rest));
                rest.as_deref() == Some(name)
            })
        };
        self.lines.iter().any(is_declared)
    }

    /// Paths that begin with `crate::`, `super::` or `self::`, or with a module that this file declares.
    pub(super) fn paths(&self) -> Vec<ImportPath> {
        let text = self.lines.join("\n");
        let children = text.lines().filter_map(declared_module);
        let starts: Vec<String> = ["crate", "super", "self"]
            .into_iter()
            .chain(children)
            .map(|name| format!("{name}::"))
            .collect();
        let mut found = Vec::new();
        for start in starts {
            for (at, _) in text.match_indices(&start) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$' | ':'))
                {
                    continue;
                }
                let line = text[..at].matches('\n').count() + 1;
                expand(&text[at..], line, &[], &mut found);
            }
        }
        found
    }
}

fn is_inline_module(line: &str) -> bool {
    line.starts_with("mod ") && line.ends_with('{')
}

/// Name of a module that a line such as `pub(crate) mod name;` declares.
fn declared_module(line: &str) -> Option<&str> {
    let (before, name) = line.strip_suffix(';')?.split_once("mod ")?;
    let is_visibility = before.is_empty() || before.starts_with("pub");
    (is_visibility && !line.starts_with(' ')).then_some(name)
}

/// Adds the paths that begin at the start of `text`, each behind `prefix`; returns the length of what it read.
fn expand(text: &str, line: usize, prefix: &[String], found: &mut Vec<ImportPath>) -> usize {
    let mut segments = prefix.to_vec();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if rest.starts_with('{') {
            return at + expand_group(rest, line, &segments, found);
        }
        let name = name_at(rest);
        if name.is_empty() {
            break;
        }
        at += name.len();
        segments.push(name);
        if !text[at..].starts_with("::") {
            break;
        }
        at += 2;
    }
    let alias = text[at..].strip_prefix(" as ").map(name_at);
    at += alias.as_ref().map_or(0, |alias| " as ".len() + alias.len());
    if segments.len() > prefix.len() {
        found.push(ImportPath {
            line,
            segments,
            alias,
        });
    }
    at
}

/// As [`expand`], for a text that begins with `{`.
fn expand_group(text: &str, line: usize, prefix: &[String], found: &mut Vec<ImportPath>) -> usize {
    let mut at = 1;
    while let Some(letter) = text[at..].chars().next() {
        match letter {
            '}' => return at + 1,
            letter if letter.is_alphabetic() || letter == '_' => {
                let lower = text[..at].matches('\n').count();
                at += expand(&text[at..], line + lower, prefix, found);
            }
            letter => at += letter.len_utf8(),
        }
    }
    at
}

fn name_at(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

fn without_comment(line: &str) -> String {
    let code = line
        .find("//")
        .filter(|at| !line[..*at].ends_with(':'))
        .map_or(line, |at| &line[..at]);
    code.to_owned()
}
