//! `portal-server`: see `portal-server --help`.

fn main() {}
