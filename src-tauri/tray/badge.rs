//! The tray's pictures: the mark, with a badge whose shape says the state. Nothing depends on colour.

use foxbridge_contract::WorkerState;
use tauri::image::Image;

/// Side of the picture and of the field that the badge stands in, in pixels.
const SIDE: u32 = 64;
const BADGE: f32 = 38.0;

/// The mark with the badge of a state. `one_colour` is for menu bars that paint it themselves.
pub(super) fn picture(mark: &Image<'_>, state: WorkerState, one_colour: bool) -> Image<'static> {
    let mut pixels = mark.rgba().to_vec();
    if state != WorkerState::Idle {
        let from = SIDE as f32 - BADGE;
        for y in 0..SIDE {
            for x in 0..SIDE {
                // From -1 to 1 over the badge.
                let place = |at: u32| ((at as f32 + 0.5 - from) / BADGE).mul_add(2.0, -1.0);
                let (u, v) = (place(x), place(y));
                if u < -1.2 || v < -1.2 {
                    continue;
                }
                let at = ((y * SIDE + x) * 4) as usize;
                if let Some(pixel) = pixels.get_mut(at..at + 4) {
                    pixel.copy_from_slice(&ink(state, u, v, one_colour, pixel));
                }
            }
        }
    }
    Image::new_owned(pixels, SIDE, SIDE)
}

fn ink(state: WorkerState, u: f32, v: f32, one_colour: bool, under: &[u8]) -> [u8; 4] {
    let dark = if one_colour {
        [0, 0, 0, 255]
    } else {
        [28, 24, 20, 255]
    };
    let light = if one_colour {
        [0, 0, 0, 0]
    } else {
        [255, 255, 255, 255]
    };
    match layer(state, u, v) {
        Layer::Outside => [under[0], under[1], under[2], under[3]],
        Layer::Gap => [0, 0, 0, 0],
        Layer::Ground => light,
        Layer::Shape => dark,
    }
}

/// What is drawn at a place of the badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// The mark shows.
    Outside,
    /// Nothing: keeps the badge apart from the mark.
    Gap,
    /// The badge's ground.
    Ground,
    /// The shape that says the state.
    Shape,
}

fn layer(state: WorkerState, u: f32, v: f32) -> Layer {
    let r = u.hypot(v);
    if r > 1.15 {
        return Layer::Outside;
    }
    if r > 1.0 {
        return Layer::Gap;
    }
    let shape = match state {
        WorkerState::Idle => false,
        // A ring with two gaps: something that turns.
        WorkerState::Syncing => {
            (0.4..0.8).contains(&r) && (u * v < 0.0 || u.abs().min(v.abs()) > 0.3)
        }
        // Two bars.
        WorkerState::Paused => (0.14..0.46).contains(&u.abs()) && v.abs() < 0.58,
        // A cross.
        WorkerState::Offline => r < 0.72 && ((u - v).abs() < 0.3 || (u + v).abs() < 0.3),
        // A full disc.
        WorkerState::NeedsYou => r < 0.68,
        // An exclamation mark.
        WorkerState::Error => {
            u.abs() < 0.19 && ((-0.72..0.22).contains(&v) || (0.4..0.72).contains(&v))
        }
    };
    if shape { Layer::Shape } else { Layer::Ground }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [WorkerState; 6] = [
        WorkerState::Idle,
        WorkerState::Syncing,
        WorkerState::Paused,
        WorkerState::Offline,
        WorkerState::NeedsYou,
        WorkerState::Error,
    ];

    #[test]
    fn every_state_has_a_shape_of_its_own_even_in_one_colour() {
        let mark = Image::new_owned(vec![120; (SIDE * SIDE * 4) as usize], SIDE, SIDE);
        for one_colour in [false, true] {
            for (i, a) in STATES.iter().enumerate() {
                for b in &STATES[i + 1..] {
                    let a = picture(&mark, *a, one_colour);
                    let b = picture(&mark, *b, one_colour);
                    // Opacity alone where the bar paints it, darkness alone elsewhere.
                    let channel = if one_colour { 3 } else { 0 };
                    let differing = a
                        .rgba()
                        .chunks(4)
                        .zip(b.rgba().chunks(4))
                        .filter(|(a, b)| a[channel].abs_diff(b[channel]) > 64)
                        .count();
                    assert!(
                        differing > 60,
                        "two states look alike without their colours: {differing} pixels differ"
                    );
                }
            }
        }
    }
}
