//! Integers as Parquet packs them: bit packing, runs of one value, differences.
//!
//! Source: the format's `Encodings.md`, "RLE / Bit-Packing Hybrid" and "Delta Encoding".

/// A run of one value is worth its own header from so many values on: they are packed in eights.
const EIGHT: usize = 8;

/// Values of a block of differences, and of one of its parts that share a width.
const BLOCK: usize = 128;
const PARTS: usize = 4;
const PART: usize = BLOCK / PARTS;

/// Bits that hold every number below `count`.
pub fn bits_below(count: usize) -> u32 {
    usize::BITS - count.saturating_sub(1).leading_zeros()
}

/// Values that repeat as runs, the others packed into `bits` each, which is enough for all of them.
pub fn hybrid(values: &[u32], bits: u32, out: &mut Vec<u8>) {
    let (mut position, mut packed_from) = (0, 0);
    while position < values.len() {
        let run = values[position..].iter().take_while(|value| **value == values[position]).count();
        if run < EIGHT {
            position = (position + EIGHT).min(values.len());
            continue;
        }
        packed_eights(&values[packed_from..position], bits, out);
        varint((run as u64) << 1, out);
        let bytes = bits.div_ceil(8) as usize;
        out.extend_from_slice(&values[position].to_le_bytes()[..bytes]);
        position += run;
        packed_from = position;
    }
    packed_eights(&values[packed_from..], bits, out);
}

/// One packed run; zeros fill the last eight.
fn packed_eights(values: &[u32], bits: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let eights = values.len().div_ceil(EIGHT);
    varint((eights as u64) << 1 | 1, out);
    let end = out.len() + eights * bits as usize;
    pack(values.iter().map(|value| u64::from(*value)), bits, out);
    out.resize(end, 0);
}

/// Differences from one value to the next, less the least of their block, in as many bits as each part of it needs.
pub fn differences(values: &[i64], out: &mut Vec<u8>) {
    [BLOCK, PARTS, values.len()].into_iter().for_each(|number| varint(number as u64, out));
    let Some((first, rest)) = values.split_first() else { return zigzag(0, out) };
    zigzag(*first, out);
    let mut last = *first;
    for block in rest.chunks(BLOCK) {
        let mut deltas = [0; BLOCK];
        for (delta, value) in deltas.iter_mut().zip(block) {
            *delta = value.wrapping_sub(last);
            last = *value;
        }
        block_of(&deltas[..block.len()], out);
    }
}

/// One block: the least difference, the width of each part, the parts.
fn block_of(deltas: &[i64], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or(0);
    zigzag(least, out);
    let mut above = [0; BLOCK];
    for (above, delta) in above.iter_mut().zip(deltas) {
        *above = delta.wrapping_sub(least).cast_unsigned();
    }
    // Parts without a value have no width and no bytes, and a part that is not full is filled with zeros.
    let bits = |part: &[u64]| u64::BITS - part.iter().fold(0, |all, above| all | above).leading_zeros();
    out.extend(above.chunks(PART).map(|part| bits(part) as u8));
    for part in above.chunks(PART) {
        pack(part.iter().copied(), bits(part), out);
    }
}

/// The lowest `bits` of each value, one after the other, lowest bit first; zeros fill the last byte.
fn pack(values: impl Iterator<Item = u64>, bits: u32, out: &mut Vec<u8>) {
    if bits == 0 {
        return;
    }
    let (mut word, mut filled) = (0_u64, 0);
    for value in values {
        word |= value << filled;
        filled += bits;
        if filled >= u64::BITS {
            out.extend_from_slice(&word.to_le_bytes());
            filled -= u64::BITS;
            // The bits of the value that did not fit.
            word = if filled == 0 { 0 } else { value >> (bits - filled) };
        }
    }
    out.extend_from_slice(&word.to_le_bytes()[..filled.div_ceil(8) as usize]);
}

/// Seven bits a byte, lowest first.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Small numbers of either sign in few bytes.
fn zigzag(number: i64, out: &mut Vec<u8>) {
    varint((number << 1 ^ number >> 63).cast_unsigned(), out);
}
