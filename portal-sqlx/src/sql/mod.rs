//! One small layer over the driver: texts with `$n`, values, rows, and transactions that a dropped future cannot tear.
//!
//! Where a text says `CROSS JOIN`, the order is meant: SQLite keeps it, while of a plain join it may begin with all rows of a
//! firm because that saves it sorting. What it does with every text is seen in `plans`.

mod sqlite;
mod text;
mod value;

pub(crate) use sqlite::{Database, Transaction};
pub(crate) use text::{list, render, rendered, tuples};
pub(crate) use value::{Fields, Kind, Row, Value, unreadable};

/// The most rows that go into one statement: SQLite reads numbered parameters in time that grows with their square.
pub(crate) const ROWS_AT_ONCE: usize = 50;
