//! One small layer over the driver: texts with `$n`, values, rows, and transactions that a dropped future cannot tear.

mod sqlite;
mod text;
mod value;

pub(crate) use sqlite::{Database, Transaction};
pub(crate) use text::{list, render, tuples};
pub(crate) use value::{Fields, Kind, Row, Value, unreadable};

/// The most rows that go into one statement: SQLite reads numbered parameters in time that grows with their square.
pub(crate) const ROWS_AT_ONCE: usize = 50;
