//! The state in an SQLite file.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
    time::Duration,
};

use autohive_tiktok::{
    clock::Clock,
    model::AccountHash,
    state::{State, StateError, StateLocation},
};
use tempfile::TempDir;

use super::{
    behaviour,
    place::{FIRST, LEASE, Place, claim, finished, fresh, inputs, key},
};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn place() -> Place {
    let folder = folder();
    Place::new(
        format!("sqlite:{}", folder.path().join("state.db").display()),
        folder,
    )
}

behaviour!(place());

/// As [`place`], with a key.
mod sealed {
    use super::behaviour;

    behaviour!(super::place().sealed());
}

fn state(path: &Path) -> State {
    State::new(StateLocation::Sqlite(path.to_owned()), Clock::system())
}

/// Error of a failed claim, which changes nothing.
async fn fails(state: &State) -> StateError {
    state
        .claim(key(), inputs("usual"), FIRST, LEASE)
        .await
        .expect_err("the claim should fail")
}

#[track_caller]
fn says(error: &StateError, words: &[&str]) {
    let text = error.in_full();
    assert!(
        words.iter().all(|word| text.contains(word)),
        "{text:?} should hold each of {words:?}"
    );
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

/// Checks whether the tests run as a user without permission checks.
fn is_root() -> bool {
    fs::metadata(folder().path()).unwrap().uid() == 0
}

#[tokio::test]
async fn nothing_is_opened_before_it_is_needed() {
    let folder = folder();
    let path = folder.path().join("deep/state.db");
    let state = state(&path);
    assert!(!state.was_used());
    assert!(!folder.path().join("deep").exists());
    drop(fresh(claim(&state).await));
    assert!(state.was_used());
    assert!(path.exists());
}

#[tokio::test]
async fn folder_and_file_are_for_this_user_alone() {
    let folder = folder();
    let path = folder.path().join("a/b/state.db");
    let state = state(&path);
    drop(fresh(claim(&state).await));
    assert_eq!(
        [mode(&folder.path().join("a")), mode(&folder.path().join("a/b"))],
        [0o700; 2]
    );
    let files: Vec<_> = fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.contains(&path), "{files:?}");
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
        assert!(
            file.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("state.db"),
            "a draft was left: {files:?}"
        );
    }
}

#[tokio::test]
async fn a_file_in_the_working_folder_may_be_named_without_a_folder() {
    let name = format!("state-of-a-test-{}.db", std::process::id());
    let state = state(Path::new(&name));
    drop(fresh(claim(&state).await));
    drop(state);
    for ending in ["", "-wal", "-shm"] {
        drop(fs::remove_file(format!("{name}{ending}")));
    }
}

#[tokio::test]
async fn off_and_no_location_are_distinguished() {
    let off = State::new(StateLocation::Off, Clock::system());
    assert_eq!(fails(&off).await, StateError::Off);
    assert_eq!(
        off.note(AccountHash::of(&["a"]), "init").await,
        Err(StateError::Off)
    );
    assert_eq!(
        off.count(AccountHash::of(&["a"]), "init", LEASE).await,
        Err(StateError::Off)
    );
    let nowhere = State::new(StateLocation::Nowhere, Clock::system());
    assert_eq!(fails(&nowhere).await, StateError::Nowhere);
    assert!(!off.was_used() && !nowhere.was_used());
}

#[tokio::test]
async fn another_file_is_left_as_it_is() {
    let folder = folder();
    let other = folder.path().join("other.db");
    let connection = rusqlite::Connection::open(&other).unwrap();
    connection
        .execute_batch("CREATE TABLE mine (a); PRAGMA user_version = 1;")
        .unwrap();
    connection.close().unwrap();
    let files = [
        (
            "text",
            b"These are the notes of somebody, and no database at all.".repeat(100),
        ),
        ("empty", Vec::new()),
    ];
    for (name, bytes) in &files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    for name in ["other.db", "text", "empty"] {
        let path = folder.path().join(name);
        let before = fs::read(&path).unwrap();
        let error = fails(&state(&path)).await;
        assert!(matches!(error, StateError::Corrupt { .. }), "{name}: {error:?}");
        says(
            &error,
            &[path.to_str().unwrap(), "nothing was written", "name another"],
        );
        says(
            &error,
            if name == "empty" {
                &["it is empty", "delete it"]
            } else {
                &[]
            },
        );
        assert!(fs::read(&path).unwrap() == before, "{name} was changed");
    }
}

#[tokio::test]
async fn a_damaged_file_is_reported_and_not_written() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(fresh(claim(&state(&path)).await));
    // The file is closed and complete in one file; its pages after the first are overwritten.
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let error = fails(&state(&path)).await;
    assert!(matches!(error, StateError::Corrupt { .. }), "{error:?}");
    says(&error, &["malformed", "move the file away"]);
}

#[tokio::test]
async fn a_newer_form_is_refused() {
    let folder = folder();
    let path = folder.path().join("state.db");
    drop(fresh(claim(&state(&path)).await));
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 7)
        .unwrap();
    let error = fails(&state(&path)).await;
    assert!(
        matches!(
            error,
            StateError::Newer {
                found: 7,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
}

/// No version of this program writes 0: the file is no newer one, and it is left as it is.
#[tokio::test]
async fn a_form_that_no_version_writes_is_not_called_newer() {
    for form in [0, -1] {
        let folder = folder();
        let path = folder.path().join("state.db");
        drop(fresh(claim(&state(&path)).await));
        rusqlite::Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", form)
            .unwrap();
        let before = fs::read(&path).unwrap();
        let error = fails(&state(&path)).await;
        assert!(matches!(error, StateError::Corrupt { .. }), "{error:?}");
        says(
            &error,
            &[
                &format!("version {form}"),
                "nothing was read or written",
                "move the file away",
            ],
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_an_error() {
    let folder = folder();
    let error = fails(&state(folder.path())).await;
    assert!(matches!(error, StateError::Unavailable { .. }), "{error:?}");
    says(&error, &["it is a folder"]);
}

#[tokio::test]
async fn a_file_in_place_of_its_folder_is_an_error() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = fails(&state(&file.join("state.db"))).await;
    assert!(matches!(error, StateError::Unavailable { .. }), "{error:?}");
    says(&error, &[file.to_str().unwrap(), "name another file"]);
}

/// A user that may write everywhere, as in many containers, is tested with a folder that no user can write: `/proc`.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = folder();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, Permissions::from_mode(0o500)).unwrap();
    let path = if is_root() {
        Path::new("/proc/self/fdinfo").join("state.db")
    } else {
        locked.join("state.db")
    };
    let error = fails(&state(&path)).await;
    assert!(matches!(error, StateError::Unavailable { .. }), "{error:?}");
    says(
        &error,
        &[
            path.parent().unwrap().to_str().unwrap(),
            "let this user write there",
        ],
    );
}

#[tokio::test]
async fn a_lock_is_waited_for_and_then_reported() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let state = state(&path);
    fresh(claim(&state).await).finish("done").await.unwrap();
    let mut other = rusqlite::Connection::open(&path).unwrap();
    let lock = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    let clock = Clock::system();
    let error = fails(&state).await;
    assert!(matches!(error, StateError::Busy { .. }), "{error:?}");
    assert!(
        clock.elapsed() >= Duration::from_secs(4),
        "only {:?} were waited",
        clock.elapsed()
    );
    says(&error, &[path.to_str().unwrap(), "locked", "end that process"]);
    drop(lock);
    finished(&claim(&state).await, "done");
}

#[tokio::test]
async fn a_file_that_was_deleted_is_made_anew() {
    let folder = folder();
    let path = folder.path().join("state.db");
    let (long, short) = (state(&path), state(&path));
    fresh(claim(&long).await).finish("done").await.unwrap();
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(format!("{}{ending}", path.display())).unwrap();
    }
    fresh(claim(&long).await).finish("done again").await.unwrap();
    finished(&claim(&short).await, "done again");
}

/// Expired rows are deleted from the disk too.
#[tokio::test]
async fn expired_rows_are_deleted() {
    let place = place();
    let state = place.state();
    let path = place.setting.strip_prefix("sqlite:").unwrap().to_owned();
    let rows = |table: &str| -> u32 {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    let account = AccountHash::of(&["a"]);
    fresh(claim(&state).await).finish("done").await.unwrap();
    state.note(account, "init").await.unwrap();
    assert_eq!([rows("journal"), rows("ledger")], [1, 1]);
    place.clock.advance(Duration::from_hours(25));
    state.note(account, "init").await.unwrap();
    assert_eq!([rows("journal"), rows("ledger")], [1, 1]);
    place.clock.advance(Duration::from_hours(6 * 24));
    let another = autohive_tiktok::model::JournalKey::of(&["another"]);
    drop(fresh(
        state.claim(another, inputs("usual"), FIRST, LEASE).await.unwrap(),
    ));
    assert_eq!(rows("journal"), 1);
}
