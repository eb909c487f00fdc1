//! Attention in integers, by the same kernels that multiply weights: queries and keys are quantised a place at a
//! time, values a number at a time over all places, probabilities to 255 steps of the largest one of their row.

use super::floats::{HEAD, coarse_exp};
use super::kernel::{
    Activations, COLUMNS, MOST_ROWS, Multiply, PAIR, largest, quantise, round, rounded,
};

/// Buffers of one head.
#[derive(Debug, Default)]
pub(super) struct Head {
    rows: Vec<f32>,
    queries: Activations,
    keys: Keys,
    values: Vec<i8>,
    value_scales: [f32; HEAD],
    scores: Vec<f32>,
    probabilities: Activations,
}

/// Keys in the layout of weights: blocks of [`COLUMNS`] places.
#[derive(Debug, Default)]
struct Keys {
    numbers: Vec<i8>,
    scales: Vec<f32>,
    correction: Vec<i32>,
}

/// Attention of some `places` over all: `qkv` holds queries, keys, values side by side, `out` gets a row a place.
#[inline(always)]
pub(super) fn attention<K: Multiply>(
    qkv: &[f32],
    places: &[usize],
    hidden: usize,
    head: &mut Head,
    out: &mut [f32],
) {
    let length = qkv.len() / (3 * hidden);
    let padded = length.next_multiple_of(COLUMNS);
    head.scores.resize(K::ROWS * padded, 0.0);
    head.probabilities.resize::<K>(K::ROWS, padded);
    for h in 0..hidden / HEAD {
        let part =
            |j: usize, part: usize| &qkv[j * 3 * hidden + part * hidden + h * HEAD..][..HEAD];
        head.rows.clear();
        places.iter().for_each(|j| head.rows.extend_from_slice(part(*j, 0)));
        quantise::<K>(&head.rows, HEAD, &mut head.queries);
        head.keys.fill::<K>((0..length).map(|j| part(j, 1)), padded);
        head.rows.clear();
        (0..length).for_each(|j| head.rows.extend_from_slice(part(j, 2)));
        head.pack_values::<K>(padded);
        for first in (0..places.len()).step_by(K::ROWS) {
            let rows = K::ROWS.min(places.len() - first);
            head.score::<K>(first, rows, padded);
            let mut factors = [0f32; MOST_ROWS];
            for (r, factor) in factors.iter_mut().enumerate().take(rows) {
                *factor = head.spread::<K>(r, length, padded);
            }
            let sums = K::pair(&head.probabilities, 0, padded, &head.values);
            for (r, sums) in sums.iter().enumerate().take(rows) {
                let mut mixed = [0f32; HEAD];
                for d in 0..HEAD {
                    mixed[d] = sums[d] as f32 * (head.value_scales[d] * factors[r]);
                }
                out[(first + r) * hidden + h * HEAD..][..HEAD].copy_from_slice(&mixed);
            }
        }
    }
}

impl Head {
    /// Products of a block of queries with all keys.
    #[inline(always)]
    fn score<K: Multiply>(&mut self, first: usize, rows: usize, padded: usize) {
        let block = first / K::ROWS;
        let pairs = padded / PAIR * PAIR;
        for at in (0..pairs).step_by(PAIR) {
            let keys = &self.keys.numbers[at * HEAD..][..PAIR * HEAD];
            let sums = K::pair(&self.queries, block, HEAD, keys);
            self.keep_scores::<K, PAIR>(&sums, first, rows, at, padded);
        }
        if pairs < padded {
            let keys = &self.keys.numbers[pairs * HEAD..][..COLUMNS * HEAD];
            let sums = K::sums(&self.queries, block, HEAD, keys);
            self.keep_scores::<K, COLUMNS>(&sums, first, rows, pairs, padded);
        }
    }

    #[inline(always)]
    fn keep_scores<K: Multiply, const N: usize>(
        &mut self,
        sums: &[[i32; N]; MOST_ROWS],
        first: usize,
        rows: usize,
        at: usize,
        padded: usize,
    ) {
        let scales: &[f32; N] = self.keys.scales[at..].first_chunk().expect("padded");
        let correction: &[i32; N] = self.keys.correction[at..].first_chunk().expect("padded");
        for (r, sums) in sums.iter().enumerate().take(rows) {
            let scale = self.queries.scale(first + r);
            let row: &mut [f32; N] =
                self.scores[r * padded + at..].first_chunk_mut().expect("padded");
            for c in 0..N {
                let sum = if K::UNSIGNED { sums[c] - correction[c] } else { sums[c] };
                row[c] = sum as f32 * (scales[c] * scale);
            }
        }
    }

    /// Scores of a row to probabilities in steps; returns what a step is worth.
    #[inline(always)]
    fn spread<K: Multiply>(&mut self, r: usize, length: usize, padded: usize) -> f32 {
        let row = &mut self.scores[r * padded..][..padded];
        row[length..].fill(-1e9);
        let chunks = row.as_chunks::<COLUMNS>().0;
        let mut most = [f32::MIN; COLUMNS];
        for chunk in chunks {
            for i in 0..COLUMNS {
                most[i] = if chunk[i] > most[i] { chunk[i] } else { most[i] };
            }
        }
        let most = most.iter().fold(f32::MIN, |a, b| if *b > a { *b } else { a });
        let mut sums = [0i32; COLUMNS];
        for (k, chunk) in chunks.iter().enumerate() {
            let mut steps = [0i32; COLUMNS];
            for i in 0..COLUMNS {
                steps[i] = round(coarse_exp(chunk[i] - most), 255.0);
            }
            for i in 0..COLUMNS {
                sums[i] += steps[i];
            }
            self.probabilities.put::<K>(r, padded, k, &steps);
        }
        1.0 / sums.iter().sum::<i32>() as f32
    }

    /// Values of all places, in `rows`, to the layout of weights: a number is an output, a place an input.
    #[inline(always)]
    fn pack_values<K: Multiply>(&mut self, padded: usize) {
        let mut most = [1e-12f32; HEAD];
        for row in self.rows.as_chunks::<HEAD>().0 {
            for d in 0..HEAD {
                most[d] = if row[d].abs() > most[d] { row[d].abs() } else { most[d] };
            }
        }
        self.value_scales = most.map(|m| m / 127.0);
        let inverse = most.map(|m| 127.0 / m);
        self.values.clear();
        self.values.resize(HEAD * padded, 0);
        for (j, row) in self.rows.as_chunks::<HEAD>().0.iter().enumerate() {
            let halves = row.as_chunks::<COLUMNS>().0.iter().zip(inverse.as_chunks::<COLUMNS>().0);
            for (half, (row, inverse)) in halves.enumerate() {
                let numbers = K::bytes(&rounded(row, inverse, 0));
                let at = half * COLUMNS * padded + j / K::GROUP * COLUMNS * K::GROUP + j % K::GROUP;
                let places = &mut self.values[at..at + (COLUMNS - 1) * K::GROUP + 1];
                for (c, number) in numbers.iter().enumerate() {
                    places[c * K::GROUP] = *number as i8;
                }
            }
        }
    }
}

impl Keys {
    #[inline(always)]
    fn fill<'k, K: Multiply>(&mut self, keys: impl Iterator<Item = &'k [f32]>, padded: usize) {
        let scale = 1.0 / (HEAD as f32).sqrt();
        self.numbers.clear();
        self.numbers.resize(padded * HEAD, 0);
        self.scales.clear();
        self.correction.clear();
        for (j, key) in keys.enumerate() {
            let most = largest(key);
            self.scales.push(most / 127.0 * scale);
            let inverse = 127.0 / most;
            let mut sum = 0i32;
            let at = j / COLUMNS * COLUMNS * HEAD + j % COLUMNS * K::GROUP;
            for (half, part) in key.as_chunks::<COLUMNS>().0.iter().enumerate() {
                let numbers = rounded(part, &[inverse; COLUMNS], 0);
                sum += numbers.iter().sum::<i32>();
                let numbers = K::bytes(&numbers).map(|b| b as i8);
                let stride = COLUMNS * K::GROUP;
                let places = self.numbers[at + half * COLUMNS * COLUMNS..].chunks_mut(stride);
                for (place, group) in places.zip(numbers.chunks_exact(K::GROUP)) {
                    place[..K::GROUP].copy_from_slice(group);
                }
            }
            self.correction.push(sum * 128);
        }
        self.scales.resize(padded, 0.0);
        self.correction.resize(padded, 0);
    }
}
