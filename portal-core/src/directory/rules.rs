//! What the directory allows: firms, team, clients and who looks after them.

use super::{
    Assignment, Client, DigestTimes, Directory, Event, Firm, FirmSettings, Key, Member, PoliciesChange, Record, Role,
};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{
    ClientId, DisplayName, EmailAddress, ExternalId, FirmId, FolderId, Language, MailFooter, MemberId, TimeZone,
};

/// Why the directory refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryRefusal {
    /// Another record of the firm has this external id already.
    #[error("the external id is taken")]
    ExternalIdTaken,
    /// A firm always keeps one owner.
    #[error("a firm keeps at least one owner")]
    LastOwner,
    /// Only an owner makes, changes or removes an owner.
    #[error("only an owner can do this to an owner")]
    OwnerOnly,
    /// The contact was removed.
    #[error("the contact was removed")]
    ContactRemoved,
    /// There is no such mail for such people: how often it goes is not theirs to choose.
    #[error("they get no such mail")]
    NotTheirMail,
    /// An import has more rows than one may have.
    #[error("an import has at most {max} rows")]
    TooManyRows {
        /// The most that one may have.
        max: usize,
    },
    /// The firm has as many folder templates as it may.
    #[error("a firm has at most {most} folder templates; remove one first")]
    TooManyTemplates {
        /// How many it may have.
        most: usize,
    },
    /// A logo has more bytes than it may.
    #[error("a logo has at most {limit_bytes} bytes")]
    LogoTooLarge {
        /// The most bytes.
        limit_bytes: u32,
    },
    /// What was sent as a logo is neither of the pictures that every mail program shows.
    #[error("a logo is a png or a jpeg")]
    LogoUnknown,
    /// A logo has more or fewer pixels than it may.
    #[error("a logo is at least {least} and at most {most} pixels wide and high")]
    LogoSides {
        /// The least pixels in either direction.
        least: u32,
        /// The most.
        most: u32,
    },
    /// Somebody sent themselves as many test mails within an hour as they may.
    #[error("at most {most} test mails an hour; try again later")]
    TooManyTests {
        /// How many they may.
        most: usize,
    },
    /// Mail was turned on again by links as often within a day as it may be.
    #[error("this was turned on again too often today; sign in, and choose under Settings how often it comes")]
    OnAgainTooOften,
    /// There are no data keys: the portal was told to keep bytes as they come.
    #[error("this portal does not encrypt what it keeps")]
    Unencrypted,
}

/// A firm to be added, with its first owner.
#[derive(Debug, Clone, serde::Serialize)]
pub struct NewFirm {
    name: DisplayName,
    external_id: Option<ExternalId>,
    owner: NewMember,
}

impl NewFirm {
    /// A firm called `name` whose first owner is `owner`.
    pub fn new(name: DisplayName, owner: NewMember) -> Self {
        Self { name, external_id: None, owner: NewMember { role: Role::Owner, ..owner } }
    }

    /// Gives it the host's own id, unique in the deployment.
    #[must_use]
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.external_id = Some(id);
        self
    }

    pub(crate) fn wanted_external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }
}

/// A team member to be added.
#[derive(Debug, Clone, serde::Serialize)]
pub struct NewMember {
    name: DisplayName,
    email: EmailAddress,
    role: Role,
    external_id: Option<ExternalId>,
}

impl NewMember {
    /// A team member with the role [`Role::Member`].
    pub fn new(name: DisplayName, email: EmailAddress) -> Self {
        Self { name, email, role: Role::Member, external_id: None }
    }

    /// Gives them a role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Gives them the host's own id, unique in the firm.
    #[must_use]
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.external_id = Some(id);
        self
    }

    pub(crate) fn wanted_external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }

    pub(crate) fn wanted_role(&self) -> Role {
        self.role
    }
}

/// A client to be added.
#[derive(Debug, Clone, serde::Serialize)]
pub struct NewClient {
    name: DisplayName,
    external_id: Option<ExternalId>,
}

impl NewClient {
    /// A client called `name`.
    pub fn new(name: DisplayName) -> Self {
        Self { name, external_id: None }
    }

    /// Gives it the host's own id, unique in the firm.
    #[must_use]
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.external_id = Some(id);
        self
    }

    pub(crate) fn wanted_external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }
}

/// What to change of a firm; what is `None` stays.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct FirmChange {
    /// Another name.
    pub name: Option<DisplayName>,
    /// Another colour.
    pub color: Option<crate::values::Color>,
    /// Whether the logo is shown, if there is one.
    pub logo_shown: Option<bool>,
    /// Other lines under each mail; `Some(None)` takes them away.
    pub mail_footer: Option<Option<MailFooter>>,
    /// Another address for answers; `Some(None)` takes it away.
    pub reply_to: Option<Option<EmailAddress>>,
    /// Another name that mail is from; `Some(None)` makes it the firm's.
    pub sender_name: Option<Option<DisplayName>>,
    /// Another language of mail.
    pub language: Option<Language>,
    /// Another time zone.
    pub time_zone: Option<TimeZone>,
    /// Other times of daily and weekly mail. What waits already goes when it would have gone.
    pub digests: Option<DigestTimes>,
    /// Whether new clients get a Client Uploads folder.
    pub client_uploads_for_new_clients: Option<bool>,
    /// Whether contacts are told of one another's uploads.
    pub contacts_hear_of_uploads: Option<bool>,
    /// Whether mail may show the names of files.
    pub file_names_in_mail: Option<bool>,
    /// The most bytes that one upload may have.
    pub max_upload_bytes: Option<u64>,
    /// Other quotas. What is kept already stays.
    pub quotas: Option<super::Quotas>,
    /// Other policies.
    pub policies: PoliciesChange,
}

/// Adds a firm and its first owner.
pub fn add_firm(new: &NewFirm, id: FirmId, context: &Context) -> Decision<Directory, (FirmId, MemberId)> {
    let firm = Firm {
        id,
        external_id: new.external_id.clone(),
        name: new.name.clone(),
        settings: FirmSettings::default(),
        created_at: context.now,
    };
    let added = Decision::nothing(()).write(Write::Create(Record::Firm(firm))).event(Event::FirmAdded { firm: id });
    let owner = add_member(&new.owner, context);
    let member = owner.output;
    added.and(owner).map(|()| (id, member))
}

/// Changes a firm's name and settings.
pub fn change_firm(firm: &Versioned<Firm>, change: &FirmChange) -> Decision<Directory> {
    let mut changed = firm.value.clone();
    let settings = &mut changed.settings;
    set(&mut changed.name, change.name.clone());
    set(&mut settings.color, change.color);
    set(&mut settings.mail_footer, change.mail_footer.clone());
    if let (Some(logo), Some(shown)) = (&mut settings.logo, change.logo_shown) {
        logo.shown = shown;
    }
    set(&mut settings.reply_to, change.reply_to.clone());
    set(&mut settings.sender_name, change.sender_name.clone());
    set(&mut settings.language, change.language.clone());
    set(&mut settings.time_zone, change.time_zone.clone());
    set(&mut settings.digests, change.digests);
    set(&mut settings.client_uploads_for_new_clients, change.client_uploads_for_new_clients);
    set(&mut settings.contacts_hear_of_uploads, change.contacts_hear_of_uploads);
    set(&mut settings.file_names_in_mail, change.file_names_in_mail);
    set(&mut settings.max_upload_bytes, change.max_upload_bytes);
    set(&mut settings.quotas, change.quotas);
    settings.policies = settings.policies.changed(&change.policies);
    if changed == firm.value {
        return Decision::nothing(());
    }
    let event = Event::FirmChanged { firm: changed.id };
    Decision::nothing(()).write(Write::Update(firm.version, Record::Firm(changed))).event(event)
}

fn set<T>(target: &mut T, wanted: Option<T>) {
    if let Some(value) = wanted {
        *target = value;
    }
}

/// Adds a team member.
pub fn add_member(new: &NewMember, context: &Context) -> Decision<Directory, MemberId> {
    let id = context.id("member");
    let member = Member {
        id,
        external_id: new.external_id.clone(),
        name: new.name.clone(),
        email: new.email.clone(),
        role: new.role,
        created_at: context.now,
        removed_at: None,
    };
    let event = Event::MemberAdded { member: id, role: new.role, name: context.note("member", new.name.as_str()) };
    Decision::nothing(id).write(Write::Create(Record::Member(member))).event(event)
}

/// Gives a member another role. `owners` is how many owners the firm has, and `by` the role of who does it.
///
/// # Errors
/// [`DirectoryRefusal::OwnerOnly`] and [`DirectoryRefusal::LastOwner`].
pub fn change_member_role(
    firm: &Versioned<Firm>,
    member: &Versioned<Member>,
    role: Role,
    by: Role,
    owners: usize,
) -> Result<Decision<Directory>, DirectoryRefusal> {
    if member.role == role {
        return Ok(Decision::nothing(()));
    }
    may_touch_owner(member.role.max(role), by)?;
    may_lose(member.role, owners)?;
    let changed = Member { role, ..member.value.clone() };
    // INVARIANT: the number of owners changes only together with the firm's row, so that two owners cannot leave at once.
    Ok(Decision::nothing(())
        .write(Write::Update(firm.version, Record::Firm(firm.value.clone())))
        .write(Write::Update(member.version, Record::Member(changed)))
        .event(Event::MemberRoleChanged { member: member.id, role }))
}

/// Takes a member off the team; what they did stays under their name.
///
/// # Errors
/// [`DirectoryRefusal::OwnerOnly`] and [`DirectoryRefusal::LastOwner`].
pub fn remove_member(
    firm: &Versioned<Firm>,
    member: &Versioned<Member>,
    by: Role,
    owners: usize,
    context: &Context,
) -> Result<Decision<Directory>, DirectoryRefusal> {
    may_touch_owner(member.role, by)?;
    may_lose(member.role, owners)?;
    let removed = Member { removed_at: Some(context.now), ..member.value.clone() };
    Ok(Decision::nothing(())
        .write(Write::Update(firm.version, Record::Firm(firm.value.clone())))
        .write(Write::Update(member.version, Record::Member(removed)))
        .event(Event::MemberRemoved { member: member.id }))
}

/// Whether somebody with the role `by` may make, change or remove a member of the role `touched`.
///
/// # Errors
/// [`DirectoryRefusal::OwnerOnly`] when the one is an owner and the other is not.
pub(crate) fn may_touch_owner(touched: Role, by: Role) -> Result<(), DirectoryRefusal> {
    if touched == Role::Owner && by != Role::Owner { Err(DirectoryRefusal::OwnerOnly) } else { Ok(()) }
}

fn may_lose(role: Role, owners: usize) -> Result<(), DirectoryRefusal> {
    if role == Role::Owner && owners <= 1 { Err(DirectoryRefusal::LastOwner) } else { Ok(()) }
}

/// Adds a client whose files lie under the folder `root`.
pub fn add_client(new: &NewClient, root: FolderId, context: &Context) -> Decision<Directory, ClientId> {
    let id = context.id("client");
    let client =
        Client { id, external_id: new.external_id.clone(), name: new.name.clone(), root, created_at: context.now };
    let event = Event::ClientAdded { client: id, name: context.note("client", new.name.as_str()) };
    Decision::nothing(id).write(Write::Create(Record::Client(client))).event(event)
}

/// Notes that all that is kept of a client was taken out.
pub fn note_export(client: &Versioned<Client>) -> Decision<Directory> {
    Decision::nothing(())
        .expect(Key::Client(client.id), client.version)
        .event(Event::ClientExported { client: client.id })
}

/// Renames a client.
pub fn rename_client(client: &Versioned<Client>, name: &DisplayName, context: &Context) -> Decision<Directory> {
    if client.name == *name {
        return Decision::nothing(());
    }
    let renamed = Client { name: name.clone(), ..client.value.clone() };
    let event = Event::ClientRenamed { client: client.id, name: context.note("client", name.as_str()) };
    Decision::nothing(()).write(Write::Update(client.version, Record::Client(renamed))).event(event)
}

/// Assigns a member to a client; assigned already, nothing happens.
pub fn assign(
    client: &Versioned<Client>,
    member: &Versioned<Member>,
    existing: Option<&Versioned<Assignment>>,
    context: &Context,
) -> Decision<Directory> {
    if existing.is_some() {
        return Decision::nothing(());
    }
    assign_anew(client.id, member.id, context)
        .expect(Key::Client(client.id), client.version)
        .expect(Key::Member(member.id), member.version)
}

/// Assigns a member to a client that nobody is assigned to yet, such as whoever adds it: where a firm restricts its members,
/// they would not see it otherwise.
pub fn assign_anew(client: ClientId, member: MemberId, context: &Context) -> Decision<Directory> {
    let assignment = Assignment { client, member, created_at: context.now };
    Decision::nothing(()).write(Write::Create(Record::Assignment(assignment))).event(Event::Assigned { client, member })
}

/// Takes a member off a client; not assigned, nothing happens.
pub fn unassign(existing: Option<&Versioned<Assignment>>) -> Decision<Directory> {
    let Some(assignment) = existing else { return Decision::nothing(()) };
    Decision::nothing(())
        .write(Write::Delete(Key::Assignment(assignment.client, assignment.member), assignment.version))
        .event(Event::Unassigned { client: assignment.client, member: assignment.member })
}
