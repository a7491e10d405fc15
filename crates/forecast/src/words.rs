//! The words that decide: ChaCha20 as in RFC 8439, with the seed as its key.
//!
//! The key is the seed in 8 bytes, little-endian, and 24 zeros; the nonce is 0, and blocks are counted from 0. A word is 8 bytes of the
//! stream, little-endian.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// The stream of a seed, read in rows of one word for each opportunity.
#[derive(Debug, Clone)]
pub struct Words {
    generator: ChaCha20Rng,
    of_draw: usize,
}

impl Words {
    /// Of a seed, with so many words for each draw.
    pub fn new(seed: u64, of_draw: usize) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self { generator: ChaCha20Rng::from_seed(key), of_draw }
    }

    /// The words of a draw, counted from 0.
    pub fn of_draw(&self, draw: u32) -> impl Iterator<Item = u64> + use<> {
        let mut generator = self.generator.clone();
        // The generator counts in words of 32 bits.
        generator.set_word_pos(u128::from(draw) * self.of_draw as u128 * 2);
        (0..self.of_draw).map(move |_| generator.next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: impl Iterator<Item = u64>) -> String {
        let bytes = words.flat_map(u64::to_le_bytes);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 8439, appendix A.1: test vectors 1 and 2, the first two blocks of the key of zeros.
    #[test]
    fn the_key_of_zeros() {
        assert_eq!(
            bytes(Words::new(0, 16).of_draw(0)),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7\
             da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586\
             9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed\
             29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"
        );
    }

    /// Test vector 4: the key 00 ff 00 …, block 2.
    #[test]
    fn the_key_is_little_endian() {
        assert_eq!(
            bytes(Words::new(0xff00, 8).of_draw(2)),
            "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca\
             13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"
        );
    }

    #[test]
    fn draws_follow_each_other_in_the_stream() {
        let all: Vec<u64> = Words::new(7, 1_000).of_draw(0).collect();
        for of_draw in [1, 3, 7, 8, 33] {
            let words = Words::new(7, of_draw);
            let draws = (0..1_000 / of_draw as u32).flat_map(|draw| words.of_draw(draw).collect::<Vec<_>>());
            assert!(draws.eq(all.iter().copied().take(1_000 / of_draw * of_draw)), "{of_draw}");
        }
    }
}
