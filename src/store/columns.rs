//! How identifiers and enums are kept in columns: as text, in both databases alike.

use std::borrow::Cow;

use crate::protocol::api::Role;
use crate::protocol::ids::{
    InterviewId, InviteId, MessageId, ParticipantId, ProblemId, RunId, TrackId, UserId,
};
use crate::protocol::room::Source;

/// A type that one text column holds.
macro_rules! text_column {
    ($type:ty, $to_text:expr, $from_text:expr) => {
        impl sqlx::Type<sqlx::Any> for $type {
            fn type_info() -> sqlx::any::AnyTypeInfo {
                <str as sqlx::Type<sqlx::Any>>::type_info()
            }
        }

        impl sqlx::Encode<'_, sqlx::Any> for $type {
            fn encode_by_ref(
                &self,
                buffer: &mut <sqlx::Any as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                let to_text: fn(&$type) -> String = $to_text;
                <String as sqlx::Encode<'_, sqlx::Any>>::encode(to_text(self), buffer)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Any> for $type {
            fn decode(
                value: <sqlx::Any as sqlx::Database>::ValueRef<'r>,
            ) -> Result<Self, sqlx::error::BoxDynError> {
                let from_text: fn(&str) -> Result<$type, sqlx::error::BoxDynError> = $from_text;
                from_text(<&str as sqlx::Decode<'r, sqlx::Any>>::decode(value)?)
            }
        }
    };
}

pub(super) use text_column;

macro_rules! id_columns {
    ($($id:ty),*) => {
        $(text_column!($id, |id| id.to_string(), |text| Ok(text.parse()?));)*
    };
}

id_columns!(
    InterviewId,
    InviteId,
    MessageId,
    ParticipantId,
    ProblemId,
    RunId,
    TrackId,
    UserId
);

text_column!(
    Role,
    |role| match role {
        Role::Interviewer => "interviewer",
        Role::Reviewer => "reviewer",
    }
    .to_owned(),
    |text| match text {
        "interviewer" => Ok(Role::Interviewer),
        "reviewer" => Ok(Role::Reviewer),
        other => Err(format!("no role is called {other:?}").into()),
    }
);

text_column!(
    Source,
    |source| match source {
        Source::Microphone => "microphone",
        Source::Camera => "camera",
        Source::Screen => "screen",
    }
    .to_owned(),
    |text| match text {
        "microphone" => Ok(Source::Microphone),
        "camera" => Ok(Source::Camera),
        "screen" => Ok(Source::Screen),
        other => Err(format!("no source is called {other:?}").into()),
    }
);

/// PostgreSQL refuses the character NUL in text, which people can send and programs can print.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
