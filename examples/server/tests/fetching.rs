//! Nothing that is shipped can be made to fetch an address.

use std::process::Command;

/// Crates that ask other servers, and what encrypts for them.
const CLIENTS: [&str; 9] =
    ["reqwest", "ureq", "curl", "isahc", "attohttpc", "surf", "hyper-rustls", "hyper-tls", "object_store"];

#[test]
fn l35_nothing_that_is_shipped_speaks_http_to_others() {
    let cargo = std::env::var_os("CARGO").unwrap();
    let arguments = "tree --locked --offline -e normal -p portal-server --prefix none --format";
    let tree = Command::new(cargo).args(arguments.split(' ')).arg("{p} features={f}").output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let mut hyper = 0;
    for line in tree.lines() {
        let name = line.split(' ').next().unwrap();
        assert!(!CLIENTS.contains(&name), "{line}");
        if name == "hyper" || name == "hyper-util" {
            hyper += 1;
            let (_, features) = line.split_once("features=").unwrap();
            let features: Vec<&str> = features.trim_end_matches(" (*)").split(',').collect();
            assert!(!features.iter().any(|feature| feature.starts_with("client")), "{line}");
        }
    }
    assert!(hyper >= 2, "the server itself is built on hyper:\n{tree}");
}
