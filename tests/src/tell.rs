//! Figures that belong to a test's result, for whoever reads the run.

/// Tells a figure; `cargo verify` shows it among the tests.
#[expect(clippy::print_stdout, reason = "a figure is told on standard output")]
pub fn tell(figure: &str) {
    println!("» {figure}");
}
