//! What is left of a call that was answered: its sound, and what was said in it. Nobody spoke: the
//! sound is silence, and the words follow from how the call ended.

use serde_json::json;

use super::refuse;
use crate::call::{Answer, Call, Outcome};
use crate::shelf::text;
use crate::world::HighLevel;

/// Half a second of 8-bit sound.
const RATE: u32 = 8000;
const SAMPLES: u32 = RATE / 2;

/// Answers what is about recordings; `None` for anything else.
pub(super) fn run(highlevel: &HighLevel, verb: &str, call: &Call) -> Option<Outcome> {
    // The message is the first of the two ids in one path, the second in the others.
    let message = if verb == "recording" { 0 } else { 1 };
    let said = || spoken(highlevel, call.id(message));
    Some(match verb {
        "recording" => said().map(|_| Answer::file("audio/x-wav", silence())),
        "transcription" => said().map(|words| {
            Answer::ok(json!({
                "mediaChannel": 1, "sentenceIndex": 0, "startTime": 0,
                "endTime": SAMPLES * 1000 / RATE, "transcript": words, "confidence": 1,
            }))
        }),
        "transcription_text" => {
            said().map(|words| Answer::file("text/plain", format!("{words}\n").into_bytes()))
        }
        _ => return None,
    })
}

/// What was said; a refusal where there was no call, or nobody answered it.
fn spoken(highlevel: &HighLevel, id: &str) -> Result<String, Answer> {
    let message = highlevel.shelves.find("messages", id);
    let message = message.ok_or_else(|| refuse(404, format!("Message with id {id} not found")))?;
    match text(&message["meta"], "callStatus") {
        "completed" | "answered" => {
            let contact = highlevel.contacts.get(text(message, "contactId"));
            let name = contact.map_or_else(String::new, |contact| contact.full_name());
            Ok(format!("Hello, this is {name}."))
        }
        "voicemail" => Ok("Please leave a message after the tone.".to_owned()),
        _ => Err(refuse(404, format!("Message {id} has no recording"))),
    }
}

/// A WAV file.
fn silence() -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + SAMPLES).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // Plain samples, one channel.
    file.extend(1_u16.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    // Bytes a second, bytes and bits a sample.
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(8_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(SAMPLES.to_le_bytes());
    file.resize(file.len() + SAMPLES as usize, 0x80);
    file
}
