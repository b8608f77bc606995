//! Keepers: what must be noticed without anybody asking.
