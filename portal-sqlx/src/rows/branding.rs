//! A firm's logo and the lines under its mail, as columns of the firm's row.

use portal_core::directory::{FirmSettings, Logo, LogoPicture};
use portal_core::ports::store::StoreError;
use portal_core::values::{ImageKind, MailFooter};

use crate::sql::{Fields, Value, unreadable};

/// Where its bytes lie, kind, bytes, width, height, whether it is shown; and the lines.
pub(super) fn branding(settings: &FirmSettings) -> Vec<Value> {
    let logo = settings.logo.as_ref();
    let number = |of: fn(&LogoPicture) -> u32| Value::maybe_int(logo.map(|logo| of(&logo.picture).into()));
    vec![
        Value::maybe_id(logo.map(|logo| logo.blob)),
        Value::maybe_int(logo.map(|logo| kind(logo.picture.kind))),
        number(|picture| picture.size_bytes),
        number(|picture| picture.width),
        number(|picture| picture.height),
        Value::maybe_int(logo.map(|logo| logo.shown.into())),
        Value::maybe_text(settings.mail_footer.as_ref().map(MailFooter::as_str)),
    ]
}

pub(super) fn read_branding(settings: &mut FirmSettings, fields: &mut Fields<'_>) -> Result<(), StoreError> {
    settings.logo = match fields.maybe_id()? {
        None => {
            fields.skip(5)?;
            None
        }
        Some(blob) => {
            let (kind, size_bytes) = (read_kind(fields)?, fields.count()?);
            let picture = LogoPicture { kind, size_bytes, width: fields.count()?, height: fields.count()? };
            Some(Logo { blob, picture, shown: fields.flag()? })
        }
    };
    let footer = fields.maybe_text()?.map(MailFooter::new).transpose();
    settings.mail_footer = footer.map_err(|_| unreadable("lines under mail that are none"))?;
    Ok(())
}

const PNG: i64 = 0;
const JPEG: i64 = 1;

const fn kind(kind: ImageKind) -> i64 {
    match kind {
        ImageKind::Png => PNG,
        ImageKind::Jpeg => JPEG,
    }
}

fn read_kind(fields: &mut Fields<'_>) -> Result<ImageKind, StoreError> {
    match fields.int()? {
        PNG => Ok(ImageKind::Png),
        JPEG => Ok(ImageKind::Jpeg),
        other => Err(unreadable(format_args!("{other} is no kind of picture"))),
    }
}
