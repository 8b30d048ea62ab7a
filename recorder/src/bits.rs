//! Reading bit by bit, most significant bit first. Everything is `None` once the bytes run out.

pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    pub fn bit(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.position / 8)?;
        let bit = byte >> (7 - self.position % 8) & 1;
        self.position += 1;
        Some(bit == 1)
    }

    /// At most 32 bits.
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit()?);
        }
        Some(value)
    }

    pub fn skip(&mut self, count: u32) -> Option<()> {
        for _ in 0..count {
            self.bit()?;
        }
        Some(())
    }

    /// Exp-Golomb, which is `ue(v)` of H.264 §9.1 and `uvlc()` of AV1 §4.10.3.
    pub fn exp_golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some(((1u32 << zeros) - 1) + self.bits(zeros)?)
    }

    /// `se(v)` of H.264 §9.1.1.
    pub fn signed_exp_golomb(&mut self) -> Option<i64> {
        let code = i64::from(self.exp_golomb()?);
        Some(if code % 2 == 0 {
            -(code / 2)
        } else {
            (code + 1) / 2
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_most_significant_first_and_end() {
        let mut bits = BitReader::new(&[0b1010_0000, 0xff]);
        assert_eq!(bits.bits(3), Some(0b101));
        assert_eq!(bits.bits(9), Some(0b0_0000_1111));
        assert_eq!(bits.bits(5), None);
    }

    #[test]
    fn exp_golomb_codes_are_those_of_the_standard() {
        // 1, 010, 011, 00100
        let mut bits = BitReader::new(&[0b1010_0110, 0b0100_0000]);
        let codes: Vec<u32> = (0..4).map_while(|_| bits.exp_golomb()).collect();
        assert_eq!(codes, [0, 1, 2, 3]);
        assert_eq!(BitReader::new(&[0b0110_0000]).signed_exp_golomb(), Some(-1));
        assert_eq!(BitReader::new(&[0; 16]).exp_golomb(), None);
    }
}
