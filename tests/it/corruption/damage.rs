//! What can happen to the bytes of a file, drawn from a seed.

/// One damage.
#[derive(Debug, Clone, Copy)]
pub enum Damage {
    CutOff {
        length: usize,
    },
    FlipBit {
        at: usize,
        bit: u8,
    },
    /// One byte becomes another.
    Overwrite {
        at: usize,
        byte: u8,
    },
    /// A run of bytes becomes 0x00 or 0xFF, as after a disk error, or in a wrong length.
    Fill {
        at: usize,
        length: usize,
        byte: u8,
    },
    Delete {
        at: usize,
        length: usize,
    },
    /// A run of bytes is repeated.
    Repeat {
        at: usize,
        length: usize,
    },
}

impl Damage {
    pub fn applied(self, sound: &[u8]) -> Vec<u8> {
        let mut bytes = sound.to_vec();
        let end = |at: usize, length: usize| (at + length).min(sound.len());
        match self {
            Self::CutOff { length } => bytes.truncate(length),
            Self::FlipBit { at, bit } => bytes[at] ^= 1 << bit,
            Self::Overwrite { at, byte } => bytes[at] = byte,
            Self::Fill { at, length, byte } => bytes[at..end(at, length)].fill(byte),
            Self::Delete { at, length } => drop(bytes.drain(at..end(at, length))),
            Self::Repeat { at, length } => {
                let run = sound[at..end(at, length)].to_vec();
                bytes.splice(at..at, run);
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
        let at = match below(4) {
            0 => below(bytes.min(64)),
            1 => bytes - 1 - below(bytes.min(512)),
            _ => below(bytes),
        };
        let length = 1 + below(16);
        match below(8) {
            0 | 1 => Damage::CutOff { length: at },
            2 | 3 => Damage::FlipBit { at, bit: u8::try_from(below(8)).unwrap() },
            4 => Damage::Overwrite { at, byte: u8::try_from(below(256)).unwrap() },
            5 => Damage::Fill { at, length, byte: if below(2) == 0 { 0 } else { 0xff } },
            6 => Damage::Delete { at, length },
            _ => Damage::Repeat { at, length },
        }
    })
}
