//! Matrix products of the encoder: int8 with exact integer sums, and plain floats for evaluation.
//!
//! All kernels add the same integers and turn them into floats by the same formula, so their results are
//! equal to the bit. Activations are quantised a row at a time, weights have a scale an output.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Outputs computed together.
pub(super) const COLUMNS: usize = 16;

/// Outputs of two blocks.
pub(super) const PAIR: usize = 2 * COLUMNS;

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

/// Quantised activations: blocks of [`Multiply::ROWS`] rows, in each the inputs in order, a group of them side by
/// side for each row, so that a kernel reads them from one address on. Rows that fill the last block up are zero.
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

    /// Whether its numbers are int8.
    pub(super) fn is_int8(&self) -> bool {
        matches!(self.values, Values::Int8 { .. })
    }

    /// `out = then(x Wᵀ + b)` for all rows of `x`; `then` gets some numbers at a time. Inlined into the entry point
    /// of `K`.
    #[inline(always)]
    pub(super) fn product<K: Multiply>(
        &self,
        x: &[f32],
        act: &mut Activations,
        out: &mut [f32],
        then: impl Fn(&mut [f32]),
    ) {
        let rows = x.len() / self.inputs;
        match &self.values {
            Values::Int8 { values, scales, correction } => {
                quantise::<K>(x, self.inputs, act);
                debug_assert_eq!(self.outputs % PAIR, 0);
                for at in (0..self.outputs).step_by(PAIR) {
                    let weights = &values[at * self.inputs..][..PAIR * self.inputs];
                    let scales: [f32; PAIR] = lane(&scales[at..]);
                    let bias: [f32; PAIR] = lane(&self.bias[at..]);
                    let correction: [i32; PAIR] = lane(&correction[at..]);
                    for first in (0..rows).step_by(K::ROWS) {
                        let sums = K::pair(act, first / K::ROWS, self.inputs, weights);
                        for (row, sums) in (first..rows).zip(&sums[..K::ROWS]) {
                            let scale = act.scales[row];
                            let out = &mut out[row * self.outputs + at..][..PAIR];
                            for c in 0..PAIR {
                                let sum =
                                    if K::UNSIGNED { sums[c] - correction[c] } else { sums[c] };
                                out[c] = (sum as f32).mul_add(scales[c] * scale, bias[c]);
                            }
                            then(out);
                        }
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
                        let at = block * COLUMNS;
                        let out = &mut out[row * self.outputs + at..][..COLUMNS];
                        for c in 0..COLUMNS {
                            out[c] = sums[c] + self.bias[at + c];
                        }
                        then(out);
                    }
                }
            }
        }
    }
}

/// The first `N` values.
#[inline(always)]
fn lane<T: Copy + Default, const N: usize>(values: &[T]) -> [T; N] {
    let mut out = [T::default(); N];
    out.copy_from_slice(&values[..N]);
    out
}

/// Rows a kernel may read at most at a time.
pub(super) const MOST_ROWS: usize = 8;

/// Integer sums of a block of rows of activations with one block of weights.
pub(super) trait Multiply {
    /// Rows of a block.
    const ROWS: usize;
    /// Inputs side by side, of activations and weights.
    const GROUP: usize;
    /// Whether activations are shifted by 128, to bytes.
    const UNSIGNED: bool;

    /// The low byte of each.
    #[inline(always)]
    fn bytes(values: &[i32; COLUMNS]) -> [u8; COLUMNS] {
        values.map(|v| v as u8)
    }

    fn sums(
        act: &Activations,
        block: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS];

    /// The same with two blocks of weights.
    #[inline(always)]
    fn pair(
        act: &Activations,
        block: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; PAIR]; MOST_ROWS] {
        let mut out = [[0; PAIR]; MOST_ROWS];
        for (half, weights) in weights.chunks_exact(COLUMNS * inputs).enumerate() {
            let sums = Self::sums(act, block, inputs, weights);
            for r in 0..Self::ROWS {
                out[r][half * COLUMNS..][..COLUMNS].copy_from_slice(&sums[r]);
            }
        }
        out
    }
}

/// `v * factor` rounded to the nearest integer, to the even one of two.
#[inline(always)]
pub(super) fn round(v: f32, factor: f32) -> i32 {
    const ROUND: f32 = 12_582_912.0;
    v.mul_add(factor, ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32
}

/// Sixteen of them, each by its factor, `shift` added.
#[inline(always)]
pub(super) fn rounded(v: &[f32; COLUMNS], factor: &[f32; COLUMNS], shift: i32) -> [i32; COLUMNS] {
    let mut out = [0i32; COLUMNS];
    for i in 0..COLUMNS {
        out[i] = round(v[i], factor[i]) + shift;
    }
    out
}

/// The largest absolute value of a row, and not zero.
#[inline(always)]
pub(super) fn largest(row: &[f32]) -> f32 {
    let mut most = [0f32; COLUMNS];
    for chunk in row.as_chunks::<COLUMNS>().0 {
        for i in 0..COLUMNS {
            most[i] = if chunk[i].abs() > most[i] { chunk[i].abs() } else { most[i] };
        }
    }
    most.iter().fold(1e-12f32, |a, b| if *b > a { *b } else { a })
}

/// Symmetric, a scale a row; rounds to the nearest even.
#[inline(always)]
pub(super) fn quantise<K: Multiply>(x: &[f32], inputs: usize, act: &mut Activations) {
    let rows = x.len() / inputs;
    act.scales.resize(rows, 0.0);
    act.resize::<K>(rows, inputs);
    for (r, row) in x.chunks_exact(inputs).enumerate() {
        let most = largest(row);
        act.scales[r] = most / 127.0;
        let inverse = 127.0 / most;
        for (k, chunk) in row.as_chunks::<COLUMNS>().0.iter().enumerate() {
            let shift = if K::UNSIGNED { 128 } else { 0 };
            act.put::<K>(r, inputs, k, &rounded(chunk, &[inverse; COLUMNS], shift));
        }
    }
}

impl Activations {
    /// Makes room for `rows` rows; what stands there is left.
    #[inline(always)]
    pub(super) fn resize<K: Multiply>(&mut self, rows: usize, inputs: usize) {
        let padded = rows.next_multiple_of(K::ROWS);
        if K::UNSIGNED {
            self.bytes.resize(padded * inputs, 0);
        } else {
            self.wide.resize(padded * inputs, 0);
        }
    }

    /// Writes the `k`th sixteen integers of row `r`, a group of them to each place that the kernel reads.
    #[inline(always)]
    pub(super) fn put<K: Multiply>(
        &mut self,
        r: usize,
        inputs: usize,
        k: usize,
        values: &[i32; COLUMNS],
    ) {
        let stride = K::ROWS * K::GROUP;
        let at = r / K::ROWS * K::ROWS * inputs + k * K::ROWS * COLUMNS + r % K::ROWS * K::GROUP;
        let room = at..at + (COLUMNS / K::GROUP - 1) * stride + K::GROUP;
        if K::UNSIGNED {
            let bytes = K::bytes(values);
            let places = self.bytes[room].chunks_mut(stride);
            for (place, group) in places.zip(bytes.chunks_exact(K::GROUP)) {
                place[..K::GROUP].copy_from_slice(group);
            }
        } else {
            let wide = values.map(|v| v as i16);
            let places = self.wide[room].chunks_mut(stride);
            for (place, group) in places.zip(wide.chunks_exact(K::GROUP)) {
                place[..K::GROUP].copy_from_slice(group);
            }
        }
    }

    /// The scale of row `r`.
    #[inline(always)]
    pub(super) fn scale(&self, r: usize) -> f32 {
        self.scales[r]
    }
}

/// [`Kernel::Portable`].
pub(super) struct Portable;

impl Multiply for Portable {
    const ROWS: usize = 4;
    const GROUP: usize = 2;
    const UNSIGNED: bool = false;

    #[inline(always)]
    fn sums(
        act: &Activations,
        block: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS] {
        let mut sums = [[0i32; COLUMNS]; MOST_ROWS];
        let x = &act.wide[block * 4 * inputs..][..4 * inputs];
        for (x, w) in x.as_chunks::<8>().0.iter().zip(weights.as_chunks::<{ 2 * COLUMNS }>().0) {
            for r in 0..4 {
                let (a, b) = (i32::from(x[2 * r]), i32::from(x[2 * r + 1]));
                for c in 0..COLUMNS {
                    sums[r][c] += a * i32::from(w[2 * c]) + b * i32::from(w[2 * c + 1]);
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
    const GROUP: usize = 2;
    const UNSIGNED: bool = false;

    #[inline(always)]
    fn sums(
        act: &Activations,
        block: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS] {
        let rows = &act.wide[block * Self::ROWS * inputs..][..Self::ROWS * inputs];
        assert!(weights.len() >= COLUMNS * inputs && inputs.is_multiple_of(2));
        // SAFETY: reached only through the entry point of this kernel, which is called where the
        // machine was seen to have AVX2; all reads lie within the lengths sliced and asserted above.
        unsafe { avx2(rows.as_ptr(), inputs / 2, weights.as_ptr()) }
    }
}

/// # Safety
/// Needs AVX2, `6 * 2 * pairs` activations from `x` on and `COLUMNS * 2 * pairs` weights from `w` on.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn avx2(x: *const i16, pairs: usize, w: *const i8) -> [[i32; COLUMNS]; MOST_ROWS] {
    // SAFETY: the caller's promise covers every address computed here; loads are unaligned ones.
    unsafe {
        let mut sums = [[_mm256_setzero_si256(); 2]; 6];
        let (mut x, mut w) = (x.cast::<i32>(), w);
        for _ in 0..pairs {
            let low = _mm256_cvtepi8_epi16(_mm_loadu_si128(w.cast()));
            let high = _mm256_cvtepi8_epi16(_mm_loadu_si128(w.add(16).cast()));
            for (r, sums) in sums.iter_mut().enumerate() {
                let v = _mm256_set1_epi32(x.add(r).read_unaligned());
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(v, low));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(v, high));
            }
            (x, w) = (x.add(6), w.add(32));
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
    const GROUP: usize = 4;
    const UNSIGNED: bool = true;

    #[inline(always)]
    fn bytes(values: &[i32; COLUMNS]) -> [u8; COLUMNS] {
        // SAFETY: as below; reads 16 integers of an array of 16, writes 16 bytes of one of 16.
        unsafe { low_bytes(values) }
    }

    #[inline(always)]
    fn sums(
        act: &Activations,
        block: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; COLUMNS]; MOST_ROWS] {
        blocks::<COLUMNS, 1>(act, block, inputs, weights)
    }

    #[inline(always)]
    fn pair(
        act: &Activations,
        block: usize,
        inputs: usize,
        weights: &[i8],
    ) -> [[i32; PAIR]; MOST_ROWS] {
        blocks::<PAIR, 2>(act, block, inputs, weights)
    }
}

/// Sums of a block of rows with `B` blocks of weights.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn blocks<const N: usize, const B: usize>(
    act: &Activations,
    block: usize,
    inputs: usize,
    weights: &[i8],
) -> [[i32; N]; MOST_ROWS] {
    let rows = &act.bytes[block * Vnni::ROWS * inputs..][..Vnni::ROWS * inputs];
    assert!(weights.len() >= N * inputs && inputs.is_multiple_of(4));
    // SAFETY: reached only through the entry point of this kernel, which is called where the
    // machine was seen to have AVX-512 VNNI; all reads lie within the lengths sliced and asserted above.
    unsafe { vnni::<N, B>(rows.as_ptr(), inputs / 4, weights.as_ptr()) }
}

/// Sums of eight rows with `B` blocks of weights, `N` outputs in all. Two blocks at a time: measured by itself, a call on 384
/// inputs reaches 88 % of the processor's products a second with one, 94 % with two.
///
/// # Safety
/// Needs AVX-512 VNNI, `8 * 4 * fours` activations from `x` on and `B * COLUMNS * 4 * fours` weights from `w` on.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
unsafe fn vnni<const N: usize, const B: usize>(
    x: *const u8,
    fours: usize,
    w: *const i8,
) -> [[i32; N]; MOST_ROWS] {
    const { assert!(N == B * COLUMNS) };
    // SAFETY: the caller's promise covers every address computed here; loads are unaligned ones.
    unsafe {
        let mut sums = [[_mm512_setzero_si512(); B]; 8];
        let (mut x, mut w) = (x.cast::<i32>(), w);
        for _ in 0..fours {
            let weights: [__m512i; B] =
                std::array::from_fn(|b| _mm512_loadu_si512(w.add(b * COLUMNS * 4 * fours).cast()));
            for (r, sums) in sums.iter_mut().enumerate() {
                let v = _mm512_set1_epi32(x.add(r).read_unaligned());
                for b in 0..B {
                    sums[b] = _mm512_dpbusd_epi32(sums[b], v, weights[b]);
                }
            }
            (x, w) = (x.add(8), w.add(64));
        }
        let mut out = [[0i32; N]; MOST_ROWS];
        for (out, sums) in out.iter_mut().zip(sums) {
            for (b, sums) in sums.into_iter().enumerate() {
                _mm512_storeu_si512(out.as_mut_ptr().add(b * COLUMNS).cast(), sums);
            }
        }
        out
    }
}

/// # Safety
/// Needs AVX-512. Measured: the compiler takes the bytes one by one, a tenth of the encoder's time.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
unsafe fn low_bytes(values: &[i32; COLUMNS]) -> [u8; COLUMNS] {
    let mut out = [0u8; COLUMNS];
    // SAFETY: both arrays have the length that is read and written; unaligned accesses.
    unsafe {
        let bytes = _mm512_cvtepi32_epi8(_mm512_loadu_si512(values.as_ptr().cast()));
        _mm_storeu_si128(out.as_mut_ptr().cast(), bytes);
    }
    out
}
