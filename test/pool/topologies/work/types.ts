import type { Claim, ClaimOptions } from '../../../../runtime/index.js';
import type { PoolOf } from '../../support/pool-of.js';
import type { messages } from './schema.js';

/** The claims that tests open; emitted writers have setters for all fields. */
interface Claims {
  Job(options?: ClaimOptions): Claim<{ id: number }>;
  Everyone(options?: ClaimOptions): Claim<{ id: number }>;
  Small(): Claim<{ value: number; name: string }>;
  Keyed(
    key: { key: string },
    options?: ClaimOptions,
  ): Claim<{ get place(): { x: number }; set place(value: { x: number }); note: string | undefined }>;
  Image(options?: ClaimOptions): Claim<{
    id: number;
    pixels: Uint8Array;
    caption: string;
    samples: Float64Array | undefined;
    faces: { name: string; x: number }[];
  }>;
}

export type WorkPool = PoolOf<
  typeof messages,
  {
    work:
      | 'Job'
      | 'Everyone'
      | 'Image'
      | 'Keep'
      | 'Keyed'
      | 'Held'
      | 'Later'
      | 'Flood'
      | 'Small'
      | 'SendWrong'
      | 'Whisper'
      | 'Fail'
      | 'Leave'
      | 'Log';
  },
  'Done' | 'Image' | 'Kept' | 'Seen' | 'Whispered' | 'Hello' | 'Ticked'
> & { readonly work: { readonly claim: Claims } };
