//! All listeners of a simulator, by their numbers from 0.

use crate::house::House;
use crate::listener::Listener;
use crate::start_error::StartError;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The listeners; one that was killed leaves its address behind.
pub(crate) struct Listeners {
    house: Arc<House>,
    addresses: Vec<SocketAddr>,
    open: Mutex<Vec<Option<Listener>>>,
}

impl Listeners {
    /// Listens on these addresses.
    pub(crate) async fn open(
        addresses: &[SocketAddr],
        house: Arc<House>,
    ) -> Result<Self, StartError> {
        let mut open = Vec::new();
        for (number, addr) in addresses.iter().copied().enumerate() {
            open.push(listen(addr, &house, number).await?);
        }
        Ok(Self {
            house,
            addresses: open.iter().map(Listener::addr).collect(),
            open: Mutex::new(open.into_iter().map(Some).collect()),
        })
    }

    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Connections that are open.
    pub(crate) fn connections(&self) -> usize {
        self.lock().iter().flatten().map(Listener::count).sum()
    }

    pub(crate) async fn kill(&self, number: usize) {
        if let Some(listener) = self.take(number) {
            listener.close().await;
        }
    }

    pub(crate) async fn silence(&self, number: usize) {
        if let Some(listener) = self.take(number) {
            listener.set_silent(true);
            listener.cut().await;
            self.put(number, listener);
        }
    }

    pub(crate) async fn revive(&self, number: usize) -> Result<(), StartError> {
        let listener = match self.take(number) {
            Some(silent) => {
                silent.set_silent(false);
                silent
            }
            None => listen(self.addresses[number], &self.house, number).await?,
        };
        self.put(number, listener);
        Ok(())
    }

    pub(crate) async fn cut(&self) {
        for number in 0..self.addresses.len() {
            if let Some(listener) = self.take(number) {
                listener.cut().await;
                self.put(number, listener);
            }
        }
    }

    fn take(&self, number: usize) -> Option<Listener> {
        self.lock().get_mut(number)?.take()
    }

    fn put(&self, number: usize, listener: Listener) {
        self.lock()[number] = Some(listener);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Listener>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn listen(
    addr: SocketAddr,
    house: &Arc<House>,
    number: usize,
) -> Result<Listener, StartError> {
    Listener::open(addr, Arc::clone(house), number)
        .await
        .map_err(|source| StartError::Listen { addr, source })
}
