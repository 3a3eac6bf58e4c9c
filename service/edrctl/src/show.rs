//! What a person sees: answers of the gateway as text for a terminal, a file or another program.
//!
//! Nothing here asks anybody, and only [`Screen`] looks at the terminal: the rest are functions of a
//! value and a screen. Answers are read leniently: a member that is missing is left out, a word that
//! nobody knows is shown as it came, and a member that nobody knows stands at the end of its page.
//!
//! The files stand in the order in which they use each other, the simplest first: one text
//! ([`clean`](mod@clean), [`width`], [`ink`]), texts beside and below each other ([`table`], [`page`]), what
//! answers hold ([`member`], [`age`], [`state`]), one file for each kind of answer, and what is said
//! while a task is waited for ([`live`]).

pub mod screen;
pub mod clean;
pub mod width;
pub mod ink;
pub mod table;
pub mod page;
pub mod member;
pub mod age;
pub mod state;
pub mod tasks;
pub mod task;
pub mod hosts;
pub mod actions;
pub mod backends;
pub mod budget;
pub mod identity;
pub mod rehearsal;
pub mod shell;
pub mod again;
pub mod advice;
pub mod blame;
pub mod problem;
pub mod batch;
pub mod live;
pub mod form;

pub use clean::clean;
pub use screen::Screen;
