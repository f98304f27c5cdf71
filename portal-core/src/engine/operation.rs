//! Every operation there is, and who may ask for it at all.

macro_rules! operations {
    ($($right:ident { $($(#[$doc:meta])* $name:ident,)* })*) => {
        /// Everything that can be asked of a portal: each method of each handle passes through one of these.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $($($(#[$doc])* $name,)*)*
        }

        impl Operation {
            /// Every operation: what the authorization matrix enumerates.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// Its name, stable across releases.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$name => stringify!($name),)*)*
                }
            }

            /// Who may ask for it at all; what it is asked about is decided by the rules.
            pub const fn right(self) -> Right {
                match self {
                    $($(Self::$name => Right::$right,)*)*
                }
            }
        }
    };
}

/// Who may ask for an operation at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// The embedding software.
    Host,
    /// Any team member of the firm.
    Staff,
    /// Any team member of the firm who sees the client that it is about.
    StaffAtClient,
    /// An owner or admin of the firm.
    Administrator,
    /// A contact, by a session of their login.
    Contact,
    /// Anybody with a session.
    SignedIn,
    /// Anybody.
    Visitor,
    /// The portal itself.
    Worker,
}

operations! {
    Host {
        /// Add a firm and its first owner.
        AddFirm,
        /// Look up a firm.
        FindFirm,
        /// List the firms.
        ListFirms,
        /// Bring in the host's own lists of clients and contacts, or see what that would do.
        SyncDirectory,
        /// Take out all that is kept of a client, for the host.
        ExportForHost,
        /// Note that mail came back.
        NoteBounce,
        /// Give a firm another data key.
        RotateDataKey,
        /// Wrap data keys anew with the ring's current key.
        RewrapDataKeys,
    }
    Staff {
        /// See the firm and one's own record.
        ReadFirm,
        /// List the team.
        ListTeam,
        /// Add a client.
        AddClient,
        /// List clients.
        ListClients,
        /// See how often one is mailed oneself.
        ReadOwnMail,
        /// Choose how often one is mailed oneself.
        ChooseOwnMail,
        /// Read what happened at the firm and at none of its clients.
        ReadFirmActivity,
        /// Read the delivery ledger.
        ListDeliveries,
        /// See how the firm's mail looks.
        PreviewMail,
        /// Send oneself one of the firm's mails, to look at it.
        SendTestMail,
        /// List the firm's folder templates.
        ListFolderTemplates,
    }
    StaffAtClient {
        /// See a client.
        ReadClient,
        /// Rename a client.
        RenameClient,
        /// See who is assigned to a client.
        ListAssigned,
        /// Assign a member to a client.
        Assign,
        /// Take a member off a client.
        Unassign,
        /// List the contacts of a client.
        ListContacts,
        /// Add a contact.
        AddContact,
        /// Change a contact's name or address.
        ChangeContact,
        /// Take a contact off a client.
        RemoveContact,
        /// Take portal access away or give it back.
        SetPortalAccess,
        /// Choose the language of a contact's mail.
        SetContactLanguage,
        /// Take the mark away that mail to a contact comes back.
        ClearBounce,
        /// List a folder.
        ListFolder,
        /// Make a folder.
        AddFolder,
        /// Plant a folder template.
        ApplyFolderTemplate,
        /// Upload a document.
        Upload,
        /// See one's own uploads that can be resumed.
        ListUploads,
        /// Go on with an upload that one began, or finish it.
        ResumeUpload,
        /// Give up an upload that one began.
        GiveUpUpload,
        /// Add a version to a document.
        AddVersion,
        /// Rename a folder or document.
        Rename,
        /// Move a folder or document to another folder.
        Move,
        /// See who would gain and lose by a move.
        PreviewMove,
        /// Put a folder or document on hold.
        PlaceHold,
        /// Archive a folder or document.
        Archive,
        /// Take a folder or document out of the archive.
        Unarchive,
        /// List what is archived.
        ListArchive,
        /// Put a folder or document in the trash.
        Trash,
        /// Take a folder or document out of the trash.
        Restore,
        /// List the trash.
        ListTrash,
        /// See a document and its versions.
        ReadDocument,
        /// Download a document.
        Download,
        /// Download a folder as one file.
        DownloadFolder,
        /// See a picture of a page.
        Preview,
        /// Share a folder or document.
        Share,
        /// See who would be told of a share or an upload.
        PreviewRecipients,
        /// Take a grant away.
        Revoke,
        /// Turn the visible toggle.
        SetVisible,
        /// See the grants that reach a folder or document.
        ReadSharing,
        /// Ask why a contact has access, or has none.
        Explain,
        /// See the portal as a contact sees it.
        ViewAsContact,
        /// Read what happened at a client.
        ReadActivity,
        /// Send a message once more.
        Resend,
    }
    Administrator {
        /// Change the firm's name and settings.
        ChangeFirm,
        /// Give the firm a logo.
        SetLogo,
        /// Bring in lists of clients and contacts.
        Import,
        /// See what that would do.
        PreviewImport,
        /// Take out all that is kept of a client.
        ExportClient,
        /// Add a folder template.
        AddFolderTemplate,
        /// Change a folder template.
        ChangeFolderTemplate,
        /// Remove a folder template.
        RemoveFolderTemplate,
        /// Choose which folder template new clients get.
        ChooseDefaultTemplate,
        /// Add a team member.
        AddMember,
        /// Give a member another role.
        ChangeMemberRole,
        /// Take a member off the team.
        RemoveMember,
        /// Erase a contact.
        EraseContact,
        /// Take a hold off.
        ReleaseHold,
        /// Remove a folder or document in the trash for good.
        Purge,
        /// See what that would take away.
        PreviewPurge,
    }
    Contact {
        /// See one's own record and firm.
        ContactMe,
        /// See the home page.
        ContactHome,
        /// See what is shared with one.
        ContactRoots,
        /// List a shared folder.
        ContactListFolder,
        /// List what is archived of what is shared with one.
        ContactListArchive,
        /// Upload into a shared folder.
        ContactUpload,
        /// See one's own uploads that can be resumed.
        ContactListUploads,
        /// Go on with an upload that one began, or finish it.
        ContactResumeUpload,
        /// Give up an upload that one began.
        ContactGiveUpUpload,
        /// Make a folder in a shared folder.
        ContactAddFolder,
        /// Take back what one uploaded.
        ContactWithdraw,
        /// Say that one is done uploading into a shared folder.
        ContactDoneUploading,
        /// See a shared document.
        ContactReadDocument,
        /// Download a shared document.
        ContactDownload,
        /// Download a shared folder as one file.
        ContactDownloadFolder,
        /// See a picture of a page of a shared document.
        ContactPreview,
        /// See the receipts of one's own uploads.
        ContactReceipts,
        /// See how often one is mailed.
        ContactReadMail,
        /// Choose how often one is mailed.
        ContactChooseMail,
    }
    SignedIn {
        /// See which client portals one's login reaches.
        ListPortals,
        /// List one's sessions.
        ListSessions,
        /// End one session.
        EndSession,
        /// End all sessions but this one.
        EndOtherSessions,
        /// End this session.
        SignOut,
    }
    Visitor {
        /// See a firm's access page.
        AccessPage,
        /// See a firm's logo.
        ReadLogo,
        /// Ask for a sign-in mail.
        AskToSignIn,
        /// Look at a sign-in link, which uses nothing up.
        LookAtLink,
        /// Sign in by link.
        RedeemLink,
        /// Sign in by code.
        RedeemCode,
        /// Look at an unsubscribe link, which changes nothing.
        LookAtUnsubscribe,
        /// Turn a kind of mail off by the link in it, or on again.
        Unsubscribe,
    }
    Worker {
        /// Do what is due.
        RunDue,
        /// Write what a step of the worker decided.
        WorkerStep,
    }
}
