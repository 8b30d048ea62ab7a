//! Bodies of the HTTP API. Times are milliseconds since the epoch, UTC.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ids::{InterviewId, InviteId, ParticipantId, ProblemId, RunId, UserId};
use super::room::{Millis, OutputChunk, RunState};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Role {
    Interviewer,
    Reviewer,
}

/// Every error answer of the API has this body.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ApiError {
    /// Stable, for programs: `unauthenticated`, `forbidden`, `not_found`, `invalid`, …
    pub code: String,
    /// A sentence for people, with what to do.
    pub message: String,
    /// The offending field of the request, where there is one.
    pub field: Option<String>,
}

/// `GET /api/setup`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SetupStatus {
    /// No account exists yet: the one-time link creates the first interviewer.
    pub needed: bool,
}

/// `POST /api/setup`; the token comes from the printed link `/setup#TOKEN`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct SetupRequest {
    pub token: String,
    pub name: String,
    pub email: String,
    pub password: String,
}

/// `POST /api/auth/login`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct LoginRequest {
    pub email: String,
    pub password: String,
}

/// Who is asking: `GET /api/me`, and the answer of setup, login, refresh and join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[ts(export)]
pub enum Me {
    Account {
        id: UserId,
        name: String,
        email: String,
        role: Role,
    },
    /// Let in by an invite, for one interview only.
    Guest {
        participant_id: ParticipantId,
        interview_id: InterviewId,
        name: String,
    },
}

/// An account as others see it. `GET /api/users` (interviewers only).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    #[ts(type = "number")]
    pub created_at: i64,
}

/// `POST /api/users` (interviewers only)
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    pub password: String,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum InterviewStatus {
    /// Nobody has entered yet.
    Scheduled,
    Live,
    Ended,
}

/// `GET /api/interviews` (array, newest first) and `GET /api/interviews/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Interview {
    pub id: InterviewId,
    pub title: String,
    pub status: InterviewStatus,
    pub owner_id: UserId,
    pub owner_name: String,
    pub problem_id: Option<ProblemId>,
    pub problem_title: Option<String>,
    /// The language the editor opens with.
    pub language: String,
    /// Whether the call is recorded (with consent).
    pub record: bool,
    #[ts(type = "number")]
    pub created_at: i64,
    #[ts(type = "number | null")]
    pub scheduled_at: Option<i64>,
    #[ts(type = "number | null")]
    pub started_at: Option<i64>,
    #[ts(type = "number | null")]
    pub ended_at: Option<i64>,
    /// Who really joined.
    pub participants: Vec<Attendance>,
    pub run_count: u32,
    /// What the asker may do here.
    pub may: InterviewRights,
}

/// What the asker may do with an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InterviewRights {
    /// Change, invite, end, share.
    pub manage: bool,
    /// Enter the room.
    pub enter: bool,
    /// Replay it once it has ended.
    pub replay: bool,
}

/// One person who really joined, and when.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Attendance {
    pub participant_id: ParticipantId,
    pub name: String,
    pub role: Role,
    pub guest: bool,
    #[ts(type = "number")]
    pub joined_at: i64,
    /// Absent while in the room.
    #[ts(type = "number | null")]
    pub left_at: Option<i64>,
}

/// `POST /api/interviews`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct NewInterview {
    pub title: String,
    #[serde(default)]
    pub problem_id: Option<ProblemId>,
    /// Absent: the first language of `GET /api/languages`.
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub scheduled_at: Option<i64>,
    pub record: bool,
}

/// `PATCH /api/interviews/{id}`: absent fields stay as they are. Problem, language and recording
/// can change only before it goes live.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[ts(export, optional_fields)]
pub struct InterviewChanges {
    pub title: Option<String>,
    /// `null` takes the problem away; absent leaves it.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string | null")]
    pub problem_id: Option<Option<ProblemId>>,
    pub language: Option<String>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number | null")]
    pub scheduled_at: Option<Option<i64>>,
    pub record: Option<bool>,
}

/// Tells an explicit `null` from an absent field.
fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// `GET /api/interviews/{id}/invites`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Invite {
    pub id: InviteId,
    #[ts(type = "number")]
    pub created_at: i64,
    #[ts(type = "number")]
    pub expires_at: i64,
    pub revoked: bool,
}

/// `POST /api/interviews/{id}/invites`: the only time the token is shown; it is stored hashed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewInvite {
    pub invite: Invite,
    /// Path and fragment, `/join#TOKEN`: the fragment never reaches a log.
    pub path: String,
}

/// `POST /api/join/preview`: what an invite is for, before accepting it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct InviteToken {
    pub token: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InvitePreview {
    pub interview_id: InterviewId,
    pub title: String,
    pub interviewer_name: String,
    pub status: InterviewStatus,
    pub record: bool,
}

/// `POST /api/join`: accept an invite. With an account's session the account becomes a member
/// (`name` is ignored); else a guest session for this one interview starts. Answers [`Me`].
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct JoinRequest {
    pub token: String,
    pub name: String,
}

/// `GET /api/interviews/{id}/shares`: the reviewers who may replay it.
/// `PUT` and `DELETE /api/interviews/{id}/shares/{userId}` change it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Share {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    #[ts(type = "number")]
    pub shared_at: i64,
}

/// `GET /api/problems`, `GET /api/problems/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Problem {
    pub id: ProblemId,
    pub title: String,
    /// Markdown.
    pub statement: String,
    /// Starter code by language id; a language without an entry starts with its own.
    #[ts(type = "Record<string, string>")]
    pub starter_code: std::collections::BTreeMap<String, String>,
    #[ts(type = "number")]
    pub updated_at: i64,
}

/// `POST /api/problems`, `PUT /api/problems/{id}`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct ProblemDraft {
    pub title: String,
    pub statement: String,
    #[ts(type = "Record<string, string>")]
    pub starter_code: std::collections::BTreeMap<String, String>,
}

/// `GET /api/languages`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Language {
    /// `python`, `go`, `java`
    pub id: String,
    pub name: String,
    /// Monaco's language id.
    pub monaco: String,
    /// The document's file of this language, e.g. `main.py`. Its text is the Yjs text
    /// `file/<file>` of the document.
    pub file: String,
    pub starter_code: String,
    /// Why it cannot run right now, and what to do; absent when it can.
    pub unavailable: Option<String>,
}

/// A stored run: `GET /api/interviews/{id}/submissions`, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Submission {
    pub id: RunId,
    pub participant_id: ParticipantId,
    pub language: String,
    pub source: String,
    pub stdin: String,
    #[ts(type = "number")]
    pub started_at_ms: Millis,
    pub state: RunState,
    pub output: Vec<OutputChunk>,
}

/// `GET /api/statistics`: over the asker's own interviews.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Statistics {
    pub interviews: u32,
    pub live_now: u32,
    pub runs: u32,
    /// Runs that ended with exit code 0.
    pub runs_succeeded: u32,
    pub runs_failed: u32,
    /// Minutes, of ended interviews.
    pub median_length_minutes: Option<f64>,
    pub runs_per_interview: Option<f64>,
    /// The last 12 weeks, oldest first, weeks without interviews included.
    pub by_week: Vec<WeekCount>,
    pub by_language: Vec<LanguageCount>,
    pub by_length: Vec<LengthCount>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WeekCount {
    /// Monday 00:00 UTC.
    #[ts(type = "number")]
    pub week: i64,
    pub interviews: u32,
    pub runs_succeeded: u32,
    pub runs_failed: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LanguageCount {
    pub language: String,
    /// Interviews in which it was run at least once.
    pub interviews: u32,
    pub runs: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LengthCount {
    /// Lower bound in minutes, inclusive; the upper one is the next entry's.
    pub from_minutes: u32,
    pub interviews: u32,
}
