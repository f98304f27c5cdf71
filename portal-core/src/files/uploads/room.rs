//! How much may be uploaded: what the firm's quotas and the size of one upload leave.

use crate::directory::Quota;
use crate::files::FilesRefusal;

/// How many uploads one person may have under way at one client.
pub const UPLOADS_UNDER_WAY: usize = 200;

/// How many files, and how many bytes they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// How many files: each version is one.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
}

impl std::ops::Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { files: self.files.saturating_add(other.files), bytes: self.bytes.saturating_add(other.bytes) }
    }
}

/// What an upload that begins must find room in.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// The most bytes that one upload may have.
    pub limit_bytes: u64,
    /// How many uploads its uploader has under way there.
    pub under_way: u64,
    /// What its uploader has, with what they have under way, and may have.
    pub own: (Usage, Quota),
    /// What the firm has, with all that is under way there, and may have.
    pub firm: (Usage, Quota),
}

/// How much of an upload is taken, and why no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The most bytes.
    pub bytes: u64,
    /// What refuses more.
    pub beyond: FilesRefusal,
}

impl Room {
    /// How much of an upload is taken of which `announced_bytes` are announced, or whose size is not known.
    ///
    /// # Errors
    /// [`FilesRefusal::TooManyUploads`], [`FilesRefusal::TooLarge`], [`FilesRefusal::QuotaUsedUp`] and
    /// [`FilesRefusal::FirmQuotaUsedUp`].
    pub fn for_upload(&self, announced_bytes: Option<u64>) -> Result<Limit, FilesRefusal> {
        if self.under_way >= UPLOADS_UNDER_WAY as u64 {
            return Err(FilesRefusal::TooManyUploads { most: UPLOADS_UNDER_WAY });
        }
        let largest =
            Limit { bytes: self.limit_bytes, beyond: FilesRefusal::TooLarge { limit_bytes: self.limit_bytes } };
        let own = left(self.own, |left_bytes| FilesRefusal::QuotaUsedUp { left_bytes })?;
        let firm = left(self.firm, |_| FilesRefusal::FirmQuotaUsedUp)?;
        let limits = [Some(largest), own, firm].into_iter().flatten();
        let narrowest = limits.min_by_key(|limit| limit.bytes).unwrap_or(largest);
        match announced_bytes {
            Some(announced) if announced > narrowest.bytes => Err(narrowest.beyond),
            _ => Ok(narrowest),
        }
    }
}

/// What a quota leaves.
fn left((usage, quota): (Usage, Quota), beyond: impl Fn(u64) -> FilesRefusal) -> Result<Option<Limit>, FilesRefusal> {
    let left_bytes = quota.bytes.map(|most| most.saturating_sub(usage.bytes));
    let full = quota.files.is_some_and(|most| usage.files >= most);
    if full || left_bytes == Some(0) {
        return Err(beyond(0));
    }
    Ok(left_bytes.map(|bytes| Limit { bytes, beyond: beyond(bytes) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: (Usage, Quota) = (Usage { files: 7, bytes: 700 }, Quota { files: None, bytes: None });
    const OPEN: Room = Room { limit_bytes: 1_000, under_way: 199, own: NONE, firm: NONE };

    fn used(files: u64, bytes: u64) -> Usage {
        Usage { files, bytes }
    }

    const FEW: Quota = Quota { files: Some(10), bytes: Some(100) };

    #[test]
    fn without_quotas_the_size_of_one_upload_is_the_end() {
        assert_eq!(OPEN.for_upload(None).unwrap().bytes, 1_000);
        assert_eq!(OPEN.for_upload(Some(1_000)).unwrap().bytes, 1_000);
        assert_eq!(OPEN.for_upload(Some(1_001)), Err(FilesRefusal::TooLarge { limit_bytes: 1_000 }));
        let many = Room { under_way: 200, ..OPEN };
        assert_eq!(many.for_upload(Some(1)), Err(FilesRefusal::TooManyUploads { most: 200 }));
    }

    #[test]
    fn l29_a_quota_ends_uploads_by_number_and_by_bytes() {
        let own = |usage| Room { own: (usage, FEW), ..OPEN };
        let firm = |usage| Room { firm: (usage, FEW), ..OPEN };
        assert_eq!(own(used(9, 60)).for_upload(Some(40)).unwrap().bytes, 40);
        assert_eq!(own(used(9, 60)).for_upload(Some(41)), Err(FilesRefusal::QuotaUsedUp { left_bytes: 40 }));
        assert_eq!(own(used(10, 0)).for_upload(Some(1)), Err(FilesRefusal::QuotaUsedUp { left_bytes: 0 }));
        assert_eq!(own(used(1, 100)).for_upload(None), Err(FilesRefusal::QuotaUsedUp { left_bytes: 0 }));
        assert_eq!(own(used(1, 900)).for_upload(Some(0)), Err(FilesRefusal::QuotaUsedUp { left_bytes: 0 }));
        assert_eq!(firm(used(9, 60)).for_upload(Some(41)), Err(FilesRefusal::FirmQuotaUsedUp));
        assert_eq!(firm(used(10, 60)).for_upload(Some(1)), Err(FilesRefusal::FirmQuotaUsedUp));
    }

    #[test]
    fn l29_what_comes_without_its_size_is_cut_where_the_narrowest_ends() {
        let room = Room { own: (used(0, 60), FEW), firm: (used(0, 70), FEW), ..OPEN };
        let limit = room.for_upload(None).unwrap();
        assert_eq!((limit.bytes, limit.beyond), (30, FilesRefusal::FirmQuotaUsedUp));
    }
}
