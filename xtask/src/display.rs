//! Whether somebody is looking.

/// Whether a window would be seen. Only Linux machines are without a screen.
pub(crate) fn present() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
