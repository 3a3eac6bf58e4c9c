//! Rows and columns that fit the terminal.
//!
//! Where not everything fits, the least important columns go first, then the cells of the less
//! important ones are shortened. In a pipe every cell is whole.

use std::borrow::Cow;

use crate::show::clean::clean;
use crate::show::ink::Ink;
use crate::show::screen::Screen;
use crate::show::width::{cut, width};

/// What stands between two columns.
const GAP: &str = "  ";

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What stands above it.
    pub heading: &'static str,
    /// How important it is: that of the highest number goes first.
    pub rank: u8,
    /// How far its cells may be shortened.
    pub least: usize,
}

impl Column {
    /// A column.
    #[must_use]
    pub const fn new(heading: &'static str, rank: u8, least: usize) -> Self {
        Self {
            heading,
            rank,
            least,
        }
    }
}

/// A cell: a clean text, and how it looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    text: String,
    ink: Ink,
}

impl Cell {
    /// A text of anybody's in this ink.
    #[must_use]
    pub fn new(text: &str, ink: Ink) -> Self {
        Self {
            text: clean(text).into_owned(),
            ink,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text, Ink::Plain)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// The rows under their headings, a line each. A column in which nobody has anything is left out; a
/// row that is shorter than the columns has nothing in the last ones.
#[must_use]
pub fn table(columns: &[Column], rows: &[Vec<Cell>], screen: Screen) -> String {
    let natural: Vec<usize> = (0..columns.len())
        .map(|number| {
            let cells = rows.iter().filter_map(|row| row.get(number));
            let widest = cells.map(|it| width(&it.text)).max().unwrap_or(0);
            match widest {
                0 => 0,
                _ => widest.max(width(columns[number].heading)),
            }
        })
        .collect();
    let fitted = fit(columns, &natural, screen.width);
    let headings: Vec<Cell> = columns
        .iter()
        .map(|it| Cell::new(it.heading, Ink::Heading))
        .collect();
    let mut text = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        push(&mut text, row, &fitted, screen);
    }
    text
}

/// Writes one line.
fn push(text: &mut String, row: &[Cell], fitted: &[(usize, usize)], screen: Screen) {
    let nothing = Cell::default();
    let mut blanks = 0;
    for &(number, columns) in fitted {
        let cell = row.get(number).unwrap_or(&nothing);
        let shown = if screen.is_terminal() {
            cut(&cell.text, columns)
        } else {
            Cow::Borrowed(cell.text.as_str())
        };
        // Nothing is written behind the last text of a line.
        if !shown.is_empty() {
            text.extend(std::iter::repeat_n(' ', blanks));
            text.push_str(&cell.ink.paint(&shown, screen.colour));
            blanks = 0;
        }
        blanks += columns.saturating_sub(width(&shown)) + GAP.len();
    }
    text.push('\n');
}

/// Which columns are shown, and how wide each of them is.
fn fit(columns: &[Column], natural: &[usize], most: usize) -> Vec<(usize, usize)> {
    let mut shown: Vec<(usize, usize)> = natural
        .iter()
        .enumerate()
        .filter(|it| *it.1 > 0)
        .map(|(number, own)| (number, (*own).min(columns[number].least)))
        .collect();
    let rank = |it: &(usize, usize)| columns[it.0].rank;
    let total = |shown: &[(usize, usize)]| -> usize {
        let gaps = shown.len().saturating_sub(1) * GAP.len();
        shown.iter().map(|it| it.1).sum::<usize>() + gaps
    };
    while shown.len() > 1 && total(&shown) > most {
        let last = (0..shown.len()).max_by_key(|at| rank(&shown[*at]));
        shown.remove(last.expect("there are two at least"));
    }
    let mut free = most.saturating_sub(total(&shown));
    let mut order: Vec<usize> = (0..shown.len()).collect();
    order.sort_by_key(|at| rank(&shown[*at]));
    for at in order {
        let (number, columns) = shown[at];
        let more = (natural[number] - columns).min(free);
        shown[at].1 += more;
        free -= more;
    }
    // One column alone that is too wide.
    if let [(_, columns)] = &mut shown[..] {
        *columns = (*columns).min(most);
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::new("ID", 0, 4),
        Column::new("HOST", 1, 4),
        Column::new("EVIDENCE", 2, 6),
    ];

    fn terminal(width: usize) -> Screen {
        Screen {
            width,
            ..Screen::PIPE
        }
    }

    fn rows() -> Vec<Vec<Cell>> {
        vec![
            vec![
                "ksc-42".into(),
                "山田-PC".into(),
                "KSC task 195 reports".into(),
            ],
            vec!["ksc-7".into(), "WS-042".into()],
        ]
    }

    #[test]
    fn a_pipe_has_every_cell_whole_and_nothing_behind_the_last() {
        assert_eq!(
            table(&COLUMNS, &rows(), Screen::PIPE),
            "ID      HOST     EVIDENCE\n\
             ksc-42  山田-PC  KSC task 195 reports\n\
             ksc-7   WS-042\n"
        );
    }

    #[test]
    fn what_is_less_important_is_shortened_then_left_out() {
        assert_eq!(
            table(&COLUMNS, &rows(), terminal(28)),
            "ID      HOST     EVIDENCE\n\
             ksc-42  山田-PC  KSC task 1…\n\
             ksc-7   WS-042\n"
        );
        assert_eq!(
            table(&COLUMNS, &rows(), terminal(13)),
            "ID      HOST\nksc-42  山田…\nksc-7   WS-0…\n"
        );
        assert_eq!(table(&COLUMNS, &rows(), terminal(5)), "ID\nksc-…\nksc-7\n");
    }

    #[test]
    fn a_column_in_which_nobody_has_anything_is_left_out() {
        let rows = vec![vec!["1".into(), "".into(), "seen".into()]];

        assert_eq!(
            table(&COLUMNS, &rows, Screen::PIPE),
            "ID  EVIDENCE\n1   seen\n"
        );
    }

    #[test]
    fn colours_take_no_room() {
        let rows = vec![vec![Cell::new("bad", Ink::Bad), "x".into()]];
        let coloured = Screen {
            colour: true,
            ..Screen::PIPE
        };

        let shown = table(&COLUMNS, &rows, coloured);

        assert!(shown.ends_with("\u{1b}[31mbad\u{1b}[0m  x\n"), "{shown:?}");
    }

    proptest! {
        #[test]
        fn whatever_the_cells_hold_no_line_is_wider_than_the_terminal(
            cells in prop::collection::vec(any::<String>(), 9),
            most in 1_usize..60,
        ) {
            let rows: Vec<Vec<Cell>> = cells
                .chunks(3)
                .map(|row| row.iter().map(|it| it.as_str().into()).collect())
                .collect();

            let shown = table(&COLUMNS, &rows, terminal(most));

            prop_assert_eq!(shown.lines().count(), 4);
            for line in shown.lines() {
                prop_assert!(width(line) <= most, "{line:?}");
            }
        }
    }
}
