/**
 * Call layout: what a call adds to the lanes between caller and answerer.
 *
 * ```
 *   request, in the caller's lane to the instance        reply, in a lane of its own from there
 *   +-------------+---------+--------+                    +-------------+---------+----------+
 *   | slot header | call id | record |                    | slot header | call id | record   |
 *   +-------------+---------+--------+                    +-------------+---------+----------+
 *        8 bytes    8 bytes                                  tag: Reply   8 bytes   or an error's text
 * ```
 *
 * Where record or text lie in the byte ring, the id stands in front of them there.
 *
 * Behind each reply lane lie the cancels of its caller, which the answerer looks at:
 *
 * | offset | bytes | field | writer | readers  | access                       |
 * |-------:|------:|-------|--------|----------|------------------------------|
 * |      0 |   256 | ids   | caller | answerer | Atomics; id + 1, 0 when free |
 */
/** Bytes in front of a request's or a reply's record. */
export const CALL_HEADER_BYTES = 8;

/** Tags of replies. */
export const REPLY_RECORD = 0;
/** The record lies in the byte ring. */
export const REPLY_LONG_RECORD = 1;
/** UTF-8 in the byte ring, JSON of what was thrown. */
export const REPLY_ERROR = 2;

/** Calls that can be shown as cancelled at one time; others wait until one of these was answered. */
export const MAX_CANCELS = 64;
export const CANCELS_BYTES = MAX_CANCELS * 4;
