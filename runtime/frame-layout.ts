/**
 * Frame layout: one record with its tail, outside of a pool: in a file, on a socket, in memory that another build reads.
 *
 * ```
 *   0            4            8          10         12         16           16 + blockBytes        frameBytes
 *   +------------+------------+----------+----------+----------+------------+----------------------+
 *   | frameBytes | blockBytes | version  | flags    | reserved | record ... | tail ...             |
 *   +------------+------------+----------+----------+----------+------------+----------------------+
 * ```
 *
 * | offset | bytes | field      | holds                                                                           |
 * |-------:|------:|------------|---------------------------------------------------------------------------------|
 * |      0 |     4 | frameBytes | the whole frame with this header, a multiple of 8: the next frame follows       |
 * |      4 |     4 | blockBytes | the record as the writer's version has it, a multiple of 8                      |
 * |      8 |     2 | version    | of the message, as the writer has it: from 1                                    |
 * |     10 |     2 | flags      | 0; a reader refuses all else, so that a later sn-gen may give bits a meaning    |
 * |     12 |     4 | reserved   | 0                                                                               |
 * |     16 |     … | record     | see `schema/layout.ts`                                                          |
 *
 * Block length and version are what SBE's header has (FIX Simple Binary Encoding); which message it is, the stream says once
 * (`identity.ts`). All is little-endian. A frame begins at a multiple of 8, and whatever nobody wrote in it is zero: no byte of the memory
 * as it was before leaves with it.
 */

export const FRAME_BYTES_OFFSET_BYTES = 0;
export const BLOCK_BYTES_OFFSET_BYTES = 4;
export const VERSION_OFFSET_BYTES = 8;
export const FLAGS_OFFSET_BYTES = 10;
export const RESERVED_OFFSET_BYTES = 12;

/** Bytes before the record. */
export const FRAME_HEADER_BYTES = 16;
/** Frames begin on this boundary, and their length is a multiple of it. */
export const FRAME_ALIGN_BYTES = 8;
