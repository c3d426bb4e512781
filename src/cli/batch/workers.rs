//! Parts of a long job, done by several workers and taken in order.
//!
//! Whoever is free takes the next part; what was made of it waits until it is its turn. So no more parts are in memory than
//! there are workers, however long the job, and what comes out does not depend on how many there are.

use std::{
    num::NonZero,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Where parts come from.
struct Source<N> {
    next: N,
    /// Ordinal of the part that comes next.
    at: usize,
    ended: bool,
}

/// Where what was made of them goes.
struct Sink<T, E> {
    take: T,
    /// Ordinal of the part whose turn it is.
    turn: usize,
    error: Option<E>,
}

/// Runs a job: parts from `next`, each worked on by a worker made by `worker`, and taken by `take`, in order if `ordered`.
///
/// # Errors
///
/// The first error of `next` or `take`, in the order of the parts; what comes before was taken.
pub(super) fn run<P, D, E, W>(
    threads: NonZero<usize>,
    ordered: bool,
    next: impl FnMut() -> Result<Option<P>, E> + Send,
    worker: impl Fn() -> W + Sync,
    take: impl FnMut(D) -> Result<(), E> + Send,
) -> Result<(), E>
where
    P: Send,
    D: Send,
    E: Send,
    W: FnMut(P) -> D,
{
    let source = Mutex::new(Source { next, at: 0, ended: false });
    let sink = Mutex::new(Sink { take, turn: 0, error: None });
    let turn = Condvar::new();
    let work = || {
        let mut worker = worker();
        loop {
            let (at, part) = {
                let mut source = lock(&source);
                if source.ended {
                    return;
                }
                let part = (source.next)();
                source.ended = !matches!(part, Ok(Some(_)));
                source.at += 1;
                (source.at - 1, part)
            };
            let done = match part {
                Ok(Some(part)) => Ok(worker(part)),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            let mut sink = lock(&sink);
            while ordered && sink.turn != at && sink.error.is_none() {
                sink = turn.wait(sink).unwrap_or_else(PoisonError::into_inner);
            }
            if sink.error.is_none() {
                sink.error = done.and_then(|done| (sink.take)(done)).err();
            }
            sink.turn += 1;
            let failed = sink.error.is_some();
            drop(sink);
            turn.notify_all();
            if failed {
                lock(&source).ended = true;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            scope.spawn(work);
        }
        work();
    });
    sink.into_inner().unwrap_or_else(PoisonError::into_inner).error.map_or(Ok(()), Err)
}

/// A worker that panics ends the program, so that nobody sees what it left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(threads: usize, ordered: bool, fails_at: Option<u64>) -> (Vec<u64>, Result<(), u64>) {
        let mut numbers = 0..200_u64;
        let mut taken = Vec::new();
        let result = run(
            NonZero::new(threads).expect("some"),
            ordered,
            || match numbers.next() {
                Some(number) if Some(number) == fails_at => Err(number),
                number => Ok(number),
            },
            || {
                |number: u64| {
                    // Some parts take longer than those behind them.
                    thread::sleep(std::time::Duration::from_micros(number % 7 * 50));
                    number * number
                }
            },
            |square| {
                taken.push(square);
                Ok(())
            },
        );
        (taken, result)
    }

    #[test]
    fn parts_are_taken_in_order_on_any_number_of_threads() {
        let expected: Vec<_> = (0..200).map(|n| n * n).collect();
        for threads in [1, 2, 7] {
            assert_eq!(squares(threads, true, None), (expected.clone(), Ok(())));
            let (mut taken, result) = squares(threads, false, None);
            taken.sort_unstable();
            assert_eq!((taken, result), (expected.clone(), Ok(())));
        }
    }

    #[test]
    fn an_error_comes_after_all_parts_before_it() {
        let expected: Vec<_> = (0..60).map(|n| n * n).collect();
        for threads in [1, 2, 7] {
            assert_eq!(squares(threads, true, Some(60)), (expected.clone(), Err(60)));
        }
    }
}
