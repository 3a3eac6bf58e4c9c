//! At which back end work is: the lines that it logs say so, in the field `backend`.
//!
//! It follows the work, as the trace does: [`carried`] hands it to a task that goes on by itself.

use vocabulary::task_id::Alias;

tokio::task_local! {
    static PLACE: Option<Alias>;
}

/// Work at this back end.
pub fn at<F: Future>(backend: &Alias, work: F) -> impl Future<Output = F::Output> + use<F> {
    PLACE.scope(Some(backend.clone()), work)
}

/// What is done at once at this back end.
pub fn at_once<T>(backend: &Alias, work: impl FnOnce() -> T) -> T {
    PLACE.sync_scope(Some(backend.clone()), work)
}

/// Work that stays where whoever asks for it is, when it goes on in a task of its own.
pub fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> + use<F> {
    let here = with_here(Clone::clone);
    PLACE.scope(here, work)
}

/// Does something with the back end that the work is at.
pub(super) fn with_here<T>(see: impl FnOnce(&Alias) -> T) -> Option<T> {
    PLACE.try_with(|it| it.as_ref().map(see)).ok().flatten()
}
