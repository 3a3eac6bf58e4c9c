//! What a count of the tasks in KSC cannot know of: requests that are about to be sent, and those
//! that were sent since.
//!
//! Every request asks how many these are. So the answer is kept beside the book, and the book is
//! gone through once for each count and not once for each request. It holds what was sent for as
//! long as such a request may be without its task (`stalled_after`), some forty bytes each.

use std::collections::{BTreeSet, VecDeque};

use time::OffsetDateTime;

/// What the count cannot know of.
#[derive(Default)]
pub(super) struct Uncounted {
    /// The numbers of requests about to be sent: as many as are in hand at most.
    reserved: BTreeSet<u64>,
    /// The number of the next one.
    next: u64,
    /// Requests that were sent, as they were.
    sent: VecDeque<Sent>,
    /// How many of these a count does not know of, and which count.
    since: Option<(Count, usize)>,
}

/// A request that was sent.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: OffsetDateTime,
    /// Where it is known.
    incident: Option<i64>,
}

/// What a count knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    /// When it was taken.
    pub(super) taken: OffsetDateTime,
    /// The youngest incident that it has seen.
    pub(super) last_incident: i64,
}

/// For whom is weighed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose {
    /// The request of this number: what is reserved behind it is not in its way.
    Reserved(u64),
    /// One more, behind everything reserved.
    Next,
}

impl Count {
    /// By the number alone the count would miss, where incidents are deleted, that it has seen the
    /// task of one; by the time alone it would count one again whose answer came after it.
    fn misses(&self, sent: &Sent) -> bool {
        let is_younger = sent.incident.is_none_or(|it| it > self.last_incident);
        sent.at >= self.taken && is_younger
    }
}

impl Uncounted {
    /// A place for a request that is about to be sent.
    pub(super) fn reserve(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        self.reserved.insert(number);
        number
    }

    /// Gives a place back; whether it was held.
    pub(super) fn give_back(&mut self, number: u64) -> bool {
        self.reserved.remove(&number)
    }

    /// The request of this place was sent.
    pub(super) fn sent(&mut self, number: u64, incident: Option<i64>, now: OffsetDateTime) {
        if !self.give_back(number) {
            return;
        }
        let sent = Sent { at: now, incident };
        if let Some((count, many)) = &mut self.since {
            *many += usize::from(count.misses(&sent));
        }
        self.sent.push_back(sent);
    }

    /// How many there are that this count does not know of, with the one for whom is weighed and
    /// all before it. What was sent before `oldest` has its task, or will have none.
    pub(super) fn many(&mut self, count: Count, whose: Whose, oldest: OffsetDateTime) -> usize {
        while let Some(first) = self.sent.pop_front_if(|it| it.at < oldest) {
            if let Some((count, many)) = &mut self.since {
                *many -= usize::from(count.misses(&first));
            }
        }
        let sent = match self.since {
            Some((of, many)) if of == count => many,
            Some(_) | None => self.sent.iter().filter(|it| count.misses(it)).count(),
        };
        self.since = Some((count, sent));
        let reserved = match whose {
            Whose::Reserved(number) => self.reserved.range(..=number).count(),
            Whose::Next => self.reserved.len() + 1,
        };
        sent + reserved
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_000_000_000 + seconds).expect("a time")
    }

    #[test]
    fn what_is_kept_is_what_going_through_the_book_finds() {
        let mut dice = Rng::with_seed(20_261_202);
        let mut book = Uncounted::default();
        let mut count = Count {
            taken: at(0),
            last_incident: 0,
        };
        let (mut held, mut incident) = (Vec::new(), 0);
        for now in 0..20_000 {
            // A clock may be set back.
            let now = at(now - dice.i64(0..30));
            match dice.u8(0..8) {
                0..3 => held.push(book.reserve()),
                3..6 if !held.is_empty() => {
                    incident += 1;
                    let number = held.swap_remove(dice.usize(0..held.len()));
                    let known = dice.u8(0..5) > 0;
                    book.sent(number, known.then_some(incident), now);
                }
                6 if !held.is_empty() => {
                    book.give_back(held.pop().expect("there is one"));
                }
                7 if dice.u8(0..20) == 0 => {
                    count = Count {
                        taken: now,
                        last_incident: incident - dice.i64(0..3),
                    };
                }
                _ => {}
            }
            let oldest = now - time::Duration::seconds(500);

            let many = book.many(count, Whose::Next, oldest);

            let sent = book.sent.iter().filter(|it| count.misses(it)).count();
            assert_eq!(many, sent + held.len() + 1);
        }
        assert!(book.sent.len() < 500, "{}", book.sent.len());
    }
}
