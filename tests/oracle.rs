//! The encoder against an oracle: torch's vectors for a small network whose weights follow a formula
//! (train/oracle.py), and every kernel of this machine against the portable one, to the bit.

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView, serialize};
use travaux::model::{Encoder, Kernel, Piece, Scratch, Weights};

const WIDTH: usize = 64;
const FEED: usize = 128;
const LAYERS: usize = 2;
const WORDS: usize = 97;
const PLACES: usize = 512;
const SHAPES: usize = 24;
/// Lengths of the sequences in the fixture.
const LENGTHS: [usize; 3] = [1, 33, 150];

/// Numbers between minus `size` and `size`; the same as `fill` in train/oracle.py.
fn fill(n: usize, seed: usize, size: f32) -> Vec<f32> {
    (0..n)
        .map(|i| {
            let step = (i * 7919 + seed * 104_729) % 2003;
            (step as f64 / 1001.0 - 1.0) as f32 * size
        })
        .collect()
}

/// Tensors by name, made in the order of train/oracle.py.
struct Formula {
    int8: bool,
    seed: usize,
    tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

impl Formula {
    fn numbers(&mut self, n: usize, size: f32, around: f32) -> Vec<f32> {
        self.seed += 1;
        fill(n, self.seed, size).into_iter().map(|v| v + around).collect()
    }

    fn keep(&mut self, name: String, shape: Vec<usize>, values: &[f32]) {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.tensors.insert(name, (Dtype::F32, shape, bytes));
    }

    fn plain(&mut self, name: &str, shape: Vec<usize>, size: f32, around: f32) {
        let values = self.numbers(shape.iter().product(), size, around);
        self.keep(name.to_owned(), shape, &values);
    }

    /// As train/export.py writes it: int8 with a scale a row, or plain.
    fn matrix(&mut self, name: &str, shape: [usize; 2], size: f32) {
        let values = self.numbers(shape[0] * shape[1], size, 0.0);
        if !self.int8 {
            return self.keep(format!("{name}.w"), shape.to_vec(), &values);
        }
        let rows = values.chunks_exact(shape[1]);
        let scales: Vec<f32> =
            rows.clone().map(|r| r.iter().fold(0f32, |a, v| a.max(v.abs())) / 127.0).collect();
        let bytes = rows
            .zip(&scales)
            .flat_map(|(r, s)| r.iter().map(move |v| (v / s).round_ties_even() as i8 as u8))
            .collect();
        self.tensors.insert(format!("{name}.q"), (Dtype::I8, shape.to_vec(), bytes));
        self.keep(format!("{name}.s"), vec![shape[0]], &scales);
    }

    fn norm(&mut self, name: &str) {
        self.plain(&format!("{name}.g"), vec![WIDTH], 0.5, 1.0);
        self.plain(&format!("{name}.b"), vec![WIDTH], 0.5, 0.0);
    }
}

/// A weights file of the formula.
fn weights(int8: bool) -> Vec<u8> {
    let mut f = Formula { int8, seed: 0, tensors: BTreeMap::new() };
    f.matrix("word", [WORDS, WIDTH], 1.0);
    f.plain("pos", vec![PLACES, WIDTH], 0.25, 0.0);
    f.plain("shape", vec![SHAPES, WIDTH], 0.25, 0.0);
    f.norm("emb_norm");
    for l in 0..LAYERS {
        for (part, shape) in [
            ("qkv", [3 * WIDTH, WIDTH]),
            ("out", [WIDTH, WIDTH]),
            ("up", [FEED, WIDTH]),
            ("down", [WIDTH, FEED]),
        ] {
            let name = format!("layers.{l}.{part}");
            f.matrix(&name, shape, 0.25);
            f.plain(&format!("{name}.b"), vec![shape[0]], 0.1, 0.0);
        }
        f.norm(&format!("layers.{l}.n1"));
        f.norm(&format!("layers.{l}.n2"));
    }
    let views: Vec<(&str, TensorView)> = f
        .tensors
        .iter()
        .map(|(n, (d, s, b))| (n.as_str(), TensorView::new(*d, s.clone(), b).expect("a tensor")))
        .collect();
    serialize(views, None).expect("weights")
}

fn sequence(n: usize) -> Vec<Piece> {
    (0..n)
        .map(|i| Piece { id: ((i * 31 + n) % WORDS) as u32, shape: ((i * 5 + n) % SHAPES) as u8 })
        .collect()
}

/// Torch's vectors, a sequence at a time.
fn expected() -> Vec<Vec<f32>> {
    let bytes = include_bytes!("fixtures/oracle.f32");
    let all: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    assert_eq!(all.len(), LENGTHS.iter().sum::<usize>() * WIDTH);
    let mut rest = all.as_slice();
    LENGTHS
        .iter()
        .map(|n| {
            let (own, after) = rest.split_at(n * WIDTH);
            rest = after;
            own.to_vec()
        })
        .collect()
}

fn all(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[test]
fn floats_are_those_of_torch() {
    let bytes = weights(false);
    let weights = Weights::from_bytes(&bytes).expect("weights");
    for kernel in Kernel::available() {
        let encoder = Encoder::with_kernel(&weights, kernel).expect("an encoder");
        let mut scratch = Scratch::default();
        for (n, expected) in LENGTHS.into_iter().zip(expected()) {
            let got = encoder.encode(&sequence(n), &all(n), &mut scratch);
            let worst = got.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
            assert!(worst < 1e-4, "{kernel:?}, {n} pieces: {worst} apart");
        }
    }
}

#[test]
fn int8_stays_near_torch() {
    let bytes = weights(true);
    let weights = Weights::from_bytes(&bytes).expect("weights");
    for kernel in Kernel::available() {
        let encoder = Encoder::with_kernel(&weights, kernel).expect("an encoder");
        let mut scratch = Scratch::default();
        for (n, expected) in LENGTHS.into_iter().zip(expected()) {
            let got = encoder.encode(&sequence(n), &all(n), &mut scratch);
            let cosines: Vec<f32> = got
                .chunks_exact(WIDTH)
                .zip(expected.chunks_exact(WIDTH))
                .map(|(a, b)| {
                    let dot =
                        |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(a, b)| a * b).sum::<f32>();
                    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
                })
                .collect();
            let worst = cosines.iter().copied().fold(1f32, f32::min);
            let mean = cosines.iter().sum::<f32>() / n as f32;
            assert!(worst > 0.99, "{kernel:?}, {n} pieces: cosine {worst}");
            assert!(mean > 0.998, "{kernel:?}, {n} pieces: mean cosine {mean}");
        }
    }
}

#[test]
fn every_kernel_gives_the_same_bits() {
    for int8 in [true, false] {
        let bytes = weights(int8);
        let weights = Weights::from_bytes(&bytes).expect("weights");
        let encoders: Vec<Encoder> = Kernel::available()
            .into_iter()
            .map(|k| Encoder::with_kernel(&weights, k).expect("an encoder"))
            .collect();
        let mut scratch = Scratch::default();
        for n in (1..=40).chain([63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 600]) {
            let pieces = sequence(n);
            let mut first: Option<Vec<u32>> = None;
            for (encoder, kernel) in encoders.iter().zip(Kernel::available()) {
                let vectors = encoder.encode(&pieces, &all(n), &mut scratch);
                assert_eq!(vectors.len(), n.min(PLACES) * WIDTH);
                let bits: Vec<u32> = vectors.iter().map(|v| v.to_bits()).collect();
                match &first {
                    None => first = Some(bits),
                    Some(first) => assert!(*first == bits, "{kernel:?} differs at {n} pieces"),
                }
            }
        }
    }
}

#[test]
fn some_places_are_the_same_as_among_all() {
    for int8 in [true, false] {
        let bytes = weights(int8);
        let weights = Weights::from_bytes(&bytes).expect("weights");
        for kernel in Kernel::available() {
            let encoder = Encoder::with_kernel(&weights, kernel).expect("an encoder");
            let mut scratch = Scratch::default();
            for n in [1, 2, 30, 150, PLACES, 600] {
                let whole = encoder.encode(&sequence(n), &all(n), &mut scratch).to_vec();
                let places: Vec<usize> = (0..n).filter(|i| i % 7 == 1 || i % 5 == 0).collect();
                let expected: Vec<f32> = places
                    .iter()
                    .filter(|p| **p < PLACES)
                    .flat_map(|p| whole[p * WIDTH..(p + 1) * WIDTH].iter().copied())
                    .collect();
                let got = encoder.encode(&sequence(n), &places, &mut scratch);
                assert!(got == expected, "{kernel:?}, {n} pieces");
            }
            assert!(encoder.encode(&sequence(9), &[], &mut scratch).is_empty());
        }
    }
}
