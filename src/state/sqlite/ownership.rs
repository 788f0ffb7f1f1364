//! Rule on owners and modes of the state file and of the folders above it: pure.
//!
//! The owner of a folder, and every user who can write to it, can replace its entries; in a sticky folder, only the
//! owners of the folder and of the entry can.

/// Owner, group and mode of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ownership {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mode: u32,
}

/// Part of the path of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathPart {
    /// The file, or one that SQLite keeps beside it.
    File,
    /// The folder of the file.
    Folder,
    /// A folder further up.
    Ancestor,
    /// A symbolic link on the way to the folder.
    Link,
}

/// Fault of an owner or mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exposure {
    /// It belongs to another user.
    Owner,
    /// Others can write to it.
    Writable,
}

const WRITE_OTHERS: u32 = 0o002;
const WRITE_GROUP: u32 = 0o020;
pub(super) const STICKY: u32 = 0o1000;

/// Fault of `found` for a program that runs as user `euid`.
///
/// `is_private` says if a group has no member but this user. It is asked only for a folder of this user's
/// further up, as a umask of 002 makes them: the folder and the file of the state are made closed, and other
/// machines and containers that mount them may give anybody the number of a group.
pub(super) fn exposure(
    part: PathPart,
    found: Ownership,
    euid: u32,
    is_private: impl FnOnce(u32) -> bool,
) -> Option<Exposure> {
    let is_ours = found.uid == euid;
    let is_group_writable = found.mode & WRITE_GROUP != 0;
    let is_writable = found.mode & WRITE_OTHERS != 0 || is_group_writable;
    match part {
        _ if !is_ours && (found.uid != 0 || part == PathPart::File) => Some(Exposure::Owner),
        PathPart::Link => None,
        PathPart::Ancestor if found.mode & STICKY != 0 => None,
        PathPart::Ancestor if found.mode & WRITE_OTHERS == 0 && is_group_writable && is_ours => {
            (!is_private(found.gid)).then_some(Exposure::Writable)
        }
        PathPart::File | PathPart::Folder | PathPart::Ancestor => is_writable.then_some(Exposure::Writable),
    }
}

/// True if group `gid` is named like user `uid` and has no member but that user, by the text of `/etc/passwd`
/// and `/etc/group`.
///
/// A group that they do not list may have members elsewhere. That of root never counts: containers give it to
/// any user.
pub(super) fn is_private_group(passwd: &str, group: &str, uid: u32, gid: u32) -> bool {
    let users: Vec<(&str, u32, u32)> = passwd.lines().filter_map(user).collect();
    let names: Vec<&str> = users
        .iter()
        .filter(|(_, id, _)| *id == uid)
        .map(|(name, ..)| *name)
        .collect();
    let mut groups = group
        .lines()
        .filter_map(members)
        .filter(|(_, id, _)| *id == gid)
        .peekable();
    let is_shared = users.iter().any(|(_, id, primary)| *primary == gid && *id != uid);
    gid != 0
        && !is_shared
        && groups.peek().is_some()
        && groups.all(|(name, _, members)| {
            names.contains(&name)
                && members
                    .split(',')
                    .map(str::trim)
                    .all(|member| member.is_empty() || names.contains(&member))
        })
}

/// Name, id and primary group of a line of `/etc/passwd`.
fn user(line: &str) -> Option<(&str, u32, u32)> {
    let mut fields = line.split(':');
    let (name, _password) = (fields.next()?, fields.next()?);
    Some((name, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Name, id and members of a line of `/etc/group`.
fn members(line: &str) -> Option<(&str, u32, &str)> {
    let mut fields = line.split(':');
    let (name, _password) = (fields.next()?, fields.next()?);
    Some((name, fields.next()?.parse().ok()?, fields.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: u32 = 1000;
    const THEM: u32 = 2000;

    #[test]
    fn each_part_of_the_path_belongs_to_this_user_and_is_closed_to_others() {
        use Exposure::{Owner, Writable};
        use PathPart::{Ancestor, File, Folder, Link};
        for (part, uid, mode, expected) in [
            (File, US, 0o600, None),
            (File, US, 0o644, None),
            (File, US, 0o620, Some(Writable)),
            (File, US, 0o602, Some(Writable)),
            (File, 0, 0o600, Some(Owner)),
            (File, THEM, 0o600, Some(Owner)),
            (Folder, US, 0o700, None),
            (Folder, 0, 0o755, None),
            (Folder, THEM, 0o700, Some(Owner)),
            (Folder, US, 0o770, Some(Writable)),
            (Folder, US, 0o707, Some(Writable)),
            (Folder, 0, 0o1777, Some(Writable)),
            (Ancestor, US, 0o755, None),
            (Ancestor, 0, 0o755, None),
            (Ancestor, THEM, 0o755, Some(Owner)),
            (Ancestor, THEM, 0o1777, Some(Owner)),
            (Ancestor, 0, 0o777, Some(Writable)),
            (Ancestor, US, 0o777, Some(Writable)),
            (Ancestor, 0, 0o2775, Some(Writable)),
            (Ancestor, US, 0o775, Some(Writable)),
            (Ancestor, 0, 0o1777, None),
            (Ancestor, US, 0o1770, None),
            (Link, US, 0o777, None),
            (Link, 0, 0o777, None),
            (Link, THEM, 0o777, Some(Owner)),
        ] {
            let found = Ownership { uid, gid: 100, mode };
            assert_eq!(
                exposure(part, found, US, |_| false),
                expected,
                "{part:?} {found:?}"
            );
        }
    }

    #[test]
    fn a_private_group_may_write_to_this_users_folders_further_up_and_to_nothing_else() {
        let exposed =
            |part, uid, mode| exposure(part, Ownership { uid, gid: US, mode }, US, |gid| gid == US).is_some();
        assert!(!exposed(PathPart::Ancestor, US, 0o775));
        assert!(exposed(PathPart::Ancestor, US, 0o777) && exposed(PathPart::Ancestor, 0, 0o2775));
        assert!(exposed(PathPart::Folder, US, 0o770) && exposed(PathPart::File, US, 0o660));
    }

    #[test]
    fn a_group_is_private_by_its_members_and_not_by_its_number() {
        const PASSWD: &str = "root:x:0:0::/root:/bin/sh\nme:x:1000:1000::/home/me:/bin/sh\n# note\nthem:x:2000:100::/:/bin/sh\n";
        let private = |passwd: &str, group: &str, gid| is_private_group(passwd, group, US, gid);
        assert!(private(PASSWD, "root:x:0:\nme:x:1000:\n", 1000));
        assert!(private(PASSWD, "me:x:1000:me", 1000));
        assert!(
            private(PASSWD, "me:x:1234:", 1234),
            "the numbers need not be the same"
        );
        for group in [
            "me:x:1000:them",
            "me:x:1000:me,them",
            "staff:x:1000:",
            "me:x:1000:\nteam:x:1000:them",
            "",
            "me:x",
        ] {
            assert!(!private(PASSWD, group, 1000), "{group:?}");
        }
        let shared = format!("{PASSWD}guest:x:3000:1000::/:/bin/sh\n");
        assert!(
            !private(&shared, "me:x:1000:", 1000),
            "it is another user's own group too"
        );
        assert!(
            !private("", "me:x:1000:", 1000),
            "a user without a name has no group of that name"
        );
        assert!(!is_private_group("root:x:0:0::/:/bin/sh", "root:x:0:", 0, 0));
    }
}
