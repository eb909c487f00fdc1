//! Turns a report into a [`Document`]: sentences, tokens, mentions, who is who, dates resolved.
//! Never decides who said what.
