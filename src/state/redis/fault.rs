//! Errors of a Redis in this program's words, because the server's may repeat the data sent to it.

use std::{error::Error, io};

use ::redis::{ErrorKind, RedisError};

use super::{
    Address,
    connection::RedisConnectError,
    script::{NEWER, VERSION},
};
use crate::state::{StateError, store::TIMEOUT};

/// State error for a connection that could not be opened.
pub(super) fn of_connect(address: &Address, error: &RedisConnectError) -> StateError {
    match error {
        RedisConnectError::Redis(error) => of(address, error),
        RedisConnectError::NoTls => StateError::Unavailable {
            place: address.to_string(),
            what: "no trusted TLS connection could be made; check host and port, whether the server speaks TLS (rediss://) or \
                 plain text (redis://), and whether its certificate is valid and trusted on this machine"
                .to_owned(),
            passes: true,
        },
    }
}

/// State error for a step that failed.
pub(super) fn of(address: &Address, error: &RedisError) -> StateError {
    if error.code() == Some(NEWER) {
        return StateError::Newer {
            place: address.to_string(),
            found: error.detail().and_then(version).unwrap_or(i64::MAX),
            known: VERSION,
        };
    }
    // A fault that the operator has to correct does not pass by itself.
    let passes = error.kind() != ErrorKind::AuthenticationFailed
        && !matches!(error.code(), Some("WRONGPASS" | "NOAUTH" | "NOPERM" | "ERR"))
        && !error.code().is_some_and(|code| CLUSTER.contains(&code));
    let what = match (error.kind(), error.code()) {
        (ErrorKind::AuthenticationFailed, _) | (_, Some("WRONGPASS" | "NOAUTH")) => {
            "the server does not accept the user name and password; correct them in AUTOHIVE_TIKTOK_STATE".to_owned()
        }
        _ if lacks_permission(error) => {
            "the user may not run EVAL or a command of the scripts, or not on keys autohive-tiktok:*; grant the permissions \
             listed in docs/state.md (ACL SETUSER)"
                .to_owned()
        }
        (_, Some("LOADING")) => "the server is still loading its data; try again in a moment".to_owned(),
        (_, Some(code)) if CLUSTER.contains(&code) => {
            "the server is part of a Redis Cluster, which is not supported; name a Redis that is not in cluster mode".to_owned()
        }
        (_, Some("OOM")) => "the server is out of memory; raise its maxmemory".to_owned(),
        (_, Some("ERR")) => "the server refused; check whether it requires a user name and password, and whether it has a \
                             database of this number"
            .to_owned(),
        (_, Some(code)) if code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            format!("the server answered {code}; see its log")
        }
        (ErrorKind::Io, _) => of_io(address, error),
        _ => "the answer is not one of a Redis; check host and port".to_owned(),
    };
    StateError::Unavailable {
        place: address.to_string(),
        what,
        passes,
    }
}

/// Codes of a server in cluster mode: the keys of a script are in several slots.
const CLUSTER: [&str; 5] = ["CROSSSLOT", "MOVED", "ASK", "CLUSTERDOWN", "TRYAGAIN"];

/// Version in the words after the code.
fn version(detail: &str) -> Option<i64> {
    detail.split_ascii_whitespace().next()?.parse().ok()
}

fn of_io(address: &Address, error: &RedisError) -> String {
    if error.is_timeout() {
        let tls = if address.is_over_tls() {
            "whether it speaks TLS (a server without TLS does not answer rediss://; use redis:// for it)"
        } else {
            "whether it speaks TLS only (use rediss:// for it)"
        };
        return format!(
            "the server did not answer within {} seconds; check whether it is running and reachable, and {tls}",
            TIMEOUT.as_secs()
        );
    }
    let what = if is_too_large(error) {
        "the answer is larger than any answer of a Redis; check host and port"
    } else if error.is_connection_refusal() {
        "no server listens at this address; start it, or correct host and port"
    } else {
        "the connection failed; check host, port and TLS (redis:// or rediss://)"
    };
    what.to_owned()
}

/// State error for a list of keys that failed.
pub(super) fn of_scan(address: &Address, error: &RedisError) -> StateError {
    if error.code() != Some("NOPERM") {
        return of(address, error);
    }
    StateError::Unavailable {
        place: address.to_string(),
        what: "the user may not run SCAN, which only a list of the rows needs; grant it (ACL SETUSER NAME +scan), or use a \
               user who may"
            .to_owned(),
        passes: false,
    }
}

/// True if a new connection may succeed.
pub(super) fn lost_connection(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error()
}

/// True if the user may not run a command, or not within a script. The wording differs between versions of
/// Redis.
fn lacks_permission(error: &RedisError) -> bool {
    let is_of_a_script = |words: &str| {
        ["ACL failure", "can't run this command", "NOPERM"]
            .iter()
            .any(|part| words.contains(part))
    };
    error.code() == Some("NOPERM") || error.detail().is_some_and(is_of_a_script)
}

/// True if the reply exceeded the limit of a connection.
fn is_too_large(error: &RedisError) -> bool {
    let cause = error.source().and_then(<dyn Error>::downcast_ref::<io::Error>);
    cause.is_some_and(|error| error.kind() == io::ErrorKind::FileTooLarge)
}

#[cfg(test)]
mod tests {
    use ::redis::ServerErrorKind;

    use super::*;

    #[test]
    fn a_cluster_is_named_and_does_not_pass_by_itself() {
        let address = Address::parse("redis://127.0.0.1:6379").unwrap();
        for kind in [
            ServerErrorKind::CrossSlot,
            ServerErrorKind::Moved,
            ServerErrorKind::ClusterDown,
        ] {
            let error = RedisError::from((ErrorKind::Server(kind), "refused"));
            let told = of(&address, &error);
            assert!(
                matches!(&told, StateError::Unavailable { what, passes: false, .. } if what.contains("Redis Cluster")),
                "{kind:?}: {told:?}"
            );
        }
    }
}
