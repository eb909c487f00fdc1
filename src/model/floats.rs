//! The parts of the encoder in floating point: attention, softmax, GELU, layer normalisation.
//!
//! Everything is written once, over fixed lanes and with explicit fused multiplication, and inlined into
//! the kernels' entry points. So every machine adds in the same order and gives the same numbers.

use std::f32::consts::LN_2;

/// Width of the accumulators.
const LANES: usize = 16;

/// Sum of `f(x)` over a row, in a fixed order.
#[inline(always)]
fn sum(row: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0f32; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            sums[i] += f(chunk[i]);
        }
    }
    for (i, v) in rest.iter().enumerate() {
        sums[i] += f(*v);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            sums[i] += sums[i + width];
        }
        width /= 2;
    }
    sums[0]
}

/// e to the `x`, to about 1e-7 relative; Cephes' polynomial.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = if x < -87.0 { -87.0 } else { x };
    let t = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = t - ROUND;
    let r = n.mul_add(-0.693_359_4, x);
    let r = n.mul_add(2.121_944_4e-4, r);
    let p = 1.987_569_1e-4f32.mul_add(r, 1.398_199_9e-3);
    let p = p.mul_add(r, 8.333_452e-3).mul_add(r, 4.166_579_6e-2);
    let p = p.mul_add(r, 1.666_666_5e-1).mul_add(r, 0.5);
    let p = p.mul_add(r * r, r + 1.0);
    f32::from_bits(p.to_bits().wrapping_add(t.to_bits().wrapping_sub(ROUND.to_bits()) << 23))
}

/// e to the `x` for `x` up to 0, to about 3e-6 relative: enough where 255 steps are kept of it, and two thirds of the
/// work. Below -20 it is some 2e-9.
#[inline(always)]
pub(super) fn coarse_exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = if x < -20.0 { -20.0 } else { x };
    let t = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let f = x.mul_add(std::f32::consts::LOG2_E, ROUND - t);
    let p = 1.327_65e-3f32.mul_add(f, 9.675_54e-3).mul_add(f, 0.055_507_13);
    let p = p.mul_add(f, 0.240_221_2).mul_add(f, LN_2).mul_add(f, 1.000_000_1);
    f32::from_bits(p.to_bits().wrapping_add(t.to_bits() << 23))
}

/// Adds `residual` and normalises each row: zero mean, unit variance, then `gain` and `bias`.
#[inline(always)]
pub(super) fn add_norm(x: &mut [f32], residual: Option<&[f32]>, gain: &[f32], bias: &[f32]) {
    let width = gain.len();
    for (r, row) in x.chunks_exact_mut(width).enumerate() {
        if let Some(residual) = residual {
            for (v, w) in row.iter_mut().zip(&residual[r * width..(r + 1) * width]) {
                *v += w;
            }
        }
        let mean = sum(row, |v| v) / width as f32;
        let variance = sum(row, |v| (v - mean) * (v - mean)) / width as f32;
        let scale = 1.0 / (variance + 1e-12).sqrt();
        for ((v, g), b) in row.iter_mut().zip(gain).zip(bias) {
            *v = ((*v - mean) * scale).mul_add(*g, *b);
        }
    }
}

/// GELU, the error function by Abramowitz and Stegun 7.1.28 (error under 3e-7), which needs no exponential:
/// `x` or 0, whichever is more, less `|x| / 2` times the complementary error function of `|x| / √2`.
#[inline(always)]
pub(super) fn gelu(x: &mut [f32]) {
    // Their coefficients for z = |x| / √2, each by its power of 1 / √2.
    const A: [f32; 6] = [
        0.049_867_347,
        0.021_141_006,
        0.003_277_626_3,
        3.800_357_5e-5,
        4.889_063_6e-5,
        5.382_975e-6,
    ];
    for v in x {
        let z = v.abs();
        let p = A[5].mul_add(z, A[4]).mul_add(z, A[3]).mul_add(z, A[2]);
        let p = p.mul_add(z, A[1]).mul_add(z, A[0]).mul_add(z, 1.0);
        let p2 = p * p;
        let p4 = p2 * p2;
        let p8 = p4 * p4;
        let most = if *v > 0.0 { *v } else { 0.0 };
        *v = (-0.5 * z).mul_add(1.0 / (p8 * p8), most);
    }
}

/// Width of a head; the encoder checks that its weights have it.
pub(super) const HEAD: usize = 32;
/// Queries read at a time.
const ROWS: usize = 6;

/// Buffers of one head.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Blocks of [`LANES`] keys, number by number.
    keys: Vec<[f32; LANES]>,
    /// Halves of the values, all the first ones first.
    values: Vec<[f32; LANES]>,
    scores: Vec<f32>,
}

/// Attention of some `places` over all: `qkv` holds queries, keys, values side by side, `out` gets a row a place.
#[inline(always)]
pub(super) fn attention(
    qkv: &[f32],
    places: &[usize],
    hidden: usize,
    head: &mut Head,
    out: &mut [f32],
) {
    let stride = 3 * hidden;
    let length = qkv.len() / stride;
    let padded = length.next_multiple_of(LANES);
    let scale = 1.0 / (HEAD as f32).sqrt();
    head.keys.resize(HEAD * padded / LANES, [0.0; LANES]);
    head.values.resize(2 * padded, [0.0; LANES]);
    head.scores.resize(ROWS * padded, 0.0);
    for h in 0..hidden / HEAD {
        // Places past the last one have zeros for keys, values and probabilities.
        let (first, second) = head.values.split_at_mut(padded);
        for (block, keys) in head.keys.chunks_exact_mut(HEAD).enumerate() {
            let mut tile = [[0f32; HEAD]; LANES];
            for (c, row) in tile.iter_mut().enumerate() {
                let j = block * LANES + c;
                if j < length {
                    let from = j * stride + h * HEAD;
                    row.copy_from_slice(&qkv[from + hidden..][..HEAD]);
                    first[j].copy_from_slice(&qkv[from + 2 * hidden..][..LANES]);
                    second[j].copy_from_slice(&qkv[from + 2 * hidden + LANES..][..LANES]);
                } else {
                    (first[j], second[j]) = ([0.0; LANES], [0.0; LANES]);
                }
            }
            for (d, key) in keys.iter_mut().enumerate() {
                for (c, row) in tile.iter().enumerate() {
                    key[c] = row[d];
                }
            }
        }
        for i in (0..places.len()).step_by(ROWS) {
            // The last rows are read again where fewer than ROWS are left.
            let queries: [&[f32; HEAD]; ROWS] = std::array::from_fn(|r| {
                let at = places[(i + r).min(places.len() - 1)] * stride + h * HEAD;
                qkv[at..at + HEAD].try_into().expect("HEAD long")
            });
            scores(queries, &head.keys, padded, &mut head.scores);
            for row in head.scores.chunks_exact_mut(padded) {
                softmax(&mut row[..length], scale);
                row[length..].fill(0.0);
            }
            for (half, values) in head.values.chunks_exact(padded).enumerate() {
                let mixed = mix(&head.scores, padded, values);
                for (r, mixed) in mixed.iter().enumerate().take(places.len() - i) {
                    let at = (i + r) * hidden + h * HEAD + half * LANES;
                    out[at..at + LANES].copy_from_slice(mixed);
                }
            }
        }
    }
}

/// Products of some queries with all keys.
#[inline(always)]
fn scores(queries: [&[f32; HEAD]; ROWS], keys: &[[f32; LANES]], padded: usize, out: &mut [f32]) {
    for (block, keys) in keys.as_chunks::<HEAD>().0.iter().enumerate() {
        let mut sums = [[0f32; LANES]; ROWS];
        for d in 0..HEAD {
            for r in 0..ROWS {
                for c in 0..LANES {
                    sums[r][c] = queries[r][d].mul_add(keys[d][c], sums[r][c]);
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            out[r * padded + block * LANES..][..LANES].copy_from_slice(sums);
        }
    }
}

/// Half of each value, weighted by some rows of probabilities.
#[inline(always)]
fn mix(weights: &[f32], padded: usize, values: &[[f32; LANES]]) -> [[f32; LANES]; ROWS] {
    let mut sums = [[0f32; LANES]; ROWS];
    for (block, values) in values.as_chunks::<LANES>().0.iter().enumerate() {
        let rows: [[f32; LANES]; ROWS] = std::array::from_fn(|r| {
            let at = r * padded + block * LANES;
            weights[at..at + LANES].try_into().expect("LANES long")
        });
        for j in 0..LANES {
            for r in 0..ROWS {
                for c in 0..LANES {
                    sums[r][c] = rows[r][j].mul_add(values[j][c], sums[r][c]);
                }
            }
        }
    }
    sums
}

#[inline(always)]
fn softmax(row: &mut [f32], scale: f32) {
    let mut most = [f32::MIN; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            most[i] = if chunk[i] > most[i] { chunk[i] } else { most[i] };
        }
    }
    for v in rest {
        most[0] = if *v > most[0] { *v } else { most[0] };
    }
    let most = most.iter().fold(f32::MIN, |a, b| if *b > a { *b } else { a });
    for v in row.iter_mut() {
        *v = exp((*v - most) * scale);
    }
    let inverse = 1.0 / sum(row, |v| v);
    for v in row.iter_mut() {
        *v *= inverse;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_gelu_are_close_to_exact() {
        for i in -800..200 {
            let x = i as f32 / 10.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() <= exact * 3e-7 + 1e-37, "exp({x})");
        }
        for i in -200..=0 {
            let x = i as f32 / 10.0;
            assert!((coarse_exp(x) - x.exp()).abs() < 3e-6 * x.exp(), "coarse_exp({x})");
        }
        assert!(coarse_exp(-1e9) < 3e-9);
        let mut far = [40.0, -40.0, 1e4, -1e4, 0.0];
        gelu(&mut far);
        assert_eq!(far, [40.0, 0.0, 1e4, 0.0, 0.0]);
        let mut x = [0.0, 1.0, -1.0, 3.0, -3.0];
        gelu(&mut x);
        for (got, exact) in
            x.iter().zip([0.0, 0.841_344_7, -0.158_655_3, 2.995_950_3, -0.004_049_7])
        {
            assert!((got - exact).abs() < 1e-6, "{got} {exact}");
        }
    }

    #[test]
    fn attention_is_the_textbook_one() {
        let (length, hidden) = (21, 2 * HEAD);
        let qkv: Vec<f32> =
            (0..length * 3 * hidden).map(|i| ((i * 7919 % 211) as f32) / 100.0 - 1.0).collect();
        let mut out = vec![0f32; length * hidden];
        attention(&qkv, &(0..length).collect::<Vec<_>>(), hidden, &mut Head::default(), &mut out);
        let at =
            |i: usize, part: usize, d: usize| f64::from(qkv[i * 3 * hidden + part * hidden + d]);
        for h in 0..2 {
            for i in 0..length {
                let score = |j: usize| {
                    let dot: f64 =
                        (0..HEAD).map(|d| at(i, 0, h * HEAD + d) * at(j, 1, h * HEAD + d)).sum();
                    (dot / (HEAD as f64).sqrt()).exp()
                };
                let all: f64 = (0..length).map(score).sum();
                for d in 0..HEAD {
                    let exact: f64 =
                        (0..length).map(|j| score(j) / all * at(j, 2, h * HEAD + d)).sum();
                    assert!((f64::from(out[i * hidden + h * HEAD + d]) - exact).abs() < 1e-5);
                }
            }
        }
    }
}
