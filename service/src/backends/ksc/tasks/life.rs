//! How long KSC keeps a response task.

/// KSC deletes a response task after so long (KUMA 3.4, article 300229).
pub(super) const LIFE: time::Duration = time::Duration::days(30);
