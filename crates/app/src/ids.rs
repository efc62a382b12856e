//! Ids of our own things: short enough to type, random enough never to meet twice.

use foxbridge_contract::AppError;

use crate::App;

/// `prefix-` and eight letters or digits that cannot be mistaken for each other.
pub(crate) fn new_id(app: &App, prefix: &str) -> Result<String, AppError> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut random = app.host().random();
    let mut id = format!("{prefix}-");
    for _ in 0..8 {
        id.push(char::from(LETTERS[(random % 32) as usize]));
        random /= 32;
    }
    Ok(id)
}
