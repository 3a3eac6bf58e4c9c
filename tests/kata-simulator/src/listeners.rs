//! All listeners of a simulator, by their numbers from 0.

use crate::house::House;
use crate::listener::{Listener, reserve};
use crate::start_error::StartError;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpSocket;

/// The listeners.
pub(crate) struct Listeners {
    house: Arc<House>,
    addresses: Vec<SocketAddr>,
    seats: Mutex<Vec<Seat>>,
}

/// What is at an address.
enum Seat {
    /// A listener, which may be silent.
    Taken(Listener),
    /// One that was killed has left its port behind, which stays reserved where that was possible.
    Free(Option<TcpSocket>),
}

impl Listeners {
    /// Listens on these addresses.
    pub(crate) fn open(addresses: &[SocketAddr], house: Arc<House>) -> Result<Self, StartError> {
        let mut open = Vec::new();
        for (number, addr) in addresses.iter().copied().enumerate() {
            open.push(listen(None, addr, &house, number)?);
        }
        Ok(Self {
            house,
            addresses: open.iter().map(Listener::addr).collect(),
            seats: Mutex::new(open.into_iter().map(Seat::Taken).collect()),
        })
    }

    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Connections that are open.
    pub(crate) fn connections(&self) -> usize {
        let count = |seat: &Seat| match seat {
            Seat::Taken(listener) => listener.count(),
            Seat::Free(_) => 0,
        };
        self.lock().iter().map(count).sum()
    }

    pub(crate) async fn kill(&self, number: usize) {
        if let Some(listener) = self.take(number) {
            listener.close().await;
            let reserved = reserve(self.addresses[number]).ok();
            self.put(number, Seat::Free(reserved));
        }
    }

    pub(crate) async fn silence(&self, number: usize) {
        if let Some(listener) = self.take(number) {
            listener.set_silent(true);
            listener.cut().await;
            self.put(number, Seat::Taken(listener));
        }
    }

    pub(crate) fn revive(&self, number: usize) -> Result<(), StartError> {
        let listener = if let Some(silent) = self.take(number) {
            silent.set_silent(false);
            silent
        } else {
            let addr = self.addresses[number];
            listen(self.take_port(number), addr, &self.house, number)?
        };
        self.put(number, Seat::Taken(listener));
        Ok(())
    }

    pub(crate) async fn cut(&self) {
        for number in 0..self.addresses.len() {
            if let Some(listener) = self.take(number) {
                listener.cut().await;
                self.put(number, Seat::Taken(listener));
            }
        }
    }

    /// Takes a listener from its seat.
    fn take(&self, number: usize) -> Option<Listener> {
        let mut seats = self.lock();
        let seat = seats.get_mut(number)?;
        match std::mem::replace(seat, Seat::Free(None)) {
            Seat::Taken(listener) => Some(listener),
            free @ Seat::Free(_) => {
                *seat = free;
                None
            }
        }
    }

    /// Takes the port that was reserved there.
    fn take_port(&self, number: usize) -> Option<TcpSocket> {
        match self.lock().get_mut(number)? {
            Seat::Free(reserved) => reserved.take(),
            Seat::Taken(_) => None,
        }
    }

    fn put(&self, number: usize, seat: Seat) {
        self.lock()[number] = seat;
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens on a port that is reserved already, or on an address.
fn listen(
    reserved: Option<TcpSocket>,
    addr: SocketAddr,
    house: &Arc<House>,
    number: usize,
) -> Result<Listener, StartError> {
    let socket = reserved.map_or_else(|| reserve(addr), Ok);
    socket
        .and_then(|it| Listener::open(it, Arc::clone(house), number))
        .map_err(|source| StartError::Listen { addr, source })
}
