//! A [`mockall`] mock of each port, for tests that ask which calls were made.
//!
//! Most tests are better off with the ports in [`memory`](crate::memory), which do what a real adapter does.
//!
//! # Examples
//! ```
//! use portal_core::ports::store::DirectoryReads as _;
//! use portal_core::testing::mocks::MockStore;
//! use portal_core::values::FirmId;
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let mut store = MockStore::new();
//! store.expect_firm().times(1).returning(|_| Ok(None));
//! assert!(store.firm(FirmId::from_bits(1)).await?.is_none());
//! # Ok::<(), portal_core::ports::store::StoreError>(())
//! # }).expect("a mock never waits")?;
//! # Ok::<(), portal_core::ports::store::StoreError>(())
//! ```

#![expect(missing_docs, reason = "mockall leaves no room for them; each method is documented on its port")]

mod store;

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use mockall::mock;

pub use store::MockStore;

use crate::identity::{Attempt, ProofMethod};
use crate::ports::{
    Authenticator, AuthenticatorError, BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Challenge, Clock,
    Entropy, EntropyError, KeyError, KeyRing, LinkKeySource, Links, Mail, Mailer, MailerError, Part, Preview,
    PreviewError, Previewer, Response, WrappedKey,
};
use crate::values::{
    AddressKey, AttemptId, BlobKey, ClientId, ContactId, Cursor, FirmId, FolderId, LinkKey, NodeId, RingKeyId, Secret,
    Timestamp, WebLink,
};

mock! {
    #[derive(Debug)]
    pub BlobStore {
        pub async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError>;
        pub async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError>;
        pub async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError>;
        pub async fn discard_part(&self, upload: &BlobUpload, part: &Part) -> Result<(), BlobError>;
        pub async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError>;
        pub async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError>;
        pub async fn delete(&self, key: BlobKey) -> Result<(), BlobError>;
        pub async fn list<'a>(&self, after: Option<&'a Cursor>, limit: usize) -> Result<BlobPage, BlobError>;
    }
}

// As for the store, the methods are the mock's own.
#[async_trait]
impl BlobStore for MockBlobStore {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        Self::begin(self, key).await
    }

    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError> {
        Self::put_part(self, upload, number, bytes).await
    }

    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        Self::complete(self, upload, parts).await
    }

    async fn discard_part(&self, upload: &BlobUpload, part: &Part) -> Result<(), BlobError> {
        Self::discard_part(self, upload, part).await
    }

    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        Self::abort(self, upload).await
    }

    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        Self::read(self, key, range).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        Self::delete(self, key).await
    }

    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        Self::list(self, after, limit).await
    }
}

mock! {
    #[derive(Debug)]
    pub Mailer {}

    #[async_trait]
    impl Mailer for Mailer {
        async fn send(&self, mail: &Mail) -> Result<(), MailerError>;
    }
}

mock! {
    #[derive(Debug)]
    pub Links {}

    impl Links for Links {
        fn access_page(&self, firm: FirmId) -> WebLink;
        fn sign_in(&self, firm: FirmId, address: AddressKey, attempt: AttemptId, secret: &str) -> WebLink;
        fn contact_item(&self, firm: FirmId, contact: ContactId, node: NodeId) -> WebLink;
        fn staff_folder(&self, firm: FirmId, client: ClientId, folder: FolderId) -> WebLink;
        fn staff_home(&self, firm: FirmId) -> WebLink;
        fn unsubscribe(&self, firm: FirmId, token: &str) -> WebLink;
    }
}

mock! {
    #[derive(Debug)]
    pub Previewer {}

    #[async_trait]
    impl Previewer for Previewer {
        fn max_bytes(&self) -> u64;
        fn at_once(&self) -> usize;
        async fn preview(&self, file: Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError>;
    }
}

mock! {
    #[derive(Debug)]
    pub Authenticator {}

    #[async_trait]
    impl Authenticator for Authenticator {
        async fn begin(&self, attempt: &Attempt) -> Result<Challenge, AuthenticatorError>;
        async fn verify(
            &self,
            attempt: &Attempt,
            response: &Response,
        ) -> Result<Option<ProofMethod>, AuthenticatorError>;
    }
}

mock! {
    #[derive(Debug)]
    pub KeyRing {}

    #[async_trait]
    impl LinkKeySource for KeyRing {
        async fn link_key(&self) -> Result<LinkKey, KeyError>;
    }

    #[async_trait]
    impl KeyRing for KeyRing {
        async fn current(&self) -> Result<RingKeyId, KeyError>;
        async fn wrap(&self, key: &Secret, context: &[u8]) -> Result<WrappedKey, KeyError>;
        async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<Secret, KeyError>;
    }
}

mock! {
    #[derive(Debug)]
    pub Clock {}

    #[async_trait]
    impl Clock for Clock {
        fn now(&self) -> Timestamp;
        async fn pause(&self, span: Duration);
    }
}

mock! {
    #[derive(Debug)]
    pub Entropy {}

    impl Entropy for Entropy {
        fn draw(&self) -> Result<[u8; 32], EntropyError>;
    }
}
