//! All that is kept of a client, downloaded, and looked at by a program that knows nothing of ours but what the file says of itself.

use std::process::Command;

use portal_core::sharing::{Access, Audience};
use portal_core::values::FileName;

use super::office::Office;

/// What README.txt in the file says, in Python: hashes of all documents and tables, and the audit chain from its first link.
const LOOKS_THROUGH: &str = r#"
import hashlib, json, struct, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
names = z.namelist()
assert len(names) == len(set(name.casefold() for name in names)), names
manifest = json.loads(z.read("manifest.json"))
def parts(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(struct.pack(">Q", len(part)) + part)
    return h.digest()
for version in manifest["versions"]:
    data = z.read(version["path"])
    assert hashlib.sha256(data).hexdigest() == version["sha256"], version
    assert len(data) == version["size_bytes"], version
for file in manifest["files"]:
    assert hashlib.sha256(z.read(file["path"])).hexdigest() == file["sha256"], file
head, links = bytes(32), 0
for line in z.read("audit-chain.jsonl").decode().splitlines():
    link = json.loads(line)
    links += 1
    assert link["sequence"] == links, line
    events = parts(*[hashlib.sha256(payload.encode()).digest() for payload in link["payloads"]])
    head = parts(head, struct.pack(">Q", links), events)
    assert link["events"] == events.hex() and link["head"] == head.hex(), line
assert manifest["audit_chain"] == {"links": links, "head": head.hex()}
documents = {version["path"] for version in manifest["versions"]}
assert {name for name in names if name.split("/")[0] in ("Files", "Archive", "Trash", "Earlier versions") and not name.endswith("/")} == documents
print(len(documents), links)
"#;

#[tokio::test]
async fn l36_an_export_is_whole_and_verified_by_python_from_what_the_file_says_of_itself() {
    let office = Office::open().await;
    let (world, acme) = (&office.world, office.world.acme.id);
    let files = world.owner.files(acme);
    let called = |name: &str| FileName::new(name).unwrap();
    for (folder, name) in [(world.tax, "w2 größe 年.pdf"), (world.receipts, "scan.pdf")] {
        let document = world.upload(acme, folder, name, format!("bytes of {name}")).await.unwrap();
        files.add_version(document, called("again.pdf"), vec![7; 200_000]).await.unwrap();
    }
    let gone = world.upload(acme, world.tax, "gone.pdf", "gone").await.unwrap();
    files.trash(gone).await.unwrap();
    files.share(world.tax, Audience::AllContacts, Access::View).await.unwrap();

    let mut olivia = office.owner().await;
    let path = format!("/staff/clients/{acme}/export");
    let page = olivia.get(&format!("/staff/clients/{acme}/files")).await.ok();
    assert_eq!(page.link(&path, ""), path);
    let form = olivia.get(&path).await.ok().shows("Everything that is kept of this client");
    let export = olivia.submit(&form, &path, &[]).await.ok();
    assert!(export.header("content-disposition").contains("Acme export.zip"), "{:?}", export.headers);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.zip");
    std::fs::write(&file, &export.body).unwrap();
    let looked = Command::new("python3").args(["-c", LOOKS_THROUGH]).arg(&file).output().unwrap();
    assert!(looked.status.success(), "{}", String::from_utf8_lossy(&looked.stderr));
    let counted = String::from_utf8(looked.stdout).unwrap();
    assert!(counted.starts_with("5 "), "{counted}");
    olivia.get(&format!("/staff/clients/{acme}/activity")).await.ok().shows("exported all that is kept of this client");

    // One byte of a document changed is found; so is what was cut off.
    let mut bytes = export.body.to_vec();
    let at = bytes.windows(8).position(|window| window == b"bytes of").unwrap();
    bytes[at] ^= 1;
    for broken in [bytes.as_slice(), &export.body[..export.body.len() - 30]] {
        std::fs::write(&file, broken).unwrap();
        let looked = Command::new("python3").args(["-c", LOOKS_THROUGH]).arg(&file).output().unwrap();
        assert!(!looked.status.success());
    }
    // Members read the activity, and take nothing out.
    let mia = world.assigned.me().await.unwrap().id;
    let mut mia = office.staff(world.firm, mia).await;
    let page = mia.get(&format!("/staff/clients/{acme}/files")).await.ok().hides("/export\"");
    assert_eq!(mia.submit(&page, &path, &[]).await.status, 403);
}
