//! What an access check costs: as a pure rule, through the store in memory, through SQLite; and listing what a contact sees.
//!
//! The question is growth: not with documents, and at most linearly with depth. Documents lie in folders of 100 at the end
//! of a spine of the given depth, with one grant at its top;
//! listing is measured with more grants too, on documents. One row by its key is there to compare with. Run: `cargo bench --bench access`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a measurement that cannot be made ends the program"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use portal_core::ports::Store;
use portal_core::sharing::{effective_access, shared_roots};
use portal_core::values::{NodeId, Timestamp};

#[path = "shared/tree.rs"]
mod tree;

const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

fn access(criterion: &mut Criterion) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    for (documents, depth) in [(1_000, 5), (10_000, 5), (100_000, 5), (10_000, 3), (10_000, 10), (10_000, 30)] {
        let planted = tree::Planted::new(documents, depth);
        let stores = runtime.block_on(tree::stores(&planted));
        for (name, store) in &stores.stores {
            measure(criterion, &runtime, &planted, name, store);
        }
    }
}

fn measure(
    criterion: &mut Criterion,
    runtime: &tokio::runtime::Runtime,
    planted: &tree::Planted,
    name: &str,
    store: &Arc<dyn Store>,
) {
    let (firm, client, ana) = (planted.firm, planted.client, planted.contact);
    let deepest: NodeId = planted.deepest.into();
    let shape = format!("{} documents, depth {}", planted.documents, planted.depth);
    let ancestry = runtime.block_on(store.ancestry(firm, deepest)).expect("a read").expect("a document");
    if name == "memory" {
        let id = BenchmarkId::from_parameter(&shape);
        criterion.benchmark_group("access, pure").bench_with_input(id, &ancestry, |bencher, ancestry| {
            bencher.iter(|| black_box(effective_access(ana, black_box(ancestry), NOW)));
        });
    }
    let id = BenchmarkId::from_parameter(&shape);
    criterion.benchmark_group(format!("one row, {name}")).bench_function(id, |bencher| {
        bencher.to_async(runtime).iter(|| async { store.firm(firm).await.expect("a read").expect("a firm") });
    });
    let id = BenchmarkId::from_parameter(&shape);
    criterion.benchmark_group(format!("access, {name}")).bench_function(id, |bencher| {
        bencher.to_async(runtime).iter(|| async {
            let ancestry = store.ancestry(firm, deepest).await.expect("a read").expect("a document");
            effective_access(ana, &ancestry, NOW)
        });
    });
    for (grants, contact) in std::iter::once((1, ana)).chain(tree::GRANTS.map(|it| (it, tree::with_grants(it)))) {
        let id = BenchmarkId::new(format!("{grants} grants"), &shape);
        criterion.benchmark_group(format!("list visible, {name}")).bench_function(id, |bencher| {
            bencher.to_async(runtime).iter(|| async {
                let granted = store.granted(firm, client, contact).await.expect("a read");
                let roots = shared_roots(contact, &granted, NOW);
                assert_eq!(roots.len() as u128, grants);
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    targets = access
}
criterion_main!(benches);
