//! Bytes to text: a character split across two reads stays whole, what is not UTF-8 is replaced.

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The decoder of one output stream.
#[derive(Debug, Default)]
pub(super) struct Utf8 {
    /// The beginning of a character whose end has not come yet; at most three bytes.
    begun: Vec<u8>,
}

impl Utf8 {
    pub fn push(&mut self, bytes: &[u8]) -> String {
        let joined;
        let mut rest = if self.begun.is_empty() {
            bytes
        } else {
            joined = [std::mem::take(&mut self.begun).as_slice(), bytes].concat();
            joined.as_slice()
        };
        let mut text = String::with_capacity(rest.len());
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    return text;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    // Checked valid one line above, so nothing is replaced here.
                    text.push_str(&String::from_utf8_lossy(valid));
                    match error.error_len() {
                        Some(bad) => {
                            text.push(REPLACEMENT);
                            rest = &after[bad..];
                        }
                        None => {
                            self.begun = after.to_vec();
                            return text;
                        }
                    }
                }
            }
        }
    }

    /// The stream has ended: a character that was begun will not be finished.
    pub fn finish(&mut self) -> Option<String> {
        (!std::mem::take(&mut self.begun).is_empty()).then(|| REPLACEMENT.to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(pieces: &[&[u8]]) -> String {
        let mut utf8 = Utf8::default();
        let mut text: String = pieces.iter().map(|piece| utf8.push(piece)).collect();
        text.extend(utf8.finish());
        text
    }

    #[test]
    fn a_character_split_across_reads_stays_whole() {
        let bytes = "a😀é".as_bytes();
        for split in 0..=bytes.len() {
            let (first, second) = bytes.split_at(split);
            assert_eq!(decode(&[first, second]), "a😀é");
        }
    }

    #[test]
    fn the_first_part_of_a_character_waits_for_the_rest() {
        let mut utf8 = Utf8::default();
        assert_eq!(utf8.push(b"x\xf0\x9f"), "x");
        assert_eq!(utf8.push(b"\x98\x80y"), "😀y");
        assert_eq!(utf8.finish(), None);
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(decode(&[b"a\xff\xfeb"]), "a\u{fffd}\u{fffd}b");
        assert_eq!(decode(&[b"end\xe2\x82"]), "end\u{fffd}");
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_text_is_the_same(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            cuts in prop::collection::vec(0usize..200, 0..8),
        ) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect();
            prop_assert_eq!(decode(&pieces), String::from_utf8_lossy(&bytes));
        }
    }
}
