//! Links between documents, citations of documents in the code, and paths in backticks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use crate::support::root;

/// The page that reports a vulnerability, above the tree on GitHub.
const ADVISORIES: &str = "../../security/advisories/new";

/// The page that a bare `#heading` in a comment cites.
const FACTS: &str = "docs/tiktok-open-api.md";

/// Text of files by their path from the top of the tree.
type Files = BTreeMap<PathBuf, String>;

/// Headings of a Markdown page as GitHub's anchors.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    for line in prose(page) {
        let level = line.chars().take_while(|letter| *letter == '#').count();
        let Some(title) = line[level..]
            .strip_prefix(' ')
            .filter(|_| (1..=6).contains(&level))
        else {
            continue;
        };
        let anchor = anchor(title.trim());
        let earlier = seen.entry(anchor.clone()).or_default();
        anchors.insert(match *earlier {
            0 => anchor,
            number => format!("{anchor}-{number}"),
        });
        *earlier += 1;
    }
    anchors
}

/// GitHub's anchor of a heading: lower case, hyphens for spaces, without other punctuation.
fn anchor(title: &str) -> String {
    title
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Lines outside fenced code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    page.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// Targets of the links in a Markdown page.
fn targets(page: &str) -> Vec<String> {
    let text = prose(page).collect::<Vec<_>>().join("\n");
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

/// `path` with `..` resolved; `None` above the top.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for component in path.components() {
        if component != Component::ParentDir {
            clean.push(component);
        } else if !clean.pop() {
            return None;
        }
    }
    Some(clean)
}

/// Relative links of `pages` that lead nowhere; `exists` answers for paths from the top of the tree.
fn broken_links(pages: &Files, exists: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, page) in pages {
        for target in targets(page) {
            if target.contains("://") || target == ADVISORIES {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            let folder = path.parent().unwrap_or_else(|| Path::new(""));
            let file = if file.is_empty() {
                Some(path.clone())
            } else {
                resolved(&folder.join(file))
            };
            let found = file.filter(|file| exists(file));
            let has_heading = |file: &PathBuf| {
                heading.is_empty()
                    || pages
                        .get(file)
                        .is_some_and(|page| anchors(page).contains(heading))
            };
            if !found.is_some_and(|file| has_heading(&file)) {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    broken
}

/// Pages cited as `docs/page.md` or `docs/page.md#heading`, and headings of [`FACTS`] cited as `#heading` in
/// comments.
fn citations(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("docs/") {
        let name = leading(&text[at + "docs/".len()..], |letter| {
            letter.is_ascii_alphanumeric() || letter == '-'
        });
        let page = format!("docs/{name}.md");
        if let Some(rest) = text[at..].strip_prefix(&page) {
            found.push((page, rest.strip_prefix('#').map(heading).unwrap_or_default()));
        }
    }
    for line in text
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with("//"))
    {
        for (at, _) in line.match_indices('#') {
            let alone = line[..at].ends_with([' ', '(']);
            let heading = heading(&line[at + 1..]);
            if alone && heading.starts_with(|letter: char| letter.is_ascii_lowercase()) {
                found.push((FACTS.to_owned(), heading));
            }
        }
    }
    found
}

fn heading(text: &str) -> String {
    leading(text, |letter| {
        letter.is_alphanumeric() || matches!(letter, '-' | '_')
    })
    .to_owned()
}

fn leading(text: &str, of: impl Fn(char) -> bool) -> &str {
    text.find(|letter| !of(letter)).map_or(text, |end| &text[..end])
}

/// Citations in `sources` of a page or a heading that does not exist.
fn broken_citations(sources: &Files, pages: &Files) -> Vec<String> {
    let headings: BTreeMap<&Path, BTreeSet<String>> = pages
        .iter()
        .map(|(path, page)| (path.as_path(), anchors(page)))
        .collect();
    let mut broken = Vec::new();
    for (path, text) in sources {
        for (page, heading) in citations(text) {
            let known = headings.get(Path::new(&page));
            if !known.is_some_and(|known| heading.is_empty() || known.contains(&heading)) {
                broken.push(format!("{}: {page}#{heading}", path.display()));
            }
        }
    }
    broken
}

/// Top-level folders whose paths documents and comments name in backticks.
const FOLDERS: [&str; 10] = [
    ".ci/",
    ".github/",
    "benches/",
    "docs/",
    "findings/",
    "fuzz/",
    "schemas/",
    "scripts/",
    "src/",
    "tests/",
];

/// Paths from the top of the tree that `text` names in backticks. Placeholders such as `ACTION` or `<action>` are left
/// out, and so are patterns.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let is_placeholder = |part: &str| {
        let name = part.split('.').next().unwrap_or_default();
        part.contains(['<', '*', '…'])
            || (name.len() > 1 && name != "README" && name.chars().all(|letter| letter.is_ascii_uppercase()))
    };
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder)) && !name.contains(' '))
        .map(|name| name.split([':', '#']).next().unwrap_or_default())
        .filter(move |path| !path.split('/').any(is_placeholder))
}

/// Paths in backticks in `texts` that do not exist.
fn broken_paths(texts: &Files, exists: impl Fn(&Path) -> bool) -> Vec<String> {
    texts
        .iter()
        .flat_map(|(file, text)| named_paths(text).map(move |path| (file, path)))
        .filter(|(_, path)| !exists(Path::new(path)))
        .map(|(file, path)| format!("{}: {path}", file.display()))
        .collect()
}

/// The files below `folder` that have one of `extensions`.
fn files(folder: &str, extensions: &[&str]) -> Files {
    let mut found = Files::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let extension = path.extension().unwrap_or_default().to_str().unwrap_or_default();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if extensions.contains(&extension) {
                let text = fs::read_to_string(root().join(&path)).unwrap();
                found.insert(path, text);
            }
        }
    }
    found
}

fn pages() -> Files {
    let mut pages = files("docs", &["md"]);
    for page in [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "fuzz/README.md",
        "tests/fixtures/README.md",
    ] {
        pages.insert(page.into(), fs::read_to_string(root().join(page)).unwrap());
    }
    pages
}

#[test]
fn every_relative_link_resolves() {
    let broken = broken_links(&pages(), |path| root().join(path).exists());
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
}

/// All code except this file, which holds examples of broken citations.
fn sources() -> Files {
    let mut sources = Files::new();
    for folder in ["src", "tests", "benches", "findings", "scripts", ".ci", ".github"] {
        sources.extend(files(folder, &["rs", "sh", "yml", "toml", "txt", ""]));
    }
    for folder in ["fuzz/fuzz_targets", "fuzz/src"] {
        sources.extend(files(folder, &["rs"]));
    }
    sources.remove(Path::new("tests/it/links.rs"));
    sources
}

#[test]
fn every_named_path_exists() {
    let mut texts = pages();
    texts.extend(sources());
    let broken = broken_paths(&texts, |path| root().join(path).exists());
    assert!(broken.is_empty(), "paths that do not exist: {broken:#?}");
}

#[test]
fn every_cited_page_and_heading_exists() {
    let sources = sources();
    let broken = broken_citations(&sources, &pages());
    assert!(broken.is_empty(), "citations of nothing: {broken:#?}");
}

#[test]
fn anchors_follow_githubs_rule() {
    let page = "# What's *new*: `a_b`\n```sh\n# a comment\n```\n## Same\n## Same\n#not a heading\n";
    let expected = ["whats-new-a_b", "same", "same-1"].map(str::to_owned);
    assert_eq!(anchors(page), BTreeSet::from(expected));
}

#[test]
fn broken_links_and_citations_are_found() {
    let pages: Files = [
        (
            "README.md",
            "# Top\n[a](docs/a.md#one) [b](docs/b.md) [c](#top) [d](#bottom) [e](https://example.com)",
        ),
        (
            "docs/a.md",
            "# One\n[up](../README.md#top) [out](../../README.md) [two](#two)",
        ),
    ]
    .map(|(path, text)| (path.into(), text.to_owned()))
    .into();
    assert_eq!(
        broken_links(&pages, |path| pages.contains_key(path)),
        [
            "README.md: docs/b.md",
            "README.md: #bottom",
            "docs/a.md: ../../README.md",
            "docs/a.md: #two"
        ]
    );
    let code = "// See docs/a.md#one, docs/a.md and docs/a.md#two.\n// Limits: #one.\n#[test]\nlet x = \"docs/b.md\";";
    let sources = Files::from([("src/lib.rs".into(), code.to_owned())]);
    assert_eq!(
        broken_citations(&sources, &pages),
        [
            "src/lib.rs: docs/a.md#two",
            "src/lib.rs: docs/b.md#",
            "src/lib.rs: docs/tiktok-open-api.md#one"
        ]
    );
}

#[test]
fn broken_paths_are_found() {
    let text = "`src/lib.rs`, `src/gone.rs`, src/other.rs, `tests/fixtures/ACTION/a.json`, `src/<action>.rs`, `tests/README.md`\n\
                // `docs/a.md#one` and `docs/b.md`\n`cargo run src/x.rs`";
    let texts = Files::from([("README.md".into(), text.to_owned())]);
    let known = ["src/lib.rs", "docs/a.md"].map(Path::new);
    assert_eq!(
        broken_paths(&texts, |path| known.contains(&path)),
        [
            "README.md: src/gone.rs",
            "README.md: tests/README.md",
            "README.md: docs/b.md"
        ]
    );
}
