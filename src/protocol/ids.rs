//! Identifiers. All are UUIDv7, so they sort by the time they were made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS,
        )]
        #[serde(transparent)]
        #[ts(export, type = "string")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier, later than all before it.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(
    /// An account.
    UserId
);
id!(
    /// The record of one interview.
    InterviewId
);
id!(
    /// One person in one interview, account or guest.
    ParticipantId
);
id!(
    /// A media track as the SFU and the recording know it.
    TrackId
);
id!(
    /// A chat message; made by the sender, so that sending it again changes nothing.
    MessageId
);
id!(
    /// One execution of the code; made by the sender. The stored run is the submission of the same id.
    RunId
);
id!(
    /// A problem template.
    ProblemId
);
id!(
    /// An invite to one interview.
    InviteId
);
