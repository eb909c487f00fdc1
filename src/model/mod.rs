//! Tensors, encoder, weights: text in, one vector a word piece out. Knows no language task.

mod attention;
mod encoder;
mod floats;
pub mod heads;
mod kernel;
pub mod linear;
pub mod tagger;
mod weights;
pub mod wordpiece;

pub use encoder::{Encoder, Kept, Layers, Piece, Scratch};
pub use kernel::Kernel;
pub use weights::{Tensor, Weights};
