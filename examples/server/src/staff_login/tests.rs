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
        let login = StaffLogin::new(accounts, Arc::<Stopped>::clone(&clock), Arc::new(SystemEntropy));
        login.add(FIRM, OLIVIA, email("Olivia@firm.test"), &right()).await.unwrap();
        fixtures.push(Fixture { clock, login, _folder: folder });
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

#[tokio::test]
async fn the_right_password_opens_a_session_that_can_be_ended() {
    for Fixture { login, .. } in fixtures().await {
        let token = login.sign_in(" olivia@FIRM.test", &right(), "1").await.unwrap();
        let session = login.session(&token).await.unwrap().unwrap();
        assert_eq!((session.firm, session.member), (FIRM, OLIVIA));
        assert_ne!(login.sign_in("olivia@firm.test", &right(), "1").await.unwrap(), token);
        login.sign_out(&token).await.unwrap();
        assert_eq!(login.session(&token).await.unwrap(), None);
        assert_eq!(login.session("").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    for Fixture { login, .. } in fixtures().await {
        for address in ["olivia@firm.test", "nobody@firm.test", "not an address", ""] {
            assert!(matches!(login.sign_in(address, &wrong(), "1").await, Err(StaffSignInError::Wrong)), "{address}");
        }
    }
}

#[tokio::test]
async fn l10_guessing_from_one_place_pauses_that_place_and_nobody_else() {
    for Fixture { login, clock, .. } in fixtures().await {
        for _ in 0..10 {
            assert!(matches!(
                login.sign_in("olivia@firm.test", &wrong(), "mallory").await,
                Err(StaffSignInError::Wrong)
            ));
        }
        let paused = login.sign_in("olivia@firm.test", &right(), "mallory").await;
        assert!(matches!(paused, Err(StaffSignInError::Paused)));
        login.sign_in("olivia@firm.test", &right(), "office").await.unwrap();
        clock.advance(Duration::from_secs(15 * 60));
        login.sign_in("olivia@firm.test", &right(), "mallory").await.unwrap();
    }
}

#[tokio::test]
async fn the_right_password_ends_the_row_of_wrong_ones() {
    for Fixture { login, .. } in fixtures().await {
        for _ in 0..2 {
            for _ in 0..9 {
                assert!(login.sign_in("olivia@firm.test", &wrong(), "1").await.is_err());
            }
            login.sign_in("olivia@firm.test", &right(), "1").await.unwrap();
        }
    }
}

#[tokio::test]
async fn l20_a_staff_session_ends_idle_and_in_any_case() {
    for Fixture { login, clock, .. } in fixtures().await {
        let token = login.sign_in("olivia@firm.test", &right(), "1").await.unwrap();
        clock.advance(StaffLogin::IDLE);
        assert_eq!(login.session(&token).await.unwrap(), None);

        let token = login.sign_in("olivia@firm.test", &right(), "1").await.unwrap();
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
        assert!(login.sign_in("marcus@firm.test", &right(), "1").await.is_err());
        login.sign_in("marc@firm.test", &Password::typed("another one"), "1").await.unwrap();
    }
}

#[tokio::test]
async fn l21_a_member_who_left_is_signed_out_everywhere() {
    for Fixture { login, .. } in fixtures().await {
        let token = login.sign_in("olivia@firm.test", &right(), "1").await.unwrap();
        login.remove(FIRM, OLIVIA).await.unwrap();
        assert_eq!(login.session(&token).await.unwrap(), None);
        assert!(matches!(login.sign_in("olivia@firm.test", &right(), "1").await, Err(StaffSignInError::Wrong)));
    }
}

#[tokio::test]
async fn l02_the_database_holds_no_token_and_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = SqliteAccounts::open(&folder.path().join("portal.sqlite3")).await.unwrap();
    let clock = Arc::new(Stopped::default());
    let login = StaffLogin::new(Arc::new(accounts), clock, Arc::new(SystemEntropy));
    login.add(FIRM, OLIVIA, email("olivia@firm.test"), &right()).await.unwrap();
    let token = login.sign_in("olivia@firm.test", &right(), "1").await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |secret: &str| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds(&token) && !holds(right().expose()));
    }
}
