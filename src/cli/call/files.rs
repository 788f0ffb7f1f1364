//! Files of a command line: read from their place, or from standard input to the temporary storage.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read},
    path::Path,
};

use serde_json::{Map, Value, json};

use super::{
    field::FileShape,
    inputs::{GivenInputs, NamedPath, STANDARD_INPUT},
};
use crate::{
    cli::{codes, fault::CommandFault},
    integrations::{ANY_ITEM, AcceptedContent, ActionEntry, ContentKind, Contents, Selection},
    media::{Medium, Passed, Source, Spool, SpoolArea, SpoolError},
    model::ByteCount,
    secret::shown,
};

/// Bytes that are read from a stream at once.
const PIECE: usize = 256 * 1024;

/// Inputs with a handle in the place of each file, and the files.
pub(super) fn placed(
    given: GivenInputs,
    action: &ActionEntry,
    area: &SpoolArea,
) -> Result<(Map<String, Value>, Contents), CommandFault> {
    let GivenInputs { mut members, files } = given;
    let mut contents = decoded(&mut members, action, area)?;
    for file in files {
        let source = opened(&file, action, area)?;
        if action.name == "upload_creative" && !members.contains_key(MEDIA_TYPE) {
            members.insert(MEDIA_TYPE.to_owned(), medium_of(&source).into());
        }
        let handle = contents.keep(Ok(Passed::Kept(source)));
        insert(&mut members, &file, &handle);
    }
    Ok((members, contents))
}

const MEDIA_TYPE: &str = "media_type";

/// Type of a creative by its first bytes. The action refuses what is neither.
fn medium_of(source: &Source) -> &'static str {
    if source.head().is_ok_and(|head| Medium::Image.accepts(&head)) {
        "IMAGE"
    } else {
        "VIDEO"
    }
}

/// Puts the handle of a file into its input.
fn insert(members: &mut Map<String, Value>, file: &NamedPath, handle: &str) {
    let named = || {
        let name = file.path.file_name().and_then(|name| name.to_str());
        match name.filter(|name| *name != STANDARD_INPUT) {
            Some(name) => json!({ "content": handle, "name": name }),
            None => json!({ "content": handle }),
        }
    };
    let value = match file.shape {
        FileShape::Bare => json!(handle),
        FileShape::Named => named(),
        FileShape::List => {
            let mut list = match members.remove(&file.name) {
                Some(Value::Array(list)) => list,
                Some(_) | None => Vec::new(),
            };
            list.push(named());
            Value::Array(list)
        }
    };
    members.insert(file.name.clone(), value);
}

/// Decodes the contents of the document of `--inputs`, and puts handles into their places.
fn decoded(
    members: &mut Map<String, Value>,
    action: &ActionEntry,
    area: &SpoolArea,
) -> Result<Contents, CommandFault> {
    let mut selection = Selection::new(area.clone());
    let mut named = Vec::new();
    for (at_row, place) in action.contents.iter().enumerate() {
        let [name, rest @ ..] = place.path else { continue };
        // Several kinds share a place, which is decoded once.
        let mut before = action.contents.iter().take(at_row);
        if before.any(|other| other.path == place.path) {
            continue;
        }
        let kinds = action.contents.iter().filter(|other| other.path == place.path);
        let accepted = AcceptedContent::of(kinds.map(|place| place.kind));
        let (Some(value), Some(accepted)) = (members.get_mut(*name), accepted) else {
            continue;
        };
        for content in at(value, rest) {
            let Some(text) = content.as_str() else { continue };
            if let Some(path) = text.strip_prefix('@') {
                named.push((path.to_owned(), (*name).to_owned()));
                continue;
            }
            let mut decoder = selection.begin((*name).to_owned(), accepted.clone());
            decoder.push(text.as_bytes());
            *content = Value::String(selection.end(decoder));
        }
    }
    if let Some((_, name)) = named.first() {
        let message = format!(
            "--inputs: {name} names a file; give the file as FILE or with its own option, and leave it out of the JSON"
        );
        return Err(CommandFault::new(&codes::INPUTS_CONFLICT, message));
    }
    Ok(selection.finish())
}

/// Values at a path below `value`.
fn at<'a>(value: &'a mut Value, path: &[&str]) -> Vec<&'a mut Value> {
    let Some((first, rest)) = path.split_first() else {
        return vec![value];
    };
    if *first == ANY_ITEM {
        let items = value.as_array_mut().into_iter().flatten();
        return items.flat_map(|item| at(item, rest)).collect();
    }
    let member = value.as_object_mut().and_then(|members| members.get_mut(*first));
    member.map_or_else(Vec::new, |member| at(member, rest))
}

/// Opens a file in its place, or stores a stream.
fn opened(file: &NamedPath, action: &ActionEntry, area: &SpoolArea) -> Result<Source, CommandFault> {
    let kinds = action
        .contents
        .iter()
        .filter(|place| place.path.first() == Some(&file.name.as_str()));
    let kind = kinds.map(|place| place.kind).max_by_key(|kind| kind.maximum);
    let Some(kind) = kind else {
        return Err(CommandFault::machine("the input takes no file".to_owned()));
    };
    if file.path.as_os_str() == STANDARD_INPUT {
        let input = io::stdin();
        if input.is_terminal() {
            let message = "standard input is a terminal; pipe the file in, or give its path in place of -";
            return Err(CommandFault::new(&codes::FILE_UNREADABLE, message.to_owned()));
        }
        return stored(input, kind, area);
    }
    let fault = |error: &io::Error| unreadable(&file.path, error);
    let opened = File::open(&file.path).map_err(|error| fault(&error))?;
    // That of the open file: another one may have its path by now.
    let metadata = opened.metadata().map_err(|error| fault(&error))?;
    if metadata.is_dir() {
        return Err(fault(&io::ErrorKind::IsADirectory.into()));
    }
    if metadata.is_file() {
        Source::of_file(opened).map_err(|error| fault(&error))
    } else {
        stored(opened, kind, area)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> CommandFault {
    let name = path.to_string_lossy();
    CommandFault::new(
        &codes::FILE_UNREADABLE,
        format!("{} cannot be read: {error}", shown(&name)),
    )
}

/// Stores a stream, up to the largest content of its kind.
fn stored(mut input: impl Read, kind: &ContentKind, area: &SpoolArea) -> Result<Source, CommandFault> {
    let mut spool = Spool::new(area);
    let mut piece = vec![0; PIECE];
    loop {
        let length = match input.read(&mut piece) {
            Ok(0) => return Ok(spool.finish()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(CommandFault::new(
                    &codes::FILE_UNREADABLE,
                    format!("the stream cannot be read: {error}"),
                ));
            }
        };
        let bytes = piece.get(..length).unwrap_or_default();
        if spool.size().0.saturating_add(ByteCount::of(bytes).0) > kind.maximum.0 {
            return Err(CommandFault::new(
                &codes::STREAM_TOO_LARGE,
                format!(
                    "the stream has more than {}; store it in a file and give the path: a file may have up to {}",
                    kind.limit(),
                    kind.file_maximum
                ),
            ));
        }
        spool.write(bytes).map_err(|error| no_room(&error))?;
    }
}

fn no_room(error: &SpoolError) -> CommandFault {
    CommandFault::new(
        &codes::NO_ROOM,
        format!("the stream cannot be stored: {error}; {}", error.fix()),
    )
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::integrations::INTEGRATIONS;

    fn action(name: &str) -> &'static ActionEntry {
        INTEGRATIONS
            .iter()
            .find_map(|integration| integration.action(name))
            .unwrap()
    }

    #[test]
    fn contents_of_a_document_and_files_have_handles_of_their_own() {
        let area = SpoolArea::new(Path::new("/nowhere"));
        let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media/clip.mp4");
        let members =
            json!({ "title": "\u{0}\u{e4}", "files": [{ "content": "AAAA" }], "file": { "content": "" } });
        let given = GivenInputs {
            members: members.as_object().unwrap().clone(),
            files: vec![NamedPath {
                name: "file".to_owned(),
                shape: FileShape::Named,
                path: clip,
            }],
        };
        let (members, contents) = placed(given, action("create_video_post"), &area).unwrap();
        let handles = [&members["file"]["content"], &members["files"][0]["content"]];
        let handles: Vec<&str> = handles.iter().map(|handle| handle.as_str().unwrap()).collect();
        assert!(
            handles.iter().all(|handle| handle.starts_with("lifted:")) && handles[0] != handles[1],
            "{handles:?}"
        );
        assert_eq!(members["file"]["name"], "clip.mp4");
        assert_eq!(members["title"], "\u{0}\u{e4}", "only contents are replaced");
        assert_eq!(contents.memory(), 0, "no file is in memory");
    }

    #[test]
    fn a_stream_is_stored_up_to_the_limit_of_requests() {
        let area = SpoolArea::new(Path::new("/nowhere"));
        let place = action("create_video_post").contents[0];
        let kind = ContentKind {
            maximum: ByteCount(10),
            file_maximum: ByteCount(20),
            medium: Medium::Video,
            too_large: place.kind.too_large,
            too_large_fix: "",
        };
        assert_eq!(stored(&b"0123456789"[..], &kind, &area).unwrap().size().0, 10);
        let fault = stored(&b"0123456789x"[..], &kind, &area).unwrap_err();
        assert_eq!(fault.code, &codes::STREAM_TOO_LARGE);
        assert!(fault.message.contains("20 bytes"), "{}", fault.message);
    }

    #[test]
    fn a_folder_and_a_missing_file_are_named() {
        let area = SpoolArea::new(Path::new("/nowhere"));
        for (path, expected) in [("/", "directory"), ("/nowhere.mp4", "No such file")] {
            let file = NamedPath {
                name: "file".to_owned(),
                shape: FileShape::Named,
                path: PathBuf::from(path),
            };
            let fault = opened(&file, action("create_video_post"), &area).unwrap_err();
            assert!(fault.message.contains(expected), "{}", fault.message);
        }
    }
}
