//! Looking at a sign-in link, and signing in by link or code.

use std::sync::Arc;

use crate::change::{Context, Decision, Versioned};
use crate::engine::call::{Call, Perform};
use crate::engine::caller::{Unguarded, VisitorCaller};
use crate::engine::run::{Answer, Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::identity::{
    Attempt, BrowserToken, IdentityRefusal, Limit, LimitKind, LinkStanding, Login, Means, Presented, ProofMethod,
    Redeeming, Redemption, Session, SessionToken, Source, admits, look_at_link, redeem,
};
use crate::ports::Response;
use crate::record::{Key, Whole};
use crate::values::{AddressKey, AttemptId, Digest, LoginId, Secret, SessionId, Timestamp};

/// What a sign-in link can do where it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkView {
    /// Sign in, by a POST from this browser, which is the one that asked.
    SignIn,
    /// Show this code, to be typed in the browser that asked.
    ShowCode {
        /// The six digits.
        code: Secret,
        /// From when on it is worth nothing.
        expires_at: Timestamp,
    },
    /// Nothing: it was used, ran out, or never was one.
    Gone,
}

pub(super) async fn look(
    engine: &Engine,
    address: AddressKey,
    attempt: AttemptId,
    secret: Secret,
    browser: Option<&BrowserToken>,
) -> Result<LinkView, Error> {
    let Some(attempt) = engine.store.attempt(address, attempt).await? else { return Ok(LinkView::Gone) };
    let genuine = engine.authenticator.verify(&attempt, &Response::Link(secret)).await?.is_some();
    match look_at_link(&attempt, genuine, browser.map(BrowserToken::digest), engine.clock.now()) {
        LinkStanding::SignIn => Ok(LinkView::SignIn),
        LinkStanding::ShowCode => {
            let code = engine.authenticator.begin(&attempt).await?.code;
            Ok(LinkView::ShowCode { code, expires_at: attempt.expires_at })
        }
        LinkStanding::Gone => Ok(LinkView::Gone),
    }
}

/// A session that began. Its token is told here and never again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The token, for a cookie of the browser that signed in.
    pub token: SessionToken,
    /// The login.
    pub login: LoginId,
    /// The session.
    pub session: SessionId,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// Signing in by link or code.
#[derive(Debug)]
pub struct Redeem {
    pub(super) address: AddressKey,
    pub(super) attempt: AttemptId,
    pub(super) means: Means,
    pub(super) answer: Secret,
    pub(super) browser: Digest,
    pub(super) source: Source,
    pub(super) device: String,
    pub(super) replaced: Option<SessionToken>,
}

impl Call<NewSession, Redeem> {
    /// Ends the session that the browser held until now, in the same commit.
    pub fn replacing(mut self, held: Option<SessionToken>) -> Self {
        self.operation.replaced = held;
        self
    }
}

impl Perform for Redeem {
    type Output = NewSession;

    async fn perform(self, engine: Arc<Engine>, _key: Option<String>) -> Result<NewSession, Error> {
        let secret = engine.entropy.draw()?;
        let caller = VisitorCaller { address: self.address };
        let redemption = match self.means {
            Means::Link => run(&engine, &caller, None, &RedeemLink(self.with(secret))).await?,
            Means::Code => run(&engine, &caller, None, &RedeemCode(self.with(secret))).await?,
        };
        match redemption {
            Redemption::SignedIn(opened) => Ok(NewSession {
                token: SessionToken::new(opened.login, opened.session, secret),
                login: opened.login,
                session: opened.session,
                expires_at: opened.expires_at,
            }),
            Redemption::WrongCode { tries_left } => Err(IdentityRefusal::WrongCode { tries_left }.into()),
        }
    }
}

impl Redeem {
    fn with(self, secret: [u8; 32]) -> Redeemable {
        let response = match self.means {
            Means::Link => Response::Link(self.answer),
            Means::Code => Response::Code(self.answer),
        };
        Redeemable {
            address: self.address,
            attempt: self.attempt,
            means: self.means,
            response,
            browser: self.browser,
            // The token's own digest is that of its secret; the ids in it come of the commit.
            token: Digest::of(&secret),
            source: self.source.to_string(),
            device: self.device,
            replaced: self.replaced,
        }
    }
}

/// An attempt with what is presented for it. It is run without a key, so that none of it is a command's input.
struct Redeemable {
    address: AddressKey,
    attempt: AttemptId,
    means: Means,
    response: Response,
    browser: Digest,
    token: Digest,
    source: String,
    device: String,
    replaced: Option<SessionToken>,
}

/// What redeeming rests on, as it was read.
struct Found {
    attempt: Versioned<Attempt>,
    verdict: Option<ProofMethod>,
    failures: Option<Versioned<Limit>>,
    login: Option<Versioned<Login>>,
    replaced: Option<Versioned<Session>>,
}

impl Redeemable {
    async fn load(&self, engine: &Engine) -> Result<Option<Found>, Error> {
        let store = &engine.store;
        let Some(attempt) = store.attempt(self.address, self.attempt).await? else { return Ok(None) };
        let failures = store.limits(&[(self.address, LimitKind::TypedFailures)]).await?.into_iter().next().flatten();
        Ok(Some(Found {
            verdict: engine.authenticator.verify(&attempt, &self.response).await?,
            failures,
            login: store.login_by_address(self.address).await?,
            replaced: self.replaced(engine).await?,
            attempt,
        }))
    }

    async fn replaced(&self, engine: &Engine) -> Result<Option<Versioned<Session>>, Error> {
        let Some(token) = &self.replaced else { return Ok(None) };
        let session = engine.store.session(token.login(), token.session()).await?;
        let now = engine.clock.now();
        Ok(session.filter(|session| admits(session, token.digest(), now)))
    }

    fn decide(&self, found: Option<&Found>, context: &Context) -> Result<Decision<Whole, Redemption>, Error> {
        let found = found.ok_or(IdentityRefusal::AttemptOver)?;
        let from = Redeeming {
            attempt: &found.attempt,
            failures: found.failures.as_ref(),
            login: found.login.as_ref(),
            replaced: found.replaced.as_ref(),
        };
        let presented = Presented {
            means: self.means,
            verdict: found.verdict,
            browser: self.browser,
            token: self.token,
            source: &self.source,
            device: &self.device,
        };
        Ok(redeem(&from, &presented, context)?.lift())
    }
}

macro_rules! redeeming {
    ($($name:ident),*) => {$(
        struct $name(Redeemable);

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_unit()
            }
        }

        impl Operate for $name {
            const OPERATION: Operation = Operation::$name;
            type By = VisitorCaller;
            type Loaded = Option<Found>;
            type Output = Redemption;

            async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Option<Found>, Error> {
                self.0.load(engine).await
            }

            fn decide(
                &self,
                _: &Unguarded,
                found: &Option<Found>,
                context: &Context,
            ) -> Result<Decision<Whole, Redemption>, Error> {
                self.0.decide(found.as_ref(), context)
            }
        }
    )*};
}

redeeming!(RedeemLink, RedeemCode);

/// Told once: what a redemption gave is read anew by nobody.
impl Answer for Redemption {
    fn made(&self) -> Vec<Key> {
        Vec::new()
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}
