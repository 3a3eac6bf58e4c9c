//! Who hears what becomes of spans.

/// Hears what becomes of spans. Called wherever a span ends: must not block.
pub trait Counter: Send + Sync + 'static {
    /// The collector took so many.
    fn exported(&self, spans: usize);
    /// So many never came there.
    fn dropped(&self, spans: usize);
}
