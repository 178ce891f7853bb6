/** A larger file is refused with a message that names it. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Files of one run; further ones are refused. */
export const MAX_FILES = 2_000;
/** Values of one document with its aliases written out; a document that grows beyond is refused. */
export const MAX_VALUES = 1_000_000;
