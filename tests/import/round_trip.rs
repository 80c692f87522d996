//! Our own exports, read again.
