//! Two of the program on one database: what one does holds for the other at once.

use crate::process::{Program, ask, code, link};

#[tokio::test(flavor = "multi_thread")]
async fn l04_one_link_redeemed_a_hundred_times_on_two_nodes_gives_one_session() {
    let data = tempfile::tempdir().unwrap();
    let nodes = [Program::start(data.path(), &[]), Program::start(data.path(), &[])];
    let (mut browser, mail) = ask(&nodes[0], data.path(), 0).await;
    let link = link(&mail);
    let form = browser.get(&link).await.ok();
    let redeeming: Vec<_> = (0..100)
        .map(|index| {
            let (mut browser, form, link) = (nodes[index % 2].lend(&browser), form.clone(), link.clone());
            tokio::spawn(async move {
                let status = browser.submit(&form, &link, &[]).await.status.as_u16();
                (status, browser)
            })
        })
        .collect();
    let mut entered = Vec::new();
    for redeemed in redeeming {
        match redeemed.await.unwrap() {
            (303, browser) => entered.push(browser),
            (410, _) => {}
            (other, _) => panic!("answered {other}"),
        }
    }
    let [browser] = entered.as_mut_slice() else { panic!("{} of them entered", entered.len()) };
    let portals = browser.get("/p/demo/choose").await.ok();
    let settings = browser.get(&format!("{}/settings", portals.link("/p/", ""))).await.ok().text();
    // Hers is the one that cannot be ended from this list, and there is no other.
    assert_eq!(settings.matches("This browser").count(), 1);
    assert_eq!(settings.matches("/sessions/session_").count(), 0, "{settings}");
}

#[tokio::test(flavor = "multi_thread")]
async fn l10_wrong_codes_count_on_every_node_and_over_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let first = Program::start(data.path(), &[]);
    let second = Program::start(data.path(), &[]);
    let (browser, mail) = ask(&first, data.path(), 0).await;
    let right = code(&mail);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let guess = async |program: &Program, code: &str| {
        let mut browser = program.lend(&browser);
        let form = browser.get("/p/demo/code").await.ok();
        browser.submit(&form, "/p/demo/code", &[("code", code)]).await
    };
    guess(&first, wrong).await.shows("4 more times");
    guess(&second, wrong).await.shows("3 more times");
    assert_eq!(first.stop(), Some(0));
    let third = Program::start(data.path(), &[]);
    guess(&third, wrong).await.shows("2 more times");
    guess(&second, wrong).await.shows("once more");
    guess(&third, wrong).await.shows("Ask for a new");
    let refused = guess(&second, &right).await;
    assert_eq!(refused.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn l21_what_ends_on_one_node_is_over_on_the_other() {
    let data = tempfile::tempdir().unwrap();
    let nodes = [Program::start(data.path(), &[]), Program::start(data.path(), &[])];
    let (mut browser, mail) = ask(&nodes[0], data.path(), 0).await;
    let form = browser.get("/p/demo/code").await.ok();
    let entered = browser.submit(&form, "/p/demo/code", &[("code", &code(&mail))]).await;
    let home = browser.follow(entered).await.ok().link("/p/", "");
    let settings = format!("{home}/settings");
    let mut elsewhere = nodes[1].lend(&browser);
    elsewhere.get(&settings).await.ok();
    let page = browser.get(&settings).await.ok();
    browser.submit(&page, "/p/demo/sign-out", &[]).await;
    assert!(elsewhere.get(&settings).await.status.is_redirection());

    let (email, password) = nodes[0].staff();
    let mut staff = nodes[0].browser();
    let form = staff.get("/staff/sign-in").await.ok();
    staff.submit(&form, "/staff/sign-in", &[("email", &email), ("password", &password)]).await;
    let page = staff.get("/staff/clients").await.ok();
    let mut elsewhere = nodes[1].lend(&staff);
    elsewhere.get("/staff/clients").await.ok();
    staff.submit(&page, "/staff/sign-out", &[]).await;
    assert!(elsewhere.get("/staff/clients").await.status.is_redirection());
}

#[test]
fn two_that_start_at_once_make_one_demo() {
    let data = tempfile::tempdir().unwrap();
    let starts: Vec<Program> = std::thread::scope(|scope| {
        let start = || Program::start(data.path(), &[]);
        let starting: Vec<_> = (0..2).map(|_| scope.spawn(start)).collect();
        starting.into_iter().map(|starting| starting.join().unwrap()).collect()
    });
    assert_eq!(starts[0].staff(), starts[1].staff());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (email, password) = starts[0].staff();
        let mut staff = starts[1].browser();
        let form = staff.get("/staff/sign-in").await.ok();
        let entered = staff.submit(&form, "/staff/sign-in", &[("email", &email), ("password", &password)]).await;
        let clients = staff.follow(entered).await.ok();
        assert_eq!(clients.text().matches("Acme Robotics LLC").count(), 1);
        let acme = clients.link("/staff/clients/client_", "");
        staff.visit(&acme).await.ok().shows("2024 Tax").hides("(2)");
    });
}
