//! Every route is asked for as its method says, and linked to.

use super::*;
use crate::views::paths;

#[test]
fn l23_what_is_got_takes_nothing_and_what_is_posted_takes_a_form() {
    for route in TABLE {
        let takes_nothing = matches!(route.takes, Takes::Nothing | Takes::Question);
        assert_eq!(route.method == Method::GET, takes_nothing, "{route:?}");
    }
}

#[test]
fn every_route_stands_in_the_table_once() {
    let mut seen = std::collections::HashSet::new();
    for route in TABLE {
        assert!(seen.insert((&route.method, route.path)), "{route:?}");
    }
}

/// Whether a path is one that the route's pattern stands for.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    let same = |(part, text): (&&str, &&str)| part.starts_with('{') && !text.is_empty() || part == text;
    pattern.len() == path.len() && pattern.iter().zip(&path).all(same)
}

#[test]
fn every_address_that_pages_link_to_is_answered() {
    use portal_core::notifications::Specimen;
    use portal_core::values::Language;
    use portal_core::values::{
        AddressKey, AttemptId, ClientId, ContactId, DocumentId, FolderId, MemberId, MessageId, SessionId, UploadId,
    };
    let (client, contact, folder) = (ClientId::from_bits(1), ContactId::from_bits(2), FolderId::from_bits(3));
    let template = portal_core::values::FolderTemplateId::from_bits(11);
    let (document, member) = (DocumentId::from_bits(4), MemberId::from_bits(5));
    let (node, upload) = (portal_core::values::NodeId::from(folder), UploadId::from_bits(10));
    let color = portal_core::values::Color::from_rgb([1, 2, 3]);
    let shown = [
        paths::theme(color),
        paths::asset("portal.css"),
        paths::staff_sign_in().to_owned(),
        paths::clients().to_owned(),
        paths::new_client().to_owned(),
        paths::import().to_owned(),
        paths::import_sample().to_owned(),
        paths::deliveries().to_owned(),
        paths::firm_activity().to_owned(),
        paths::settings().to_owned(),
        paths::looks().to_owned(),
        paths::look(Specimen::SignIn, &Language::GERMAN),
        paths::look_html(Specimen::SignIn, &Language::GERMAN),
        paths::unsubscribe("demo", "token"),
        paths::team().to_owned(),
        paths::new_member().to_owned(),
        paths::mailbox().to_owned(),
        paths::client(client),
        paths::rename_client(client),
        paths::export_client(client),
        paths::client_team(client),
        paths::new_contact(client),
        paths::contact(client, contact),
        paths::edit_contact(client, contact),
        paths::remove_contact(client, contact),
        paths::erase_contact(client, contact),
        paths::view_as(client, contact),
        paths::view_as_folder(client, contact, folder),
        paths::files(client),
        paths::folder(client, folder),
        paths::new_folder(client, folder),
        paths::trash(client),
        paths::archive(client),
        paths::templates().to_owned(),
        paths::new_template().to_owned(),
        paths::template(template),
        paths::apply_template(client),
        paths::my_archive("demo", contact),
        paths::my_archive_in("demo", contact, folder),
        paths::activity(client),
        paths::rename_node(client, node),
        paths::move_node(client, node),
        paths::hold(client, node),
        paths::policies().to_owned(),
        paths::share(client, node),
        paths::explain(client, node),
        paths::purge(client, node),
        paths::document(client, document),
        paths::download(client, document),
        format!("{}1", paths::page_pictures(client, document)),
        paths::add_version(client, document),
        paths::remove_member(member),
        paths::access("demo"),
        paths::code("demo"),
        paths::sign_in_link("demo", AddressKey::from_bits(6), AttemptId::from_bits(7), "secret"),
        paths::choose("demo"),
        paths::home("demo", contact),
        paths::logo("demo", "a1b2"),
        paths::my_files("demo", contact),
        paths::my_folder("demo", contact, folder),
        paths::my_document("demo", contact, document),
        paths::my_download("demo", contact, document),
        format!("{}1", paths::my_page_pictures("demo", contact, document)),
        paths::my_new_folder("demo", contact, folder),
        paths::my_withdraw("demo", contact, document),
        paths::my_receipts("demo", contact),
        paths::my_upload_under_way("demo", contact, upload),
        paths::upload_under_way(client, upload),
        paths::my_zip("demo", contact, folder),
        paths::zip(client, folder),
        paths::my_settings("demo", contact),
        paths::mail("1"),
        paths::mail_html("1"),
    ];
    let posted = [
        paths::staff_sign_in().to_owned(),
        paths::staff_sign_out().to_owned(),
        paths::clients().to_owned(),
        paths::settings().to_owned(),
        paths::set_logo().to_owned(),
        paths::send_test().to_owned(),
        paths::remove_logo().to_owned(),
        paths::restore_logo().to_owned(),
        paths::unsubscribe("demo", "token"),
        paths::subscribe_again("demo", "token"),
        paths::notifications().to_owned(),
        paths::my_notifications("demo", contact),
        paths::team().to_owned(),
        paths::rename_client(client),
        paths::export_client(client),
        paths::client_team(client),
        paths::unassign(client, member),
        paths::assign(client, member),
        paths::new_contact(client),
        paths::edit_contact(client, contact),
        paths::remove_contact(client, contact),
        paths::erase_contact(client, contact),
        paths::import().to_owned(),
        paths::run_import().to_owned(),
        paths::portal_access(client, contact),
        paths::clear_bounce(client, contact),
        paths::files(client),
        paths::folder(client, folder),
        paths::share_several(client, folder),
        paths::unshare(client, folder),
        paths::move_nodes(client),
        paths::hold(client, node),
        paths::release(client, node),
        paths::policies().to_owned(),
        paths::trash(client),
        paths::upload(client, folder),
        paths::new_folder(client, folder),
        paths::rename_node(client, node),
        paths::share(client, node),
        paths::revoke(client, node),
        paths::visible(client, node),
        paths::archive_node(client, node),
        paths::templates().to_owned(),
        paths::template(template),
        paths::remove_template(template),
        paths::default_template(template),
        paths::apply_template(client),
        paths::unarchive(client, node),
        paths::trash_node(client, node),
        paths::restore(client, node),
        paths::purge(client, node),
        paths::add_version(client, document),
        paths::resend(MessageId::from_bits(8)),
        paths::member_role(member),
        paths::remove_member(member),
        paths::access("demo"),
        paths::code("demo"),
        paths::sign_in_link("demo", AddressKey::from_bits(6), AttemptId::from_bits(7), "secret"),
        paths::sign_out("demo"),
        paths::my_upload("demo", contact, folder),
        paths::my_uploads("demo", contact, folder),
        paths::my_done("demo", contact, folder),
        paths::my_discard("demo", contact, upload),
        paths::uploads(client, folder),
        paths::folders(client, folder),
        paths::my_folders("demo", contact, folder),
        paths::my_new_folder("demo", contact, folder),
        paths::my_withdraw("demo", contact, document),
        paths::discard(client, upload),
        paths::end_session("demo", contact, SessionId::from_bits(9)),
        paths::end_other_sessions("demo", contact),
    ];
    let sent = [paths::my_upload_under_way("demo", contact, upload), paths::upload_under_way(client, upload)];
    let of_each = [
        (Method::GET, &shown[..]),
        (Method::POST, &posted[..]),
        (Method::PATCH, &sent[..]),
        (Method::DELETE, &sent[..]),
    ];
    for (method, paths) in of_each {
        for path in paths {
            let path = path.split('?').next().unwrap();
            let answered = TABLE.iter().any(|route| route.method == method && fits(route.path, path));
            assert!(answered, "{method} {path}");
        }
        // And every route but the front door, the health page and its own is linked to.
        let of_method = TABLE.iter().filter(|route| route.method == method);
        for route in of_method.filter(|route| !["/", "/healthz"].contains(&route.path)) {
            let linked = paths.iter().any(|path| fits(route.path, path.split('?').next().unwrap()));
            assert!(linked, "nothing links to {route:?}");
        }
    }
}
