//! All ways to pair requests with tasks, both in their order, as many pairs as can be.

/// The largest pairings. `before[i][j]` is the most pairs among the first i requests and j tasks,
/// `behind[i][j]` among those from there on.
pub(super) struct Pairings {
    fits: Vec<Vec<bool>>,
    before: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
}

impl Pairings {
    /// Of `n` requests and `m` tasks of which these fit together.
    pub(super) fn new(n: usize, m: usize, fits: impl Fn(usize, usize) -> bool) -> Self {
        let row = |i: usize| (0..m).map(|j| fits(i, j)).collect();
        let fits: Vec<Vec<bool>> = (0..n).map(row).collect();
        let mut before = vec![vec![0; m + 1]; n + 1];
        let mut behind = vec![vec![0; m + 1]; n + 1];
        for i in 1..=n {
            for j in 1..=m {
                let pair = if fits[i - 1][j - 1] {
                    before[i - 1][j - 1] + 1
                } else {
                    0
                };
                before[i][j] = pair.max(before[i - 1][j]).max(before[i][j - 1]);
            }
        }
        for i in (0..n).rev() {
            for j in (0..m).rev() {
                let pair = if fits[i][j] {
                    behind[i + 1][j + 1] + 1
                } else {
                    0
                };
                behind[i][j] = pair.max(behind[i + 1][j]).max(behind[i][j + 1]);
            }
        }
        Self {
            fits,
            before,
            behind,
        }
    }

    fn most(&self) -> usize {
        self.behind[0][0]
    }

    /// Whether some largest pairing gives this task to this request.
    pub(super) fn may_be(&self, request: usize, task: usize) -> bool {
        self.fits[request][task]
            && self.before[request][task] + 1 + self.behind[request + 1][task + 1] == self.most()
    }

    /// Whether some largest pairing gives this request nothing.
    pub(super) fn may_have_none(&self, request: usize) -> bool {
        (0..self.behind[0].len())
            .any(|it| self.before[request][it] + self.behind[request + 1][it] == self.most())
    }
}
