//! Places for what is dear, as drawing pages is: few in all, and fewer for each who asks.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_lock::{Semaphore, SemaphoreGuardArc};
use futures_util::future::{Either, select};

use super::Error;
use crate::ports::Clock;
use crate::values::{Actor, FirmId};

/// How long somebody waits for a place.
const PATIENCE: Duration = Duration::from_secs(5);

/// Somebody for whom few things are done at a time.
type Whose = (FirmId, Actor);

/// Places for what is dear.
pub(crate) struct Places {
    all: Arc<Semaphore>,
    /// How many each may have.
    each: usize,
    /// The places of each who has one or waits; those of the others are forgotten.
    own: Mutex<HashMap<Whose, Weak<Semaphore>>>,
}

/// A place, which is free again once it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _own: SemaphoreGuardArc,
    _one_of_all: SemaphoreGuardArc,
}

impl Places {
    /// So many in all, and one of them for each.
    pub(crate) fn new(at_once: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(at_once.max(1))), each: 1, own: Mutex::default() }
    }

    /// So many for each.
    pub(crate) fn each(self, each: usize) -> Self {
        Self { each: each.max(1), ..self }
    }

    /// Takes a place, or is [`Error::Busy`] when none is free for a while.
    pub(crate) async fn take(&self, clock: &dyn Clock, whose: Whose) -> Result<Place, Error> {
        let own = self.own(whose);
        let taking = pin!(async {
            // Their own first: whoever asks for many at once must not hold the places of others while they wait.
            let own = own.acquire_arc().await;
            Place { _own: own, _one_of_all: self.all.acquire_arc().await }
        });
        match select(taking, clock.pause(PATIENCE)).await {
            Either::Left((place, _)) => Ok(place),
            Either::Right(_) => Err(Error::Busy),
        }
    }

    fn own(&self, whose: Whose) -> Arc<Semaphore> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, place| place.strong_count() > 0);
        if let Some(place) = own.get(&whose).and_then(Weak::upgrade) {
            return place;
        }
        let place = Arc::new(Semaphore::new(self.each));
        own.insert(whose, Arc::downgrade(&place));
        place
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::testing::VirtualClock;
    use crate::values::ContactId;

    fn contact(number: u128) -> Whose {
        (FirmId::from_bits(1), Actor::Contact(ContactId::from_bits(number)))
    }

    #[test]
    fn l28_each_has_one_place_and_all_together_have_few() {
        let clock = VirtualClock::stepped();
        let places = Places::new(2);
        let take = |number| places.take(&clock, contact(number)).now_or_never();
        let first = take(1).unwrap().unwrap();
        assert!(take(1).is_none(), "theirs is taken");
        let second = take(2).unwrap().unwrap();
        assert!(take(3).is_none(), "all are taken");
        drop(first);
        let third = take(3).unwrap().unwrap();
        assert!(take(1).is_none());
        drop((second, third));
        assert!(take(1).is_some_and(|place| place.is_ok()));
        assert_eq!(places.own.lock().unwrap().len(), 1, "who left is forgotten");
    }

    #[test]
    fn l29_where_each_has_several_they_have_no_more_than_those() {
        let clock = VirtualClock::stepped();
        let places = Places::new(10).each(3);
        let take = |number| places.take(&clock, contact(number)).now_or_never();
        let held: Vec<_> = (0..3).map(|_| take(1).unwrap().unwrap()).collect();
        assert!(take(1).is_none() && take(2).is_some());
        drop(held);
        assert!(take(1).is_some());
    }

    #[tokio::test]
    async fn l28_whoever_waits_too_long_is_told_that_it_is_busy() {
        let clock = VirtualClock::new();
        let places = Places::new(1);
        let taken = places.take(&clock, contact(1)).await.unwrap();
        for number in [1, 2] {
            assert!(matches!(places.take(&clock, contact(number)).await, Err(Error::Busy)));
        }
        drop(taken);
        assert!(places.take(&clock, contact(2)).await.is_ok());
    }

    #[test]
    fn l28_whoever_waits_for_their_own_place_holds_none_of_the_others() {
        let clock = VirtualClock::stepped();
        let places = Places::new(2);
        let _first = places.take(&clock, contact(1)).now_or_never().unwrap().unwrap();
        let mut waiting: Vec<_> = (0..50).map(|_| Box::pin(places.take(&clock, contact(1)))).collect();
        for wait in &mut waiting {
            assert!(wait.now_or_never().is_none());
        }
        assert!(places.take(&clock, contact(2)).now_or_never().is_some_and(|place| place.is_ok()));
    }
}
