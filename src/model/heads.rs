//! What heads share: the linear-chain CRF (the best label sequence and each label's probability; emissions come row by
//! row), and GELU.

/// GELU of each number.
pub fn gelu(x: &mut [f32]) {
    super::floats::gelu(x);
}

/// Best labels under `transitions[from * n + to]` and start and end scores, with the score. Source:
/// Viterbi (1967).
pub fn viterbi(
    emissions: &[f32],
    n: usize,
    transitions: &[f32],
    start: &[f32],
    end: &[f32],
) -> (Vec<u8>, f32) {
    let length = emissions.len() / n;
    if length == 0 {
        return (Vec::new(), 0.0);
    }
    let mut best: Vec<f32> = (0..n).map(|j| start[j] + emissions[j]).collect();
    let mut back = vec![0u8; length * n];
    let mut next = vec![0f32; n];
    for t in 1..length {
        for j in 0..n {
            let (mut from, mut most) = (0, f32::NEG_INFINITY);
            for i in 0..n {
                let score = best[i] + transitions[i * n + j];
                if score > most {
                    (from, most) = (i, score);
                }
            }
            back[t * n + j] = from as u8;
            next[j] = most + emissions[t * n + j];
        }
        std::mem::swap(&mut best, &mut next);
    }
    let (mut label, mut score) = (0, f32::NEG_INFINITY);
    for j in 0..n {
        if best[j] + end[j] > score {
            (label, score) = (j, best[j] + end[j]);
        }
    }
    let mut labels = vec![0u8; length];
    for t in (0..length).rev() {
        labels[t] = label as u8;
        label = back[t * n + label] as usize;
    }
    (labels, score)
}

/// Probability of each label at each place, row by row (forward-backward).
pub fn marginals(
    emissions: &[f32],
    n: usize,
    transitions: &[f32],
    start: &[f32],
    end: &[f32],
) -> Vec<f32> {
    let length = emissions.len() / n;
    let e = |t: usize, j: usize| f64::from(emissions[t * n + j]);
    let trans = |i: usize, j: usize| f64::from(transitions[i * n + j]);
    let mut alpha = vec![0f64; length * n];
    let mut beta = vec![0f64; length * n];
    if length == 0 {
        return Vec::new();
    }
    for j in 0..n {
        alpha[j] = f64::from(start[j]) + e(0, j);
        beta[(length - 1) * n + j] = f64::from(end[j]);
    }
    for t in 1..length {
        for j in 0..n {
            let sum = log_sum((0..n).map(|i| alpha[(t - 1) * n + i] + trans(i, j)));
            alpha[t * n + j] = sum + e(t, j);
        }
    }
    for t in (0..length - 1).rev() {
        for i in 0..n {
            beta[t * n + i] =
                log_sum((0..n).map(|j| trans(i, j) + e(t + 1, j) + beta[(t + 1) * n + j]));
        }
    }
    let all = log_sum((0..n).map(|j| alpha[(length - 1) * n + j] + f64::from(end[j])));
    alpha.iter().zip(&beta).map(|(a, b)| (a + b - all).exp() as f32).collect()
}

fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    most + values.map(|v| (v - most).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sequence of three labels over four places, tried one by one.
    #[test]
    fn agrees_with_brute_force() {
        let (n, length) = (3, 4);
        let number = |i: usize| ((i * 7919 % 101) as f32) / 25.0 - 2.0;
        let e: Vec<f32> = (0..n * length).map(number).collect();
        let t: Vec<f32> = (20..20 + n * n).map(number).collect();
        let (s, z): (Vec<f32>, Vec<f32>) =
            ((40..43).map(number).collect(), (50..53).map(number).collect());
        let (mut total, mut best) = (0f64, (f32::NEG_INFINITY, Vec::new()));
        let mut expected = vec![0f64; n * length];
        for code in 0..n.pow(length as u32) {
            let y: Vec<usize> = (0..length).map(|k| code / n.pow(k as u32) % n).collect();
            let mut score = s[y[0]] + z[y[length - 1]];
            score += (0..length).map(|k| e[k * n + y[k]]).sum::<f32>();
            score += (1..length).map(|k| t[y[k - 1] * n + y[k]]).sum::<f32>();
            total += f64::from(score).exp();
            (0..length).for_each(|k| expected[k * n + y[k]] += f64::from(score).exp());
            if score > best.0 {
                best = (score, y);
            }
        }
        let (labels, score) = viterbi(&e, n, &t, &s, &z);
        assert_eq!(labels.iter().map(|l| *l as usize).collect::<Vec<_>>(), best.1);
        assert!((score - best.0).abs() < 1e-4);
        for (got, want) in marginals(&e, n, &t, &s, &z).iter().zip(expected) {
            assert!((f64::from(*got) - want / total).abs() < 1e-5);
        }
    }
}
