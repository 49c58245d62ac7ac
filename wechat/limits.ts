/** The platform's published or observed limits, and the caps of our own readers. Section numbers are those of the wire notes. */

/** Largest body either side reads. Ours: the longest legal push or reply is under 20 KB. */
export const BODY_LIMIT_BYTES = 65_536;

/** Deepest nesting read, the root being 1. Ours: the deepest legal message (PicMd5Sum, section 3) has 5. */
export const DEPTH_LIMIT = 8;

/** Most elements read in one body. Ours: the largest legal message has about 50. */
export const ELEMENT_LIMIT = 256;

/** Longest text reply, in UTF-8 bytes: about 682 Chinese characters (section 4). */
export const TEXT_LIMIT_BYTES = 2_048;

/** Most articles a news reply may carry; with more the platform shows nothing (section 4). */
export const ARTICLE_LIMIT = 8;

/** How many of them a fan sees in answer to a message; all, in answer to an event (section 4, since 2018-10). */
export const ARTICLES_SHOWN_TO_MESSAGE = 1;
