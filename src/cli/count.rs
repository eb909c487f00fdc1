//! What a run has done so far, in numbers and in words. Never decides anything.

use std::time::Duration;

/// Numbers of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// Reports that were read or could not be.
    pub reports: u64,
    /// Statements shown.
    pub statements: u64,
    /// Reports that could not be read.
    pub failed: u64,
    /// Reports that are not about talks.
    pub passed_over: u64,
    /// Entries less sure than asked for.
    pub left_out: u64,
}

impl Count {
    /// "1,000 reports, 7,312 statements, 3 could not be read, 40 s".
    pub fn sentence(&self, taken: Duration) -> String {
        let mut parts = vec![
            number(self.reports, "report", "reports"),
            number(self.statements, "statement", "statements"),
        ];
        let mut some = |n: u64, what: &str| {
            if n > 0 {
                parts.push(format!("{} {what}", thousands(n)));
            }
        };
        some(self.failed, "could not be read");
        some(self.passed_over, "passed over as not about talks");
        some(self.left_out, "less sure entries left out");
        parts.push(duration(taken));
        parts.join(", ")
    }

    /// Whether there was one report and it could not be read, which its own sentence says.
    pub fn lone_failure(&self) -> bool {
        self.reports == 1 && self.failed == 1
    }

    /// Whether anything of the input is missing from the output.
    pub fn incomplete(&self) -> bool {
        self.failed + self.passed_over + self.left_out > 0
    }
}

/// "1 report", "1,000 reports".
pub fn number(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// 1234567 as "1,234,567".
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "0.4 s", "40 s", "2 min 5 s", "1 h 3 min".
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_in_one_sentence() {
        let mut count = Count { reports: 1000, statements: 7312, failed: 3, ..Count::default() };
        let taken = Duration::from_millis(40_200);
        assert_eq!(
            count.sentence(taken),
            "1,000 reports, 7,312 statements, 3 could not be read, 40 s"
        );
        count =
            Count { reports: 1, statements: 1, passed_over: 0, left_out: 2, ..Count::default() };
        let sentence = count.sentence(Duration::from_millis(420));
        assert_eq!(sentence, "1 report, 1 statement, 2 less sure entries left out, 0.4 s");
    }

    #[test]
    fn times_and_numbers_as_people_write_them() {
        for (n, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(n), expected);
        }
        for (s, expected) in [(9, "9.0 s"), (10, "10 s"), (125, "2 min 5 s"), (3800, "1 h 3 min")] {
            assert_eq!(duration(Duration::from_secs(s)), expected);
        }
    }
}
