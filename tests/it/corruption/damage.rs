//! What can happen to the bytes of a file, drawn from a seed.

/// One damage.
#[derive(Debug, Clone, Copy)]
pub enum Damage {
    CutOff {
        length: usize,
    },
    FlipBit {
        index: usize,
        bit: u8,
    },
    /// One byte becomes another.
    Overwrite {
        index: usize,
        byte: u8,
    },
    /// A run of bytes becomes 0x00 or 0xFF, as after a disk error, or in a wrong length.
    Fill {
        index: usize,
        length: usize,
        byte: u8,
    },
    Delete {
        index: usize,
        length: usize,
    },
    /// A run of bytes is repeated.
    Repeat {
        index: usize,
        length: usize,
    },
}

impl Damage {
    pub fn applied(self, sound: &[u8]) -> Vec<u8> {
        let mut bytes = sound.to_vec();
        let end = |index: usize, length: usize| (index + length).min(sound.len());
        match self {
            Self::CutOff { length } => bytes.truncate(length),
            Self::FlipBit { index, bit } => bytes[index] ^= 1 << bit,
            Self::Overwrite { index, byte } => bytes[index] = byte,
            Self::Fill { index, length, byte } => bytes[index..end(index, length)].fill(byte),
            Self::Delete { index, length } => drop(bytes.drain(index..end(index, length))),
            Self::Repeat { index, length } => {
                let run = sound[index..end(index, length)].to_vec();
                bytes.splice(index..index, run);
            }
        }
        bytes
    }
}

/// The damages of a file of so many bytes, always the same for a name.
pub fn series(name: &str, bytes: usize) -> impl Iterator<Item = Damage> {
    let mut seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let mut below = move |bound: usize| {
        // SplitMix64.
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    };
    std::iter::repeat_with(move || {
        // Half of it near the ends, where headers, footers and lengths are.
        let index = match below(4) {
            0 => below(bytes.min(64)),
            1 => bytes - 1 - below(bytes.min(512)),
            _ => below(bytes),
        };
        let length = 1 + below(16);
        match below(8) {
            0 | 1 => Damage::CutOff { length: index },
            2 | 3 => Damage::FlipBit { index, bit: u8::try_from(below(8)).unwrap() },
            4 => Damage::Overwrite { index, byte: u8::try_from(below(256)).unwrap() },
            5 => Damage::Fill { index, length, byte: if below(2) == 0 { 0 } else { 0xff } },
            6 => Damage::Delete { index, length },
            _ => Damage::Repeat { index, length },
        }
    })
}
