// Icons, as paths in a square of 24.
export const CHAT = "M4 5h16v11H10l-5 4v-4H4z";
export const CLOSE = "M6 6l12 12M18 6L6 18";
export const CLEAR = "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13";
export const SEND = "M12 20V5M5 12l7-7 7 7";
export const STOP = "M7 7h10v10H7z";
export const BACK = "M19 12H5M11 6l-6 6 6 6";
export const GOOD = "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 2.500 3L13 9h6c1 0 2 1 1.500 2l-2 8c-.3 1-1 1-1.500 1H7";
export const BAD = "M7 13V4H4v9zM7 13l4 8c2 0 3-1 2.500-3L13 15h6c1 0 2-1 1.500-2l-2-8c-.3-1-1-1-1.500-1H7";
