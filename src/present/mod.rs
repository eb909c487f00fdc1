//! Shows readings: terminal, page, JSON. Only this room turns entries into what is shown.

pub mod clean;
pub mod html;
mod marked;
mod matrix;
pub mod page;
pub mod pages;
mod signs;
pub mod table;
pub mod terminal;
