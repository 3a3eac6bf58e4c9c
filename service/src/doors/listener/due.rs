//! What the library may be given of the request that is under way.

/// What the library may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// A head, or more of one.
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// A body in chunks.
    Chunks,
}
