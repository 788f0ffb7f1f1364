//! Import circles between files of one top-level module.
//!
//! An import counts where its item is declared: `use super::Event` is an import of the parent's file only if `Event` is
//! declared there, and of a sibling's if the parent imports it from that sibling. A file is the front of the folder of
//! its name, so what it imports from there does not count.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    none,
    source::{ImportPath, Source, is_at},
    sources,
};

/// Files, and the files of the same top-level module that each imports.
type Imports<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Files by their module paths, with the paths that stand in each.
struct Tree<'a>(BTreeMap<Vec<String>, (&'a Source, Vec<ImportPath>)>);

impl<'a> Tree<'a> {
    fn new(sources: &'a [Source]) -> Self {
        let modules = sources.iter().filter(|source| source.module().is_some());
        Self(
            modules
                .map(|source| (owned(&source.segments()), (source, source.paths())))
                .collect(),
        )
    }

    /// File that declares the item at `path`, as written in the module `from`; `None` outside this crate. Follows at most
    /// `hops` imports from file to file.
    fn declaring_file(&self, from: &[String], path: &[String], hops: usize) -> Option<&'a Source> {
        let (mut module, rest) = base(from, path);
        for (at, segment) in rest.iter().enumerate() {
            module.push(segment.clone());
            if self.0.contains_key(&module) {
                continue;
            }
            module.pop();
            let (parent, paths) = self.0.get(&module)?;
            let is_import = |import: &&ImportPath| {
                import.alias.as_ref().or_else(|| import.segments.last()) == Some(segment)
                    && import.segments != path
            };
            let import = paths
                .iter()
                .find(is_import)
                .filter(|_| hops > 0 && !parent.declares(segment));
            let Some(import) = import else {
                return Some(parent);
            };
            let further = [&import.segments[..], &rest[at + 1..]].concat();
            return self.declaring_file(&module, &further, hops - 1).or(Some(parent));
        }
        self.0.get(&module).map(|(source, _)| *source)
    }
}

/// Module from which the rest of `path` is to be followed.
pub(super) fn base<'p>(from: &[String], path: &'p [String]) -> (Vec<String>, &'p [String]) {
    let mut module = from.to_vec();
    let mut rest = path;
    match path.first().map(String::as_str) {
        Some("crate") => {
            module.clear();
            rest = &path[1..];
        }
        Some("self") => rest = &path[1..],
        _ => {}
    }
    while rest.first().is_some_and(|segment| segment == "super") {
        module.pop();
        rest = &rest[1..];
    }
    (module, rest)
}

pub(super) fn owned(segments: &[&str]) -> Vec<String> {
    segments.iter().map(|&segment| segment.to_owned()).collect()
}

fn imports(sources: &[Source]) -> Imports<'_> {
    let tree = Tree::new(sources);
    let mut imports = Imports::new();
    for (own, (source, paths)) in &tree.0 {
        let targets = paths
            .iter()
            .filter_map(|path| tree.declaring_file(own, &path.segments, 4));
        let targets =
            targets.filter(|target| target.module() == source.module() && !is_at(&target.path, &source.path));
        imports.insert(&source.path, targets.map(|target| target.path.as_str()).collect());
    }
    imports
}

/// Files that `from` imports, directly or through others.
fn reachable<'a>(imports: &Imports<'a>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<&str> = imports.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = pending.pop() {
        if found.insert(file) {
            pending.extend(imports.get(file).into_iter().flatten());
        }
    }
    found
}

/// Circles: sets of files that reach each other by imports.
fn circles(sources: &[Source]) -> BTreeSet<BTreeSet<&str>> {
    let imports = imports(sources);
    let reach: BTreeMap<&str, BTreeSet<&str>> = imports
        .keys()
        .map(|&file| (file, reachable(&imports, file)))
        .collect();
    let in_circles = reach.iter().filter(|(file, reached)| reached.contains(*file));
    in_circles
        .map(|(file, reached)| {
            reached
                .iter()
                .copied()
                .filter(|other| reach[other].contains(file))
                .collect()
        })
        .collect()
}

/// One sentence for each circle.
fn described(sources: &[Source]) -> Vec<String> {
    let imports = imports(sources);
    let within = |circle: &BTreeSet<&str>| {
        let edges = circle.iter().flat_map(|file| {
            let targets = imports[file].iter().filter(|target| circle.contains(*target));
            targets.map(move |target| format!("\n    {file} imports {target}"))
        });
        edges.collect::<String>()
    };
    circles(sources)
        .iter()
        .map(|circle| format!("{} files import each other:{}", circle.len(), within(circle)))
        .collect()
}

#[test]
fn files_of_a_module_do_not_import_each_other_in_a_circle() {
    let sources = sources();
    none(
        &described(&sources),
        "open these circles: move what both files need into a separate file",
    );
}

#[test]
fn a_circle_would_be_caught() {
    let file = |path: &str, text: &str| Source::new(path, text);
    let count = |files: &[Source]| circles(files).len();
    let one = |text: &str| file("src/a/one.rs", text);
    let root = "mod one;\nmod two;\nuse self::two::Two;\n";
    for caught in [
        "use crate::a::two::Two;",
        "use super::two::Two;",
        "use super::{two::{Other, Two}};",
        "fn f() -> super::two::Two {}",
        "use super::Two;",
        "use super::two;",
    ] {
        for back in [
            "use super::one::One;",
            "use crate::a::{one::One};",
            "use super::one;",
        ] {
            let files = [file("src/a.rs", root), one(caught), file("src/a/two.rs", back)];
            assert_eq!(count(&files), 1, "{caught} and {back} should be caught");
        }
    }
    let child = |text: &str| {
        [
            file("src/a.rs", "mod one;\nuse one::One;\nstruct Two;"),
            one(text),
        ]
    };
    assert_eq!(
        count(&child("use super::Two;")),
        0,
        "a file is the front of its folder"
    );
    let long = [
        file("src/a.rs", "mod one;\nmod two;\nmod three;"),
        one("use super::two::Two;"),
        file("src/a/two.rs", "use super::three::Three;"),
        file("src/a/three.rs", "use super::one::One;"),
    ];
    assert_eq!(circles(&long).iter().map(BTreeSet::len).collect::<Vec<_>>(), [3]);
    for fine in [
        "use crate::b::one::One;",
        "// use super::two::Two;",
        "#[cfg(test)]\nmod tests {\n    use super::super::two::Two;\n}",
        "use std::fmt;",
    ] {
        let files = [
            file("src/a.rs", root),
            one(&format!("//! One.\n{fine}")),
            file("src/a/two.rs", "use super::one::One;"),
        ];
        assert_eq!(count(&files), 0, "{fine}");
    }
}
