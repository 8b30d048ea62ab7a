//! Between the room's messages and the SFU, which knows people and tracks by number only.

use std::time::Duration;

use porthole_sfu as sfu;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::errors::{answer, refused};
use super::limits::{MAX_MID, MAX_SDP, MAX_SECTIONS};
use super::outbox::Outbox;
use crate::protocol::ids::{ParticipantId, TrackId};
use crate::protocol::room::{
    PublishedSection, RoomError, ServerMessage, Source, SubscribedSection,
};

/// Offers of one connection that may wait for the one before.
const WAITING_OFFERS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(10);

/// An offer as it came in.
#[derive(Debug)]
pub struct Offer {
    pub id: u32,
    pub sdp: String,
    pub publish: Vec<PublishedSection>,
    pub subscribe: Vec<SubscribedSection>,
}

impl Offer {
    pub fn check(&self) -> Result<(), RoomError> {
        let mids = self
            .publish
            .iter()
            .map(|section| &section.mid)
            .chain(self.subscribe.iter().map(|section| &section.mid));
        let too_large = self.sdp.len() > MAX_SDP
            || self.publish.len() + self.subscribe.len() > MAX_SECTIONS
            || mids.into_iter().any(|mid| mid.len() > MAX_MID);
        if too_large {
            return Err(refused("too_large", "The offer is too large."));
        }
        Ok(())
    }
}

/// Answers a connection's offers, one after the other, until the sender is dropped.
pub fn negotiate(
    room: sfu::Room,
    participant: ParticipantId,
    outbox: Outbox,
) -> mpsc::Sender<Offer> {
    let (sender, mut offers) = mpsc::channel::<Offer>(WAITING_OFFERS);
    tokio::spawn(async move {
        while let Some(offer) = offers.recv().await {
            let id = offer.id;
            let answered = tokio::time::timeout(
                PATIENCE,
                room.offer(participant_to_sfu(participant), to_sfu(offer)),
            )
            .await;
            outbox.tell(&match answered {
                Ok(Ok(sdp)) => ServerMessage::Answer { id, sdp },
                Ok(Err(error)) => answer(refused("offer_failed", error.to_string()), id),
                Err(_) => answer(
                    refused(
                        "offer_failed",
                        "The media server does not answer. Try again.",
                    ),
                    id,
                ),
            });
        }
    });
    sender
}

fn to_sfu(offer: Offer) -> sfu::Offer {
    sfu::Offer {
        sdp: offer.sdp,
        publish: offer
            .publish
            .into_iter()
            .map(|section| sfu::Publish {
                mid: section.mid,
                source: source_to_sfu(section.source),
                track: sfu::TrackId(TrackId::new().0.as_u128()),
            })
            .collect(),
        subscribe: offer
            .subscribe
            .into_iter()
            .map(|section| sfu::Subscribe {
                mid: section.mid,
                track: sfu::TrackId(section.track_id.0.as_u128()),
            })
            .collect(),
    }
}

pub fn participant_to_sfu(id: ParticipantId) -> sfu::ParticipantId {
    sfu::ParticipantId(id.0.as_u128())
}

pub fn participant_from_sfu(id: sfu::ParticipantId) -> ParticipantId {
    ParticipantId(Uuid::from_u128(id.0))
}

pub fn track_from_sfu(id: sfu::TrackId) -> TrackId {
    TrackId(Uuid::from_u128(id.0))
}

fn source_to_sfu(source: Source) -> sfu::Source {
    match source {
        Source::Microphone => sfu::Source::Microphone,
        Source::Camera => sfu::Source::Camera,
        Source::Screen => sfu::Source::Screen,
    }
}

pub fn source_from_sfu(source: sfu::Source) -> Source {
    match source {
        sfu::Source::Microphone => Source::Microphone,
        sfu::Source::Camera => Source::Camera,
        sfu::Source::Screen => Source::Screen,
    }
}
