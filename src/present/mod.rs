//! Shows readings: terminal, page, JSON. Only this room turns entries into what is shown.
