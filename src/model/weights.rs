//! A safetensors file to tensors. Never copies the big ones: int8 matrices are borrowed from the bytes.

use safetensors::{Dtype, SafeTensors};

use crate::error::{Error, Result};

/// A small tensor of numbers, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f32>,
}

/// The tensors of a weights file (`travaux.weights/1`).
#[derive(Debug)]
pub struct Weights<'b> {
    tensors: SafeTensors<'b>,
}

/// A matrix as stored: int8 with a scale a row, or plain numbers.
pub(super) enum Matrix<'b> {
    Int8 { values: &'b [u8], scales: Vec<f32> },
    Float(Vec<f32>),
}

impl<'b> Weights<'b> {
    /// Opens the bytes of a weights file; fails where they are not one.
    pub fn from_bytes(bytes: &'b [u8]) -> Result<Self> {
        let tensors = SafeTensors::deserialize(bytes)
            .map_err(|e| Error::model(format!("weights: not a safetensors file ({e})")))?;
        Ok(Self { tensors })
    }

    /// The tensor `name` as numbers.
    pub fn tensor(&self, name: &str) -> Result<Tensor> {
        let view = self.view(name)?;
        if view.dtype() != Dtype::F32 {
            return Err(Error::model(format!("weights: `{name}` is {:?}, not F32", view.dtype())));
        }
        let data = view.data().as_chunks::<4>().0.iter().map(|c| f32::from_le_bytes(*c)).collect();
        Ok(Tensor { shape: view.shape().to_vec(), data })
    }

    /// The matrix `name`, whichever way it is stored, with its shape.
    pub(super) fn matrix(&self, name: &str) -> Result<(Matrix<'b>, [usize; 2])> {
        let quantised = format!("{name}.q");
        if let Ok(view) = self.tensors.tensor(&quantised) {
            let shape = two(view.shape(), name)?;
            let scales = self.tensor(&format!("{name}.s"))?.data;
            if view.dtype() != Dtype::I8 || scales.len() != shape[0] {
                return Err(Error::model(format!(
                    "weights: `{quantised}` has no int8 values or scales"
                )));
            }
            return Ok((Matrix::Int8 { values: view.data(), scales }, shape));
        }
        let tensor = self.tensor(&format!("{name}.w"))?;
        let shape = two(&tensor.shape, name)?;
        Ok((Matrix::Float(tensor.data), shape))
    }

    fn view(&self, name: &str) -> Result<safetensors::tensor::TensorView<'b>> {
        self.tensors.tensor(name).map_err(|_| Error::model(format!("weights: no tensor `{name}`")))
    }
}

fn two(shape: &[usize], name: &str) -> Result<[usize; 2]> {
    shape.try_into().map_err(|_| Error::model(format!("weights: `{name}` is no matrix")))
}
