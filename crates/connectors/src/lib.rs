//! HighLevel and Aimfox: one transport, reads into the model, writes from a plan.
