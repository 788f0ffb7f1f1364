//! Owners and modes of the state file and of the folders above it; nothing in the file is executed.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, chown, lchown, symlink},
    path::{Path, PathBuf},
};

use autohive_tiktok::{
    clock::Clock,
    state::{Claim, State, StateError, StateLocation},
};
use tempfile::TempDir;

use super::place::{FIRST, LEASE, claim, finished, fresh, inputs, key};

/// User other than that of the tests.
const SOMEBODY: u32 = 54_321;

/// A finished state in a separate folder.
async fn made() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    fresh(claim(&state(&path)).await).finish("done").await.unwrap();
    (folder, path)
}

fn state(path: &Path) -> State {
    State::new(StateLocation::Sqlite(path.to_owned()), Clock::system())
}

/// Reason why a state is refused; its text for results names no location.
async fn refused(path: &Path) -> StateError {
    let error = state(path)
        .claim(key(), inputs("usual"), FIRST, LEASE)
        .await
        .expect_err("the state should be refused");
    assert!(
        !error.to_string().contains(path.to_str().unwrap()) && !error.passes(),
        "{error}"
    );
    error
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

#[tokio::test]
async fn a_link_in_place_of_a_state_file_is_not_followed() {
    let (folder, path) = made().await;
    let link = folder.path().join("link.db");
    symlink(&path, &link).unwrap();
    let error = refused(&link).await;
    assert!(error.in_full().contains("symbolic link"), "{}", error.in_full());
    let dangling = folder.path().join("dangling.db");
    symlink(folder.path().join("nowhere.db"), &dangling).unwrap();
    refused(&dangling).await;
    assert!(!folder.path().join("nowhere.db").exists());
    for ending in ["-wal", "-shm", "-journal"] {
        let target = folder.path().join("target");
        fs::write(&target, "of somebody else").unwrap();
        symlink(&target, beside(&path, ending)).unwrap();
        assert!(refused(&path).await.in_full().contains(ending));
        fs::remove_file(beside(&path, ending)).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "of somebody else");
    }
    finished(&claim(&state(&path)).await, "done");
}

/// The operator controls a link on the way to the folder.
#[tokio::test]
async fn a_link_to_the_folder_is_followed() {
    let (folder, path) = made().await;
    let other = tempfile::tempdir().unwrap();
    let link = other.path().join("link");
    symlink(folder.path(), &link).unwrap();
    finished(&claim(&state(&link.join("state.db"))).await, "done");
    drop(path);
}

#[tokio::test]
async fn a_folder_that_others_can_write_is_refused_and_nothing_is_made_in_it() {
    for (mode, is_sticky) in [(0o777, false), (0o1777, true), (0o707, false), (0o770, false)] {
        let (folder, path) = made().await;
        chmod(folder.path(), mode);
        for path in [path, folder.path().join("new.db")] {
            let error = refused(&path).await;
            assert!(matches!(error, StateError::Exposed { .. }), "{mode:o}: {error:?}");
            assert!(
                error.in_full().contains("autohive-tiktok/state.db"),
                "{}",
                error.in_full()
            );
            assert_eq!(
                error.in_full().contains("chmod +t"),
                !is_sticky,
                "{}",
                error.in_full()
            );
        }
        assert!(!folder.path().join("new.db").exists());
        // In a sticky folder, a new folder is created and used.
        let own = folder.path().join("autohive-tiktok/state.db");
        if is_sticky {
            drop(fresh(claim(&state(&own)).await));
        } else {
            assert!(refused(&own).await.in_full().contains("chmod"));
            assert!(!folder.path().join("autohive-tiktok").exists());
        }
    }
}

/// Others could rename the folder of the state, and a repeat would find an empty journal.
#[tokio::test]
async fn a_folder_further_up_that_others_can_write_is_refused() {
    let (folder, _path) = made().await;
    let path = folder.path().join("open/closed/own/state.db");
    drop(fresh(claim(&state(&path)).await));
    let open = folder.path().join("open");
    for mode in [0o777, 0o707] {
        chmod(&open, mode);
        let error = refused(&path).await;
        assert!(matches!(error, StateError::Exposed { .. }), "{mode:o}: {error:?}");
        let told = error.in_full();
        assert!(told.contains(&format!("chmod +t {}", open.display())), "{told}");
        // A link from elsewhere leads through the same folder.
        let other = tempfile::tempdir().unwrap();
        symlink(open.join("closed"), other.path().join("link")).unwrap();
        refused(&other.path().join("link/own/state.db")).await;
        refused(&open.join("closed/../closed/own/state.db")).await;
    }
    for mode in [0o1777, 0o755] {
        chmod(&open, mode);
        assert!(
            matches!(
                claim(&state(&path)).await,
                Claim::Held { .. } | Claim::Resumed { .. }
            ),
            "{mode:o}"
        );
    }
}

/// A link that others can replace can lead anywhere, even if its current target is protected.
#[tokio::test]
async fn a_link_in_a_folder_that_others_can_write_is_not_followed() {
    let (folder, path) = made().await;
    let open = tempfile::tempdir().unwrap();
    symlink(folder.path(), open.path().join("link")).unwrap();
    let linked = open.path().join("link/state.db");
    finished(&claim(&state(&linked)).await, "done");
    chmod(open.path(), 0o777);
    assert!(matches!(refused(&linked).await, StateError::Exposed { .. }));
    finished(&claim(&state(&path)).await, "done");
}

#[tokio::test]
async fn endless_links_are_reported() {
    let (folder, _path) = made().await;
    symlink(folder.path().join("b"), folder.path().join("a")).unwrap();
    symlink(folder.path().join("a"), folder.path().join("b")).unwrap();
    assert!(
        refused(&folder.path().join("a/state.db"))
            .await
            .in_full()
            .contains("symbolic links")
    );
}

#[tokio::test]
async fn a_file_that_others_can_write_is_refused() {
    for mode in [0o602, 0o666] {
        let (_folder, path) = made().await;
        chmod(&path, mode);
        let error = refused(&path).await;
        assert!(matches!(error, StateError::Exposed { .. }), "{mode:o}: {error:?}");
        assert!(error.in_full().contains("chmod 600"), "{}", error.in_full());
        chmod(&path, 0o640);
        finished(&claim(&state(&path)).await, "done");
    }
}

/// Tests that need root; `src/state/sqlite/ownership.rs` tests the rule with every owner.
mod as_root {
    use super::*;

    #[tokio::test]
    #[ignore = "needs root"]
    async fn files_of_another_user_are_refused() {
        let (folder, _path) = made().await;
        let path = folder.path().join("ancestor/folder/state.db");
        fresh(claim(&state(&path)).await).finish("done").await.unwrap();
        fs::write(beside(&path, "-wal"), "").unwrap();
        let [parent, ancestor] = [path.parent().unwrap(), path.parent().unwrap().parent().unwrap()];
        for what in [
            path.clone(),
            beside(&path, "-wal"),
            parent.to_owned(),
            ancestor.to_owned(),
        ] {
            chown(&what, Some(SOMEBODY), None).expect("the test should run as root");
            let error = refused(&path).await;
            assert!(
                matches!(error, StateError::Exposed { .. }),
                "{}: {error:?}",
                what.display()
            );
            let told = error.in_full();
            assert!(
                told.contains(&format!("{} belongs to user {SOMEBODY}", what.display())),
                "{told}"
            );
            chown(&what, Some(0), None).unwrap();
        }
        finished(&claim(&state(&path)).await, "done");
    }

    /// In a sticky folder, the owner of a link can replace it.
    #[tokio::test]
    #[ignore = "needs root"]
    async fn a_link_of_somebody_else_is_not_followed() {
        let (folder, _path) = made().await;
        let open = tempfile::tempdir().unwrap();
        chmod(open.path(), 0o1777);
        let link = open.path().join("link");
        symlink(folder.path(), &link).unwrap();
        finished(&claim(&state(&link.join("state.db"))).await, "done");
        lchown(&link, Some(SOMEBODY), None).expect("the test should run as root");
        assert!(matches!(
            refused(&link.join("state.db")).await,
            StateError::Exposed { .. }
        ));
    }
}

/// No trigger of another user runs, and no table of theirs is read.
#[tokio::test]
async fn a_changed_schema_is_refused() {
    for change in [
        "CREATE TRIGGER t AFTER UPDATE ON journal BEGIN DELETE FROM journal; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (a)",
        "DROP INDEX ledger_at",
        "ALTER TABLE journal ADD COLUMN more TEXT GENERATED ALWAYS AS (upper(owner))",
        "ALTER TABLE journal RENAME TO real; CREATE VIEW journal AS SELECT * FROM real",
        "DROP TABLE ledger; CREATE TABLE ledger (account, kind, at CHECK (abs(at) > 0))",
    ] {
        let (_folder, path) = made().await;
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(change)
            .unwrap();
        let error = refused(&path).await;
        assert!(matches!(error, StateError::Corrupt { .. }), "{change}: {error:?}");
        assert!(
            error.in_full().contains("its tables are not those"),
            "{}",
            error.in_full()
        );
    }
}

/// Usual operations on one's own file do not make it foreign.
#[tokio::test]
async fn a_file_that_was_copied_or_vacuumed_is_ours() {
    let (folder, path) = made().await;
    let copy = folder.path().join("copy.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!("VACUUM; VACUUM INTO '{}'", copy.display()))
        .unwrap();
    connection.close().unwrap();
    chmod(&copy, 0o600);
    for path in [path, copy] {
        finished(&claim(&state(&path)).await, "done");
    }
}
