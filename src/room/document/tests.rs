use proptest::prelude::*;
use yrs::{OffsetKind, Options};

use super::*;
use crate::room::wire::{write_buffer, write_number};

const ANN: ConnectionId = ConnectionId(1);
const BOB: ConnectionId = ConnectionId(2);
const FILE: &str = "main.py";

fn document() -> Document {
    Document::new([FILE, "main.go"])
}

/// A page: its own copy of the document.
struct Page {
    doc: Doc,
    connection: ConnectionId,
    participant: ParticipantId,
}

impl Page {
    fn new(client: u64, connection: ConnectionId) -> Self {
        Self {
            // Browsers count in UTF-16.
            doc: Doc::with_options(Options {
                offset_kind: OffsetKind::Utf16,
                ..Options::with_client_id(ClientID::new(client))
            }),
            connection,
            participant: ParticipantId::new(),
        }
    }

    fn edit(&self, position: u32, deleted: u32, inserted: &str) -> Vec<u8> {
        let mut transaction = self.doc.transact_mut();
        let text = transaction.get_or_insert_text(text_name(FILE));
        let length = text.len(&transaction);
        let position = position.min(length);
        let deleted = deleted.min(length - position);
        if deleted > 0 {
            text.remove_range(&mut transaction, position, deleted);
        }
        if !inserted.is_empty() {
            text.insert(&mut transaction, position, inserted);
        }
        transaction.encode_update_v1()
    }

    fn take(&self, frame: &[u8]) {
        match Frame::decode(frame).unwrap() {
            Frame::Update(update) | Frame::SyncStep2(update) => self
                .doc
                .transact_mut()
                .apply_update(Update::decode_v1(update).unwrap())
                .unwrap(),
            other => panic!("a page was sent {other:?}"),
        }
    }

    fn text(&self) -> String {
        let transaction = self.doc.transact();
        transaction
            .get_text(text_name(FILE))
            .map(|text| text.get_string(&transaction))
            .unwrap_or_default()
    }

    fn send(&self, document: &mut Document, update: &[u8]) -> Result<Received, Refusal> {
        self.send_frame(document, Frame::Update(update), Instant::now())
    }

    fn send_frame(
        &self,
        document: &mut Document,
        frame: Frame<'_>,
        now: Instant,
    ) -> Result<Received, Refusal> {
        document.receive(self.connection, self.participant, &frame.encode(), now)
    }

    fn synchronise(&self, document: &mut Document) -> Received {
        let known = self.doc.transact().state_vector().encode_v1();
        let reply = self
            .send_frame(document, Frame::SyncStep1(&known), Instant::now())
            .unwrap()
            .reply
            .unwrap();
        let Frame::SyncStep1(servers) = Frame::decode(&document.greeting()[0]).map(own).unwrap()
        else {
            panic!("the greeting does not begin with the state vector");
        };
        self.take(&reply);
        let mine = self
            .doc
            .transact()
            .encode_diff_v1(&StateVector::decode_v1(servers).unwrap());
        self.send_frame(document, Frame::SyncStep2(&mine), Instant::now())
            .unwrap()
    }
}

/// The frame on bytes that live long enough for a test.
fn own(frame: Frame<'_>) -> Frame<'static> {
    match frame {
        Frame::SyncStep1(bytes) => Frame::SyncStep1(Box::leak(bytes.into())),
        _ => panic!("only state vectors are kept"),
    }
}

fn replayed(events: &[Event]) -> Document {
    let mut document = document();
    for event in events {
        if let Event::Document { update } = event {
            document.restore(update).unwrap();
        }
    }
    document
}

#[test]
fn a_new_page_gets_the_starter_code_and_the_language() {
    let mut document = document();
    let starter = Starter {
        file: FILE.into(),
        code: "print('hé 👋')\n".into(),
    };
    let event = document.seed(&[starter], "python");
    let page = Page::new(7, ANN);
    let own = page.synchronise(&mut document);
    assert_eq!(page.text(), "print('hé 👋')\n");
    assert!(own.journal.is_none() && own.relay.is_none());
    let transaction = page.doc.transact();
    let meta = transaction.get_map(META).unwrap();
    assert_eq!(meta.get(&transaction, LANGUAGE), Some("python".into()));
    assert_eq!(replayed(&[event]).text(FILE), "print('hé 👋')\n");
}

#[test]
fn the_language_can_be_switched() {
    let mut document = document();
    document.seed(&[], "python");
    let page = Page::new(7, ANN);
    page.synchronise(&mut document);
    for language in ["go", "java"] {
        let update = {
            let mut transaction = page.doc.transact_mut();
            let meta = transaction.get_or_insert_map(META);
            meta.insert(&mut transaction, LANGUAGE, language);
            transaction.encode_update_v1()
        };
        assert!(page.send(&mut document, &update).unwrap().journal.is_some());
    }
}

/// What Yjs 13 sends: typing, deleting, undoing and redoing, switching the language, deleting half
/// of a surrogate pair, and the whole state of a second page.
const OF_YJS: [&str; 13] = [
    "AQGB0KzzDgAEAQxmaWxlL21haW4ucHkSaGVsbG8gd8O2cmxkIPCfkYsKAA==",
    "AQGB0KzzDg/EgdCs8w4EgdCs8w4FASEA",
    "AAGB0KzzDgEAAw==",
    "AQGB0KzzDhDEgdCs8w4CgdCs8w4DA2FiYwA=",
    "AQGB0KzzDhPEgdCs8w4RgdCs8w4SB3VuZG8gbWUA",
    "AAGB0KzzDgETBw==",
    "AQGB0KzzDhrEgdCs8w4RgdCs8w4TB3VuZG8gbWUA",
    "AQGB0KzzDiEoAQRtZXRhCGxhbmd1YWdlAXcCZ28A",
    "AQGB0KzzDiKogdCs8w4hAXcEamF2YQGB0KzzDgEhAQ==",
    "AQGB0KzzDiOogdCs8w4iAXcGcHl0aG9uAYHQrPMOASIB",
    "AQKB0KzzDiTEgdCs8w4cgdCs8w4dA1hZWsSB0KzzDgKB0KzzDhAE8J+YgAGB0KzzDgIRARoD",
    "AAGB0KzzDgEoAQ==",
    "Ag6B0KzzDgABAQxmaWxlL21haW4ucHkDhIHQrPMOAgJsb4SB0KzzDgQNIHfDtnJsZCDwn5GLCsSB0KzzDgSB0KzzDgUBIcGB0KzzDgKB0KzzDgMCxIHQrPMOEYHQrPMOAwFjwYHQrPMOEYHQrPMOEgfBgdCs8w4RgdCs8w4TA8SB0KzzDhyB0KzzDhMEbyBtZSEBBG1ldGEIbGFuZ3VhZ2UCqIHQrPMOIgF3BnB5dGhvbsSB0KzzDhyB0KzzDh0BWMSB0KzzDiSB0KzzDh0CWVrBgdCs8w4CgdCs8w4QAgFNAMSB0KzzDiSB0KzzDiUPZnJvbSB0aGUgc2Vjb25kAYHQrPMOBQADEAITCiECJwI=",
];

#[test]
fn updates_of_yjs_are_understood() {
    let page = Page::new(7, ANN);
    let mut document = document();
    for update in OF_YJS {
        let update = BASE64.decode(update).unwrap();
        assert!(page.send(&mut document, &update).unwrap().journal.is_some());
    }
    assert_eq!(document.text(FILE), "Xfrom the secondYZo meclo! wörld 👋\n");
}

#[test]
fn the_same_update_again_is_neither_relayed_nor_journalled() {
    let mut document = document();
    let page = Page::new(7, ANN);
    let update = page.edit(0, 0, "hello");
    assert!(page.send(&mut document, &update).unwrap().journal.is_some());
    let again = page.send(&mut document, &update).unwrap();
    assert!(again.is_update && again.journal.is_none() && again.relay.is_none());
    let deletion = page.edit(0, 2, "");
    assert!(
        page.send(&mut document, &deletion)
            .unwrap()
            .journal
            .is_some()
    );
    assert!(
        page.send(&mut document, &deletion)
            .unwrap()
            .journal
            .is_none()
    );
    assert_eq!(document.text(FILE), "llo");
}

#[test]
fn an_update_with_a_gap_before_it_is_refused_and_leaves_nothing() {
    let mut document = document();
    let page = Page::new(7, ANN);
    page.edit(0, 0, "lost");
    let later = page.edit(4, 0, "!");
    let out_of_sync = Refusal::Update(inspection::Refusal::OutOfSync);
    assert_eq!(page.send(&mut document, &later).unwrap_err(), out_of_sync);
    let other = Page::new(8, BOB);
    other.take(
        &Frame::Update(&page.doc.transact().encode_diff_v1(&StateVector::default())).encode(),
    );
    let built_on_it = other.edit(2, 0, "x");
    assert_eq!(
        other.send(&mut document, &built_on_it).unwrap_err(),
        out_of_sync
    );
    assert!(!document.doc.transact().has_missing_updates());
    page.synchronise(&mut document);
    assert_eq!(document.text(FILE), "lost!");
}

#[test]
fn only_the_documents_own_texts_can_be_written() {
    let mut document = document();
    let page = Page::new(7, ANN);
    let update = {
        let mut transaction = page.doc.transact_mut();
        let text = transaction.get_or_insert_text("elsewhere");
        text.insert(&mut transaction, 0, "x");
        transaction.encode_update_v1()
    };
    assert!(matches!(
        page.send(&mut document, &update),
        Err(Refusal::Update(inspection::Refusal::Malformed(_)))
    ));
}

#[test]
fn a_text_beyond_the_bound_is_refused_and_deleting_makes_room() {
    let mut document = document();
    let page = Page::new(7, ANN);
    let half = "x".repeat(MAX_DOCUMENT / 2);
    for _ in 0..2 {
        let update = page.edit(0, 0, &half);
        page.send(&mut document, &update).unwrap();
    }
    let other = Page::new(8, BOB);
    other.synchronise(&mut document);
    let too_much = other.edit(0, 0, "y");
    assert_eq!(
        other.send(&mut document, &too_much).unwrap_err(),
        Refusal::TooLarge
    );
    let deletion = page.edit(0, 10, "");
    page.send(&mut document, &deletion).unwrap();
    assert!(other.send(&mut document, &too_much).is_ok());
}

#[test]
fn hostile_lengths_and_clocks_are_refused() {
    let mut document = document();
    let page = Page::new(7, ANN);
    let numbers = |numbers: &[u64]| {
        let mut out = Vec::new();
        for number in numbers {
            write_number(&mut out, *number);
        }
        out
    };
    let largest = (1 << 53) - 1;
    let hostile = [
        vec![],
        vec![0xff; 9],
        numbers(&[largest]),
        numbers(&[1, largest, 7, 0]),
        numbers(&[1, 1, 7, largest, 0, 1, 0]),
        // A collected range that ends beyond every clock.
        numbers(&[1, 1, 7, 0, 0, u64::from(u32::MAX), 0]),
        // Deletions of what is not there, and ranges that overflow.
        numbers(&[0, 1, 7, 1, 0, 1]),
        numbers(&[0, 1, 7, 1, largest, largest]),
        numbers(&[0, 1, 7, largest]),
    ];
    for update in hostile {
        assert!(page.send(&mut document, &update).is_err(), "{update:?}");
        let step_1 = Frame::SyncStep1(&update);
        let _ = page.send_frame(&mut document, step_1, Instant::now());
    }
    assert!(!document.doc.transact().has_missing_updates());
}

#[test]
fn content_that_is_not_text_is_refused() {
    let mut document = document();
    let page = Page::new(7, ANN);
    // JSON, binary, embed, format, nested type, any, sub-document.
    for content in [2_u8, 3, 5, 6, 7, 8, 9, 11, 15] {
        let mut update = vec![1, 1, 7, 0, content, 1];
        write_buffer(&mut update, text_name(FILE).as_bytes());
        update.extend([1, 117, 1, 117, 1, 117, 0, 0, 0]);
        assert!(page.send(&mut document, &update).is_err(), "{content}");
    }
}

#[test]
fn cursors_are_relayed_at_once_and_journalled_a_few_times_a_second() {
    let mut document = document();
    let page = Page::new(7, ANN);
    let state = |clock: u64| {
        let mut out = Vec::new();
        write_number(&mut out, 1);
        write_number(&mut out, 7);
        write_number(&mut out, clock);
        write_buffer(&mut out, format!("{{\"selection\":{clock}}}").as_bytes());
        out
    };
    let start = Instant::now();
    let mut journalled = 0;
    for clock in 0..100 {
        let now = start + Duration::from_millis(clock * 10);
        let received = page
            .send_frame(&mut document, Frame::Awareness(&state(clock + 1)), now)
            .unwrap();
        assert!(received.relay.is_some());
        journalled += usize::from(received.journal.is_some());
        journalled += document.due_cursors(now).len();
    }
    assert!((9..=11).contains(&journalled), "{journalled}");
    let due = document.next_cursor_due().unwrap();
    let last = document.due_cursors(due);
    assert_eq!(
        last,
        [(
            page.participant,
            Event::Awareness {
                update: BASE64.encode(state(100))
            }
        )]
    );
    assert_eq!(document.next_cursor_due(), None);
}

#[test]
fn the_cursor_of_a_closed_connection_goes() {
    let mut document = document();
    let page = Page::new(7, ANN);
    let mut state = vec![1, 7, 1];
    write_buffer(&mut state, b"{}");
    page.send_frame(&mut document, Frame::Awareness(&state), Instant::now())
        .unwrap();
    assert_eq!(document.greeting().len(), 2);
    assert!(document.gone(BOB).is_none());
    let (frame, event) = document.gone(ANN).unwrap();
    let mut gone = vec![1, 7, 2];
    write_buffer(&mut gone, b"null");
    assert_eq!(Frame::decode(&frame), Ok(Frame::Awareness(&gone)));
    assert_eq!(
        event,
        Event::Awareness {
            update: BASE64.encode(&gone)
        }
    );
    assert_eq!(document.greeting().len(), 1);
}

/// Something that one of the pages does, or the network for it.
#[derive(Debug, Clone)]
enum Step {
    Edit {
        page: usize,
        position: u32,
        deleted: u32,
        inserted: String,
    },
    /// The server takes the next update that the page has sent.
    Deliver { page: usize },
    /// The page takes the next update that was relayed to it.
    Receive { page: usize },
    /// The page's connection breaks, with all that is under way, and comes back.
    Reconnect { page: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let page = 0..3_usize;
    let step = prop_oneof![
        4 => (page.clone(), 0..40_u32, 0..6_u32, "[a-z é👋\n]{0,4}").prop_map(
            |(page, position, deleted, inserted)| Step::Edit { page, position, deleted, inserted }
        ),
        3 => page.clone().prop_map(|page| Step::Deliver { page }),
        3 => page.clone().prop_map(|page| Step::Receive { page }),
        1 => page.prop_map(|page| Step::Reconnect { page }),
    ];
    proptest::collection::vec(step, 1..80)
}

/// The server and three pages, with the messages between them.
struct Network {
    document: Document,
    journal: Vec<Event>,
    pages: Vec<Page>,
    to_server: Vec<Vec<Vec<u8>>>,
    to_page: Vec<Vec<Bytes>>,
}

impl Network {
    fn new() -> Self {
        let mut document = document();
        let starter = Starter {
            file: FILE.into(),
            code: "start\n".into(),
        };
        let journal = vec![document.seed(&[starter], "python")];
        let mut network = Self {
            document,
            journal,
            pages: (0..3)
                .map(|page| Page::new(100 + page, ConnectionId(page)))
                .collect(),
            to_server: vec![Vec::new(); 3],
            to_page: vec![Vec::new(); 3],
        };
        (0..3).for_each(|page| network.reconnect(page));
        network
    }

    fn accepted(&mut self, from: usize, received: Received) {
        self.journal.extend(received.journal);
        for page in (0..3).filter(|page| *page != from) {
            self.to_page[page].extend(received.relay.clone());
        }
    }

    fn deliver(&mut self, page: usize) -> bool {
        if self.to_server[page].is_empty() {
            return false;
        }
        let update = self.to_server[page].remove(0);
        let received = self.pages[page].send(&mut self.document, &update).unwrap();
        self.accepted(page, received);
        true
    }

    fn receive(&mut self, page: usize) -> bool {
        if self.to_page[page].is_empty() {
            return false;
        }
        let frame = self.to_page[page].remove(0);
        self.pages[page].take(&frame);
        true
    }

    fn reconnect(&mut self, page: usize) {
        self.to_server[page].clear();
        self.to_page[page].clear();
        let received = self.pages[page].synchronise(&mut self.document);
        self.accepted(page, received);
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Edit {
                page,
                position,
                deleted,
                inserted,
            } => {
                let update = self.pages[page].edit(position, deleted, &inserted);
                self.to_server[page].push(update);
            }
            Step::Deliver { page } => {
                self.deliver(page);
            }
            Step::Receive { page } => {
                self.receive(page);
            }
            Step::Reconnect { page } => self.reconnect(page),
        }
    }

    fn settle(&mut self) {
        for page in 0..3 {
            while self.deliver(page) {}
        }
        for page in 0..3 {
            while self.receive(page) {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn however_edits_cross_all_copies_and_the_replay_end_the_same(steps in steps()) {
        let mut network = Network::new();
        for step in steps {
            network.run(step);
        }
        network.settle();
        let text = network.document.text(FILE);
        for page in &network.pages {
            prop_assert_eq!(&page.text(), &text);
        }
        prop_assert_eq!(replayed(&network.journal).text(FILE), text);
    }

    #[test]
    fn a_damaged_update_is_refused_or_applied_but_never_panics(
        steps in steps(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut network = Network::new();
        for step in steps {
            network.run(step);
        }
        network.settle();
        let mut bytes = network.document.doc.transact().encode_diff_v1(&StateVector::default());
        for (index, value) in damage {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        for frame in [Frame::Update(&bytes), Frame::SyncStep1(&bytes), Frame::Awareness(&bytes)] {
            let _ = network.pages[0].send_frame(&mut network.document, frame, Instant::now());
        }
        prop_assert!(!network.document.doc.transact().has_missing_updates());
        network.document.text(FILE);
        Page::new(500, BOB).synchronise(&mut network.document);
    }

    #[test]
    fn no_frame_makes_the_document_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let mut document = document();
        let _ = document.receive(ANN, ParticipantId::new(), &bytes, Instant::now());
    }
}
