//! The firm's logo: taken in, measured, kept with the firm's other bytes.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::settings::StaffSettings;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, DirectoryRefusal, Firm, FirmChange, LogoPicture};
use crate::engine::call::{Perform, Plain};
use crate::engine::caller::{Caller as _, StaffAuthority, StaffCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files;
use crate::record::Whole;
use crate::values::{BlobKey, Digest, Id as _};

impl StaffSettings {
    /// Gives the firm a logo, a PNG or JPEG, or another one in place of the one it has. From then on every mail and page of the
    /// firm shows it. It is measured, and never decoded; where it says it is something else, that does not count.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins, and
    /// [`DirectoryRefusal::LogoTooLarge`], [`DirectoryRefusal::LogoUnknown`] and [`DirectoryRefusal::LogoSides`].
    pub fn set_logo(&self, picture: impl Into<Body>) -> Call<()> {
        let takes = TakeLogo { caller: self.staff.caller, body: picture.into() };
        Call::with(self.staff.engine.clone(), Plain::new(takes))
    }

    /// Takes the firm's logo off mails and pages, or brings it back. It is kept until another takes its place.
    ///
    /// # Errors
    /// As for [`Self::change`].
    pub fn show_logo(&self, shown: bool) -> Call<()> {
        self.change(FirmChange { logo_shown: Some(shown), ..FirmChange::default() })
    }
}

/// A logo on its way in.
struct TakeLogo {
    caller: StaffCaller,
    body: Body,
}

impl Perform for TakeLogo {
    type Output = ();

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<(), Error> {
        // Nobody but who may has bytes kept. What then comes to nothing is named by no record, and swept as such.
        let authority = self.caller.authorize(&engine, Operation::SetLogo).await?;
        let bytes = whole(self.body).await?;
        let picture = LogoPicture::measure(&bytes)?;
        let sha256 = Digest::of(&bytes);
        let blob = BlobKey::from_u128(Digest::from_bytes(engine.entropy.draw()?).leading_u128());
        let blobs = engine.blobs_of(authority.firm);
        let upload = blobs.begin(blob).await?;
        let part = blobs.put_part(&upload, 1, bytes).await?;
        blobs.complete(&upload, &[part]).await?;
        run(&engine, &self.caller, key, &SetLogo { blob, picture, sha256 }).await
    }
}

/// All bytes of a logo; more than one may have are not read on.
async fn whole(mut body: Body) -> Result<Bytes, Error> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = body.next().await {
        bytes.extend_from_slice(&chunk.map_err(Error::BrokenOff)?);
        if bytes.len() > LogoPicture::MAX_BYTES as usize {
            return Err(DirectoryRefusal::LogoTooLarge { limit_bytes: LogoPicture::MAX_BYTES }.into());
        }
    }
    Ok(bytes.freeze())
}

#[derive(serde::Serialize)]
struct SetLogo {
    #[serde(skip)]
    blob: BlobKey,
    picture: LogoPicture,
    sha256: Digest,
}

impl Operate for SetLogo {
    const OPERATION: Operation = Operation::SetLogo;
    type By = StaffCaller;
    type Loaded = Versioned<Firm>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Versioned<Firm>, Error> {
        super::firm(engine, authority.firm).await
    }

    fn decide(&self, _: &StaffAuthority, firm: &Versioned<Firm>, context: &Context) -> Result<Decision<Whole>, Error> {
        let set = directory::set_logo(firm, self.blob, self.picture);
        let condemned = match set.output {
            Some(before) => files::condemn_blob(before, context),
            None => Decision::nothing(()),
        };
        Ok(condemned.lift().and(set.map(drop).lift()))
    }
}
