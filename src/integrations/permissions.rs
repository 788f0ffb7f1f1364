//! Permissions of access tokens, as each integration's API names them.

use std::fmt;

use crate::schema::nearest_name;

/// Permission of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// Name in the manifest, such as `video.list` or `12000000`.
    pub name: &'static str,
    /// Product of the developer portal that includes it; `None` if permissions are granted one by one.
    pub product: Option<&'static str>,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        self.product.map_or(Ok(()), |product| write!(f, " ({product})"))
    }
}

/// Permissions that the actions of an integration need, and the functions that are lost without them.
#[derive(Debug, Clone, Copy)]
pub struct Permissions {
    /// Every permission, in the order in which a manifest asks for them.
    pub all: &'static [Permission],
    /// Names on the command line for sets of permissions.
    pub sets: &'static [(&'static str, &'static [&'static str])],
    /// Permission that the connected account needs; `None` if every token has it.
    pub connected_account: Option<&'static str>,
    /// Limits of single actions without an optional permission: action, permission, limit.
    pub limits: &'static [(&'static str, &'static str, &'static str)],
    /// Notes on functions beyond single actions, by the permission that they need.
    pub notes: &'static [(&'static str, &'static str)],
}

impl Permissions {
    /// Permissions of an integration whose tokens all have the same.
    pub const NONE: Self = Self {
        all: &[],
        sets: &[],
        connected_account: None,
        limits: &[],
        notes: &[],
    };

    /// Reads names of permissions and sets, separated by commas or spaces, or `all`.
    ///
    /// The text of an error lists the allowed values. It does not repeat the refused value, which may be a
    /// secret.
    pub fn parse(&self, text: &str) -> Result<Vec<&'static str>, String> {
        if text.trim() == "all" {
            return Ok(self.names().collect());
        }
        if self.all.is_empty() {
            return Err(
                "allowed: only all, because every token of this integration has the same permissions"
                    .to_owned(),
            );
        }
        let given = text.split([',', ' ']).filter(|name| !name.is_empty());
        let named: Vec<Vec<&str>> = given
            .map(|name| self.set_or_name(name))
            .collect::<Result<_, _>>()?;
        let named = named.concat();
        if named.is_empty() {
            Err(format!("no permission is named; {}", self.allowed()))
        } else {
            Ok(named)
        }
    }

    /// Permissions of a manifest unless others are chosen: the first named set, or all.
    pub fn usual(&self) -> Vec<&'static str> {
        match self.sets.first() {
            Some((_, set)) => set.to_vec(),
            None => self.names().collect(),
        }
    }

    fn set_or_name(&self, given: &str) -> Result<Vec<&'static str>, String> {
        match self.sets.iter().find(|(name, _)| *name == given) {
            Some((_, set)) => Ok(set.to_vec()),
            None => self.named(given).map(|name| vec![name]),
        }
    }

    fn named(&self, given: &str) -> Result<&'static str, String> {
        let names: Vec<&'static str> = self.names().collect();
        let found = names.iter().find(|name| **name == given).copied();
        found.ok_or_else(|| {
            let near = nearest_name(given, &names);
            let near = near
                .map(|name| format!("did you mean {name}? "))
                .unwrap_or_default();
            format!("unknown permission; {near}{}", self.allowed())
        })
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(|permission| permission.name)
    }

    fn allowed(&self) -> String {
        let sets: Vec<&str> = self.sets.iter().map(|(name, _)| *name).chain(["all"]).collect();
        let names: Vec<&str> = self.names().collect();
        format!(
            "allowed: {}, or names among {}",
            sets.join(", "),
            names.join(", ")
        )
    }
}
