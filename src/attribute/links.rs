//! Which source and which contents belong to which cue: a bilinear score over the fragments' edge
//! words plus tables of where the two stand. Never links what stands further apart than [`FAR`].

use super::tags::{Fragment, Role};
use crate::annotate::{Document, bucket};
use crate::error::Result;
use crate::model::Weights;
use crate::model::linear::{Linear, dot};

/// Words between the two beyond which nothing belongs together.
const FAR: usize = 300;

/// Cues to either side of a content that it may belong to.
const REACH: usize = 2;

/// A cue with what belongs to it, as indices of fragments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribution {
    pub cue: usize,
    pub source: Option<usize>,
    pub contents: Vec<usize>,
    /// Probability of the least certain link to a content.
    pub confidence: f32,
}

struct Link {
    cue: Linear,
    fragment: Linear,
    gap: Vec<f32>,
    between: Vec<f32>,
    paragraphs: Vec<f32>,
    null: f32,
}

/// The two link scorers.
pub(super) struct Linker {
    source: Link,
    content: Link,
}

impl Linker {
    pub(super) fn new(weights: &Weights) -> Result<Self> {
        Ok(Self {
            source: Link::new(weights, "source_link")?,
            content: Link::new(weights, "content_link")?,
        })
    }

    /// Attributions in the order of their cues; those without content are left out.
    pub(super) fn link(&self, document: &Document, fragments: &[Fragment]) -> Vec<Attribution> {
        let of =
            |role| (0..fragments.len()).filter(|i| fragments[*i].role == role).collect::<Vec<_>>();
        let (sources, cues, contents) = (of(Role::Source), of(Role::Cue), of(Role::Content));
        let starts = |ids: &[usize]| ids.iter().map(|i| fragments[*i].first).collect::<Vec<_>>();
        let place =
            Place { document, starts: [starts(&sources), starts(&cues), starts(&contents)] };
        let mut out: Vec<Attribution> = cues
            .iter()
            .map(|&cue| Attribution { cue, source: None, contents: Vec::new(), confidence: 1.0 })
            .collect();
        let keys = self.source.keys(document, fragments, &cues, &sources);
        for (c, attribution) in out.iter_mut().enumerate() {
            let cue = &fragments[cues[c]];
            let near = near(&sources, fragments, cue);
            let score =
                |s: usize| self.source.score(&keys, &place, (c, cue), (s, &fragments[sources[s]]));
            attribution.source = best(near, score, self.source.null).0.map(|s| sources[s]);
        }
        let keys = self.content.keys(document, fragments, &cues, &contents);
        for (k, &content) in contents.iter().enumerate() {
            let fragment = &fragments[content];
            let near = near(&cues, fragments, fragment);
            // Words belong to a cue beside them: not over the heads of two others.
            let here = place.starts[1].partition_point(|s| *s < fragment.first);
            let near = near.start.max(here.saturating_sub(REACH))..near.end.min(here + REACH);
            let near = near.start..near.end.max(near.start);
            let score = |c: usize| {
                self.content.score(&keys, &place, (c, &fragments[cues[c]]), (k, fragment))
            };
            if let (Some(c), p) = best(near, score, self.content.null) {
                out[c].contents.push(content);
                out[c].confidence = out[c].confidence.min(p);
            }
        }
        out.retain(|a| !a.contents.is_empty());
        out
    }
}

/// Where fragments stand among the others.
struct Place<'d> {
    document: &'d Document,
    starts: [Vec<usize>; 3],
}

impl Link {
    fn new(weights: &Weights, name: &str) -> Result<Self> {
        let get = |part: &str| Ok(weights.tensor(&format!("{name}.{part}"))?.data);
        Ok(Self {
            cue: Linear::new(weights, &format!("{name}.cue"))?,
            fragment: Linear::new(weights, &format!("{name}.frag"))?,
            gap: get("gap")?,
            between: get("between")?,
            paragraphs: get("para")?,
            null: get("null")?.first().copied().unwrap_or(0.0),
        })
    }

    /// Projected cues and fragments.
    fn keys(
        &self,
        document: &Document,
        all: &[Fragment],
        cues: &[usize],
        others: &[usize],
    ) -> [Vec<f32>; 2] {
        let ends = |ids: &[usize]| {
            let mut rows = Vec::with_capacity(ids.len() * 2 * crate::annotate::WIDTH);
            for &i in ids {
                rows.extend_from_slice(document.vector(all[i].first));
                rows.extend_from_slice(document.vector(all[i].end - 1));
            }
            rows
        };
        [self.cue.rows(&ends(cues)), self.fragment.rows(&ends(others))]
    }

    fn score(
        &self,
        keys: &[Vec<f32>; 2],
        place: &Place,
        cue: (usize, &Fragment),
        other: (usize, &Fragment),
    ) -> f32 {
        let width = self.cue.outputs();
        let row = |k: usize, i: usize| &keys[k][i * width..(i + 1) * width];
        let product = dot(row(0, cue.0), row(1, other.0)) / (width as f32).sqrt();
        let before = cue.1.first < other.1.first;
        let (low, high) = if before { (cue.1, other.1) } else { (other.1, cue.1) };
        let gaps = self.gap.len() / 2;
        let gap = bucket(high.first.saturating_sub(low.end)) + if before { gaps } else { 0 };
        let between: f32 = (0..3)
            .map(|kind| {
                let starts = &place.starts[kind];
                let n = starts
                    .partition_point(|s| *s < high.first)
                    .saturating_sub(starts.partition_point(|s| *s <= low.first));
                self.between[kind * 4 + n.min(3)]
            })
            .sum();
        let paragraph = |w: usize| place.document.tokens[w].paragraph;
        let apart = (paragraph(high.first) - paragraph(low.first)).min(3);
        product + self.gap[gap] + between + self.paragraphs[apart as usize]
    }
}

/// Indices into `ids` of the fragments that are near enough; `ids` are in order of their first word.
fn near(ids: &[usize], fragments: &[Fragment], to: &Fragment) -> std::ops::Range<usize> {
    let from = ids.partition_point(|i| fragments[*i].end + FAR < to.first);
    let end = ids.partition_point(|i| fragments[*i].first <= to.end + FAR);
    from..end.max(from)
}

/// The best candidate with its probability; `None` where nothing beats `null`.
fn best(
    candidates: std::ops::Range<usize>,
    score: impl Fn(usize) -> f32,
    null: f32,
) -> (Option<usize>, f32) {
    let scores: Vec<(usize, f32)> = candidates.map(|c| (c, score(c))).collect();
    let top = scores.iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|s| s.1 > null);
    let most = top.map_or(null, |t| t.1);
    let sum: f32 = scores.iter().map(|s| (s.1 - most).exp()).sum::<f32>() + (null - most).exp();
    (top.map(|t| t.0), 1.0 / sum)
}
