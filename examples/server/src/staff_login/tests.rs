use argon2::password_hash::PasswordHasher as _;
use portal_core::ports::SystemEntropy;

use super::*;

/// A clock that stands where it is put.
#[derive(Debug, Default)]
struct Stopped(std::sync::atomic::AtomicI64);

impl Stopped {
    fn advance(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_micros()).unwrap(), std::sync::atomic::Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }

    async fn pause(&self, span: Duration) {
        self.advance(span);
    }
}

const FIRM: FirmId = FirmId::from_bits(1);
const OLIVIA: MemberId = MemberId::from_bits(2);
const MARCUS: MemberId = MemberId::from_bits(3);

struct Fixture {
    accounts: Arc<dyn StaffAccounts>,
    clock: Arc<Stopped>,
    login: StaffLogin,
    _folder: tempfile::TempDir,
}

/// Olivia with the password `correct horse`, in memory and in SQLite.
async fn fixtures() -> Vec<Fixture> {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteAccounts::open(&folder.path().join("portal.sqlite3")).await.unwrap();
    let stores: [(Arc<dyn StaffAccounts>, _); 2] =
        [(Arc::new(MemoryAccounts::default()), tempfile::tempdir().unwrap()), (Arc::new(sqlite), folder)];
    let mut fixtures = Vec::new();
    for (accounts, folder) in stores {
        let clock = Arc::new(Stopped::default());
        let shared: Arc<dyn Clock> = Arc::<Stopped>::clone(&clock);
        let mut login = StaffLogin::new(Arc::clone(&accounts), shared, Arc::new(SystemEntropy));
        // Machines that run tests are busy at times.
        login.hasher.wait = Duration::from_secs(3600);
        login.add(FIRM, OLIVIA, email("Olivia@firm.test"), &right()).await.unwrap();
        fixtures.push(Fixture { accounts, clock, login, _folder: folder });
    }
    fixtures
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn right() -> Password {
    Password::typed("correct horse")
}

fn wrong() -> Password {
    Password::typed("wrong")
}

fn from(source: &str) -> Source {
    source.parse::<std::net::IpAddr>().unwrap().into()
}

/// A place where nobody else signs in.
const OFFICE: &str = "192.0.2.1";
const MALLORY: &str = "203.0.113.9";

/// Signs in from somewhere, in a browser that holds no session.
async fn sign_in(login: &StaffLogin, email: &str, password: Password, at: &str) -> Result<String, StaffSignInError> {
    login.sign_in(SignIn { email, password: &password, source: from(at), held: None }).await
}

const IS_OLIVIA: &str = "olivia@firm.test";

#[tokio::test]
async fn the_right_password_opens_a_session_that_can_be_ended() {
    for Fixture { login, .. } in fixtures().await {
        let token = sign_in(&login, " olivia@FIRM.test", right(), OFFICE).await.unwrap();
        let session = login.session(&token).await.unwrap().unwrap();
        assert_eq!((session.firm, session.member), (FIRM, OLIVIA));
        assert_ne!(sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap(), token);
        login.sign_out(&token).await.unwrap();
        assert_eq!(login.session(&token).await.unwrap(), None);
        assert_eq!(login.session("").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    for Fixture { login, .. } in fixtures().await {
        for address in ["olivia@firm.test", "nobody@firm.test", "not an address", ""] {
            assert!(
                matches!(sign_in(&login, address, wrong(), OFFICE).await, Err(StaffSignInError::Wrong)),
                "{address}"
            );
        }
    }
}

#[tokio::test]
async fn l10_guessing_from_one_place_pauses_that_place_and_nobody_else() {
    for Fixture { login, clock, .. } in fixtures().await {
        for _ in 0..10 {
            assert!(matches!(sign_in(&login, IS_OLIVIA, wrong(), MALLORY).await, Err(StaffSignInError::Wrong)));
        }
        let paused = sign_in(&login, IS_OLIVIA, right(), MALLORY).await;
        assert!(matches!(paused, Err(StaffSignInError::Paused)));
        sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        clock.advance(Duration::from_secs(15 * 60));
        sign_in(&login, IS_OLIVIA, right(), MALLORY).await.unwrap();
    }
}

#[tokio::test]
async fn l10_of_many_guesses_at_once_no_more_are_judged_than_one_after_the_other() {
    for Fixture { login, .. } in fixtures().await {
        let guesses = (0..300).map(|_| sign_in(&login, IS_OLIVIA, wrong(), MALLORY));
        let answers = futures_util::future::join_all(guesses).await;
        let judged = answers.iter().filter(|answer| matches!(answer, Err(StaffSignInError::Wrong))).count();
        let paused = answers.iter().filter(|answer| matches!(answer, Err(StaffSignInError::Paused))).count();
        assert_eq!((judged, paused), (10, 290));
    }
}

#[tokio::test]
async fn l10_the_addresses_of_one_subscriber_count_together() {
    for Fixture { login, .. } in fixtures().await {
        for number in 0..10 {
            let at = format!("2001:db8:1:2::{number}");
            assert!(matches!(sign_in(&login, IS_OLIVIA, wrong(), &at).await, Err(StaffSignInError::Wrong)));
        }
        let next = sign_in(&login, IS_OLIVIA, right(), "2001:db8:1:2:ffff::1").await;
        assert!(matches!(next, Err(StaffSignInError::Paused)));
        sign_in(&login, IS_OLIVIA, right(), "2001:db8:1:3::1").await.unwrap();
    }
}

#[tokio::test]
async fn l09_a_row_of_failures_goes_on_until_the_right_password_and_each_pause_is_longer() {
    const MINUTE: Duration = Duration::from_secs(60);
    let (rule, subject) = (Rule { most: 3, pause: MINUTE, in_a_row: true }, Digest::of(b"somebody"));
    for Fixture { accounts, clock, .. } in fixtures().await {
        let count = async || accounts.count(subject, &rule, clock.now()).await.unwrap();
        for _ in 0..3 {
            clock.advance(MINUTE * 60 * 24);
            assert!(count().await, "however long ago the last was");
        }
        for pause in [1, 2, 4, 8, 16] {
            clock.advance(MINUTE * pause - Duration::from_micros(1));
            assert!(!count().await, "in the last moment of {pause} minutes");
            clock.advance(Duration::from_micros(1));
            assert!(count().await, "after {pause} minutes");
        }
        accounts.uncount(subject).await.unwrap();
        assert_eq!(accounts.tally(subject).await.unwrap().count, 7);
        accounts.forget(subject).await.unwrap();
        assert!(count().await && count().await && count().await && !count().await);

        // Where only the time counts, counting begins anew.
        let (rule, subject) = (Rule { in_a_row: false, ..rule }, Digest::of(b"somewhere"));
        let count = async || accounts.count(subject, &rule, clock.now()).await.unwrap();
        assert!(count().await && count().await && count().await && !count().await);
        clock.advance(MINUTE);
        assert!(count().await && count().await && count().await && !count().await);
    }
}

#[tokio::test]
async fn l09_l10_guesses_from_everywhere_pause_an_address_except_where_its_owner_signed_in_before() {
    for Fixture { login, .. } in fixtures().await {
        sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        for number in 0..100 {
            let at = format!("203.0.113.{number}");
            assert!(matches!(sign_in(&login, IS_OLIVIA, wrong(), &at).await, Err(StaffSignInError::Wrong)));
        }
        let elsewhere = sign_in(&login, IS_OLIVIA, right(), "203.0.113.200").await;
        assert!(matches!(elsewhere, Err(StaffSignInError::Paused)));
        sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        // The right password ended the row.
        sign_in(&login, IS_OLIVIA, right(), "203.0.113.200").await.unwrap();
    }
}

#[tokio::test]
async fn l11_a_try_that_was_not_judged_counts_for_nothing() {
    for Fixture { login, .. } in fixtures().await {
        let mut busy = login.clone();
        busy.hasher.wait = Duration::ZERO;
        let _line = busy.hasher.hold();
        for _ in 0..60 {
            assert!(matches!(sign_in(&busy, IS_OLIVIA, wrong(), OFFICE).await, Err(StaffSignInError::Busy)));
        }
        drop(_line);
        sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
    }
}

#[tokio::test]
async fn l19_signing_in_again_ends_the_session_that_the_browser_held() {
    for Fixture { login, .. } in fixtures().await {
        let elsewhere = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        let old = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        let again = SignIn { email: IS_OLIVIA, password: &right(), source: from(OFFICE), held: Some(&old) };
        let new = login.sign_in(again).await.unwrap();
        assert_eq!(login.session(&old).await.unwrap(), None);
        for alive in [elsewhere, new] {
            assert!(login.session(&alive).await.unwrap().is_some());
        }
        // A wrong password ends nothing.
        let token = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        let failed = SignIn { email: IS_OLIVIA, password: &wrong(), source: from(OFFICE), held: Some(&token) };
        assert!(login.sign_in(failed).await.is_err());
        assert!(login.session(&token).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn l21_a_session_that_was_ended_while_it_was_used_stays_ended() {
    for Fixture { accounts, clock, login, .. } in fixtures().await {
        let token = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        let read = login.session(&token).await.unwrap().unwrap();
        login.sign_out(&token).await.unwrap();
        // A request that had read the session before notes only now that it was used.
        clock.advance(Duration::from_secs(120));
        accounts.see_session(read.token, clock.now()).await.unwrap();
        assert_eq!(login.session(&token).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_nobody_needs_any_more_is_swept() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    for Fixture { accounts, clock, login, .. } in fixtures().await {
        let idle = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        let row = Digest::of(b"row");
        accounts.count(row, &Rule { most: 3, pause: DAY, in_a_row: true }, clock.now()).await.unwrap();
        login.sweep().await.unwrap();
        clock.advance(DAY);
        let used = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        login.sweep().await.unwrap();
        let there = async |token: &str| accounts.session(Digest::of(token.as_bytes())).await.unwrap().is_some();
        assert!(!there(&idle).await && there(&used).await);
        assert_eq!(accounts.tally(row).await.unwrap().count, 1);
        clock.advance(DAY * 30);
        login.sweep().await.unwrap();
        assert_eq!(accounts.tally(row).await.unwrap(), Tally::default());
        assert!(!there(&used).await);
    }
}

#[tokio::test]
async fn the_right_password_ends_the_row_of_wrong_ones() {
    for Fixture { login, .. } in fixtures().await {
        for _ in 0..2 {
            for _ in 0..9 {
                assert!(sign_in(&login, IS_OLIVIA, wrong(), OFFICE).await.is_err());
            }
            sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        }
    }
}

#[tokio::test]
async fn l20_a_staff_session_ends_idle_and_in_any_case() {
    for Fixture { login, clock, .. } in fixtures().await {
        let token = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        clock.advance(StaffLogin::IDLE);
        assert_eq!(login.session(&token).await.unwrap(), None);

        let token = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        let step = StaffLogin::IDLE - Duration::from_secs(1);
        for _ in 0..14 {
            clock.advance(step);
            assert!(login.session(&token).await.unwrap().is_some());
        }
        clock.advance(Duration::from_secs(14));
        assert_eq!(login.session(&token).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_address_belongs_to_one_account() {
    for Fixture { login, .. } in fixtures().await {
        let taken = login.add(FIRM, MARCUS, email("OLIVIA@firm.test"), &right()).await;
        assert!(matches!(taken, Err(AddAccountError::EmailTaken)));
        login.add(FIRM, MARCUS, email("marcus@firm.test"), &right()).await.unwrap();
        login.add(FIRM, MARCUS, email("marc@firm.test"), &Password::typed("another one")).await.unwrap();
        assert!(sign_in(&login, "marcus@firm.test", right(), OFFICE).await.is_err());
        sign_in(&login, "marc@firm.test", Password::typed("another one"), OFFICE).await.unwrap();
    }
}

#[tokio::test]
async fn l21_a_member_who_left_is_signed_out_everywhere() {
    for Fixture { login, .. } in fixtures().await {
        let token = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        login.remove(FIRM, OLIVIA).await.unwrap();
        assert_eq!(login.session(&token).await.unwrap(), None);
        assert!(matches!(sign_in(&login, IS_OLIVIA, right(), OFFICE).await, Err(StaffSignInError::Wrong)));
    }
}

#[tokio::test]
async fn l02_the_database_holds_no_token_and_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = SqliteAccounts::open(&folder.path().join("portal.sqlite3")).await.unwrap();
    let clock = Arc::new(Stopped::default());
    let login = StaffLogin::new(Arc::new(accounts), clock, Arc::new(SystemEntropy));
    login.add(FIRM, OLIVIA, email("olivia@firm.test"), &right()).await.unwrap();
    let token = sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |secret: &str| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds(&token) && !holds(right().expose()));
    }
}

#[tokio::test]
async fn l11_a_weak_hash_is_made_anew_by_the_right_password_alone() {
    for Fixture { login, accounts, .. } in fixtures().await {
        let weak = argon2::Params::new(19_456, 1, 1, None).unwrap();
        let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, weak);
        let hash: argon2::password_hash::phc::PasswordHash =
            weak.hash_password_with_salt(b"correct horse", &[1; 16]).unwrap();
        let stored = async || accounts.by_email(&email(IS_OLIVIA)).await.unwrap().unwrap();
        let account = Account { password: PasswordHash::from_store(hash.to_string()), ..stored().await };
        accounts.put(&account).await.unwrap();
        sign_in(&login, IS_OLIVIA, wrong(), OFFICE).await.unwrap_err();
        assert!(stored().await.password.is_outgrown());
        sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
        assert!(!stored().await.password.is_outgrown());
        sign_in(&login, IS_OLIVIA, right(), OFFICE).await.unwrap();
    }
}

#[tokio::test]
async fn l10_what_was_counted_of_staff_survives_a_restart_and_counts_on_every_node() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.sqlite3");
    let clock: Arc<dyn Clock> = Arc::new(Stopped::default());
    let node = async || {
        let accounts: Arc<dyn StaffAccounts> = Arc::new(SqliteAccounts::open(&path).await.unwrap());
        let mut login = StaffLogin::new(accounts, Arc::clone(&clock), Arc::new(SystemEntropy));
        login.hasher.wait = Duration::from_secs(3600);
        login
    };
    let first = node().await;
    first.add(FIRM, OLIVIA, email(IS_OLIVIA), &right()).await.unwrap();
    let second = node().await;
    for login in [&first, &second] {
        for _ in 0..5 {
            assert!(matches!(sign_in(login, IS_OLIVIA, wrong(), MALLORY).await, Err(StaffSignInError::Wrong)));
        }
    }
    drop(first);
    for login in [second, node().await] {
        assert!(matches!(sign_in(&login, IS_OLIVIA, right(), MALLORY).await, Err(StaffSignInError::Paused)));
    }
}
