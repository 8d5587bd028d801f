/**
 * Fingerprints: 64 bits that are equal when two sides agree on the bytes they exchange.
 *
 * The hash is FNV-1a (Fowler, Noll, Vo; RFC 9923) over the canonical JSON of what must agree. It guards against
 * mistakes, not against attackers. It runs while code is generated, so BigInt is quick enough.
 */

const FNV_OFFSET_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** 16 hex digits over JSON-serialisable data. The order of an object's keys does not matter; that of arrays does. */
export function fingerprintOf(data: unknown): string {
  return fnv1a64(new TextEncoder().encode(canonicalJson(data)));
}

/** FNV-1a with 64 bits, as 16 hex digits. */
export function fnv1a64(bytes: Uint8Array): string {
  let hash = FNV_OFFSET_BASIS;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  return hash.toString(16).padStart(16, '0');
}

/** JSON without white space and with every object's keys in order. */
function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
