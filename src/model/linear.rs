//! A small dense layer over rows of vectors, for the heads: `y = x Wᵀ + b`.

use super::Weights;
use crate::error::{Error, Result};

/// Weights `[outputs, inputs]` and a bias, as the training code names them (`name.w`, `name.b`).
#[derive(Debug, Clone)]
pub struct Linear {
    inputs: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    /// Takes `name.w` and `name.b` from `weights`.
    pub fn new(weights: &Weights, name: &str) -> Result<Self> {
        let w = weights.tensor(&format!("{name}.w"))?;
        let b = weights.tensor(&format!("{name}.b"))?;
        match w.shape[..] {
            [outputs, inputs] if b.data.len() == outputs && inputs > 0 => {
                Ok(Self { inputs, weights: w.data, bias: b.data })
            }
            _ => Err(Error::model(format!("weights: `{name}` has the shape {:?}", w.shape))),
        }
    }

    /// Width of a result row.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// All rows of `x` (each of the layer's input width) through the layer, in a row.
    pub fn rows(&self, x: &[f32]) -> Vec<f32> {
        debug_assert_eq!(x.len() % self.inputs, 0);
        let mut out = Vec::with_capacity(x.len() / self.inputs * self.bias.len());
        for row in x.chunks_exact(self.inputs) {
            for (weights, bias) in self.weights.chunks_exact(self.inputs).zip(&self.bias) {
                out.push(dot(row, weights) + bias);
            }
        }
        out
    }
}

/// Sum of products, in an order that does not depend on the machine.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0f32; LANES];
    let (a_rest, b_rest) = (a.chunks_exact(LANES).remainder(), b.chunks_exact(LANES).remainder());
    for (x, y) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for i in 0..LANES {
            sums[i] += x[i] * y[i];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_handles_every_length() {
        for n in [0, 1, 15, 16, 17, 40] {
            let a: Vec<f32> = (0..n).map(|i| i as f32).collect();
            let expected: f32 = (0..n).map(|i| (i * i) as f32).sum();
            assert_eq!(dot(&a, &a), expected);
        }
    }
}
