//! Tensors, encoder, weights: text in, one vector a word out. Knows no language task.
