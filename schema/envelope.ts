/**
 * Envelope: what comes with a message beside its fields, where the schema asks for it.
 *
 * It lies in front of the record, so that the record is the same with it and without, and is filled in by the sender.
 *
 * | field       | bytes | holds                                                                     |
 * |-------------|------:|---------------------------------------------------------------------------|
 * | id          |     8 | a whole number, unique among the pool's messages (f64)                    |
 * | timestamp   |     8 | when it was sent, microseconds since 1970 (f64)                           |
 * | correlation |     8 | a whole number that the sender gives; 0 when it gives none (f64)          |
 * | trace       |    24 | 16 bytes of trace, 8 of span; all 0 when the sender gives none            |
 * | source      |     4 | who sent it: number of the worker (u16; 0 is the host), instance (u16)    |
 * | target      |     4 | whom it was sent to, likewise                                             |
 */

/** What an envelope may hold, in the order of its places. */
export const ENVELOPE_FIELDS = ['id', 'timestamp', 'correlation', 'trace', 'source', 'target'] as const;
export type EnvelopeField = (typeof ENVELOPE_FIELDS)[number];

const FIELD_BYTES = {
  id: 8,
  timestamp: 8,
  correlation: 8,
  trace: 24,
  source: 4,
  target: 4,
} as const satisfies Record<EnvelopeField, number>;
const ALIGN_BYTES = 8;

export interface EnvelopeLayout {
  /** In the order of their places; offsets count from the envelope's own start. */
  readonly fields: readonly { readonly name: EnvelopeField; readonly offsetBytes: number }[];
  /** A multiple of 8. */
  readonly byteLength: number;
}

/** Gives the fields that were asked for their places, in whatever order that was. */
export function layoutEnvelope(wanted: readonly EnvelopeField[]): EnvelopeLayout {
  let end = 0;
  const fields = ENVELOPE_FIELDS.filter((name) => wanted.includes(name)).map((name) => {
    const offsetBytes = end;
    end += FIELD_BYTES[name];
    return { name, offsetBytes };
  });
  return { fields, byteLength: Math.ceil(end / ALIGN_BYTES) * ALIGN_BYTES };
}
