//! Word pieces to vectors: a BERT-type encoder (post-layer-norm transformer) read one sequence at a time,
//! without padding. Never allocates once its [`Scratch`] has grown.

use super::attention;
use super::floats::{self, HEAD};
use super::kernel::{Activations, COLUMNS, Kernel, Multiply, PAIR, Packed, Portable};
#[cfg(target_arch = "x86_64")]
use super::kernel::{Avx2, Vnni};
use super::weights::{Matrix, Weights};
use crate::error::{Error, Result};

/// One input of the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its number in the vocabulary.
    pub id: u32,
    /// What the vocabulary does not see of its word (case, digits, quotation).
    pub shape: u8,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// All places of the sequence.
    all: Vec<usize>,
    x: Vec<f32>,
    y: Vec<f32>,
    qkv: Vec<f32>,
    mixed: Vec<f32>,
    wide: Vec<f32>,
    head: attention::Head,
    float_head: floats::Head,
    act: Activations,
}

/// The encoder's parameters, laid out for this machine. Shared by all threads.
pub struct Encoder {
    words: Words,
    positions: Vec<f32>,
    shapes: Vec<f32>,
    norm: Norm,
    layers: Layers,
}

/// Layers of an encoder, laid out for this machine. Shared by all threads.
pub struct Layers {
    kernel: Kernel,
    hidden: usize,
    layers: Vec<Layer>,
}

/// States of all pieces between two layers, kept for other layers to go on from.
#[derive(Debug)]
pub struct Kept<'v> {
    /// After how many layers.
    pub after: usize,
    /// Where they are appended.
    pub states: &'v mut Vec<f32>,
}

enum Words {
    Int8 { values: Vec<u8>, scales: Vec<f32> },
    Float(Vec<f32>),
}

struct Norm {
    gain: Vec<f32>,
    bias: Vec<f32>,
}

struct Layer {
    qkv: Packed,
    out: Packed,
    up: Packed,
    down: Packed,
    after_attention: Norm,
    after_feed: Norm,
}

impl Encoder {
    /// Lays `weights` out for the fastest kernel of this machine.
    pub fn new(weights: &Weights) -> Result<Self> {
        Self::with_kernel(weights, Kernel::best())
    }

    /// Lays `weights` out for `kernel`, which must be among [`Kernel::available`].
    pub fn with_kernel(weights: &Weights, kernel: Kernel) -> Result<Self> {
        let (matrix, [_, hidden]) = weights.matrix("word")?;
        let words = match matrix {
            Matrix::Int8 { values, scales } => Words::Int8 { values: values.to_vec(), scales },
            Matrix::Float(values) => Words::Float(values),
        };
        let layers = Layers::with_kernel(weights, kernel)?;
        if layers.hidden != hidden {
            return Err(Error::model("weights: no encoder of this program's form"));
        }
        let positions = weights.tensor("pos")?.data;
        let shapes = weights.tensor("shape")?.data;
        Ok(Self { words, positions, shapes, norm: norm(weights, "emb_norm", hidden)?, layers })
    }

    /// Width of a vector.
    pub fn width(&self) -> usize {
        self.layers.hidden
    }

    /// Longest sequence that it can read.
    pub fn longest(&self) -> usize {
        self.positions.len() / self.layers.hidden
    }

    /// One vector for each of the `places` among the pieces, in a row; `places` ascend. All pieces are read, but what
    /// the last layer would make of the others is not computed: they are word ends and context, a quarter of all.
    /// Pieces and places past [`Encoder::longest`] are not read.
    pub fn encode<'s>(
        &self,
        pieces: &[Piece],
        places: &[usize],
        scratch: &'s mut Scratch,
    ) -> &'s [f32] {
        self.encode_and_keep(pieces, places, None, scratch)
    }

    /// As [`Encoder::encode`], and keeps the states that other layers go on from.
    pub fn encode_and_keep<'s>(
        &self,
        pieces: &[Piece],
        places: &[usize],
        keep: Option<Kept>,
        scratch: &'s mut Scratch,
    ) -> &'s [f32] {
        let pieces = &pieces[..pieces.len().min(self.longest())];
        scratch.x.resize(pieces.len() * self.layers.hidden, 0.0);
        self.embed(pieces, &mut scratch.x);
        self.layers.run(Some(&self.norm), places, keep, scratch);
        &scratch.x
    }

    fn embed(&self, pieces: &[Piece], x: &mut [f32]) {
        let h = self.layers.hidden;
        for (t, (piece, row)) in pieces.iter().zip(x.chunks_exact_mut(h)).enumerate() {
            let shape = &self.shapes[usize::from(piece.shape) * h..][..h];
            let position = &self.positions[t * h..][..h];
            let id = piece.id as usize;
            match &self.words {
                Words::Int8 { values, scales } => {
                    let scale = scales[id];
                    for (d, v) in values[id * h..(id + 1) * h].iter().enumerate() {
                        row[d] = f32::from(*v as i8).mul_add(scale, position[d]) + shape[d];
                    }
                }
                Words::Float(values) => {
                    for (d, v) in values[id * h..(id + 1) * h].iter().enumerate() {
                        row[d] = v + position[d] + shape[d];
                    }
                }
            }
        }
    }
}

impl Layers {
    /// Lays the layers in `weights` out for the fastest kernel of this machine.
    pub fn new(weights: &Weights) -> Result<Self> {
        Self::with_kernel(weights, Kernel::best())
    }

    fn with_kernel(weights: &Weights, kernel: Kernel) -> Result<Self> {
        if !Kernel::available().contains(&kernel) {
            return Err(Error::model(format!("this machine cannot run the kernel {kernel:?}")));
        }
        let hidden = weights.tensor("layers.0.n1.g")?.data.len();
        let packed = |name: &str, inputs: usize| -> Result<Packed> {
            let (matrix, shape) = weights.matrix(name)?;
            let bias = weights.tensor(&format!("{name}.b"))?.data;
            if shape[1] != inputs
                || !shape[0].is_multiple_of(PAIR)
                || !inputs.is_multiple_of(COLUMNS)
                || bias.len() != shape[0]
            {
                return Err(Error::model(format!("weights: `{name}` has the shape {shape:?}")));
            }
            Ok(match matrix {
                Matrix::Int8 { values, scales } => {
                    Packed::int8(kernel, values, scales, shape, bias)
                }
                Matrix::Float(values) => Packed::float(&values, shape, bias),
            })
        };
        let mut layers = Vec::new();
        while weights.tensor(&format!("layers.{}.n1.g", layers.len())).is_ok() {
            let p = format!("layers.{}.", layers.len());
            let up = packed(&format!("{p}up"), hidden)?;
            layers.push(Layer {
                qkv: packed(&format!("{p}qkv"), hidden)?,
                out: packed(&format!("{p}out"), hidden)?,
                down: packed(&format!("{p}down"), up.outputs)?,
                up,
                after_attention: norm(weights, &format!("{p}n1"), hidden)?,
                after_feed: norm(weights, &format!("{p}n2"), hidden)?,
            });
        }
        let fits = |l: &Layer| {
            l.qkv.outputs == 3 * hidden && l.out.outputs == hidden && l.down.outputs == hidden
        };
        if !hidden.is_multiple_of(HEAD) || !layers.iter().all(fits) {
            return Err(Error::model("weights: no encoder of this program's form"));
        }
        Ok(Self { kernel, hidden, layers })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.layers.len()
    }

    /// Goes on from `states` (a row a piece): a vector for each of the `places`, in a row; `places` ascend.
    pub fn go_on<'s>(
        &self,
        states: &[f32],
        places: &[usize],
        scratch: &'s mut Scratch,
    ) -> &'s [f32] {
        scratch.x.clear();
        scratch.x.extend_from_slice(states);
        self.run(None, places, None, scratch);
        &scratch.x
    }

    /// The rows in `scratch.x` through all layers.
    fn run(&self, first: Option<&Norm>, places: &[usize], keep: Option<Kept>, s: &mut Scratch) {
        let rows = s.x.len() / self.hidden;
        let places = &places[..places.partition_point(|p| *p < rows)];
        match self.kernel {
            Kernel::Portable => self.forward::<Portable>(first, places, keep, s),
            // SAFETY: `with_kernel` saw that the machine has the features.
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => unsafe { self.forward_avx2(first, places, keep, s) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512Vnni => unsafe { self.forward_vnni(first, places, keep, s) },
            #[cfg(not(target_arch = "x86_64"))]
            _ => self.forward::<Portable>(first, places, keep, s),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    fn forward_avx2(
        &self,
        first: Option<&Norm>,
        places: &[usize],
        keep: Option<Kept>,
        s: &mut Scratch,
    ) {
        self.forward::<Avx2>(first, places, keep, s);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,fma")]
    fn forward_vnni(
        &self,
        first: Option<&Norm>,
        places: &[usize],
        keep: Option<Kept>,
        s: &mut Scratch,
    ) {
        self.forward::<Vnni>(first, places, keep, s);
    }

    #[inline(always)]
    fn forward<K: Multiply>(
        &self,
        first: Option<&Norm>,
        places: &[usize],
        mut keep: Option<Kept>,
        s: &mut Scratch,
    ) {
        let h = self.hidden;
        let n = s.x.len() / h;
        s.all.clear();
        s.all.extend(0..n);
        s.qkv.resize(n * 3 * h, 0.0);
        if let Some(norm) = first {
            floats::add_norm(&mut s.x, None, &norm.gain, &norm.bias);
        }
        for (l, layer) in self.layers.iter().enumerate() {
            if let Some(kept) = keep.as_mut().filter(|k| k.after == l) {
                kept.states.extend_from_slice(&s.x);
            }
            layer.qkv.product::<K>(&s.x, &mut s.act, &mut s.qkv, |_| ());
            let mut here: &[usize] = &s.all;
            if l + 1 == self.layers.len() {
                here = places;
                for (to, from) in places.iter().enumerate() {
                    s.x.copy_within(from * h..(from + 1) * h, to * h);
                }
                s.x.truncate(places.len() * h);
            }
            let size = here.len() * h;
            s.mixed.resize(size, 0.0);
            s.y.resize(size, 0.0);
            if layer.qkv.is_int8() {
                attention::attention::<K>(&s.qkv, here, h, &mut s.head, &mut s.mixed);
            } else {
                floats::attention(&s.qkv, here, h, &mut s.float_head, &mut s.mixed);
            }
            layer.out.product::<K>(&s.mixed, &mut s.act, &mut s.y, |_| ());
            let norm = &layer.after_attention;
            floats::add_norm(&mut s.y, Some(&s.x), &norm.gain, &norm.bias);
            s.wide.resize(here.len() * layer.up.outputs, 0.0);
            layer.up.product::<K>(&s.y, &mut s.act, &mut s.wide, floats::gelu);
            layer.down.product::<K>(&s.wide, &mut s.act, &mut s.x, |_| ());
            let norm = &layer.after_feed;
            floats::add_norm(&mut s.x, Some(&s.y), &norm.gain, &norm.bias);
        }
    }
}

fn norm(weights: &Weights, name: &str, width: usize) -> Result<Norm> {
    let get = |part: &str| Ok(weights.tensor(&format!("{name}.{part}"))?.data);
    let norm = Norm { gain: get("g")?, bias: get("b")? };
    if norm.gain.len() != width || norm.bias.len() != width {
        return Err(Error::model(format!("weights: `{name}` is not {width} wide")));
    }
    Ok(norm)
}
