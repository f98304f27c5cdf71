//! The firm's name and settings.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm, FirmChange};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::logos::inline_logo;
use crate::engine::mailing::sender_of;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::notifications::{Letter, Rendered, Specimen, TemplateError};
use crate::ports::{InlineImage, Sender};
use crate::record::Whole;
use crate::values::{EmailAddress, Language};

/// The firm's name and settings.
#[derive(Debug, Clone)]
pub struct StaffSettings {
    pub(super) staff: Staff,
}

impl StaffSettings {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// Changes the firm's name and settings.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins.
    pub fn change(&self, change: FirmChange) -> Call<()> {
        self.staff.call(ChangeFirm { change })
    }
}

impl StaffSettings {
    /// How a mail of the firm looks: one of this kind with made-up content, in the firm's branding and put into words by the same
    /// templates as those that go. Nothing is sent.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn preview_mail(&self, specimen: Specimen, language: &Language) -> Result<MailPreview, Error> {
        let authority = self.staff.authorize(Operation::PreviewMail).await?;
        let engine = &self.staff.engine;
        let firm = super::firm(engine, authority.firm).await?.value;
        let link = engine.links.access_page(firm.id);
        let language = engine.templates.choose([language]);
        let images = inline_logo(engine, &firm).await;
        let letter = specimen.letter(&firm, language.clone(), &link, engine.clock.now());
        let letter = Letter { logo: letter.logo.clone().filter(|_| !images.is_empty()), ..letter };
        let words = engine.templates.render(&letter);
        Ok(MailPreview { from: sender_of(engine, &firm), reply_to: firm.settings.reply_to, language, words, images })
    }

    /// The languages that mail can be written in.
    pub fn mail_languages(&self) -> Vec<Language> {
        self.staff.engine.templates.languages()
    }
}

/// A mail as it would go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPreview {
    /// Who it is from.
    pub from: Sender,
    /// Where answers go, if the firm wants them.
    pub reply_to: Option<EmailAddress>,
    /// In which language it is written.
    pub language: Language,
    /// What it says, or why a template that the host replaced cannot say it.
    pub words: Result<Rendered, TemplateError>,
    /// The pictures that its HTML part shows.
    pub images: Vec<InlineImage>,
}

#[derive(serde::Serialize)]
struct ChangeFirm {
    change: FirmChange,
}

impl Operate for ChangeFirm {
    const OPERATION: Operation = Operation::ChangeFirm;
    type By = StaffCaller;
    type Loaded = Versioned<Firm>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Versioned<Firm>, Error> {
        super::firm(engine, authority.firm).await
    }

    fn decide(&self, _: &StaffAuthority, firm: &Versioned<Firm>, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::change_firm(firm, &self.change).lift())
    }
}
