//! Matrix products of the encoder: int8 with exact integer sums, and plain floats for evaluation.
//!
//! All kernels add the same integers and turn them into floats by the same formula, so their results are
//! equal to the bit. Activations are quantised a row at a time, weights have a scale an output.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Outputs computed together.
pub(super) const COLUMNS: usize = 16;

/// Which instructions multiply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Whatever the compiler makes of plain Rust (on ARM, NEON).
    Portable,
    /// 256-bit integers.
    Avx2,
    /// 512-bit with 8-bit dot products.
    Avx512Vnni,
}

impl Kernel {
    /// The fastest one that this machine has.
    pub fn best() -> Self {
        Self::available().into_iter().next_back().unwrap_or(Kernel::Portable)
    }

    /// All that this machine has, the slowest first.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut out = vec![Kernel::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                out.push(Kernel::Avx2);
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni")
                && is_x86_feature_detected!("fma")
            {
                out.push(Kernel::Avx512Vnni);
            }
        }
        out
    }

    /// Inputs that stand side by side in the packed weights.
    fn group(self) -> usize {
        if self == Kernel::Avx512Vnni { 4 } else { 2 }
    }
}

/// A matrix `[outputs, inputs]` laid out for a kernel: blocks of [`COLUMNS`] outputs, in each the inputs in
/// order, `group` of them side by side for each output.
#[derive(Debug)]
pub(super) struct Packed {
    pub outputs: usize,
    pub inputs: usize,
    values: Values,
    bias: Vec<f32>,
}

#[derive(Debug)]
enum Values {
    /// `correction` is 128 times the sum of an output's weights: what unsigned activations add.
    Int8 {
        values: Vec<i8>,
        scales: Vec<f32>,
        correction: Vec<i32>,
    },
    Float(Vec<f32>),
}

/// Quantised activations of some rows, in the form a kernel reads.
#[derive(Debug, Default)]
pub(super) struct Activations {
    wide: Vec<i16>,
    bytes: Vec<u8>,
    scales: Vec<f32>,
}

impl Packed {
    pub(super) fn int8(
        kernel: Kernel,
        values: &[u8],
        scales: Vec<f32>,
        shape: [usize; 2],
        bias: Vec<f32>,
    ) -> Self {
        let [outputs, inputs] = shape;
        let group = kernel.group();
        let mut packed = vec![0i8; outputs * inputs];
        let mut correction = vec![0i32; outputs];
        for (c, row) in values.chunks_exact(inputs).enumerate() {
            let block = c / COLUMNS * COLUMNS * inputs + c % COLUMNS * group;
            let mut total = 0i32;
            for (k, part) in row.chunks_exact(group).enumerate() {
                for (g, value) in part.iter().enumerate() {
                    let value = *value as i8;
                    total += i32::from(value);
                    packed[block + k * COLUMNS * group + g] = value;
                }
            }
            correction[c] = total * 128;
        }
        Self { outputs, inputs, values: Values::Int8 { values: packed, scales, correction }, bias }
    }

    pub(super) fn float(values: &[f32], shape: [usize; 2], bias: Vec<f32>) -> Self {
        let [outputs, inputs] = shape;
        let mut packed = vec![0f32; outputs * inputs];
        for (c, row) in values.chunks_exact(inputs).enumerate() {
            for (k, value) in row.iter().enumerate() {
                packed[c / COLUMNS * COLUMNS * inputs + k * COLUMNS + c % COLUMNS] = *value;
            }
        }
        Self { outputs, inputs, values: Values::Float(packed), bias }
    }

    /// `out = x Wᵀ + b` for all rows of `x`. Inlined into the entry point of `K`.
    #[inline(always)]
    pub(super) fn product<K: Multiply>(&self, x: &[f32], act: &mut Activations, out: &mut [f32]) {
        let rows = x.len() / self.inputs;
        match &self.values {
            Values::Int8 { values, scales, correction } => {
                quantise::<K>(x, self.inputs, act);
                for block in 0..self.outputs / COLUMNS {
                    let weights = &values[block * COLUMNS * self.inputs..][..COLUMNS * self.inputs];
                    let mut row = 0;
                    while row < rows {
                        let n = (rows - row).min(K::ROWS);
                        let sums = K::sums(act, row, n, self.inputs, weights);
                        for (r, sums) in sums.iter().enumerate().take(n) {
                            let scale = act.scales[row + r];
                            for c in 0..COLUMNS {
                                let at = block * COLUMNS + c;
                                let sum =
                                    if K::UNSIGNED { sums[c] - correction[at] } else { sums[c] };
                                out[(row + r) * self.outputs + at] =
                                    (sum as f32).mul_add(scales[at] * scale, self.bias[at]);
                            }
                        }
                        row += n;
                    }
                }
            }
            Values::Float(values) => {
                for block in 0..self.outputs / COLUMNS {
                    let weights = &values[block * COLUMNS * self.inputs..][..COLUMNS * self.inputs];
                    for row in 0..rows {
                        let mut sums = [0f32; COLUMNS];
                        let x = &x[row * self.inputs..(row + 1) * self.inputs];
                        for (v, w) in x.iter().zip(weights.as_chunks::<COLUMNS>().0) {
                            for c in 0..COLUMNS {
                                sums[c] = v.mul_add(w[c], sums[c]);
                            }
                        }
                        for c in 0..COLUMNS {
                            let at = block * COLUMNS + c;
                            out[row * self.outputs + at] = sums[c] + self.bias[at];
                        }
                    }
                }
            }
        }
    }
}

/// Rows a kernel may read at most at a time.
pub(super) const MOST_ROWS: usize = 8;

/// Integer sums of a few rows of activations with one block of weights.
pub(super) trait Multiply {
    const ROWS: usize;
    const UNSIGNED: bool;

    fn sums(
        act: &Activations,
        row: usize,
        rows: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS];
}

/// Symmetric, a scale a row; rounds to the nearest even.
#[inline(always)]
fn quantise<K: Multiply>(x: &[f32], inputs: usize, act: &mut Activations) {
    const ROUND: f32 = 12_582_912.0;
    let rows = x.len() / inputs;
    act.scales.resize(rows, 0.0);
    if K::UNSIGNED {
        act.bytes.resize(rows * inputs, 0);
    } else {
        act.wide.resize(rows * inputs, 0);
    }
    for (r, row) in x.chunks_exact(inputs).enumerate() {
        let mut most = [0f32; COLUMNS];
        for chunk in row.as_chunks::<COLUMNS>().0 {
            for i in 0..COLUMNS {
                most[i] = if chunk[i].abs() > most[i] { chunk[i].abs() } else { most[i] };
            }
        }
        let most = most.iter().fold(1e-12f32, |a, b| if *b > a { *b } else { a });
        act.scales[r] = most / 127.0;
        let inverse = 127.0 / most;
        let int = |v: f32| v.mul_add(inverse, ROUND).to_bits().wrapping_sub(ROUND.to_bits());
        if K::UNSIGNED {
            for (q, v) in act.bytes[r * inputs..(r + 1) * inputs].iter_mut().zip(row) {
                *q = int(*v).wrapping_add(128) as u8;
            }
        } else {
            for (q, v) in act.wide[r * inputs..(r + 1) * inputs].iter_mut().zip(row) {
                *q = int(*v) as i16;
            }
        }
    }
}

/// [`Kernel::Portable`].
pub(super) struct Portable;

impl Multiply for Portable {
    const ROWS: usize = 4;
    const UNSIGNED: bool = false;

    #[inline(always)]
    fn sums(
        act: &Activations,
        row: usize,
        rows: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS] {
        let mut sums = [[0i32; COLUMNS]; MOST_ROWS];
        for (r, sums) in sums.iter_mut().enumerate().take(rows) {
            let x = &act.wide[(row + r) * inputs..(row + r + 1) * inputs];
            for (pair, w) in
                x.as_chunks::<2>().0.iter().zip(weights.as_chunks::<{ 2 * COLUMNS }>().0)
            {
                for c in 0..COLUMNS {
                    sums[c] += i32::from(pair[0]) * i32::from(w[2 * c])
                        + i32::from(pair[1]) * i32::from(w[2 * c + 1]);
                }
            }
        }
        sums
    }
}

/// [`Kernel::Avx2`]: weights are widened to 16 bits in registers, pairs multiplied and added exactly.
#[cfg(target_arch = "x86_64")]
pub(super) struct Avx2;

#[cfg(target_arch = "x86_64")]
impl Multiply for Avx2 {
    const ROWS: usize = 6;
    const UNSIGNED: bool = false;

    #[inline(always)]
    fn sums(
        act: &Activations,
        row: usize,
        rows: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS] {
        assert!(act.wide.len() >= (row + rows) * inputs && weights.len() >= COLUMNS * inputs);
        // SAFETY: reached only through the entry point of this kernel, which is called where the
        // machine was seen to have AVX2; all reads lie within the lengths asserted above.
        unsafe {
            match rows {
                6 => avx2::<6>(act, row, inputs, weights),
                5 => avx2::<5>(act, row, inputs, weights),
                4 => avx2::<4>(act, row, inputs, weights),
                3 => avx2::<3>(act, row, inputs, weights),
                2 => avx2::<2>(act, row, inputs, weights),
                _ => avx2::<1>(act, row, inputs, weights),
            }
        }
    }
}

/// # Safety
/// Needs AVX2, `R` rows of `inputs` activations from `row` on and `COLUMNS * inputs` weights.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn avx2<const R: usize>(
    act: &Activations,
    row: usize,
    inputs: usize,
    weights: &[i8],
) -> [[i32; COLUMNS]; MOST_ROWS] {
    // SAFETY: the caller's promise covers every address computed here; loads are unaligned ones.
    unsafe {
        let mut sums = [[_mm256_setzero_si256(); 2]; R];
        let x = act.wide.as_ptr().add(row * inputs);
        let w = weights.as_ptr();
        for pair in 0..inputs / 2 {
            let low = _mm256_cvtepi8_epi16(_mm_loadu_si128(w.add(pair * 32).cast()));
            let high = _mm256_cvtepi8_epi16(_mm_loadu_si128(w.add(pair * 32 + 16).cast()));
            for (r, sums) in sums.iter_mut().enumerate() {
                let v = x.add(r * inputs + pair * 2).cast::<i32>().read_unaligned();
                let v = _mm256_set1_epi32(v);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(v, low));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(v, high));
            }
        }
        let mut out = [[0i32; COLUMNS]; MOST_ROWS];
        for (out, sums) in out.iter_mut().zip(sums) {
            _mm256_storeu_si256(out.as_mut_ptr().cast(), sums[0]);
            _mm256_storeu_si256(out.as_mut_ptr().add(8).cast(), sums[1]);
        }
        out
    }
}

/// [`Kernel::Avx512Vnni`]: activations shifted by 128 to unsigned, four products an instruction.
#[cfg(target_arch = "x86_64")]
pub(super) struct Vnni;

#[cfg(target_arch = "x86_64")]
impl Multiply for Vnni {
    const ROWS: usize = 8;
    const UNSIGNED: bool = true;

    #[inline(always)]
    fn sums(
        act: &Activations,
        row: usize,
        rows: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS] {
        assert!(act.bytes.len() >= (row + rows) * inputs && weights.len() >= COLUMNS * inputs);
        // SAFETY: reached only through the entry point of this kernel, which is called where the
        // machine was seen to have AVX-512 VNNI; all reads lie within the lengths asserted above.
        unsafe {
            match rows {
                8 => vnni::<8>(act, row, inputs, weights),
                4..8 => {
                    let mut out = vnni::<4>(act, row, inputs, weights);
                    for r in 4..rows {
                        out[r] = vnni::<1>(act, row + r, inputs, weights)[0];
                    }
                    out
                }
                _ => {
                    let mut out = [[0i32; COLUMNS]; MOST_ROWS];
                    for (r, out) in out.iter_mut().enumerate().take(rows) {
                        *out = vnni::<1>(act, row + r, inputs, weights)[0];
                    }
                    out
                }
            }
        }
    }
}

/// # Safety
/// Needs AVX-512 VNNI, `R` rows of `inputs` activations from `row` on and `COLUMNS * inputs` weights.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
unsafe fn vnni<const R: usize>(
    act: &Activations,
    row: usize,
    inputs: usize,
    weights: &[i8],
) -> [[i32; COLUMNS]; MOST_ROWS] {
    // SAFETY: the caller's promise covers every address computed here; loads are unaligned ones.
    unsafe {
        let mut sums = [_mm512_setzero_si512(); R];
        let x = act.bytes.as_ptr().add(row * inputs);
        let w = weights.as_ptr();
        for four in 0..inputs / 4 {
            let weights = _mm512_loadu_si512(w.add(four * 64).cast());
            for (r, sum) in sums.iter_mut().enumerate() {
                let v = x.add(r * inputs + four * 4).cast::<i32>().read_unaligned();
                *sum = _mm512_dpbusd_epi32(*sum, _mm512_set1_epi32(v), weights);
            }
        }
        let mut out = [[0i32; COLUMNS]; MOST_ROWS];
        for (out, sum) in out.iter_mut().zip(sums) {
            _mm512_storeu_si512(out.as_mut_ptr().cast(), sum);
        }
        out
    }
}
