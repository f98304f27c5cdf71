//! Randomness.

/// The generator of the system cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("no randomness can be had")]
pub struct EntropyError(#[source] pub super::BoxError);

/// Gives random bytes.
///
/// # Contract
/// What it gives cannot be guessed (outside tests), and no two calls give the same.
pub trait Entropy: Send + Sync {
    /// 32 random bytes.
    ///
    /// # Errors
    /// [`EntropyError`] when the source cannot be read; nothing is made up then.
    fn draw(&self) -> Result<[u8; 32], EntropyError>;
}

/// The generator of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the port through which everybody else asks for randomness")]
    fn draw(&self) -> Result<[u8; 32], EntropyError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| EntropyError(error.to_string().into()))?;
        Ok(bytes)
    }
}
