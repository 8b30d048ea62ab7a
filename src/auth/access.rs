//! What somebody may do with an interview. Whoever may not even know of it is told that there is
//! none.

use super::{Account, Principal};
use crate::http::Error;
use crate::protocol::api::{InterviewRights, InterviewStatus};
use crate::protocol::ids::InterviewId;
use crate::store::{InterviewRow, ParticipantRow, Store};

/// How somebody stands to an interview.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relation {
    pub owner: bool,
    /// Accepted an invite, as an account or as a guest.
    pub invited: bool,
    pub shared_with: bool,
}

impl Relation {
    /// What follows from it while the interview has this status.
    pub fn rights(self, status: InterviewStatus) -> InterviewRights {
        let ended = status == InterviewStatus::Ended;
        InterviewRights {
            manage: self.owner,
            enter: (self.owner || self.invited) && !ended,
            replay: (self.owner || self.shared_with) && ended,
        }
    }
}

/// Somebody who may enter a room, and which.
#[derive(Debug, Clone)]
pub struct Entry {
    pub interview: InterviewRow,
    pub participant: ParticipantRow,
}

/// Whoever has to do with the interview may see that it is there.
pub async fn view(
    store: &Store,
    principal: &Principal,
    interview: InterviewId,
) -> Result<(InterviewRow, Relation), Error> {
    let row = store
        .interview(interview)
        .await?
        .ok_or_else(Error::not_found)?;
    let relation = relation(store, principal, &row).await?;
    if relation == Relation::default() {
        return Err(Error::not_found());
    }
    Ok((row, relation))
}

/// Only the owner may change, invite, end and share.
pub async fn manage<'a>(
    store: &Store,
    principal: &'a Principal,
    interview: InterviewId,
) -> Result<(InterviewRow, &'a Account), Error> {
    let (row, relation) = view(store, principal, interview).await?;
    if !relation.owner {
        return Err(Error::forbidden(
            "Only the interviewer whose interview it is may do this.",
        ));
    }
    Ok((row, principal.account()?))
}

/// The owner and whoever accepted an invite may enter, until it has ended.
pub async fn enter(
    store: &Store,
    principal: &Principal,
    interview: InterviewId,
) -> Result<Entry, Error> {
    let (row, relation) = view(store, principal, interview).await?;
    if !relation.owner && !relation.invited {
        return Err(Error::forbidden(
            "You may replay this interview, not enter.",
        ));
    }
    if row.status() == InterviewStatus::Ended {
        return Err(Error::ended());
    }
    let participant = match principal {
        Principal::Account(account) => store.participant_for(interview, account.user).await?,
        Principal::Guest(guest) => store
            .participant(guest.participant)
            .await?
            .ok_or_else(Error::not_found)?,
    };
    Ok(Entry {
        interview: row,
        participant,
    })
}

/// The owner and whomever it is shared with may replay, once it has ended.
pub async fn replay(
    store: &Store,
    principal: &Principal,
    interview: InterviewId,
) -> Result<(InterviewRow, Relation), Error> {
    let (row, relation) = view(store, principal, interview).await?;
    if !relation.owner && !relation.shared_with {
        return Err(Error::forbidden(
            "This interview is not shared with you. Ask the interviewer.",
        ));
    }
    if row.status() != InterviewStatus::Ended {
        return Err(Error::conflict(
            "not_ended",
            "An interview can be replayed once it has ended.",
        ));
    }
    Ok((row, relation))
}

async fn relation(
    store: &Store,
    principal: &Principal,
    interview: &InterviewRow,
) -> Result<Relation, Error> {
    Ok(match principal {
        Principal::Guest(guest) => Relation {
            invited: guest.interview == interview.id,
            ..Relation::default()
        },
        Principal::Account(account) => Relation {
            owner: account.user == interview.owner_id,
            invited: store.is_member(interview.id, account.user).await?,
            shared_with: store.is_shared_with(interview.id, account.user).await?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_enters_an_ended_interview_or_replays_another() {
        let owner = Relation {
            owner: true,
            ..Relation::default()
        };
        let rights = |relation: Relation, status| {
            let rights = relation.rights(status);
            (rights.manage, rights.enter, rights.replay)
        };
        assert_eq!(
            rights(owner, InterviewStatus::Scheduled),
            (true, true, false)
        );
        assert_eq!(rights(owner, InterviewStatus::Live), (true, true, false));
        assert_eq!(rights(owner, InterviewStatus::Ended), (true, false, true));
    }

    #[test]
    fn invitation_opens_the_room_and_a_share_the_replay() {
        let invited = Relation {
            invited: true,
            ..Relation::default()
        };
        let shared_with = Relation {
            shared_with: true,
            ..Relation::default()
        };
        let (live, ended) = (InterviewStatus::Live, InterviewStatus::Ended);
        assert!(invited.rights(live).enter && !invited.rights(ended).replay);
        assert!(!shared_with.rights(live).enter && shared_with.rights(ended).replay);
        assert!(!invited.rights(live).manage && !shared_with.rights(ended).manage);
    }
}
